//! What the guard expects of a run, and what earlier runs announced.

use std::fs;
use std::path::Path;

use duplicati_retention::Release;
use duplicati_retention::retention::Options;
use rusqlite::Connection;
use serde_json::Value;

use super::{DELETES, Guarded, SECRET, SMART, SUSPENDED, check_form, outcome, smart};
use crate::support::{real_database, real_text, run_with};

/// The job's database as it was before one of its runs.
fn before(database: &Path, run: &Value) {
    let mut connection = Connection::open(database).unwrap();
    let change = connection.transaction().unwrap();
    change.execute("DELETE FROM Fileset", []).unwrap();
    for (id, version) in run["before"].as_array().unwrap().iter().enumerate() {
        let time = version[0].as_str().unwrap();
        let time = duplicati_retention::sources::times::parse_time(time).unwrap().unix_seconds();
        let full = version[1].as_i64().unwrap();
        change
            .execute("INSERT INTO Fileset VALUES (?, 1, 1, ?, ?)", (id as i64 + 1, full, time))
            .unwrap();
    }
    change.commit().unwrap();
}

#[test]
fn the_guard_expects_what_each_real_run_deleted() {
    let (mut runs, mut deletions) = (0, 0);
    for name in ["smart-berlin", "keep-time", "clock-back-berlin", "clock-back-new-york"] {
        let (_folder, database) = real_database(name);
        let text = real_text(&format!("runs/{name}.jsonl"));
        let mut lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let job = lines.next().unwrap();
        let options = job["options"].as_object().unwrap();
        let option = options.iter().find(|(name, _)| {
            ["retention-policy", "keep-time", "keep-versions"].contains(&name.as_str())
        });
        let (option, value) = option.map(|(name, value)| (name, value.as_str().unwrap())).unwrap();
        // Every third run: each is a process and a database.
        for run in lines.step_by(3) {
            before(&database, &run);
            let began = run["began"].as_str().unwrap();
            let zone = job["time_zone"].as_str().unwrap();
            let guarded =
                Guarded { database: &database, option: (option, value), now: &began[..19], zone };
            let now = format!("{}Z", guarded.now);
            let answer = Guarded { now: &now, ..guarded }.run(&["--accept", "all-but-one-deleted"]);
            let deleted = run["deleted"].as_array().unwrap().len();
            let versions = run["before"].as_array().unwrap().len() + 1;
            let noun = if versions == 1 { "version" } else { "versions" };
            let expected = format!("{deleted} of {versions} {noun} would be deleted");
            assert!(answer.stdout.contains(&expected), "{name}, {now}: {}", answer.stdout);
            runs += 1;
            deletions += deleted;
        }
    }
    assert!(runs > 30 && deletions > 20, "{runs} runs, {deletions} deletions");
}

#[test]
fn what_no_run_announced_waits_for_the_next_one() {
    let (folder, database) = real_database("smart-berlin");
    let file = folder.path().join("announced.json");
    let known = ["--only-known", file.to_str().unwrap()];
    let guarded = smart(&database);
    let first = guarded.run(&known);
    assert_eq!(outcome(&first, SMART), SUSPENDED);
    assert!(first.stdout.contains("(only-known)"), "{}", first.stdout);
    assert_eq!(outcome(&guarded.run(&known), SMART), DELETES);
    // A shorter policy would delete more than was announced.
    let option = ("retention-policy", "1W:1D");
    let shorter = Guarded { option, ..smart(&database) };
    let run = shorter.run(&known);
    assert_eq!(outcome(&run, option), SUSPENDED);
    assert!(run.stdout.contains("versions would be deleted that no earlier run"), "{}", run.stdout);
    let kept = fs::read_to_string(&file).unwrap();
    assert!(kept.contains("smart-berlin.sqlite") && !kept.contains(SECRET), "{kept}");
    fs::write(&file, "not ours").unwrap();
    assert_eq!(outcome(&guarded.run(&known), SMART), SUSPENDED);
    assert_eq!(fs::read_to_string(&file).unwrap(), "not ours", "another's file is left alone");
}

#[test]
fn what_is_announced_covers_the_runs_that_follow() {
    let (folder, database) = real_database("smart-berlin");
    let file = folder.path().join("announced.json");
    // Every night for three weeks, and once by hand a minute after.
    let begin = 1_769_900_410;
    let mut nights: Vec<i64> = (0..20).map(|night| begin + night * 86_400).collect();
    nights.insert(19, begin + 18 * 86_400 + 60);
    let versions = |nights: &[i64]| {
        let rows = nights.iter().enumerate();
        let row = |(id, time): (usize, &i64)| {
            format!("INSERT INTO Fileset VALUES ({id}, 1, 1, 1, {time});")
        };
        let sql = format!("DELETE FROM Fileset; {}", rows.map(row).collect::<String>());
        Connection::open(&database).unwrap().execute_batch(&sql).unwrap();
    };
    let option = ("retention-policy", "3D:1h,2W:2D");
    let ask = |now: i64| {
        let guarded = Guarded { option, now: &now.to_string(), ..smart(&database) };
        guarded.run(&["--only-known", file.to_str().unwrap()])
    };
    let mut told = 0;
    for night in 20..32 {
        versions(&nights);
        let now = begin + night * 86_400;
        let run = ask(now);
        assert_eq!(run.stdout.contains("(only-known)"), night == 20, "{night}: {}", run.stdout);
        // Duplicati deletes nothing the first time, and then what the guard let pass.
        nights.push(now);
        if night == 20 {
            continue;
        }
        let backups = nights.iter().map(|&time| {
            duplicati_retention::history::Backup::full(
                duplicati_retention::clock::Utc::from_unix_seconds(time).unwrap(),
            )
        });
        let history = duplicati_retention::history::History::new(
            backups.collect(),
            "Europe/Berlin".parse().unwrap(),
        );
        let options = Options::parse([option], Release::V2_3_0).unwrap();
        let now = duplicati_retention::clock::Utc::from_unix_seconds(now + 9).unwrap();
        let plan = duplicati_retention::retention::plan(&history, &options, now).unwrap();
        let gone: Vec<i64> = history
            .versions()
            .zip(plan.decisions())
            .filter(|(_, decision)| decision.deleted)
            .map(|(version, _)| history.backup(version).time.unix_seconds())
            .collect();
        told += gone.len();
        nights.retain(|time| !gone.contains(time));
    }
    assert!(told > 10, "{told}");
}

#[test]
fn unknown_versions_are_named_and_the_others_counted() {
    for (keep, more) in [("7", ""), ("6", "1 more")] {
        let (folder, database) = real_database("smart-berlin");
        let guarded = Guarded { option: ("keep-versions", keep), ..smart(&database) };
        let mut guard = guarded.command(&["--only-known", "announced.json"]);
        let run = check_form(run_with(guard.current_dir(folder.path()), b""));
        let line = run.stdout.lines().find(|line| line.contains("(only-known)")).unwrap();
        assert_eq!(line.contains("more"), !more.is_empty(), "{line}");
        assert!(line.contains(more), "{line}");
        assert!(folder.path().join("announced.json").exists());
    }
    let (folder, database) = real_database("smart-berlin");
    let unreadable = smart(&database).run(&["--only-known", folder.path().to_str().unwrap()]);
    assert!(
        unreadable.stdout.contains("cannot be read: this is a folder"),
        "{}",
        unreadable.stdout
    );
}
