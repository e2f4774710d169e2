//! Forecasts and policies where a second more or less decides, and what few forecasts show.

use std::num::NonZeroUsize;

use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::dotnet::TimeSpan;
use duplicati_retention::forecast::*;
use duplicati_retention::history::{Backup, History};
use duplicati_retention::retention::Options;

use super::examples::{daily, day, days, none, policy};
use super::seconds;

const DAY: i64 = 86_400;

/// Every tenth day has no backup.
fn holidays() -> Schedule {
    Schedule { off: Some(Off { length: days(1), each: days(10) }), ..Schedule::every(days(1)) }
}

fn options(name: &str, text: &str) -> Options {
    Options::parse([(name, text)], Release::V2_3_0).unwrap()
}

/// The bounds for a daily backup that may start this many seconds late.
fn bounds(text: &str, jitter: i64, longest: Option<TimeSpan>) -> Option<GapBounds> {
    let schedule = Schedule { jitter: seconds(jitter), ..Schedule::every(days(1)) };
    let schedule = (&schedule, Zone::UTC, day(0), day(100));
    GapBounds::of(policy(text).pairs(), longest, Some(schedule))
}

#[test]
fn the_bound_of_a_daily_backup_that_is_up_to_ten_minutes_late() {
    for (text, gap) in [
        // Two starts may be a day and ten minutes apart, even if the frame is too short for more.
        ("1D:U", DAY + 600),
        // Two steps at least, and no more.
        ("10D:1D23h50m", 2 * DAY + 600),
        // Some starts of neighbouring days are so far apart, and some are not: one or two steps,
        // and the start after the second is as good as any.
        ("10D:1D10m", DAY + 600 + (DAY + 599)),
    ] {
        let found = bounds(text, 600, None).unwrap();
        assert_eq!(found.gaps, [seconds(gap)], "{text}");
        assert_eq!(found.apart, seconds(DAY + 600));
        assert_eq!(found.condition, Condition::Punctual(seconds(600)));
    }
    // Of two equal bounds that with the weaker condition.
    let longest = seconds(DAY + 600);
    let condition = bounds("30D:U", 600, Some(longest)).unwrap().condition;
    assert_eq!(condition, Condition::Apart(longest));
    // As late as half a day, a backup may belong to this day or to the next.
    assert!(bounds("30D:U", DAY / 2 - 1, None).is_some());
    assert_eq!(bounds("30D:U", DAY / 2, None), None);
}

#[test]
fn goals_at_the_limit_of_what_a_schedule_can_do() {
    // With holidays two backups can be two days apart, and each may start a minute late.
    let twice = 2 * DAY;
    for (interval, expected) in [
        (twice - 61, None),
        (twice - 60, Some("30D:U")),
        // Less than a minute is left to thin with.
        (twice + 59, Some("30D:U")),
        (twice + 60, Some("31D:1m")),
    ] {
        let goal = Goal { interval: seconds(interval), reach: days(28) };
        let found = compose(&[goal], &holidays(), Zone::UTC, (day(0), day(365)), 1);
        match expected {
            Some(text) => assert_eq!(found.unwrap().policy.to_string(), text, "{interval} s"),
            None => assert_eq!(found, Err(Impossible::TooFine { goal, apart: days(2) })),
        }
    }
    // Time frames are written in the largest unit of which they have at least two.
    let goal = Goal { interval: TimeSpan::ZERO, reach: days(1) };
    let hourly = Schedule::every(seconds(3600));
    let found = compose(&[goal], &hourly, Zone::UTC, (day(0), day(30)), 1).unwrap();
    assert_eq!(found.policy.to_string(), "1D2h:U");
}

#[test]
fn each_suggestion_differs_from_the_policy_and_from_the_others() {
    for (text, schedule, expected) in [
        ("7D:1D", Schedule::every(days(1)), &["7D:U", "7D:23h"][..]),
        ("7D:1D", holidays(), &["7D:U", "7D:23h"]),
        ("7D:23h", Schedule::every(days(1)), &[]),
        ("20D:2D", Schedule::every(days(1)), &["20D:1D23h"]),
        // A day late may be the next day's backup.
        ("7D:1D", Schedule { jitter: days(1), ..Schedule::every(days(1)) }, &[]),
    ] {
        let found = suggestions(&policy(text), &schedule, Zone::UTC, (day(0), day(100)));
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{text}");
    }
    // A margin that leaves nothing of the interval would keep everything.
    let minutely = Schedule::every(seconds(60));
    assert_eq!(suggest_margin(&policy("1h:1m"), &minutely), None);
    assert_eq!(suggest_margin(&policy("1h:2m"), &minutely).unwrap().to_string(), "1h:1m");
}

#[test]
fn a_schedule_is_guessed_from_the_twelve_newest_distances() {
    let guessed = |distances: &[i64]| {
        let mut time = day(1000);
        let mut backups = vec![Backup::full(time)];
        for &distance in distances {
            time = time.checked_sub(seconds(distance)).unwrap();
            backups.push(Backup::full(time));
        }
        let history = History::new(backups, Zone::UTC);
        Schedule::guessed(&history).unwrap().every.whole_seconds()
    };
    let hour = 3600;
    // A quarter of the twelve are hours, and so is what is older.
    let newest = [[hour; 3].as_slice(), &[DAY; 9], &[hour; 9]].concat();
    assert_eq!(guessed(&newest), DAY);
    // What follows within a minute was started by hand.
    assert_eq!(guessed(&[[30; 4].as_slice(), &[DAY; 5]].concat()), DAY);
    // Nearly whole days are whole ones.
    assert_eq!(guessed(&[7 * DAY + 180; 5]), 7 * DAY);
    assert_eq!(guessed(&[30 * hour; 5]), 30 * hour);
}

#[test]
fn only_what_is_known_of_later_runs_decides_when_a_version_expires() {
    let two = || History::new(vec![Backup::full(day(0)), Backup::full(day(1))], Zone::UTC);
    let starts = |partial| -> Vec<Start> {
        let starts = daily(20).into_iter().skip(2);
        starts.map(|start| Start { partial, ..start }).collect()
    };
    let times = |history: &History, options: &Options, starts: &[Start]| -> Vec<Option<Utc>> {
        let found = expiries(history, options, starts).into_iter();
        found.map(|expiry| expiry.map(|expiry| expiry.time)).collect()
    };
    // The option version is for a single run.
    assert_eq!(times(&two(), &options("version", "0-9"), &starts(false)), [None, None]);
    let newest = options("keep-versions", "2");
    assert_eq!(times(&two(), &newest, &starts(false)), [Some(day(3)), Some(day(2))]);
    // Partial backups do not count.
    assert_eq!(times(&two(), &newest, &starts(true)), [None, None]);
    // A version of the future is newer than the backup that is made, which is the one that goes.
    let future = [10 * DAY, 7 * DAY + DAY / 2, 0];
    let future = future.map(|time| Backup::full(Utc::from_unix_seconds(time).unwrap()));
    let future = History::new(future.to_vec(), Zone::UTC);
    let start = Start { time: day(8), partial: false };
    let found = times(&future, &policy("7D:1D").into(), &[start]);
    assert_eq!(found, [None, None, Some(day(8))]);
}

#[test]
fn many_forecasts_are_added_up() {
    let forecast = |text: &str, forecasts| {
        let forecast = Forecast {
            options: &policy(text).into(),
            history: &none(Zone::UTC),
            schedule: &Schedule::every(days(1)),
            from: day(0),
            until: day(100),
            seed: 1,
            ages: &[days(3), seconds(6 * DAY + DAY / 2)],
            within: &[],
            file: None,
            only_frames: false,
        };
        forecast.run(forecasts, NonZeroUsize::MIN, |_| ())
    };
    let within = |forecasts| forecast("7D:1D", forecasts).delivered.recoverability()[0].within;
    assert_eq!(within(3), within(1));
    assert!(within(1).into_iter().all(|span| span.is_some_and(|span| span <= days(1))));
    // Some of the time the oldest version is not that old.
    let reached = |forecasts| forecast("6D:1D", forecasts).delivered.recoverability()[1].reached;
    assert!(reached(1).is_some_and(|share| 0.0 < share && share < 1.0), "{:?}", reached(1));
    assert_eq!(reached(3), reached(1));
    // Every run fails, because the time frame reaches back before the year 1.
    assert_eq!([1, 3].map(|count| forecast("5000Y:1D", count).failed_runs), [101, 303]);
    // It is only steady if each of them is.
    let [long, short] = [100, 5].map(|last| Delivered::new(&policy("7D:1D").into(), &daily(last)));
    for (first, second, steady) in
        [(&long, &long, true), (&long, &short, false), (&short, &long, false)]
    {
        let mut both = first.clone();
        both.merge(second.clone());
        assert_eq!(both.steady_from().is_some(), steady);
    }
}

#[test]
fn the_first_run_that_counts_shows_every_gap() {
    // A thousand versions, an hour after each other but for the fourth, which is five days later.
    // Of so many not every gap is taken for the median.
    let time = |hours: i64| Utc::from_unix_seconds(hours * 3600).unwrap();
    let hours = (0..1000).map(|count| if count < 3 { count } else { count + 119 });
    let history = History::new(hours.map(|hour| Backup::full(time(hour))).collect(), Zone::UTC);
    let options = policy("U:U").into();
    let mut delivered = Delivered::new(&options, &[]);
    let starts = [1119, 1120].map(|hour| Start { time: time(hour), partial: false });
    simulate(&options, &history, &starts, |simulation, now| {
        if now == starts[1].time {
            delivered.observe(simulation, now);
        }
    });
    let gap = delivered.frames()[0].gap.unwrap();
    assert_eq!((gap.median, gap.max), (seconds(3600), days(5)));
}
