//! `conformance serve`, which answers the protocol.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{command, run_with};

fn answers(args: &[&str], input: &str) -> Vec<Value> {
    let run = run_with(command().args(["conformance", "serve"]).args(args), input.as_bytes());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    run.stdout.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

fn answer(input: &str) -> Value {
    let mut all = answers(&[], input);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn hello_names_all_releases_and_features() {
    let hello = answer(r#"{"ask":"hello","protocol":1}"#);
    assert_eq!(hello["protocol"], 1);
    assert_eq!(hello["releases"], json!(["2.1", "2.2", "2.3.0", "2.3.1"]));
    assert_eq!(hello["asks"], json!(["parse", "plan", "validate"]));
    assert_eq!(hello["features"], json!(["order", "locks", "unsorted", "deleting"]));
}

#[test]
fn the_examples_of_the_protocol_are_answered_as_it_says() {
    let parse = answer(r#"{"ask":"parse","id":"p1","release":"2.3.0","policy":"1W:1D,U:1M"}"#);
    assert_eq!(
        parse,
        json!({"id":"p1","pairs":[[604800,86400],[null,2592000]],"accepted_for_backup":true})
    );
    let plan = answer(
        r#"{"ask":"plan","id":"r1","release":"2.3.0","time_zone":"Europe/Berlin","now":"2026-11-23T10:00:00.5Z","options":{"retention-policy":"7D:1D"},"backups":[{"time":"2026-11-23T09:00:00Z","partial":true},{"time":"2026-11-01T09:00:00Z"}]}"#,
    );
    assert_eq!(plan, json!({"id":"r1","retention_policy_deletes":[1],"deletes":[1]}));
}

#[test]
fn what_is_refused_is_an_error_and_what_is_unknown_is_skipped() {
    let refused = answer(r#"{"ask":"parse","id":7,"release":"2.3.0","policy":"7d:1D"}"#);
    assert_eq!(refused["id"], 7);
    assert!(refused["error"].is_string() && refused.get("pairs").is_none(), "{refused}");
    for unknown in
        [r#"{"ask":"parse","id":"x","release":"2.9","policy":""}"#, r#"{"ask":"dance","id":"x"}"#]
    {
        let skipped = answer(unknown);
        assert!(skipped["id"] == "x" && skipped["skip"].is_string(), "{skipped}");
    }
}

#[test]
fn options_are_accepted_or_refused_before_anything_runs() {
    let validate = |options: &str| {
        let line =
            format!(r#"{{"ask":"validate","id":"v","release":"2.3.0","options":{{{options}}}}}"#);
        answer(&line)
    };
    let accepted = json!({"id":"v","accepted":true});
    for options in ["", r#""retention-policy":"7D:1D","keep-versions":"0""#, r#""keep-time":"1M""#]
    {
        assert_eq!(validate(options), accepted, "{options}");
    }
    for refused in [
        r#""retention-policy":"7D:1D","keep-time":"1M""#,
        r#""keep-versions":"1","keep-time":"1M""#,
        r#""retention-policy":"7D:7D""#,
        r#""retention-policy":"7d:1D""#,
        r#""keep-time":"1d""#,
    ] {
        let answer = validate(refused);
        assert!(answer["error"].is_string() && answer.get("accepted").is_none(), "{answer}");
    }
    let unknown = validate(r#""prefix":"x""#);
    assert!(unknown["error"].as_str().is_some_and(|it| it.contains("prefix")), "{unknown}");
}

#[test]
fn a_fraction_of_a_second_is_cut_off() {
    let pairs = |release: &str| {
        let line =
            format!(r#"{{"ask":"parse","id":1,"release":"{release}","policy":"922337203685:1D"}}"#);
        answer(&line)["pairs"].clone()
    };
    assert_eq!(pairs("2.2"), json!([[922_337_203_684_i64, 86_400]]));
    assert_eq!(pairs("2.3.0"), json!([[922_337_203_685_i64, 86_400]]));
}

#[test]
fn backups_may_be_listed_in_any_order() {
    let question = |backups: &str| {
        let rest = r#""time_zone":"UTC","now":"2026-11-23T10:00:00Z","options":{"version":"1"}"#;
        format!(r#"{{"ask":"plan","id":1,"release":"2.3.0",{rest},"backups":[{backups}]}}"#)
    };
    let (older, newer) = (r#"{"time":"0"}"#, r#"{"time":"1"}"#);
    let sorted = answer(&question(&format!("{newer},{older}")));
    assert_eq!(sorted["deletes"], json!([1]));
    assert_eq!(answer(&question(&format!("{older},{newer}"))), sorted);
}

#[test]
fn a_bad_line_gets_an_error_and_the_next_one_its_right_answer() {
    let long = format!("{{\"ask\":\"parse\",\"policy\":\"{}\"}}", "x".repeat(3 << 20));
    let plan = r#"{"ask":"plan","id":1,"release":"2.3.0","time_zone":"UTC","now":"0","backups":[]"#;
    for bad in [
        "nonsense".to_owned(),
        "[]".into(),
        "{}".into(),
        r#"{"ask":"parse","id":1,"release":"2.3.0"}"#.into(),
        r#"{"ask":"parse","id":1,"policy":""}"#.into(),
        r#"{"ask":"parse","id":1,"release":"2.3.0","policy":"\ud800"}"#.into(),
        format!("{plan},\"options\":{{\"prefix\":\"x\"}}}}"),
        plan.replace("UTC", "Europe/Bonn") + "}",
        long,
    ] {
        let good = r#"{"ask":"parse","id":"good","release":"2.3.0","policy":""}"#;
        let both = answers(&[], &format!("{bad}\n\n{good}"));
        assert_eq!(both.len(), 2, "{both:?}");
        assert!(both[0]["error"].is_string(), "{both:?}");
        assert_eq!(both[1], json!({"id":"good","pairs":[],"accepted_for_backup":true}));
    }
}

#[test]
fn an_answer_comes_before_the_next_question() {
    let mut child = command();
    child.args(["conformance", "serve"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = child.spawn().expect("it starts");
    let (mut input, output) =
        (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
    let mut answers = BufReader::new(output).lines();
    for number in 0..3 {
        writeln!(input, r#"{{"ask":"parse","id":{number},"release":"2.3.0","policy":""}}"#)
            .expect("it reads");
        let answer = answers.next().expect("it answers").expect("in UTF-8");
        assert!(answer.contains(&format!("\"id\":{number},")), "{answer}");
    }
    drop(input);
    assert!(answers.next().is_none() && child.wait().expect("it ends").success());
}

#[test]
fn a_mutant_answers_wrong_and_an_unknown_one_is_refused() {
    let at_the_bound = r#"{"ask":"plan","id":1,"release":"2.3.0","time_zone":"UTC","now":"2026-11-23T10:00:00Z","options":{"retention-policy":"7D:1D"},"backups":[{"time":"2026-11-23T09:00:00Z"},{"time":"2026-11-16T10:00:00Z"}]}"#;
    assert_eq!(answer(at_the_bound)["deletes"], json!([]));
    assert_eq!(
        answers(&["--with", "mutant:BoundExclusive"], at_the_bound)[0]["deletes"],
        json!([1])
    );
    let run = run_with(command().args(["conformance", "serve", "--with", "mutant:None"]), b"");
    assert!(run.code == 2 && run.stderr.contains("BoundExclusive"), "{}", run.stderr);
}
