//! Why Duplicati would not carry the decisions out.

use super::options_that_delete;
use crate::history::{History, VersionNumber};
use crate::retention::blocker::Blocker;
use crate::retention::decision::Decision;
use crate::retention::options::Options;

pub(super) fn blockers(
    history: &History,
    options: &Options,
    decisions: &[Decision],
) -> Vec<Blocker> {
    let mut blockers = Vec::new();

    // The checks at the start of every operation.
    let refused = options.policy.iter().find(|(_, pair)| !pair.passes_backup_check());
    if let Some((pair, _)) = refused {
        blockers.push(Blocker::IntervalNotBelowFrame { pair });
    }
    let mut set = Vec::new();
    if options.keep_time.is_some() {
        set.push("keep-time");
    }
    if options.keep_versions > 0 {
        set.push("keep-versions");
    }
    if !options.policy.pairs().is_empty() {
        set.push("retention-policy");
    }
    if set.len() > 1 {
        blockers.push(Blocker::Combined { options: set });
    }

    // 2.1 fails on the first version that two options delete, whatever becomes of it.
    if options.release.counts_repeats()
        && let Some(first) = decisions.iter().position(|decision| options_that_delete(decision) > 1)
    {
        blockers.push(Blocker::CountedTwice { version: VersionNumber::new(first) });
    }

    // Every release fails on a deleted version whose time another one has too.
    let times: Vec<_> = history.iter().map(|backup| backup.time).collect();
    let shares_time = |version: usize| {
        // Versions are in the order of their times, so the same time stands beside.
        times.get(version + 1) == Some(&times[version])
            || (version > 0 && times[version - 1] == times[version])
    };
    let same_time =
        (0..decisions.len()).find(|&version| decisions[version].deleted && shares_time(version));
    if let Some(first) = same_time {
        blockers.push(Blocker::SameTime { version: VersionNumber::new(first) });
    }
    blockers
}
