//! Every test of the library and the command from outside.

mod engine;
mod vectors;
mod zone;
