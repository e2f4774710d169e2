//! `audit`: every job of a server's database, of a data folder and of a folder of exports.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Run, command, root, run, run_with, unpack};

const NOW: [&str; 4] = ["--now", "2026-11-25T12:00:00Z", "--time-zone", "Europe/Berlin"];

/// A data folder as Duplicati makes it, below a home, with the databases of three jobs.
pub(super) fn home() -> (TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/Duplicati");
    fs::create_dir_all(&folder).unwrap();
    for (name, file) in [
        ("server", "Duplicati-server"),
        ("smart-berlin", "IUANAXGSRH"),
        ("keep-time", "BYOMNLWODK"),
        ("beyond-all-frames", "HXFWXAQXRD"),
    ] {
        unpack(name, &folder.join(format!("{file}.sqlite")));
    }
    (home, folder)
}

/// Runs the audit with these arguments and nothing in the environment but these variables.
fn audit(args: &[&str], environment: &[(&str, &Path)]) -> Run {
    let mut audit = command();
    audit.env_clear().envs(environment.iter().copied()).arg("audit").args(NOW).args(args);
    run_with(&mut audit, b"")
}

/// The jobs of an answer in lines of JSON.
fn jobs(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ids(job: &Value) -> Vec<&str> {
    let findings = job["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["id"].as_str().unwrap()).collect()
}

pub(super) fn change(database: &Path, sql: &str) {
    Connection::open(database).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn jobs_whose_options_make_every_backup_fail_come_first() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("Duplicati-server.sqlite");
    unpack("server-with-defaults", &database);
    let answer = audit(&[database.to_str().unwrap(), "--json-lines"], &[]);
    assert_eq!((answer.code, answer.stderr.as_str()), (1, ""));
    let jobs = jobs(&answer);
    assert_eq!(jobs.len(), 9);
    let failing: Vec<_> = jobs.iter().take_while(|job| job["fails"] == true).collect();
    let names: Vec<_> = failing.iter().map(|job| job["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "Secret ö",
            "Photos",
            "Projects",
            "Own text",
            "Refused before a backup",
            "Not a policy",
            "Two options",
        ]
    );
    assert!(jobs[failing.len()..].iter().all(|job| job["fails"] == false));
    // What the real server said when it ran them: the same options, by name.
    let connection = Connection::open(&database).unwrap();
    let mut said = connection
        .prepare(
            "SELECT Backup.Name, Metadata.Value FROM Metadata JOIN Backup ON Backup.ID = BackupID \
             WHERE Metadata.Name = 'LastErrorMessage' AND Value LIKE 'Setting multiple%'",
        )
        .unwrap();
    let said: Vec<(String, String)> = said
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(said.len(), 5);
    for (name, message) in said {
        let job = failing.iter().find(|job| job["name"] == name.as_str()).unwrap();
        let finding = &job["findings"][0];
        assert_eq!(finding["id"], "two-retention-options", "{name}");
        for option in ["retention-policy", "keep-time", "keep-versions"] {
            let is_named = message.contains(&format!("--{option}"));
            let text = finding["message"].as_str().unwrap();
            assert_eq!(text.contains(&format!("{option} (")), is_named, "{name}: {text}");
        }
    }
}

#[test]
fn without_a_word_it_finds_the_data_folder_of_this_user() {
    let (home, folder) = home();
    let answer = audit(&["--json-lines"], &[("HOME", home.path())]);
    assert_eq!((answer.code, answer.stderr.as_str()), (1, ""));
    let jobs = jobs(&answer);
    let job = |name: &str| jobs.iter().find(|job| job["name"] == name).unwrap();
    let photos = job("Photos");
    assert_eq!(photos["versions"], 9);
    assert_eq!(photos["next_deletes"], 6);
    assert_eq!(photos["next_decision"], "2026-11-26T02:00:09.1563353Z");
    assert_eq!(photos["status"], "warning");
    assert_eq!(ids(job("Mails weekly"))[0], "all-but-one-deleted");
    assert_eq!(job("Everything")["status"], "ok");
    assert_eq!(job("Secret ö")["status"], "unknown");
    assert_eq!(ids(job("Two options"))[..2], ["two-retention-options", "last-run-failed"]);
    assert_eq!(ids(job("Not a policy"))[..2], ["policy-refused", "last-run-failed"]);
    let refused = job("Refused before a backup");
    assert_eq!(ids(refused)[..2], ["interval-not-below-frame", "last-run-failed"]);
    assert_eq!(jobs[0]["fails"], true, "the worst first");
    assert!(!answer.stdout.contains("very-secret"));
    // The same from the variable, from the folder, from the option and from the file.
    let file = folder.join("Duplicati-server.sqlite");
    let place = folder.to_str().unwrap();
    for (args, environment) in [
        (vec![], vec![("DUPLICATI_HOME", folder.as_path())]),
        (vec![place], vec![]),
        (vec!["--server-datafolder", place], vec![]),
        (vec![file.to_str().unwrap(), "--copy"], vec![]),
    ] {
        let other = audit(&[&args[..], &["--json-lines"]].concat(), &environment);
        let without_place = |run: &Run| run.stdout.replace("\"place\"", "");
        assert_eq!(without_place(&other), without_place(&answer), "{args:?}");
    }
}

#[test]
fn where_nothing_is_found_the_places_are_named() {
    let empty = tempfile::tempdir().unwrap();
    let answer = audit(&[], &[("DUPLICATI_HOME", empty.path())]);
    assert_eq!((answer.code, answer.stdout.as_str()), (2, ""));
    assert!(answer.stderr.contains("no Duplicati-server.sqlite was found in"));
    let answer = audit(&[empty.path().to_str().unwrap()], &[]);
    assert_eq!(answer.code, 2);
    assert!(
        answer.stderr.contains("this folder has no Duplicati-server.sqlite"),
        "{}",
        answer.stderr
    );
}

#[test]
fn a_place_that_cannot_be_read_does_not_hide_the_others() {
    let (home, folder) = home();
    let missing = home.path().join("missing");
    let places = [missing.to_str().unwrap(), folder.to_str().unwrap()];
    let answer = audit(&[places[0], places[1], "--json-lines"], &[]);
    assert_eq!((answer.code, answer.stderr.as_str()), (1, ""));
    let jobs = jobs(&answer);
    let job = jobs.iter().find(|job| job["name"] == "missing").unwrap();
    assert_eq!((jobs.len(), &job["status"]), (10, &"unknown".into()));
    assert_eq!(audit(&[places[0]], &[]).code, 2);
}

#[test]
fn a_path_of_a_database_is_relative_to_the_data_folder() {
    let (home, folder) = home();
    let server = folder.join("Duplicati-server.sqlite");
    change(&server, "UPDATE Backup SET DBPath = 'jobs/photos.sqlite' WHERE ID = 2");
    fs::create_dir(folder.join("jobs")).unwrap();
    unpack("smart-berlin", &folder.join("jobs/photos.sqlite"));
    let answer = audit(&["--json-lines"], &[("HOME", home.path())]);
    let jobs = jobs(&answer);
    let photos = jobs.iter().find(|job| job["name"] == "Photos").unwrap();
    assert_eq!(photos["versions"], 9);
    assert!(photos["database"].as_str().unwrap().ends_with("Duplicati/jobs/photos.sqlite"));
}

#[test]
fn an_option_of_the_job_wins_over_the_one_for_all_jobs() {
    let (home, folder) = home();
    let server = folder.join("Duplicati-server.sqlite");
    change(&server, "INSERT INTO \"Option\" VALUES (-1, '', '--keep-time', '9D')");
    let answer = audit(&["--json-lines"], &[("HOME", home.path())]);
    let jobs = jobs(&answer);
    let option = |name: &str| {
        let job = jobs.iter().find(|job| job["name"] == name).unwrap();
        let options = job["options"].as_array().unwrap();
        let option = options.iter().find(|option| option["name"] == "keep-time").unwrap();
        (option["value"].clone(), option["for_all_jobs"].clone())
    };
    assert_eq!(option("Mails weekly"), ("3M".into(), false.into()));
    assert_eq!(option("Everything"), ("9D".into(), true.into()));
}

#[test]
fn encrypted_values_are_named_and_never_shown() {
    let (home, folder) = home();
    let server = folder.join("Duplicati-server.sqlite");
    change(
        &server,
        "UPDATE \"Option\" SET Value = 'enc-v1:0123abcd' WHERE Name = 'passphrase';
         UPDATE \"Option\" SET Value = 'enc-v1:4567' WHERE BackupID = 3 AND Name = 'keep-time'",
    );
    let answer = audit(&[], &[("HOME", home.path())]);
    assert!(answer.stdout.contains("the server encrypts passphrase"), "{}", answer.stdout);
    assert!(answer.stdout.contains("The option keep-time is encrypted"), "{}", answer.stdout);
    assert!(!answer.stdout.contains("0123abcd") && !answer.stdout.contains("4567"));
}

#[test]
fn the_exit_code_tells_a_danger_from_what_cannot_be_told() {
    let (home, folder) = home();
    let server = folder.join("Duplicati-server.sqlite");
    change(&server, "DELETE FROM Backup WHERE ID NOT IN (1, 2, 5, 9)");
    assert_eq!(audit(&[], &[("HOME", home.path())]).code, 1, "two options in job 9");
    change(&server, "DELETE FROM Backup WHERE ID = 9");
    assert_eq!(audit(&[], &[("HOME", home.path())]).code, 2, "no database of job 1");
    change(&server, "DELETE FROM Backup WHERE ID = 1");
    assert_eq!(audit(&[], &[("HOME", home.path())]).code, 0);
    fs::write(folder.join("HXFWXAQXRD.sqlite"), "no longer a database").unwrap();
    assert_eq!(audit(&[], &[("HOME", home.path())]).code, 2);
}

#[test]
fn exported_jobs_are_audited_with_what_an_export_cannot_show() {
    let folder = root().join("vectors/real/exports");
    let answer = audit(&[folder.to_str().unwrap(), "--json"], &[]);
    assert_eq!(answer.code, 1);
    let report: Value = serde_json::from_str(&answer.stdout).unwrap();
    let jobs = report["jobs"].as_array().unwrap();
    assert_eq!(jobs.len(), 10, "nine, and one that is encrypted");
    let encrypted = jobs.iter().find(|job| job["name"] == "job1.json.aes").unwrap();
    assert_eq!(ids(encrypted), ["no-database"]);
    assert!(report["caveats"][0].as_str().unwrap().contains("for all jobs"), "{report}");
    let two = jobs.iter().find(|job| job["name"] == "Two options").unwrap();
    assert_eq!(two["fails"], true);
}

#[test]
fn a_job_database_alone_has_versions_but_no_policy() {
    let (_home, folder) = home();
    let answer = audit(&[folder.join("IUANAXGSRH.sqlite").to_str().unwrap(), "--json-lines"], &[]);
    assert_eq!(answer.code, 2);
    let jobs = jobs(&answer);
    assert_eq!((&jobs[0]["versions"], ids(&jobs[0])), (&9.into(), vec!["no-options"]));
}

#[test]
fn the_page_has_a_picture_for_each_job_that_has_versions() {
    let (home, folder) = home();
    let page = home.path().join("page.html");
    let before: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    audit(&["--html", page.to_str().unwrap()], &[("HOME", home.path())]);
    let text = fs::read_to_string(page).unwrap();
    assert!(
        !text.contains("<script") && !text.contains("src=") && !text.contains("href="),
        "nothing is fetched"
    );
    for name in ["Photos", "Mails weekly", "Everything"] {
        let section = text.split("<h2>").find(|section| section.starts_with(name)).unwrap();
        assert!(section.contains("<pre>"), "{name}");
    }
    assert!(text.contains("<svg"));
    let after: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(before, after, "nothing is written beside a database");
}

#[test]
fn a_job_that_synchronises_has_no_versions_and_no_danger() {
    let (home, folder) = home();
    let server = folder.join("Duplicati-server.sqlite");
    change(&server, "DELETE FROM Backup WHERE ID <> 2");
    let database = folder.join("IUANAXGSRH.sqlite");
    fs::remove_file(&database).unwrap();
    change(
        &database,
        "CREATE TABLE RemoteInventory (ID INTEGER); CREATE TABLE RemoteOperation (ID INTEGER)",
    );
    let answer = audit(&["--json-lines"], &[("HOME", home.path())]);
    let jobs = jobs(&answer);
    assert_eq!(
        (answer.code, ids(&jobs[0])[0], &jobs[0]["versions"]),
        (0, "synchronises", &0.into())
    );
    let after = audit(&["--after"], &[("HOME", home.path())]);
    assert_eq!((after.code, after.stdout.ends_with("\nThere are no jobs.\n")), (0, true));
    let alone = run(&["plan", "7D:1D", "--database", database.to_str().unwrap()]);
    assert!(alone.stderr.contains("a job that synchronises files"), "{}", alone.stderr);
}

#[test]
fn the_long_run_begins_with_the_versions_that_exist() {
    let (home, folder) = home();
    let server = folder.join("Duplicati-server.sqlite");
    fs::copy(root().join("samples/photos.sqlite"), folder.join("IUANAXGSRH.sqlite")).unwrap();
    change(
        &server,
        "UPDATE \"Option\" SET Value = '20Y:1M' WHERE BackupID = 2 AND Name LIKE '%retention-policy'",
    );
    let answer = audit(&["--json-lines"], &[("HOME", home.path())]);
    let jobs = jobs(&answer);
    let photos = jobs.iter().find(|job| job["name"] == "Photos").unwrap();
    // The forecast is of five years, and the oldest version is three years old.
    let years = photos["long_run_seconds"].as_f64().unwrap() / (365.0 * 86_400.0);
    assert!((7.5..8.1).contains(&years), "{years}");
    // The page has the same numbers, although they come with what it draws.
    let page = home.path().join("page.html");
    let with_page =
        audit(&["--json-lines", "--html", page.to_str().unwrap()], &[("HOME", home.path())]);
    assert_eq!(with_page.stdout, answer.stdout);
}

#[test]
fn the_text_shows_the_worst_first() {
    let answer = run(&[&["audit", "samples/Duplicati"], &NOW[..]].concat());
    assert_eq!(answer.code, 1);
    crate::assert_snapshot!("audit_text", answer.stdout);
}

#[test]
fn a_folder_that_is_named_twice_is_looked_at_once() {
    let (home, folder) = home();
    let config = home.path().join(".config");
    let elsewhere = tempfile::tempdir().unwrap();
    fs::create_dir(elsewhere.path().join("Duplicati")).unwrap();
    unpack("server", &elsewhere.path().join("Duplicati/Duplicati-server.sqlite"));
    let places = |settings: &Path| {
        let answer = audit(&["--json"], &[("HOME", home.path()), ("XDG_CONFIG_HOME", settings)]);
        let answer: Value = serde_json::from_str(&answer.stdout).unwrap();
        let places = answer["places"].as_array().unwrap();
        places.iter().filter(|place| !place.as_str().unwrap().starts_with("/root")).count()
    };
    assert_eq!((places(&config), places(elsewhere.path())), (1, 2));
    #[cfg(unix)]
    {
        let link = elsewhere.path().join("link");
        std::os::unix::fs::symlink(&config, &link).unwrap();
        assert_eq!(places(&link), 1);
    }
    drop(folder);
}

#[test]
fn an_export_is_read_with_the_database_that_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("job.sqlite");
    unpack("smart-berlin", &database);
    change(
        &database,
        "UPDATE LogData SET Message = replace(Message, '1.0.0.0 (Current)', '2.2.0.3')",
    );
    let row = |path: &str, args: &[&str]| {
        let export =
            serde_json::json!({ "Backup": { "Name": "A", "DBPath": path, "Settings": [] } });
        let export =
            crate::support::write_file(folder.path(), "job.json", export.to_string().as_bytes());
        jobs(&audit(&[&[&export, "--json-lines"], args].concat(), &[])).remove(0)
    };
    let nameless = row("", &[]);
    let message = nameless["findings"][0]["message"].as_str().unwrap();
    assert!(message.ends_with("the export does not name a database of the job."), "{message}");
    assert_eq!(nameless["release_origin"], "the default");
    let old = serde_json::json!({
        "CreatedByVersion": "2.1.0.5", "Backup": { "Name": "A", "Settings": [] }
    });
    let old = crate::support::write_file(folder.path(), "old.json", old.to_string().as_bytes());
    let exported = jobs(&audit(&[&old, "--json-lines"], &[])).remove(0);
    assert_eq!(
        (&exported["release"], &exported["release_origin"]),
        (&"2.1".into(), &"from the job".into())
    );
    let named = row(database.to_str().unwrap(), &["--copy"]);
    assert_eq!(named["release_origin"], "the one that ran last");
    assert!(named["versions"].as_u64().unwrap() > 0);
    let given = row(database.to_str().unwrap(), &["--release", "2.1"]);
    assert_eq!(
        (&given["release"], &given["release_origin"]),
        (&"2.1".into(), &"from --release".into())
    );
    // A change that was interrupted is undone in a copy only.
    fs::write(folder.path().join("job.sqlite-wal"), "x").unwrap();
    let mut content = fs::read(&database).unwrap();
    content[18..20].copy_from_slice(&[2, 2]);
    fs::write(&database, content).unwrap();
    assert_eq!(row(database.to_str().unwrap(), &[])["versions"], Value::Null);
    assert_eq!(row(database.to_str().unwrap(), &["--copy"])["versions"], named["versions"]);
}

#[test]
fn only_a_job_that_is_right_is_green() {
    let (home, _folder) = home();
    let mut audit = command();
    audit.env_clear().env("HOME", home.path()).env("CLICOLOR_FORCE", "1").arg("audit").args(NOW);
    let answer = run_with(&mut audit, b"").stdout;
    let colours = regex::Regex::new(r"\x1b\[(?:38;5;)?(\d+)m(ok|warning|danger|unknown)").unwrap();
    let colour = |word: &str| -> Vec<String> {
        let of_word = colours.captures_iter(&answer).filter(|found| &found[2] == word);
        of_word.map(|found| found[1].to_owned()).collect()
    };
    let is = |word: &str, expected: &str| {
        let found = colour(word);
        !found.is_empty() && found.iter().all(|one| one == expected)
    };
    assert!(is("ok", "10") && is("unknown", "9"), "{answer:?}");
}
