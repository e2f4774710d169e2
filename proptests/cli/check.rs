//! `check`: what each layer says of a policy, and the place of an error.

use duplicati_retention::advice::warnings;
use duplicati_retention::clock::Utc;
use duplicati_retention::{Release, policy::Policy};

use crate::assert_snapshot;
use crate::support::{local, run};

/// Policies whose whole answer is compared, by the name of the snapshot: what people type, and
/// every kind of error.
const ANSWERS: &[(&str, &[&str])] = &[
    ("default-policy", &["1W:1D,4W:1W,12M:1M"]),
    ("comma-at-the-end", &["7D:1D,"]),
    ("wrong-case", &["1w:1d"]),
    ("before-year-1", &["5000Y:1Y"]),
    ("bare-numbers", &["7:1"]),
    ("no-colon", &["7D:1D,4W"]),
    ("extra-colon", &["7D:1D:1h", "--release", "2.3.1"]),
    ("negative", &["7D:-1D"]),
    ("no-number", &["7D:xD"]),
    ("two-units", &["7DD:1D"]),
    ("too-long", &["U:1000000000000"]),
    ("too-long-in-2.1", &["9999Y1D:1D", "--release", "2.1"]),
    ("date-in-2.1", &["7D:2026-01-01", "--release", "2.1"]),
    ("now-in-2.1", &["now:1D", "--release", "2.1"]),
    ("nothing", &[""]),
    ("unlimited", &["1D:U,U:1W"]),
    ("not-ascii", &["7D:1D,日:1D"]),
];

#[test]
fn check_answers_as_the_snapshots_say() {
    for (name, args) in ANSWERS {
        let answer = run(&[&["check"], *args].concat());
        assert_eq!(answer.stderr, "", "{name}");
        assert_snapshot!(
            format!("check-{name}"),
            format!("{}\nexit code {}", answer.stdout, answer.code)
        );
    }
}

#[test]
fn check_answers_in_json() {
    let answer = run(&["check", "12M:1M,7D", "--json"]);
    assert_eq!(answer.code, 1);
    let value: serde_json::Value = serde_json::from_str(&answer.stdout).expect("it is JSON");
    assert_eq!(value["errors"][0]["place"]["start"], 7);
    let answer = run(&["check", "12M:1M", "--json"]);
    assert_snapshot!("check-json", answer.stdout);
}

#[test]
fn the_exit_code_tells_what_the_chosen_release_says() {
    let code = |args: &[&str]| run(&[&["check"], args].concat()).code;
    assert_eq!(code(&["7D:1D:1h", "--release", "2.3.0"]), 0);
    assert_eq!(code(&["7D:1D:1h", "--release", "2.3.1"]), 1);
    // What only the web page refuses is a warning.
    assert_eq!(code(&["1D12h:1h"]), 0);
    assert_eq!(code(&["1D12h:1h", "--deny-warnings"]), 1);
    assert_eq!(code(&["7D:23h", "--deny-warnings"]), 0);
    assert_eq!(code(&["7D:1D", "--release", "3.0"]), 2);
    assert_eq!(code(&[]), 2);
}

/// Texts and the warnings that 2.3.0 gives, all of them and in order.
const WARNINGS: &[(&str, &[&str])] = &[
    ("7D:23h", &[]),
    ("7D:12h,28D:7D", &[]),
    // Layers.
    ("1D12h:1h,7D:5h", &["web-page-refuses", "exact-interval"]),
    ("7D:5h,", &["web-page-refuses"]),
    ("u:5h", &["web-page-refuses"]),
    ("7D:5h:1", &["releases-disagree", "web-page-refuses", "ignored-part"]),
    ("99999999999D:5h", &["web-page-accepts"]),
    // Spans.
    ("7:1", &["web-page-refuses", "bare-number", "bare-number"]),
    ("7D:", &["web-page-refuses", "empty-span"]),
    (":", &["web-page-refuses", "empty-span", "empty-span"]),
    ("143165577M:1h", &["releases-disagree", "wraps-around", "exact-interval"]),
    ("1840700270W:5h", &["wraps-around"]),
    ("7D:5h,12m:5m", &["minutes-for-months"]),
    ("1Y:1m", &["minutes-for-months"]),
    ("90m:5m", &[]),
    ("5000Y:1W", &["exact-interval", "release-differs"]),
    ("12M:5h", &["release-differs"]),
    ("1M:5h", &["release-differs"]),
    // Pairs.
    ("", &[]),
    (",,", &["nothing-thinned"]),
    ("7D:5h,7D:6h", &["same-frame"]),
    ("1W:5h,7D:6h", &["same-frame"]),
    ("U:6h,U:5h", &["same-frame"]),
    ("U:6h,7D:5h", &["behind-unlimited"]),
    ("7D:6h,28D:5h", &["shrinking-intervals"]),
    ("7D:5h,U:U", &["shrinking-intervals"]),
    ("7D:U,28D:5h", &[]),
    ("1D:1D", &["exact-interval"]),
    ("7D:8D", &[]),
    ("7D:5D", &["coarse-interval"]),
    ("10D:5D", &[]),
    // Schedules.
    ("7D:1D", &["exact-interval"]),
    ("7D:1h", &["exact-interval"]),
    ("28D:1W", &["exact-interval"]),
    ("7D:2D", &[]),
];

#[test]
fn each_warning_is_given_where_it_belongs_and_nowhere_else() {
    for (text, expected) in WARNINGS {
        let found = warnings(text, Release::V2_3_0);
        let ids: Vec<_> = found.iter().map(|warning| warning.id).collect();
        assert_eq!(&ids, expected, "{text}");
        for warning in found {
            let marked = warning.place.map(|place| text.get(place).expect("a place in the text"));
            assert!(
                marked.is_none_or(|text| !text.is_empty()),
                "{text}: {} marks nothing",
                warning.id
            );
            assert!(!warning.reason.is_empty() && !warning.fix.is_empty());
        }
    }
}

#[test]
fn what_a_warning_proposes_means_the_same_in_every_layer() {
    for text in ["1D12h:1h,", "u:1D", "7D:", "2W1D:90s"] {
        let found = warnings(text, Release::V2_3_0);
        let fix = &found.iter().find(|warning| warning.id == "web-page-refuses").expect(text).fix;
        let proposed = fix.trim_start_matches("write ").split(',').next().expect("a text");
        assert_eq!(duplicati_retention::policy::web_page::check(proposed), Ok(()), "{text}: {fix}");
        for release in Release::ALL {
            assert_eq!(
                Policy::parse(proposed, release),
                Policy::parse(text, release),
                "{text}: {fix}"
            );
        }
    }
}

#[test]
fn a_pair_behind_an_unlimited_one_is_applied_before_it() {
    use duplicati_retention::clock::Zone;
    use duplicati_retention::history::{Backup, History};
    use duplicati_retention::retention::reference;
    let hour = |count: i64| Utc::from_unix_seconds(count * 3600).unwrap();
    let history =
        History::new((0..900).map(|count| Backup::full(hour(count))).collect(), Zone::UTC);
    let deletes = |text| {
        let policy = Policy::parse(text, Release::V2_3_0).unwrap();
        reference::apply(&policy, &history, local(hour(900)), false).unwrap().deletes
    };
    assert_eq!(deletes("U:1W,7D:5h"), deletes("7D:5h,U:1W"));
    assert_ne!(deletes("U:1W,7D:5h"), deletes("U:1W"));
    // Of two unlimited ones the second has nothing left.
    assert_eq!(deletes("U:1W,U:5h"), deletes("U:1W"));
}

#[test]
fn a_canary_is_a_release_of_its_own() {
    let answer = run(&["check", "--release", "2.1.0.112", "12M:1M"]);
    assert_eq!(answer.code, 0, "{}", answer.stdout);
    assert!(answer.stdout.contains("\n2.1.0.112   not checked    accepts"), "{}", answer.stdout);
    assert!(answer.stdout.contains("Duplicati 2.1.0.112 accepts"), "{}", answer.stdout);
    assert_eq!(run(&["check", "--release", "2.1.0.112", "12:M:"]).code, 1);
}

#[test]
fn the_heading_says_all_that_was_checked() {
    for (job, expected) in [
        (
            "x --keep-versions=7 --keep-time=1Y",
            "options from FILE, line 1: keep-time 1Y and keep-versions 7",
        ),
        ("x --retention-policy=1W:1D", "policy from FILE, line 1: 1W:1D"),
        (
            "x --retention-policy=1W:1D --allow-full-removal",
            "options from FILE, line 1: policy 1W:1D and allow-full-removal true",
        ),
        ("duplicati-cli backup", "no option that deletes from FILE"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = crate::support::write_file(folder.path(), "job", job.as_bytes());
        let answer = run(&["check", "--job", &file]).stdout;
        let heading = answer.lines().next().unwrap().replace(&file, "FILE");
        assert_eq!(heading, format!("Release 2.3.0 (the default), {expected}"), "{job}");
    }
}
