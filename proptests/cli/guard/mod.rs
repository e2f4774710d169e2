//! `guard`, started as Duplicati starts it, and what Duplicati makes of its answer.
//!
//! [`follow`] is how Duplicati treats a script. It is checked against every script that the real
//! program was given (`vectors/real/guard.jsonl`), and then used on the answers of the guard.

mod announced;
mod follow;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use self::follow::{ENDS, Outcome, follow};
use crate::support::{Run, command, real_database, real_text, root, run, run_with};

const SECRET: &str = "a-very-secret-passphrase";

/// The guard as Duplicati starts it for this job.
struct Guarded<'a> {
    database: &'a Path,
    option: (&'a str, &'a str),
    now: &'a str,
    zone: &'a str,
}

impl Guarded<'_> {
    fn command(&self, args: &[&str]) -> Command {
        let mut guard = command();
        // Nothing but what Duplicati gives, and from a folder of its own.
        guard.env_clear().env("TZ", self.zone).current_dir(std::env::temp_dir());
        for line in real_text("guard-environment.txt").lines() {
            let (name, value) = line.split_once('=').unwrap();
            guard.env(name, value);
        }
        guard.env_remove("DUPLICATI__retention_policy");
        guard.env(format!("DUPLICATI__{}", self.option.0.replace('-', "_")), self.option.1);
        guard.env("DUPLICATI__dbpath", self.database).env("DUPLICATI__passphrase", SECRET);
        guard.arg("guard").args(["--now", self.now]).args(args);
        guard
    }

    /// What it answers; it must keep to the form that Duplicati understands.
    fn run(&self, args: &[&str]) -> Run {
        check_form(run_with(&mut self.command(args), b""))
    }
}

/// Lines of options and of the log, nothing on standard error, and no secret.
fn check_form(run: Run) -> Run {
    assert_eq!(run.stderr, "", "Duplicati would make a warning of it");
    assert!(!run.stdout.contains(SECRET) && !run.stdout.contains("file:///backup"));
    for line in run.stdout.lines() {
        let is_known = line.starts_with("--") || line.starts_with("LOG:");
        assert!(is_known, "{line}");
    }
    run
}

/// What becomes of a run, required or not.
fn outcome(run: &Run, option: (&str, &str)) -> Outcome {
    let run = || Some(Run { code: run.code, stdout: run.stdout.clone(), stderr: String::new() });
    let [plain, required] = [false, true].map(|is_required| follow(&run(), is_required, option));
    assert_eq!(plain, required, "the guard is understood alike in both places");
    plain
}

const SMART: (&str, &str) = ("retention-policy", "1W:1D,4W:1W,12M:1M");

const DELETES: Outcome = Outcome { backs_up: true, deletes: true };

const SUSPENDED: Outcome = Outcome { backs_up: true, deletes: false };

/// The job `smart-berlin` two days after its last run.
fn smart(database: &Path) -> Guarded<'_> {
    let (now, zone) = ("2026-03-22T01:00:10Z", "Europe/Berlin");
    Guarded { database, option: SMART, now, zone }
}

#[test]
fn a_run_within_its_limits_deletes_and_gives_no_warning() {
    let (_folder, database) = real_database("smart-berlin");
    let run = smart(&database).run(&["--max-deletes", "2", "--reach-back", "30D"]);
    assert_eq!(outcome(&run, SMART), DELETES);
    let is_information = |line: &str| line.starts_with("LOG:INFO ");
    assert!(run.stdout.lines().all(is_information), "{}", run.stdout);
    assert!(run.stdout.contains("Europe/Berlin (from the variable TZ)"), "{}", run.stdout);
    assert!(run.stdout.contains("2 of 10 versions would be deleted"), "{}", run.stdout);
}

#[test]
fn each_limit_suspends_the_run_that_breaks_it() {
    let (_folder, database) = real_database("smart-berlin");
    let guarded = smart(&database);
    for (limit, value, kept) in
        [("max-deletes", "1", "2"), ("max-share", "19.9%", "20%"), ("keep-at-least", "9", "8")]
    {
        let option = format!("--{limit}");
        let broken = guarded.run(&[&option, value]);
        assert_eq!(outcome(&broken, SMART), SUSPENDED, "{limit}");
        let warnings = broken.stdout.lines().filter(|line| line.starts_with("LOG:WARN"));
        let warnings: Vec<_> = warnings.collect();
        assert!(matches!(warnings[..], [one] if one.contains(&format!("({limit})"))), "{limit}");
        assert_eq!(outcome(&guarded.run(&[&option, kept]), SMART), DELETES, "{limit}");
    }
    // The oldest is from January; a week would leave nothing of that.
    let option = ("keep-time", "7D");
    let guarded = Guarded { option, ..guarded };
    assert_eq!(outcome(&guarded.run(&[]), option), DELETES);
    assert_eq!(outcome(&guarded.run(&["--reach-back", "5D"]), option), DELETES);
    let run = guarded.run(&["--reach-back", "30D"]);
    assert_eq!(outcome(&run, option), SUSPENDED);
    assert!(run.stdout.contains("(reach-back)"), "{}", run.stdout);
}

#[test]
fn a_danger_suspends_unless_it_is_accepted() {
    let (_folder, database) = real_database("smart-berlin");
    let option = ("keep-versions", "1");
    let guarded = Guarded { option, ..smart(&database) };
    let run = guarded.run(&[]);
    assert_eq!(outcome(&run, option), SUSPENDED);
    assert!(run.stdout.contains("(all-but-one-deleted)"), "{}", run.stdout);
    let accepted = guarded.run(&["--accept", "all-but-one-deleted"]);
    assert_eq!(outcome(&accepted, option), DELETES);
}

#[test]
fn a_breach_can_end_the_operation_or_only_warn() {
    let (_folder, database) = real_database("smart-berlin");
    let guarded = smart(&database);
    let run = guarded.run(&["--max-deletes", "0", "--on-breach", "abort"]);
    assert_eq!((outcome(&run, SMART), run.code), (ENDS, 5));
    let run = guarded.run(&["--max-deletes", "0", "--on-breach", "warn"]);
    assert_eq!(outcome(&run, SMART), DELETES);
    assert!(run.stdout.contains("LOG:WARN"), "{}", run.stdout);
}

#[test]
fn other_operations_and_the_end_of_a_run_are_left_alone() {
    let (_folder, database) = real_database("smart-berlin");
    for (name, value) in [("OPERATIONNAME", "Restore"), ("EVENTNAME", "AFTER")] {
        let mut guard = smart(&database).command(&["--max-deletes", "0"]);
        guard.env(format!("DUPLICATI__{name}"), value);
        let run = check_form(run_with(&mut guard, b""));
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{value}");
    }
}

#[test]
fn whatever_goes_wrong_suspends_the_run() {
    let (folder, database) = real_database("smart-berlin");
    let path = |name: &str| folder.path().join(name);
    let (empty, text) = (path("empty.sqlite"), path("text.sqlite"));
    fs::write(&empty, "").unwrap();
    fs::write(&text, "not a database").unwrap();
    let damaged = path("damaged.sqlite");
    let bytes = fs::read(&database).unwrap();
    fs::write(&damaged, &bytes[..bytes.len() / 3]).unwrap();
    let (server, missing) = (path("server.sqlite"), path("missing.sqlite"));
    crate::support::unpack("server", &server);
    let warned = |run: Run, option, what: &str| {
        assert_eq!(outcome(&run, option), SUSPENDED, "{what}");
        assert!(run.stdout.contains("LOG:WARN"), "{what}: {}", run.stdout);
        assert!(run.stdout.contains(what), "{what}: {}", run.stdout);
    };
    for (database, what) in [
        (missing.as_path(), "there is no such file"),
        (empty.as_path(), "is empty"),
        (text.as_path(), "not an SQLite database"),
        (damaged.as_path(), "damaged"),
        (server.as_path(), "server"),
        (folder.path(), "not a file"),
    ] {
        warned(smart(database).run(&[]), SMART, what);
    }
    let guarded = smart(&database);
    // Arguments that a person typed wrong, years before this run.
    for args in [&["--max-deletes", "many"][..], &["--max-deletez", "1"], &["install-it"]] {
        warned(guarded.run(args), SMART, "LOG:WARN");
    }
    // Options that Duplicati would refuse: the backup is made, and nothing is deleted.
    for text in ["hello", "1D:2D", "2030Y:1D"] {
        let option = ("retention-policy", text);
        warned(Guarded { option, ..smart(&database) }.run(&[]), SMART, "LOG:WARN");
    }
    let mut two = guarded.command(&[]);
    two.env("DUPLICATI__keep_versions", "3");
    warned(check_form(run_with(&mut two, b"")), SMART, "Duplicati would refuse");
    let mut nothing = guarded.command(&[]);
    nothing.env_clear();
    warned(check_form(run_with(&mut nothing, b"")), SMART, "Duplicati did not say");
    let mut no_path = guarded.command(&[]);
    no_path.env_remove("DUPLICATI__dbpath");
    warned(check_form(run_with(&mut no_path, b"")), SMART, "DUPLICATI__dbpath");
    let mut no_zone = guarded.command(&[]);
    no_zone.env("TZ", "Atlantis/Capital");
    warned(check_form(run_with(&mut no_zone, b"")), SMART, "time zone");
}

#[test]
fn a_database_that_is_being_written_to_suspends_in_time() {
    let (_folder, database) = real_database("smart-berlin");
    let writer = Connection::open(&database).unwrap();
    writer.execute_batch("BEGIN EXCLUSIVE; DELETE FROM Fileset").unwrap();
    let begin = Instant::now();
    let run = smart(&database).run(&["--time-limit", "1"]);
    assert_eq!(outcome(&run, SMART), SUSPENDED);
    assert!(run.stdout.contains("longer than 1 seconds"), "{}", run.stdout);
    assert!(begin.elapsed() < Duration::from_secs(20));
    let run = smart(&database).run(&[]);
    assert_eq!(outcome(&run, SMART), SUSPENDED);
    assert!(run.stdout.contains("Duplicati is writing to the database"), "{}", run.stdout);
}

#[cfg(unix)]
#[test]
fn an_answer_that_cannot_be_written_ends_the_operation() {
    let (_folder, database) = real_database("smart-berlin");
    let mut guard = smart(&database).command(&["--max-deletes", "0"]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = guard.stdin(Stdio::null()).stdout(full).status().unwrap();
    assert_eq!(status.code(), Some(5));
}

#[test]
fn nothing_is_written_beside_the_database() {
    let (folder, database) = real_database("smart-berlin");
    let bytes = fs::read(&database).unwrap();
    smart(&database).run(&["--max-deletes", "0"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(fs::read(&database).unwrap() == bytes);
}

#[test]
fn install_prints_the_options_and_explains_the_difference() {
    let answer = run(&[
        "guard",
        "install",
        "samples/job.json",
        "--max-deletes",
        "5",
        "--reach-back",
        "30D",
        "--program",
        "/opt/my tools/duplicati-retention",
    ]);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    crate::assert_snapshot!("guard_install", answer.stdout);
    let here = run(&["guard", "install"]);
    assert!(here.stdout.contains(root().to_str().unwrap()), "{}", here.stdout);
    let wrong = run(&["guard", "install", "samples/photos.sqlite"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("samples/photos.sqlite: this is a database"));
}

#[test]
fn each_limit_is_told_once_and_one_run_tells_a_backups_length() {
    let (_folder, database) = real_database("smart-berlin");
    let run = smart(&database).run(&["--max-deletes", "0", "--keep-at-least", "30"]);
    for id in ["(max-deletes)", "(keep-at-least)"] {
        assert_eq!(run.stdout.matches(id).count(), 1, "{}", run.stdout);
    }
    let last = "DELETE FROM LogData WHERE OperationID <> (SELECT max(OperationID) FROM LogData)";
    Connection::open(&database).unwrap().execute_batch(last).unwrap();
    let one = smart(&database).run(&[]).stdout;
    assert!(one.contains("removal expected"), "{one}");
    Connection::open(&database).unwrap().execute_batch("DELETE FROM LogData").unwrap();
    let none = smart(&database).run(&[]).stdout;
    assert!(none.contains("no earlier backup says how long it takes"), "{none}");
    let zero = smart(&database).run(&["--reach-back", "0D"]).stdout;
    assert!(zero.contains("write a time span such as 30D"), "{zero}");
    let help = run_with(&mut smart(&database).command(&["--help"]), b"");
    assert!(help.code == 0 && help.stdout.contains("Usage: duplicati-retention guard"));
    assert!(!help.stdout.contains("LOG:"), "{}", help.stdout);
}
