//! What an implementation answered, and whether it is right.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::conformance::process::{Fault, shown};
use crate::conformance::protocol::{Ask, Hello};
use crate::conformance::vector::{Deleting, Expected};
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::history::VersionNumber;
use crate::invariants::{Answer, Case, NoPlan};
use crate::policy::{Pair, Policy};

/// What an implementation answered to a question.
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
            Response::Answered(answer) => answer.fmt(formatter),
        }
    }
}

impl Response {
    /// An answer of this crate as an implementation would give it.
    pub(super) fn from_expected(expected: &Expected) -> Response {
        match expected.error {
            Some(_) => Response::Refused(String::new()),
            None => Response::Answered(expected.clone()),
        }
    }

    /// Whether it says that Duplicati decides and then fails.
    fn fails_while_deleting(&self) -> bool {
        matches!(self, Response::Answered(answered) if answered.deleting == Some(Deleting::Fails))
    }

    /// What it says, as parts of an answer to the case; only what is defined.
    pub(super) fn add_to(&self, answer: &mut Answer, ask: Ask, case: &Case, right: &Expected) {
        match (ask, self) {
            (_, Response::Malformed(_)) => {}
            (Ask::Parse, Response::Refused(_)) => {
                answer.policy = Some(Err(None));
                answer.passes_backup_check = Some(false);
            }
            (Ask::Parse, Response::Answered(answered)) => {
                // The floating point of 2.2 makes spans that whole seconds cannot say.
                let is_whole = |span: TimeSpan| span.ticks() % TICKS_PER_SECOND == 0;
                let is_said = |pair: &Pair| {
                    (pair.is_unlimited() || is_whole(pair.frame())) && is_whole(pair.interval())
                };
                let said = case.pairs().is_none_or(|pairs| pairs.iter().all(is_said));
                let pairs = answered.pairs.as_deref().filter(|_| said);
                answer.policy = pairs.and_then(policy).map(Ok);
                answer.passes_backup_check = answered.accepted_for_backup;
            }
            // No invariant is about that alone.
            (Ask::Validate, _) => {}
            // What fails deletes nothing, which is not what was decided.
            (Ask::Plan, _) if is_partly_undefined(right) || self.fails_while_deleting() => {
                if let Response::Answered(answered) = self {
                    answer.policy_deletes = versions(&answered.retention_policy_deletes);
                    answer.is_ordered = answer.policy_deletes.is_some();
                }
            }
            (Ask::Plan, Response::Refused(_)) => {
                answer.deletes = Some(Err(NoPlan::Unspecified));
            }
            (Ask::Plan, Response::Answered(answered)) => {
                let mut deletes = versions(&answered.deletes).unwrap_or_default();
                deletes.sort_unstable();
                deletes.dedup();
                answer.policy_deletes = versions(&answered.retention_policy_deletes);
                answer.is_ordered = answer.policy_deletes.is_some();
                // Where nothing but the policy decides, the answer is the policy's.
                if !answer.is_ordered && case.only_the_policy_decides() {
                    answer.policy_deletes = Some(deletes.clone());
                }
                answer.deletes = Some(Ok(deletes));
            }
        }
    }
}

fn versions(numbers: &Option<Vec<usize>>) -> Option<Vec<VersionNumber>> {
    Some(numbers.as_ref()?.iter().copied().map(VersionNumber::new).collect())
}

fn policy(pairs: &[(Option<i64>, i64)]) -> Option<Policy> {
    let ticks = |seconds: i64| TimeSpan::from_ticks(seconds.saturating_mul(TICKS_PER_SECOND));
    let pair = |&(frame, interval): &(Option<i64>, i64)| {
        Pair::new(frame.map_or(TimeSpan::MAX, ticks), ticks(interval))
    };
    Some(Policy::new(pairs.iter().map(pair).collect::<Result<_, _>>().ok()?))
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
    accepted: Option<bool>,
    deletes: Option<Vec<usize>>,
    deleting: Option<Deleting>,
    retention_policy_deletes: Option<Vec<usize>>,
    error: Option<Value>,
    skip: Option<Value>,
}

/// Reads the answer to this question.
pub(super) fn read(line: &[u8], id: &str, ask: Ask, hello: &Hello) -> Result<Reply, Fault> {
    let with_order = hello.has("order");
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
    let fails = hello.has("deleting") && answer.deleting == Some(Deleting::Fails);
    let missing = match ask {
        Ask::Parse if answer.pairs.is_none() => Some("pairs"),
        Ask::Parse if answer.accepted_for_backup.is_none() => Some("accepted_for_backup"),
        Ask::Validate if answer.accepted != Some(true) => Some("accepted (true) or error"),
        // What fails need not be decided.
        Ask::Plan if answer.deletes.is_none() && !fails => Some("deletes"),
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
            accepted: answer.accepted,
            retention_policy_deletes: answer.retention_policy_deletes.filter(|_| with_order),
            deletes: answer.deletes,
            deleting: hello.has("deleting").then(|| answer.deleting.unwrap_or(Deleting::Works)),
        }),
    }))
}

/// A text is shown as it is, whatever else it is as JSON.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether an answer is the right one, as far as the right one is defined.
pub(super) fn agrees(right: &Expected, response: &Response) -> bool {
    let answered = match response {
        Response::Malformed(_) => return false,
        Response::Refused(_) => return right.error.is_some() || is_partly_undefined(right),
        Response::Answered(answered) => answered,
    };
    let as_set = |list: &Option<Vec<usize>>| {
        list.clone().map(|mut list| {
            list.sort_unstable();
            list.dedup();
            list
        })
    };
    right.error.is_none()
        && same(&right.pairs, &answered.pairs)
        && same(&right.accepted_for_backup, &answered.accepted_for_backup)
        && same(&right.retention_policy_deletes, &answered.retention_policy_deletes)
        && same(&as_set(&right.deletes), &as_set(&answered.deletes))
        && same(&right.deleting, &answered.deleting)
}

/// Equal, or one of them says nothing.
fn same<T: PartialEq>(right: &Option<T>, answered: &Option<T>) -> bool {
    right.is_none() || answered.is_none() || right == answered
}

/// 2.1 decides upon what it then cannot delete, so nobody can say whether it fails.
fn is_partly_undefined(right: &Expected) -> bool {
    right.retention_policy_deletes.is_some() && right.deletes.is_none()
}
