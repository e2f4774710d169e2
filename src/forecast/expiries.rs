//! When each version of a history will be deleted, if backups continue as scheduled.

use std::cmp::Reverse;

use super::schedule::Start;
use crate::clock::Utc;
use crate::history::{Backup, History, VersionNumber};
use crate::retention::{Blocker, Decision, Options, plan_of_run};

/// When and why a version is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// The run that deletes it.
    pub time: Utc,
    /// Why it is deleted. Its version numbers are those of that run.
    pub decision: Decision,
}

/// For each version of a history, by its number, when and why it is deleted; `None` if it still
/// exists after the last start.
///
/// Retention runs at each start, right after the backup. The option `version` is ignored, because
/// it is meant for one run only. A run that fails makes its version and deletes nothing.
pub fn expiries(history: &History, options: &Options, starts: &[Start]) -> Vec<Option<Expiry>> {
    let options = Options { versions: Default::default(), ..options.clone() };
    let mut expiries = vec![None; history.len()];
    // Newest first, each with its number in the history if it is from there.
    let mut versions: Vec<(Backup, Option<VersionNumber>)> =
        history.versions().map(|version| (history.backup(version), Some(version))).collect();
    for start in starts {
        if versions.iter().all(|(_, original)| original.is_none()) {
            break;
        }
        let made =
            Backup { partial: start.partial, ..Backup::full(history.zone().recorded(start.time)) };
        versions.insert(0, (made, None));
        // The history may reach into the future.
        versions.sort_by_key(|(backup, _)| Reverse(backup.time));
        let now =
            History::new(versions.iter().map(|&(backup, _)| backup).collect(), history.zone());
        let plan = plan_of_run(&now, &options, start.time);
        if plan.blockers().iter().any(Blocker::fails_the_run) {
            continue;
        }
        for version in plan.deletes() {
            if let Some(original) = versions[version.get()].1 {
                expiries[original.get()] =
                    Some(Expiry { time: start.time, decision: plan.decision(version) });
            }
        }
        versions = plan.kept().map(|version| versions[version.get()]).collect();
    }
    expiries
}
