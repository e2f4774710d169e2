//! `plan`: the whole answer as a person reads it and as data, the dangers, and where zone and
//! release come from.

use duplicati_retention::clock::Utc;
use duplicati_retention::clock::Zone;
use duplicati_retention::history::{Backup, History, VersionNumber};
use duplicati_retention::retention::Options;
use duplicati_retention::{Release, advice::dangers};

use crate::assert_snapshot;
use crate::support::{command, plan, run, run_with};

/// A short history with everything in it: thinned, far enough, partial, ties, outside.
const TIMES: &str = "\
2026-11-23T01:00:10Z
2026-11-22T01:00:05Z
2026-11-21T01:00:07Z partial
2026-11-21T01:00:06Z
2026-11-20T01:00:00Z
2026-11-10T01:00:00Z
2026-11-10T01:00:00Z
2026-11-03T00:59:59Z
2026-10-20T00:00:00Z partial
2024-11-20T01:00:00Z
";
const POLICY: &str = "7D:1D,4W:1W";

#[test]
fn plan_answers_as_the_snapshots_say() {
    for (name, args) in [
        ("table", &[][..]),
        ("changes", &["--changes"]),
        ("summary", &["--summary"]),
        ("json", &["--json"]),
        (
            "all-options",
            &["--keep-time", "1Y", "--keep-versions", "2", "--version", "0,5", "--release", "2.1"],
        ),
        ("everything-goes", &["--version", "0-9", "--allow-full-removal"]),
        ("last-one-retained", &["--version", "0-9"]),
    ] {
        let answer = plan(POLICY, args, TIMES);
        let blocked = ["so it fails", "then fails", "Duplicati refuses to run"];
        let is_blocked = blocked.iter().any(|words| answer.stdout.contains(words));
        assert_eq!((answer.code == 1, answer.stderr.as_str()), (is_blocked, ""), "{name}");
        assert_snapshot!(format!("plan-{name}"), answer.stdout);
    }
}

#[test]
fn a_narrow_terminal_gets_the_reasons_below() {
    let mut narrow = command();
    narrow.env("COLUMNS", "80").args([
        "plan",
        POLICY,
        "--times",
        "-",
        "--now",
        "2026-11-23T10:00:00Z",
    ]);
    let answer = run_with(narrow.args(["--time-zone", "Europe/Berlin"]), TIMES.as_bytes());
    assert_snapshot!("plan-narrow", answer.stdout);
    assert!(answer.stdout.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn an_age_close_to_the_longest_frame_is_exact() {
    let reason = |now: &str, time: &str| {
        let mut command = command();
        command.args([
            "plan",
            "7D:U",
            "--times",
            "-",
            "--time-zone",
            "UTC",
            "--json",
            "--now",
            now,
        ]);
        let answer =
            run_with(&mut command, format!("{now}\n{time}").replace(".5Z", "Z").as_bytes());
        let value: serde_json::Value = serde_json::from_str(&answer.stdout).expect("it is JSON");
        value["versions"][1]["reason"].as_str().expect("a reason").to_owned()
    };
    let outside = |old| format!("outside every frame: {old} old, the longest frame is 7D");
    assert_eq!(
        reason("2026-11-23T10:00:00Z", "2026-11-16T09:59:59Z"),
        outside("7 days and 1 second")
    );
    assert_eq!(
        reason("2026-11-23T10:00:00.5Z", "2026-11-16T09:59:59Z"),
        outside("7 days and 1 second")
    );
    assert_eq!(
        reason("2026-11-23T10:00:00.5Z", "2026-11-16T10:00:00Z"),
        outside("less than a second too")
    );
    assert_eq!(reason("2026-11-23T10:00:00Z", "2026-11-15T10:00:00Z"), outside("8D"));
    assert_eq!(reason("2026-11-23T10:00:00Z", "2025-11-15T10:00:00Z"), outside("1Y 8D"));
}

#[test]
fn the_json_says_the_same_as_the_library() {
    let answer = plan(POLICY, &["--json"], TIMES);
    let value: serde_json::Value = serde_json::from_str(&answer.stdout).expect("it is JSON");
    let listing = duplicati_retention::sources::times::read(TIMES.as_bytes()).unwrap();
    let history = History::new(listing.backups, "Europe/Berlin".parse().unwrap());
    let options = Options::parse([("retention-policy", POLICY)], Release::V2_3_0).unwrap();
    let now = Utc::from_unix_seconds(1_795_428_000).unwrap();
    let plan = duplicati_retention::retention::plan(&history, &options, now).unwrap();
    let deleted: Vec<usize> =
        (0..plan.len()).filter(|&version| value["versions"][version]["deleted"] == true).collect();
    assert!(plan.deletes().map(VersionNumber::get).eq(deleted));
    assert_eq!(
        value["retention_policy_deletes"],
        serde_json::json!(plan.policy_deletes().collect::<Vec<_>>())
    );
    assert_eq!(value["versions"].as_array().map(Vec::len), Some(history.len()));
}

#[test]
fn the_first_line_has_zone_and_release_and_where_they_came_from() {
    let first_line = |args: &[&str], zone: Option<&str>| {
        let mut command = command();
        command
            .args([
                "plan",
                "7D:1D",
                "--times",
                "-",
                "--allow-empty",
                "--now",
                "2026-07-01T10:00:00Z",
            ])
            .args(args);
        if let Some(zone) = zone {
            command.env("TZ", zone);
        }
        let answer = run_with(&mut command, b"");
        answer.stdout.lines().next().unwrap_or(&answer.stderr).to_owned()
    };
    assert_eq!(
        first_line(&["--time-zone", "Asia/Kathmandu", "--release", "2.1.0.5"], None),
        "Time zone Asia/Kathmandu (from --time-zone), release 2.1 (from --release), now 2026-07-01 15:45:00 (from --now)"
    );
    assert_eq!(
        first_line(&[], Some(":America/New_York")),
        "Time zone America/New_York (from the variable TZ), release 2.3.0 (the default), now 2026-07-01 06:00:00 (from --now)"
    );
    assert!(first_line(&[], None).contains("(this machine's), release 2.3.0 (the default)"));
}

#[test]
fn a_blocker_is_printed_before_the_plan() {
    let answer = plan("1D:1D", &[], TIMES);
    let second_line = answer.stdout.lines().nth(1).unwrap();
    assert!(
        second_line.starts_with("!! Duplicati refuses to run with this policy: in 1D:1D"),
        "{second_line}"
    );
    assert_eq!(answer.code, 1);
}

#[test]
fn no_backup_one_backup_and_two_of_one_time_are_answers() {
    for (times, code, summary) in [
        ("", 0, "There are no backups, so nothing is deleted."),
        ("2026-11-23T01:00:00Z", 0, "With the next backup:\n1 version: 1 kept, 0 deleted."),
        (
            "2026-11-23T01:00:00Z\n2026-11-23T01:00:00Z",
            // Duplicati decides to delete one of the two, and then fails.
            1,
            "With the next backup:\n2 versions: 1 kept, 1 deleted.",
        ),
    ] {
        let answer = plan("7D:1D", &["--allow-empty"], times);
        assert_eq!(answer.code, code, "{}", answer.stderr);
        assert!(answer.stdout.contains(summary), "{}", answer.stdout);
        let json: serde_json::Value =
            serde_json::from_str(&plan("7D:1D", &["--json", "--allow-empty"], times).stdout)
                .unwrap();
        assert_eq!(json["versions"].as_array().map(Vec::len), Some(times.lines().count()));
    }
}

/// Seconds before now, whether partial, the policy, and the dangers that it must have.
type DangerCase = (&'static [(i64, bool)], &'static str, &'static [&'static str]);

const DANGERS: &[DangerCase] = &[
    (&[], "7D:1D", &[]),
    (&[(0, false)], "7D:1D", &[]),
    (&[(0, true)], "7D:1D", &["only-partial-left"]),
    (&[(0, false), (86_400, false)], "7D:1D", &[]),
    (&[(0, true), (99_999_999, false)], "7D:1D", &["only-partial-left", "all-but-one-deleted"]),
    (&[(0, true), (1, false), (99_999_999, false)], "7D:1D", &[]),
    (&[(0, false), (99_999_999, false), (99_999_999, false)], "7D:1D", &["all-but-one-deleted"]),
    (&[(-1, false), (86_400, false)], "7D:1D", &["newest-in-future"]),
];

#[test]
fn a_danger_is_told_where_it_must_be_and_only_there() {
    let now = Utc::from_unix_seconds(1_795_428_000).unwrap();
    for (backups, policy, expected) in DANGERS {
        let backup = |&(age, partial): &(i64, bool)| {
            let time = Utc::from_unix_seconds(now.unix_seconds() - age).unwrap();
            Backup { partial, ..Backup::full(time) }
        };
        let history = History::new(backups.iter().map(backup).collect(), Zone::UTC);
        let options = Options::parse([("retention-policy", *policy)], Release::V2_3_0).unwrap();
        let plan = duplicati_retention::retention::plan(&history, &options, now).unwrap();
        let ids: Vec<_> = dangers(&history, &plan, now).iter().map(|danger| danger.id).collect();
        assert_eq!(&ids, expected, "{backups:?} with {policy}");
    }
}

#[test]
fn a_lock_and_a_deleted_newest_version_are_dangers() {
    let lock = r#"{"time":"2024-01-01T00:00:00Z","locked_until":"2027-01-01T00:00:00Z"}"#;
    let answer = plan("7D:1D", &[], &format!("2026-11-23T01:00:00Z\n{lock}\n"));
    assert!(
        answer.stdout.contains(
            "!! 1 version that the options would delete is kept for now by an object lock."
        )
    );
    let answer = plan("7D:1D", &["--version", "0"], TIMES);
    assert!(
        answer.stdout.contains(
            "!! Version 0, the newest, would be deleted although older versions are kept."
        )
    );
}

#[test]
fn colours_are_for_terminals_and_no_color_is_obeyed() {
    let escapes = |name: Option<&str>| {
        let mut command = command();
        command.args(["plan", "7D:1D", "--times", "-"]);
        if let Some(name) = name {
            command.env(name, "1");
        }
        run_with(&mut command, TIMES.as_bytes()).stdout.contains('\u{1b}')
    };
    assert!(!escapes(None), "a pipe gets no colours");
    assert!(escapes(Some("CLICOLOR_FORCE")), "unless they are asked for");
    assert!(!escapes(Some("NO_COLOR")));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::Stdio;
    let mut command = command();
    command.args(["plan", "1W:1D", "--database", "samples/photos.sqlite", "--time-zone", "UTC"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first_line = String::new();
    let mut stdout = BufReader::with_capacity(16, child.stdout.take().unwrap());
    stdout.read_line(&mut first_line).unwrap();
    drop(stdout);
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
    assert!(first_line.starts_with("Time zone UTC"));
}

#[test]
fn completions_and_the_man_page_know_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(&["completions", shell]).stdout;
        assert!(
            ["check", "plan", "conformance", "keep-versions"]
                .iter()
                .all(|name| script.contains(name)),
            "{shell}"
        );
    }
    let man = run(&["man"]).stdout;
    assert!(
        ["check", "plan", "conformance", "keep\\-versions"].iter().all(|name| man.contains(name))
    );
}

#[test]
fn help_documents_the_exit_codes() {
    let help = run(&["--help"]).stdout;
    assert!(help.contains("Exit codes:") && help.contains("  2  wrong usage"));
    assert_snapshot!("help", help);
    for command in [
        "check",
        "explain",
        "plan",
        "forecast",
        "expiry",
        "compose",
        "compare",
        "conformance",
        "schema",
    ] {
        assert_snapshot!(format!("help-{command}"), run(&[command, "--help"]).stdout);
    }
}

/// Daily backups, which were off for 17 days.
const AFTER_AN_OUTAGE: &str = "\
2026-08-25T10:27:39Z
2026-09-01T14:00:00Z
2026-09-08T14:00:00Z
2026-09-12T14:00:00Z
2026-09-15T08:56:49Z
2026-09-15T20:48:50Z
2026-09-16T18:33:46Z
2026-09-17T22:13:44Z
2026-09-18T14:00:00Z
";

fn after_an_outage(args: &[&str]) -> String {
    let fixed = ["--times", "-", "--now", "2026-10-05T14:30:00Z", "--time-zone", "UTC"];
    let mut plan = command();
    plan.args(["plan", "1W:1D,1M:1W,1Y:1M,3Y:2M"]).args(fixed).args(args);
    let answer = run_with(&mut plan, AFTER_AN_OUTAGE.as_bytes());
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{args:?}");
    answer.stdout
}

#[test]
fn the_first_answer_is_what_the_next_backup_deletes() {
    let answer = after_an_outage(&[]);
    let place = |text: &str| answer.find(text).unwrap_or_else(|| panic!("{text} in {answer}"));
    let next = place("The next backup deletes 6 of 9 versions: 0-2,4-5,7.");
    assert!(next < place("A removal now, without a backup, would delete 5: 1-2,4-5,7."));
    assert!(next < place("Version   Local time"));
    place("It is expected at 2026-10-05 14:30:00 (guessed: backups were about");
    place("It deletes the same if it starts until 2026-10-08 14:00:00.");
    place("9 versions: 3 kept, 6 deleted.");
    let row = answer.lines().find(|line| line.starts_with("0  ")).unwrap();
    assert!(row.contains("delete        keep     only 2 days, 17 hours"), "{row}");

    let scheduled = after_an_outage(&["--every", "1D", "--at", "14:10"]);
    assert!(scheduled.contains("expected at 2026-10-06 14:10:00 (from --every)"), "{scheduled}");
    let like_the_newest = after_an_outage(&["--every", "1D"]);
    assert!(like_the_newest.contains("expected at 2026-10-06 14:00:00"), "{like_the_newest}");
}

#[test]
fn a_version_survives_at_some_moments_of_the_next_backup() {
    let between = ["--next-between", "2026-10-05T14:00:00Z", "2026-10-20T00:00:00Z"];
    let answer = after_an_outage(&between);
    for expected in [
        "from 2026-10-05 14:00:00    2026-10-08 14:00:00   3,6,8   0-2,4-5,7\n",
        "after 2026-10-17 22:13:44   2026-10-18 14:00:00   0,8     1-7\n",
        "Kept at each of these moments: 8\n",
        "Never kept: 7\n",
        "Version 0 is kept after 2026-10-17 22:13:44 until 2026-10-18 14:00:00\n",
    ] {
        assert!(answer.contains(expected), "{expected} in {answer}");
    }
    let value: serde_json::Value =
        serde_json::from_str(&after_an_outage(&[&between[..], &["--json"]].concat())).unwrap();
    let periods = value["next_backup"]["between"].as_array().unwrap();
    assert_eq!(periods.len(), 8);
    assert_eq!(periods[1]["from"], "2026-10-08T14:00:01Z");
}

#[test]
fn named_versions_are_for_a_removal_by_hand() {
    let answer = after_an_outage(&["--version", "0"]);
    assert!(!answer.contains("next backup"), "{answer}");
    assert!(answer.contains("A removal now, without a backup, would delete 6 of 9 versions: 0-2"));
}

#[test]
fn the_newest_version_does_not_take_half_of_the_line() {
    let times = "2026-11-23T09:00:00Z\n2026-11-22T10:00:00Z\n2025-11-23T10:00:00Z\n";
    let answer = plan("U:U", &["--summary"], times).stdout;
    let line = answer.lines().find(|line| line.contains('·')).unwrap();
    let places: Vec<usize> =
        line.chars().enumerate().filter(|&(_, sign)| sign == '●').map(|(place, _)| place).collect();
    assert_eq!(places.len(), 3, "{line}");
    assert!(places[1] > 80, "{line}");
}

#[test]
fn a_picture_and_a_page_say_what_the_next_backup_deletes() {
    let folder = tempfile::tempdir().unwrap();
    let [svg, html] = ["plan.svg", "plan.html"].map(|name| folder.path().join(name));
    let path = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    after_an_outage(&["--svg", &path(&svg), "--html", &path(&html)]);
    let [svg, html] = [svg, html].map(|path| std::fs::read_to_string(path).unwrap());
    assert!(svg.contains("The next backup deletes 6 of 9 versions") && svg.contains("2 of 7 kept"));
    assert!(html.contains("<svg ") && html.contains("deletes 6 of 9 versions: 0-2,4-5,7."));
    // The text is at least 11 pixels high where a phone leaves 330 of 375 pixels to the picture.
    let sizes = regex::Regex::new(r"font(?:-size)?:(\d+)px").unwrap();
    let sizes: Vec<f64> =
        sizes.captures_iter(&svg).map(|found| found[1].parse().unwrap()).collect();
    assert!(
        !sizes.is_empty() && sizes.iter().all(|size| size * 330.0 / 480.0 >= 11.0),
        "{sizes:?}"
    );
}

#[test]
fn changes_are_those_of_the_next_backup_and_of_a_removal_now() {
    let rows = |args: &[&str]| -> Vec<String> {
        let answer = after_an_outage(args);
        let is_row = |line: &&str| {
            line.starts_with(|letter: char| letter.is_ascii_digit()) && line.contains("  2026-")
        };
        answer
            .lines()
            .filter(is_row)
            .map(|line| line.split("  ").next().unwrap().to_owned())
            .collect()
    };
    // 0 and 7 are deleted by the next backup only.
    assert_eq!(rows(&["--changes"]), ["0", "1", "2", "4", "5", "7"]);
    assert_eq!(rows(&[]).len(), 9);
    let slow = after_an_outage(&["--duration", "4D"]);
    assert!(slow.contains("; depends on how long the backup takes"), "{slow}");
    assert!(!after_an_outage(&[]).contains("depends on how long"));
}

#[test]
fn what_is_kept_is_green_and_what_is_deleted_is_red() {
    let mut command = command();
    command.args([
        "plan",
        "7D:1D",
        "--times",
        "-",
        "--now",
        "2026-11-23T10:00:00Z",
        "--time-zone",
        "UTC",
    ]);
    let times = "2026-11-23T09:00:00Z\n2026-11-23T08:00:00Z\n2026-11-22T08:00:00Z\n";
    let answer = run_with(command.env("CLICOLOR_FORCE", "1"), times.as_bytes()).stdout;
    let colours = regex::Regex::new(r"\x1b\[(?:38;5;)?(\d+)m(keep|delete)").unwrap();
    let found: std::collections::BTreeSet<(String, String)> = colours
        .captures_iter(&answer)
        .map(|found| (found[2].to_owned(), found[1].to_owned()))
        .collect();
    let expected = [("delete", "9"), ("keep", "10")];
    assert!(found.iter().map(|(word, colour)| (&word[..], &colour[..])).eq(expected), "{answer:?}");
}
