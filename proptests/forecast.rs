//! A forecast is what the reference would do, backup after backup.

use duplicati_retention::dotnet::{DateTime, TICKS_PER_DAY, TimeSpan};
use duplicati_retention::forecast::{Delivered, Off, Schedule, Simulation, mend, simulate};
use duplicati_retention::history::{Backup, History, Zone, times::parse_time};
use duplicati_retention::policy::Policy;
use duplicati_retention::{Release, retention::reference};
use proptest::prelude::*;

fn seconds(count: i64) -> TimeSpan {
    TimeSpan::from_seconds(count).unwrap()
}

fn any_zone() -> impl Strategy<Value = Zone> {
    prop::sample::select(vec!["UTC", "Europe/Berlin", "Australia/Lord_Howe"])
        .prop_map(|name| name.parse().unwrap())
}

fn any_schedule() -> impl Strategy<Value = Schedule> {
    let every = prop::sample::select(vec![900, 3600, 5 * 3600, 86_400, 2 * 86_400]);
    let off = prop::option::of(Just(Off { length: seconds(86_400), each: seconds(10 * 86_400) }));
    (every, 0..4000_i64, 0..3_u8, 0..3_u8, off, prop::option::of(0..86_400_i64)).prop_map(
        |(every, jitter, miss, partial, off, at)| Schedule {
            at: at.map(seconds),
            jitter: seconds(jitter),
            miss: f64::from(miss) * 0.2,
            off,
            partial: f64::from(partial) * 0.3,
            ..Schedule::every(seconds(every))
        },
    )
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let texts = [
        "",
        "1D:1h",
        "3h:1h,1D:2h",
        "7D:1D,4W:1W",
        "1D:U,U:1D",
        "U:5h",
        "1h:U",
        "2h:90m,1D:90m",
        "1D:3h,1D:1h",
    ];
    prop::sample::select(texts.to_vec()).prop_map(|text| Policy::parse(text, Release::V2_3_0).unwrap())
}

/// Not far before the night in which summer time ends in Berlin, and in which it begins in Lord Howe.
fn any_start() -> impl Strategy<Value = DateTime> {
    let moments =
        ["2026-10-24T12:00:00Z", "2026-10-03T12:30:00Z", "2026-03-28T20:00:00Z", "2026-07-01T00:00:00Z"];
    prop::sample::select(moments.to_vec()).prop_map(|text| parse_time(text).unwrap())
}

proptest! {
    #![proptest_config(crate::support::cases(128))]

    #[test]
    fn a_forecast_equals_the_reference_after_each_backup(
        policy in any_policy(), schedule in any_schedule(), zone in any_zone(), from in any_start(), seed in 0..1000_u64,
    ) {
        let until = from.add_units(3, TICKS_PER_DAY).unwrap();
        let mut there: Vec<Backup> = Vec::new();
        let mut simulation = Simulation::new(&policy, &History::new(vec![], zone));
        for start in schedule.starts(zone, from, until, seed) {
            simulation.back_up(start).unwrap();
            there.push(Backup { partial: start.partial, ..Backup::full(start.time) });
            let history = History::new(there.clone(), zone);
            let deletes = reference::apply(&policy, &history, zone.to_wall(start.time), false).unwrap().deletes;
            there = (0..history.len()).filter(|version| !deletes.contains(version)).map(|v| history.backup(v)).collect();
            let mut forecast: Vec<Backup> = simulation.backups().collect();
            forecast.sort_by_key(|backup| std::cmp::Reverse(backup.time));
            prop_assert_eq!(&forecast, &there);
        }
    }

    #[test]
    fn starts_are_in_order_and_the_same_for_the_same_seed(
        schedule in any_schedule(), zone in any_zone(), from in any_start(), seed in 0..1000_u64,
    ) {
        let until = from.add_units(20, TICKS_PER_DAY).unwrap();
        let starts = schedule.starts(zone, from, until, seed);
        prop_assert!(starts.is_sorted_by(|earlier, later| earlier.time < later.time));
        prop_assert!(starts.iter().all(|start| start.time >= from));
        prop_assert_eq!(&starts, &schedule.starts(zone, from, until, seed));
    }
}

#[test]
fn a_daily_backup_keeps_its_time_of_day_over_a_clock_change() {
    let berlin: Zone = "Europe/Berlin".parse().unwrap();
    let from = parse_time("2026-03-27T12:00:00Z").unwrap();
    let until = from.add_units(4, TICKS_PER_DAY).unwrap();
    let at = |hour: i64| {
        let schedule = Schedule { at: Some(seconds(hour * 3600 + 1800)), ..Schedule::every(seconds(86_400)) };
        let starts = schedule.starts(berlin, from, until, 0);
        starts.iter().map(|start| berlin.to_wall(start.time).to_string()).collect::<Vec<_>>()
    };
    let days = ["2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"];
    assert_eq!(at(3), days.map(|day| format!("{day} 03:30:00")));
    // There is no 02:30 on the 29th: the clock shows 03:30 then.
    let mut gap = days.map(|day| format!("{day} 02:30:00"));
    gap[1] = "2026-03-29 03:30:00".into();
    assert_eq!(at(2), gap);
}

#[test]
fn holidays_and_misses_leave_backups_out() {
    let from = parse_time("2026-01-01T00:00:00Z").unwrap();
    let until = from.add_units(1000, TICKS_PER_DAY).unwrap();
    let daily = Schedule::every(seconds(86_400));
    let count = |schedule: Schedule| schedule.starts(Zone::UTC, from, until, 1).len();
    assert_eq!(count(daily), 1001);
    let off = Off { length: seconds(10 * 86_400), each: seconds(100 * 86_400) };
    assert_eq!(count(Schedule { off: Some(off), ..daily }), 901);
    let missed = count(Schedule { miss: 0.2, ..daily });
    assert!((750..850).contains(&missed), "{missed} of 1001 at a fifth missed");
    let partial = Schedule { partial: 0.2, ..daily }.starts(Zone::UTC, from, until, 1);
    let partial = partial.iter().filter(|start| start.partial).count();
    assert!((150..250).contains(&partial), "{partial} of 1001 at a fifth partial");
}

#[test]
fn duplicatis_default_policy_leaves_gaps_of_2_and_9_and_39_days() {
    let policy = Policy::parse("1W:1D,4W:1W,12M:1M", Release::V2_3_0).unwrap();
    let from = parse_time("2020-01-01T02:00:00Z").unwrap();
    let until = from.add_units(3650, TICKS_PER_DAY).unwrap();
    let schedule = Schedule { jitter: seconds(30), ..Schedule::every(seconds(86_400)) };
    let starts = schedule.starts(Zone::UTC, from, until, 1);
    let mut delivered = Delivered::new(&policy, &starts);
    simulate(&policy, &History::new(vec![], Zone::UTC), &starts, |there, now| delivered.look_at(there, now))
        .unwrap();
    let days = |span: TimeSpan| (span.whole_seconds() + 43_200) / 86_400;
    let worst: Vec<i64> = delivered.frames().iter().map(|frame| days(frame.gap.unwrap().most)).collect();
    assert_eq!(worst, [2, 9, 39]);
    assert!(delivered.steady_from().is_some());
}

#[test]
fn the_mended_policy_closes_the_gaps_that_jitter_makes() {
    let policy = Policy::parse("1W:1D,4W:1W,12M:1M", Release::V2_3_0).unwrap();
    let schedule = Schedule { jitter: seconds(30), ..Schedule::every(seconds(86_400)) };
    let mended = mend(&policy, &schedule).expect("there is something to mend");
    assert_eq!(mended.to_string(), "7D:23h,28D:6D23h,360D:29D23h");
    // Nothing to mend: the interval is no multiple of the schedule, or all is kept.
    for text in ["7D:23h", "7D:U", ""] {
        assert_eq!(mend(&Policy::parse(text, Release::V2_3_0).unwrap(), &schedule), None, "{text}");
    }
    // A jitter as long as the interval leaves nothing to take off.
    let wild = Schedule { jitter: seconds(86_400), ..schedule };
    assert_eq!(mend(&Policy::parse("7D:1D", Release::V2_3_0).unwrap(), &wild), None);
}

fn forecast(args: &[&str]) -> crate::support::Run {
    let fixed = ["--now", "2026-11-23T10:00:00Z", "--time-zone", "Europe/Berlin"];
    crate::support::run(&[&["forecast"], args, &fixed].concat())
}

#[test]
fn the_command_answers_as_the_snapshots_say() {
    for (name, args) in [
        ("default-policy", &["1W:1D,4W:1W,12M:1M", "--every", "1D", "--jitter", "30s"][..]),
        (
            "everything-goes-wrong",
            &[
                "1D:1h,U:1D",
                "--every",
                "1h",
                "--jitter",
                "5m",
                "--miss",
                "5%",
                "--off",
                "2W every 1Y",
                "--partial",
                "1%",
                "--for",
                "2Y",
            ],
        ),
        ("too-short", &["1W:1D,5Y:1M", "--every", "1D", "--at", "02:00", "--for", "1Y"]),
        ("no-policy", &["", "--every", "1W", "--for", "8W"]),
        ("json", &["7D:1D", "--every", "1D", "--jitter", "1m", "--for", "60D", "--json"]),
    ] {
        let answer = forecast(args);
        assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{name}");
        crate::assert_snapshot!(format!("forecast-{name}"), answer.stdout);
        assert_eq!(answer.stdout, forecast(args).stdout, "the same seed gives the same bytes");
    }
}

#[test]
fn another_seed_gives_another_forecast() {
    let with =
        |seed| forecast(&["7D:1D", "--every", "1D", "--jitter", "1h", "--seed", seed, "--json"]).stdout;
    assert_ne!(with("1"), with("2"));
}

#[test]
fn a_schedule_that_is_none_is_told_what_is_expected() {
    for (args, words) in [
        (&["--every", "1d"][..], &["--every 1d", "such as 1D"][..]),
        (&["--every", "0s"], &["--every 0s", "00:01:00 or more"]),
        (&["--every", "1D", "--jitter", "1D"], &["--jitter 1D", "less than --every"]),
        (&["--every", "1h", "--at", "02:00"], &["--at", "whole days"]),
        (&["--every", "1D", "--at", "25:00"], &["--at", "02:00"]),
        (&["--every", "1D", "--miss", "101%"], &["--miss", "100%"]),
        (&["--every", "1D", "--partial", "x"], &["--partial", "100%"]),
        (&["--every", "1D", "--off", "2W"], &["--off", "2W every 1Y"]),
        (&["--every", "1D", "--off", "1Y every 2W"], &["--off", "shorter"]),
        (&["--every", "1D", "--for", "1h"], &["--for 1h", "1D or more"]),
        (&["--every", "1D", "--for", "3000Y"], &["--for 3000Y", "years 1 to 9999"]),
        (&[], &["--every"]),
    ] {
        let answer = forecast(&[&["7D:1D"], args].concat());
        assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{args:?}");
        assert!(words.iter().all(|word| answer.stderr.contains(word)), "{args:?}: {}", answer.stderr);
    }
    let answer = forecast(&["5000Y:1Y", "--every", "1D"]);
    assert!(answer.code == 2 && answer.stderr.contains("before the year 1"), "{}", answer.stderr);
}
