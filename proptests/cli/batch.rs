//! `audit --batch`: a line of JSON in, a line of JSON out.

use serde_json::{Value, json};

use crate::support::{Run, command, plan, run_with};

fn batch(input: &[u8]) -> Run {
    run_with(command().args(["audit", "--batch", "-"]), input)
}

fn question(id: Value, policy: &str, times: &[&str]) -> String {
    let (zone, now) = ("Europe/Berlin", "2026-11-23T10:00:00Z");
    json!({ "id": id, "policy": policy, "times": times, "time_zone": zone, "now": now }).to_string()
}

#[test]
fn each_line_gets_its_answer_in_its_place() {
    let times = ["2026-11-23T09:00:00Z", "2026-11-22T10:00:00Z", "2026-11-01T09:00:00Z"];
    let lines = [
        question(json!(1), "7D:1D", &times),
        String::new(),
        "not JSON".into(),
        r#"{"id":"no times","policy":"7D:1D"}"#.into(),
        question(json!({ "host": "a" }), "7d:1D", &times),
        question(Value::Null, "1D:1D", &times),
        question(json!(2), "1W:1D", &["yesterday"]),
    ];
    let answer = batch(lines.join("\n").as_bytes());
    assert_eq!((answer.code, answer.stderr.as_str()), (1, ""));
    let answers: Vec<Value> =
        answer.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let lines: Vec<_> = answers.iter().map(|answer| answer["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [1, 3, 4, 5, 6, 7]);
    assert_eq!(answers[0]["deleted"], json!(["2026-11-01T09:00:00Z"]));
    assert_eq!(answers[0]["oldest_kept"], "2026-11-22T10:00:00Z");
    let error = |index: usize| answers[index]["error"].as_str().unwrap();
    let question = "a question is an object with policy or options, times, time_zone and now";
    assert_eq!(error(1), format!("this is not JSON (column 2); {question}"));
    assert_eq!(
        (error(2), &answers[2]["id"]),
        (&*format!("missing field `times` (column 34); {question}"), &json!("no times"))
    );
    assert!(error(3).contains("retention-policy: "), "{}", error(3));
    assert_eq!(answers[3]["id"], json!({ "host": "a" }));
    assert_eq!(answers[4]["blockers"], json!(["interval-not-below-frame"]));
    assert!(error(5).starts_with("times: \"yesterday\" is not a time"), "{}", error(5));
}

#[test]
fn the_batch_deletes_what_plan_deletes() {
    let times = [
        "2026-11-23T09:00:00Z",
        "2026-11-20T10:00:00Z",
        "2026-11-20T09:00:00Z",
        "2026-01-01T09:00:00Z",
    ];
    for policy in ["7D:1D", "1W:1D,4W:1W,12M:1M", "U:U", ""] {
        let planned = plan(policy, &["--json"], &times.join("\n"));
        let planned: Value = serde_json::from_str(&planned.stdout).unwrap();
        let versions = planned["versions"].as_array().unwrap().iter();
        let deleted: Vec<_> = versions
            .filter(|version| version["deleted"] == true)
            .map(|version| version["time"].clone())
            .collect();
        let answer = batch(question(Value::Null, policy, &times).as_bytes());
        let answer: Value = serde_json::from_str(&answer.stdout).unwrap();
        assert_eq!(answer["deleted"], json!(deleted), "{policy}");
    }
}

#[test]
fn a_line_that_is_not_text_does_not_end_the_batch() {
    let good = question(json!("good"), "7D:1D", &["2026-11-23T09:00:00Z"]);
    let answer = batch(&[b"a\xc3(\n", good.as_bytes()].concat());
    let answers: Vec<&str> = answer.stdout.lines().collect();
    assert_eq!((answer.code, answers.len()), (1, 2), "{}", answer.stderr);
    assert!(answers[1].contains("\"good\"") && answers[1].contains("\"error\":null"));
}

#[cfg(target_os = "linux")]
#[test]
fn the_memory_does_not_grow_with_the_lines() {
    use std::fs;
    use std::io::Write;
    use std::process::Stdio;
    let mut batch = command();
    batch.args(["audit", "--batch", "-"]).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = batch.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let line = question(json!(1), "7D:1D", &["2026-11-23T09:00:00Z"]) + "\n";
    // In kB. All lines but what is in the pipe are read when they are written.
    let mut most_after = |lines: usize| -> u64 {
        input.write_all(line.repeat(lines).as_bytes()).unwrap();
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        most.trim().split(' ').next().unwrap().parse().unwrap()
    };
    let (few, many) = (most_after(3000), most_after(12_000));
    drop(input);
    assert!(child.wait().unwrap().success());
    assert!(many < few + 1000, "{few} kB after 3,000 lines, {many} kB after 15,000");
}
