//! Parts of an answer that a caller of the library uses by themselves.

use duplicati_retention::Release;
use duplicati_retention::dotnet::TimeSpan;
use duplicati_retention::report::{Diagnostic, age_axis, write_json};

#[test]
fn ages_are_drawn_with_the_youngest_on_the_right() {
    let days = |days: i64| TimeSpan::from_seconds(days * 86_400).unwrap();
    let line = age_axis::draw([(days(1), false), (days(9), true)].into_iter(), days(9), 40);
    assert!(line.starts_with('×') && line.contains('●') && line.contains("1W"), "{line}");
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
