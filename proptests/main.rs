//! Every test of the library and the command from outside.

mod invariants;
mod vectors;
mod zone;
