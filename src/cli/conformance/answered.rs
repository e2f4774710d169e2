//! All that there is to say of a run.

use std::collections::BTreeMap;

use crate::Shard;
use crate::cli::exit::{CRASHED, DONE, REFUSED, UNREADABLE};
use crate::conformance::run::{Config, Counterexample, RunReport};

/// A run and what was found out about it.
pub(super) struct Answered {
    pub config: Config,
    pub report: RunReport,
    pub counterexamples: Vec<Counterexample>,
    /// Known failures that did not occur, with their reasons.
    pub not_met: Vec<(String, String)>,
    pub known: BTreeMap<String, String>,
}

impl Answered {
    /// Known failures that are none, with their reasons. In one of several parts nothing is known
    /// of that, since another part may have them.
    pub fn stale(&self) -> impl Iterator<Item = &(String, String)> {
        self.not_met.iter().filter(|_| self.config.shard == Shard::WHOLE)
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        let RunReport { failed, violated, crashes, is_partial, .. } = &self.report;
        let is_stale = self.stale().next().is_some();
        match () {
            () if !crashes.is_empty() => CRASHED,
            () if *failed > 0 || !violated.is_empty() || is_stale => REFUSED,
            () if *is_partial => UNREADABLE,
            () => DONE,
        }
    }
}
