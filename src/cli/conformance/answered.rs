//! All that there is to say of a run.

use std::collections::BTreeMap;

use crate::cli::exit::{CRASHED, DONE, REFUSED, UNREADABLE};
use crate::conformance::run::{Config, Counterexample, RunReport};

/// A run and what was found out about it.
pub(super) struct Answered {
    pub config: Config,
    pub report: RunReport,
    pub counterexamples: Vec<Counterexample>,
    /// Known failures that did not occur, with their reasons.
    pub stale: Vec<(String, String)>,
    pub known: BTreeMap<String, String>,
}

impl Answered {
    /// The exit code.
    pub fn code(&self) -> u8 {
        let RunReport { failed, violated, crashes, is_partial, .. } = &self.report;
        match () {
            () if !crashes.is_empty() => CRASHED,
            () if *failed > 0 || !violated.is_empty() || !self.stale.is_empty() => REFUSED,
            () if *is_partial => UNREADABLE,
            () => DONE,
        }
    }
}
