//! What is said about years: never more than was checked, and every assumption with it.

use crate::support::{Run, run, write_file};

const NOW: [&str; 4] = ["--now", "2026-11-23T10:00:00Z", "--time-zone", "Europe/Berlin"];

fn answer(args: &[&str]) -> String {
    let Run { code, stdout, stderr } = run(&[args, &NOW].concat());
    assert_eq!((code, stderr.as_str()), (0, ""), "{args:?}");
    stdout
}

fn json(args: &[&str]) -> serde_json::Value {
    serde_json::from_str(&answer(&[args, &["--json"]].concat())).unwrap()
}

/// All on one line, however the text is wrapped.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A job with this option, and one backup each Tuesday.
fn job(name: &str, value: &str) -> String {
    format!(
        r#"{{"CreatedByVersion":"2.3.0.1",
        "Schedule":{{"Time":"2026-11-10T04:05:00Z","Repeat":"1W","AllowedDays":["tue"]}},
        "Backup":{{"Name":"Photos","Settings":[{{"Name":"{name}","Value":"{value}"}}]}}}}"#
    )
}

#[test]
fn a_next_run_that_is_past_says_only_at_which_time_backups_start() {
    // The export is two weeks old.
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), "job.json", job("retention-policy", "8W:1W").as_bytes());
    assert_eq!(json(&["forecast", "--job", &path])["backups"]["median"], 260);
    let late = ["--now", "2026-11-24T10:00:00Z", "--time-zone", "Europe/Berlin"];
    for now in [NOW, late] {
        let goal = ["compose", "--daily", "30D", "--job", "samples/job.json"];
        let refused = run(&[&goal[..], &now].concat());
        assert_eq!(refused.code, 2);
        assert!(refused.stderr.contains("can be 3 days"), "{}", refused.stderr);
    }
}

#[test]
fn too_few_backups_claim_nothing() {
    for args in [
        &["forecast", "1W:1D,12M:1M", "--every", "1D", "--for", "60D"][..],
        &["forecast", "--keep-versions", "90", "--every", "1D", "--for", "60D"],
        &["forecast", "--keep-time", "1Y", "--every", "1D", "--for", "60D"],
        &["forecast", "1W:1D", "--every", "1D", "--for", "3D", "--from", "samples/times.txt"],
    ] {
        let text = unwrapped(&answer(args));
        assert!(text.contains("so nothing is claimed here"), "{text}");
        assert!(!text.contains("no gap was longer") && !text.contains("always in"), "{text}");
        assert_eq!(json(args)["files"], serde_json::Value::Null);
    }
    let args = ["compose", "--weekly", "2Y", "--every", "1D", "--for", "1Y"];
    assert_eq!(json(&args)["promises_kept"], false);
    assert!(unwrapped(&answer(&args)).contains("so it confirms nothing"));
}

#[test]
fn keep_versions_and_keep_time_are_forecast() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), "job.json", job("keep-versions", "3").as_bytes());
    let text = unwrapped(&answer(&["forecast", "--job", &path]));
    assert!(text.contains("keep-versions 3"), "{text}");
    assert!(text.contains("There are always 3 versions in all."), "{text}");
    assert!(!text.contains("deletes anything"), "{text}");
    let found = json(&["forecast", "--keep-time", "10D", "--every", "1D", "--jitter", "0s"]);
    // 10 days and the tolerance of a hundredth: the version of 10 days before is still there.
    assert_eq!(found["versions"]["median"], 11);
    assert_eq!(found["oldest_seconds"]["max"], 10 * 86_400);
    // An option that is set to nothing is not set.
    let nothing = unwrapped(&answer(&["forecast", "", "--keep-time", "", "--every", "1D"]));
    assert!(nothing.contains("every version is kept"), "{nothing}");
}

#[test]
fn another_policy_replaces_what_the_job_keeps() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), "job.json", job("keep-versions", "3").as_bytes());
    let found = json(&["compare", "--job", &path, "8W:1W"]);
    assert_eq!(found["sides"][0]["name"], "keep-versions 3");
    assert_eq!(found["over_the_years"]["delivered"][0]["versions"]["median"], 3);
    assert_eq!(found["sides"][1]["blockers"], serde_json::json!([]));
    let other = json(&["compare", "--job", &path, "keep-time=8W"]);
    assert_eq!(other["sides"][1]["name"], "keep-time 8W");
    assert_eq!(other["over_the_years"]["delivered"][1]["versions"]["max"], 9);
}

#[test]
fn what_is_assumed_is_said_at_the_top() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), "job.json", job("retention-policy", "8W:1W").as_bytes());
    for args in [
        &["forecast", "7D:1D", "--every", "1D"][..],
        &["compare", "7D:1D", "14D:1D", "--every", "1D"],
        &["compose", "--weekly", "1Y", "--every", "1D"],
        &["forecast", "--job", &path],
    ] {
        let text = unwrapped(&answer(args));
        assert!(
            text.contains("each up to 1 minute late (--jitter, 0s for exact starts)"),
            "{text}"
        );
        assert!(text.contains("none is missed (--miss, --off)"), "{text}");
        assert!(text.contains("a backup takes no time"), "{text}");
    }
    let often = unwrapped(&answer(&["forecast", "1h:5m", "--every", "2m", "--for", "3h"]));
    assert!(often.contains("each up to 30 seconds late"), "{often}");
    // With it a daily backup does not deliver what 1D asks for.
    assert_eq!(json(&["forecast", "7D:1D", "--every", "1D"])["frames"][0]["versions"]["median"], 4);
}

#[test]
fn an_age_beyond_every_version_is_out_of_reach() {
    let text = answer(&["forecast", "2Y:1W", "--every", "1D", "--age", "1Y,3Y"]);
    let row = text.lines().find(|line| line.starts_with("3Y ")).unwrap();
    assert_eq!(row.matches("out of reach").count(), 3, "{row}");
    // One that no backup goes back to is not known.
    let text = answer(&["forecast", "U:1W", "--every", "1D", "--age", "9Y"]);
    assert!(text.lines().any(|line| line.starts_with("9Y ") && line.contains("not known")));
}

#[test]
fn a_suggestion_changes_something_and_makes_nothing_worse() {
    let weekly = ["--every", "1W", "--at", "19:00", "--days", "sun", "--for", "10Y"];
    for (policy, schedule) in [
        ("6M:1W,1Y:1M,U:6M", &weekly[..]),
        ("1W:1D,4W:1W,12M:1M", &["--every", "1D"]),
        ("7D:1D,U:1W", &["--every", "1D", "--jitter", "30m"]),
    ] {
        let found = json(&[&["forecast", policy], schedule].concat());
        let better = &found["suggestion"];
        let gap = |frame: &serde_json::Value, which: &str| frame["gap_seconds"][which].as_i64();
        let frames = found["frames"].as_array().unwrap().iter();
        for (old, new) in frames.zip(better["frames"].as_array().unwrap()) {
            for which in ["median", "max"] {
                assert!(gap(new, which) <= gap(old, which).map(|gap| gap + 3600), "{policy}");
            }
        }
        let conclusion = found["conclusion"].as_str().unwrap();
        assert!(!conclusion.contains("30D instead of 1M"), "{conclusion}");
    }
    let daily = json(&["forecast", "7D:1D", "--every", "1D"]);
    assert_eq!(daily["suggestion"]["policy"], "7D:U");
}

#[test]
fn a_forecast_proves_what_compose_proves() {
    let goals = ["--daily", "30D", "--weekly", "90D", "--monthly", "1Y", "--every", "1D"];
    let composed = json(&[&["compose"], &goals[..]].concat());
    let policy = composed["policy"].as_str().unwrap();
    let found = json(&["forecast", policy, "--every", "1D"]);
    for (goal, frame) in
        composed["goals"].as_array().unwrap().iter().zip(found["frames"].as_array().unwrap())
    {
        assert_eq!(goal["promised_gap_seconds"], frame["gap_bound_seconds"], "{policy}");
    }
}

#[test]
fn counts_are_read_as_other_programs_write_them() {
    let policy = |args: &[&str]| {
        let args = [&["compose"], args, &["--every", "1D"]].concat();
        answer(&args).lines().next().unwrap().to_owned()
    };
    let options =
        ["--keep-daily", "7", "--keep-weekly", "4", "--keep-monthly", "12", "--keep-yearly", "1"];
    let expected = policy(&options);
    assert_eq!(expected, "9D:23h,36D:167h,389D:27D,754D:363D");
    for text in [
        "--keep-daily 7 --keep-weekly 4 --keep-monthly 12 --keep-yearly 1",
        "restic forget --keep-daily 7 --keep-weekly 4 --keep-monthly 12 --keep-yearly 1 --prune",
        "--keep-daily=7 --keep-weekly=4 --keep-monthly=12 --keep-yearly=1",
        "--keep-daily 7 --keep-weekly 4 --keep-monthly 12 --keep-annual 1",
        "keep-daily=7,keep-weekly=4,keep-monthly=12,keep-yearly=1",
        "keep_daily: 7\nkeep_weekly: 4\nkeep_monthly: 12\nkeep_yearly: 1",
        "-d 7 -w 4 -m 12 -y 1",
        "7 daily, 4 weekly, 12 monthly and 1 yearly",
        "7d 4w 12m 1y",
    ] {
        assert_eq!(policy(&[text]), expected, "{text}");
    }
    let text = unwrapped(&answer(&[&["compose"], &options[..], &["--every", "1D"]].concat()));
    assert!(text.contains("Duplicati knows no calendar"), "{text}");
    let last = answer(&["compose", "--keep-last", "10", "--every", "1D"]);
    assert!(last.contains("keep-versions with 10"), "{last}");
    for (text, words) in [
        ("--keep-within 10d", "--all 10D"),
        ("7 daily, weekly", "alone"),
        ("7 fortnightly", "fortnightly"),
        ("--evening 1D", "evening"),
    ] {
        let refused = run(&[&["compose", text, "--every", "1D"], &NOW[..]].concat());
        assert_eq!(refused.code, 2, "{text}");
        assert!(refused.stderr.contains(words), "{text}: {}", refused.stderr);
    }
}

#[test]
fn a_bare_number_counts_the_unit_of_its_goal() {
    let bare = ["compose", "--daily", "7", "--weekly", "4", "--monthly", "12", "--every", "1D"];
    let text = answer(&bare);
    let spans = ["compose", "--daily", "7D", "--weekly", "4W", "--monthly", "12M", "--every", "1D"];
    assert_eq!(text.lines().next(), answer(&spans).lines().next());
    assert!(text.contains("--daily 7 is taken as --daily 7D"), "{text}");
    let refused = run(&[&["compose", "--all", "7", "--every", "1D"], &NOW[..]].concat());
    assert!(refused.code == 2 && refused.stderr.contains("--keep-last 7"), "{}", refused.stderr);
}

#[test]
fn whether_a_deleted_file_is_still_there_is_told() {
    let file = ["--file", "2026-07-10..2026-07-20"];
    let policy = ["forecast", "1W:1D,4W:1W,12M:1M", "--every", "1D"];
    let found = json(&[&policy[..], &file].concat());
    // From the end of the 10th to the beginning of the 20th.
    assert_eq!(found["file"]["length_seconds"], 9 * 86_400);
    let chance = found["file"]["chance"].as_f64().unwrap();
    assert!((0.2..0.4).contains(&chance), "{chance}");
    let always = found["file"]["always_from_seconds"].as_i64().unwrap() / 86_400;
    assert!((30..41).contains(&always), "{always}");

    // Of versions that exist it is told which have it, and until when.
    let history = ["--from", "samples/times.txt", "--file", "2026-11-19T12:00..2026-11-21"];
    let found = json(&[&["forecast", "7D:1D,4W:1W", "--every", "1D"], &history[..]].concat());
    let versions = found["file"]["versions"].as_array().unwrap();
    let told: Vec<(u64, bool)> = versions
        .iter()
        .map(|found| (found["version"].as_u64().unwrap(), found["is_certain"] == true))
        .collect();
    // At which time of the 21st it was deleted is not known.
    assert_eq!(told, [(2, false), (3, true), (4, true)]);
    assert!(versions.iter().all(|found| found["deleted_on"].is_string()));
    // It may exist for a moment, and up to now.
    for text in ["2026-07-10T08:00..2026-07-10T08:00", "2026-11-20..2026-11-23T11:00"] {
        let answer = run(&[&policy[..], &["--file", text], &NOW].concat());
        assert_eq!(answer.code, 0, "{text}: {}", answer.stderr);
    }
    for (text, words) in [
        ("2026-07-20..2026-07-10", "first is after"),
        ("2026-07-10", "two days"),
        ("2026-11-20..2026-12-20", "after now"),
        ("2026-11-20..2026-11-23T11:00:01", "after now"),
    ] {
        let refused = run(&[&policy[..], &["--file", text], &NOW].concat());
        assert_eq!(refused.code, 2, "{text}");
        assert!(refused.stderr.contains(words), "{text}: {}", refused.stderr);
    }
}

#[test]
fn no_word_is_cut_and_no_line_is_too_long_at_40_columns() {
    for args in [
        &["forecast", "1W:1D,4W:1W,12M:1M", "--every", "1D", "--file", "2026-07-10..2026-07-20"][..],
        &["forecast", "--keep-versions", "10", "--every", "1D"],
        &["compare", "keep-versions=3", "8W:1W", "--every", "1D"],
        &["compose", "--keep-daily", "7", "--keep-yearly", "2", "--every", "1D"],
    ] {
        let mut command = crate::support::command();
        command.env("COLUMNS", "40").args(args).args(NOW);
        let answer = crate::support::run_with(&mut command, b"");
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        for line in answer.stdout.lines() {
            let length = line.chars().count();
            assert!(length <= 40 || !line.trim().contains(' '), "{length} columns: {line}");
        }
        for word in ["Versions", "keep-versions", "minute"] {
            let wide = self::answer(args);
            if wide.contains(word) {
                assert!(answer.stdout.contains(word), "{word}: {}", answer.stdout);
            }
        }
    }
}
