//! The option `keep-time`, found by search.

use super::backup_set::BackupSet;
use crate::clock::LocalDateTime;
use crate::history::{History, LocalIndex};
use crate::retention::decision::KeepTimeReason;

/// What keep-time deletes: everything from a place on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cutoff {
    bound: LocalDateTime,
    first: LocalIndex,
}

impl Cutoff {
    /// The first that is older than the bound and behind the newest full backup.
    pub(super) fn search(history: &History, bound: LocalDateTime) -> Cutoff {
        let local_times = history.local_times();
        let first_too_old = local_times.partition_point(|&local_time| local_time >= bound);
        let first = LocalIndex::new(first_too_old).max(history.behind_newest_full());
        Cutoff { bound, first }
    }

    pub(super) fn deleted(self, history: &History) -> BackupSet {
        BackupSet::all(self.first..history.local_end())
    }

    /// Why it deletes the backup at a place, if it does.
    pub(super) fn reason(self, history: &History, place: LocalIndex) -> Option<KeepTimeReason> {
        let beyond = self.bound.since(history.local_time_at(place));
        (place >= self.first).then_some(KeepTimeReason { beyond })
    }
}
