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
fn the_release_comes_from_the_job_or_the_database_and_a_doubt_is_told() {
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
                super::sample_database::TABLES
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
        .execute_batch(&format!("{}{rows}", super::sample_database::TABLES))
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
fn a_job_is_read_from_standard_input_and_default_options_are_a_caveat() {
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
