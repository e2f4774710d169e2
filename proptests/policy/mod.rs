//! Errors in policy texts, and how a text is split into its parts.

mod dotnet;

use std::fmt::Write;

use duplicati_retention::Release;
use duplicati_retention::policy::{Policy, Term, Unit, entries, parse_span, terms};

/// One text for each error, at the start, in the middle and at the end.
const REFUSED: &[&str] = &[
    "7D",
    "7D:1D,4W",
    "7D:1D:1h,4W:1W",
    "-7D:1D",
    "7D:-1D",
    "0s:-1D",
    "D:1D",
    "7D: D",
    "7D:1hD",
    "1D:1h,99999999999D:1D",
    "7D:1D12",
    "7D:1D,4w:1W",
    "7d12H:1D",
    "7D:1S",
    "7D:1y",
    "3M1w:1D",
    "7D: u",
    "7D:1x",
    "99999999999999999999:1D",
    "29999Y:1D",
    "7D:100000000Y",
    "now:1D",
    "2026-11-23:1D",
    "1.5D:1D",
];

/// What each release says about a text; releases that say the same share a line.
fn errors(text: &str) -> Vec<(String, Vec<Release>)> {
    let mut answers: Vec<(String, Vec<Release>)> = Vec::new();
    for release in Release::ALL {
        let words = match Policy::parse(text, release) {
            Ok(policy) => format!("reads {policy}"),
            Err(error) => {
                let place = &text[error.range.clone()];
                format!("at {:?} {place:?}: {error}. Help: {}.", error.range, error.expected())
            }
        };
        match answers.last_mut() {
            Some((last, releases)) if *last == words => releases.push(release),
            _ => answers.push((words, vec![release])),
        }
    }
    answers
}

#[test]
fn each_error_says_what_is_wrong_where_and_what_to_write() {
    let mut page = String::new();
    for text in REFUSED {
        writeln!(page, "{text:?}").unwrap();
        for (words, releases) in errors(text) {
            let releases: Vec<String> = releases.iter().map(ToString::to_string).collect();
            writeln!(page, "  {}: {words}", releases.join(", ")).unwrap();
        }
    }
    crate::snapshot("policy_errors", &page);
}

#[test]
fn a_text_is_split_into_entries_and_their_parts() {
    let text = ",7D:1D,,4W,:1W:,U:1M:9:8";
    let parts: Vec<_> = entries(text)
        .map(|entry| {
            let part = |place: Option<std::ops::Range<usize>>| place.map(|place| &text[place]);
            (&text[entry.whole], &text[entry.frame], part(entry.interval), part(entry.rest))
        })
        .collect();
    let expected = [
        ("7D:1D", "7D", Some("1D"), None),
        ("4W", "4W", None, None),
        (":1W:", "", Some("1W"), Some("")),
        ("U:1M:9:8", "U", Some("1M"), Some("9:8")),
    ];
    assert_eq!(parts, expected);
}

#[test]
fn a_span_is_split_into_terms() {
    let term = |factor, unit, place| Ok(Term { factor, unit, place });
    let expected =
        [term(1, Unit::Day, 0..2), term(12, Unit::Hour, 2..6), term(-3, Unit::Second, 6..9)];
    assert_eq!(terms("1D 12h-3s").collect::<Vec<_>>(), expected);
    assert_eq!(
        terms("1D4x5").map(|term| term.map_err(|error| error.place)).collect::<Vec<_>>(),
        [Ok(expected[0].clone().unwrap()), Err(2..5)]
    );
    // Beyond an `i32` of days; hours are not counted in days.
    let wraps = |text: &str| terms(text).any(|term| term.unwrap().wraps_around());
    assert_eq!(["71582788M", "71582789M", "2147483647h"].map(wraps), [false, true, false]);
}

#[test]
fn a_policy_is_shown_in_days_hours_minutes_and_seconds() {
    let shown = |text: &str| Policy::parse(text, Release::V2_3_0).unwrap().to_string();
    assert_eq!(shown("694861:3661,1M:90m,U:0s,0s:1Y"), "8D1h1m1s:1h1m1s,30D:1h30m,U:U,0s:365D");
    assert_eq!(parse_span("694861", Release::V2_3_0).unwrap().whole_seconds(), 694_861);
}

#[test]
fn every_number_of_a_release_is_mapped_to_what_it_does() {
    for (numbers, release) in [
        ("2.1 2.0.8.1 2.0.9.111 2.1.0.5 2.1.0.111 v2.1.0.5_stable_2025-03-04", Release::V2_1),
        ("2.1.0.112", Release::V2_1_0_112),
        ("2.1.0.113 2.1.0.115", Release::V2_1_0_113),
        ("2.1.0.116 2.1.0.118", Release::V2_1_0_116),
        ("2.2 2.1.0.119 2.1.1.0 2.1.1 2.1.2.3 2.2.0.0 2.2.0.3 2.2.0.100", Release::V2_2),
        ("2.2.0.101 2.2.0.102", Release::V2_2_0_101),
        ("2.3 2.3.0 2.2.0.103 2.2.1.0 2.3.0.4 2.3.0.106", Release::V2_3_0),
        ("v2.3.0.4-2.3.0.4_stable_2026-07-09 2.2.0.107_canary_2026-03-20", Release::V2_3_0),
        ("2.3.1 2.3.1.0 2.3.0.107 2.3.0.109", Release::V2_3_1),
    ] {
        for number in numbers.split(' ') {
            assert_eq!(number.parse(), Ok(release), "{number}");
        }
    }
    for unknown in ["2.4", "2.3.1.1", "2.3.0.110", "1.3", "2", "2.3.0.4.1", "", "beta", "2.1.0.50"]
    {
        let error = unknown.parse::<Release>().unwrap_err().to_string();
        assert!(error.contains("is not a release of Duplicati that is known"), "{error}");
    }
}

#[test]
fn a_canary_differs_from_its_neighbours_where_its_code_does() {
    let span = |text, release: Release| {
        let pair = Policy::parse(text, release).unwrap().pairs()[0];
        pair.frame().to_string()
    };
    assert_eq!(span("12M:1M", Release::V2_1), "365D");
    assert_eq!(span("12M:1M", Release::V2_1_0_112), "360D");
    assert!(Release::V2_1_0_113.counts_repeats() && !Release::V2_1_0_116.counts_repeats());
    assert!(Release::V2_1_0_116.strict_numbers() && !Release::V2_2.strict_numbers());
    assert!(!Release::V2_2_0_101.honours_locks() && Release::V2_3_0.honours_locks());
    // Rounded as .NET 8 does it, and exact.
    assert_ne!(span("922337203684:U", Release::V2_2), span("922337203684:U", Release::V2_2_0_101));
}

#[test]
fn the_releases_are_listed_in_the_order_of_their_declaration() {
    for (place, release) in Release::WITH_CANARIES.into_iter().enumerate() {
        assert_eq!(release as usize, place);
        assert_eq!(Release::ALL.contains(&release), release.name().split('.').count() < 4);
    }
}
