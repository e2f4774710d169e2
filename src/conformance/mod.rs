//! What makes cases, whatever can answer them, and whether the answers are right.
//!
//! A [`Recipe`] of small numbers decodes into a [`Case`](crate::invariants::Case); a [`Subject`] answers it; the
//! [invariants](crate::invariants) judge the answer ([`Asked`]), and a recipe that fails is made small ([`shrink()`]). [`flawed`] has
//! subjects that are wrong on purpose, and [`kill_matrix`] shows which invariant notices.
//!
//! [`vector`] is the format of the files with the answers of Duplicati's own code: one case a line, with what each
//! release answers. [`replay`] asks this crate's own implementation every case of a file and tells the differences; it reads
//! a stream, so a file may have any size.
//!
//! This room does not know the terminal. Start with `recipe.rs`.

pub mod course;
mod decode;
pub mod flawed;
mod foretold;
#[cfg(feature = "subprocess")]
mod fresh;
pub mod fuzzing;
pub mod kill_matrix;
pub mod protocol;
mod recipe;
pub mod replay;
#[cfg(feature = "subprocess")]
pub mod run;
mod runner;
mod serve;
mod subject;
#[cfg(feature = "subprocess")]
pub mod subprocess;
pub mod vector;
pub mod verify;

pub use foretold::Foretold;
#[cfg(feature = "subprocess")]
pub use fresh::fresh_vector;
pub use recipe::Recipe;
pub use runner::{Asked, Size, judge, shrink};
pub use serve::serve;
pub use subject::{Engine, IMPLEMENTATIONS, Mirror, Subject, answer_with};
