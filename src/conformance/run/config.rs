//! What to ask, and how far a run is.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicU64;

use crate::Release;
use crate::conformance::vector::Vector;
use crate::testing::Shard;

/// What to ask.
#[derive(Clone, Debug)]
pub struct Config {
    /// Only these releases; none for all that the implementation names.
    pub releases: Option<Vec<Release>>,
    /// The vectors.
    pub vectors: Vec<Vector>,
    /// How many random cases.
    pub cases: u64,
    /// The seed of the random cases.
    pub seed: u64,
    /// The part of all questions that is asked.
    pub shard: Shard,
    /// How many processes at once.
    pub jobs: usize,
    /// Whether to go on after the first wrong answer or crash.
    pub keep_going: bool,
    /// Ids of vectors and invariants that are known to fail.
    pub known: BTreeSet<String>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            releases: None,
            vectors: Vec::new(),
            cases: 0,
            seed: 1,
            shard: Shard::WHOLE,
            jobs: 1,
            keep_going: false,
            known: BTreeSet::new(),
        }
    }
}

/// How far a run is, for whoever watches.
#[derive(Debug, Default)]
pub struct Progress {
    /// How many questions and cases there are.
    pub total: AtomicU64,
    /// How many were answered.
    pub answered: AtomicU64,
    /// How many answers were wrong.
    pub wrong: AtomicU64,
}
