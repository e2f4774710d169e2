//! The verdict that opens every answer and decides every exit code, and suggestions that hold.

use std::process::Command;

use duplicati_retention::Release;
use duplicati_retention::advice::{
    Fix, Layer, Verdicts, is_sound, probably_meant, text_problems, warnings,
};
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::history::{Backup, History};
use duplicati_retention::policy::{Policy, web_page};
use duplicati_retention::retention::{self, Blocker, OptionTexts, Options};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{Run, local, run, write_file};

const FIXED: [&str; 4] = ["--now", "2026-11-23T10:00:00Z", "--time-zone", "UTC"];
const TIMES: [&str; 2] = ["--times", "samples/times.txt"];

fn now() -> Utc {
    Utc::from_unix_seconds(1_795_424_400).unwrap()
}

fn verdicts(options: &[(&str, &str)]) -> Verdicts {
    let texts = options.iter().copied().collect();
    Verdicts::of(&texts, None, Release::V2_3_0, local(now()))
}

fn check(text: &str) -> Run {
    run(&["check", "--", text])
}

/// What a command answers about a job with these settings.
fn about_job(settings: &[(&str, &str)], args: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let setting = |&(name, value): &(&str, &str)| json!({"Name": name, "Value": value});
    let settings: Vec<_> = settings.iter().map(setting).collect();
    let job = json!({
        "CreatedByVersion": "2.3.0.4",
        "Schedule": {"Repeat": "1D", "Time": "2026-11-24T01:00:00Z"},
        "Backup": {"Name": "Documents", "Settings": settings},
    });
    let path = write_file(folder.path(), "job.json", job.to_string().as_bytes());
    run(&[args, &["--job", &path]].concat())
}

#[test]
fn every_command_opens_with_why_duplicati_would_not_run() {
    for policy in ["1M:U,3Y:3Y", "1W:1W", "7D:4W:12M", "1D:2D"] {
        for (command, more) in [
            ("explain", &[][..]),
            ("plan", &TIMES),
            ("expiry", &["--times", "samples/times.txt", "--every", "1D"]),
            ("forecast", &["--every", "1D", "--for", "30D"]),
            ("compare", &["7D:23h"]),
        ] {
            let answer = run(&[&[command, policy], more, &FIXED].concat());
            let second = answer.stdout.lines().nth(1).unwrap_or_default();
            assert!(second.starts_with("!! "), "{command} {policy}: {}", answer.stdout);
            assert_eq!(answer.code, 1, "{command} {policy}");
            assert!(
                !answer.stdout.contains("No gap is longer than requested"),
                "{command} {policy}"
            );
        }
        assert_eq!(check(policy).code, 1, "{policy}");
    }
}

#[test]
fn two_options_that_keep_are_refused_with_a_remedy() {
    let both = [("retention-policy", "7D:1D"), ("keep-time", "2Y")];
    let answer = about_job(&both, &["check"]);
    assert_eq!(answer.code, 1, "{}", answer.stdout);
    let row = answer.stdout.lines().find(|line| line.starts_with("2.3.0")).unwrap();
    assert!(row.contains("refuses"), "{row}");
    for part in ["combined-options", "remove keep-time", "refuses to run with this job"] {
        assert!(answer.stdout.contains(part), "{part}: {}", answer.stdout);
    }
    for args in [&["explain"][..], &["forecast", "--for", "30D"]] {
        let answer = about_job(&both, &[args, &FIXED].concat());
        assert!(answer.stdout.contains("\n!! Duplicati refuses to start"), "{}", answer.stdout);
        assert_eq!(answer.code, 1);
    }
    // An option set to nothing is not set.
    let one = [("retention-policy", "7D:23h"), ("keep-versions", ""), ("keep-time", "")];
    let answer = about_job(&one, &["check"]);
    assert!(answer.code == 0 && !answer.stdout.contains("keep-"), "{}", answer.stdout);
}

#[test]
fn a_job_is_explained_and_checked_as_what_it_is() {
    for (option, text, says) in [
        ("keep-versions", "3", "the 3 newest full backups are kept, however old they are"),
        ("keep-time", "6M", "every version older than 180 days is deleted"),
    ] {
        for command in ["check", "explain"] {
            let answer = about_job(&[(option, text)], &[command]);
            assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{}", answer.stdout);
            assert!(answer.stdout.contains(says), "{command}: {}", answer.stdout);
            for wrong in ["no pair", "write at least one pair", "refuses"] {
                assert!(!answer.stdout.contains(wrong), "{command}: {wrong}: {}", answer.stdout);
            }
        }
    }
    let plan = run(&[&["plan", "--keep-time", "10D"][..], &TIMES, &FIXED].concat());
    assert_eq!(plan.code, 0, "{}", plan.stderr);
    assert_eq!(run(&[&["plan"][..], &TIMES, &FIXED].concat()).code, 2);
}

#[test]
fn what_only_a_deletion_finds_out_is_an_error_too() {
    let year_1 = verdicts(&[("retention-policy", "5000Y:1D")]);
    assert!(year_1.objections(Layer::BeforeBackup).is_empty());
    assert_eq!(year_1.objections(Layer::Deleting)[0].id, "before-year-1");
    let ids = |options: &[(&str, &str)]| -> Vec<&str> {
        verdicts(options).blockers().map(|objection| objection.id).collect()
    };
    assert_eq!(ids(&[("keep-time", "9000Y")]), ["keep-time-out-of-range"]);
    assert_eq!(ids(&[("version", "x")]), ["unreadable-option"]);
    assert_eq!(ids(&[("keep-time", "1d")]), ["unreadable-option"]);
    assert_eq!(ids(&[("retention-policy", "7D:U,7D"), ("keep-time", "1D")]), ["unreadable-policy"]);
    assert!(verdicts(&[]).runs());
    let answer = check("5000Y:1D");
    assert!(answer.code == 1 && answer.stdout.contains("fails every time"), "{}", answer.stdout);
}

#[test]
fn the_server_does_not_save_what_only_a_command_line_may_have() {
    let saves = |name, text| verdicts(&[(name, text)]).objections(Layer::Saving).is_empty();
    for (text, is_saved) in [("1", true), ("0", false), ("-1", false), ("abc", false), ("", true)] {
        assert_eq!(saves("keep-versions", text), is_saved, "{text}");
    }
    for (text, is_saved) in [("5m", false), ("301s", true), ("3", false), ("1D", true), ("", true)]
    {
        assert_eq!(saves("keep-time", text), is_saved, "{text}");
    }
    assert!(saves("retention-policy", "hello"));
    let every = |repeat| {
        let texts = OptionTexts::default();
        let verdicts = Verdicts::of(&texts, Some(repeat), Release::V2_3_0, local(now()));
        verdicts.objections(Layer::Saving).is_empty()
    };
    assert!(!every("5m") && every("6m"));
    for (args, says) in [
        (&["--keep-time", "1m"][..], "Note: the server does not save a job with keep-time 1m"),
        (&["--keep-versions=-1"], "Note: the server does not save a job with keep-versions -1"),
        (&["--keep-versions", "abc"], "Note: keep-versions: abc is not a whole number"),
        (&["7D:1D", "--allow-full-removal=maybe"], "Note: allow-full-removal: every text but"),
        (&["--keep-time", "3"], "Note: keep-time: a number without a unit is a number of seconds"),
    ] {
        let answer = run(&[&["plan"], args, &TIMES, &FIXED].concat());
        assert!(answer.stdout.contains(says), "{args:?}: {}", answer.stdout);
        let answer = run(&[&["check"], args].concat());
        assert!(answer.stdout.contains("warning ["), "{args:?}: {}", answer.stdout);
    }
    let short = run(&[&["forecast", "1D:U", "--every", "1m", "--for", "1h"][..], &FIXED].concat());
    assert!(short.stdout.contains("Note: the server does not save"), "{}", short.stdout);
}

#[test]
fn the_classic_page_trims_and_the_new_one_checks_nothing() {
    let objects =
        |text, layer| !verdicts(&[("retention-policy", text)]).objections(layer).is_empty();
    assert!(!objects(" 7D:1h\t", Layer::ClassicPage) && web_page::check(" 7D:1h\t").is_err());
    assert!(objects("7D: 1h", Layer::ClassicPage) && objects("hello", Layer::ClassicPage));
    assert!(!objects("hello", Layer::NewPage) && objects("hello", Layer::BeforeBackup));
    let answer = check("7D:23h").stdout;
    assert!(answer.contains("New web page   Classic web page   Server on saving"), "{answer}");
    assert!(answer.contains("not checked"), "{answer}");
}

/// What people write, and what they probably meant.
const MEANT: &[(&str, Option<&str>)] = &[
    ("1W:1D,4W:1W;3Y:1M", Some("1W:1D,4W:1W,3Y:1M")),
    ("1W:1D; 4W:1W", Some("1W:1D,4W:1W")),
    ("1W:1D 4W:1W", Some("1W:1D,4W:1W")),
    ("1W:1D4W:1W", Some("1W:1D,4W:1W")),
    ("1W:1D|4W:1W", Some("1W:1D,4W:1W")),
    ("1W:1D\n4W:1W\n", Some("1W:1D,4W:1W")),
    ("'1W:1D,4W:1W'", Some("1W:1D,4W:1W")),
    ("“1w:1d,4w:1w”", Some("1W:1D,4W:1W")),
    ("1w:1d,4w:1w", Some("1W:1D,4W:1W")),
    ("7D–1D", Some("7D:1D")),
    ("7D=1D", Some("7D:1D")),
    ("7D: U", Some("7D:U")),
    ("7 days:1 day", Some("7D:1D")),
    ("30d:1d, 12mo:1w", Some("30D:1D,12M:1W")),
    ("2Y:M", Some("2Y:1M")),
    ("7D", Some("7D:U")),
    ("1W:U,1M:1W,2Y:M,K:30", None),
    ("K:30", None),
    ("ABC:U", None),
    ("samples/times.txt:U", None),
    ("C:\\jobs\\job.json", None),
    ("--daily 7", None),
    ("1d:2d", None),
    ("7D:1D", None),
    ("7D:4W:12M", None),
    ("", None),
];

#[test]
fn what_was_probably_meant_is_told_and_all_errors_at_once() {
    for (text, meant) in MEANT {
        assert_eq!(probably_meant(text, Release::V2_3_0).as_deref(), *meant, "{text:?}");
    }
    let messages = |text| -> Vec<String> {
        text_problems(text, Release::V2_3_0).into_iter().map(|problem| problem.message).collect()
    };
    assert_eq!(messages("1w:1d,4w:1w").len(), 4);
    assert_eq!(
        messages("1W:U,2Y:M,K:30;1D:1h"),
        [
            "a number is missing before M",
            "K is neither a time span nor U",
            "pairs are separated by commas, not by ;"
        ]
    );
    // Where a pair is not read, nothing is said of what its other half would mean.
    let answer = check("K:30").stdout;
    assert!(!answer.contains("bare-number"), "{answer}");
    // What stands in the text has a place in it.
    let problems = text_problems("“1w:1D”;2W:1d", Release::V2_3_0);
    let places: Vec<_> = problems.iter().map(|problem| problem.place.clone()).collect();
    assert_eq!(places, [0..3, 3..5, 11..12, 15..17]);
    let refused = run(&["explain", "1w:1d"]);
    assert_eq!(refused.stderr.matches("did you mean").count(), 2, "{}", refused.stderr);
}

#[test]
fn the_name_of_the_option_is_taken_off_and_that_is_said() {
    for args in [
        &["check", "--retention-policy=1W:23h"][..],
        &["check", "--retention-policy", "1W:23h"],
        &["check", "'1W:23h'"],
        &["check", "retention-policy=1W:23h"],
        &["check", "–retention-policy=1W:23h"],
        &["check", "--", "--retention-policy=1W:23h"],
    ] {
        let answer = run(args);
        assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{args:?}");
        assert!(answer.stdout.contains("policy: 1W:23h"), "{args:?}: {}", answer.stdout);
    }
    let answer = run(&["check", "retention-policy=1W:23h"]).stdout;
    assert!(answer.contains("the name of the option and what stands around it were left out"));
}

#[test]
fn a_pair_that_does_nothing_is_named() {
    let does_nothing = |text| -> Vec<String> {
        let found = warnings(text, Release::V2_3_0).into_iter();
        let found = found.filter(|warning| warning.id == "does-nothing");
        found.map(|warning| text[warning.place.unwrap()].to_owned()).collect()
    };
    assert_eq!(does_nothing("7D:0s,4W:0s"), ["7D:0s"]);
    assert_eq!(does_nothing("4W:U,7D:U,1Y:1D"), ["7D:U"]);
    assert_eq!(does_nothing("U:U"), ["U:U"]);
    assert_eq!(does_nothing("7D:U,4W:1D"), [""; 0]);
    let explained = run(&[&["explain", "7D:1D,1W:1h"][..], &FIXED].concat()).stdout;
    assert!(explained.contains("1W:1h: does nothing, because 7D:1D has the same time frame"));
}

#[test]
fn explain_says_what_people_ask() {
    let explained = run(&[&["explain", "7D:1D"][..], &FIXED].concat()).stdout;
    for part in [
        "the first that is far enough from the one kept before it stays, not the last",
        "A backup that you start by hand counts like any other",
        "U as an interval keeps every backup, and so does 0s",
        "Of two equal time frames the second does nothing",
        "is in no time frame and is deleted",
        "A file that never changed is in every version",
    ] {
        assert!(explained.contains(part), "{part}: {explained}");
    }
}

#[test]
fn a_printed_command_works_as_it_is() {
    let answer = run(&[&["plan", "7D:1D"][..], &TIMES, &FIXED].concat()).stdout;
    let command = answer.lines().last().unwrap().trim();
    assert_eq!(command, "duplicati-retention check 7D:1D");
    let binary = env!("CARGO_BIN_EXE_duplicati-retention");
    let line = command.replace("duplicati-retention", binary);
    let output = Command::new("sh").args(["-c", &line]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// Policies with something wrong in them: sound ones that are changed in a few places, and noise.
fn broken_text() -> impl Strategy<Value = String> {
    let span = prop_oneof![
        (
            0..40_u32,
            prop::sample::select(vec![
                "s", "m", "h", "D", "W", "M", "Y", "d", "w", "y", " days", "mo", "H", ""
            ])
        )
            .prop_map(|(number, unit)| format!("{number}{unit}")),
        prop::sample::select(vec!["U", "u", " U", "", "M", "K", "-1D", "1.5D", "99999999999D"])
            .prop_map(str::to_owned),
    ];
    let colon = [":", ":", ":", ":", "-", "–", "=", "：", "::", ": ", ""];
    let colon = prop::sample::select(colon.to_vec());
    let pair = (span.clone(), colon, span)
        .prop_map(|(frame, colon, interval)| format!("{frame}{colon}{interval}"));
    let comma = prop::sample::select(vec![",", ",", ",", ";", " ", "", "|", ", ", "\n", ",,"]);
    let quotes = prop::sample::select(vec!["", "", "", "'", "\"", "“"]);
    let pairs = prop::collection::vec((pair, comma), 1..4);
    let built = (quotes, pairs).prop_map(|(quote, pairs)| {
        let text: String = pairs.iter().map(|(pair, comma)| format!("{pair}{comma}")).collect();
        format!("{quote}{text}{quote}")
    });
    prop_oneof![9 => built, 1 => "[0-9UuDWMYhdw:,; '“-]{0,12}", 1 => any::<String>()]
}

proptest! {
    #![proptest_config(crate::support::cases(1024))]

    #[test]
    fn every_suggestion_about_a_broken_text_holds(
        text in broken_text(), release in prop::sample::select(Release::ALL.to_vec()),
    ) {
        let problems = text_problems(&text, release);
        let is_refused = Policy::parse(&text, release).is_err();
        prop_assert!(!is_refused || !problems.is_empty(), "an error without a problem");
        for problem in &problems {
            prop_assert!(text.get(problem.place.clone()).is_some(), "{problem:?}");
            prop_assert_eq!(problem.suggestion.is_some() && problem.fixes.is_empty(), false);
        }
        if let Some(meant) = probably_meant(&text, release) {
            prop_assert!(is_sound(&meant), "{}", meant);
            prop_assert_ne!(&meant, &text);
            prop_assert!(text_problems(&meant, release).is_empty(), "{}", meant);
        }
        // A suggestion for one place leaves an error only elsewhere.
        for problem in problems.iter().filter(|problem| problem.suggestion.is_some()) {
            let fixed = Fix::apply(&text, problem.fixes.clone());
            let left = text_problems(&fixed, release);
            prop_assert!(left.len() < problems.len(), "{problem:?} leaves {left:?}");
        }
        let texts = [("retention-policy", text.as_str())].into_iter().collect();
        let verdicts = Verdicts::of(&texts, None, release, local(now()));
        for objection in verdicts.blockers() {
            let suggestion = objection.suggestion.as_ref();
            if let Some(meant) = suggestion.filter(|_| objection.id == "interval-not-below-frame") {
                prop_assert!(is_sound(meant), "{meant}");
            }
        }
    }

    #[test]
    fn verdicts_agree_with_what_a_plan_is_blocked_by(
        policy in broken_text(),
        keep_time in prop::sample::select(vec!["", "1D", "6M", "1m", "0", "x"]),
        keep_versions in prop::sample::select(vec!["", "3", "0", "-1", "x"]),
        release in prop::sample::select(Release::ALL.to_vec()),
    ) {
        let texts: OptionTexts = [
            ("retention-policy", policy.as_str()),
            ("keep-time", keep_time),
            ("keep-versions", keep_versions),
        ].into_iter().collect();
        let verdicts = Verdicts::of(&texts, None, release, local(now()));
        let Ok(options) = Options::parse(texts.iter(), release) else {
            prop_assert!(!verdicts.is_readable && !verdicts.runs());
            return Ok(());
        };
        let history = History::new(vec![Backup::full(now())], Zone::UTC);
        let ids: Vec<&str> = verdicts.blockers().map(|objection| objection.id).collect();
        match retention::plan(&history, &options, now()) {
            Err(_) => prop_assert!(!verdicts.objections(Layer::Deleting).is_empty()),
            Ok(plan) => {
                let has = |id| ids.contains(&id);
                let is_combined = |found: &Blocker| matches!(found, Blocker::Combined { .. });
                let is_wide = |found: &Blocker| {
                    matches!(found, Blocker::IntervalNotBelowFrame { .. })
                };
                prop_assert_eq!(has("combined-options"), plan.blockers().iter().any(is_combined));
                prop_assert_eq!(
                    has("interval-not-below-frame"),
                    plan.blockers().iter().any(is_wide)
                );
                prop_assert_eq!(ids.is_empty(), plan.blockers().is_empty(), "{:?}", ids);
            }
        }
    }
}

/// Every check lets it pass, and then the run makes its version and fails: nothing is deleted.
#[test]
fn a_frame_before_the_year_1_deletes_nothing_in_any_answer() {
    let with = |command: &str, more: &[&str]| {
        let answer = run(&[&[command, "7D:1D,5000Y:1W"], more, &FIXED].concat());
        let says = answer.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!((answer.code, answer.stderr.as_str()), (1, ""), "{command}: {says}");
        for words in ["reaches back before the year 1", "makes a version and fails", "U for an unl"]
        {
            assert!(says.contains(words), "{command}: {words} is not in {says}");
        }
        says
    };
    let plan = with("plan", &TIMES);
    assert!(plan.contains("The next backup deletes no version."), "{plan}");
    assert!(plan.contains("6 kept, 0 deleted") && plan.contains("keep the run fails"), "{plan}");
    let expiry = with("expiry", &[&TIMES[..], &["--every", "1D", "--for", "60D"]].concat());
    assert!(expiry.contains("deletes none of these versions"), "{expiry}");
    assert!(expiry.contains("So nothing is deleted"), "{expiry}");
    let forecast = with("forecast", &["--every", "1D", "--for", "30D"]);
    assert!(forecast.contains("and at most 31") && !forecast.contains("Write 7D"), "{forecast}");
    let compare =
        with("compare", &[&["7D:1D", "--every", "1D", "--for", "30D"], &TIMES[..]].concat());
    assert!(compare.contains("0 would be deleted now with 7D:1D,5000Y:1W"), "{compare}");
    assert!(
        compare.contains("26 versions exist only with 7D:1D,5000Y:1W")
            && !compare.contains("one is kept every 7"),
        "{compare}"
    );
    with("explain", &[]);
}

/// A job's other options may keep it from running with the policy that is proposed.
#[test]
fn compose_opens_with_what_the_other_options_of_the_job_cause() {
    let compose = ["compose", "--all", "7D", "--every", "1D", "--for", "60D"];
    let refused = about_job(&[("keep-time", "2Y")], &compose);
    let says = refused.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(refused.code, 1, "{says}{}", refused.stderr);
    assert!(
        says.starts_with("!! Duplicati refuses to start any backup, because only one"),
        "{says}"
    );
    assert!(says.contains("remove keep-time to keep by retention-policy"), "{says}");
    // The policy takes the place of another one, whatever that was.
    let fine = about_job(&[("retention-policy", "1D:2D")], &compose);
    assert_eq!((fine.code, fine.stderr.as_str()), (0, ""), "{}", fine.stdout);
    let says = fine.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(says.contains("does not have the default options for all jobs"), "{says}");
}

/// Quotes that reach Duplicati are part of the value. Those that a person pasted are not.
#[test]
fn quotes_in_the_value_of_the_option_are_refused() {
    for value in ["'1W:1D,4W:1W'", "\"1W:1D\"", "“1W:1D,4W:1W”"] {
        let pasted = run(&["check", value]);
        assert_eq!(pasted.code, 0, "{value}: {}", pasted.stdout);
        assert!(pasted.stdout.contains("were left out"), "{value}: {}", pasted.stdout);
        let given = run(&["check", &format!("--retention-policy={value}")]);
        let in_job = about_job(&[("retention-policy", value)], &["check"]);
        for answer in [given, in_job] {
            let says = answer.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(answer.code, 1, "{value}: {says}");
            assert!(says.contains("the quotes are part of the value here"), "{value}: {says}");
            assert!(says.contains("Did you mean 1W:1D"), "{value}: {says}");
        }
    }
}

/// The database deletes by time: as long as only one of two is to go, each run fails.
#[test]
fn a_deletion_that_fails_is_no_deletion_in_a_forecast() {
    let folder = tempfile::tempdir().unwrap();
    let twins = b"2026-11-22T09:00:00Z\n2026-11-22T09:00:00Z\n2026-11-20T09:00:00Z\n";
    let path = write_file(folder.path(), "twins.txt", twins);
    let fixed = ["--every", "12h", "--jitter", "0s", "--for", "20D"];
    let expiry = run(&[&["expiry", "7D:1D", "--times", &path][..], &fixed, &FIXED].concat());
    let says = expiry.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(says.contains("the versions 0-1 have the same time"), "{says}");
    // Both are deleted when both are older than the frame, and before that nothing is.
    let rows: Vec<&str> = expiry.stdout.lines().filter(|line| line.contains("2026-1")).collect();
    for version in ["0 ", "1 ", "2 "] {
        let row = rows.iter().find(|row| row.starts_with(version)).unwrap();
        assert!(row.contains("2026-11-29 21:00:00"), "{}", expiry.stdout);
    }
    let forecast = run(&[&["forecast", "7D:1D", "--from", &path][..], &fixed, &FIXED].concat());
    let says = forecast.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(says.contains("in 12 runs the deletion fails and nothing is deleted"), "{says}");
}

#[test]
fn what_duplicati_does_with_a_date_is_said_where_a_span_belongs() {
    for time in ["now", "2026-01-01", "31.12.2026"] {
        let answer = run(&[&["plan", "--keep-time", time], &TIMES[..], &FIXED].concat());
        let says = answer.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(answer.code, 2, "{says}");
        assert!(says.contains("help: write a span such as 6M. Duplicati"), "{time}: {says}");
    }
    let blank = check("1W: U");
    assert!(blank.stdout.contains("U counts only without a blank"), "{}", blank.stdout);
}
