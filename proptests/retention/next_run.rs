//! What the next backup deletes, and at which moments that changes: as the reference says, second
//! by second.

use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::dotnet::{TICKS_PER_SECOND, TimeSpan};
use duplicati_retention::forecast::Schedule;
use duplicati_retention::history::{Backup, History, VersionNumber};
use duplicati_retention::retention::{NextRun, Options, periods, reference};
use proptest::prelude::*;

/// Two days before the night in which Berlin leaves summer time.
const NOW: i64 = 1_792_713_600;

fn at(seconds: i64) -> Utc {
    Utc::from_unix_seconds(NOW + seconds).unwrap()
}

/// What the reference deletes of today's versions if a backup starts and ends at these times.
fn by_reference(history: &History, options: &Options, start: Utc, end: Utc) -> Vec<VersionNumber> {
    let start = history.zone().recorded(start);
    let made = std::iter::once(Backup::full(start)).chain(history.iter()).collect();
    let then = History::new(made, history.zone());
    let place = history.iter().filter(|backup| backup.time > start).count();
    let decisions = reference::plan(&then, options, end).unwrap();
    let today = decisions.deletes().map(VersionNumber::get).filter(|&version| version != place);
    today.map(|version| VersionNumber::new(version - usize::from(version > place))).collect()
}

fn options(texts: &[(&'static str, &'static str)]) -> Options {
    Options::parse(texts.iter().copied(), Release::V2_3_0).unwrap()
}

fn history(zone: &str, ages: &[i64]) -> History {
    let backups = ages.iter().map(|&age| Backup::full(at(-age))).collect();
    History::new(backups, zone.parse().unwrap())
}

proptest! {
    #![proptest_config(crate::support::cases(96))]

    #[test]
    fn the_periods_are_those_of_the_reference(
        ages in prop::collection::vec((-4..40_i64, -2..3_i64, any::<bool>(), 0..9_i64), 1..12),
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York"]),
        texts in prop::sample::select(vec![
            &[("retention-policy", "1D:6h,3D:1D")][..],
            &[("retention-policy", "2D:1D,U:2D")],
            &[("retention-policy", "1D:U"), ("allow-full-removal", "true")],
            &[("keep-time", "1D12h")],
            &[("keep-time", "2D"), ("disable-time-tolerance", "true")],
            &[("keep-versions", "3")],
            &[("retention-policy", "1D:1h,2D:1D"), ("keep-time", "3D")],
        ]),
        probes in prop::collection::vec(0..5 * 86_400_i64, 12),
    ) {
        let backup = |&(hours, seconds, partial, lock): &(i64, i64, bool, i64)| Backup {
            partial,
            locked_until: (lock == 0).then(|| at(86_400 + hours)),
            ..Backup::full(at(-hours * 3600 + seconds))
        };
        let zone: Zone = zone.parse().unwrap();
        let history = History::new(ages.iter().map(backup).collect(), zone);
        let options = options(texts);
        let (from, until) = (at(0), at(5 * 86_400));
        let periods = periods(&history, &options, from, until);

        prop_assert_eq!((periods[0].from, periods[periods.len() - 1].until), (from, until));
        let second = TimeSpan::from_ticks(TICKS_PER_SECOND);
        for two in periods.windows(2) {
            prop_assert_eq!(two[0].until.saturating_add(second), two[1].from);
            prop_assert_ne!(&two[0].deletes, &two[1].deletes);
        }
        let ends = periods.iter().flat_map(|period| [period.from, period.until]);
        for moment in probes.iter().map(|&probe| at(probe)).chain(ends) {
            let expected = by_reference(&history, &options, moment, moment);
            let of = periods.iter().find(|period| (period.from..=period.until).contains(&moment));
            prop_assert_eq!(&of.unwrap().deletes, &expected, "{}", moment);
            let next = NextRun::new(&history, &options, moment);
            for version in history.versions() {
                prop_assert_eq!(next.decision(version).deleted, expected.contains(&version));
            }
        }
        let next = NextRun::new(&history, &options, from);
        let same = next.same_until(&history, until);
        prop_assert_eq!(same.unwrap_or(until), periods[0].until);

        // A backup that starts at once and takes up to two days.
        let end = |seconds: i64| by_reference(&history, &options, from, at(seconds));
        let two_days = at(2 * 86_400).since(from);
        let depends = next.depends_on_duration(two_days);
        let first = end(0);
        for seconds in probes.iter().map(|probe| probe % (2 * 86_400)) {
            for version in history.versions().filter(|version| !depends.contains(version)) {
                prop_assert_eq!(end(seconds).contains(&version), first.contains(&version));
            }
        }
    }
}

#[test]
fn what_a_second_decides_depends_on_the_duration() {
    let days = |days: i64| days * 86_400;
    let history = history("UTC", &[days(1), days(3), days(6), days(7) - 60]);
    let options = options(&[("retention-policy", "7D:U")]);
    let depends = |seconds| {
        let duration = TimeSpan::from_seconds(seconds).unwrap();
        NextRun::new(&history, &options, at(0)).depends_on_duration(duration)
    };
    assert_eq!(depends(60), []);
    assert_eq!(depends(61), [VersionNumber::new(3)]);
}

/// Locks end at whole seconds, and a backup begins between two.
#[test]
fn the_rest_of_the_second_belongs_to_the_moment() {
    let locked = Backup { locked_until: Some(at(1)), ..Backup::full(at(-30 * 86_400)) };
    let history = History::new(vec![Backup::full(at(-60)), locked], Zone::UTC);
    let options = options(&[("retention-policy", "7D:U")]);
    let start = Utc::from_ticks(at(0).ticks() + 9 * TICKS_PER_SECOND / 10).unwrap();
    let next = NextRun::new(&history, &options, start);
    assert_eq!(next.same_until(&history, at(60)), Some(at(0)));
}

/// At the last second that is asked about, the backup is no longer before the newest version, and
/// that one is too near to the other.
#[test]
fn the_last_second_is_looked_at() {
    let history = history("UTC", &[-7_200, -6_000]);
    let options = options(&[("retention-policy", "1D:1h")]);
    let next = NextRun::new(&history, &options, at(6_600));
    assert_eq!(next.same_until(&history, at(7_199)), None);
    assert_eq!(next.same_until(&history, at(7_200)), Some(at(7_199)));
}

#[test]
fn the_option_version_is_not_for_the_next_backup() {
    let history = history("UTC", &[60, 120, 180]);
    let options = options(&[("version", "0-1")]);
    assert_eq!(NextRun::new(&history, &options, at(0)).deletes().count(), 0);
}

#[test]
fn a_schedule_is_guessed_from_the_newest_distances() {
    let hours = |ages: &[i64]| {
        let seconds: Vec<i64> = ages.iter().map(|hours| hours * 3600).collect();
        Schedule::guessed(&history("Europe/Berlin", &seconds))
            .map(|guess| guess.every.whole_seconds())
    };
    assert_eq!(hours(&[5]), None);
    assert_eq!(hours(&[5, 29, 53, 77]), Some(86_400), "daily");
    assert_eq!(hours(&[5, 30, 53, 76]), Some(86_400), "daily, not to the hour");
    assert_eq!(hours(&[1, 7, 13, 19, 43, 67]), Some(6 * 3600), "thinned after a day");
    assert_eq!(hours(&[10, 34, 82, 130, 178, 226]), Some(2 * 86_400), "mostly every other day");
    assert_eq!(hours(&[100, 268, 436]), Some(7 * 86_400), "weekly");
}

/// Found by the test above: the new version is an hour before one that lies in the future, and a
/// second later it is nearer.
#[test]
fn a_version_in_the_future_is_thinned_by_its_distance_to_the_next() {
    let history = history("UTC", &[-7_202, -7_200]);
    let options = options(&[("retention-policy", "1D:1h")]);
    let found = periods(&history, &options, at(0), at(2 * 3600 - 1));
    let ends: Vec<Utc> = found.iter().map(|period| period.until).collect();
    assert_eq!(ends[0], at(3600));
    for period in &found {
        for moment in [period.from, period.until] {
            assert_eq!(period.deletes, by_reference(&history, &options, moment, moment));
        }
    }
}
