//! Why Duplicati would not start with these options: the checks at the start of every operation.

use crate::retention::blocker::Blocker;
use crate::retention::options::Options;

pub(super) fn blockers(options: &Options) -> Vec<Blocker> {
    let mut blockers = Vec::new();
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

    blockers
}
