//! `loss`: the list and the numbers, as text and as JSON.

use std::fs::File;
use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;

use crate::support::{Run, command, real_database, run_with};

const NOW: [&str; 4] = ["--now", "2026-06-20T21:00:00Z", "--time-zone", "Europe/Berlin"];

/// Runs `loss` on the database of the job as it was before the deletion.
fn loss(args: &[&str]) -> Run {
    let (_folder, database) = real_database("loss-before");
    ask("loss", &database, args)
}

fn ask(what: &str, database: &Path, args: &[&str]) -> Run {
    let mut ask = command();
    ask.current_dir(database.parent().unwrap()).arg(what).args(NOW);
    run_with(ask.args(["--database", "loss-before.sqlite"]).args(args), b"")
}

fn json(answer: &Run) -> Value {
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    serde_json::from_str(&answer.stdout).unwrap()
}

#[test]
fn the_list_shows_the_largest_first() {
    let answer = loss(&["3D:1D,10D:3D", "--limit", "6"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    crate::assert_snapshot!("loss_text", answer.stdout);
}

#[test]
fn a_pattern_and_a_limit_make_the_list_shorter_and_not_the_numbers() {
    let json = |args: &[&str]| -> Value {
        serde_json::from_str(&loss(&[args, &["--json"]].concat()).stdout).unwrap()
    };
    let all = json(&["3D:1D,10D:3D"]);
    let odt = json(&["3D:1D,10D:3D", "--path", "*.odt", "--limit", "1"]);
    assert_eq!(all["summary"], odt["summary"]);
    let (lost, listed) = (all["lost"].as_array().unwrap(), odt["lost"].as_array().unwrap());
    let is_odt = |lost: &&Value| lost["path"].as_str().unwrap().ends_with(".odt");
    assert_eq!(lost.iter().find(is_odt), listed.first());
    assert_eq!(listed.len(), 1);
    assert_eq!(odt["not_listed"], lost.iter().filter(is_odt).count() - 1);
    assert_eq!(all["not_listed"], 0);
    let sizes: Vec<_> = lost.iter().map(|lost| lost["bytes"].as_u64().unwrap()).collect();
    assert!(sizes.is_sorted_by(|one, next| one >= next), "{sizes:?}");
    let told = |limit: &str| loss(&["3D:1D,10D:3D", "--limit", limit]).stdout;
    let (exact, fewer) = (lost.len().to_string(), (lost.len() - 1).to_string());
    assert!(
        !told(&exact).contains("not listed") && told(&fewer).contains("\n1 more are not listed")
    );
}

#[test]
fn versions_can_be_named_and_free_ones_asked_for() {
    let named = loss(&["", "--version", "0-2"]).stdout;
    assert!(named.contains("3 of 20 versions would be deleted."), "{named}");
    let nothing = loss(&["U:0s"]).stdout;
    assert!(nothing.ends_with("0 of 20 versions would be deleted.\n"), "{nothing}");
    let free = loss(&["--free"]).stdout;
    assert!(free.contains("12 of 20 versions can be deleted together"), "{free}");
    for deciding in [&["7D:1D"][..], &["--version", "0-2"], &["--keep-time", "6M"]] {
        assert_eq!(loss(&[&["--free"], deciding].concat()).code, 2, "{deciding:?}");
    }
    assert_eq!(loss(&[]).code, 2);
}

#[test]
fn plan_tells_what_is_lost_with_what_the_next_backup_deletes() {
    let (_folder, database) = real_database("loss-before");
    let plan = |args: &[&str]| json(&ask("plan", &database, &[args, &["--json"]].concat()));
    for policy in ["3D:1D,10D:3D", "2D:1D", "2D:1h,4W:5D"] {
        let planned = plan(&[policy]);
        let next = planned["next_backup"]["deletes"].as_array().unwrap();
        let versions: Vec<_> = next.iter().map(ToString::to_string).collect();
        let named = loss(&["", "--version", &versions.join(","), "--json"]);
        assert_eq!(planned["loss"], json(&named)["summary"], "{policy}");
        assert_eq!(planned["caveats"], serde_json::json!([]));
    }
    // Without a next backup it is about the removal.
    let named = plan(&["", "--version", "0-2"]);
    let alone = json(&loss(&["", "--version", "0-2", "--json"]));
    assert_eq!((&named["next_backup"], &named["loss"]), (&Value::Null, &alone["summary"]));
    assert_eq!(plan(&["U:0s"])["loss"], Value::Null);
    let text = ask("plan", &database, &["3D:1D,10D:3D", "--summary"]).stdout;
    assert!(
        text.contains(
            "3 files and 18 contents of other files exist only in what the next backup deletes, 320 kB in \
             all; some 227 kB are freed, before compression."
        ),
        "{text}"
    );
}

#[test]
fn plan_says_why_it_cannot_tell_what_is_lost() {
    let (_folder, database) = real_database("loss-before");
    let change = |sql: &str| Connection::open(&database).unwrap().execute_batch(sql).unwrap();
    let plan = |args: &[&str]| {
        let plan = json(&ask("plan", &database, &[&["3D:1D,10D:3D", "--json"], args].concat()));
        (plan["loss"].clone(), plan["caveats"][0].clone())
    };
    let (lost, _) = plan(&[]);
    // SQLite ignores what is behind its pages.
    File::options().write(true).open(&database).unwrap().set_len(500_000_000).unwrap();
    assert_eq!(plan(&[]), (lost.clone(), Value::Null));
    File::options().write(true).open(&database).unwrap().set_len(500_000_001).unwrap();
    let (nothing, why) = plan(&[]);
    assert_eq!(nothing, Value::Null);
    assert!(why.as_str().unwrap().ends_with("; --loss tells that"), "{why}");
    assert_eq!(plan(&["--loss"]), (lost, Value::Null));
    change("UPDATE Version SET Version = 11");
    let (nothing, why) = plan(&["--loss"]);
    assert_eq!(nothing, Value::Null);
    let why = why.as_str().unwrap();
    let start =
        "what exists only in the versions that are deleted cannot be told: its schema is 11; ";
    assert!(why.starts_with(start), "{why}");
}
