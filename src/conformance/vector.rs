//! The format of vector files: JSON, one case a line.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::protocol::{Ask, case_of_options};
use crate::Release;
use crate::invariants::line::BackupLine;
use crate::invariants::{Case, FieldError};

/// One line of a vector file: a question, and what each release answers.
///
/// ```
/// use duplicati_retention::Release;
/// use duplicati_retention::conformance::{protocol::Ask, vector::Vector};
/// let line = r#"{"id":"p","policy":"7D:U","expect":{"2.1":{"accepted_for_backup":true}}}"#;
/// let vector = Vector::parse(line)?;
/// assert_eq!((vector.ask, vector.case(Release::V2_1).policy_text()), (Ask::Parse, "7D:U"));
/// assert_eq!(vector.expect[&Release::V2_1].accepted_for_backup, Some(true));
/// # Ok::<(), duplicati_retention::conformance::vector::VectorError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Vector {
    /// The name of the case.
    pub id: String,
    /// What is asked about the case.
    pub ask: Ask,
    case: Case,
    /// Whether the classic web page accepts the policy, if the vector says so.
    pub web_ui_accepts: Option<bool>,
    /// The answer of each release; one that is missing has no defined answer.
    pub expect: BTreeMap<Release, Expected>,
    /// The release of a line without `expect`: a counterexample, of which the reference says what
    /// is right and of which every invariant is asked.
    pub counterexample_of: Option<Release>,
}

/// What a release answers. Only what is there is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// It fails: when it reads the options, before it begins, or when it decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// The pairs in whole seconds; no frame is the unlimited one, an interval of 0 keeps
    /// everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs: Option<Vec<(Option<i64>, i64)>>,
    /// Whether the check before a backup passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_for_backup: Option<bool>,
    /// Whether Duplicati begins a backup with the options; if not, it is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<bool>,
    /// What the retention policy alone deletes, in Duplicati's order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_policy_deletes: Option<Vec<usize>>,
    /// What all options together delete, in any order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletes: Option<Vec<usize>>,
    /// What becomes of the decision; written only if it fails.
    #[serde(skip_serializing_if = "Deleting::is_not_said")]
    pub deleting: Option<Deleting>,
}

/// What becomes of a decision.
///
/// ```
/// use duplicati_retention::conformance::vector::Deleting;
/// assert_eq!(serde_json::from_str::<Deleting>("\"fails\"")?, Deleting::Fails);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Deleting {
    /// Duplicati fails while it deletes, so nothing is deleted.
    Fails,
    /// It is carried out.
    Works,
}

impl Deleting {
    pub(super) fn is_not_said(deleting: &Option<Deleting>) -> bool {
        *deleting != Some(Deleting::Fails)
    }

    pub(super) const fn of(fails: bool) -> Deleting {
        if fails { Deleting::Fails } else { Deleting::Works }
    }
}

/// In a sentence: `deletes 1, 2`.
impl fmt::Display for Expected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |numbers: &[usize]| match numbers {
            [] => "nothing".to_owned(),
            _ => numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        };
        let mut parts = Vec::new();
        if self.error.is_some() {
            parts.push("refused, or fails".to_owned());
        }
        if let Some(pairs) = &self.pairs {
            let pair = |(frame, interval): &(Option<i64>, i64)| match frame {
                Some(frame) => format!("[{frame}, {interval}]"),
                None => format!("[null, {interval}]"),
            };
            let pairs = pairs.iter().map(pair).collect::<Vec<_>>();
            parts.push(format!("pairs [{}]", pairs.join(", ")));
        }
        if let Some(accepted) = self.accepted_for_backup {
            parts.push(format!("{}accepted for a backup", if accepted { "" } else { "not " }));
        }
        if self.accepted == Some(true) {
            parts.push("the options are accepted".to_owned());
        }
        if let Some(deletes) = &self.deletes {
            let mut deletes = deletes.clone();
            deletes.sort_unstable();
            parts.push(format!("deletes {}", list(&deletes)));
        }
        if self.deleting == Some(Deleting::Fails) {
            parts.push("fails while deleting".to_owned());
        }
        if let Some(deletes) = &self.retention_policy_deletes {
            parts.push(format!("the policy alone, in order: {}", list(deletes)));
        }
        formatter.write_str(&parts.join("; "))
    }
}

/// Where a release fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Failure {
    /// An option cannot be read.
    Parse,
    /// The whole operation fails.
    Plan,
    /// The options are refused before anything runs.
    Validate,
}

/// A line that is not a vector.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VectorError {
    /// It is not JSON, or not of the form of a vector.
    #[error("not a vector: {0}")]
    Json(#[from] serde_json::Error),
    /// It has neither a policy nor options nor backups, or too much; or neither answers nor a
    /// release.
    #[error(
        "not a vector: \"policy\", or \"options\", or \"backups\" with \"time_zone\" and \"now\", \
         is expected, and \"expect\" or \"release\""
    )]
    Shape,
    /// A field's text has no meaning.
    #[error("not a vector: {0}")]
    Field(#[from] FieldError),
    /// The backups' places in the list would not be their version numbers.
    #[error("not a vector: the backups must be listed newest first")]
    Order,
}

/// The fields of a line.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Line {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_ui_accepts: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backups: Option<Vec<BackupLine>>,
    #[serde(skip_serializing)]
    pub release: Option<String>,
    pub expect: Option<BTreeMap<String, Expected>>,
}

impl Vector {
    /// Reads one line.
    ///
    /// # Errors
    /// [`VectorError`] if it is not a vector.
    pub fn parse(line: &str) -> Result<Vector, VectorError> {
        let line: Line = serde_json::from_str(line)?;
        let any = Release::default();
        let (ask, case) = match (line.policy, line.backups, line.time_zone, line.now) {
            (Some(text), None, None, None) => (Ask::Parse, Case::of_policy(any, text)),
            (None, Some(backups), Some(zone), Some(now)) => {
                let options = line.options.unwrap_or_default();
                let case = Case::from_fields(any, options, backups, &zone, &now)?;
                if case.backups() != case.versions() {
                    return Err(VectorError::Order);
                }
                (Ask::Plan, case)
            }
            (None, None, None, None) => match line.options {
                Some(options) => (Ask::Validate, case_of_options(any, options)?),
                None => return Err(VectorError::Shape),
            },
            _ => return Err(VectorError::Shape),
        };
        let release = |name: String| name.parse().map_err(FieldError::of("release"));
        let (expect, counterexample_of) = match (line.expect, line.release) {
            (Some(expect), _) => (expect, None),
            (None, Some(name)) => (BTreeMap::new(), Some(release(name)?)),
            (None, None) => return Err(VectorError::Shape),
        };
        let expect = expect.into_iter().map(|(name, expected)| {
            Ok((name.parse().map_err(FieldError::of("expect"))?, expected))
        });
        let expect = expect.collect::<Result<_, FieldError>>()?;
        let (id, web_ui_accepts) = (line.id, line.web_ui_accepts);
        Ok(Vector { id, ask, case, web_ui_accepts, expect, counterexample_of })
    }

    /// Whether one of its backups is locked.
    pub(super) fn has_locks(&self) -> bool {
        self.case.backups().iter().any(|backup| backup.locked_until.is_some())
    }

    /// The case as a release is asked.
    pub fn case(&self, release: Release) -> Case {
        self.case.with_release(release)
    }
}
