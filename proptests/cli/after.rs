//! `audit --after` and `why`: from the database of a job alone, checked against what its real runs
//! did.

use duplicati_retention::conformance::{replay, vector::Vector};
use serde_json::Value;

use super::audit::{change, home};
use crate::support::{Run, command, real_database, real_text, run_with};

/// The jobs, each with the options that its log does not have, how many of its runs are as
/// predicted, and of how many it cannot be told.
const JOBS: [(&str, &[&str], u64, u64); 9] = [
    ("smart-berlin", &[], 30, 45),
    ("keep-time", &["--keep-time", "10D"], 30, 0),
    ("clock-back-berlin", &[], 22, 0),
    ("clock-back-new-york", &[], 18, 0),
    ("clock-back-dublin", &[], 18, 0),
    ("interrupted-killed", &[], 8, 0),
    ("interrupted-stopped", &[], 9, 0),
    ("allow-full-removal", &[], 4, 2),
    ("beyond-all-frames", &[], 5, 5),
];

/// Asks about the database of a job, without a zone.
fn ask(job: &str, args: &[&str]) -> Run {
    let (folder, _database) = real_database(job);
    let mut ask = command();
    ask.env("TZ", "UTC").current_dir(folder.path()).args(args);
    run_with(&mut ask, b"")
}

fn after(job: &str, args: &[&str]) -> Run {
    let database = format!("{job}.sqlite");
    ask(job, &[&["audit", "--after", &database][..], args].concat())
}

/// The life of a job as it was seen from outside: its zone, and its runs.
fn life(job: &str) -> (String, Vec<Value>) {
    let text = real_text(&format!("runs/{job}.jsonl"));
    let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let zone = lines.next().unwrap()["time_zone"].as_str().unwrap().to_owned();
    (zone, lines.collect())
}

#[test]
fn every_real_run_of_which_it_can_be_told_did_what_is_predicted() {
    for (job, options, as_predicted, unknown) in JOBS {
        let answer = after(job, &[options, &["--json"]].concat());
        assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{job}");
        let report: Value = serde_json::from_str(&answer.stdout).unwrap();
        let numbers = ["as_predicted", "differing", "unknown"].map(|name| report[name].as_u64());
        assert_eq!(numbers, [Some(as_predicted), Some(0), Some(unknown)], "{job}");
        // What each run deleted, as it was seen from outside.
        let (_, seen) = life(job);
        let runs = report["runs"].as_array().unwrap();
        let told = runs.iter().filter(|run| run["comparison"] == "as-predicted");
        for run in told {
            let sorted = |times: &Value| {
                let mut times: Vec<String> = times
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|time| time.as_str().unwrap().to_owned())
                    .collect();
                times.sort();
                times
            };
            let started = run["started"].as_str().unwrap();
            let of = |seen: &&Value| {
                let began = seen["began"].as_str().unwrap_or_default();
                let ended = seen["ended"].as_str().unwrap_or_default();
                began.get(..19) <= started.get(..19) && started.get(..19) <= ended.get(..19)
            };
            let seen = seen.iter().find(of).unwrap_or_else(|| panic!("{job}: {started}"));
            let [told, seen_deleted] = [&run["deleted"], &seen["deleted"]].map(sorted);
            if job == "clock-back-dublin" {
                // Seen from outside was the name of the file; recorded is an hour less there.
                assert_eq!(told.len(), seen_deleted.len(), "{job}: {started}");
            } else {
                assert_eq!(told, seen_deleted, "{job}: {started}");
            }
            let versions = seen["before"].as_array().unwrap().len()
                + seen["recorded"].as_array().unwrap().len();
            assert_eq!(run["versions"], versions, "{job}: {started}");
        }
    }
}

#[test]
fn the_zone_that_the_job_had_fits_and_one_far_away_does_not() {
    for job in ["clock-back-berlin", "clock-back-new-york", "clock-back-dublin"] {
        let (zone, _) = life(job);
        let given = after(job, &["--time-zone", &zone]);
        assert_eq!(given.code, 0, "{job}");
        assert!(given.stdout.contains(" 0 differ, 0 cannot be told."), "{}", given.stdout);
        let far = after(job, &["--time-zone", "Asia/Tokyo"]);
        assert!(far.stdout.contains("so Duplicati ran in another zone"), "{}", far.stdout);
    }
}

#[test]
fn another_policy_than_that_of_the_job_differs() {
    let answer = after("keep-time", &["--keep-time", "3D"]);
    assert_eq!(answer.code, 1);
    assert!(answer.stdout.contains("differs: predicted, but not deleted: "), "{}", answer.stdout);
    let unknown = after("keep-time", &[]);
    assert_eq!(unknown.code, 0);
    assert!(unknown.stdout.contains("the log does not have the policy"), "{}", unknown.stdout);
}

#[test]
fn real_runs_become_vectors_that_pass() {
    let mut vectors = 0;
    for (job, options, as_predicted, _) in JOBS {
        let (zone, _) = life(job);
        let answer = after(job, &[options, &["--as-vectors", "--time-zone", &zone]].concat());
        assert_eq!(answer.stdout.lines().count() as u64, as_predicted, "{job}");
        for line in answer.stdout.lines() {
            let vector = Vector::parse(line).unwrap();
            assert!(replay::check(&vector).is_empty(), "{line}");
            assert!(!line.contains("home") && !line.contains("dlist"), "{line}");
            vectors += 1;
        }
    }
    assert!(vectors > 100, "{vectors}");
}

fn why(job: &str, args: &[&str]) -> Run {
    let database = format!("{job}.sqlite");
    ask(
        job,
        &[&["why", "--database", &database, "--time-zone", "Europe/Berlin"][..], args].concat(),
    )
}

#[test]
fn a_version_that_is_gone_has_a_reason() {
    let answer = why("smart-berlin", &["2026-03-1"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    let fixed = answer.stdout.split_once("now 2").map_or(&*answer.stdout, |(before, _)| before);
    let versions = answer.stdout.split_once("\n\n").unwrap().1;
    crate::assert_snapshot!("why_text", format!("{fixed}…\n\n{versions}"));
    let exact = why("smart-berlin", &["2026-03-11T01:00:43Z"]);
    assert!(exact.stdout.contains("Deleted by the run of 2026-03-19 02:00:02"), "{}", exact.stdout);
    assert_eq!(exact.stdout.matches("The version of").count(), 1);
}

#[test]
fn a_version_can_be_named_by_its_number_of_today_or_of_then() {
    let answer = why("smart-berlin", &["1"]);
    let texts: Vec<&str> = answer.stdout.split("\n\n").skip(1).collect();
    let (there, gone): (Vec<&str>, Vec<&str>) =
        texts.iter().partition(|text| text.contains("It still exists."));
    assert_eq!(there.len(), 1, "{}", answer.stdout);
    let exists = there[0].starts_with("The version of 2026-03-18 02:00:20: ");
    assert!(exists, "{}", there[0]);
    assert!(gone.len() > 3);
    assert!(gone.iter().all(|text| text.contains("(version 1 of ")), "{gone:?}");
    let never = why("smart-berlin", &["99"]);
    assert_eq!(never.code, 1);
    assert!(never.stdout.contains("No version with the number 99 exists"), "{}", never.stdout);
}

#[test]
fn a_run_whose_logs_disagree_cannot_be_told() {
    let (folder, database) = real_database("smart-berlin");
    let missing = "DELETE FROM RemoteOperation WHERE ID = (SELECT max(ID) FROM RemoteOperation \
                   WHERE Operation = 'delete' AND Path LIKE '%.dlist.%')";
    change(&database, missing);
    let mut ask = command();
    ask.current_dir(folder.path()).args(["audit", "--after", "smart-berlin.sqlite"]);
    let answer = run_with(&mut ask, b"").stdout;
    let told = "its result says that it deleted 2 versions, and the log of the remote files has 1";
    assert!(answer.contains(told), "{answer}");
}

#[test]
fn what_nobody_knows_is_said() {
    let never = why("smart-berlin", &["2020-01-01"]);
    assert_eq!(never.code, 1);
    assert!(never.stdout.contains("No version of 2020-01-01 exists"), "{}", never.stdout);
    let wrong = why("smart-berlin", &["yesterday"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("\"yesterday\" is not the time of a version"));
    let by_hand = why("loss-after", &["2026-06-01"]);
    assert!(by_hand.stdout.contains("not a backup but the operation Delete"), "{}", by_hand.stdout);
}

/// A data folder with a server's database, and what `audit --after` says of it.
fn after_server(sql: &str, args: &[&str]) -> Run {
    let (_home, folder) = home();
    change(&folder.join("Duplicati-server.sqlite"), sql);
    let place = folder.to_str().unwrap();
    run_with(command().env("TZ", "UTC").args(["audit", "--after", place]).args(args), b"")
}

const KEEP_TIME_OF_THEN: &str =
    "UPDATE \"Option\" SET Value = '10D' WHERE BackupID = 3 AND Name LIKE '%keep-time'";

#[test]
fn all_jobs_of_a_server_are_compared_with_their_own_options() {
    let answer = after_server(KEEP_TIME_OF_THEN, &["--json"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (2, ""), "six jobs have no database here");
    let report: Value = serde_json::from_str(&answer.stdout).unwrap();
    let jobs = report["jobs"].as_array().unwrap();
    assert_eq!(jobs.len(), 9);
    for (name, as_predicted, unknown) in
        [("Photos", 30, 45), ("Mails weekly", 30, 0), ("Everything", 5, 5)]
    {
        let job = jobs.iter().find(|job| job["name"] == name).unwrap();
        let after = &job["after"];
        let numbers = ["as_predicted", "differing", "unknown"].map(|name| after[name].as_u64());
        assert_eq!(numbers, [Some(as_predicted), Some(0), Some(unknown)], "{name}");
        assert_eq!(job["problem"], Value::Null);
    }
    let unreadable: Vec<_> = jobs.iter().take_while(|job| job["after"].is_null()).collect();
    assert_eq!(unreadable.len(), 6, "what cannot be read comes first");
    assert!(unreadable.iter().all(|job| job["problem"].is_string()));
    let vectors = after_server(KEEP_TIME_OF_THEN, &["--as-vectors"]);
    let ids: std::collections::BTreeSet<_> =
        vectors.stdout.lines().map(|line| Vector::parse(line).unwrap().id).collect();
    assert_eq!((vectors.code, ids.len()), (0, 65), "each has an ID of its own");
}

#[test]
fn a_job_that_differs_comes_first_unless_only_its_options_changed() {
    // The server has keep-time 3M today; the runs had 10D, which the log does not say.
    let changed = after_server("", &[]);
    assert_eq!(changed.code, 2);
    assert!(changed.stdout.contains("the job's options of today delete something else"));
    assert!(
        changed
            .stdout
            .ends_with("9 jobs with 115 runs: 50 as predicted, 0 differ, 65 cannot be told.\n")
    );
    let given = after_server("", &["--keep-time", "9D"]);
    assert_eq!(given.code, 1);
    let first = given.stdout.find("differs: ").unwrap();
    assert!(given.stdout.find("\nMails weekly\n").unwrap() < first);
    assert!(first < given.stdout.find("\nSecret ö\n").unwrap(), "{}", given.stdout);
}

#[test]
fn a_suspended_run_is_not_held_against_the_prediction() {
    let (folder, database) = real_database("smart-berlin");
    let mut guard = command();
    guard.env("DUPLICATI__OPERATIONNAME", "Backup").args(["guard", "--max-deletes", "1"]);
    let guard = run_with(&mut guard, b"");
    let warning = guard.stdout.lines().find_map(|line| line.strip_prefix("LOG:WARN ")).unwrap();
    let warning = format!("2026-03-20 02:00:24 +01 - [Warning-Duplicati.Library]: {warning}");
    let connection = rusqlite::Connection::open(&database).unwrap();
    let sql = "UPDATE LogData SET Message = json_set(Message, '$.Warnings', json_array(?)) \
               WHERE ID = (SELECT max(ID) FROM LogData WHERE Type = 'Result')";
    assert_eq!(connection.execute(sql, [&warning]).unwrap(), 1);
    drop(connection);
    let mut ask = command();
    ask.current_dir(folder.path()).args(["audit", "--after", "smart-berlin.sqlite", "--json"]);
    let report: Value = serde_json::from_str(&run_with(&mut ask, b"").stdout).unwrap();
    let last = report["runs"].as_array().unwrap().last().unwrap();
    assert_eq!(last["because"], "the guard had its removal of old versions skipped");
}

#[test]
fn predictions_are_green_where_they_came_true_and_red_where_not() {
    let (folder, _database) = real_database("keep-time");
    let mut ask = command();
    ask.env("TZ", "UTC").env("CLICOLOR_FORCE", "1").current_dir(folder.path());
    // The log does not say that it was ten days.
    let wrong = ["audit", "--after", "keep-time.sqlite", "--keep-time", "9D"];
    let answer = run_with(ask.args(wrong), b"").stdout;
    let colour = regex::Regex::new(r"\x1b\[38;5;(\d+)m(as predicted)?").unwrap();
    let rows = answer.lines().filter_map(|line| colour.captures(line));
    let mut colours: Vec<(String, bool)> =
        rows.map(|found| (found[1].to_owned(), found.get(2).is_some())).collect();
    colours.sort_unstable();
    colours.dedup();
    assert_eq!(colours, [("10".to_owned(), true), ("9".to_owned(), false)], "{answer}");
}

#[test]
fn a_number_of_a_version_ends_where_times_in_seconds_begin() {
    for (wanted, expected) in [
        ("9999999", "No version with the number 9999999 exists"),
        ("10000000", "No version of 10000000 exists"),
    ] {
        let answer = ask("smart-berlin", &["why", wanted, "--database", "smart-berlin.sqlite"]);
        assert!(answer.stdout.contains(expected), "{}{}", answer.stdout, answer.stderr);
    }
}
