//! The runs of a job, and the versions around each, from its database.

use std::path::Path;

use duplicati_retention::history::Backup;
use duplicati_retention::sources::database::Access;
use duplicati_retention::sources::past::{self, PastRun};
use duplicati_retention::sources::runs;
use duplicati_retention::sources::times::parse_time;
use serde_json::{Value, json};

use super::database::database;
use crate::support::sample_database::TABLES;

/// A run with the files that it wrote (`put`) and deleted, and its result.
fn run(id: i64, operations: &[(&str, &str)], result: &Value) -> String {
    let operation = |(what, time): &(&str, &str)| {
        let time = time.replace(['-', ':'], "");
        format!("INSERT INTO RemoteOperation VALUES (NULL, {id}, '{what}', 'a-{time}.dlist.zip');")
    };
    let operations: String = operations.iter().map(operation).collect();
    format!(
        "INSERT INTO \"Operation\" VALUES ({id}, 'Backup', {id}); {operations}
         INSERT INTO LogData VALUES (NULL, {id}, 'Result', '{}');",
        result.to_string().replace('\'', "''")
    )
}

fn result(policy: Option<&str>, deleted: &[&str]) -> Value {
    let pairs = policy.map(|policy| format!("[R]: Time frames and intervals pairs: {policy}"));
    let deleted: Vec<Value> = deleted.iter().map(|time| json!({ "Item2": time })).collect();
    json!({
        "BeginTime": "2026-11-01T01:00:00Z", "EndTime": "2026-11-01T01:01:00Z", "PartialBackup": false,
        "DeleteResults": { "DeletedSets": deleted }, "Messages": pairs.as_slice(), "Warnings": [],
    })
}

const LOG: &str =
    "CREATE TABLE LogData (ID INTEGER PRIMARY KEY, OperationID INTEGER, Type TEXT, Message TEXT);
    CREATE TABLE RemoteOperation (ID INTEGER PRIMARY KEY, OperationID INTEGER, Operation TEXT, Path TEXT);";

fn read(sql: &str) -> Vec<PastRun> {
    let (_folder, path) = database(&format!("{TABLES}{LOG}{sql}"));
    past::read(&path, Access::InPlace).unwrap().0
}

fn runs_of(path: &Path) -> Vec<runs::RunResult> {
    let (runs, _) = runs::read(path, Access::InPlace, 9).unwrap();
    runs.into_iter().rev().map(|run| run.result.unwrap()).collect()
}

#[test]
fn a_run_says_the_times_of_what_it_deleted_and_if_it_is_partial() {
    // The name of one says a time of the hour that came twice in Dublin.
    let [plain, twice, later] =
        ["2026-10-20T01:00:00Z", "2026-10-25T01:30:00Z", "2026-10-27T01:00:00Z"];
    let recorded = "2026-10-25T00:30:00Z";
    let mut partial = result(None, &[]);
    partial["PartialBackup"] = true.into();
    let sql = [
        run(1, &[("put", plain)], &partial),
        run(2, &[("put", twice)], &result(None, &[])),
        run(
            3,
            &[("put", later), ("delete", plain), ("delete", twice)],
            &result(None, &[recorded, plain]),
        ),
        // A log that names only some of what was deleted does not say which they are.
        run(
            4,
            &[("delete", later), ("delete", "2026-10-28T01:00:00Z")],
            &result(None, &["2026-10-27T02:00:00Z"]),
        ),
    ];
    let past = read(&sql.concat());
    let time = |text: &str| parse_time(text).unwrap();
    let times = |texts: &[&str]| texts.iter().map(|text| time(text)).collect::<Vec<_>>();
    assert_eq!(past[2].deleted, times(&[plain, recorded]));
    assert_eq!(past[3].deleted, times(&[later, "2026-10-28T01:00:00Z"]));
    let is_partial = Backup { partial: true, ..Backup::full(time(plain)) };
    assert_eq!(past[0].versions.last(), Some(&is_partial));
    assert_eq!(past[2].versions[2..], [Backup::full(time(recorded)), is_partial]);
}

#[test]
fn a_policy_that_the_runs_around_have_was_that_of_the_runs_between() {
    let week = Some("7.00:00:00 / 1.00:00:00, Unlimited / 7.00:00:00");
    let month = Some("28.00:00:00 / Keep all");
    let policies = [week, None, None, week, None, month, None];
    let sql = (1..).zip(policies).map(|(id, policy)| run(id, &[], &result(policy, &[])));
    let past = read(&sql.collect::<String>());
    let read: Vec<Option<&str>> = past.iter().map(|run| run.policy.as_deref()).collect();
    let week = Some("7D:1D,U:7D");
    assert_eq!(read, [week, week, week, week, None, Some("28D:U"), None]);
}

#[test]
fn a_result_is_read_as_duplicati_logs_it() {
    let policies = [
        ("00:01:30 / 00:00:01", Some("90s:1s")),
        ("1.01:00:00 / 00:02:00", Some("25h:2m")),
        ("00:00:00.5 / Keep all", None),
        ("1.5 / Keep all", None),
        ("7.00:00:00 / 1.00:00:00 and so on", None),
    ];
    let mut results = policies.map(|(logged, _)| result(Some(logged), &[]));
    results[0]["Warnings"] =
        json!(["[Guard]: duplicati-retention: Nothing is deleted in this run, because"]);
    results[1]["Warnings"] = json!(["[Guard]: nothing is deleted in this run"]);
    let sql: String = (1..).zip(&results).map(|(id, result)| run(id, &[], result)).collect();
    let (_folder, path) = database(&format!("{TABLES}{LOG}{sql}"));
    let read = runs_of(&path);
    for (result, (logged, expected)) in read.iter().zip(policies) {
        assert_eq!(result.policy.as_deref(), expected, "{logged}");
    }
    let suspended: Vec<bool> = read.iter().map(|result| result.is_suspended).collect();
    assert_eq!(suspended, [true, false, false, false, false]);
}
