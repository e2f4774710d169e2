//! The wall clock beyond the tables of clock changes, against the rules of the IANA database.

use duplicati_retention::dotnet::DateTime;
use duplicati_retention::history::{Zone, times::parse_time};

fn utc(text: &str) -> DateTime {
    parse_time(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A zone, the moment of a clock change, and the offsets from UTC before and after it, in seconds.
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

#[test]
fn the_wall_clock_changes_by_the_zones_rule_for_ever() {
    for &(name, moment, before, after) in CHANGES {
        let zone: Zone = name.parse().unwrap();
        let offset = |time: DateTime| zone.to_wall(time).since(time).whole_seconds();
        let after_change = utc(moment);
        let before_change = DateTime::from_ticks(after_change.ticks() - 1).unwrap();
        assert_eq!((offset(before_change), offset(after_change)), (before, after), "{name} at {moment}");
    }
}

#[test]
fn the_wall_clock_stops_at_the_ends_of_time() {
    let berlin: Zone = "Europe/Berlin".parse().unwrap();
    let new_york: Zone = "America/New_York".parse().unwrap();
    assert_eq!(berlin.to_wall(DateTime::MAX), DateTime::MAX);
    assert_eq!(new_york.to_wall(DateTime::MIN), DateTime::MIN);
}
