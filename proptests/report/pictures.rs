//! Where the marks of a picture are.

use duplicati_retention::forecast::Schedule;
use duplicati_retention::report::{AuditReport, audit_page, svg};
use regex::Regex;

use super::forecast::{daily, forecast};
use super::plan::plan;
use super::{DAY, HOUR, days, moment, seconds};

/// What the groups of an expression match, wherever it does.
fn found<'t>(expression: &str, text: &'t str) -> Vec<Vec<&'t str>> {
    let expression = Regex::new(expression).unwrap();
    let groups = expression.captures_iter(text);
    groups
        .map(|found| found.iter().skip(1).map(|group| group.unwrap().as_str()).collect())
        .collect()
}

/// The only group of an expression as numbers.
fn places(expression: &str, text: &str) -> Vec<f64> {
    found(expression, text).iter().map(|groups| groups[0].parse().unwrap()).collect()
}

#[test]
fn one_dot_stands_for_versions_that_would_be_one() {
    let hourly = Schedule::every(seconds(HOUR));
    let report = forecast("U:U", hourly, 60);
    let dots = places("<circle class=\"there\" cx=\"([0-9.]+)\"", &svg::draw(&report));
    assert_eq!(report.in_the_end.len(), 1441);
    assert!((300..900).contains(&dots.len()), "{}", dots.len());
    assert!(dots.windows(2).all(|two| two[0] - two[1] >= 0.4), "{dots:?}");
}

#[test]
fn no_two_names_on_an_axis_touch() {
    for (policy, every, length) in [("U:1W", 7, 5 * 365), ("60D:U,1Y:1W", 1, 500)] {
        let picture = svg::draw(&forecast(policy, Schedule::every(days(every)), length));
        let names =
            found("<text x=\"([0-9.]+)\" y=\"([0-9.]+)\" class=\"quiet middle\">", &picture);
        let band = names.last().unwrap()[1];
        let mut lines: Vec<&str> = names.iter().map(|name| name[1]).collect();
        lines.dedup();
        assert!(lines.len() > 1, "{band}");
        for line in lines {
            let mut line: Vec<f64> = names
                .iter()
                .filter(|name| name[1] == line)
                .map(|name| name[0].parse().unwrap())
                .collect();
            line.sort_by(f64::total_cmp);
            assert!(line.windows(2).all(|two| two[1] - two[0] > 39.9), "{line:?}");
        }
    }
}

#[test]
fn what_was_requested_is_on_the_axis_even_if_no_gap_is_as_short() {
    // Daily backups, where one each hour was requested.
    let picture = svg::draw(&forecast("7D:1h", daily(), 60));
    let requested = places("<line class=\"requested\" x1=\"([0-9.]+)\"", &picture)[0];
    let usual = places("<circle class=\"usual\" cx=\"([0-9.]+)\"", &picture)[0];
    let axis = places("<line class=\"line\" x1=\"([0-9]+)\"", &picture)[0];
    assert!(axis < requested && requested < usual, "{axis} {requested} {usual}");
}

#[test]
fn a_strip_shows_what_a_removal_by_hand_keeps_in_its_time_frame() {
    let by_hand = [("retention-policy", "2D:U,7D:1D"), ("version", "9")];
    let ages = [HOUR, 3 * DAY, 3 * DAY + HOUR, 100 * DAY];
    let picture = plan(&by_hand, &ages).svg();
    let strips =
        found("class=\"name\">([^<]*)</text>\n.*class=\"quiet end\">([^<]*)</text>", &picture);
    assert_eq!(
        strips,
        [["2D:U", "1 of 1 kept"], ["7D:1D", "1 of 2 kept"], ["in no time frame", "0 of 1 kept"]]
    );
}

#[test]
fn the_ends_of_a_short_strip_have_a_time_of_day() {
    let by_hand = [("retention-policy", "3D:1h,6D:1D"), ("version", "9")];
    let picture = plan(&by_hand, &[HOUR, 2 * DAY, 5 * DAY]).svg();
    let dates = found(">(\\d{4}-\\d\\d-\\d\\d(?: \\d\\d:\\d\\d)?)</text>", &picture).concat();
    assert_eq!(dates, ["2026-11-20", "2026-11-23", "2026-11-18 10:00", "2026-11-20 10:00"]);
}

#[test]
fn a_picture_of_no_length_or_without_a_version_can_be_drawn() {
    let by_hand = [("retention-policy", "0s:U,7D:1D"), ("version", "9")];
    let picture = plan(&by_hand, &[0, DAY]).svg();
    let strips = found("class=\"name\">([^<]*)</text>\n.*class=\"quiet end\">", &picture).concat();
    assert_eq!(strips, ["0s:U", "7D:1D"], "{picture}");
    let dots = places("class=\"kept\" cx=\"([^\"]+)\"", &picture);
    // That of the key, and one at an end of each strip.
    assert_eq!(dots, [22.0, 456.0, 24.0], "{picture}");
    assert!(picture.contains("By day"));
    assert!(!plan(&by_hand, &[]).svg().contains("By day"));
}

#[test]
fn a_name_cannot_change_a_page() {
    let report = AuditReport::new(moment(), vec!["A&B <\"C\">".into()], vec![], vec![], false);
    let page = audit_page(&report);
    assert!(page.contains("jobs from A&amp;B &lt;&quot;C&quot;&gt;"), "{page}");
}
