//! The composed policy delivers what was asked.

use duplicati_retention::advice::on_every_layer;
use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
use duplicati_retention::forecast::{Composed, Off, Schedule, Wish, compose, fulfilment};
use duplicati_retention::history::{Zone, times::parse_time};
use proptest::prelude::*;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

fn seconds(count: i64) -> TimeSpan {
    TimeSpan::from_seconds(count).unwrap()
}

fn any_schedule() -> impl Strategy<Value = Schedule> {
    let every = prop::sample::select(vec![900, HOUR, 5 * HOUR, 6 * HOUR, 12 * HOUR, DAY, DAY, DAY, 2 * DAY]);
    let off = prop::option::weighted(0.2, Just(Off { length: seconds(2 * DAY), each: seconds(20 * DAY) }));
    let parts = prop::sample::select(vec![0.0, 0.0, 0.0, 0.1]);
    (every, 0..100_i64, parts.clone(), parts, off, prop::option::of(0..DAY)).prop_map(
        |(every, jitter, miss, partial, off, at)| Schedule {
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

fn any_wishes() -> impl Strategy<Value = Vec<Wish>> {
    let interval = prop::sample::select(vec![0, HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 10 * DAY]);
    let reach = prop_oneof![4 => (1..60 * DAY).prop_map(seconds), 1 => Just(TimeSpan::MAX)];
    let wish = (interval, reach).prop_map(|(interval, reach)| Wish { interval: seconds(interval), reach });
    prop::collection::vec(wish, 1..5)
}

fn any_zone() -> impl Strategy<Value = Zone> {
    prop::sample::select(vec!["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Antarctica/Troll"])
        .prop_map(|name| name.parse().unwrap())
}

proptest! {
    #![proptest_config(crate::support::cases(20000))]

    #[test]
    fn what_is_composed_delivers_what_was_asked(
        schedule in any_schedule(), wishes in any_wishes(), zone in any_zone(), from in 0..400_i64, seed in 0..1000_u64,
    ) {
        let from = parse_time("2025-10-01T00:00:00Z").unwrap().add_units(from, TICKS_PER_DAY).unwrap();
        let until = from.add_units(120, TICKS_PER_DAY).unwrap();
        let starts = schedule.starts(zone, from, until, seed);
        let Ok(Composed { policy, promises }) = compose(&wishes, &schedule, zone, (from, until), seed) else { eprintln!("REFUSED"); return Ok(()) };
        let asked: Vec<Wish> = promises.iter().map(|promise| promise.wish).collect();
        let found = fulfilment(&policy, &asked, zone, &starts).unwrap();
        for (promise, kept) in promises.iter().zip(&found.wishes) {
            prop_assert!(kept.gap <= promise.gap, "{policy}: {promise:?} but {kept:?}");
            prop_assert_eq!(kept.short, TimeSpan::ZERO, "{}: {:?}", &policy, promise);
        }
        prop_assert!(on_every_layer(&policy).is_some() && policy.passes_backup_check());
    }
}
