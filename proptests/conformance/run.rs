//! `conformance run`, `replay -- COMMAND`, `smoke` and `vectors`.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{OURS, ask_script, some_vectors};
use crate::support::{Run, command, root, run, run_with, write_file};

const SERVE: &str = r#"exec "$0" conformance serve"#;

fn mutant(options: &[&str], name: &str, word: &str) -> Run {
    let options = [&["--cases", "2000", "--time-limit", "60"], options].concat();
    ask_script(&options, &format!("{SERVE} --with mutant:{name}"), word)
}

#[test]
fn our_own_implementation_is_right() {
    let options = ["--cases", "4000", "--time-limit", "60", "--jobs", "2"];
    let run = ask_script(&options, SERVE, "74101");
    assert_eq!(run.code, 0, "{}", run.stdout);
    // 120 vectors, most with an answer for four releases, and the random cases.
    assert!(
        run.stdout.contains("answers: ") && run.stdout.contains(" 0 wrong (seed 1)"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_wrong_answer_is_made_small_and_explained() {
    let run = mutant(&["--release", "2.3.0"], "BoundExclusive", "74102");
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("[oldest-survives]"), "{}", run.stdout);
    assert!(run.stdout.contains("BoundExclusive: alike on all"), "{}", run.stdout);
    let backups = run.stdout.lines().filter(|line| line.contains("full  ")).count();
    assert!(backups <= 2, "{}", run.stdout);
}

#[test]
fn options_that_must_be_accepted_are_asked_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let options =
        r#"{"retention-policy":"7D:1D,4W:1W","keep-versions":"0","disable-time-tolerance":"true"}"#;
    let line =
        format!(r#"{{"id":"o","options":{options},"expect":{{"2.3.0":{{"accepted":true}}}}}}"#);
    let file = write_file(folder.path(), "options.jsonl", line.as_bytes());
    let ours = run(&["conformance", "replay", &file]);
    assert_eq!((ours.code, ours.stdout.as_str()), (0, "1 passed, 0 failed\n"));
    let wrong = ["--", OURS, "conformance", "serve", "--with", "mutant:CombinedByTexts"];
    let wrong = run(&[&["conformance", "replay", &file][..], &wrong].concat());
    assert_eq!(wrong.code, 1, "{}", wrong.stdout);
    let small = r#"{"ask":"validate","id":"o@2.3.0","release":"2.3.0","options":{"keep-versions":"#;
    assert!(wrong.stdout.contains(small), "{}", wrong.stdout);
    assert!(wrong.stdout.contains("CombinedByTexts: alike on all"), "{}", wrong.stdout);
}

/// On the smallest case the two answer alike.
#[test]
fn a_mutation_that_is_not_it_is_told_apart_by_other_cases() {
    let run = mutant(&["--release", "2.3.0"], "ToleranceMissing", "74110");
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("It answers like this mutation:"), "{}", run.stdout);
    assert!(run.stdout.contains("ToleranceMissing: alike on all"), "{}", run.stdout);
    assert!(!run.stdout.contains("ToleranceAdded"), "{}", run.stdout);
}

/// In 2.1 these two are one and the same.
#[test]
fn mutations_that_nothing_tells_apart_are_both_named() {
    let run = mutant(&["--release", "2.1", "--seed", "2"], "BareNumberRefused", "74111");
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("It answers like one of these mutations"), "{}", run.stdout);
    for name in ["BareNumberRefused: alike on all", "BareNumberRefusedEarly: alike on all"] {
        assert!(run.stdout.contains(name), "{name}: {}", run.stdout);
    }
}

#[test]
fn a_wrong_answer_to_a_random_case_can_be_replayed() {
    let folder = tempfile::tempdir().expect("a folder");
    let none = write_file(folder.path(), "none.jsonl", b"");
    let mut run = command();
    run.args(["conformance", "run", "--vectors", &none, "--release", "2.3.0", "--seed", "5", "--"]);
    let run =
        run_with(run.args([OURS, "conformance", "serve", "--with", "mutant:MonthsOf31Days"]), b"");
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("Mismatch: random-5-"), "{}", run.stdout);
    assert!(
        run.stdout.contains("which can be replayed:\n  {\"ask\":\"")
            && run.stdout.contains("MonthsOf31Days"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_same_seed_gives_the_same_report() {
    let report = || mutant(&["--keep-going", "--release", "2.2"], "GuardMissing", "74103");
    let first = report();
    assert_eq!(first.code, 1, "{}", first.stdout);
    // How many more questions it took may depend on what was on its way.
    assert_eq!(first.stdout, report().stdout);
}

#[test]
fn a_declined_question_is_no_pass() {
    let script = r#"read -r line
        echo '{"protocol":1,"implementation":"shy","releases":["2.1"],"asks":["parse"]}'
        i=0; while read -r line; do
            id=${line#*'"id":"'}; echo "{\"id\":\"${id%%\"*}\",\"skip\":\"too hard\"}"; done"#;
    let run = ask_script(&["--cases", "20"], script, "74104");
    assert!(
        run.stdout.contains("not checked: too hard") && run.stdout.contains(": 0 right"),
        "{}",
        run.stdout
    );
}

/// A run of our own implementation, or a mutant, with another hello, and all that it was asked.
fn with_hello(asks: &str, features: &str, serve: &str) -> (Run, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let asked = folder.path().join("asked");
    let hello = format!(
        r#"{{"protocol":1,"implementation":"other","releases":["2.3.0","2.3.1"],"asks":{asks},"features":{features}}}"#
    );
    let script =
        format!(r#"read -r line; echo '{hello}'; tee "$1" | "$0" conformance serve {serve}"#);
    let run = ask_script(&["--cases", "300"], &script, &asked.display().to_string());
    (run, std::fs::read_to_string(asked).expect("what was asked"))
}

#[test]
fn an_implementation_is_asked_and_checked_by_what_it_says_it_can() {
    let (run, asked) = with_hello(r#"["parse","plan"]"#, r#"["locks","order"]"#, "");
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(asked.contains(r#""ask":"parse""#) && asked.contains(r#""ask":"plan""#));
    assert!(asked.contains("locked_until") && !asked.contains(r#""release":"2.2""#));
    let (run, asked) = with_hello(r#"["plan"]"#, r#"["order"]"#, "");
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(!asked.contains(r#""ask":"parse""#) && asked.contains(r#""ask":"plan""#));
    assert!(!asked.contains("locked_until"));
    let (run, asked) = with_hello(r#"["parse"]"#, "[]", "");
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(asked.contains(r#""ask":"parse""#) && !asked.contains(r#""ask":"plan""#));
    // The order of what is deleted is checked only if it is said to be one.
    let order =
        |features| with_hello(r#"["plan"]"#, features, "--with mutant:NamedByNumber").0.code;
    assert_eq!((order(r#"["order"]"#), order(r#"["locks"]"#)), (1, 0));
}

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
fn vectors_can_be_replayed_with_another_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let vectors = some_vectors(folder.path());
    let with = |name: &str| {
        run(&[
            "conformance",
            "replay",
            &vectors,
            "--",
            OURS,
            "conformance",
            "serve",
            "--with",
            name,
        ])
    };
    let right = with("reference");
    assert_eq!(right.code, 0, "{}", right.stdout);
    let wrong = with("mutant:BoundExclusive");
    assert!(wrong.code == 1 && wrong.stdout.contains("retention-102-"), "{}", wrong.stdout);
}

#[test]
fn smoke_explains_each_answer() {
    let smoke = |name: &str| {
        run(&["conformance", "smoke", "--", OURS, "conformance", "serve", "--with", name])
    };
    let right = smoke("reference");
    assert_eq!(right.code, 0, "{}", right.stdout);
    assert_eq!(right.stdout.matches("  Right. ").count(), 5, "{}", right.stdout);
    let wrong = smoke("mutant:MonthsOf31Days");
    assert_eq!(
        wrong.code, 0,
        "the smoke test asks 2.1, where the first month has 31 days: {}",
        wrong.stdout
    );
    let wrong = smoke("mutant:OutsideKept");
    assert!(
        wrong.code == 1 && wrong.stdout.contains("Mismatch: deletes is [2]"),
        "{}",
        wrong.stdout
    );
    let crash = run(&["conformance", "smoke", "--", "/no/such/program"]);
    assert!(crash.code == 3 && crash.stdout.contains("it cannot be started"), "{}", crash.stdout);
}

#[test]
fn fresh_vectors_are_the_same_for_the_same_seed_and_can_be_replayed() {
    let fresh =
        |seed: &str| run(&["conformance", "vectors", "--seed", seed, "--cases", "300"]).stdout;
    assert_eq!(fresh("3"), fresh("3"));
    assert_ne!(fresh("3"), fresh("4"));
    let first = fresh("3");
    let mut lines = first.lines();
    let is = |line: &str, id: &str, about_page: bool| {
        line.contains(id) && line.contains(r#""web_ui_accepts":"#) == about_page
    };
    assert!(
        lines.next().is_some_and(|line| is(line, r#""id":"policy-3-0""#, true)),
        "{first:.200}"
    );
    assert!(
        lines.next().is_some_and(|line| is(line, r#""id":"retention-3-1""#, false)),
        "{first:.900}"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = write_file(folder.path(), "fresh.jsonl", fresh("3").as_bytes());
    let ours = run(&["conformance", "replay", &file]);
    assert_eq!((ours.code, ours.stdout.as_str()), (0, "300 passed, 0 failed\n"));
    let only = run(&["conformance", "vectors", "--cases", "4", "--release", "2.2"]).stdout;
    assert!(only.contains("\"2.2\":") && !only.contains("\"2.1\":"), "{only}");
}

#[test]
fn usage_errors_have_exit_code_2() {
    for args in [
        &["conformance", "run"][..],
        &["conformance", "run", "--time-limit", "0", "--", "true"],
        &["conformance", "run", "--vectors", "/no/such/file", "--", "true"],
        &["conformance", "run", "--json", "/no/such/folder/x", "--", "true"],
        &["conformance", "run", "--jobs", "0", "--", "true"],
    ] {
        let run = run(args);
        assert_eq!(run.code, 2, "{args:?}: {}{}", run.stdout, run.stderr);
    }
}

#[test]
fn a_signal_gives_the_report_so_far() {
    let mut implementation = command();
    implementation.args([
        "conformance",
        "run",
        "--cases",
        "100000000",
        "--",
        OURS,
        "conformance",
        "serve",
    ]);
    let child = implementation.stdout(Stdio::piped()).spawn().expect("it starts");
    std::thread::sleep(Duration::from_secs(3));
    let start = Instant::now();
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill is there");
    assert!(sent.success());
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(
        text.contains(" right, 0 wrong") && text.contains("Not everything was asked."),
        "{text}"
    );
    assert!(start.elapsed() < Duration::from_secs(10));
}

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

#[test]
fn a_failure_that_is_expected_beyond_the_first_unexpected_one_is_not_called_fixed() {
    let folder = tempfile::tempdir().expect("a folder");
    let known = write_file(folder.path(), "known.txt", b"order Duplicati's order is not ours\n");
    let run = mutant(&["--expect-failures", &known], "BoundExclusive", "74109");
    assert!(run.code == 1 && run.stdout.contains("The rest was not asked"), "{}", run.stdout);
    assert!(!run.stdout.contains("but it passes"), "{}", run.stdout);
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

#[test]
fn smoke_tells_each_kind_of_mismatch() {
    let hello = |releases: &str| {
        format!(
            r#"read -r line; echo '{{"protocol":1,"implementation":"x","releases":[{releases}],"asks":["parse"]}}'
        while read -r line; do case $line in"#
        )
    };
    let smoke = |releases: &str, answers: &str| {
        let script = hello(releases) + answers + "\nesac; done";
        run(&["conformance", "smoke", "--", "sh", "-c", &script])
    };
    // The second kind of question is that of a policy that is refused.
    let answers = |first: &str| {
        format!(r#" *s1*) echo '{{"id":"s1",{first}}}';; *) echo '{{"id":"s2","error":"x"}}';;"#)
    };
    let right = |month: u32| {
        answers(&format!(r#""pairs":[[604800,86400],[null,{month}]],"accepted_for_backup":true"#))
    };
    for (releases, answers, code, says) in [
        (r#""2.1""#, right(2_678_400), 0, "All right."),
        (r#""2.2""#, right(2_592_000), 0, "All right."),
        (r#""2.2""#, right(2_678_400), 1, "Right is {\"pairs\":[[604800,86400],[null,2592000]]"),
        (r#""9.9""#, right(2_678_400), 3, "It does not name a release that is known here"),
        (r#""9.9","2.3.0""#, right(2_592_000), 0, "\"release\":\"2.3.0\""),
        (r#""2.2""#, answers(r#""error":"no""#), 1, "Mismatch: it is rejected"),
        (r#""2.2""#, answers(r#""skip":"hard""#), 0, "It declines this question"),
        (
            r#""2.2""#,
            r#" *) echo '{"id":"s1","skip":"hard"}';;"#.into(),
            1,
            "the id of the question, \"s2\", must come back",
        ),
        (
            r#""2.2""#,
            r#" *) echo '{"id":"s2","error":"x"}';;"#.into(),
            1,
            "the id of the question, \"s1\", must come back",
        ),
    ] {
        let answer = smoke(releases, &answers);
        let text = answer.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(answer.code, code, "{says}: {text}");
        assert!(text.contains(says), "{says}: {text}");
        assert!(!text.contains("A history"), "it was asked what it does not answer: {text}");
    }
    let begin = Instant::now();
    let script = hello(r#""2.2""#) + " *) sleep 30;; esac; done";
    let slow = run(&["conformance", "smoke", "--time-limit", "0.5", "--", "sh", "-c", &script]);
    assert!(slow.code == 3 && begin.elapsed() < Duration::from_secs(5), "{}", slow.stdout);
}

#[test]
fn our_own_replay_counts_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let right =
        r#"{"id":"a","options":{"keep-versions":"0"},"expect":{"2.3.0":{"accepted":true}}}"#;
    let wrong = right.replace("true", "false");
    let file =
        write_file(folder.path(), "some.jsonl", format!("{right}\n{wrong}\n{wrong}\n").as_bytes());
    let answer = run(&["conformance", "replay", &file]);
    assert!(
        answer.code == 1 && answer.stdout.ends_with("1 passed, 2 failed\n"),
        "{}",
        answer.stdout
    );
    // A list of known failures has comments and blank lines.
    let known = write_file(folder.path(), "known.txt", b"# why\n\na never fails\n");
    let asked = run(&[
        "conformance",
        "run",
        "--vectors",
        &file,
        "--cases",
        "0",
        "--keep-going",
        "--expect-failures",
        &known,
        "--",
        OURS,
        "conformance",
        "serve",
    ]);
    assert!(asked.code != 2, "{}", asked.stderr);
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
