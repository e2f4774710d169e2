//! A run on several machines is a run on one.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{OURS, some_vectors};
use crate::support::{Run, run, write_file};

/// What comes of all parts, each written to a file.
fn merged(folder: &Path, kind: &str, parts: u32, ask: impl Fn(&str, &str) -> Run) -> Run {
    let mut files = Vec::new();
    // Any order will do.
    for part in (0..parts).rev() {
        let file = folder.join(format!("part-{part}.{kind}")).display().to_string();
        ask(&format!("{part}/{parts}"), &file);
        files.push(file);
    }
    let mut arguments = vec!["conformance", "merge"];
    arguments.extend(files.iter().map(String::as_str));
    run(&arguments)
}

fn verify(seed: &str, shard: &str, file: &str) -> Run {
    let part = run(&["verify", "--cases", "600", "--seed", seed, "--shard", shard, "--json"]);
    fs::write(file, &part.stdout).unwrap();
    part
}

#[test]
fn the_parts_of_verify_are_together_what_one_machine_says() {
    let folder = tempfile::tempdir().unwrap();
    let merged = merged(folder.path(), "json", 3, |shard, file| verify("5", shard, file));
    let whole = run(&["verify", "--cases", "600", "--seed", "5", "--json"]);
    assert_eq!((merged.code, merged.stdout), (whole.code, whole.stdout), "{}", merged.stderr);
}

fn ask(folder: &Path, option: &str, implementation: &str, shard: &str, file: &str) -> Run {
    let vectors = some_vectors(folder);
    let known = write_file(folder, "known.txt", b"policy-0-0 is never wrong\n");
    run(&[
        "conformance",
        "run",
        "--vectors",
        &vectors,
        "--cases",
        "400",
        "--keep-going",
        "--shard",
        shard,
        "--expect-failures",
        &known,
        option,
        file,
        "--",
        OURS,
        "conformance",
        "serve",
        "--with",
        implementation,
    ])
}

#[test]
fn the_parts_of_a_run_are_together_what_one_machine_says() {
    let folder = tempfile::tempdir().unwrap();
    for (implementation, code) in [("engine", 1), ("mutant:BoundExclusive", 1)] {
        let ask =
            |shard: &str, file: &str| ask(folder.path(), "--json", implementation, shard, file);
        let merged = merged(folder.path(), "json", 3, ask);
        let file = folder.path().join("whole.json").display().to_string();
        ask("0/1", &file);
        let mut whole: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let mut sum: Value = serde_json::from_str(&merged.stdout).expect(&merged.stderr);
        // A known failure that no part met is told, as on one machine.
        assert_eq!(sum["expected_to_fail_but_passes"], serde_json::json!(["policy-0-0"]));
        assert_eq!(merged.code, code, "{}", merged.stderr);
        // Each part looks into its own counterexamples, and only one that found nothing wrong goes
        // on to what follows from an answer.
        for report in [&mut whole, &mut sum] {
            let found = report["counterexamples"].as_array().unwrap().is_empty();
            assert_eq!(found, implementation == "engine");
            for name in ["counterexamples", "evaluated"] {
                report.as_object_mut().unwrap().remove(name);
            }
        }
        assert_eq!(sum, whole);
    }
}

#[test]
fn reports_for_build_servers_are_merged() {
    let folder = tempfile::tempdir().unwrap();
    for (implementation, code) in [("engine", 0), ("mutant:BoundExclusive", 1)] {
        let ask =
            |shard: &str, file: &str| ask(folder.path(), "--junit", implementation, shard, file);
        let merged = merged(folder.path(), "xml", 2, ask);
        assert_eq!(merged.code, code, "{}{}", merged.stdout, merged.stderr);
        let file = folder.path().join("whole.xml").display().to_string();
        ask("0/1", &file);
        let whole = fs::read_to_string(file).unwrap();
        let of_vectors = |text: &str| {
            let names =
                text.split("<testcase name=\"").skip(1).filter_map(|case| case.split_once('"'));
            names.map(|(name, _)| name.to_owned()).filter(|name| name.contains('@')).collect()
        };
        let (mut sum, mut whole): (Vec<String>, Vec<String>) =
            (of_vectors(&merged.stdout), of_vectors(&whole));
        // The parts were merged in another order.
        sum.sort_unstable();
        whole.sort_unstable();
        assert!(whole.len() > 400, "{}", whole.len());
        assert!(sum == whole, "{implementation}: {} and {}", sum.len(), whole.len());
        let twice = folder.path().join("part-0.xml").display().to_string();
        let refused = run(&["conformance", "merge", &twice, &twice]);
        assert_eq!(refused.code, 2);
        assert!(refused.stderr.contains("is in an earlier report as well"), "{}", refused.stderr);
    }
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let part = |name: &str, seed: &str, shard: &str| {
        let file = folder.path().join(name).display().to_string();
        verify(seed, shard, &file);
        file
    };
    let (first, second) = (part("a", "5", "0/3"), part("b", "5", "2/3"));
    let other_seed = part("c", "6", "1/3");
    let other_count = part("d", "5", "1/2");
    let no_report = write_file(folder.path(), "e", b"{\"invariants\":7}");
    for (files, says) in [
        (vec![&first, &second], "b: is part 2/3, but part 1/3 is missing"),
        (vec![&first], "part 1/3 is missing"),
        (vec![&first, &first, &second], "is part 0/3, which is there twice"),
        (vec![&first, &other_seed, &second], "c: is of another run: 600 cases of seed 6"),
        (vec![&first, &other_count], "d: is part 1/2, and an earlier one is one of 3"),
        (vec![&no_report], "e: this is not a report like the others (invalid type: integer `7`"),
    ] {
        let mut arguments = vec!["conformance", "merge"];
        arguments.extend(files.into_iter().map(String::as_str));
        let refused = run(&arguments);
        assert_eq!(refused.code, 2, "{says}: {}", refused.stdout);
        assert!(refused.stderr.replace("\n  ", " ").contains(says), "{says}: {}", refused.stderr);
    }
    let no_part = run(&["verify", "--shard", "3/3"]);
    assert_eq!(no_part.code, 2);
    assert!(no_part.stderr.contains("counted from 0"), "{}", no_part.stderr);
}

#[test]
fn numbers_of_all_parts_are_added_up() {
    let folder = tempfile::tempdir().unwrap();
    let part = |number: u32, complete: bool, implementation: &str| {
        let report = serde_json::json!({
            "implementation": implementation, "version": "1", "releases": ["2.3.0"], "seed": 5, "cases": 90,
            "shard": { "number": number, "of": 3 }, "answers": 10 + number, "right": 4, "wrong": 3, "wrong_as_expected": 2,
            "not_checked": [{ "reason": "too hard", "answers": 2 }], "evaluated": 7, "complete": complete,
            "counterexamples": [], "crashes": [], "expected_to_fail_but_passes": [], "exit_code": 0,
        });
        write_file(
            folder.path(),
            &format!("{number}-{implementation}.json"),
            report.to_string().as_bytes(),
        )
    };
    let merge = |files: [&str; 3]| run(&[&["conformance", "merge"][..], &files].concat());
    let files = [part(0, true, "x"), part(1, false, "x"), part(2, true, "x")];
    let merged = merge(files.each_ref().map(String::as_str));
    let sum: Value = serde_json::from_str(&merged.stdout).expect(&merged.stderr);
    for (name, expected) in
        [("answers", 33), ("right", 12), ("wrong", 9), ("wrong_as_expected", 6), ("evaluated", 21)]
    {
        assert_eq!(sum[name], expected, "{name}");
    }
    assert_eq!((&sum["not_checked"][0]["answers"], &sum["complete"]), (&6.into(), &false.into()));
    let other = part(2, true, "y");
    let refused = merge([&files[0], &files[1], &other])
        .stderr
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(
        refused.contains(
            "is of another run: y 1, 2.3.0, 90 cases of seed 5, and an earlier one is of x 1"
        ),
        "{refused}"
    );

    // A failure and an error in one suite are two that are not good, in whatever part.
    let suites = |name: &str, inner: &str| {
        let text = format!(
            "<testsuites name=\"duplicati-retention conformance\" tests=\"1\" failures=\"0\" errors=\"0\">\
             <testsuite name=\"vectors\" tests=\"1\" disabled=\"0\" errors=\"0\" failures=\"0\">{inner}</testsuite></testsuites>"
        );
        write_file(folder.path(), name, text.as_bytes())
    };
    let case = |name: &str, inner: &str| format!("<testcase name=\"{name}\">{inner}</testcase>");
    let bad = case("a", "<failure/>") + &case("b", "<error/>");
    let parts =
        [suites("0.xml", &bad), suites("1.xml", &case("c", "")), suites("2.xml", &case("d", ""))];
    let merged = merge(parts.each_ref().map(String::as_str));
    assert_eq!(merged.code, 1, "{}{}", merged.stdout, merged.stderr);
    assert_eq!(merged.stdout.matches("<testsuite ").count(), 1, "{}", merged.stdout);
}
