//! Every property of the behaviour, written exactly once.
//!
//! An [`Invariant`] is a sentence and its check. It checks an [`Answer`] to a [`Case`], whoever
//! gave it: it knows neither the reference nor the engine, and reads policy texts with a recogniser
//! of its own (`grammar.rs`, `calendar.rs`). It names the parts of an answer that it needs, so that
//! an implementation that says little is still asked everything that it says enough for. [`ALL`]
//! lists them; the clauses of `docs/semantics.md` name them.
//!
//! Start with `policy_part.rs`, the statements about the retention policy alone. "Newest" always
//! means newest in local time, and "the policy part" is what the retention policy decides before
//! any other option.

mod answer;
mod calendar;
mod case;
mod expectations;
mod frames;
mod grammar;
mod invariant;
pub(crate) mod line;
mod metamorphic;
mod options;
mod plans;
mod policy_part;
mod reasons;
mod texts;
mod timelines;

pub use answer::{Answer, AnswerPart, NoPlan};
pub use case::{Case, CaseError};
pub use expectations::EXPECTATIONS;
pub use invariant::{Check, CheckResult, Invariant, Part, Violation};
pub use line::FieldError;

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
