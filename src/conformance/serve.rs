//! Answers the protocol with an implementation of this crate, so that anything can be compared with
//! it.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read, Write};

use serde::Serialize;
use serde_json::Value;

use super::expected::expected;
use super::protocol::{Ask, Hello, QuestionLine};
use super::vector::{Expected, Failure};
use crate::Release;
use crate::invariants::{Answer, NoPlan};
use crate::testing::Implementation;

/// The longest question that is read, in bytes, as with vectors.
const LONGEST_LINE: u64 = 1 << 20;
/// Questions come in bulk; this many bytes of them are read at once.
const READ_AT_ONCE: usize = 1 << 16;

/// Answers questions, a line for each line, until the input ends. What is not a question is
/// answered with an error.
///
/// Answers are held back while there are more questions to read, and sent when the input is idle.
///
/// # Errors
/// Listing or writing fails.
///
/// ```
/// use duplicati_retention::testing::Reference;
/// use duplicati_retention::conformance::serve;
/// let questions = "{\"ask\":\"parse\",\"id\":1,\"release\":\"2.3.0\",\"policy\":\"U:1D\"}\nnonsense\n";
/// let mut answers = Vec::new();
/// serve(&Reference, questions.as_bytes(), &mut answers)?;
/// let answers = String::from_utf8_lossy(&answers);
/// assert!(answers.starts_with(r#"{"id":1,"pairs":[[null,86400]],"accepted_for_backup":true}"#));
/// assert!(answers.lines().nth(1).is_some_and(|line| line.starts_with(r#"{"error":"#)));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn serve(
    implementation: &dyn Implementation,
    input: impl Read,
    mut output: impl Write,
) -> io::Result<()> {
    let mut input = BufReader::with_capacity(READ_AT_ONCE, input);
    let mut answers = Vec::with_capacity(READ_AT_ONCE);
    let mut line = Vec::new();
    loop {
        line.clear();
        if !input.buffer().contains(&b'\n') || answers.len() >= READ_AT_ONCE {
            output.write_all(&answers)?;
            output.flush()?;
            answers.clear();
        }
        if input.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.len() as u64 > LONGEST_LINE && !line.ends_with(b"\n") {
            input.skip_until(b'\n')?;
            refuse(&mut answers, "the question is longer than 1 MiB".into());
        } else if line.trim_ascii().is_empty() {
            continue; // asks nothing
        } else {
            answer(implementation, &line, &mut answers);
        }
        answers.push(b'\n');
    }
}

/// Answers with an error that belongs to no question.
fn refuse(answers: &mut Vec<u8>, message: Cow<'static, str>) {
    write(answers, &Reply { error: Some(message), ..Reply::default() });
}

fn write(answers: &mut Vec<u8>, reply: &impl Serialize) {
    // Into memory, and the keys are texts: it cannot fail.
    let _ = serde_json::to_writer(answers, reply);
}

/// What is answered to one question.
#[derive(Default, Serialize)]
struct Reply {
    #[serde(skip_serializing_if = "Value::is_null")]
    id: Value,
    /// Its own error has another form here.
    #[serde(flatten)]
    answer: Expected,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skip: Option<Cow<'static, str>>,
}

fn answer(implementation: &dyn Implementation, line: &[u8], answers: &mut Vec<u8>) {
    let question: QuestionLine = match serde_json::from_slice(line) {
        Ok(question) => question,
        Err(problem) => return refuse(answers, format!("not a question: {problem}").into()),
    };
    let ask = match question.ask.as_ref() {
        "hello" => {
            return write(answers, &Hello::ours(&implementation.name()));
        }
        name => Ask::ALL.into_iter().find(|ask| ask.name() == name),
    };
    let reply = Reply { id: question.id.clone(), ..Reply::default() };
    let reply = match (ask, question.release.as_deref().map(str::parse::<Release>)) {
        (None, _) => Reply { skip: Some("this question is unknown".into()), ..reply },
        (_, None) => {
            Reply { error: Some("not a question: \"release\" is missing".into()), ..reply }
        }
        (_, Some(Err(unknown))) => Reply { skip: Some(unknown.to_string().into()), ..reply },
        (Some(ask), Some(Ok(release))) => match question.case(ask, release) {
            Err(problem) => Reply { error: Some(problem.to_string().into()), ..reply },
            Ok(case) => fill(reply, ask, &implementation.answer(&case)),
        },
    };
    write(answers, &reply);
}

fn fill(reply: Reply, ask: Ask, answer: &Answer) -> Reply {
    let expected = expected(ask, answer);
    let error = match (&answer.policy, answer.no_plan(), expected.error) {
        (_, _, None) => None,
        (Some(Err(Some(error))), ..) => Some(error.to_string().into()),
        (_, Some(NoPlan::Crash(message)), _) => Some(message.clone().into()),
        (.., Some(Failure::Parse)) => Some("an option cannot be read".into()),
        (.., Some(Failure::Validate)) => {
            Some("Duplicati refuses to begin with these options".into())
        }
        (.., Some(Failure::Plan)) => {
            Some("the operation fails: a time leaves the years 1 to 9999".into())
        }
    };
    Reply { answer: Expected { error: None, ..expected }, error, ..reply }
}
