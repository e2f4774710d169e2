//! Ports in other languages, right ones and wrong ones.

use std::process::Command;

use crate::support::{Run, command, root, run, run_with, write_file};

/// The port, if its interpreter is installed; said on standard error if not.
fn port(interpreter: &str, adapter: &str, cases: &str) -> Option<Run> {
    if Command::new(interpreter).arg("--version").output().is_err() {
        eprintln!("{interpreter} is not installed: its port is not asked");
        return None;
    }
    let adapter = root().join("examples/implementations").join(adapter);
    let mut run = command();
    run.args(["conformance", "run", "--time-limit", "60", "--cases", cases, "--", interpreter]);
    Some(run_with(run.arg(adapter), b""))
}

#[test]
fn the_ports_in_python_and_javascript_are_right() {
    for (interpreter, adapter) in
        [("python3", "python/adapter.py"), ("node", "javascript/adapter.mjs")]
    {
        if let Some(run) = port(interpreter, adapter, "100000") {
            assert_eq!(run.code, 0, "{adapter}: {}", run.stdout);
            assert!(run.stdout.contains("108500 answers: "), "{}", run.stdout);
        }
    }
}

#[test]
fn the_naive_port_is_wrong() {
    if let Some(run) = port("python3", "python-naive/adapter.py", "10") {
        assert!(run.code == 1 && run.stdout.contains("It violates:"), "{}", run.stdout);
    }
}

/// What `conformance run` says of the naive port is in these documents.
///
/// After a change that is meant: `UPDATE_REPORT=1 cargo test naive_port`.
#[test]
fn the_documents_show_what_is_said_of_the_naive_port() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("python3 is not installed: its port is not asked");
        return;
    }
    let mut naive = command();
    naive.env("COLUMNS", "100").args([
        "conformance",
        "run",
        "--vectors",
        "vectors/retention.jsonl",
        "--",
        "python3",
    ]);
    let said = run_with(naive.arg("examples/implementations/python-naive/adapter.py"), b"").stdout;
    for name in ["docs/conformance.md", "examples/implementations/README.md"] {
        let path = root().join(name);
        let text = std::fs::read_to_string(&path).expect("the document is there");
        let start = text.find("naive Python port: ").expect("it shows the report");
        let end = start + text[start..].find("```").expect("the block ends");
        if std::env::var_os("UPDATE_REPORT").is_some() {
            let updated = format!("{}{said}{}", &text[..start], &text[end..]);
            std::fs::write(&path, updated).expect("the document is written");
        } else {
            assert!(text[start..end] == said, "{name} does not show what is said:\n{said}");
        }
    }
}

#[test]
fn the_ports_with_their_adapters_are_below_300_lines() {
    for (port, adapter) in [
        ("python/retention.py", "python/adapter.py"),
        ("javascript/retention.mjs", "javascript/adapter.mjs"),
    ] {
        let lines = |name: &str| {
            let text = std::fs::read_to_string(root().join("examples/implementations").join(name))
                .expect(name);
            text.lines().count()
        };
        assert!(lines(port) + lines(adapter) < 300);
    }
}

/// Where the case was made small it answers like a mutation, and elsewhere it is right.
#[test]
fn a_port_that_is_like_a_mutation_on_the_smallest_case_only_is_told_so() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("python3 is not installed: the wrong port is not asked");
        return;
    }
    let port = root().join("proptests/conformance/wrong_port.py").display().to_string();
    let options = ["--time-limit", "60", "--cases", "3000", "--release", "2.3.0"];
    let asked = [&["conformance", "run"], &options[..], &["--", "python3", &port, "end"]].concat();
    let found = run(&asked);
    let says = "Here it answers like this mutation, but elsewhere differently:";
    assert!(found.code == 1 && found.stdout.contains(says), "{}", found.stdout);
    assert!(found.stdout.contains("BoundExclusive: "), "{}", found.stdout);
}

/// Each of these ports is right on every question alone. Only related cases or a timeline show what
/// is wrong, and the case that is printed shows it again.
#[test]
fn what_is_wrong_only_in_relations_or_over_time_is_found() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("python3 is not installed: the wrong ports are not asked");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let none = write_file(folder.path(), "none.jsonl", b"");
    let port = root().join("proptests/conformance/wrong_port.py").display().to_string();
    for (fault, invariant) in
        [("order", "order-of-input"), ("shift", "shift"), ("gap", "gap-bound")]
    {
        let ask = |options: &[&str]| {
            let command = ["--", "python3", &port, fault];
            run(&[&["conformance"], options, &command].concat())
        };
        let found = ask(&[
            "run",
            "--time-limit",
            "60",
            "--cases",
            "6000",
            "--vectors",
            &none,
            "--seed",
            "2",
        ]);
        assert_eq!(found.code, 1, "{fault}: {}", found.stdout);
        let says = [" 0 wrong", "Violated invariant: ", &format!("[{invariant}] ")];
        for text in says {
            assert!(found.stdout.contains(text), "{fault}: {text:?} is not in:\n{}", found.stdout);
        }
        assert!(!found.stdout.contains("Mismatch"), "{fault}: {}", found.stdout);
        // The case is small, and shows it again.
        let line = found.stdout.lines().find_map(|line| line.trim().strip_prefix("{\"ask\":"));
        let line = format!("{{\"ask\":{}\n", line.expect("the question is shown"));
        let backups = line.matches("\"time\":").count();
        assert!((2..=8).contains(&backups), "{fault}: {line}");
        let file = write_file(folder.path(), "case.jsonl", line.as_bytes());
        let again = ask(&["replay", &file]);
        assert!(again.code == 1 && again.stdout.contains(says[2]), "{fault}: {}", again.stdout);
        let ours = run(&["conformance", "replay", &file]);
        assert_eq!((ours.code, ours.stdout.as_str()), (0, "1 passed, 0 failed\n"), "{line}");
    }
}
