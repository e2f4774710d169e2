//! Every test of the library and the command from outside.

mod bad_input;
mod check;
mod docs;
mod invariants;
mod kill_matrix;
mod options;
mod plan;
mod support;
mod vectors;
mod zone;
