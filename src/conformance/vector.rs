//! The format of vector files: JSON, one case a line.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Release;
use crate::clock::{Utc, Zone};
use crate::history::{Backup, History};
use crate::invariants::line::{BackupLine, known_options};
use crate::invariants::{Case, FieldError};
use crate::sources::times::parse_time;

/// One line of a vector file: a question, and what each release answers.
///
/// ```
/// use duplicati_retention::conformance::vector::{VectorQuestion, Vector};
/// let line = r#"{"id":"p","policy":"7D:U","expect":{"2.1":{"pairs":[[604800,0]],"accepted_for_backup":true}}}"#;
/// let vector = Vector::parse(line)?;
/// assert!(matches!(vector.question, VectorQuestion::Policy { ref text, .. } if text == "7D:U"));
/// assert_eq!(vector.expect.len(), 1);
/// # Ok::<(), duplicati_retention::conformance::vector::VectorError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Vector {
    /// The name of the case.
    pub id: String,
    /// What is asked.
    pub question: VectorQuestion,
    /// The answer of each release; one that is missing has no defined answer.
    pub expect: BTreeMap<Release, Expected>,
    /// The release of a line without `expect`: a counterexample, of which the reference says what
    /// is right and of which every invariant is asked.
    pub counterexample_of: Option<Release>,
}

/// What a vector asks.
///
/// ```
/// # use duplicati_retention::conformance::vector::*;
/// let line = r#"{"id":"r","time_zone":"UTC","now":"2026-11-23T10:00:00Z","backups":[],"expect":{}}"#;
/// assert!(matches!(Vector::parse(line)?.question, VectorQuestion::Retention { history, .. } if history.is_empty()));
/// # Ok::<(), VectorError>(())
/// ```
#[derive(Clone, Debug)]
pub enum VectorQuestion {
    /// Is this policy valid, and what does it mean?
    Policy {
        /// The text.
        text: String,
        /// Whether the classic web page accepts it, if the vector says so.
        web_ui_accepts: Option<bool>,
    },
    /// What is deleted?
    Retention {
        /// The backups and the zone.
        history: History,
        /// The present, in UTC.
        now: Utc,
        /// Duplicati's options, by name.
        options: BTreeMap<String, String>,
    },
}

/// What a release answers. Only what is there is compared.
///
/// ```
/// # use duplicati_retention::conformance::vector::*;
/// let line = r#"{"id":"p","policy":"x","expect":{"2.3.0":{"error":"parse"}}}"#;
/// let expected = &Vector::parse(line)?.expect[&duplicati_retention::Release::V2_3_0];
/// assert_eq!(expected, &Expected { error: Some(Failure::Parse), ..Expected::default() });
/// # Ok::<(), VectorError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// It fails: when it reads the policy, or when it decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// The pairs in whole seconds; no frame is the unlimited one, an interval of 0 keeps
    /// everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs: Option<Vec<(Option<i64>, i64)>>,
    /// Whether the check before a backup passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_for_backup: Option<bool>,
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
///
/// ```
/// use duplicati_retention::conformance::vector::Failure;
/// assert_eq!(serde_json::from_str::<Failure>("\"plan\"")?, Failure::Plan);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Failure {
    /// An option cannot be read.
    Parse,
    /// The whole operation fails.
    Plan,
}

/// A line that is not a vector.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VectorError {
    /// It is not JSON, or not of the form of a vector.
    #[error("not a vector: {0}")]
    Json(#[from] serde_json::Error),
    /// It has neither a policy nor backups, or both; or neither answers nor a release.
    #[error(
        "not a vector: either \"policy\", or \"backups\" with \"time_zone\" and \"now\", is expected, and \"expect\" or \"release\""
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
        let question = match (line.policy, line.backups, line.time_zone, line.now) {
            (Some(text), None, None, None) => {
                VectorQuestion::Policy { text, web_ui_accepts: line.web_ui_accepts }
            }
            (None, Some(backups), Some(zone), Some(now)) => {
                let zone: Zone = zone.parse().map_err(FieldError::of("time_zone"))?;
                let backups = backups.into_iter().map(Backup::try_from);
                let backups = backups.collect::<Result<Vec<_>, _>>()?;
                if !backups.is_sorted_by(|newer, older| newer.time >= older.time) {
                    return Err(VectorError::Order);
                }
                VectorQuestion::Retention {
                    history: History::new(backups, zone),
                    now: parse_time(&now).map_err(FieldError::of("now"))?,
                    options: line.options.unwrap_or_default(),
                }
            }
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
        Ok(Vector { id: line.id, question, expect, counterexample_of })
    }

    /// The question as a release is asked.
    ///
    /// # Errors
    /// [`FieldError`] for an option that Duplicati does not have.
    pub fn case(&self, release: Release) -> Result<Case, FieldError> {
        Ok(match &self.question {
            VectorQuestion::Policy { text, .. } => {
                let options = vec![("retention-policy", text.clone())];
                Case::new(release, options, vec![], Zone::UTC, Utc::MIN)
            }
            VectorQuestion::Retention { history, now, options } => {
                let options = known_options(options.clone())?;
                let backups = history.iter().collect();
                Case::new(release, options, backups, history.zone(), *now)
            }
        })
    }
}
