//! `--job`: the policy and the schedule of a job as Duplicati's page exports it.

use std::fs;

use duplicati_retention::clock::Utc;
use duplicati_retention::clock::Zone;
use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
use duplicati_retention::forecast::{Schedule, Start};
use duplicati_retention::sources::times::parse_time;
use duplicati_retention::sources::{Days, Job};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::assert_snapshot;
use crate::support::{command, root, run, run_with, write_file};

const SAMPLE: &str = "samples/job.json";
const FIXED: [&str; 4] = ["--now", "2026-11-23T10:00:00Z", "--time-zone", "Europe/Berlin"];

fn sample() -> Value {
    serde_json::from_slice(&fs::read(root().join(SAMPLE)).unwrap()).unwrap()
}

/// The sample with these settings and this schedule.
fn job(settings: &[(&str, &str)], schedule: Value) -> Value {
    let mut job = sample();
    let setting = |&(name, value): &(&str, &str)| json!({"Filter": "", "Name": name, "Value": value, "Argument": null});
    job["Backup"]["Settings"] = settings.iter().map(setting).collect();
    job["Schedule"] = schedule;
    job
}

fn options(settings: &[(&str, &str)]) -> Vec<(String, String)> {
    let job = Job::read(job(settings, Value::Null).to_string().as_bytes()).unwrap();
    job.options().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

#[test]
fn each_command_answers_about_a_job_as_the_snapshots_say() {
    for (name, args) in [
        ("check", &["check", "--job", SAMPLE][..]),
        ("explain", &["explain", "--job", SAMPLE, FIXED[0], FIXED[1], FIXED[2], FIXED[3]]),
        ("plan", &["plan", "--job", SAMPLE, "--times", "samples/times.txt", "--summary"]),
        ("plan-json", &["plan", "--job", SAMPLE, "--times", "samples/times.txt", "--json"]),
        ("forecast", &["forecast", "--job", SAMPLE]),
        ("expiry", &["expiry", "--job", SAMPLE, "--times", "samples/times.txt"]),
        (
            "expiry-overridden",
            &[
                "expiry",
                "--job",
                SAMPLE,
                "--times",
                "samples/times.txt",
                "--every",
                "2D",
                "--at",
                "03:30",
                "--days",
                "thu,fri",
                "--release",
                "2.1",
                "--keep-versions",
                "2",
            ],
        ),
    ] {
        let fixed = if ["check", "explain"].contains(&name) { &[][..] } else { &FIXED };
        let answer = run(&[args, fixed].concat());
        // Two options that keep: Duplicati would not run.
        let code = i32::from(name == "expiry-overridden");
        assert_eq!((answer.code, answer.stderr.as_str()), (code, ""), "{name}");
        assert_snapshot!(format!("job-{name}"), answer.stdout);
    }
}

#[test]
fn an_option_on_the_command_line_takes_the_place_of_the_jobs() {
    let folder = tempfile::tempdir().unwrap();
    let job = job(
        &[("keep-versions", "1"), ("allow-full-removal", "true"), ("version", "0-9")],
        Value::Null,
    );
    let path = write_file(folder.path(), "job.json", job.to_string().as_bytes());
    let stay = |args: &[&str]| -> Value {
        let answer =
            run(&[&["plan"], args, &["--times", "samples/times.txt", "--json"], &FIXED].concat());
        serde_json::from_str::<Value>(&answer.stdout).unwrap()["summary"]["kept"].clone()
    };
    assert_eq!(stay(&["--job", &path]), 0);
    assert_eq!(stay(&["--job", &path, "--version", ""]), 1);
    assert_eq!(
        stay(&["--job", &path, "--version", "", "--keep-versions", "3"]),
        stay(&["", "--keep-versions", "3"])
    );
    assert_eq!(stay(&["--job", &path, "--allow-full-removal=off"]), 1);
}

#[test]
fn what_a_job_sets_beside_the_policy_is_told_or_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let daily = sample()["Schedule"].clone();
    let mut monthly = daily.clone();
    monthly["Repeat"] = "1M".into();
    let mut said = String::new();
    for (settings, schedule) in [
        (&[("keep-time", "3M")][..], &daily),
        (
            &[("retention-policy", "7D:1D"), ("keep-versions", "9"), ("allow-full-removal", "")],
            &daily,
        ),
        (&[("retention-policy", "1Y:2M")], &monthly),
        (&[], &daily),
    ] {
        let path = write_file(
            folder.path(),
            "job.json",
            job(settings, schedule.clone()).to_string().as_bytes(),
        );
        for command in ["explain", "check", "plan", "expiry", "forecast"] {
            let source = if ["plan", "expiry"].contains(&command) {
                &["--times", "samples/times.txt"][..]
            } else {
                &[]
            };
            let fixed = if command == "check" { &[][..] } else { &FIXED };
            let answer = run(&[&[command, "--job", &path], source, fixed].concat());
            assert!(answer.code < 2, "{}", answer.stderr);
            let notes = answer
                .stdout
                .lines()
                .filter(|line| line.starts_with("Note: ") || line.starts_with("!! "));
            said += &format!("{settings:?} {command}\n{}\n", notes.collect::<Vec<_>>().join("\n"));
        }
    }
    assert_snapshot!("job-notes", said);
}

#[test]
fn the_settings_that_decide_are_found_and_no_others() {
    assert_eq!(options(&[]), []);
    let all = [
        ("retention-policy", "7D:1D"),
        ("keep-time", "6M"),
        ("keep-versions", "3"),
        ("version", "0"),
        ("allow-full-removal", "true"),
        ("disable-time-tolerance", ""),
    ];
    let owned = |texts: &[(&str, &str)]| -> Vec<(String, String)> {
        texts.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect()
    };
    assert_eq!(options(&all), owned(&all));
    let with_dashes: Vec<(String, &str)> =
        all.iter().map(|&(name, text)| (format!("--{name}"), text)).collect();
    let with_dashes: Vec<(&str, &str)> =
        with_dashes.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    assert_eq!(options(&with_dashes), owned(&all));
    // As Duplicati's server does: the page's own settings first, then those with dashes over them;
    // of equals the last.
    let twice = [
        ("--keep-time", "9Y"),
        ("--keep-time", "1Y"),
        ("keep-time", "2Y"),
        ("keep-versions", "1"),
        ("keep-versions", "2"),
        ("keep-timing", "5D"),
    ];
    assert_eq!(options(&twice), owned(&[("keep-time", "1Y"), ("keep-versions", "2")]));
}

#[test]
fn what_is_missing_or_null_in_an_export_is_not_set() {
    let read = |text: &str| Job::read(text.as_bytes()).unwrap();
    let bare = read("\u{feff}{\"Backup\":{}}");
    assert_eq!(
        (bare.name.as_str(), bare.release.clone(), &bare.schedule, bare.options().count()),
        ("", None, &None, 0)
    );
    let nulls = r#"{"CreatedByVersion":null,"Schedule":{"Time":null,"Repeat":"6h","AllowedDays":null},
        "Backup":{"Name":null,"Settings":[{"Name":"keep-time","Value":null}]},"Schedule2":{"Repeat":7}}"#;
    let nulls = read(nulls);
    assert_eq!(nulls.option("keep-time"), Some(""));
    let schedule = nulls.schedule.unwrap();
    assert_eq!((schedule.repeat.as_str(), schedule.next, schedule.days), ("6h", None, Days::ALL));
    // An empty text is how the server says that a job does not run by itself.
    assert_eq!(read(r#"{"Schedule":{"Repeat":""},"Backup":{}}"#).schedule, None);
    // .NET's very first step is no time, and a time without a zone is in UTC.
    let next = |time: &str| {
        read(&format!(r#"{{"Schedule":{{"Repeat":"1D","Time":"{time}"}},"Backup":{{}}}}"#))
            .schedule
            .unwrap()
            .next
    };
    assert_eq!(next("0001-01-01T00:00:00Z"), None);
    assert_eq!(next("2026-11-24T01:00:00"), parse_time("2026-11-24T01:00:00Z").ok());
    for (version, release) in
        [("2.0.8.1", Some("2.1")), ("2.3.1.0", Some("2.3.1")), ("2.4.0.0", Some("2.3.1"))]
    {
        let job = read(&json!({"CreatedByVersion": version, "Backup": {}}).to_string());
        assert_eq!(job.release.map(|found| found.release.name()), release);
    }
}

#[test]
fn a_file_that_is_no_export_is_told_what_is_expected() {
    let folder = tempfile::tempdir().unwrap();
    let mut said = String::new();
    let daily = || sample()["Schedule"].clone();
    let changed = |part: &str, value: Value| {
        let mut schedule = daily();
        schedule[part] = value;
        job(&[("retention-policy", "7D:1D")], schedule).to_string().into_bytes()
    };
    for (name, content) in [
        ("encrypted", b"AES\x02\x00\x00\x1bCREATED_BY".to_vec()),
        ("database", b"SQLite format 3\0".to_vec()),
        ("empty", vec![]),
        ("cut-off", fs::read(root().join(SAMPLE)).unwrap()[..300].to_vec()),
        ("not-utf-8", b"{\"Backup\":{\"Name\":\"\xff\"}}".to_vec()),
        ("list", b"[1, 2]".to_vec()),
        ("other-json", b"{\"time\":\"2026-11-23T09:00:00Z\"}".to_vec()),
        (
            "number-as-value",
            b"{\"Backup\":{\"Settings\":[{\"Name\":\"keep-versions\",\"Value\":7}]}}".to_vec(),
        ),
        ("too-large", vec![b' '; (16 << 20) + 1]),
        (
            "bad-policy",
            job(&[("retention-policy", "7D:1D,4w:1W")], daily()).to_string().into_bytes(),
        ),
        ("bad-keep-time", job(&[("keep-time", "1d")], daily()).to_string().into_bytes()),
        (
            "not-scheduled",
            job(&[("retention-policy", "7D:1D")], Value::Null).to_string().into_bytes(),
        ),
        ("bad-repeat", changed("Repeat", "1d".into())),
        ("tiny-repeat", changed("Repeat", "5s".into())),
        ("bad-time", changed("Time", "soon".into())),
        ("bad-day", changed("AllowedDays", json!(["mon", "day"]))),
    ] {
        let path = write_file(folder.path(), &format!("{name}.json"), &content);
        let mut expiry = command();
        expiry.current_dir(folder.path()).args([
            "expiry",
            "--times",
            "-",
            "--time-zone",
            "UTC",
            "--job",
            &format!("{name}.json"),
        ]);
        let answer = run_with(&mut expiry, b"0");
        assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{name}");
        said += &format!("{name}\n{}\n", answer.stderr);
        fs::remove_file(path).unwrap();
    }
    for args in [
        &["plan", "--job", "/no/such/file", "--times", "-"][..],
        &["plan", "--job", "samples", "--times", "-"],
        &["plan", "7D:1D", "--job", SAMPLE, "--times", "-"],
        &["plan", "--times", "-"],
        &["forecast", "7D:1D"],
        &["forecast", "7D:1D", "--every", "1D", "--days", "mon,day"],
        &["forecast", "--job", SAMPLE, "--at", "02:00", "--every", "6h"],
    ] {
        let answer = run(args);
        assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{args:?}");
        said += &format!("{args:?}\n{}\n", answer.stderr);
    }
    assert_snapshot!("job-errors", said);
}

#[test]
fn an_export_cut_off_anywhere_is_an_error_and_no_panic() {
    let sample = fs::read(root().join(SAMPLE)).unwrap();
    let end = sample.trim_ascii_end().len();
    for length in 0..end {
        assert!(Job::read(&sample[..length]).is_err(), "{length} bytes");
    }
    assert!(Job::read(&sample[..end]).is_ok());
}

fn seconds(count: i64) -> TimeSpan {
    TimeSpan::from_seconds(count).unwrap()
}

fn local_times(starts: &[Start], zone: Zone) -> Vec<String> {
    starts.iter().map(|start| zone.to_local(start.time).to_string()).collect()
}

proptest! {
    #![proptest_config(crate::support::cases(128))]

    #[test]
    fn a_schedule_of_a_day_or_less_leaves_out_forbidden_days(
        every in prop::sample::select(vec![1800, 3600, 5 * 3600, 86_399, 86_400]),
        names in prop::sample::subsequence(vec!["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 1..=7),
        from in 0..7 * 86_400_i64,
        next in prop::option::of(-40 * 86_400..20 * 86_400_i64),
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "Australia/Lord_Howe"]),
    ) {
        let zone: Zone = zone.parse().unwrap();
        // Summer time ends in Berlin and begins in Lord Howe within the weeks from here.
        let from = parse_time("2026-09-28T00:00:00Z").unwrap().add_units(from, 10_000_000).unwrap();
        let until = from.add_units(30, TICKS_PER_DAY).unwrap();
        let next = next.map(|next| from.add_units(next, 10_000_000).unwrap());
        let days = Days::named(names.iter().copied()).unwrap();
        let every_day = Schedule { next, ..Schedule::every(seconds(every)) };
        let all = every_day.starts(zone, from, until, 0);
        let allowed: Vec<Start> = all.into_iter().filter(|start| days.contain(zone.to_local(start.time))).collect();
        prop_assert_eq!(Schedule { days, ..every_day }.starts(zone, from, until, 0), allowed);
    }

    #[test]
    fn any_bytes_are_a_job_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..99)) {
        let _ = Job::read(&bytes[..]);
    }
}

#[test]
fn a_start_on_a_forbidden_day_is_put_off_and_the_next_follows_it() {
    let from = parse_time("2026-11-23T10:00:00Z").unwrap(); // a Monday
    let until = from.add_units(14, TICKS_PER_DAY).unwrap();
    let days: Days = "mon,tue,wed,thu,fri".parse().unwrap();
    let every = |count: i64| Schedule { days, ..Schedule::every(seconds(count * 86_400)) };
    let dates = |schedule: Schedule| -> Vec<String> {
        local_times(&schedule.starts(Zone::UTC, from, until, 0), Zone::UTC)
            .iter()
            .map(|local_time| local_time[8..10].to_owned())
            .collect()
    };
    // Each second day: Sunday the 29th becomes Monday, and so on from there.
    assert_eq!(dates(every(2)), ["23", "25", "27", "30", "02", "04", "07"]);
    assert_eq!(dates(every(5)), ["23", "30", "07"]);
    let tuesdays = Schedule { days: "tue".parse().unwrap(), ..every(7) };
    assert_eq!(dates(tuesdays), ["24", "01"]);
}

#[test]
fn the_others_are_counted_from_the_next_run() {
    let berlin: Zone = "Europe/Berlin".parse().unwrap();
    let at = |text: &str| parse_time(text).unwrap();
    let starts = |schedule: Schedule, from: Utc, days: i64| {
        local_times(
            &schedule.starts(berlin, from, from.add_units(days, TICKS_PER_DAY).unwrap(), 0),
            berlin,
        )
    };
    let next = Some(at("2026-11-24T01:00:00Z"));
    let weekly = Schedule { next, ..Schedule::every(seconds(7 * 86_400)) };
    // Backwards over the clock change: a Tuesday at 02:00.
    assert_eq!(
        starts(weekly, at("2026-10-12T00:00:00Z"), 16),
        ["2026-10-13 02:00:00", "2026-10-20 02:00:00", "2026-10-27 02:00:00"]
    );
    // Nothing before the next run, though a day would do.
    let daily = Schedule { next, waits_for_next: true, ..Schedule::every(seconds(86_400)) };
    assert_eq!(starts(daily, at("2026-11-22T00:00:00Z"), 3), ["2026-11-24 02:00:00"]);
    // A time long past counts on; less than a day counts in true time.
    let old =
        Schedule { next: Some(at("2026-10-24T23:30:00Z")), ..Schedule::every(seconds(12 * 3600)) };
    assert_eq!(
        starts(old, at("2026-11-22T00:00:00Z"), 1),
        ["2026-11-22 12:30:00", "2026-11-23 00:30:00"]
    );
    let later = Schedule { at: Some(seconds(5 * 3600)), ..weekly };
    assert_eq!(starts(later, at("2026-11-22T00:00:00Z"), 7), ["2026-11-24 05:00:00"]);
}
