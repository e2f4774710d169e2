//! What is wrong: a sentence, the place, and what to write instead.

use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;

use crate::Release;
use crate::advice::{
    Danger, Objection, TextProblem, Warning, objections, probably_meant, sentence, text_problems,
};
use crate::clock::LocalDateTime;
use crate::policy::entries;
use crate::retention::{Options, PlanError};

/// Something that is wrong with a question, or probably not what was meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema, thiserror::Error)]
#[error("{message}")]
pub struct Diagnostic {
    /// A short name that stays the same, for a warning; `null` for an error
    pub id: Option<&'static str>,
    /// What is wrong
    pub message: String,
    /// What to do, or what is expected
    pub help: Option<String>,
    /// What was probably meant, where that can be told
    pub suggestion: Option<String>,
    /// Where it is in the policy's text; `null` if it is about all of it
    pub place: Option<Box<Place>>,
    /// What else is wrong with the same text.
    #[serde(skip)]
    pub further: Vec<Diagnostic>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ErrorReport {
    /// What is wrong
    pub error: Diagnostic,
}

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Place {
    /// The whole text.
    #[serde(skip)]
    pub text: String,
    /// Where it begins, in bytes
    pub start: usize,
    /// Where it ends, in bytes
    pub end: usize,
}

impl Place {
    fn new(text: &str, range: Range<usize>) -> Box<Place> {
        Box::new(Place { text: text.to_owned(), start: range.start, end: range.end })
    }
}

impl Diagnostic {
    /// An error that has no place.
    pub fn new(message: impl ToString) -> Diagnostic {
        let message = message.to_string();
        Diagnostic {
            id: None,
            message,
            help: None,
            suggestion: None,
            place: None,
            further: Vec::new(),
        }
    }

    /// All that is wrong with the text of a policy that the server of a release refuses: the first
    /// of it, and the rest in `further`.
    pub fn refused(text: &str, release: Release) -> Diagnostic {
        let mut problems = text_problems(text, release).into_iter();
        let first = problems.next().map(|problem| Diagnostic::problem(text, problem));
        let mut first = first.unwrap_or_else(|| Diagnostic::new("it cannot be read"));
        first.message = format!("the server of {release} refuses this policy: {}", first.message);
        first.further = problems.map(|problem| Diagnostic::problem(text, problem)).collect();
        if let Some(meant) = probably_meant(text, release) {
            let help = match first.further.last_mut() {
                Some(last) => &mut last.help,
                None => &mut first.help,
            };
            help.get_or_insert_default().push_str(&format!("; altogether: {meant}"));
        }
        first
    }

    /// Something that is wrong with the text of a policy.
    pub fn problem(text: &str, problem: TextProblem) -> Diagnostic {
        let meant = problem.suggestion.iter().map(|meant| format!("; did you mean {meant}?"));
        Diagnostic {
            help: Some(problem.help + &meant.collect::<String>()),
            suggestion: problem.suggestion,
            place: Some(Place::new(text, problem.place)),
            ..Diagnostic::new(problem.message)
        }
    }

    /// What a layer objects to in the options whose policy is this text.
    pub fn objection(policy: &str, objection: &Objection) -> Diagnostic {
        Diagnostic {
            id: Some(objection.id),
            message: objection.message.clone(),
            help: Some(objection.remedy.clone()),
            suggestion: objection.suggestion.clone(),
            place: objection.place.clone().map(|range| Place::new(policy, range)),
            further: Vec::new(),
        }
    }

    /// Why there is no plan, with the place in the policy if it is to blame.
    pub fn no_plan(policy: &str, error: PlanError) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(error);
        if let PlanError::FrameBeforeYearOne { pair, .. } = error {
            let entry = entries(policy).nth(pair.get());
            diagnostic.place = entry.map(|entry| Place::new(policy, entry.frame));
            diagnostic.help = Some("write U for an unlimited time frame".into());
        }
        diagnostic
    }

    /// A warning about this policy.
    pub(super) fn warning(policy: &str, warning: Warning) -> Diagnostic {
        Diagnostic {
            id: Some(warning.id),
            message: warning.reason,
            help: Some(warning.fix),
            suggestion: None,
            place: warning.place.map(|range| Place::new(policy, range)),
            further: Vec::new(),
        }
    }
}

/// Something about a plan that a person must not miss.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Notice {
    /// A short name that stays the same, such as `only-partial-left`
    pub id: &'static str,
    /// What it is, in a sentence or two
    pub message: String,
}

impl From<Danger> for Notice {
    fn from(danger: Danger) -> Notice {
        Notice { id: danger.id, message: danger.message }
    }
}

/// Why Duplicati would not run with these options, `policy` being the text of the policy among
/// them. Every answer about them begins with this.
///
/// ```
/// use duplicati_retention::{Release, clock::{Utc, Zone}, report::blockers, retention::Options};
/// let options = Options::parse([("retention-policy", "7D:7D")], Release::V2_3_0)?;
/// let now = Zone::UTC.to_local(Utc::from_unix_seconds(1_795_424_400)?);
/// assert_eq!(blockers("7D:7D", &options, now)[0].id, "interval-not-below-frame");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn blockers(policy: &str, options: &Options, local_now: LocalDateTime) -> Vec<Notice> {
    objections(policy, options, local_now).iter().map(|(_, found)| Notice::from(found)).collect()
}

/// What an answer is about that begins with blockers.
pub fn what_follows(blockers: &[Notice]) -> &'static str {
    let fails = |notice: &Notice| ["before-year-1", "keep-time-out-of-range"].contains(&notice.id);
    match blockers.iter().all(fails) {
        true => "So nothing is deleted, whatever the options say.",
        false => "What follows is what its removal code would do if it ran.",
    }
}

impl From<&Objection> for Notice {
    fn from(objection: &Objection) -> Notice {
        let Objection { id, message, remedy, .. } = objection;
        Notice { id, message: format!("{message} {}.", sentence(remedy)) }
    }
}
