//! Limits that a run must keep to, and what breaks them.

use super::next_run::NextRun;
use super::words::{age, count};
use crate::dotnet::TimeSpan;

/// What a run may delete. A run that deletes nothing keeps to every limit.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// The number of versions that it may delete.
    pub max_deletes: Option<usize>,
    /// The share of all versions that it may delete, in per cent; the new version counts.
    pub max_share: Option<f64>,
    /// The number of versions that it must leave.
    pub keep_at_least: Option<usize>,
    /// The age that the oldest version must have afterwards, if it has it before.
    pub reach_back: Option<TimeSpan>,
    /// The IDs of dangers that are accepted.
    pub accepted: Vec<String>,
}

/// A limit that a run does not keep to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Which limit it is, such as `max-deletes`, or the danger, such as `only-partial-left`.
    pub id: &'static str,
    /// What would happen, in a clause or two.
    pub message: String,
}

impl Limits {
    /// Dangers that never break a limit: a lock keeps versions, and deletes none.
    const HARMLESS: [&'static str; 1] = ["lock-retains"];

    /// The limits that this run breaks.
    pub fn breaches(&self, run: &NextRun) -> Vec<Breach> {
        let (versions, deleted) = (run.plan.len(), run.plan.deleted_count());
        if deleted == 0 {
            return Vec::new();
        }
        let mut breaches = Vec::new();
        let mut add = |id, message: String| breaches.push(Breach { id, message });
        let of = format!("{deleted} of {} would be deleted", count(versions, "version"));
        if let Some(most) = self.max_deletes.filter(|&most| deleted > most) {
            add("max-deletes", format!("{of}, and at most {most} may be"));
        }
        // Exact: no history is so long that its length has no f64.
        let is_more = |&most: &f64| deleted as f64 * 100.0 > versions as f64 * most;
        if let Some(most) = self.max_share.filter(is_more) {
            add("max-share", format!("{of}, and at most {most} % may be"));
        }
        let kept = versions - deleted;
        if let Some(least) = self.keep_at_least.filter(|&least| kept < least) {
            add(
                "keep-at-least",
                format!("{} would be left, and at least {least} must be", count(kept, "version")),
            );
        }
        if let Some(least) = self.reach_back {
            let local_now = run.history.zone().to_local(run.decided);
            let reach = |version| local_now.since(run.history.local_time(version));
            let before = run.history.versions().last().map_or(TimeSpan::ZERO, reach);
            let after = run.oldest_kept().map_or(TimeSpan::ZERO, reach);
            if after < least && after < before {
                add(
                    "reach-back",
                    format!(
                        "the oldest version would be {} old, {} before, and must be at least {} \
                         old",
                        age(after),
                        age(before),
                        age(least)
                    ),
                );
            }
        }
        for danger in run.dangers() {
            let is_accepted = self.accepted.iter().any(|id| id == danger.id);
            if !is_accepted && !Self::HARMLESS.contains(&danger.id) {
                let message = danger.message.trim_end_matches('.').to_owned();
                add(danger.id, message);
            }
        }
        breaches
    }
}
