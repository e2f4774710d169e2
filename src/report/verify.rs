//! Do this program's answers keep every invariant?

use schemars::JsonSchema;
use serde::Serialize;

/// What came of asking every invariant about random cases.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VerifyReport {
    /// The seed of the random cases
    pub seed: u64,
    /// What came of each invariant, in the order of the clauses
    pub invariants: Vec<InvariantReport>,
    /// How many invariants every case kept
    pub kept: usize,
    /// How many invariants no case met the conditions of
    pub not_asked: usize,
    /// How many invariants a case violated
    pub violated: usize,
}

/// What came of one invariant.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct InvariantReport {
    /// The invariant's name
    pub invariant: String,
    /// The property, in a sentence
    pub statement: String,
    /// How many cases met its conditions, counted for each implementation
    pub cases: u64,
    /// The first case that violated it, made as small as possible; `null` if none did
    pub failure: Option<FailureReport>,
}

/// A case that violates an invariant.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FailureReport {
    /// The implementation that answered
    pub implementation: String,
    /// What is wrong, with the numbers
    pub violation: String,
    /// The smallest case that was found, as a line of JSON that can be replayed
    pub case: String,
    /// How many cases of the same seed lead to it
    pub cases: u64,
}
