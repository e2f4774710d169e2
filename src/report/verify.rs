//! Do this program's answers keep every invariant?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::testing::Shard;

/// What came of asking every invariant about random cases.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VerifyReport {
    /// The seed of the random cases
    pub seed: u64,
    /// How many random cases there are, in all parts together
    pub cases: u64,
    /// The part that was asked
    pub shard: Shard,
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
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
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

impl VerifyReport {
    /// The report of these invariants.
    pub fn new(
        seed: u64,
        cases: u64,
        shard: Shard,
        invariants: Vec<InvariantReport>,
    ) -> VerifyReport {
        let violated = invariants.iter().filter(|it| it.failure.is_some()).count();
        // No case met its conditions, so nothing is known of it.
        let not_asked =
            invariants.iter().filter(|it| it.failure.is_none() && it.cases == 0).count();
        let kept = invariants.len() - violated - not_asked;
        VerifyReport { seed, cases, shard, invariants, kept, not_asked, violated }
    }
}
