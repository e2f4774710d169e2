//! The simulation, which looks only at what changes, against the reference after every backup.

use std::cmp::Reverse;

use duplicati_retention::Release;
use duplicati_retention::clock::Utc;
use duplicati_retention::dotnet::TICKS_PER_SECOND;
use duplicati_retention::history::{Backup, History, VersionNumber};
use duplicati_retention::policy::Policy;
use duplicati_retention::retention::incremental::Simulation;
use duplicati_retention::retention::{Blocker, Options, reference};
use proptest::prelude::*;

use super::engine::{CLOCK_GOES_BACK, history, options, policy};
use crate::support::cases;

/// The steps from each backup to the next in seconds, and which of them are partial. Most clocks
/// go on; some are set back, or make two backups at one time.
fn steps() -> impl Strategy<Value = Vec<(i64, bool)>> {
    let unit = prop::sample::select(&[1, 600, 1_800, 3_600, 86_400][..]);
    let count = prop_oneof![8 => 1..5_i64, 1 => Just(0), 1 => -40..0_i64];
    let step = (unit, count).prop_map(|(unit, count)| unit * count);
    prop::collection::vec((step, prop::bool::weighted(0.2)), 1..60)
}

/// Makes each backup, and compares what is there with what the reference leaves of what was there
/// before it. Returns how many versions were deleted.
fn check(
    options: &Options,
    history: &History,
    backups: impl IntoIterator<Item = Backup>,
) -> Result<usize, TestCaseError> {
    // A database has the times that Duplicati recorded, and so has the simulation.
    let zone = history.zone();
    let recorded = |backup: Backup| Backup { time: zone.recorded(backup.time), ..backup };
    let history = &History::new(history.iter().map(recorded).collect(), zone);
    let mut simulation = Simulation::new(options, history);
    let options = Options { versions: Default::default(), ..options.clone() };
    let mut there: Vec<Backup> = history.iter().collect();
    let (mut deleted, mut failed) = (0, 0);
    for made in backups.into_iter().map(recorded) {
        there.insert(0, made);
        let before = History::new(there, zone);
        let (deletes, done) = match reference::plan(&before, &options, made.time) {
            Ok(decisions) => {
                let failure = decisions.blockers.iter().find(|found| found.fails_while_deleting());
                match failure {
                    Some(failure) => (Vec::new(), Err(failure.clone())),
                    None => (decisions.deletes().collect::<Vec<VersionNumber>>(), Ok(())),
                }
            }
            Err(error) => (Vec::new(), Err(Blocker::CannotDecide { error })),
        };
        failed += usize::from(done.is_err());
        prop_assert_eq!(simulation.back_up(made), done);
        prop_assert_eq!(simulation.failed_runs(), failed);
        deleted += deletes.len();
        let mut kept: Vec<VersionNumber> =
            before.versions().filter(|version| !deletes.contains(version)).collect();
        there = kept.iter().map(|&version| before.backup(version)).collect();
        kept.sort_by_key(|&version| Reverse(before.local_time(version)));
        let by_local_time: Vec<Backup> =
            kept.iter().map(|&version| before.backup(version)).collect();
        prop_assert_eq!(simulation.backups().rev().collect::<Vec<_>>(), by_local_time);
    }
    Ok(deleted)
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn the_simulation_leaves_what_the_reference_leaves(
        policy in policy(), history in history(12), first in -90_000..90_000_i64, steps in steps(),
    ) {
        let policy = Policy::parse(&policy, Release::V2_3_0).unwrap();
        check(&policy.into(), &history, backups(first, steps))?;
    }

    #[test]
    fn the_simulation_applies_every_option_as_the_reference_does(
        options in options(), alone in any::<bool>(),
        history in history(12), first in -90_000..90_000_i64, steps in steps(),
    ) {
        // Duplicati takes only one of the three; both is tried, too.
        let options = match alone {
            true => Options { policy: Policy::default(), ..options },
            false => options,
        };
        check(&options, &history, backups(first, steps))?;
    }
}

fn backups(first: i64, steps: Vec<(i64, bool)>) -> impl Iterator<Item = Backup> {
    let mut seconds = CLOCK_GOES_BACK + first;
    steps.into_iter().map(move |(step, partial)| {
        seconds += step;
        Backup { partial, ..Backup::full(Utc::from_unix_seconds(seconds).unwrap()) }
    })
}

#[test]
fn a_clock_set_back_gives_versions_back_to_a_shorter_frame() {
    let policy = Policy::parse("1h:10m,U:1h", Release::V2_3_0).unwrap();
    let at = |minute: i64| {
        let time = Utc::from_unix_seconds(CLOCK_GOES_BACK + 86_400).unwrap();
        Backup::full(time.add_units(60 * minute, TICKS_PER_SECOND).unwrap())
    };
    let there = History::new((0..12).map(|count| at(10 * count)).collect(), "UTC".parse().unwrap());
    // Two hours forward, an hour back, and on.
    let deleted = check(&policy.into(), &there, [120, 240, 180, 185, 250, 260].map(at)).unwrap();
    assert!(deleted > 5, "{deleted}");
}

/// Found by the test above: the version that was there is newer by true time, though it was made
/// first.
#[test]
fn an_older_version_can_be_made_later_at_the_same_local_time() {
    let berlin = "Europe/Berlin".parse().unwrap();
    let half_past_two = |again: i64| {
        let time = Utc::from_unix_seconds(CLOCK_GOES_BACK - 1_800 + 3_600 * again).unwrap();
        Backup::full(time)
    };
    let there = History::new(vec![half_past_two(1)], berlin);
    check(&Options::default(), &there, [half_past_two(0)]).unwrap();
}

/// As long as only one of them is to be deleted, the database deletes nothing at all.
#[test]
fn of_two_versions_with_one_time_the_deletion_fails() {
    let policy = Policy::parse("7D:1D", Release::V2_3_0).unwrap();
    let day = |day: i64| Backup::full(Utc::from_unix_seconds(86_400 * day).unwrap());
    let half = |half: i64| Backup::full(Utc::from_unix_seconds(43_200 * half).unwrap());
    let there = History::new(vec![day(1), day(1)], "UTC".parse().unwrap());
    let mut simulation = Simulation::new(&policy.clone().into(), &there);
    // Half a day later than each day there is one that would be deleted, too.
    for half in (4..16).map(half) {
        simulation.back_up(half).unwrap_err();
    }
    assert_eq!(simulation.backups().count(), 14);
    // When both are older than the frame, both are deleted, and all that waited for it.
    simulation.back_up(half(17)).unwrap();
    assert_eq!(simulation.failed_runs(), 12);
    assert_eq!(simulation.backups().count(), 7);
    check(&policy.into(), &there, (4..40).map(half)).unwrap();
}

#[test]
fn a_frame_before_the_year_1_makes_a_version_and_deletes_nothing() {
    let policy = Policy::parse("1D:U,5000Y:1Y", Release::V2_3_0).unwrap();
    let day = |day: i64| Backup::full(Utc::from_unix_seconds(86_400 * day).unwrap());
    let there = History::new(vec![day(1), day(2)], "UTC".parse().unwrap());
    let mut simulation = Simulation::new(&policy.clone().into(), &there);
    for day in (3..9).map(day) {
        let Err(Blocker::CannotDecide { error }) = simulation.back_up(day) else { panic!() };
        assert!(error.to_string().starts_with("the time frame of pair 2 is 1825000D"), "{error}");
    }
    assert_eq!(simulation.backups().count(), 8);
    check(&policy.into(), &there, [3, 9, 5, 12].map(day)).unwrap();
}
