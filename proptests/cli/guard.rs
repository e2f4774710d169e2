//! `guard`, started as Duplicati starts it, and what Duplicati makes of its answer.
//!
//! [`follow`] is how Duplicati treats a script. It is checked against every script that the real
//! program was given (`vectors/real/guard.jsonl`), and then used on the answers of the guard.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use duplicati_retention::Release;
use duplicati_retention::retention::Options;
use rusqlite::Connection;
use serde_json::Value;

use crate::support::{Run, command, real_database, real_text, root, run, run_with, write_file};

const SECRET: &str = "a-very-secret-passphrase";

/// What a script left behind; `None` if it could not be started or was too slow.
type Script = Option<Run>;

/// What Duplicati does after a script.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    /// Whether a version is written.
    backs_up: bool,
    /// Whether the retention of the job is applied.
    deletes: bool,
}

const ENDS: Outcome = Outcome { backs_up: false, deletes: false };

/// How Duplicati treats a script before a backup of a job with this retention option.
fn follow(script: &Script, is_required: bool, (name, value): (&str, &str)) -> Outcome {
    let goes_on = match script {
        None => !is_required,
        Some(run) if is_required => run.code == 0,
        Some(run) => matches!(run.code, 0 | 2 | 4),
    };
    if !goes_on {
        return ENDS;
    }
    let names = ["retention-policy", "keep-time", "keep-versions"];
    let mut options = vec![(name, value)];
    for line in script.iter().flat_map(|run| run.stdout.lines()) {
        let Some(option) = line.trim().strip_prefix("--") else { continue };
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        assert!(names.contains(&name), "only retention options are set: {line}");
        options.retain(|(other, _)| *other != name);
        options.push((name, value.trim_matches('"')));
    }
    let is_set = |&(name, value): &(&str, &str)| {
        !value.is_empty() && (name != "keep-versions" || value != "0")
    };
    let set: Vec<_> = options.into_iter().filter(is_set).collect();
    let Ok(read) = Options::parse(set.iter().copied(), Release::V2_3_0) else { return ENDS };
    let is_refused = read
        .policy
        .pairs()
        .iter()
        .any(|pair| pair.interval().ticks() > 0 && pair.interval() >= pair.frame());
    if set.len() > 1 || is_refused {
        return ENDS;
    }
    let deletes = set.iter().any(|&(_, value)| value != "U:0s");
    Outcome { backs_up: true, deletes }
}

/// Runs a script; one that takes longer than the limit is ended.
fn start(mut script: Command, limit: Duration) -> Script {
    script.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = script.spawn().ok()?;
    let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = |mut pipe: Box<dyn std::io::Read + Send>| {
        thread::spawn(move || {
            let mut text = String::new();
            pipe.read_to_string(&mut text).map(|_| text).unwrap_or_default()
        })
    };
    let (stdout, stderr) = (read(Box::new(stdout)), read(Box::new(stderr)));
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            let code = status.code().unwrap_or(137);
            let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
            return Some(Run { code, stdout, stderr });
        }
        if begin.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The retention option of the job in a case of `guard.jsonl`; without a script, two versions go.
fn option_of(case: &str) -> (&'static str, &'static str) {
    match case.split('-').next() {
        Some("time") if case != "time-to" => ("keep-time", "3D"),
        Some("versions") => ("keep-versions", "2"),
        _ => ("retention-policy", "1W:1D,4W:1W"),
    }
}

#[cfg(unix)]
#[test]
fn every_script_of_the_real_program_is_followed_as_it_was() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_str().unwrap();
    let mut cases = 0;
    for line in real_text("guard.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let name = case["case"].as_str().unwrap();
        let text = case["script"].as_str().unwrap().replace("/home/user", home);
        // The pause only has to be longer than the limit.
        let text = text.replace("sleep 8", "exec sleep 5");
        let path = write_file(folder.path(), name, text.as_bytes());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        let path = if name.ends_with("missing") { format!("{path}-is-missing") } else { path };
        let is_slow = name.contains("timeout");
        let limit = Duration::from_millis(if is_slow { 300 } else { 60_000 });
        let script = start(Command::new(path), limit);
        let deleted = case["deleted"].as_u64().unwrap();
        let seen = Outcome { backs_up: case["new"] == 1, deletes: deleted > 0 };
        let followed = follow(&script, name.starts_with("req-"), option_of(name));
        assert_eq!(followed, seen, "{name}");
        cases += 1;
    }
    assert_eq!(cases, real_text("guard.jsonl").lines().count());
}

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

#[test]
fn each_limit_is_told_once_and_one_run_tells_how_long_a_backup_takes() {
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
