//! Parts of an answer that a caller of the library uses by themselves.

mod audit;
mod check;
mod forecast;
mod log;
#[cfg(feature = "database")]
mod past;
mod pictures;
mod plan;
mod sentences;

use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::dotnet::TimeSpan;
use duplicati_retention::history::Backup;
use duplicati_retention::report::{Context, Diagnostic, Moment, age_axis, write_json};
use duplicati_retention::sources::times::parse_time;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

fn utc(text: &str) -> Utc {
    parse_time(text).unwrap()
}

fn now() -> Utc {
    utc("2026-11-23T10:00:00Z")
}

fn seconds(count: i64) -> TimeSpan {
    TimeSpan::from_seconds(count).unwrap()
}

fn days(count: i64) -> TimeSpan {
    seconds(count * DAY)
}

/// The moment so many seconds before now.
fn ago(seconds: i64) -> Utc {
    Utc::from_unix_seconds(now().unix_seconds() - seconds).unwrap()
}

fn backups(seconds_ago: &[i64]) -> Vec<Backup> {
    seconds_ago.iter().map(|&seconds| Backup::full(ago(seconds))).collect()
}

/// The present in UTC.
fn moment() -> Moment {
    Moment {
        time_zone: Zone::UTC,
        time_zone_origin: "from --time-zone".into(),
        now: now(),
        now_origin: "from --now".into(),
    }
}

fn context() -> Context {
    let release_origin = "from --release".into();
    Context { release: Release::V2_3_0, release_origin, moment: moment(), job: None }
}

#[test]
fn ages_are_drawn_with_the_youngest_on_the_right() {
    let line = age_axis::draw([(days(1), false), (days(9), true)].into_iter(), days(9), 40);
    assert!(line.starts_with('×') && line.contains('●') && line.contains("1W"), "{line}");
}

#[test]
fn no_two_marks_of_an_age_axis_touch() {
    for width in 20..100 {
        for hours in (1..100).chain((100..90_000).step_by(977)) {
            let drawn = age_axis::draw(std::iter::empty(), seconds(hours * HOUR), width);
            let marks = drawn.lines().nth(1).unwrap();
            let is_mark = |word: &str| {
                ["now", "1h", "1D", "1W", "30D", "90D", "1Y", "2Y", "5Y", "10Y"].contains(&word)
            };
            assert!(marks.split_whitespace().all(is_mark), "{width}, {hours} hours: {marks}");
            assert!(marks.ends_with("now") && marks.len() == width, "{width}: {marks}");
        }
    }
}

#[test]
fn an_error_in_a_policy_has_its_place_and_what_was_meant() {
    let diagnostic = Diagnostic::refused("1w:1D", Release::V2_3_0);
    assert_eq!(diagnostic.suggestion.as_deref(), Some("1W"));
    assert_eq!(diagnostic.place.unwrap().end, 2);
}

#[test]
fn lists_are_broken_into_lines_to_the_second_level() {
    let mut out = Vec::new();
    write_json(&mut out, &[(1, [2, 3])]).unwrap();
    assert_eq!(out, b"[\n  [\n    1,\n    [2,3]\n  ]\n]\n");
}
