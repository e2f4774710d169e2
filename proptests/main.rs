//! Every test of the library and the command from outside.

mod bad_input;
mod check;
mod conformance;
mod docs;
mod engine;
mod explain;
mod forecast;
mod history;
mod invariants;
mod memory;
mod options;
mod plan;
mod sample_database;
mod support;
mod vectors;
mod when;
mod zone;
