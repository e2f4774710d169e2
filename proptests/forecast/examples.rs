//! Small forecasts whose numbers a person can count.

use std::num::NonZeroUsize;

use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
use duplicati_retention::forecast::*;
use duplicati_retention::history::{Backup, History};
use duplicati_retention::policy::{PairIndex, Policy};
use duplicati_retention::retention::Options;

use super::seconds;

pub(super) fn days(count: i64) -> TimeSpan {
    TimeSpan::from_ticks(count * TICKS_PER_DAY)
}

pub(super) fn day(count: i64) -> Utc {
    Utc::from_unix_seconds(count * 86_400).unwrap()
}

pub(super) fn policy(text: &str) -> Policy {
    Policy::parse(text, Release::V2_3_0).unwrap()
}

pub(super) fn none(zone: Zone) -> History {
    History::new(vec![], zone)
}

/// A backup a day in UTC, from day 0 on.
pub(super) fn daily(until: i64) -> Vec<Start> {
    Schedule::every(days(1)).starts(Zone::UTC, day(0), day(until), 1)
}

#[test]
fn the_bound_adds_each_interval_but_a_second_to_the_schedule() {
    let policy = policy("1W:1D,4W:1W");
    let bound = |pair| gap_bound(policy.pairs(), PairIndex::new(pair), days(1)).to_string();
    assert_eq!(bound(0), "1D 23h 59m 59s");
    assert_eq!(bound(1), "8D 23h 59m 58s");
}

#[test]
fn the_longest_distance_is_by_the_local_clock() {
    let utc = |seconds| Utc::from_unix_seconds(seconds).unwrap();
    let at = |hour: i64| Start { time: utc(1_792_884_600 + hour * 3600), partial: false };
    let berlin = none("Europe/Berlin".parse().unwrap());
    // On 2026-10-25 the clock goes from 03:00 back to 02:00. By it, these are at 01:30, 02:30,
    // 02:30 and 05:30.
    let starts = [at(0), at(1), at(2), at(5)];
    assert_eq!(longest_distance(&berlin, &starts), Some(seconds(3 * 3600)));
    let early = Start { time: starts[2].time.checked_sub(seconds(1)).unwrap(), ..starts[2] };
    assert_eq!(longest_distance(&berlin, &[starts[1], early]), None);
}

#[test]
fn a_longer_time_frame_has_all_that_a_shorter_one_has() {
    let [week, fortnight] = ["7D:1D", "14D:1D"].map(|text| policy(text).into());
    let policies = [&week, &fortnight];
    let [week, fortnight] = ComparedForecast::of_both(policies, Zone::UTC, &daily(100));
    assert_eq!(week.in_the_end.len(), 8);
    assert!(week.only_here(&fortnight).is_empty());
    assert_eq!(fortnight.only_here(&week).len(), 7);
}

#[test]
fn a_goal_finer_than_the_schedule_is_impossible() {
    let goal = Goal { interval: days(1), reach: days(30) };
    let weekly = Schedule::every(days(7));
    let error = compose(&[goal], &weekly, Zone::UTC, (day(0), day(365)), 1).unwrap_err();
    assert_eq!(error, Impossible::TooFine { goal, apart: days(7) });
}

#[test]
fn goals_become_pairs_with_a_margin() {
    let schedule = Schedule { jitter: seconds(600), ..Schedule::every(days(1)) };
    let goals = [
        Goal { interval: days(1), reach: days(30) },
        Goal { interval: days(7), reach: TimeSpan::MAX },
    ];
    let composed = compose(&goals, &schedule, Zone::UTC, (day(0), day(365)), 1).unwrap();
    assert_eq!(composed.policy.to_string(), "32D:23h,U:6D23h");
}

#[test]
fn coverage_says_how_wide_the_gap_and_how_short_the_reach() {
    let goal = Goal { interval: days(1), reach: days(7) };
    let found = coverage(&policy("7D:2D").into(), &[goal], Zone::UTC, &daily(100));
    assert_eq!((found.goals[0].gap, found.goals[0].short), (days(2), days(1)));
}

#[test]
fn a_backup_that_starts_early_leaves_a_gap_of_two_days() {
    let options = policy("7D:1D").into();
    let schedule = Schedule { jitter: seconds(30), ..Schedule::every(days(1)) };
    let starts = schedule.starts(Zone::UTC, day(0), day(365), 1);
    let mut delivered = Delivered::new(&options, &starts);
    simulate(&options, &none(Zone::UTC), &starts, |simulation, now| {
        delivered.observe(simulation, now)
    });
    let worst = delivered.frames()[0].gap.unwrap().max;
    assert_eq!(worst.whole_seconds() / 3600, 48);
}

/// While a lock lasts, all versions are decided about together.
#[test]
fn versions_that_are_locked_count_in_their_frames() {
    let options = policy("5D:2D,10D:5D").into();
    let locked = |count| Backup { locked_until: Some(day(100)), ..Backup::full(day(count)) };
    let history = History::new((0..20).rev().map(locked).collect(), Zone::UTC);
    let starts = [Start { time: day(20), partial: false }];
    let mut delivered = Delivered::new(&options, &starts);
    simulate(&options, &history, &starts, |simulation, now| delivered.observe(simulation, now));
    // One exactly at a frame's bound is inside. The longest has those beyond it, too.
    let counts = delivered.frames().into_iter().map(|frame| frame.versions.max);
    assert_eq!(counts.collect::<Vec<_>>(), [5, 15]);
}

#[test]
fn a_version_expires_with_the_run_in_which_its_frame_ends() {
    let history = History::new(vec![Backup::full(day(0)), Backup::full(day(1))], Zone::UTC);
    let starts = Schedule::every(days(1)).starts(Zone::UTC, day(2), day(30), 0);
    let options = Options::parse([("retention-policy", "7D:U")], Release::V2_3_0).unwrap();
    let found = expiries(&history, &options, &starts);
    // More than 7 days after day 0.
    assert_eq!(found[1].unwrap().time, day(8));
}

#[test]
fn a_summary_has_the_ends_and_the_median() {
    assert_eq!(Summary::of(vec![3, 1, 2]), Some(Summary { min: 1, median: 2, max: 3 }));
    assert_eq!(Summary::<u8>::of(vec![]), None);
}

/// So many forecasts of a hundred days, of which one in ten has no backup.
fn with_misses(
    options: &Options,
    only_frames: bool,
    forecasts: u64,
    done: impl FnMut(u64),
) -> ForecastResult {
    let forecast = Forecast {
        options,
        history: &none(Zone::UTC),
        schedule: &Schedule { miss: 0.1, ..Schedule::every(days(1)) },
        from: day(0),
        until: day(100),
        seed: 1,
        ages: &[],
        within: &[],
        file: None,
        only_frames,
    };
    forecast.run(forecasts, NonZeroUsize::MIN, done)
}

#[test]
fn many_forecasts_have_their_own_misses_and_tell_how_many_are_done() {
    let mut done = 0;
    let result = with_misses(&policy("7D:1D").into(), false, 10, |count| done = count);
    assert_eq!(done, 10);
    assert!(result.backups.min < result.backups.max);
}

#[test]
fn a_forecast_of_frames_only_has_the_same_frames_and_nothing_else() {
    let options = policy("7D:2D,30D:5D").into();
    let [whole, frames] =
        [false, true].map(|only_frames| with_misses(&options, only_frames, 2, |_| ()).delivered);
    assert_eq!(frames.frames(), whole.frames());
    assert_eq!(frames.gaps(), whole.gaps());
    assert!(whole.versions().is_some() && !whole.recoverability().is_empty());
    assert!(frames.versions().is_none() && frames.recoverability().is_empty());
}

#[test]
fn the_versions_of_every_other_day_are_five_at_most() {
    let mut most = 0;
    simulate(&policy("7D:2D").into(), &none(Zone::UTC), &daily(30), |simulation, _| {
        most = most.max(simulation.backups().count())
    });
    // The newest, and those at 1, 3, 5 and 7 days.
    assert_eq!(most, 5);
}

#[test]
fn a_margin_is_an_hour_for_intervals_of_a_day_or_more() {
    let suggested = suggest_margin(&policy("7D:1D,U:1W"), &Schedule::every(days(1)));
    assert_eq!(suggested.unwrap().to_string(), "7D:23h,U:6D23h");
}
