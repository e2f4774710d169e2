//! Local time: beyond the tables of clock changes, and many times at once.

use chrono::{Offset, TimeZone};
use chrono_tz::TZ_VARIANTS;
use duplicati_retention::clock::{LocalDateTime, Utc, Zone, ZoneNameError};
use duplicati_retention::sources::times::parse_time;
use proptest::prelude::*;

use crate::support::cases;

fn utc(text: &str) -> Utc {
    parse_time(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A zone, the step of a clock change, and the offsets from UTC before and after it, in seconds.
const CHANGES: &[(&str, &str, i64, i64)] = &[
    ("Europe/Berlin", "2026-10-25T01:00:00Z", 7200, 3600),
    ("Europe/Berlin", "2099-10-25T01:00:00Z", 7200, 3600),
    ("Europe/Berlin", "2100-03-28T01:00:00Z", 3600, 7200),
    ("Europe/Berlin", "2101-10-30T01:00:00Z", 7200, 3600),
    ("Europe/Berlin", "2400-03-26T01:00:00Z", 3600, 7200),
    ("America/New_York", "2104-03-09T07:00:00Z", -18000, -14400),
    ("America/New_York", "9998-11-01T06:00:00Z", -14400, -18000),
    ("Pacific/Auckland", "2152-04-01T14:00:00Z", 46800, 43200),
    ("America/Santiago", "2100-09-05T04:00:00Z", -14400, -10800),
    ("Australia/Lord_Howe", "2101-10-01T15:30:00Z", 37800, 39600),
    // No changes: the offset stays.
    ("Africa/Casablanca", "2150-07-01T00:00:00Z", 3600, 3600),
    ("Asia/Kathmandu", "9998-07-01T00:00:00Z", 20700, 20700),
];

/// `in_whole_minutes` looks for seconds in an offset by its remainder.
#[test]
fn no_zone_began_less_than_a_minute_from_utc() {
    let long_ago = chrono::NaiveDate::from_ymd_opt(1800, 1, 1).unwrap().into();
    for zone in TZ_VARIANTS {
        let seconds = zone.offset_from_utc_datetime(&long_ago).fix().local_minus_utc();
        assert!(seconds == 0 || seconds.abs() >= 60, "{zone}: {seconds}");
    }
}

#[test]
fn local_time_changes_by_the_zones_rule_for_ever() {
    for &(name, step, before, after) in CHANGES {
        let zone: Zone = name.parse().unwrap();
        let offset = |time: Utc| zone.offset(time).whole_seconds();
        let after_change = utc(step);
        let before_change = Utc::from_ticks(after_change.ticks() - 1).unwrap();
        assert_eq!(
            (offset(before_change), offset(after_change)),
            (before, after),
            "{name} at {step}"
        );
    }
}

#[test]
fn local_time_stops_at_the_ends_of_time() {
    let berlin: Zone = "Europe/Berlin".parse().unwrap();
    let new_york: Zone = "America/New_York".parse().unwrap();
    assert_eq!(berlin.to_local(Utc::MAX), LocalDateTime::MAX);
    assert_eq!(new_york.to_local(Utc::MIN), LocalDateTime::MIN);
}

fn zone(index: usize) -> Zone {
    TZ_VARIANTS[index].name().parse().unwrap()
}

/// Times in order, the oldest in any year, as near to each other as backups are and less.
fn times_in_order() -> impl Strategy<Value = Vec<Utc>> {
    const FIRST: i64 = -62_135_596_800;
    const LAST: i64 = 253_402_300_799;
    let oldest = prop_oneof![
        6 => -3_000_000_000..5_000_000_000_i64,
        1 => FIRST..FIRST + 99,
        1 => FIRST..LAST,
    ];
    let distances = prop_oneof![0..3_000_i64, 0..200_000_i64, 0..20_000_000_i64]
        .prop_flat_map(|max| prop::collection::vec(0..max + 1, 0..400));
    (oldest, distances).prop_map(|(oldest, distances)| {
        let mut seconds = oldest;
        let time = |distance: i64| {
            seconds = LAST.min(seconds + distance);
            Utc::from_unix_seconds(seconds).unwrap()
        };
        distances.into_iter().map(time).collect()
    })
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn many_times_are_converted_as_each_is(
        index in 0..TZ_VARIANTS.len(), times in times_in_order(),
        swap in any::<(usize, usize)>(), order in 0..4,
    ) {
        let mut times = times;
        match order {
            0 => times.reverse(),
            1 if !times.is_empty() => {
                let length = times.len();
                times.swap(swap.0 % length, swap.1 % length);
            }
            2 => times.sort_unstable_by_key(|time| {
                time.ticks().wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64)
            }),
            _ => {}
        }
        let zone = zone(index);
        let each: Vec<LocalDateTime> = times.iter().map(|&time| zone.to_local(time)).collect();
        prop_assert_eq!(zone.all_to_local(&times), each, "{}", zone.name());
    }
}

#[test]
fn times_of_another_season_within_a_stretch_are_converted_singly() {
    // The search looks at the first, the second, the fourth and the last time, which lie near each
    // other.
    let winter = |indices: &[usize], winter: &str| {
        let time = |index| {
            if indices.contains(&index) { utc(winter) } else { utc("2026-07-01T00:00:00Z") }
        };
        let times: Vec<Utc> = (0..8).map(time).collect();
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        let each: Vec<LocalDateTime> = times.iter().map(|&time| berlin.to_local(time)).collect();
        assert_eq!(berlin.all_to_local(&times), each, "{winter} at {indices:?}");
    };
    for time in ["2026-01-01T00:00:00Z", "2026-12-01T00:00:00Z"] {
        winter(&[2], time);
        winter(&[2, 4], time);
    }
}

#[test]
fn times_in_no_order_are_converted_as_each_is() {
    let berlin: Zone = "Europe/Berlin".parse().unwrap();
    // Around a clock change, and far from it, in summer and winter, where a search does not look.
    let texts = [
        "2026-10-25T00:30:00Z",
        "2026-10-25T00:00:00Z",
        "2026-01-01T00:00:00Z",
        "2026-10-25T00:10:00Z",
        "2025-07-01T00:00:00Z",
        "2026-10-25T00:20:00Z",
        "2026-10-25T00:40:00Z",
        "2026-10-25T02:00:00Z",
        "2026-10-25T02:30:00Z",
    ];
    let times = texts.map(utc);
    assert_eq!(berlin.all_to_local(&times), times.map(|time| berlin.to_local(time)));
}

/// What the conversion of many times rests on. All of it, by the quarter of an hour, takes minutes:
/// `cargo test --release --test proptests -- --ignored no_clock`.
#[test]
#[ignore = "takes minutes"]
fn no_clock_is_changed_and_changed_back_within_two_days() {
    const QUARTERS_OF_TWO_DAYS: usize = 192;
    for index in 0..TZ_VARIANTS.len() {
        let zone = zone(index);
        let offset = |quarter: i64| {
            let time = Utc::from_unix_seconds(quarter * 900).unwrap();
            zone.offset(time)
        };
        let (mut unchanged_for, mut before) = (0, None);
        // From 1840, before the first zone, to the end of 2099, where the tables end.
        for quarter in -4_558_848..4_558_464 {
            unchanged_for += 1;
            let offset = Some(offset(quarter));
            if before.is_some() && before != offset {
                assert!(
                    unchanged_for > QUARTERS_OF_TWO_DAYS,
                    "{} at {}",
                    zone.name(),
                    quarter * 900
                );
                unchanged_for = 0;
            }
            before = offset;
        }
    }
}

#[test]
fn an_unknown_zone_is_named_in_the_error() {
    let error = "Europe/Bonn".parse::<Zone>().unwrap_err().to_string();
    assert!(error.starts_with("no such time zone: \"Europe/Bonn\""), "{error}");
}

#[test]
fn a_fixed_distance_from_utc_is_a_zone() {
    let at = utc("2026-07-01T12:00:00Z");
    for (text, hour) in [
        ("UTC+1", "13"),
        ("utc +1", "13"),
        ("GMT-5", "07"),
        ("+02:00", "14"),
        ("-0330", ""),
        ("UTC+05:30", ""),
        ("UTC-0", "12"),
        ("+15", ""),
        ("UTC−3", "09"),
        ("Z", "12"),
        ("Etc/GMT-1", "13"),
    ] {
        let zone = Zone::named(text);
        match (&zone, hour) {
            (Err(error), "") => {
                assert!(error.to_string().contains("no zone has all year"), "{error}")
            }
            (Ok(zone), hour) => {
                assert_eq!(
                    zone.to_local(at).to_string(),
                    format!("2026-07-01 {hour}:00:00"),
                    "{text}"
                );
            }
            (Err(error), _) => panic!("{text}: {error}"),
        }
    }
    assert_eq!(Zone::named("GMT+2").unwrap().fixed_distance().as_deref(), Some("UTC+2"));
    assert_eq!(Zone::named("Etc/GMT+2").unwrap().fixed_distance().as_deref(), Some("UTC-2"));
    for name in ["UTC", "Europe/Berlin", "Etc/GMT", "Etc/GMT+0", "GMT"] {
        assert_eq!(Zone::named(name).unwrap().fixed_distance(), None, "{name}");
    }
    // An abbreviation is not a misspelt other one.
    let error = Zone::named("CEST").unwrap_err().to_string();
    assert!(error.contains("such as Europe/Berlin"), "{error}");
    let nearest = |text: &str| match Zone::named(text) {
        Err(ZoneNameError::Unknown { nearest, .. }) => nearest,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(nearest("Europe/Berln"), Some("Europe/Berlin"));
    assert_eq!(nearest("Japn"), None, "too short to tell");
    let several = ZoneNameError::Several {
        name: "louisville".into(),
        among: vec!["America/Kentucky/Louisville", "America/Louisville"],
    };
    assert_eq!(Zone::named("louisville"), Err(several));
    // Neither hours nor minutes may be of another length or no digits.
    for text in ["UTC+1:5", "UTC+123:00", "UTC+x:00", "UTC+1:x0"] {
        assert!(matches!(Zone::named(text), Err(ZoneNameError::Unknown { .. })), "{text}");
    }
    assert_eq!(
        Zone::named("UTCplus1").map_err(|error| error.to_string().contains("no such")),
        Err(true)
    );
}
