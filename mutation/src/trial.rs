//! Whether a test catches a mutant.

use std::collections::HashMap;
use std::sync::Mutex;

use anyhow::Result;

use crate::mutant::{Mutant, Verdict};
use crate::tests::{Measured, Outcome, Place};

/// A test that may catch mutants.
pub struct Candidate {
    measured: Measured,
    /// How many mutants of each file it has caught.
    caught: Mutex<HashMap<String, u32>>,
}

pub struct Trial {
    pub place: Place,
    pub candidates: Vec<Candidate>,
    /// How long to try to catch one mutant.
    pub budget: f64,
}

impl Candidate {
    pub fn new(measured: Measured) -> Self {
        Self { measured, caught: Mutex::default() }
    }

    /// How long to wait for the next mutant of a file that it catches: quick tests that have caught
    /// many come first.
    fn price(&self, file: &str) -> f64 {
        let caught = self.caught.lock().unwrap().get(file).copied().unwrap_or(0);
        self.measured.seconds / f64::from(1 + caught)
    }
}

impl Trial {
    /// Run the tests that reach a mutant until one fails.
    pub fn verdict(&self, number: usize, mutant: &Mutant) -> Result<Verdict> {
        let reach = |test: &&Candidate| test.measured.reaches.contains(&number);
        let mut tests: Vec<_> = self.candidates.iter().filter(reach).collect();
        if tests.is_empty() {
            return Ok(Verdict::Unreached);
        }
        tests.sort_by_cached_key(|test| (test.price(&mutant.file) * 1e9) as u64);
        let mut left = self.budget;
        for Candidate { measured, caught } in tests {
            let limit = f64::max(5.0, 5.0 * measured.seconds);
            let variable = ("MUTANT", &*number.to_string());
            let (outcome, seconds) = self.place.run(&measured.test, variable, limit)?;
            let verdict = match outcome {
                Outcome::Passed => None,
                Outcome::Failed => Some(Verdict::Caught),
                Outcome::TooLong => Some(Verdict::Timeout),
            };
            if let Some(verdict) = verdict {
                *caught.lock().unwrap().entry(mutant.file.clone()).or_default() += 1;
                return Ok(verdict);
            }
            left -= seconds;
            if left < 0.0 {
                break;
            }
        }
        Ok(Verdict::Missed)
    }
}
