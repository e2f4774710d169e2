//! The option `keep-time`: everything older than a span is deleted, but never the newest full
//! backup.

use crate::clock::LocalDateTime;
use crate::history::{History, VersionNumber};
use crate::retention::decision::KeepTimeReason;

/// What keep-time deletes, of `versions` newest first by local time.
pub(super) fn apply(
    history: &History,
    versions: &[VersionNumber],
    bound: LocalDateTime,
) -> Vec<(VersionNumber, KeepTimeReason)> {
    let mut seen_full = false;
    let mut deletes = Vec::new();
    for &version in versions {
        let local_time = history.local_time(version);
        // The first that is older than the bound, once a full backup was seen, is deleted, and all
        // older ones with it.
        if !deletes.is_empty() || (local_time < bound && seen_full) {
            deletes.push((version, KeepTimeReason { beyond: bound.since(local_time) }));
        }
        seen_full |= !history.backup(version).partial;
    }
    deletes
}
