//! What came of a run.

use std::collections::{BTreeMap, BTreeSet};

use super::questions::Question;
use super::response::Response;
use crate::Release;
use crate::conformance::process::Crash;
use crate::conformance::protocol::Hello;
use crate::conformance::vector::Expected;
use crate::invariants::{Case, Invariant, Violation};

/// A wrong answer.
#[derive(Clone, Debug)]
pub struct Mismatch {
    /// The place of the question among all.
    pub number: u64,
    /// The question.
    pub question: Question,
    /// The answer.
    pub response: Response,
    /// The right one.
    pub right: Expected,
}

/// An invariant that the answers to a case violate.
#[derive(Clone, Debug)]
pub struct Violated {
    /// Where the case comes from.
    pub id: String,
    /// The case.
    pub case: Case,
    /// The invariant.
    pub invariant: &'static Invariant,
    /// What is wrong.
    pub violation: Violation,
}

/// What came of a question of a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VectorStatus {
    /// The answer was right.
    Passed,
    /// The answer was wrong.
    Failed,
    /// The implementation declined.
    Skipped,
    /// The implementation crashed.
    Crashed,
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct RunReport {
    /// What the implementation says of itself.
    pub hello: Hello,
    /// The releases that were asked.
    pub releases: Vec<Release>,
    /// How many answers were right.
    pub passed: u64,
    /// How many answers were wrong, beside those that were known to be.
    pub failed: u64,
    /// How many answers were wrong and known to be.
    pub known: u64,
    /// The entries of [`Config::known`](super::Config::known) that were met.
    pub known_met: BTreeSet<String>,
    /// Why questions were declined, and how often.
    pub skipped: BTreeMap<String, u64>,
    /// Wrong answers that were not known to be, in the order of the questions; some hundred at
    /// most.
    pub wrong: Vec<Mismatch>,
    /// How many cases were asked with everything that follows from them: related cases and
    /// timelines.
    pub evaluated: u64,
    /// Invariants that were violated there, and not known to be.
    pub violated: Vec<Violated>,
    /// Crashes, with the question that was to be answered where it is known.
    pub crashes: Vec<(Option<Question>, Crash)>,
    /// What came of each vector, by its id and release.
    pub vectors: BTreeMap<String, VectorStatus>,
    /// Questions that were answered right, a sample.
    pub right: Vec<Question>,
    /// Whether it ended before everything was asked.
    pub is_partial: bool,
}

impl RunReport {
    /// How many questions were answered.
    pub fn answered(&self) -> u64 {
        self.passed + self.failed + self.known + self.skipped.values().sum::<u64>()
    }

    pub(super) fn merge(&mut self, other: RunReport) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.known += other.known;
        self.known_met.extend(other.known_met);
        for (reason, count) in other.skipped {
            *self.skipped.entry(reason).or_default() += count;
        }
        self.wrong.extend(other.wrong);
        self.evaluated += other.evaluated;
        self.violated.extend(other.violated);
        self.crashes.extend(other.crashes);
        self.vectors.extend(other.vectors);
        self.right.extend(other.right);
    }
}
