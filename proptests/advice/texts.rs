//! What is said of a policy's text: its problems, what was probably meant, and warnings.

use duplicati_retention::Release;
use duplicati_retention::advice::*;

use super::{local_now, policy};

fn messages(text: &str) -> Vec<String> {
    let problems = text_problems(text, Release::V2_3_0);
    problems.into_iter().map(|problem| problem.message).collect()
}

#[test]
fn a_text_is_sound_if_every_layer_lets_it_pass() {
    for (text, sound) in [
        ("7D:23h,4W:U", true),
        ("U:1D", true),
        ("1890Y:1Y", true),
        ("5000Y:1D", false),
        ("7D:29D", false),
        ("7D:1D,", false),
        ("1D12h:1h", false),
        ("", false),
    ] {
        assert_eq!(is_sound(text), sound, "{text}");
    }
}

#[test]
fn units_are_understood_in_words() {
    for (text, meant) in [
        ("2 weeks:90 minutes", Some("2W:90m")),
        ("3 Yrs:36 Hours", Some("3Y:36h")),
        ("5 min:30 secs", Some("5m:30s")),
        ("unlimited:1 month", Some("U:1M")),
        // A unit without a number is only clear by itself.
        ("2Y:M", Some("2Y:1M")),
        ("D12h:1h", None),
        ("1d h:1m", None),
    ] {
        assert_eq!(probably_meant(text, Release::V2_3_0).as_deref(), meant, "{text}");
    }
}

#[test]
fn each_problem_has_its_own_sentence() {
    let no_colon = "a colon and an interval are missing after this time frame";
    for (text, expected) in [
        ("C:\\jobs\\job.json", &["this looks like the name of a file, where a policy belongs"][..]),
        ("--daily 7", &["this is another option, where a policy belongs"]),
        (
            "7D-1D;4W:1W",
            &[
                "a colon separates time frame and interval, not -",
                "pairs are separated by commas, not by ;",
            ],
        ),
        ("7D-", &[no_colon]),
        ("7D-1D-1h", &[no_colon]),
        ("7D", &[no_colon]),
        ("U", &[no_colon]),
        ("7D: U", &["U counts only without a blank beside it"]),
        ("2Y:M", &["a number is missing before M"]),
        ("M:1D", &["a number is missing before M"]),
        ("2Y:K", &["K is neither a time span nor U"]),
    ] {
        assert_eq!(messages(text), expected, "{text}");
    }
    let problems = text_problems("7D:1D, 1W:1D4W:1W", Release::V2_3_1);
    assert_eq!(problems[0].place, 7..17);
}

/// Why Duplicati would not start a backup, and where.
fn blockers(text: &str) -> Vec<(&str, Objection)> {
    let found = objections(text, &policy(text).into(), local_now()).into_iter();
    found.map(|(_, objection)| (&text[objection.place.clone().unwrap()], objection)).collect()
}

#[test]
fn an_interval_that_is_too_long_has_a_shorter_one_in_its_place() {
    for (text, place, instead, keeps) in [
        ("7D:7D", "7D:7D", "7D:3D", "at most 3 versions of the last 7 days"),
        ("3D:3D", "3D:3D", "3D:36h", "at most 3 versions of the last 3 days"),
        ("2s:2s", "2s:2s", "2s:1s", "at most 3 versions of the last 2 seconds"),
        (
            "1W:1D,4W:4W,1Y:1M",
            "4W:4W",
            "4W:14D",
            "at most 2 versions between 7 days and 28 days old",
        ),
    ] {
        let [(at, objection)] = &blockers(text)[..] else { panic!("one pair of {text}") };
        assert_eq!((*at, objection.suggestion.as_deref()), (place, Some(instead)));
        let such_as = format!("such as {instead}, which keeps {keeps}, or U");
        assert!(objection.remedy.contains(&such_as), "{}", objection.remedy);
    }
    assert_eq!(blockers("1s:1s")[0].1.suggestion, None);
}

#[test]
fn where_a_comma_is_missing_that_is_why_the_interval_is_too_long() {
    let missing = "A comma is missing between 1W:1D and 4W:1W";
    for (text, first, second) in [
        ("1D:2D,1W:1D4W:1W", ("1D:2D", "Duplicati accepts"), ("1W:1D4W:1W", missing)),
        ("1W:1D4W:1W,1D:2D", ("1W:1D4W:1W", missing), ("1D:2D", "Duplicati accepts")),
    ] {
        let found = blockers(text);
        assert_eq!(found.len(), 2, "{text}");
        for ((at, objection), (place, begin)) in found.into_iter().zip([first, second]) {
            assert_eq!(at, place, "{text}");
            assert!(objection.message.starts_with(begin), "{text}: {}", objection.message);
        }
    }
}

#[test]
fn each_warning_names_its_place_and_what_to_do() {
    let (later, first) = (Release::V2_3_0, Release::V2_1);
    for (release, text, id, expected) in [
        // Accepted by the server, but neither in this nor in another form by the page and a run.
        (later, "1D12h:2D", "web-page-refuses", &[("", "set it as the advanced option")][..]),
        (later, "1D12h:1D", "web-page-refuses", &[("", "write 36h:1D, which means the same")]),
        (later, "7:1D", "web-page-refuses", &[("", "write each time frame and interval with a")]),
        (later, "7D:1D:5", "ignored-part", &[(":5", "separate pairs with commas")]),
        (later, "7D:23h,4W:1D1W:1D", "missing-comma", &[("4W:1D1W:1D", "between 4W:1D and 1W:1D")]),
        (later, "4W:1D1W:1D,7D:23h", "missing-comma", &[("4W:1D1W:1D", "between 4W:1D and 1W:1D")]),
        (later, "7D:1D,1D143165577M:2D", "wraps-around", &[("143165577M", "means 15 days")]),
        (first, "7D:1D,613566757W:1D", "wraps-around", &[("613566757W", "means 3 days")]),
        (
            later,
            "7:1",
            "bare-number",
            &[("7", "such as 7D for days"), ("1", "such as 1D for days")],
        ),
        (later, "1:2D", "bare-number", &[("1", "such as 1W for weeks")]),
        (later, "1D:5", "bare-number", &[("5", "such as 5h for hours")]),
        (later, "7D:0", "bare-number", &[("0", "write a number with its unit")]),
        (later, "12m:1D", "minutes-for-months", &[("12m", "write 12M for months")]),
        (later, "12M:1m", "minutes-for-months", &[("1m", "write 1M for months")]),
        (later, "1m:2M", "minutes-for-months", &[("1m", "write a capital M for months")]),
        (later, "28D:1m", "minutes-for-months", &[("1m", "write a capital M for months")]),
        (later, "27D:1m", "minutes-for-months", &[]),
        (later, "7D:1D,4W:1h", "shrinking-intervals", &[("4W:1h", "write 1D or more")]),
        (later, "7D:1D,4W:1D", "shrinking-intervals", &[]),
        (later, "7D:4W,4W:1W", "shrinking-intervals", &[]),
        (later, "U:U", "does-nothing", &[("U:U", "as Duplicati does without a policy")]),
        (later, "7D:U,4W:U", "does-nothing", &[("7D:U", "the next longer time frame keeps")]),
    ] {
        let all = warnings(text, release);
        let found: Vec<&Warning> = all.iter().filter(|warning| warning.id == id).collect();
        assert_eq!(found.len(), expected.len(), "{text}: {all:?}");
        for (warning, (place, says)) in found.into_iter().zip(expected) {
            assert_eq!(&text[warning.place.clone().unwrap_or_default()], *place, "{text}");
            let sentence = format!("{} {}", warning.reason, warning.fix);
            assert!(sentence.contains(says), "{text}: {sentence}");
        }
    }
}
