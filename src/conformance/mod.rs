//! Asks any implementation, in any language, and says what its answers get wrong.
//!
//! [`vector`] is the format of the files with the answers of Duplicati's own code: one case a line,
//! with what each release answers. [`replay`] asks this crate's own implementation every case of a
//! file; it reads a stream, so a file may have any size. [`run`](mod@run) asks another program over
//! the [`protocol`]. To the invariants a program is an
//! [`Implementation`](crate::testing::Implementation) like any other.
//!
//! This module does not know the terminal. Start with `run/mod.rs`.

mod expected;
mod generate_vector;
pub mod process;
pub mod protocol;
pub mod replay;
pub mod run;
mod serve;
pub mod vector;

pub use expected::expected;
pub use generate_vector::generate_vector;
pub use serve::serve;
