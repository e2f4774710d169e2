//! What makes cases, whatever can answer them, and whether the answers are right.
//!
//! A [`CaseSeed`] makes a [`Case`](crate::invariants::Case); an [`Implementation`] answers it; the
//! [invariants](crate::invariants) check the answers ([`Evaluation`]), and a case that fails is
//! made small ([`shrink()`]). [`mutants`] has implementations that are wrong on purpose.
//!
//! This module does not know processes or the protocol. Start with `evaluate.rs`.

mod case_seed;
mod corners;
mod evaluate;
mod forecast_check;
pub mod fuzz_checks;
mod generate;
mod implementation;
pub mod mutants;
mod random_seed;
mod shrink;
mod tables;
pub mod timeline;
pub mod verify;

pub use case_seed::{
    BackupSeed, CaseSeed, Fraction, Gap, Lock, Nudge, Offset, PairSeed, PiecePlace, Place, Present,
    StartSeed, Style, ZoneSeed,
};
pub use evaluate::{Evaluation, check};
pub use forecast_check::{ForecastCheck, ForecastSeed};
pub use implementation::{Engine, IMPLEMENTATIONS, Implementation, Reference, answer_with};
pub use shrink::{Size, shrink};
