//! Is an answer right?

use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::conformance::process::{Fault, shown};
use crate::conformance::protocol::{Ask, told};
use crate::conformance::vector::{Expected, Failure};
use crate::invariants::Case;
use crate::policy::{PolicyProblem, SpanProblem};
use crate::release::Release;
use crate::testing::{Implementation, Reference};

/// What an implementation answered to a question.
///
/// ```
/// use duplicati_retention::conformance::run::Response;
/// assert_eq!(Response::Refused("no colon".into()).to_string(), "refused: no colon");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// It rejects the input.
    Refused(String),
    /// It answers.
    Answered(Expected),
    /// It answers to the question, but in another form than the protocol's.
    Malformed(String),
}

impl fmt::Display for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Response::Refused(why) => write!(formatter, "refused: {why}"),
            Response::Malformed(why) => write!(formatter, "not an answer of the protocol: {why}"),
            Response::Answered(answer) => formatter.write_str(&sentence(answer)),
        }
    }
}

/// An answer in a sentence.
///
/// ```
/// use duplicati_retention::conformance::{run::sentence, vector::Expected};
/// assert_eq!(sentence(&Expected { deletes: Some(vec![2, 1]), ..Expected::default() }), "deletes 1, 2");
/// ```
pub fn sentence(answer: &Expected) -> String {
    let list = |numbers: &[usize]| match numbers {
        [] => "nothing".to_owned(),
        _ => numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    let mut parts = Vec::new();
    if answer.error.is_some() {
        parts.push("refused, or fails".to_owned());
    }
    if let Some(pairs) = &answer.pairs {
        let pair = |(frame, interval): &(Option<i64>, i64)| match frame {
            Some(frame) => format!("[{frame}, {interval}]"),
            None => format!("[null, {interval}]"),
        };
        parts.push(format!("pairs [{}]", pairs.iter().map(pair).collect::<Vec<_>>().join(", ")));
    }
    if let Some(accepted) = answer.accepted_for_backup {
        parts.push(format!("{}accepted for a backup", if accepted { "" } else { "not " }));
    }
    if let Some(deletes) = &answer.deletes {
        let mut deletes = deletes.clone();
        deletes.sort_unstable();
        parts.push(format!("deletes {}", list(&deletes)));
    }
    if let Some(deletes) = &answer.retention_policy_deletes {
        parts.push(format!("the policy alone, in order: {}", list(deletes)));
    }
    parts.join("; ")
}

/// What a line says.
pub(super) enum Reply {
    Skip(String),
    Response(Response),
}

#[derive(Deserialize)]
struct ReplyLine {
    #[serde(default)]
    id: Value,
    pairs: Option<Vec<(Option<i64>, i64)>>,
    accepted_for_backup: Option<bool>,
    deletes: Option<Vec<usize>>,
    retention_policy_deletes: Option<Vec<usize>>,
    error: Option<Value>,
    skip: Option<Value>,
}

/// Reads the answer to this question.
pub(super) fn read(line: &[u8], id: &str, ask: Ask, with_order: bool) -> Result<Reply, Fault> {
    let not_json = || Fault::NotJson(shown(line));
    let in_order = |got: &Value| match got.as_str() == Some(id) {
        true => Ok(()),
        false => Err(Fault::OutOfOrder {
            asked: format!("{id:?}"),
            got: shown(got.to_string().as_bytes()),
        }),
    };
    let answer: ReplyLine = match serde_json::from_slice(line) {
        Ok(answer) => answer,
        Err(error) => {
            let object: Value = serde_json::from_slice(line).map_err(|_| not_json())?;
            in_order(object.as_object().ok_or_else(not_json)?.get("id").unwrap_or(&Value::Null))?;
            return Ok(Reply::Response(Response::Malformed(format!("{error}: {}", shown(line)))));
        }
    };
    in_order(&answer.id)?;
    if let Some(reason) = answer.skip {
        return Ok(Reply::Skip(text(&reason)));
    }
    if let Some(why) = answer.error {
        return Ok(Reply::Response(Response::Refused(text(&why))));
    }
    let missing = match ask {
        Ask::Parse if answer.pairs.is_none() => Some("pairs"),
        Ask::Parse if answer.accepted_for_backup.is_none() => Some("accepted_for_backup"),
        Ask::Plan if answer.deletes.is_none() => Some("deletes"),
        Ask::Plan if with_order && answer.retention_policy_deletes.is_none() => {
            Some("retention_policy_deletes (it has the feature order)")
        }
        _ => None,
    };
    Ok(Reply::Response(match missing {
        Some(field) => Response::Malformed(format!("{field} is missing: {}", shown(line))),
        None => Response::Answered(Expected {
            error: None,
            pairs: answer.pairs,
            accepted_for_backup: answer.accepted_for_backup,
            retention_policy_deletes: answer.retention_policy_deletes.filter(|_| with_order),
            deletes: answer.deletes,
        }),
    }))
}

/// A text is shown as it is, whatever else it is as JSON.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether an answer is the right one, as far as the right one is defined.
pub(super) fn agrees(right: &Expected, given: &Response) -> bool {
    let told = match given {
        Response::Malformed(_) => return false,
        Response::Refused(_) => return right.error.is_some() || is_partly_undefined(right),
        Response::Answered(told) => told,
    };
    let as_set = |list: &Option<Vec<usize>>| {
        list.clone().map(|mut list| {
            list.sort_unstable();
            list.dedup();
            list
        })
    };
    right.error.is_none()
        && same(&right.pairs, &told.pairs)
        && same(&right.accepted_for_backup, &told.accepted_for_backup)
        && same(&right.retention_policy_deletes, &told.retention_policy_deletes)
        && same(&as_set(&right.deletes), &as_set(&told.deletes))
}

/// Equal, or one of them says nothing.
fn same<T: PartialEq>(right: &Option<T>, told: &Option<T>) -> bool {
    right.is_none() || told.is_none() || right == told
}

/// 2.1 decides upon what it then cannot delete, so nobody can say whether it fails.
fn is_partly_undefined(right: &Expected) -> bool {
    right.retention_policy_deletes.is_some() && right.deletes.is_none()
}

/// An answer as a vector file has it.
pub(crate) fn as_vector(answer: &Expected) -> Value {
    if let Some(failure) = answer.error {
        let name = if failure == Failure::Parse { "parse" } else { "plan" };
        return json!({ "error": name });
    }
    let fields = [
        ("pairs", answer.pairs.as_ref().map(|pairs| json!(pairs))),
        ("accepted_for_backup", answer.accepted_for_backup.map(Value::from)),
        (
            "retention_policy_deletes",
            answer.retention_policy_deletes.as_ref().map(|list| json!(list)),
        ),
        ("deletes", answer.deletes.as_ref().map(|list| json!(list))),
    ];
    fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The right answer by the mirror; none where the answer is not defined, as with dates in place of
/// spans.
pub(crate) fn right(ask: Ask, case: &Case) -> Option<Expected> {
    let answer = Reference.answer(case);
    let is_date =
        |problem| matches!(problem, PolicyProblem::Span(SpanProblem::Now | SpanProblem::Date));
    if answer
        .policy
        .as_ref()
        .is_err_and(|error| error.as_ref().is_some_and(|error| is_date(error.problem)))
    {
        return None;
    }
    let mut right = told(ask, &answer);
    if ask == Ask::Plan {
        if right.error.is_some() && case.option("keep-time").is_some_and(may_be_a_date) {
            return None;
        }
        // 2.1 counts a version that two options delete twice, and then deletes nothing.
        if case.release() == Release::V2_1 && names_a_version_twice(&answer) {
            right.deletes = None;
        }
    }
    Some(right)
}

fn names_a_version_twice(answer: &crate::invariants::Answer) -> bool {
    use crate::retention::Blocker;
    let twice = |blocker: &Blocker| matches!(blocker, Blocker::CountedTwice { .. });
    answer.plan.as_ref().is_ok_and(|plan| plan.blockers.iter().any(twice))
}

/// Whether Duplicati may read a text of keep-time as a date, or as `now`, which is not mirrored.
fn may_be_a_date(text: &str) -> bool {
    let is_span = |text: &str| {
        text.bytes().all(|byte| b"0123456789smhdwmy\n".contains(&byte.to_ascii_lowercase()))
    };
    !is_span(text) && crate::dotnet::parse_i64(text).is_none()
}
