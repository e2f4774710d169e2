//! Sentences about policies and plans: warnings, explanations, comparisons and reasons.
//!
//! * [`Assessment`] has the answer of every layer and release to a text, and [`warnings`] says what
//!   to change in it.
//! * [`Verdicts`] says what each layer makes of all options of a job, and whether Duplicati runs
//!   with them. Every answer begins with that. [`text_problems`] says everything that is wrong with
//!   a text.
//! * [`explain`] says in plain sentences what a policy does.
//! * [`age_ranges`] compares two policies age by age, and [`only_deleted_by`] two plans.
//! * [`reason`] says why a version is deleted or kept, and [`dangers`] what must not be missed in a
//!   plan.
//! * [`NextRun`] has what the next run of a job decides, and [`Limits`] what it must keep to.
//!
//! ```
//! use duplicati_retention::{Release, advice::{Assessment, on_every_layer}};
//! let assessment = Assessment::of("1W:1D:5");
//! assert!(assessment.server(Release::V2_3_1).is_err());
//! let policy = assessment.server(Release::V2_3_0).unwrap();
//! assert_eq!(on_every_layer(policy).as_deref(), Some("7D:1D"));
//! ```
//!
//! It decides nothing, and must not know how a sentence is presented. Start with `warnings.rs`.

#[cfg(feature = "database")]
mod after;
mod assessment;
mod compare;
mod dangers;
mod explain;
mod explain_options;
mod fixes;
mod limits;
mod next_run;
mod option_warnings;
mod reason;
mod text_problems;
mod verdicts;
mod warnings;
mod words;

#[cfg(feature = "database")]
pub use after::{Assumptions, Comparison, Prediction, zone_fits};
pub use assessment::Assessment;
pub use compare::{AgeRange, Outcome, age_ranges, mean_the_same, only_deleted_by};
pub use dangers::{Danger, dangers};
pub use explain::{Explanation, explain};
pub use explain_options::explain_options;
pub use fixes::{Fix, is_sound};
pub use limits::{Breach, Limits};
pub use next_run::NextRun;
pub use option_warnings::option_warnings;
pub use reason::{PairLabels, blocker, reason, reason_with};
pub use text_problems::{TextProblem, probably_meant, text_problems};
pub use verdicts::{Layer, Objection, Verdicts, not_saved, objections, time_words};
pub(crate) use warnings::written;
pub use warnings::{Warning, on_every_layer, warnings};
pub use words::{
    about, age, age_or_less, argument, bytes, count, every, in_words, list, number, ranges,
    ranges_in_brief, sentence, without_one,
};
