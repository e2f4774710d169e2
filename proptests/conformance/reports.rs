//! What a run writes for build servers, and failures that were known before.

use serde_json::Value;

use super::run::{SERVE, mutant};
use super::{OURS, ask_script, some_vectors};
use crate::support::{root, run, write_file};

#[test]
fn known_failures_do_not_count_and_one_that_passes_fails_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = |text: &str| write_file(folder.path(), "known.txt", text.as_bytes());
    let options = |known| ["--release", "2.3.0", "--expect-failures", known];
    let known =
        list("# ours\noldest-survives we forget the bound\noldest-full-survives the same\n");
    let run = mutant(&options(&known), "BoundExclusive", "74105");
    let summary =
        run.stdout.lines().find(|line| line.contains("wrong as expected")).expect("a summary");
    let numbers: Vec<u64> = summary
        .split(|part: char| !part.is_ascii_digit())
        .filter_map(|number| number.parse().ok())
        .collect();
    let [all, right, wrong, expected, _seed] = numbers[..] else { panic!("{summary}") };
    let not_checked =
        run.stdout.lines().filter_map(|line| line.trim().split_once(" not checked: "));
    let not_checked: u64 = not_checked.map(|(count, _)| count.parse::<u64>().expect(count)).sum();
    assert!(expected > 0 && all == right + wrong + expected + not_checked, "{}", run.stdout);
    let known = list("oldest-survives it was so once\n");
    let passes = ask_script(&options(&known), SERVE, "74106");
    assert_eq!(passes.code, 1, "{}", passes.stdout);
    assert!(
        passes
            .stdout
            .contains("oldest-survives is expected to fail (it was so once), but it passes")
    );
    let known = list("oldest-survives\n");
    let no_reason = ask_script(&options(&known), SERVE, "74107");
    assert!(
        no_reason.code == 2 && no_reason.stderr.contains("a reason is missing"),
        "{}",
        no_reason.stderr
    );
}

#[test]
fn an_expected_failure_behind_an_unexpected_one_is_not_called_fixed() {
    let folder = tempfile::tempdir().expect("a folder");
    let known = write_file(folder.path(), "known.txt", b"order Duplicati's order is not ours\n");
    let run = mutant(&["--expect-failures", &known], "BoundExclusive", "74109");
    assert!(run.code == 1 && run.stdout.contains("The rest was not asked"), "{}", run.stdout);
    assert!(!run.stdout.contains("but it passes"), "{}", run.stdout);
}

#[test]
fn reports_for_build_servers_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let (junit, json) = (file("junit.xml"), file("report.json"));
    let options = ["--release", "2.3.0", "--keep-going", "--junit", &junit, "--json", &json];
    let run = mutant(&options, "BoundExclusive", "74108");
    assert_eq!(run.code, 1, "{}", run.stdout);
    let report: Value =
        serde_json::from_str(&std::fs::read_to_string(json).expect("a report")).expect("JSON");
    assert_eq!((&report["exit_code"], &report["complete"]), (&1.into(), &true.into()));
    assert_eq!(report["counterexamples"][0]["looks_like"][0]["mutation"], "BoundExclusive");
    let junit = std::fs::read_to_string(junit).expect("a report");
    assert!(junit.contains("<testsuite name=\"vectors\" tests=\"180\""), "{}", &junit[..500]);
    assert!(junit.contains("<failure message=\"answered: deletes"), "{}", &junit[..500]);
}

#[test]
fn a_report_for_build_servers_has_what_was_found_with_each_failure() {
    let folder = tempfile::tempdir().unwrap();
    let report = |vectors: &str, implementation: &[&str]| {
        let file = folder.path().join("report.xml");
        let asked = [
            "conformance",
            "run",
            "--vectors",
            vectors,
            "--cases",
            "2000",
            "--keep-going",
            "--junit",
        ];
        let all = [&asked[..], &[file.to_str().unwrap(), "--"], implementation].concat();
        let code = run(&all).code;
        let text = std::fs::read_to_string(file).unwrap().replace("&quot;", "\"");
        let (_, suites) = text.split_once("<testsuite name=\"vectors\"").unwrap();
        let (vectors, random) = suites.split_once("<testsuite name=\"random cases\"").unwrap();
        let cases = |suite: &str| -> Vec<(String, String)> {
            let cases = suite.split("<testcase name=\"").skip(1);
            cases
                .map(|case| case.split_once('"').unwrap())
                .map(|(name, rest)| (name.into(), rest.into()))
                .collect()
        };
        (code, cases(vectors), cases(random))
    };
    let serve = [OURS, "conformance", "serve", "--with", "mutant:BoundExclusive"];
    let (code, vectors, random) = report(&some_vectors(folder.path()), &serve);
    assert_eq!(code, 1);
    let mut described = 0;
    for (name, result) in vectors.iter().chain(&random) {
        let Some((_, failure)) = result.split_once("<failure message=\"") else { continue };
        assert!(failure.starts_with("answered: "), "{name}: {failure}");
        if let Some((_, found)) = failure.split_once("{") {
            assert!(found.contains(&format!("\"id\": \"{name}\"")), "{name}: {found}");
            assert!(found.contains("BoundExclusive"), "{name}: {found}");
            described += 1;
        }
    }
    assert!(described > 0);
    let is_random = |(name, _): &(String, String)| name.starts_with("random-");
    assert!(!random.is_empty() && random.iter().all(is_random), "{random:?}");
    assert!(!vectors.iter().any(is_random));

    // Two wrong answers of one run each have their own message.
    let text = std::fs::read_to_string(root().join("vectors/retention.jsonl")).unwrap();
    let right =
        [("102-1029", "deletes nothing;"), ("102-1072", "deletes 4, 7, 8, 10, 11, 13, 14, 15;")];
    let is_asked = |line: &&str| right.iter().any(|(id, _)| line.contains(&format!("-{id}\"")));
    let lines: Vec<_> = text.lines().filter(is_asked).collect();
    let two = write_file(folder.path(), "two.jsonl", lines.join("\n").as_bytes());
    let (_, vectors, _) = report(&two, &serve);
    for (id, right) in right {
        let name = format!("retention-{id}@2.3.0");
        let (_, result) = vectors.iter().find(|(vector, _)| *vector == name).expect(id);
        assert!(result.contains(&format!("right is: {right}")), "{name}: {result}");
    }

    // A crash at a random question is an error there, and one at a vector is one of the vector.
    let none = write_file(folder.path(), "none.jsonl", b"");
    let hello = r#"read -r line; echo '{"protocol":1,"implementation":"x","releases":["2.3.0"],"asks":["plan"]}'; exit"#;
    let (code, vectors, random) = report(&none, &["sh", "-c", hello]);
    assert_eq!((code, vectors.len()), (3, 0));
    assert!(random.iter().any(|(_, result)| result.contains("<error ")), "{random:?}");
    let (_, vectors, random) = report(&some_vectors(folder.path()), &["sh", "-c", hello]);
    assert!(vectors.iter().any(|(_, result)| result.contains("<error")), "{vectors:?}");
    assert!(!random.iter().any(|(name, _)| vectors.iter().any(|(other, _)| other == name)));
}
