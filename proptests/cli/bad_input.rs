//! Bad input of every kind gets one clear sentence that names the place, the exit code 2, and no
//! panic.

use crate::support::{Run, command, run, run_with, write_file};

/// The sentence without the frame around it, on one line.
fn sentence(run: &Run) -> String {
    assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    assert_eq!(run.stdout, "", "nothing is said on standard output");
    run.stderr.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn complaint(args: &[&str]) -> String {
    sentence(&run(&[&["plan", "7D:1D"], args].concat()))
}

fn complaint_about_times(input: &[u8]) -> String {
    sentence(&run_with(
        command().args(["plan", "7D:1D", "--times", "-", "--time-zone", "UTC"]),
        input,
    ))
}

#[track_caller]
fn assert_says(complaint: &str, words: &[&str]) {
    for word in words {
        assert!(complaint.contains(word), "{word:?} is not in: {complaint}");
    }
}

#[test]
fn no_such_file() {
    for source in ["--database", "--files", "--times"] {
        assert_says(&complaint(&[source, "/no/such/file"]), &["/no/such/file", "no such file"]);
    }
    let fixed = ["--time-zone", "UTC"];
    for args in [
        &["conformance", "replay", "/no/such/file"][..],
        &["conformance", "run", "--expect-failures", "/no/such/file", "--", "true"],
        &["plan", "--job", "/no/such/file", "--times", "samples/times.txt"],
        &["explain", "--log", "/no/such/file"],
        &["forecast", "7D:1D", "--every", "1D", "--from", "/no/such/file"],
        &["audit", "/no/such/file"],
        &["loss", "7D:1D", "--database", "/no/such/file"],
        &["plan", "7D:1D", "--times", "samples/times.txt", "--svg", "/no/such/file"],
        &["forecast", "7D:1D", "--every", "1D", "--html", "/no/such/file"],
        &["plan", "7D:1D", "--times", "samples/times.txt/x"],
    ] {
        let says = sentence(&match args[0] {
            "conformance" => run(args),
            _ => run(&[args, &fixed].concat()),
        });
        // Nobody knows errors by their numbers.
        assert!(!says.contains("os error") && !says.contains("(code"), "{args:?}: {says}");
        let names_it = says.contains("/no/such/file") || says.contains("samples/times.txt/x");
        assert!(names_it, "{args:?}: {says}");
    }
}

#[test]
fn a_folder_instead_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    for source in ["--database", "--times"] {
        assert_says(&complaint(&[source, path]), &[path, "folder"]);
    }
    assert_says(&sentence(&run(&["conformance", "replay", path])), &[path, "folder"]);
}

#[test]
fn a_database_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name, content: &[u8]| write_file(folder.path(), name, content);
    let empty = file("empty", b"");
    assert_says(&complaint(&["--database", &empty]), &[&empty, "empty"]);
    let text = file(
        "text",
        "no database at all, but long enough for the header of one".repeat(9).as_bytes(),
    );
    assert_says(&complaint(&["--database", &text]), &[&text, "SQLite"]);
    let path = folder.path().join("other.sqlite");
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE Something (ID INTEGER)")
        .unwrap();
    let path = path.to_str().unwrap();
    assert_says(&complaint(&["--database", path]), &[path, "Fileset"]);
}

#[test]
fn a_time_that_is_none() {
    assert_says(
        &complaint_about_times(b"2026-11-23T09:00:00Z\nyesterday\n"),
        &["line 2", "yesterday"],
    );
    assert_says(&complaint_about_times(b"2026-13-23T09:00:00Z\n"), &["line 1"]);
    assert_says(&complaint_about_times(b"300000-01-01T00:00:00Z\n"), &["line 1", "9999"]);
    assert_says(&complaint_about_times(b"+300000-01-01T00:00:00Z\n"), &["line 1", "9999"]);
    assert_says(&complaint_about_times(b"253402300800\n"), &["line 1", "9999"]);
    assert_says(&complaint_about_times(b"-62135596801\n"), &["line 1"]);
    assert_says(&complaint_about_times(b"99999999999999999999\n"), &["line 1"]);
    assert_says(&complaint_about_times(b"2026-11-23T09:00:00.5Z\n"), &["line 1", "whole seconds"]);
    assert_says(&complaint_about_times(b"2026-11-23T09:00:00Z half\n"), &["line 1"]);
    assert_says(&complaint_about_times(b"{\"time\":7}\n"), &["line 1"]);
}

#[test]
fn a_line_of_ten_megabytes() {
    let long = vec![b'7'; 10_000_000];
    assert_says(
        &complaint_about_times(&[b"2026-11-23T09:00:00Z\n", &long[..]].concat()),
        &["line 2", "1 MiB"],
    );
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), "long", &long);
    assert_says(&complaint(&["--files", &path]), &["line 1", "1 MiB"]);
    assert_says(&sentence(&run(&["conformance", "replay", &path])), &["line 1", "1 MiB"]);
}

#[test]
fn bytes_that_are_no_utf_8() {
    assert_says(&complaint_about_times(b"20\xff\n"), &["line 1", "not a time"]);
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), "bytes", b"{\"id\":\"\xff\"}\n");
    assert_says(&sentence(&run(&["conformance", "replay", &path])), &["line 1"]);
}

#[test]
fn bytes_that_are_no_utf_8_in_the_policy_itself() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let answer = run_with(command().arg("check").arg(OsStr::from_bytes(b"7D:\xff")), b"");
    assert_says(&sentence(&answer), &["UTF-8"]);
}

#[test]
fn a_vector_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), "lines", b"\n{\"id\":\"x\"}\n");
    assert_says(&sentence(&run(&["conformance", "replay", &path])), &[&path, "line 2", "expect"]);
}

#[test]
fn an_unknown_zone_or_release_or_present() {
    assert_says(
        &complaint(&["--times", "-", "--time-zone", "Europe/Bonn"]),
        &["--time-zone", "Europe/Bonn"],
    );
    assert_says(&complaint(&["--times", "-", "--release", "1.3"]), &["--release", "1.3", "2.3.0"]);
    assert_says(&complaint(&["--times", "-", "--now", "soon"]), &["--now", "soon"]);
    let answer =
        run_with(command().env("TZ", "CET-1CEST").args(["plan", "7D:1D", "--times", "-"]), b"");
    assert_says(&sentence(&answer), &["TZ", "CET-1CEST", "--time-zone"]);
}

#[test]
fn options_that_duplicati_would_not_read() {
    assert_says(&complaint(&["--times", "-", "--keep-time", "1d"]), &["keep-time", "1d"]);
    assert_says(&complaint(&["--times", "-", "--version", "x"]), &["version", "\"x\""]);
    assert_says(
        &complaint(&["--times", "-", "--keep-versions", "x", "--release", "2.1"]),
        &["keep-versions", "\"x\""],
    );
}

#[test]
fn a_policy_that_the_server_refuses() {
    let refused = sentence(&run(&["plan", "7D:1D,4w:1W", "--times", "-"]));
    assert_says(&refused, &["the server of 2.3.0 refuses this policy", "^^", "did you mean 4W?"]);
}

#[test]
fn a_source_is_needed_and_only_one() {
    assert_says(&complaint(&[]), &["--database", "--files", "--times"]);
    assert_says(&complaint(&["--times", "-", "--files", "."]), &["cannot be used with"]);
    let both = ["--database", "samples/photos.sqlite", "--prefix", "x"];
    assert_says(&complaint(&both), &["--prefix", "cannot be used with"]);
}

#[test]
fn an_error_is_json_where_json_was_asked_for() {
    for args in [
        &["plan", "7D:1D", "--times", "/no/such/file", "--json"][..],
        &["plan", "7D:1d", "--json", "--times", "samples/times.txt"],
        &["plan", "--json"],
        &["forecast", "7D:1D", "--no-such-option", "--json"],
    ] {
        let answer = run(args);
        assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{args:?}");
        let value: serde_json::Value = serde_json::from_str(&answer.stderr).expect("it is JSON");
        let message = value["error"]["message"].as_str().expect("a message");
        assert!(message.len() > 10 && !message.starts_with("error"), "{message}");
    }
    let wrong: serde_json::Value = serde_json::from_str(&run(&["plan", "--json"]).stderr).unwrap();
    assert!(wrong["error"]["help"].as_str().unwrap().contains("Usage: duplicati-retention plan"));
    let place = run(&["plan", "7D:1d", "--json", "--times", "samples/times.txt"]).stderr;
    assert!(place.contains(r#""place":{"start":3,"end":5}"#), "{place}");
    assert!(run(&["plan"]).stderr.starts_with("error: "));
}
