//! The decision: the reference, the engine, and what a user would expect of them.

mod engine;
mod expectations;
mod history;
mod incremental;
mod next_run;
mod real_runs;
mod small_scope;
mod state_machine;
mod vectors;
