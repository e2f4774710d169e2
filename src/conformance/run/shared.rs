//! What all processes of a run share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::config::{Config, Progress};
use super::questions::{Question, Source};
use crate::conformance::process::Program;
use crate::conformance::protocol::Hello;
use crate::invariants::Case;

/// After this many crashes a run ends, even if it is to go on.
const MAX_CRASHES: u64 = 10;

/// What all processes share.
pub(super) struct Shared<'a> {
    pub config: &'a Config,
    pub program: &'a Program,
    pub source: &'a Source<'a>,
    pub progress: &'a Progress,
    pub hello: &'a Hello,
    pub next: AtomicU64,
    pub questions_end: u64,
    pub next_case: AtomicU64,
    pub cases_end: u64,
    pub crashes: AtomicU64,
    pub halt: AtomicBool,
}

impl Shared<'_> {
    /// Whether nothing more is to be asked.
    pub fn is_over(&self) -> bool {
        self.halt.load(Ordering::Relaxed) || self.program.is_stopped()
    }

    pub fn count_crash(&self) {
        let count = self.crashes.fetch_add(1, Ordering::Relaxed) + 1;
        if !self.config.keep_going || count >= MAX_CRASHES {
            self.halt.store(true, Ordering::Relaxed);
        }
    }

    pub fn next_question(&self) -> Option<(u64, Question)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        Some((number, self.source.question(number).filter(|_| number < self.questions_end)?))
    }

    pub fn next_case(&self) -> Option<(String, Case)> {
        let number = self.next_case.fetch_add(1, Ordering::Relaxed);
        self.source.case_to_evaluate(number).filter(|_| number < self.cases_end)
    }
}
