//! Every property of the behaviour, written exactly once.
//!
//! An [`Invariant`] is a sentence and its check. It judges an [`Answer`] to a [`Case`], whoever
//! gave it: it knows neither the mirror nor the fast implementation, and reads policy texts with a
//! recogniser of its own (`grammar.rs`, `calendar.rs`). [`ALL`] has every one of them; the clauses
//! of `docs/semantics.md` name them.
//!
//! Start with `policy_part.rs`, the statements about the retention policy alone. "Newest" always
//! means newest by the local clock, and "the policy part" is what the retention policy decides
//! before any other option has its say.

mod calendar;
mod case;
mod expectations;
mod frames;
mod grammar;
mod metamorphic;
mod options;
mod plans;
mod policy_part;
mod reasons;
mod texts;
mod timelines;

use std::fmt;

pub use case::{Answer, Case, NoPlan};
pub use expectations::EXPECTATIONS;

/// A property that every right answer has.
///
/// ```
/// use duplicati_retention::invariants::ALL;
/// let spacing = ALL.iter().find(|invariant| invariant.id == "spacing").unwrap();
/// assert!(spacing.statement.contains("INTERVAL"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Invariant {
    /// Its name, in words joined by hyphens.
    pub id: &'static str,
    /// What it is about.
    pub part: Part,
    /// The property, in one sentence.
    pub statement: &'static str,
    /// How it is judged.
    pub check: Check,
}

/// What an invariant is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// How texts are read: policies and the other options.
    Text,
    /// What the retention policy alone decides.
    Policy,
    /// All options together.
    Plan,
    /// The reasons and their numbers.
    Reasons,
    /// Two cases and their answers.
    Metamorphic,
    /// Retention again and again.
    Timeline,
    /// What a person would want and Duplicati does not give; see [`EXPECTATIONS`].
    Expectation,
}

/// How an invariant is judged.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Check {
    /// From one answer.
    Answer(fn(&Case, &Answer) -> CheckResult),
    /// From the answers to two cases: the second case is made from the first where the property's
    /// conditions hold.
    Metamorphic {
        /// The second case; none where the property says nothing.
        related: fn(&Case, &Answer) -> Option<Case>,
        /// The judgement of both answers.
        check: fn((&Case, &Answer), (&Case, &Answer)) -> CheckResult,
    },
    /// From everything that was asked and answered in the timeline of time, in order. Between two
    /// moments the deleted versions were removed, and any number of backups were made.
    Timeline(fn(&[(Case, Answer)]) -> CheckResult),
}

/// Fine, or what is wrong.
pub type CheckResult = Result<(), Violation>;

/// What is wrong with an answer, with the numbers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Violation(String);

impl Violation {
    /// A violation with this text.
    ///
    /// ```
    /// # use duplicati_retention::invariants::Violation;
    /// assert_eq!(Violation::new("2 is not 3").to_string(), "2 is not 3");
    /// ```
    pub fn new(text: impl fmt::Display) -> Violation {
        Violation(text.to_string())
    }
}

/// Every invariant, in the order of the clauses.
pub const ALL: &[Invariant] = &[
    texts::TOTAL,
    texts::GRAMMAR,
    texts::PAIRS_MEAN,
    texts::ERROR_PLACE,
    texts::BACKUP_CHECK,
    texts::WEB_PAGE,
    texts::OPTIONS_READ,
    texts::ROUND_TRIP,
    texts::SHOWN_EVERYWHERE,
    texts::RELEASES_AGREE,
    policy_part::FAILS_BEFORE_YEAR_ONE,
    policy_part::EMPTY_POLICY,
    policy_part::NEWEST_SPARED,
    policy_part::NEWEST_REMOVED,
    policy_part::SURVIVORS_IN_FRAME,
    policy_part::SPACING,
    policy_part::MAXIMALITY,
    policy_part::OLDEST_SURVIVES,
    policy_part::OLDEST_FULL_SURVIVES,
    policy_part::PARTIALS_SURVIVE,
    policy_part::KEEP_ALL,
    policy_part::ORDER,
    plans::PARTITION,
    plans::UNION,
    plans::NAMED,
    plans::KEEP_TIME_BOUND,
    plans::KEEP_TIME_SPARES,
    plans::KEEP_TIME_DELETES,
    plans::KEEP_VERSIONS_OFF,
    plans::KEEP_VERSIONS_NUMBER,
    plans::KEEP_VERSIONS_PARTIALS,
    plans::NEVER_ALL_GONE,
    plans::LAST_VERSION,
    plans::LOCKS,
    plans::REFUSES_INTERVAL,
    plans::REFUSES_COMBINED,
    plans::REFUSES_REPEATS,
    plans::REFUSES_SAME_TIME,
    reasons::ONE_FRAME,
    reasons::NUMBERS,
    reasons::CLAIMS,
    reasons::JUSTIFY,
    reasons::OTHER_OPTIONS,
    metamorphic::ORDER_OF_INPUT,
    metamorphic::ORDER_OF_PAIRS,
    metamorphic::EQUAL_FRAME,
    metamorphic::SHIFT,
    metamorphic::REPLAN,
    metamorphic::OLDER_BACKUP,
    metamorphic::SPLIT_KEEP_ALL,
    metamorphic::FULL_REMOVAL,
    metamorphic::RELEASES_DECIDE_ALIKE,
    timelines::NEVER_BACK,
    timelines::GAP_BOUND,
];

/// A violation unless `holds`; the text is only made if it is needed.
fn ensure<T: fmt::Display>(holds: bool, text: impl FnOnce() -> T) -> CheckResult {
    if holds { Ok(()) } else { Err(Violation::new(text())) }
}
