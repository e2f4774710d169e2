//! The versions for which Duplicati records another time than theirs.

use super::VersionNumber;
use crate::clock::{LocalDateTime, STRETCH, Utc, Zone};

/// Each version whose recorded time ([`Zone::recorded`]) is not its time, with that time, in order.
///
/// `times` and `local_times` are newest first.
pub(super) fn misrecorded(
    zone: Zone,
    times: &[Utc],
    local_times: &[LocalDateTime],
) -> Vec<(VersionNumber, Utc)> {
    let mut misrecorded = Vec::new();
    if zone == Zone::UTC {
        return misrecorded;
    }
    let offset = |version: usize| local_times[version].ticks() - times[version].ticks();
    // Only a clock that was set back just before makes such a version. So it stands behind a
    // version with a larger offset, or behind a gap in which nobody sees the change, or behind
    // another one.
    for version in (0..times.len()).rev() {
        let (time, older) = (times[version], version + 1);
        let may_be = match times.get(older) {
            Some(&before) if time.since(before) < STRETCH => {
                offset(older) > offset(version)
                    || misrecorded
                        .last()
                        .is_some_and(|&(last, _)| last == VersionNumber::new(older))
            }
            _ => {
                let before = time.checked_sub(STRETCH).unwrap_or(Utc::MIN);
                zone.offset(before).ticks() > offset(version)
            }
        };
        let recorded = if may_be { zone.recorded(time) } else { time };
        if recorded != time {
            misrecorded.push((VersionNumber::new(version), recorded));
        }
    }
    misrecorded.reverse();
    misrecorded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Backup, History};

    #[test]
    fn each_version_that_is_recorded_otherwise_is_found() {
        let zones = ["Europe/Dublin", "Africa/Casablanca", "Europe/Lisbon", "America/New_York"];
        let mut found = 0;
        for zone in zones.map(|name| name.parse::<Zone>().unwrap()) {
            for step in [600, 1_800, 3_600, 7_200, 86_400, 604_800, 31_536_000] {
                // From the middle of the hour that Dublin repeated on 2026-10-25.
                let time = |count: i64| {
                    Backup::full(Utc::from_unix_seconds(1_792_891_800 + count * step).unwrap())
                };
                let history = History::new((-200..200).map(time).collect(), zone);
                let expected: Vec<(VersionNumber, Utc)> = history
                    .versions()
                    .map(|version| (version, zone.recorded(history.backup(version).time)))
                    .filter(|&(version, recorded)| history.backup(version).time != recorded)
                    .collect();
                assert_eq!(history.misrecorded(), expected, "{zone:?}, {step}");
                found += expected.len();
            }
        }
        assert!(found > 20, "{found}");
    }
}
