//! Sentences about policies and plans: warnings, explanations, comparisons and reasons.
//!
//! * [`Assessment`] has the answer of every layer and release to a text, and [`warnings`] says what
//!   to change in it.
//! * [`explain`] says in plain sentences what a policy does.
//! * [`age_ranges`] compares two policies age by age, and [`only_deleted_by`] two plans.
//! * [`reason`] says why a version is deleted or kept, and [`dangers`] what must not be missed in a
//!   plan.
//!
//! ```
//! use duplicati_retention::{Release, advice::{Assessment, on_every_layer}};
//! let assessment = Assessment::of("1W:1D:5");
//! assert!(assessment.server(Release::V2_3_1).is_err());
//! let policy = assessment.server(Release::V2_3_0)?;
//! assert_eq!(on_every_layer(policy).as_deref(), Some("7D:1D"));
//! # Ok::<(), duplicati_retention::policy::PolicyError>(())
//! ```
//!
//! It decides nothing, and must not know how a sentence is presented. Start with `warnings.rs`.

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
pub use words::{about, age, age_or_less, count, every, in_words, list, number, without_one};
