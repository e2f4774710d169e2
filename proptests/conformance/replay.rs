//! `conformance replay`, `vectors` and `smoke`.

use std::time::{Duration, Instant};

use super::{OURS, some_vectors};
use crate::support::{run, write_file};

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
    assert!(!wrong.stdout.contains("The rest was not asked"), "{}", wrong.stdout);
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
fn a_case_that_is_wrong_twice_is_shown_once() {
    let folder = tempfile::tempdir().expect("a folder");
    // Refused as a policy, and accepted by what does not look at the case of a unit.
    let line = |id: &str, policy: &str| {
        format!(r#"{{"id":"{id}","policy":"{policy}","expect":{{"2.3.0":{{"error":"parse"}}}}}}"#)
    };
    let lines = [line("one", "1w:1D"), line("again", "1w:1D"), line("other", "1W:1d")].join("\n");
    let file = write_file(folder.path(), "some.jsonl", lines.as_bytes());
    let wrong = ["--", OURS, "conformance", "serve", "--with", "mutant:UnitsIgnoreCase"];
    let wrong = run(&[&["conformance", "replay", &file][..], &wrong].concat()).stdout;
    let shown = |id: &str| wrong.contains(&format!("Mismatch: {id}@2.3.0"));
    assert_eq!(["one", "again", "other"].map(shown), [true, false, true], "{wrong}");
    // It also says why a policy is refused.
    assert!(wrong.contains("a unit is missing here"), "{wrong}");
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
fn smoke_takes_deletions_in_any_order_and_compares_what_else_is_there() {
    for (answer, code, says) in [
        (r#""deletes":[4,2]"#, 0, "All right."),
        (r#""retention_policy_deletes":[2,4]"#, 1, "Mismatch: deletes is null"),
        (
            r#""deletes":[2,4],"retention_policy_deletes":[4,2]"#,
            1,
            "Mismatch: retention_policy_deletes is [4,2]",
        ),
    ] {
        let script = format!(
            r#"read -r line; echo '{{"protocol":1,"implementation":"x","releases":["2.1"],"asks":["plan"]}}'
            while read -r line; do case $line in
                *s3*) echo '{{"id":"s3",{answer}}}';; *) echo '{{"id":"s4","error":"x"}}';;
            esac; done"#
        );
        let smoke = run(&["conformance", "smoke", "--", "sh", "-c", &script]);
        assert_eq!(smoke.code, code, "{answer}: {}", smoke.stdout);
        assert!(smoke.stdout.contains(says), "{answer}: {}", smoke.stdout);
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
