//! What a person should be told: what each layer of Duplicati makes of a policy, what to beware of,
//! and why a version goes.
//!
//! * [`Assessment`] asks every layer and every release about a text; [`warnings`] are what to
//!   suggest_margin in it.
//! * [`explain`] says in plain sentences what a policy means.
//! * [`age_ranges`] tells what two policies make of each age, and [`only_deleted_by`] what only one
//!   of two plans deletes.
//! * [`reason`] puts a decision's reason into words, with its numbers; [`dangers`] are what to fear
//!   of a plan.
//!
//! This room decides nothing and does not know the terminal: it returns sentences.

mod assessment;
mod compare;
mod dangers;
mod explain;
mod reason;
mod warnings;
mod words;

pub use assessment::Assessment;
pub use compare::{AgeRange, Outcome, age_ranges, mean_the_same, only_deleted_by};
pub use dangers::{Danger, dangers};
pub use explain::{Explanation, explain};
pub use reason::{PairLabels, blocker, reason};
pub use warnings::{Warning, on_every_layer, warnings};
pub use words::{about, age, age_or_less, count, every, in_words, list, number};
