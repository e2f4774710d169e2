//! The option `keep-versions`: so many full backups stay, counted from the newest.

use super::plan::KeepVersionsReason;
use crate::history::History;

/// What keep-versions deletes, of `versions` that the other options left, in the order newest first by wall clock.
pub(super) fn apply(history: &History, versions: &[usize], number: i32) -> Vec<(usize, KeepVersionsReason)> {
    let number = usize::try_from(number).unwrap_or(0);
    if number == 0 || number >= versions.len() {
        return Vec::new();
    }
    let mut deletes = Vec::new();
    let mut full_kept = 0;
    // Partial ones that go if a full one that is kept follows; those at the new end stand before any full one and stay.
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
