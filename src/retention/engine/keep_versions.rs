//! The option `keep-versions`, found by search.

use super::backup_set::{BackupSet, Kinds};
use crate::history::{History, LocalIndex};
use crate::retention::decision::KeepVersionsReason;

/// What keep-versions deletes: partial ones between two full ones, and everything behind the last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cutoff {
    first_full: LocalIndex,
    last_full: LocalIndex,
    number_reached: bool,
}

impl Cutoff {
    /// The cutoff among what the other options left; none if keep-versions deletes nothing.
    pub(super) fn search(
        history: &History,
        deleted_by_others: &BackupSet,
        number: i32,
    ) -> Option<Cutoff> {
        let number = usize::try_from(number).ok().filter(|&number| number > 0)?;
        let left =
            BackupSet::all(LocalIndex::NEWEST..history.local_end()).without(deleted_by_others);
        if number >= left.count(history) {
            return None;
        }
        let full = left.full_count(history);
        Some(Cutoff {
            first_full: left.nth_full(history, 0)?,
            last_full: left.nth_full(history, number.min(full) - 1)?,
            number_reached: full >= number,
        })
    }

    /// What it deletes, were nothing deleted already.
    pub(super) fn deleted(self, history: &History) -> BackupSet {
        let mut deleted = BackupSet::default();
        deleted.push(self.first_full..self.last_full, Kinds::PARTIAL);
        if self.number_reached {
            deleted.push(self.last_full.older()..history.local_end(), Kinds::ALL);
        }
        deleted
    }

    /// Why it deletes the backup at a place that the others left, if it does.
    pub(super) fn reason(self, history: &History, place: LocalIndex) -> Option<KeepVersionsReason> {
        if place > self.last_full {
            return self.number_reached.then_some(KeepVersionsReason::NumberReached);
        }
        let is_between =
            (self.first_full..self.last_full).contains(&place) && history.is_partial_at(place);
        is_between.then_some(KeepVersionsReason::PartialBetweenFull)
    }
}
