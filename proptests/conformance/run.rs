//! `conformance run`: what it asks, what it finds, and how it ends.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::{OURS, ask_script};
use crate::support::{Run, command, run, run_with, write_file};

pub(super) const SERVE: &str = r#"exec "$0" conformance serve"#;

pub(super) fn mutant(options: &[&str], name: &str, word: &str) -> Run {
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
    let last = run.stdout.lines().last().unwrap_or_default();
    assert_eq!(last, "200 cases with related cases and timelines: 0 invariants violated");
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

/// How a run of very many cases ends that is interrupted.
fn interrupted(options: &[&str], implementation: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let questions = folder.path().join("questions.jsonl");
    let serve = format!(
        "tee -a '{}' | '{OURS}' conformance serve --with {implementation}",
        questions.display()
    );
    let mut run = command();
    run.args(["conformance", "run", "--cases", "100000000"]).args(options);
    run.args(["--", "sh", "-c", &serve]);
    let mut child = run.stdout(Stdio::piped()).spawn().expect("it starts");
    // Until there were questions about backups, which come after those about texts.
    while !std::fs::metadata(&questions).is_ok_and(|file| file.len() > 5_000_000) {
        assert_eq!(child.try_wait().expect("it runs"), None);
        std::thread::sleep(Duration::from_millis(10));
    }
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill is there");
    assert!(sent.success());
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_signal_gives_the_report_so_far() {
    let (code, text) = interrupted(&[], "reference");
    assert_eq!(code, Some(2), "{text}");
    assert!(
        text.contains(" right, 0 wrong") && text.contains("Not everything was asked."),
        "{text}"
    );
    // What was found until then is still made small.
    let (code, text) = interrupted(&["--keep-going"], "mutant:BoundExclusive");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("BoundExclusive: alike on all"), "{text}");
}
