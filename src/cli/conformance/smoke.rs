//! `conformance smoke`: one question of each kind, for whoever writes an adapter.

use std::ffi::OsString;
use std::io::Write;
use std::time::Duration;

use serde_json::Value;

use super::counterexample;
use crate::cli::failure::Failure;
use crate::cli::{
    exit::{CRASHED, DONE, REFUSED},
    screen,
};
use crate::conformance::process::{Program, Session};
use crate::conformance::protocol::hello_line;

/// Send one question of each kind to another program, and explain its answers
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  duplicati-retention conformance smoke -- python3 my_adapter.py"
)]
pub(in crate::cli) struct Args {
    /// How long each answer may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = super::run::seconds)]
    time_limit: Duration,

    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// A question, what it is for, what is right, and the fields of the answer that say so.
struct Question {
    ask: &'static str,
    title: &'static str,
    line: &'static str,
    right: &'static str,
    why: &'static str,
}

const QUESTIONS: [Question; 5] = [
    Question {
        ask: "parse",
        title: "A policy",
        line: r#""ask":"parse","id":"s1","policy":"1W:1D,U:1M""#,
        right: r#"{"pairs":[[604800,86400],[null,"MONTH"]],"accepted_for_backup":true}"#,
        why: "A pair is [time frame, interval] in whole seconds, and null is the unlimited frame. \
              The check before a backup passes, because no interval is as long as its frame.",
    },
    Question {
        ask: "parse",
        title: "A policy that is refused",
        line: r#""ask":"parse","id":"s2","policy":"1w:1D""#,
        right: r#"{"error":"any text"}"#,
        why: "A small w is not a unit. Any text will do as the error.",
    },
    Question {
        ask: "plan",
        title: "A history",
        line: r#""ask":"plan","id":"s3","time_zone":"UTC","now":"2026-11-23T10:00:00.5Z","options":{"retention-policy":"7D:1D"},"backups":[{"time":"2026-11-23T09:00:00Z"},{"time":"2026-11-22T20:00:00Z","partial":true},{"time":"2026-11-22T10:00:00Z"},{"time":"2026-11-21T12:00:00Z"},{"time":"2026-11-01T09:00:00Z"}]"#,
        right: r#"{"deletes":[2,4],"retention_policy_deletes":[2,4]}"#,
        why: "Version 2 is 22 hours after version 3, which is less than a day, so it is deleted; \
              version 1 is close as well, but partial backups in a frame are kept. Version 4 lies \
              in no frame. The newest is never looked at.",
    },
    Question {
        ask: "plan",
        title: "A history that cannot be decided upon",
        line: r#""ask":"plan","id":"s4","time_zone":"UTC","now":"2026-11-23T10:00:00Z","options":{"retention-policy":"5000Y:1Y"},"backups":[{"time":"2026-11-23T09:00:00Z"}]"#,
        right: r#"{"error":"any text"}"#,
        why: "The frame reaches back before the year 1, which .NET cannot count, so the whole \
              operation fails.",
    },
    Question {
        ask: "validate",
        title: "Options that exclude each other",
        line: r#""ask":"validate","id":"s5","options":{"retention-policy":"7D:1D","keep-time":"1M"}"#,
        right: r#"{"error":"any text"}"#,
        why: "Duplicati begins no backup with more than one of keep-time, keep-versions and \
              retention-policy.",
    },
];

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let program = Program { limit: args.time_limit, ..Program::new(args.command.clone()) };
    let mut session = match Session::start(&program) {
        Ok(session) => session,
        Err(crash) => {
            counterexample::not_started(&args.command, &crash, out)?;
            return Ok(CRASHED);
        }
    };
    let hello = session.hello.clone();
    let answer = serde_json::to_string(&hello).unwrap_or_default();
    writeln!(out, "Hello\n  → {}\n  ← {answer}", hello_line())?;
    let known =
        hello.releases.iter().find(|name| crate::Release::ALL.iter().any(|it| it.name() == *name));
    let Some(release) = known else {
        let known = "2.1, 2.2, 2.3.0 or 2.3.1";
        writeln!(out, "  It does not name a release that is known here: {known}.")?;
        return Ok(CRASHED);
    };
    let mut is_right = true;
    let is_asked = |question: &&Question| hello.asks.iter().any(|ask| ask == question.ask);
    for question in QUESTIONS.iter().filter(is_asked) {
        let line = format!(r#"{{{},"release":"{release}"}}"#, question.line);
        writeln!(out, "\n{}\n  → {line}", question.title)?;
        session.ask(line);
        let answer = match session.answer() {
            Ok(answer) => answer,
            Err(crash) => {
                counterexample::not_started(&args.command, &crash, out)?;
                return Ok(CRASHED);
            }
        };
        let shown = String::from_utf8_lossy(&answer).replace(char::is_control, "?");
        writeln!(out, "  ← {shown}")?;
        let result = check(question, release, &answer);
        is_right &= result.is_ok();
        let text = result.unwrap_or_else(|text| {
            let right = question.right.replace(r#""MONTH""#, month(release));
            format!("Mismatch: {text}. Right is {right}.")
        });
        write!(out, "{}", screen::paragraph(&format!("  {text} {}", question.why), 2))?;
    }
    if let Err(crash) = session.close() {
        counterexample::not_started(&args.command, &crash, out)?;
        return Ok(CRASHED);
    }
    let (verdict, code) = match is_right {
        true => ("All right. Go on with conformance run.", DONE),
        false => ("Not yet right.", REFUSED),
    };
    writeln!(out, "\n{verdict}")?;
    Ok(code)
}

/// The first month of the calendar has 31 days, all others 30 since 2.2.
fn month(release: &str) -> &'static str {
    if release == "2.1" { "2678400" } else { "2592000" }
}

fn check(question: &Question, release: &str, answer: &[u8]) -> Result<String, String> {
    let answer: Value = serde_json::from_slice(answer)
        .map_err(|error| format!("this is not a line of JSON ({error})"))?;
    let right: Value = serde_json::from_str(&question.right.replace(r#""MONTH""#, month(release)))
        .unwrap_or_default();
    let id = question.line.split('"').nth(7).unwrap_or_default();
    if answer["id"] != id {
        return Err(format!("the id of the question, {id:?}, must come back"));
    }
    if answer.get("skip").is_some() {
        return Ok("It declines this question, which never counts as a pass.".into());
    }
    if right.get("error").is_some() {
        let refused = answer.get("error").is_some();
        return if refused { Ok("Right.".into()) } else { Err("it must be rejected".into()) };
    }
    if let Some(error) = answer.get("error") {
        return Err(format!("it is rejected ({error})"));
    }
    let sorted = |value: &Value| {
        let mut list: Vec<String> =
            value.as_array().into_iter().flatten().map(Value::to_string).collect();
        list.sort_unstable();
        list
    };
    let fields = right.as_object().into_iter().flatten();
    // Only who has the feature gives the order.
    let fields = fields
        .filter(|(name, _)| *name != "retention_policy_deletes" || answer.get(name).is_some());
    for (name, value) in fields {
        let same = if name == "deletes" {
            sorted(value) == sorted(&answer[name])
        } else {
            *value == answer[name]
        };
        if !same {
            return Err(format!("{name} is {}", answer.get(name).unwrap_or(&Value::Null)));
        }
    }
    Ok("Right.".into())
}
