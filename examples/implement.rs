//! Puts an implementation in Rust to the suite: random cases, every invariant that it answers
//! enough for, and the smallest case for each one that it violates.
//!
//! ```sh
//! cargo run --example implement
//! cargo run --example implement -- --wrong
//! ```

use std::process::ExitCode;

use duplicati_retention::clock::LocalDateTime;
use duplicati_retention::history::VersionNumber;
use duplicati_retention::invariants::{Answer, Case, NoPlan};
use duplicati_retention::policy::{Pair, Policy};
use duplicati_retention::testing::{Implementation, verify};

/// The implementation under test: a loop that thins by a retention policy.
struct Thinning {
    /// Whether to keep only backups *more* than an interval apart, which is wrong.
    wrong: bool,
}

impl Implementation for Thinning {
    fn name(&self) -> String {
        "my thinning".into()
    }

    /// Fill in the parts that you have. The suite skips the invariants that need another part.
    fn answer(&self, case: &Case) -> Answer {
        // This implementation knows no other option, so it does not answer.
        if case.options().iter().any(|(name, _)| *name != "retention-policy") {
            return Answer::default();
        }
        // Your own parser goes here. Its result is the part `policy`.
        let Ok(policy) = Policy::parse(case.policy_text(), case.release()) else {
            return Answer::default();
        };
        let history = case.history();
        // What is compared is local time. Newest first: the version, its time, and whether it is
        // partial.
        let mut backups: Vec<_> = history
            .versions()
            .map(|version| (version, history.local_time(version), history.backup(version).partial))
            .collect();
        backups.sort_by_key(|&(_, time, _)| std::cmp::Reverse(time));
        let now = history.zone().to_local(case.now());
        match self.thin(policy.pairs().to_vec(), backups, now) {
            Some(deletes) => Answer { policy_deletes: Some(deletes), ..Answer::default() },
            None => Answer { deletes: Some(Err(NoPlan::Fails)), ..Answer::default() },
        }
    }
}

impl Thinning {
    /// The versions that the policy deletes, in ascending order; `None` if the operation fails
    /// because a frame reaches back before the year 1.
    fn thin(
        &self,
        mut pairs: Vec<Pair>,
        backups: Vec<(VersionNumber, LocalDateTime, bool)>,
        now: LocalDateTime,
    ) -> Option<Vec<VersionNumber>> {
        let mut deletes = Vec::new();
        if backups.is_empty() {
            return Some(deletes);
        }
        // The newest is always kept: to delete it takes another option.
        let mut left = backups.into_iter().skip(1).peekable();
        pairs.sort_by_key(|pair| pair.frame());
        let keeps_everything = pairs.is_empty();
        for pair in pairs {
            let bound = match pair.is_unlimited() {
                true => LocalDateTime::MIN,
                false => now.checked_sub(pair.frame()).ok()?,
            };
            let mut frame = Vec::new();
            while let Some(backup) = left.next_if(|&(_, time, _)| time >= bound) {
                frame.push(backup);
            }
            // From the oldest to the newest.
            let mut last: Option<LocalDateTime> = None;
            for (version, time, partial) in frame.into_iter().rev() {
                let is_far = last.is_none_or(|last| match self.wrong {
                    true => time.since(last) > pair.interval(),
                    false => time.since(last) >= pair.interval(),
                });
                match (is_far, partial) {
                    (true, false) => last = Some(time),
                    (false, false) => deletes.push(version),
                    (_, true) => {}
                }
            }
        }
        if !keeps_everything {
            deletes.extend(left.map(|(version, ..)| version));
        }
        deletes.sort_unstable();
        Some(deletes)
    }
}

fn main() -> ExitCode {
    let thinning = Thinning { wrong: std::env::args().any(|argument| argument == "--wrong") };
    let tallies = verify::run_with(&[&thinning], 2_000, 1, |_| {});

    let asked = tallies.iter().filter(|tally| tally.cases > 0);
    println!("{} of {} invariants apply to what it answers.", asked.count(), tallies.len());
    let failures =
        tallies.iter().filter_map(|tally| Some((tally.invariant, tally.failure.as_ref()?)));
    let mut code = ExitCode::SUCCESS;
    for (invariant, failure) in failures {
        println!("\nViolated: {} [{}]", invariant.statement, invariant.id);
        println!("{}\nThe smallest case:\n{}", failure.violation, failure.case);
        code = ExitCode::FAILURE;
    }
    code
}
