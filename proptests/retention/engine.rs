//! The engine, which searches, against the reference, which looks at every backup.

use std::collections::BTreeMap;
use std::fs;

use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::conformance::vector::Vector;
use duplicati_retention::dotnet::TICKS_PER_SECOND;
use duplicati_retention::history::{Backup, History, VersionNumber};
use duplicati_retention::policy::{PairIndex, Policy};
use duplicati_retention::retention::{
    self, Blocker, Decisions, Options, PlanError, RetainedBecause, engine, reference,
};
use duplicati_retention::sources::times::parse_time;
use proptest::prelude::*;

use crate::support::{cases, local};

/// Zones with clock changes of an hour and of half an hour, and around the ends of the day.
const ZONES: [&str; 6] = [
    "Europe/Dublin",
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Argentina/Buenos_Aires",
];

/// 2026-10-25T01:00Z, when Berlin's clock goes back; the others change within the weeks around.
pub const CLOCK_GOES_BACK: i64 = 1_792_890_000;

/// Asks both, and compares all that they say.
fn check(history: &History, options: &Options, now: Utc) -> Result<(), TestCaseError> {
    let (plan, expected) =
        match (retention::plan(history, options, now), reference::plan(history, options, now)) {
            (Ok(plan), Ok(expected)) => (plan, expected),
            (plan, expected) => {
                prop_assert_eq!(plan.err(), expected.err());
                return Ok(());
            }
        };
    prop_assert_eq!(&Decisions::from(&plan), &expected);
    prop_assert_eq!(plan.keep_time_bound(), expected.keep_time_bound);

    // What the plan says without a look at each version, told from the list.
    let (deleted, kept): (Vec<VersionNumber>, Vec<VersionNumber>) =
        history.versions().partition(|version| expected.decisions[version.get()].deleted);
    prop_assert!(expected.deletes().eq(deleted.iter().copied()));
    prop_assert_eq!(plan.deletes().collect::<Vec<_>>(), &deleted[..]);
    prop_assert_eq!(plan.kept().collect::<Vec<_>>(), kept);
    prop_assert_eq!(plan.deleted_count(), deleted.len());
    let ranges: Vec<_> = plan.deleted_ranges().collect();
    prop_assert!(ranges.windows(2).all(|two| two[0].end < two[1].start), "{:?}", ranges);
    prop_assert_eq!(plan.len(), history.len());
    prop_assert_eq!(plan.is_empty(), history.is_empty());

    let mut areas = BTreeMap::new();
    for decision in &expected.decisions {
        if let Some(area) = decision.policy.area() {
            let (versions, deleted) = areas.entry(area).or_insert((0, 0));
            (*versions, *deleted) = (*versions + 1, *deleted + usize::from(decision.deleted));
        }
    }
    let tallies =
        plan.tallies().into_iter().map(|tally| (tally.area, (tally.versions, tally.deleted)));
    prop_assert!(tallies.eq(areas.clone()), "{:?} instead of {:?}", plan.tallies(), areas);

    let retained_because: Vec<(VersionNumber, RetainedBecause)> = history
        .versions()
        .zip(&expected.decisions)
        .filter_map(|(version, decision)| Some((version, decision.retained_because?)))
        .collect();
    prop_assert_eq!(plan.retained_because().collect::<Vec<_>>(), retained_because);
    Ok(())
}

/// A span as text: few different ones, so that frames, intervals and distances meet.
fn span() -> impl Strategy<Value = String> {
    let unit = prop::sample::select(&["s", "m", "h", "D"][..]);
    prop_oneof![
        4 => (0..9_u8, unit).prop_map(|(count, unit)| format!("{count}{unit}")),
        2 => (0..9_u8).prop_map(|count| format!("{}m", 30 * count)),
        1 => Just("U".to_owned()),
        1 => Just("2000Y".to_owned()),
    ]
}

pub fn policy() -> impl Strategy<Value = String> {
    let pair = (span(), span()).prop_map(|(frame, interval)| format!("{frame}:{interval}"));
    prop::collection::vec(pair, 0..5).prop_map(|pairs| pairs.join(","))
}

/// All options; each but the policy is mostly not set.
pub fn options() -> impl Strategy<Value = Options> {
    let keep_time =
        prop::option::weighted(0.3, (0..99_u8, prop::sample::select(&["m", "h", "D"][..])));
    let keep_versions = prop::option::weighted(0.3, -1..9_i32);
    let version = prop::option::weighted(0.3, prop::collection::vec((0..30_u8, 0..6_u8), 1..4));
    let release = prop::sample::select(&Release::ALL[..]);
    (policy(), keep_time, keep_versions, version, any::<bool>(), any::<bool>(), release).prop_map(
        |(policy, keep_time, keep_versions, version, full_removal, no_tolerance, release)| {
            let keep_time =
                keep_time.map(|(count, unit)| format!("{count}{unit}")).unwrap_or_default();
            let range = |(first, more): (u8, u8)| format!("{first}-{}", first + more);
            let version: Vec<String> = version.unwrap_or_default().into_iter().map(range).collect();
            let texts = [
                ("retention-policy", policy),
                ("keep-time", keep_time),
                ("keep-versions", keep_versions.unwrap_or(0).to_string()),
                ("version", version.join(",")),
                ("allow-full-removal", full_removal.to_string()),
                ("disable-time-tolerance", no_tolerance.to_string()),
            ];
            Options::parse(texts.iter().map(|(name, text)| (*name, text.as_str())), release)
                .unwrap()
        },
    )
}

/// Backups in any order, whole units of time from where Berlin's clock goes back. Many are at one
/// time.
pub fn history(length: usize) -> impl Strategy<Value = History> {
    let unit = prop::sample::select(&[1, 20, 600, 1_800, 3_600, 86_400][..]);
    let partial = prop::sample::select(&[0.0, 0.1, 0.5, 1.0][..]);
    (prop::sample::select(&ZONES[..]), unit, partial, prop_oneof![1..60_i64, 1..9_000_i64])
        .prop_flat_map(move |(zone, unit, partial, histogram)| {
            let lock = prop::option::weighted(0.1, -3..3_i64);
            let backup = (-histogram..histogram, prop::bool::weighted(partial), lock);
            prop::collection::vec(backup, 0..length).prop_map(move |backups| {
                let time =
                    |count: i64| Utc::from_unix_seconds(CLOCK_GOES_BACK + count * unit).unwrap();
                let backup = |(count, partial, lock): (i64, bool, Option<i64>)| Backup {
                    time: time(count),
                    partial,
                    locked_until: lock.map(time),
                };
                History::new(backups.into_iter().map(backup).collect(), zone.parse().unwrap())
            })
        })
}

/// The present: at a backup's time or near, with or without a part of a second.
fn now() -> impl Strategy<Value = Utc> {
    let unit = prop::sample::select(&[1, 1_800, 86_400][..]);
    let part = prop::sample::select(&[0, 1, TICKS_PER_SECOND - 1][..]);
    (-30..90_i64, unit, part).prop_map(|(count, unit, part)| {
        let seconds = Utc::from_unix_seconds(CLOCK_GOES_BACK + count * unit).unwrap();
        Utc::from_ticks(seconds.ticks() + part).unwrap()
    })
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn the_engine_plans_as_the_reference_does(
        history in history(40), options in options(), now in now(),
    ) {
        check(&history, &options, now)?;
    }

    #[test]
    fn the_engine_applies_a_policy_as_the_reference_does(
        history in history(40), policy in policy(), now in now(), full_removal in any::<bool>(),
    ) {
        let policy = Policy::parse(&policy, Release::V2_3_0).unwrap();
        let answer = engine::apply(&policy, &history, local(now), full_removal);
        let expected = reference::apply(&policy, &history, local(now), full_removal);
        match (answer, expected) {
            (Ok(answer), Ok(expected)) => {
                prop_assert_eq!(answer.deletes().collect::<Vec<_>>(), expected.deletes);
                let verdicts: Vec<_> =
                    history.versions().map(|version| answer.verdict(version)).collect();
                prop_assert_eq!(verdicts, expected.verdicts);
            }
            (answer, expected) => prop_assert_eq!(answer.err(), expected.err()),
        }
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn the_engine_plans_long_histories_as_the_reference_does(
        history in history(3_000), options in options(), now in now(),
    ) {
        check(&history, &options, now)?;
    }
}

#[test]
fn the_engine_answers_every_vector_as_the_reference_does() {
    let path = format!("{}/vectors/retention.jsonl", env!("CARGO_MANIFEST_DIR"));
    let mut plans = 0;
    for line in fs::read_to_string(path).unwrap().lines() {
        let vector = Vector::parse(line).unwrap();
        for &release in vector.expect.keys() {
            let case = vector.case(release);
            let texts = case.options().iter().map(|(name, text)| (*name, text.as_str()));
            let Ok(options) = Options::parse(texts, release) else { continue };
            check(case.history(), &options, case.now())
                .unwrap_or_else(|error| panic!("{}: {error}", vector.id));
            plans += 1;
        }
    }
    assert!(plans > 9_000, "{plans}");
}

#[test]
fn an_interval_longer_than_all_of_time_keeps_one_in_its_frame() {
    let time = |seconds| Utc::from_unix_seconds(seconds).unwrap();
    let history =
        History::new((0..5).map(|day| Backup::full(time(day * 86_400))).collect(), Zone::UTC);
    // With a time of today the sum is more than 64 bits hold.
    let options = Options::parse([("retention-policy", "U:29000Y")], Release::V2_3_0).unwrap();
    let plan = retention::plan(&history, &options, time(1_795_428_000)).unwrap();
    assert!(plan.kept().eq([0, 4].map(VersionNumber::new)));
    check(&history, &options, time(1_795_428_000)).unwrap();
}

#[test]
fn partial_backups_in_a_run_of_deletions_are_not_named() {
    let backup = |hour: i64| {
        let time = Utc::from_unix_seconds(CLOCK_GOES_BACK + 3_600 * hour).unwrap();
        Backup { partial: hour % 3 == 1, ..Backup::full(time) }
    };
    let history = History::new((0..14).map(backup).collect(), Zone::UTC);
    let options = Options::parse([("retention-policy", "U:10h")], Release::V2_3_0).unwrap();
    let plan = retention::plan(&history, &options, Utc::MAX).unwrap();
    // Version 3 is far enough from the oldest but partial, so it is 2 that survives.
    assert!(plan.policy_deletes().eq([11, 10, 8, 7, 5, 4, 1].map(VersionNumber::new)));
    check(&history, &options, Utc::MAX).unwrap();
}

#[test]
fn the_newest_at_the_very_bound_of_the_longest_frame_is_inside() {
    let deletes = |seconds: i64| {
        let time = |seconds| Utc::from_unix_seconds(CLOCK_GOES_BACK + seconds).unwrap();
        let history = History::new(vec![Backup::full(time(-seconds))], Zone::UTC);
        let policy = Policy::parse("1h:1m", Release::V2_3_0).unwrap();
        let answers = (
            engine::apply(&policy, &history, local(time(0)), true).unwrap().deletes().count(),
            reference::apply(&policy, &history, local(time(0)), true).unwrap().deletes.len(),
        );
        assert_eq!(answers.0, answers.1);
        answers.0
    };
    assert_eq!([3_599, 3_600, 3_601].map(deletes), [0, 0, 1]);
}

proptest! {
    #![proptest_config(cases(1_000))]

    /// Engine and reference read one history, so a bug in it would go unnoticed by both.
    #[test]
    fn a_history_has_the_backups_that_it_was_made_of(
        history in history(40), swaps in any::<[prop::sample::Index; 4]>(),
    ) {
        let mut backups: Vec<Backup> = history.iter().collect();
        prop_assume!(!backups.is_empty());
        let length = backups.len();
        swaps.chunks(2).for_each(|two| backups.swap(two[0].index(length), two[1].index(length)));
        let again = History::new(backups.clone(), history.zone());
        backups.sort_by_key(|backup| std::cmp::Reverse(backup.time));
        prop_assert_eq!(again.iter().collect::<Vec<_>>(), &backups[..]);
        prop_assert_eq!(again.get(VersionNumber::new(length)), None);
        for (version, &backup) in again.versions().zip(&backups) {
            prop_assert_eq!(again.get(version), Some(backup));
            prop_assert_eq!(again.backup(version), backup);
            prop_assert_eq!(again.local_time(version), history.zone().to_local(backup.time));
        }
    }
}

/// Every list of up to `length` backups at `times` times half an hour apart, full and partial.
fn every_history(length: u32, times: usize, zone: Zone) -> impl Iterator<Item = History> {
    let kinds = 2 * times;
    (0..=length).flat_map(move |length| {
        (0..kinds.pow(length)).filter_map(move |number| {
            let kind = |index: u32| number / kinds.pow(index) % kinds;
            // Equal times keep their order, so of all orders the one of times is enough.
            let in_order = (1..length).all(|index| kind(index - 1) / 2 >= kind(index) / 2);
            let backup = |kind: usize| {
                let seconds = CLOCK_GOES_BACK + 1_800 * (kind as i64 / 2 - 2);
                let time = Utc::from_unix_seconds(seconds).unwrap();
                Backup { partial: kind % 2 == 1, ..Backup::full(time) }
            };
            in_order
                .then(|| History::new((0..length).map(|index| backup(kind(index))).collect(), zone))
        })
    })
}

#[test]
fn the_engine_plans_every_small_history_as_the_reference_does() {
    // Dublin records the second pass of the hour as the first.
    let zones = &ZONES[..3];
    let texts: [&[(&str, &str)]; 10] = [
        &[("retention-policy", "1h:30m"), ("allow-full-removal", "true")],
        &[("retention-policy", "U:30m")],
        &[("retention-policy", "U:1h")],
        &[("retention-policy", "1h:30m,2h:1h")],
        &[("retention-policy", "30m:U,U:90m"), ("allow-full-removal", "true")],
        &[("retention-policy", "45m:20m"), ("allow-full-removal", "true")],
        &[("keep-versions", "2")],
        &[("keep-time", "1h"), ("disable-time-tolerance", "true")],
        &[("retention-policy", "U:1h"), ("keep-versions", "1"), ("version", "1,3")],
        &[("retention-policy", "1h:30m"), ("keep-time", "2h"), ("version", "0-9")],
    ];
    let all: Vec<Options> = Release::ALL
        .into_iter()
        .filter(|release| matches!(release, Release::V2_1 | Release::V2_3_0))
        .flat_map(|release| {
            texts.map(|texts| Options::parse(texts.iter().copied(), release).unwrap())
        })
        .collect();
    let now = Utc::from_unix_seconds(CLOCK_GOES_BACK + 3 * 1_800).unwrap();
    let mut histories = 0;
    for history in zones.iter().flat_map(|zone| every_history(5, 5, zone.parse().unwrap())) {
        histories += 1;
        for options in &all {
            check(&history, options, now)
                .unwrap_or_else(|error| panic!("{history:?} {options:?}: {error}"));
        }
    }
    // Of each length n, 2ⁿ times the multisets of n out of 5 times.
    assert_eq!(histories, zones.len() * 5_503);
}

/// The lock of the version at whose time another is recorded answers for both, until it ends.
#[test]
fn a_version_has_the_lock_that_is_found_at_its_recorded_time() {
    let dublin = "Europe/Dublin".parse().unwrap();
    let now = parse_time("2026-10-25T02:00:00Z").unwrap();
    let options = Policy::parse("U:1h", Release::V2_3_0).unwrap().into();
    let retained = |seconds: i64| {
        let locked_until = Some(now.add_units(seconds, TICKS_PER_SECOND).unwrap());
        let [oldest, first, second] = ["T00:00:00Z", "T00:30:00Z", "T01:30:00Z"]
            .map(|time| Backup::full(parse_time(&format!("2026-10-25{time}")).unwrap()));
        let newest = Backup::full(now);
        let first = Backup { locked_until, ..first };
        let history = History::new(vec![newest, second, first, oldest], dublin);
        check(&history, &options, now).unwrap();
        let plan = retention::plan(&history, &options, now).unwrap();
        plan.retained_because().map(|(version, _)| version.get()).collect::<Vec<_>>()
    };
    assert_eq!([-1, 0, 1].map(retained), [vec![], vec![], vec![1, 2]]);
}

#[test]
fn each_blocker_has_its_time() {
    let (version, pair) = (VersionNumber::NEWEST, PairIndex::new(0));
    let error = PlanError::KeepTimeOutOfRange;
    for (blocker, begins, deletes, runs) in [
        (Blocker::IntervalNotBelowFrame { pair }, false, true, true),
        (Blocker::Combined { options: vec![] }, false, true, true),
        (Blocker::CannotDecide { error }, true, true, false),
        (Blocker::CountedTwice { version }, true, false, false),
        (Blocker::SameTime { version }, true, false, false),
    ] {
        assert_eq!(!blocker.refuses_to_begin(), begins, "{blocker:?}");
        assert_eq!(!blocker.fails_while_deleting(), deletes, "{blocker:?}");
        assert_eq!(!blocker.fails_the_run(), runs, "{blocker:?}");
    }
}

/// Two versions of one time stand where the recorded time of a third would be.
#[test]
fn a_recorded_time_that_is_nowhere_hides_no_others() {
    let dublin = "Europe/Dublin".parse().unwrap();
    // The last two start in the second pass of the hour, and are recorded an hour early.
    let times = ["T00:10:00Z", "T00:10:00Z", "T01:30:00Z", "T01:50:00Z"]
        .map(|time| Backup::full(parse_time(&format!("2026-10-25{time}")).unwrap()));
    let history = History::new(times.to_vec(), dublin);
    let options = Options {
        release: Release::V2_2,
        ..Options::from(Policy::parse("U:1h", Release::V2_2).unwrap())
    };
    let now = parse_time("2026-10-25T02:00:00Z").unwrap();
    let plan = retention::plan(&history, &options, now).unwrap();
    let decisions = Decisions::from(&plan);
    assert_eq!(decisions, reference::plan(&history, &options, now).unwrap());
    // One of the two and the third are listed, and the database has as many rows of their times.
    assert_eq!((plan.deletes().count(), plan.blockers()), (2, &[][..]));
}
