//! The command with whatever people have in their hands.

use crate::support::{Run, command, run, run_with, write_file};

fn plan_of(args: &[&str]) -> Run {
    let fixed = ["--now", "2026-11-23T10:00:00Z", "--time-zone", "Europe/Berlin"];
    run(&[&["plan", "1W:1D"], args, &fixed].concat())
}

#[test]
fn a_place_without_versions_is_an_error_that_names_a_better_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let deeper = folder.path().join("backup").join("photos");
    std::fs::create_dir_all(&deeper).unwrap();
    write_file(folder.path(), "holiday.jpg", b"");
    let answer = plan_of(&["--files", path]);
    assert_eq!((answer.code, answer.stdout.as_str()), (2, ""));
    assert!(answer.stderr.contains("there are no versions here"), "{}", answer.stderr);
    write_file(&deeper, "a-20261122T090000Z.dlist.zip", b"");
    let said: String = plan_of(&["--files", path]).stderr.split_whitespace().collect();
    let expected = format!("{}has1version:give--files", deeper.display());
    assert!(said.contains(&expected), "{said}");
    assert_eq!(plan_of(&["--files", path, "--allow-empty"]).code, 0);
    let list = write_file(folder.path(), "list.txt", b"a.txt\nb.txt\n");
    for option in ["--files", "--times"] {
        assert_eq!(plan_of(&[option, &list]).code, 2);
    }
}

#[test]
fn a_thing_given_with_the_wrong_option_is_told_the_right_one() {
    let folder = tempfile::tempdir().unwrap();
    let script = write_file(folder.path(), "x.sh", b"--retention-policy=7D:1D");
    for (args, expected) in [
        (
            &["plan", "7D:1D", "--times", "samples/photos.sqlite"][..],
            "--database samples/photos.sqlite",
        ),
        (
            &["plan", "7D:1D", "--files", "samples/photos.sqlite"],
            "--database samples/photos.sqlite",
        ),
        (&["plan", "7D:1D", "--database", "samples/times.txt"], "--times"),
        (&["plan", "7D:1D", "--times", "samples"], "--files samples"),
        (&["check", "--job", "samples/photos.sqlite"], "--database"),
        (&["check", &script], "--job"),
        (&["explain"], "--log"),
    ] {
        let answer = run(args);
        assert_eq!(answer.code, 2, "{args:?}");
        let said = answer.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(expected), "{args:?}: {said}");
    }
}

#[test]
fn zones_and_the_present_are_understood_as_people_write_them() {
    let first_line = |zone: &str, now: &str| {
        let args =
            ["plan", "7D:1D", "--times", "samples/times.txt", "--now", now, "--time-zone", zone];
        let answer = run(&args);
        answer.stdout.lines().next().unwrap_or(&answer.stderr).to_owned()
    };
    for zone in ["europe/berlin", "Berlin", "W. Europe Standard Time"] {
        let line = first_line(zone, "2026-11-23");
        assert!(line.starts_with("Time zone Europe/Berlin"), "{line}");
        assert!(line.contains("now 2026-11-23 00:00:00"), "{line}");
    }
    assert!(first_line("utc", "2026-11-23 10:00").contains("Time zone UTC"));
    assert!(
        run(&["explain", "7D:1D", "--time-zone", "Europe/Berln"])
            .stderr
            .contains("did you mean Europe/Berlin?")
    );
    let twice = run(&["explain", "7D:1D", "--time-zone", "Berlin", "--now", "2026-10-25 02:30"]);
    assert!(twice.stderr.contains("2026-10-25T00:30:00Z"), "{}", twice.stderr);
}

#[test]
fn the_release_comes_from_job_or_database_and_a_doubt_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let checked = |version: &str| {
        let job = format!("{{\"CreatedByVersion\":\"{version}\",\"Backup\":{{\"Settings\":[]}}}}");
        run(&["check", "--job", &write_file(folder.path(), "job.json", job.as_bytes())]).stdout
    };
    assert!(checked("2.0.6.3").starts_with("Release 2.1 (from the job)"));
    assert!(checked("2.4.0.0").contains("2.4.0.0, which is newer than every release"));
    assert!(checked("1.0.0.0").contains("1.0.0.0, which does not tell the release, so 2.3.0"));
    let of_layout = |schema: i64| {
        let path = folder.path().join(format!("{schema}.sqlite"));
        rusqlite::Connection::open(&path)
            .unwrap()
            .execute_batch(&format!(
                "{}; UPDATE Version SET Version = {schema}; INSERT INTO Fileset VALUES (1, 1, 1, 1, 0)",
                crate::support::sample_database::TABLES
            ))
            .unwrap();
        plan_of(&["--database", path.to_str().unwrap()]).stdout
    };
    assert!(of_layout(12).contains("release 2.1 (from the layout of the database)"));
    assert!(of_layout(19).contains("release 2.3.0 (from the layout"));
    assert!(of_layout(40).contains("release 2.3.1 (assumed)"));
}

#[test]
fn an_unfinished_backup_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("job.sqlite");
    let rows =
        "INSERT INTO Remotevolume VALUES (1, 1, 'x', 'Files', 1, '', 'Temporary', 0, 0, 0, 0);
                INSERT INTO Fileset VALUES (1, 1, 1, 1, 1795424400), (2, 1, 2, 1, 1795338000);";
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch(&format!("{}{rows}", crate::support::sample_database::TABLES))
        .unwrap();
    let said = plan_of(&["--database", path.to_str().unwrap()]).stdout;
    assert!(said.contains("version 0, of 2026-11-23T09:00:00Z, is an unfinished backup"), "{said}");
}

#[test]
fn a_log_is_explained_run_by_run() {
    let args = ["explain", "--log", "samples/duplicati.log", "--time-zone", "Europe/Berlin"];
    let said = run(&args).stdout;
    for part in [
        "line 4: the policy 7D:1D,28D:7D was applied to 5 versions beside the newest, and deleted 3 versions",
        "2026-11-19 02:00:04   7D:1D    only 23 hours, 59 minutes and 55 seconds after version 2",
        "2026-10-14 02:00:07   -        outside every frame",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert!(!said.contains("also deletes"), "{said}");
    let other = run(&["explain", "--log", "samples/times.txt"]);
    assert!(other.code == 2 && other.stderr.contains("Backups to consider"), "{}", other.stderr);
}

#[test]
fn a_job_is_read_from_stdin_and_default_options_are_a_caveat() {
    let pasted = run_with(command().args(["check", "--job", "-"]), b"x --retention-policy=7D:1h");
    assert!(pasted.stdout.contains("policy from -, line 1: 7D:1h"), "{}", pasted.stdout);
    assert!(
        run(&["check", "--job", "samples/job.json"])
            .stdout
            .contains("default options for all jobs")
    );
    assert!(run(&["check", "retention-policy=7D:1h"]).stdout.contains("policy: 7D:1h"));
    assert!(run(&["check", "--retention-policy=7D:1h"]).stdout.contains("policy: 7D:1h"));
}

#[test]
fn the_variable_tz_names_the_zone_unless_it_is_empty_or_ambiguous() {
    let explain = |zone: &str| {
        let answer = run_with(command().args(["explain", "7D:1D"]).env("TZ", zone), b"");
        (answer.code, answer.stdout + &answer.stderr)
    };
    for (zone, code, expected) in [
        ("Europe/Berlin", 0, "Time zone Europe/Berlin (from the variable TZ)"),
        (":Europe/Berlin", 0, "Time zone Europe/Berlin (from the variable TZ)"),
        ("Z", 0, "Time zone UTC (from the variable TZ)"),
        ("UTC+2", 2, "from the variable TZ it is UTC+2, which not every program reads alike"),
        ("Nowhere", 2, "cannot be used (from the variable TZ)"),
    ] {
        let (found, text) = explain(zone);
        assert_eq!(found, code, "{zone}: {text}");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(expected), "{zone}: {text}");
    }
    // The zone of this machine, whatever it is.
    let (_, text) = explain("");
    assert!(!text.contains("variable TZ"), "{text}");
}

#[test]
fn other_rules_of_this_machine_for_a_zone_are_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("Africa")).unwrap();
    let plan = |zone: &str| {
        let args = ["explain", "7D:1D", "--now", "2026-11-23T10:00:00Z", "--time-zone", zone];
        run_with(command().args(args).env("TZDIR", folder.path()), b"").stdout
    };
    // Two hours ahead for ever since 1970.
    let header = |counts: [u32; 6]| {
        [b"TZif2".to_vec(), vec![0; 15], counts.map(u32::to_be_bytes).concat()].concat()
    };
    let rules = [
        header([0; 6]),
        header([0, 0, 0, 1, 1, 0]),
        vec![0; 9],
        7200_i32.to_be_bytes().to_vec(),
        vec![0; 2],
    ];
    write_file(folder.path(), "Africa/Algiers", &rules.concat());
    let told = plan("Africa/Algiers").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        told.contains("this machine has other rules for Africa/Algiers from about 2016-11"),
        "{told}"
    );
    assert!(!plan("Africa/Tunis").contains("other rules"));
}

#[test]
fn a_source_is_read_with_its_options_and_named_in_errors() {
    let told =
        |run: Run| (run.stdout + &run.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
    let with_input = |args: &[&str], input: &str| {
        let fixed =
            ["plan", "1W:1D", "--now", "2026-11-23T10:00:00Z", "--time-zone", "Europe/Berlin"];
        run_with(command().args(fixed).args(args), input.as_bytes())
    };
    let local = with_input(&["--times", "-", "--date-order", "mdy"], "05/06/2026 10:00:00");
    assert!(told(local).contains("2026-05-06 10:00:00"));
    let two = "photos-20261122T090000Z.dlist.zip\nmails-20261121T090000Z.dlist.zip\n";
    let one = told(with_input(&["--files", "-", "--prefix", "photos"], two));
    assert!(one.contains("1 version with other prefixes was ignored"), "{one}");
    let empty = told(with_input(&["--times", "-"], ""));
    let expected = "standard input: there are no versions here: the list is empty; give a list or a job's database \
                    that has some, or --allow-empty if that is right";
    assert!(empty.contains(expected), "{empty}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let no_files = told(plan_of(&["--files", path]));
    assert!(
        no_files.contains(&format!("{path}: there are no versions here: no file name")),
        "{no_files}"
    );
    assert!(
        no_files.contains("; give the folder that Duplicati's remote files are in"),
        "{no_files}"
    );
    let server = folder.path().join("Duplicati-server.sqlite");
    crate::support::unpack("server", &server);
    let job = told(run(&["check", "--job", server.to_str().unwrap()]));
    assert!(job.contains("the database of Duplicati's server; choose \"Export\""), "{job}");
}

#[test]
fn a_file_that_cannot_be_written_is_told_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    for (file, why) in [
        (format!("{path}/no/x.svg"), "its folder does not exist"),
        (path.to_owned(), "this is a folder"),
    ] {
        let refused = run(&["forecast", "7D:1D", "--every", "1D", "--for", "9D", "--svg", &file]);
        let told = refused.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            refused.code == 2 && told.contains(&format!("this file cannot be written: {why}")),
            "{told}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_told_with_its_reason() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut explain = command();
    explain.args(["explain", "7D:1D", "--time-zone", "UTC"]).stdout(full);
    let output = explain.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("the output cannot be written: there is no space left"), "{told}");
}

#[test]
fn each_way_to_say_when_the_next_backup_is_counts_alone() {
    let both = ["2026-11-24T10:00:00Z", "2026-11-24T09:59:59Z"];
    let later_first =
        plan_of(&["--times", "samples/times.txt", "--next-between", both[0], both[1]]);
    assert!(later_first.stderr.contains("write the earlier time first"), "{}", later_first.stderr);
    let one = plan_of(&["--times", "samples/times.txt", "--next-between", both[0], both[0]]);
    assert_eq!(one.code, 0, "{}", one.stderr);
    for option in [["--at", "02:00"], ["--days", "mon"]] {
        let refused = plan_of(&[&["--times", "samples/times.txt"][..], &option].concat());
        assert!(
            refused.code == 2 && refused.stderr.contains("--every"),
            "{option:?}: {}",
            refused.stderr
        );
    }
}
