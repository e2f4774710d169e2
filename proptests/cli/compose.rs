//! The composed policy delivers what was asked.

use duplicati_retention::advice::on_every_layer;
use duplicati_retention::clock::Zone;
use duplicati_retention::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use duplicati_retention::forecast::{
    Composed, Condition, Goal, Impossible, Off, Schedule, compose, coverage,
};
use duplicati_retention::sources::Days;
use duplicati_retention::sources::times::parse_time;
use proptest::prelude::*;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const WORKDAYS: &str = "mon,tue,wed,thu,fri";

fn seconds(count: i64) -> TimeSpan {
    TimeSpan::from_seconds(count).unwrap()
}

fn any_schedule() -> impl Strategy<Value = Schedule> {
    let every = prop::sample::select(vec![
        900,
        HOUR,
        5 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
        DAY,
        DAY,
        2 * DAY,
    ]);
    let off = prop::option::weighted(
        0.2,
        Just(Off { length: seconds(2 * DAY), each: seconds(20 * DAY) }),
    );
    let parts = prop::sample::select(vec![0.0, 0.0, 0.0, 0.1]);
    let days = prop::sample::select(vec![Days::ALL, Days::ALL, WORKDAYS.parse().unwrap()]);
    (every, 0..100_i64, parts.clone(), parts, off, prop::option::of(0..DAY), days).prop_map(
        |(every, jitter, miss, partial, off, at, days)| Schedule {
            days,
            at: at.map(seconds),
            // Mostly small, sometimes nearly the whole step.
            jitter: seconds(every * jitter * jitter / 10_000),
            miss,
            off,
            partial,
            ..Schedule::every(seconds(every))
        },
    )
}

fn any_goals() -> impl Strategy<Value = Vec<Goal>> {
    let interval = prop::sample::select(vec![0, HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 10 * DAY]);
    let reach = prop_oneof![4 => (1..60 * DAY).prop_map(seconds), 1 => Just(TimeSpan::MAX)];
    let goal =
        (interval, reach).prop_map(|(interval, reach)| Goal { interval: seconds(interval), reach });
    prop::collection::vec(goal, 1..5)
}

fn any_zone() -> impl Strategy<Value = Zone> {
    prop::sample::select(vec!["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Antarctica/Troll"])
        .prop_map(|name| name.parse().unwrap())
}

proptest! {
    #![proptest_config(crate::support::cases(128))]

    #[test]
    fn what_is_composed_delivers_what_was_asked(
        schedule in any_schedule(), goals in any_goals(), zone in any_zone(), from in 0..400_i64, seed in 0..1000_u64,
    ) {
        let from = parse_time("2025-10-01T00:00:00Z").unwrap().add_units(from, TICKS_PER_DAY).unwrap();
        let until = from.add_units(120, TICKS_PER_DAY).unwrap();
        let starts = schedule.starts(zone, from, until, seed);
        let Ok(Composed { policy, promises, condition }) = compose(&goals, &schedule, zone, (from, until), seed) else { return Ok(()) };
        let asked: Vec<Goal> = promises.iter().map(|promise| promise.goal).collect();
        let found = coverage(&policy.clone().into(), &asked, zone, &starts);
        for (promise, kept) in promises.iter().zip(&found.goals) {
            prop_assert!(kept.gap <= promise.gap, "{policy}: {promise:?} but {kept:?}");
            // By how much a start may be late is not the policy's fault, nor are backups that are
            // themselves further apart. A minute is allowed for in any case, and two hours are the
            // widest change of a clock in these zones.
            let late = (schedule.jitter.whole_seconds().max(60) + 2 * HOUR) * TICKS_PER_SECOND;
            let apart = match condition { Condition::Apart(apart) => apart, Condition::Punctual(_) => schedule.every };
            let most = (promise.goal.interval.ticks() + late).max(apart.ticks() + late);
            prop_assert!(promise.gap.ticks() <= most, "{policy}: {promise:?}, {condition:?}");
            prop_assert_eq!(kept.short, TimeSpan::ZERO, "{}: {:?}", &policy, promise);
        }
        prop_assert!(on_every_layer(&policy).is_some() && policy.passes_backup_check());
    }
}

fn days(count: i64) -> TimeSpan {
    seconds(count * DAY)
}

fn composed(schedule: Schedule, goals: &[(i64, i64)]) -> Result<Composed, Impossible> {
    let from = parse_time("2020-01-01T00:00:00Z").unwrap();
    let goal = |&(interval, reach): &(i64, i64)| Goal {
        interval: seconds(interval),
        reach: if reach == i64::MAX { TimeSpan::MAX } else { days(reach) },
    };
    let goals: Vec<Goal> = goals.iter().map(goal).collect();
    compose(
        &goals,
        &schedule,
        Zone::UTC,
        (from, from.add_units(2 * 365, TICKS_PER_DAY).unwrap()),
        1,
    )
}

#[test]
fn it_thins_no_less_than_was_asked() {
    let daily = Schedule { jitter: seconds(600), ..Schedule::every(days(1)) };
    for (schedule, goals, policy) in [
        (
            daily,
            &[(0, 7), (DAY, 90), (7 * DAY, 730), (30 * DAY, i64::MAX)][..],
            "9D:U,92D:23h,738D:6D23h,U:27D",
        ),
        // Evaluation in any order. Each interval is a multiple of the one before, in backups: 4
        // weeks, 13 times 4 weeks.
        (
            daily,
            &[(365 * DAY, i64::MAX), (7 * DAY, 50), (30 * DAY, 200)],
            "58D:6D23h,229D:27D,U:363D",
        ),
        // A month without weeks before it is 30 backups.
        (daily, &[(30 * DAY, i64::MAX)], "U:29D23h"),
        (Schedule::every(seconds(HOUR)), &[(HOUR, 2), (DAY, 30)], "3D:59m,32D:23h59m"),
        // With the jitter as long as the step one cannot count steps, and the bound for any
        // schedule is what counts.
        (Schedule { jitter: seconds(DAY - 1), ..daily }, &[(7 * DAY, i64::MAX)], "U:5D"),
        // What another goal covers needs no pair.
        (daily, &[(DAY, 90), (7 * DAY, 30)], "92D:23h"),
        (daily, &[(0, i64::MAX), (7 * DAY, i64::MAX)], "U:U"),
    ] {
        assert_eq!(composed(schedule, goals).unwrap().policy.to_string(), policy, "{goals:?}");
    }
}

#[test]
fn the_longest_spans_are_no_trouble() {
    let spans = [1, TICKS_PER_SECOND, DAY * TICKS_PER_SECOND, i64::MAX - 1, i64::MAX]
        .map(TimeSpan::from_ticks);
    let from = parse_time("2026-01-01T00:00:00Z").unwrap();
    let until = from.add_units(1, TICKS_PER_DAY).unwrap();
    for every in &spans[1..] {
        for jitter in spans {
            let schedule = Schedule { jitter, ..Schedule::every(*every) };
            for interval in spans {
                let goals = spans.map(|reach| Goal { interval, reach });
                let every_backup = Goal { interval: TimeSpan::ZERO, reach: spans[2] };
                let composed = compose(
                    &[&[every_backup], &goals[..]].concat(),
                    &schedule,
                    Zone::UTC,
                    (from, until),
                    1,
                );
                assert!(composed.is_err() || !composed.unwrap().policy.pairs().is_empty());
            }
            let Ok(composed) = compose(
                &[Goal { interval: *every, reach: TimeSpan::MAX }],
                &schedule,
                Zone::UTC,
                (from, until),
                1,
            ) else {
                continue;
            };
            assert!(composed.promises[0].gap >= *every, "{every}, {jitter}: {composed:?}");
        }
    }
}

#[test]
fn what_no_policy_can_do_is_refused() {
    let daily = Schedule::every(days(1));
    let off = Some(Off { length: days(14), each: days(100) });
    for (schedule, goal, words) in [
        (daily, (HOUR, 2), "can be 1 day apart, so no policy can keep one for every hour"),
        (
            Schedule { off, ..daily },
            (7 * DAY, 90),
            "can be 15 days apart, so no policy can keep one for every 7 days",
        ),
        (
            Schedule { days: WORKDAYS.parse().unwrap(), ..daily },
            (DAY, 90),
            "can be 3 days apart, so no policy can keep one for every day",
        ),
        (daily, (30 * DAY, 29), "a period of 29 days is too short for one version every 30 days"),
    ] {
        let error = composed(schedule, &[goal]).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    // With the same holidays a month is no matter, for the policy is made for them.
    assert!(composed(Schedule { off, ..daily }, &[(30 * DAY, 90)]).is_ok());
}

fn command(args: &[&str]) -> crate::support::Run {
    let fixed = ["--now", "2026-11-23T10:00:00Z", "--time-zone", "Europe/Berlin"];
    crate::support::run(&[&["compose"], args, &fixed].concat())
}

#[test]
fn the_command_answers_as_the_snapshots_say() {
    let usual = [
        "--all",
        "7D",
        "--daily",
        "3M",
        "--weekly",
        "2Y",
        "--monthly",
        "forever",
        "--every",
        "1D",
        "--jitter",
        "10m",
    ];
    for (name, args) in [
        ("everything", &usual[..]),
        ("everything-json", &[&usual[..], &["--json"]].concat()),
        ("covered", &["--weekly", "1W", "--daily", "30D", "--every", "6h"]),
        ("job", &["--weekly", "6M", "--yearly", "forever", "--job", "samples/job.json"]),
        (
            "misses",
            &["--weekly", "90D", "--yearly", "U", "--every", "1D", "--miss", "5%", "--for", "3Y"],
        ),
    ] {
        let answer = command(args);
        assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{name}");
        crate::assert_snapshot!(format!("compose-{name}"), answer.stdout);
        assert_eq!(answer.stdout, command(args).stdout, "the same seed gives the same bytes");
    }
}

#[test]
fn an_impossible_goal_is_an_error_that_says_what_to_write() {
    for (args, words) in [
        (&["--every", "1D"][..], &["--all", "--yearly"][..]),
        (&["--daily", "30D"], &["--every"]),
        (&["--daily", "x", "--every", "1D"], &["--daily x", "7D", "forever"]),
        (&["--daily", "0s", "--every", "1D"], &["--daily 0s", "above zero"]),
        (
            &["--hourly", "1Y", "--every", "1D"],
            &["--hourly 1Y", "can be 1 day and 57 seconds apart", "--all"],
        ),
        (&["--weekly", "3D", "--every", "1D"], &["--weekly 3D", "too short"]),
        (
            &["--weekly", "1Y", "--daily", "3000Y", "--every", "1D"],
            &["--daily 3000Y", "before the year 1", "write U"],
        ),
    ] {
        let answer = command(args);
        assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{args:?}");
        assert!(
            words.iter().all(|word| answer.stderr.contains(word)),
            "{args:?}: {}",
            answer.stderr
        );
    }
}

#[test]
fn each_interval_has_its_length() {
    for (goal, every, expected) in [
        (["--hourly", "2D"], "30m", "3D:59m"),
        (["--daily", "30D"], "12h", "32D:23h"),
        (["--weekly", "1Y"], "1D", "373D:167h"),
        (["--monthly", "1Y"], "1D", "396D:719h"),
        (["--yearly", "5Y"], "7D", "2190D:363D"),
    ] {
        let schedule = ["--every", every, "--jitter", "1m", "--now", "2026-11-23T10:00:00Z"];
        let args = [&["compose"], &goal[..], &schedule, &["--time-zone", "UTC"]].concat();
        let answer = crate::support::run(&args).stdout;
        assert_eq!(answer.lines().next(), Some(expected), "{goal:?}");
    }
}

#[test]
fn a_count_of_the_newest_is_simplest_as_an_option() {
    let now = ["--now", "2026-11-23T10:00:00Z", "--time-zone", "UTC", "--every", "1D"];
    let simplest = |goal: &[&str]| {
        let answer = crate::support::run(&[&["compose"], goal, &now].concat()).stdout;
        answer.lines().find(|line| line.starts_with("Simplest")).map(str::to_owned)
    };
    let versions = simplest(&["--keep-last", "7"]).unwrap();
    assert!(versions.contains("keep-versions with 7 keeps just what was asked for."), "{versions}");
    // Beside another goal it is not the whole question.
    let policy = crate::support::run(
        &[&["compose", "--keep-last", "10", "--keep-daily", "30"][..], &now].concat(),
    );
    assert!(policy.stdout.starts_with("12D:U,32D:23h\n"), "{}", policy.stdout);
    let both = simplest(&["--keep-last", "7", "--daily", "30D"]).unwrap_or_default();
    assert!(!both.contains("keeps just what was asked for"), "{both}");
    let time = simplest(&["--all", "7D"]).unwrap();
    assert!(time.contains("kept the same versions in this trial, or one more."), "{time}");
}
