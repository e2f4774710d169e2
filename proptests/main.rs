//! Every test of the library and the command from outside.

mod history;
#[cfg(feature = "database")]
mod sample_database;
