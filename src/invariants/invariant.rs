//! What an invariant is: a sentence, the parts of an answer that it needs, and its check.

use std::fmt;

use super::answer::{Answer, AnswerPart};
use super::case::Case;

/// A property that every right answer has.
#[derive(Clone, Copy, Debug)]
pub struct Invariant {
    /// Its name, in words joined by hyphens.
    pub id: &'static str,
    /// What it is about.
    pub part: Part,
    /// The property, in one sentence.
    pub statement: &'static str,
    /// The parts of an answer without which it says nothing.
    pub needs: &'static [AnswerPart],
    /// How it is checked.
    pub check: Check,
}

impl Invariant {
    /// Whether an answer has every part that it needs.
    pub fn can_check(&self, answer: &Answer) -> bool {
        self.needs.iter().all(|&part| answer.gives(part))
    }
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
    /// What a user would expect and Duplicati does not do; see
    /// [`EXPECTATIONS`](super::EXPECTATIONS).
    Expectation,
}

/// How an invariant is checked.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// From one answer.
    Answer(fn(&Case, &Answer) -> CheckResult),
    /// From the answers to two cases: the second case is made from the first where the property's
    /// conditions hold.
    Metamorphic {
        /// The second case; none where the property says nothing.
        related: fn(&Case, &Answer) -> Option<Case>,
        /// The check of both answers.
        check: fn((&Case, &Answer), (&Case, &Answer)) -> CheckResult,
    },
    /// From every step of a timeline, in order. Between two steps the deleted versions were
    /// removed, and any number of backups were made.
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
    pub fn new(text: impl fmt::Display) -> Violation {
        Violation(text.to_string())
    }
}

/// Versions or the like as people list them: `1, 2`, or `nothing`.
pub(super) fn list<T: fmt::Display>(all: &[T]) -> String {
    match all {
        [] => "nothing".into(),
        _ => all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// A violation if something was found that must not be; the text is about that.
pub(super) fn forbid<V, T: fmt::Display>(
    found: Option<V>,
    text: impl FnOnce(V) -> T,
) -> CheckResult {
    found.map_or(Ok(()), |found| Err(Violation::new(text(found))))
}

/// A violation unless `holds`; the text is only made if it is needed.
pub(super) fn ensure<T: fmt::Display>(holds: bool, text: impl FnOnce() -> T) -> CheckResult {
    if holds { Ok(()) } else { Err(Violation::new(text())) }
}
