//! A forecast is what the reference would do, backup after backup.

mod edges;
mod examples;
pub mod gap_bound;
mod timeline;

use std::num::NonZeroUsize;

use duplicati_retention::Release;
use duplicati_retention::clock::Zone;
use duplicati_retention::clock::{LocalDateTime, Utc};
use duplicati_retention::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use duplicati_retention::forecast::*;
use duplicati_retention::history::{Backup, History};
use duplicati_retention::policy::{Pair, PairIndex, Policy};
use duplicati_retention::report::calendar::Calendar;
use duplicati_retention::retention::incremental::Simulation;
use duplicati_retention::sources::times::parse_time;
use duplicati_retention::testing::{ForecastCheck, ForecastSeed};
use proptest::prelude::*;

fn seconds(count: i64) -> TimeSpan {
    TimeSpan::from_seconds(count).unwrap()
}

fn any_zone() -> impl Strategy<Value = Zone> {
    prop::sample::select(vec!["UTC", "Europe/Berlin", "Australia/Lord_Howe"])
        .prop_map(|name| name.parse().unwrap())
}

/// A zone, and the versions at the beginning: each by the seconds before it, and whether it is
/// partial.
fn any_past() -> impl Strategy<Value = (Zone, Vec<(i64, bool)>)> {
    let backups = prop::collection::vec((0..300_000_i64, prop::bool::weighted(0.2)), 0..12);
    (any_zone(), prop_oneof![Just(vec![]), backups])
}

fn history((zone, backups): &(Zone, Vec<(i64, bool)>), from: Utc) -> History {
    let backup = |&(before, partial): &(i64, bool)| {
        let time = from.add_units(-before, TICKS_PER_SECOND).unwrap();
        Backup { partial, ..Backup::full(time) }
    };
    History::new(backups.iter().map(backup).collect(), *zone)
}

/// What a frame held, counted anew after each run.
#[derive(Debug, PartialEq)]
struct Counted {
    pair: PairIndex,
    versions: (usize, usize),
    gaps: Option<(TimeSpan, TimeSpan)>,
}

fn count(
    policy: &Policy,
    there: &Simulation,
    zone: Zone,
    now: LocalDateTime,
    counted: &mut Vec<Counted>,
) {
    let mut pairs: Vec<(PairIndex, Pair)> = policy.iter().collect();
    pairs.sort_by_key(|(_, pair)| pair.frame());
    let mut held: Vec<Vec<TimeSpan>> = vec![vec![]; pairs.len()];
    let local_times: Vec<LocalDateTime> =
        there.backups().map(|backup| zone.to_local(backup.time)).collect();
    for neighbours in local_times.windows(2) {
        let inside = |(_, pair): &(PairIndex, Pair)| {
            pair.is_unlimited() || now.since(neighbours[0]) <= pair.frame()
        };
        if let Some(frame) = pairs.iter().position(inside) {
            held[frame].push(neighbours[1].since(neighbours[0]));
        }
    }
    fn wider<T: Ord + Copy>(range: (T, T), value: T) -> (T, T) {
        (range.0.min(value), range.1.max(value))
    }
    for (place, gaps) in held.iter().enumerate() {
        let pair = pairs[place].0;
        if counted.len() == place {
            counted.push(Counted { pair, versions: (gaps.len(), gaps.len()), gaps: None });
        }
        let frame = &mut counted[place];
        frame.versions = wider(frame.versions, gaps.len());
        for &gap in gaps {
            frame.gaps = Some(wider(frame.gaps.unwrap_or((gap, gap)), gap));
        }
    }
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
    prop::sample::select(texts.to_vec())
        .prop_map(|text| Policy::parse(text, Release::V2_3_0).unwrap())
}

/// Not far before the night in which summer time ends in Berlin, and in which it begins in Lord
/// Howe.
fn any_start() -> impl Strategy<Value = Utc> {
    let steps = [
        "2026-10-24T12:00:00Z",
        "2026-10-03T12:30:00Z",
        "2026-03-28T20:00:00Z",
        "2026-07-01T00:00:00Z",
    ];
    prop::sample::select(steps.to_vec()).prop_map(|text| parse_time(text).unwrap())
}

proptest! {
    #![proptest_config(crate::support::cases(128))]

    #[test]
    fn a_forecast_equals_the_reference_and_keeps_its_bound(
        policy in any_policy(), past in any_past(), schedule in any_schedule(), from in any_start(), seed in 0..1000_u64,
    ) {
        let history = history(&past, from);
        let until = from.add_units(3, TICKS_PER_DAY).unwrap();
        let starts = schedule.starts(history.zone(), from, until, seed);
        prop_assert_eq!(ForecastCheck::new(policy.into(), history, starts).check(), Ok(()));
    }

    #[test]
    fn the_forecast_of_any_seed_is_right(
        bytes in crate::invariants::strategies::seeds::<ForecastSeed>(), number in any::<u64>(),
    ) {
        for seed in [bytes, ForecastSeed::random(0, number)] {
            prop_assert_eq!(seed.forecast().map_or(Ok(()), ForecastCheck::check), Ok(()));
        }
    }

    #[test]
    fn the_record_is_right_and_within_the_bound(
        policy in any_policy(), past in any_past(), schedule in any_schedule(), from in any_start(), seed in 0..1000_u64,
    ) {
        let history = history(&past, from);
        let until = from.add_units(4, TICKS_PER_DAY).unwrap();
        let starts = schedule.starts(history.zone(), from, until, seed);
        // As for a long forecast, of which few runs are samples: every gap must be recorded when it
        // appears. The first run counts at once.
        let mut delivered = Delivered::new(&policy.clone().into(), &vec![Start { time: Utc::MIN, partial: false }; 40_000]);
        let mut counted: Vec<Counted> = Vec::new();
        simulate(&policy.clone().into(), &history, &starts, |simulation, now| {
            delivered.observe(simulation, now);
            count(&policy, simulation, past.0, past.0.to_local(now), &mut counted);
        });
        let recorded: Vec<Counted> = delivered.frames().iter().map(|frame| Counted {
            pair: frame.pair,
            versions: (frame.versions.min, frame.versions.max),
            gaps: frame.gap.map(|gap| (gap.min, gap.max)),
        }).collect();
        prop_assert_eq!(&recorded, &counted);
        if let Some(longest) = longest_distance(&history, &starts) {
            for frame in recorded {
                let widest = frame.gaps.map_or(TimeSpan::ZERO, |(_, max)| max);
                prop_assert!(widest <= gap_bound(policy.pairs(), frame.pair, longest), "{:?} with {}", frame, longest);
            }
        }
    }

    #[test]
    fn many_forecasts_are_the_same_on_any_number_of_threads(
        policy in any_policy(), past in any_past(), schedule in any_schedule(), from in any_start(), seed in 0..1000_u64,
    ) {
        let history = history(&past, from);
        let forecast = Forecast {
            options: &policy.into(), history: &history, schedule: &schedule, from, until: from.add_units(1, TICKS_PER_DAY).unwrap(), seed,
            ages: &[], within: &[seconds(3600)], file: None, only_frames: false,
        };
        let run = |threads| {
            let mut done = Vec::new();
            let result = forecast.run(5, NonZeroUsize::new(threads).unwrap(), |count| done.push(count));
            prop_assert!(done.is_sorted() && done.last() == Some(&5));
            Ok(format!("{result:?}"))
        };
        let one = run(1)?;
        prop_assert_eq!(&run(2)?, &one);
        prop_assert_eq!(&run(7)?, &one);
    }

    #[test]
    fn starts_are_in_order_and_the_same_for_the_same_seed(
        schedule in any_schedule(), zone in any_zone(), from in any_start(), part in 0..TICKS_PER_SECOND, seed in 0..1000_u64,
    ) {
        let from = from.add_units(part, 1).unwrap();
        let until = from.add_units(20, TICKS_PER_DAY).unwrap();
        let starts = schedule.starts(zone, from, until, seed);
        prop_assert!(starts.is_sorted_by(|earlier, later| earlier.time < later.time));
        prop_assert!(starts.iter().all(|start| start.time >= from));
        prop_assert!(starts.iter().all(|start| start.time.ticks() % TICKS_PER_SECOND == 0));
        prop_assert_eq!(&starts, &schedule.starts(zone, from, until, seed));
    }
}

/// Policies of which the proof for a regular schedule holds, of which it does not, and mixed ones.
const REGULAR: [&str; 8] = [
    "3D:U,10D:47h,60D:4D",
    "4D:23h,20D:71h,U:9D",
    "2D:1D,9D:2D,40D:6D",
    "1W:1D,4W:1W",
    "5D:U,6D:3D,30D:5D23h",
    "10D:1D12h,40D:3D",
    "3D:20h,30D:4D",
    "12D:2D23h,13D:5D23h,60D:12D",
];

proptest! {
    #![proptest_config(crate::support::cases(48))]

    #[test]
    fn no_gap_of_a_regular_schedule_exceeds_its_bound(
        policy in prop::sample::select(REGULAR.to_vec()), jitter in 0..40_000_i64, zone in any_zone(), from in any_start(), seed in 0..1000_u64,
    ) {
        let policy = Policy::parse(policy, Release::V2_3_0).unwrap();
        let schedule = Schedule { jitter: seconds(jitter * jitter / 40_000), ..Schedule::every(seconds(86_400)) };
        let (from, until) = (from.add_units(-40, TICKS_PER_DAY).unwrap(), from.add_units(120, TICKS_PER_DAY).unwrap());
        let (starts, none) = (schedule.starts(zone, from, until, seed), History::new(vec![], zone));
        let options = policy.clone().into();
        let mut delivered = Delivered::new(&options, &vec![Start { time: Utc::MIN, partial: false }; 40_000]);
        simulate(&options, &none, &starts, |simulation, now| delivered.observe(simulation, now));
        let bounds = GapBounds::of(policy.pairs(), longest_distance(&none, &starts), Some((&schedule, zone, from, until))).unwrap();
        for frame in delivered.frames() {
            let widest = frame.gap.map_or(TimeSpan::ZERO, |gap| gap.max);
            prop_assert!(widest <= bounds.gaps[frame.pair.get()], "{}: {:?} and {:?}", policy, frame, bounds);
        }
    }

    #[test]
    fn what_one_can_go_back_to_is_the_newest_version_that_is_old_enough(
        policy in any_policy(), schedule in any_schedule(), from in any_start(), seed in 0..1000_u64, hours in 1..60_i64,
    ) {
        let zone = Zone::UTC;
        let until = from.add_units(5, TICKS_PER_DAY).unwrap();
        let starts = schedule.starts(zone, from, until, seed);
        let (age, near) = (seconds(hours * 3600), seconds(7200));
        let options = policy.into();
        let mut delivered = Delivered::new(&options, &starts).with_ages(&[age], &[near]);
        let mut there: Vec<(Utc, Vec<Utc>)> = Vec::new();
        simulate(&options, &History::new(vec![], zone), &starts, |simulation, now| {
            delivered.observe(simulation, now);
            there.push((now, simulation.backups().map(|backup| backup.time).collect()));
        });
        // Every minute between the runs that count, but for those that look back before the first.
        let counts = there.len() - delivered.runs();
        let first = starts.first().map(|start| start.time);
        let (mut looked, mut missed, mut covered, mut worst) = (0.0, 0, 0.0, TimeSpan::ZERO);
        for two in there[counts..].windows(2) {
            let mut moment = two[0].0;
            while moment < two[1].0 {
                let wanted = moment.add_units(-age.ticks(), 1).unwrap();
                moment = moment.add_units(60, TICKS_PER_SECOND).unwrap();
                if first.is_some_and(|first| wanted < first) {
                    continue;
                }
                looked += 1.0;
                match two[0].1.iter().rev().find(|&&version| version <= wanted) {
                    None => missed += 1,
                    Some(&version) => {
                        worst = worst.max(wanted.since(version));
                        covered += f64::from(u8::from(wanted.since(version) <= near));
                    }
                }
            }
        }
        let found = &delivered.recoverability()[0];
        let is_known = found.reached.is_some();
        prop_assert!(is_known || looked == 0.0, "{:?}", found);
        if looked > 300.0 {
            let chance = found.chances[0];
            prop_assert!((chance - covered / looked).abs() < 0.05, "{:?}, {} of {}", found, covered, looked);
        }
        if let Some(always) = found.within[2].filter(|_| looked > 0.0) {
            prop_assert_eq!(missed, 0, "{:?}", found);
            prop_assert!(always >= worst, "{:?} and {}", found, worst);
            prop_assert!(always.ticks() - worst.ticks() <= 120 * TICKS_PER_SECOND, "{:?} and {}", found, worst);
        }
    }
}

#[test]
fn a_calendar_has_a_line_for_each_month_and_one_for_empty_ones() {
    let at = |text: &str| Zone::UTC.to_local(parse_time(text).unwrap());
    let versions = [
        (at("2026-11-03T09:00:00Z"), false),
        (at("2026-11-02T09:00:00Z"), true),
        (at("2026-11-02T10:00:00Z"), false),
        (at("2026-11-01T23:00:00Z"), true),
        (at("2026-07-31T10:00:00Z"), false),
    ];
    let calendar = Calendar::new(versions, at("2026-11-05T09:00:00Z"));
    let expected = "        1   5    10   15   20   25   30\n\
                    2026-07 ······························●\n\
                    \x20       (3 months without a version)\n\
                    2026-11 ×◐●··\n";
    assert_eq!(calendar.text().as_deref(), Some(expected));
    assert_eq!(Calendar::default().text(), None);
    let mut svg = String::new();
    calendar.draw(&mut svg, (0.0, 0.0), 622.0, usize::MAX);
    assert_eq!(svg.matches("class=\"there\"").count(), 2);
    assert!(svg.contains("2026-11-02: 1 kept, 1 deleted"));
}

#[test]
fn a_daily_backup_keeps_its_time_of_day_over_a_clock_change() {
    let berlin: Zone = "Europe/Berlin".parse().unwrap();
    let from = parse_time("2026-03-27T12:00:00Z").unwrap();
    let until = from.add_units(4, TICKS_PER_DAY).unwrap();
    let at = |hour: i64| {
        let schedule =
            Schedule { at: Some(seconds(hour * 3600 + 1800)), ..Schedule::every(seconds(86_400)) };
        let starts = schedule.starts(berlin, from, until, 0);
        starts.iter().map(|start| berlin.to_local(start.time).to_string()).collect::<Vec<_>>()
    };
    let days = ["2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"];
    assert_eq!(at(3), days.map(|day| format!("{day} 03:30:00")));
    // The clock skips 02:30 on the 29th and shows 03:30.
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
    let options = policy.into();
    let mut delivered = Delivered::new(&options, &starts);
    simulate(&options, &History::new(vec![], Zone::UTC), &starts, |simulation, now| {
        delivered.observe(simulation, now)
    });
    let days = |span: TimeSpan| (span.whole_seconds() + 43_200) / 86_400;
    let worst: Vec<i64> =
        delivered.frames().iter().map(|frame| days(frame.gap.unwrap().max)).collect();
    assert_eq!(worst, [2, 9, 39]);
    assert!(delivered.steady_from().is_some());
}

#[test]
fn the_suggested_margin_closes_the_gaps_of_jitter() {
    let policy = Policy::parse("1W:1D,4W:1W,12M:1M", Release::V2_3_0).unwrap();
    let schedule = Schedule { jitter: seconds(30), ..Schedule::every(seconds(86_400)) };
    let suggested = suggest_margin(&policy, &schedule).expect("an interval equals the schedule");
    assert_eq!(suggested.to_string(), "7D:23h,28D:6D23h,360D:29D23h");
    // Nothing to suggest: the interval is not a multiple of the schedule, or everything is kept.
    for text in ["7D:23h", "7D:U", ""] {
        assert_eq!(
            suggest_margin(&Policy::parse(text, Release::V2_3_0).unwrap(), &schedule),
            None,
            "{text}"
        );
    }
    // A jitter as long as the interval leaves nothing of it.
    let wild = Schedule { jitter: seconds(86_400), ..schedule };
    assert_eq!(suggest_margin(&Policy::parse("7D:1D", Release::V2_3_0).unwrap(), &wild), None);
}
