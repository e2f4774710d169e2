//! What is wrong: a sentence, the place, and what to write instead.

use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;

use crate::Release;
use crate::advice::{Danger, Warning};
use crate::policy::{PolicyError, entries};
use crate::retention::PlanError;

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
        Diagnostic { id: None, message, help: None, suggestion: None, place: None }
    }

    /// A policy that a server refuses.
    pub fn policy(text: &str, error: &PolicyError) -> Diagnostic {
        let suggestion = error.suggestion.clone();
        let meant = suggestion.iter().map(|meant| format!("; did you mean {meant}?"));
        Diagnostic {
            help: Some(error.expected().to_owned() + &meant.collect::<String>()),
            suggestion,
            place: Some(Place::new(text, error.range.clone())),
            ..Diagnostic::new(error)
        }
    }

    /// The same, with the release whose server it is.
    pub fn refused(text: &str, release: Release, error: &PolicyError) -> Diagnostic {
        let message = format!("the server of {release} refuses this policy: {error}");
        Diagnostic { message, ..Diagnostic::policy(text, error) }
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
