//! What makes cases, whatever can answer them, and whether the answers are right.
//!
//! A [`CaseSeed`] decodes into a [`Case`](crate::invariants::Case); an [`Implementation`] answers
//! it; the [invariants](crate::invariants) check the answer ([`Evaluation`]), and a seed that fails
//! is made small ([`shrink()`]). [`mutants`] has implementations that are wrong on purpose, and
//! [`kill_matrix`] shows which invariant notices.
//!
//! This module does not know processes or the protocol. Start with `case_seed.rs`.

mod case_seed;
mod evaluate;
mod forecast_check;
pub mod fuzz_checks;
mod generate;
mod implementation;
pub mod kill_matrix;
pub mod mutants;
pub mod timeline;
pub mod verify;

pub use case_seed::CaseSeed;
pub use evaluate::{Evaluation, Size, judge, shrink};
pub use forecast_check::ForecastCheck;
pub use implementation::{Engine, IMPLEMENTATIONS, Implementation, Reference, answer_with};
