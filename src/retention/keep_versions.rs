//! The option `keep-versions`: so many full backups stay, counted from the newest.

use super::decision::KeepVersionsReason;
use super::engine::backup_set::{BackupSet, Kinds};
use crate::history::History;

/// What keep-versions deletes, of `versions` that the other options left, in the order newest first
/// by local clock.
pub(super) fn apply(
    history: &History,
    versions: &[usize],
    number: i32,
) -> Vec<(usize, KeepVersionsReason)> {
    let number = usize::try_from(number).unwrap_or(0);
    if number == 0 || number >= versions.len() {
        return Vec::new();
    }
    let mut deletes = Vec::new();
    let mut full_kept = 0;
    // Partial ones that go if a full one that is kept follows; those at the new end stand before
    // any full one and stay.
    let mut between = Vec::new();
    for &version in versions {
        if full_kept == number {
            deletes.push((version, KeepVersionsReason::NumberReached));
        } else if history.backup(version).partial {
            if full_kept > 0 {
                between.push((version, KeepVersionsReason::PartialBetweenFull));
            }
        } else {
            full_kept += 1;
            deletes.append(&mut between);
        }
    }
    deletes
}

/// What keep-versions deletes, found by search: partial ones between two full ones, and everything
/// behind the last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cutoff {
    first_full: usize,
    last_full: usize,
    number_reached: bool,
}

impl Cutoff {
    /// The cut through what the other options left; none if keep-versions deletes nothing.
    pub(super) fn search(
        history: &History,
        deleted_by_others: &BackupSet,
        number: i32,
    ) -> Option<Cutoff> {
        let number = usize::try_from(number).ok().filter(|&number| number > 0)?;
        let left = BackupSet::all(0..history.len()).without(deleted_by_others);
        if number >= left.count(history) {
            return None;
        }
        let full = left.full_count(history);
        let nth_full = |index: usize| left.nth_full(history, index);
        Some(Cutoff {
            first_full: nth_full(0)?,
            last_full: nth_full(number.min(full) - 1)?,
            number_reached: full >= number,
        })
    }

    /// What it deletes, were nothing deleted already.
    pub(super) fn deleted(&self, history: &History) -> BackupSet {
        let mut runs = BackupSet::default();
        runs.push(self.first_full..self.last_full, Kinds::PARTIAL);
        if self.number_reached {
            runs.push(self.last_full + 1..history.len(), Kinds::ALL);
        }
        runs
    }

    /// Why it deletes the backup at a place that the others left, if it does.
    pub(super) fn reason(&self, history: &History, place: usize) -> Option<KeepVersionsReason> {
        if place > self.last_full {
            return self.number_reached.then_some(KeepVersionsReason::NumberReached);
        }
        let is_between =
            (self.first_full..self.last_full).contains(&place) && history.is_partial_at(place);
        is_between.then_some(KeepVersionsReason::PartialBetweenFull)
    }
}
