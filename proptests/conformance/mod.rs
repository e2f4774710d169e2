//! The conformance kit, with real child processes.

mod serve;
