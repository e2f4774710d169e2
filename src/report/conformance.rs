//! Does another program answer as Duplicati does?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Shard;

/// What came of asking another program.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ConformanceReport {
    /// What the program calls itself
    pub implementation: String,
    /// The version of the program
    pub version: String,
    /// The releases that were asked
    pub releases: Vec<String>,
    /// The seed of the random cases
    pub seed: u64,
    /// How many random cases there are, in all parts together
    pub cases: u64,
    /// The part that was asked
    pub shard: Shard,
    /// How many questions were answered
    pub answers: u64,
    /// How many answers were right
    pub right: u64,
    /// How many answers were wrong and not expected to be
    pub wrong: u64,
    /// How many answers were wrong as expected
    pub wrong_as_expected: u64,
    /// Answers that were not checked
    pub not_checked: Vec<NotCheckedReport>,
    /// How many cases were asked with their related cases and timelines
    pub evaluated: u64,
    /// Whether everything was asked
    pub complete: bool,
    /// The smallest inputs on which the program is wrong
    pub counterexamples: Vec<CounterexampleReport>,
    /// What the program did instead of answering
    pub crashes: Vec<CrashReport>,
    /// Expected failures that did not occur. In one of several parts they may have occurred in
    /// another, so only all parts together count
    pub expected_to_fail_but_passes: Vec<String>,
    /// The exit code of the run
    pub exit_code: u8,
}

/// Answers that were not checked for one reason.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct NotCheckedReport {
    /// Why they were not checked
    pub reason: String,
    /// How many there are
    pub answers: u64,
}

/// The smallest input that was found on which a program is wrong.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CounterexampleReport {
    /// The vector or random case that it was made from
    pub id: String,
    /// The question, as a line of JSON that can be replayed
    pub question: String,
    /// What the program answered; `null` if only several answers together are wrong
    pub answered: Option<String>,
    /// What is right; `null` if only several answers together are wrong
    pub right: Option<String>,
    /// The invariants that are violated
    pub violates: Vec<ViolationReport>,
    /// The mutations that lead to the same answer and explain at least half of what was seen of
    /// them
    pub looks_like: Vec<LikenessReport>,
}

/// An invariant that is violated.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ViolationReport {
    /// The invariant's name
    pub invariant: String,
    /// What is wrong, with the numbers
    pub violation: String,
}

/// A mutation that leads to the same answer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LikenessReport {
    /// The name of the mutation
    pub mutation: String,
    /// What the mutation does wrong
    pub sentence: String,
    /// On how many cases the program and the mutation answer alike
    pub alike: usize,
    /// On how many cases they were compared: those on which one of them is wrong
    pub of: usize,
}

/// What a program did instead of answering.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CrashReport {
    /// The question that it was asked; `null` if that is not known
    pub id: Option<String>,
    /// What it did
    pub message: String,
    /// The end of its standard error
    pub stderr: String,
}
