//! The option `keep-versions`: a number of full backups is kept, counted from the newest.

use crate::history::{History, VersionNumber};
use crate::retention::decision::KeepVersionsReason;

/// What keep-versions deletes, of `versions` that the other options left, newest first by local
/// time.
pub(super) fn apply(
    history: &History,
    versions: &[VersionNumber],
    number: i32,
) -> Vec<(VersionNumber, KeepVersionsReason)> {
    let number = usize::try_from(number).unwrap_or(0);
    if number == 0 || number >= versions.len() {
        return Vec::new();
    }
    let mut deletes = Vec::new();
    let mut full_kept = 0;
    // Partial ones that are deleted if an older full one is kept; those at the new end stand
    // before any full one and stay.
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
