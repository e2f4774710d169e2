//! The format of vector files: JSON, one case a line.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Release;
use crate::clock::Utc;
use crate::clock::Zone;
use crate::history::{Backup, History};
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// It fails: when it reads the policy, or when it decides.
    pub error: Option<Failure>,
    /// The pairs in whole seconds; no frame is the unlimited one, an interval of 0 keeps
    /// everything.
    pub pairs: Option<Vec<(Option<i64>, i64)>>,
    /// Whether the check before a backup passes.
    pub accepted_for_backup: Option<bool>,
    /// What the retention policy alone deletes, in Duplicati's order.
    pub retention_policy_deletes: Option<Vec<usize>>,
    /// What all options together delete, in any order.
    pub deletes: Option<Vec<usize>>,
}

/// Where a release fails.
///
/// ```
/// use duplicati_retention::conformance::vector::Failure;
/// assert_eq!(serde_json::from_str::<Failure>("\"plan\"")?, Failure::Plan);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Failure {
    /// An option cannot be read.
    Parse,
    /// The whole operation fails.
    Plan,
}

/// A line that is no vector.
///
/// ```
/// # use duplicati_retention::conformance::vector::*;
/// let line = r#"{"id":"p","expect":{}}"#;
/// assert!(matches!(Vector::parse(line), Err(VectorError::Shape)));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VectorError {
    /// It is no JSON, or not of the form of a vector.
    #[error("not a vector: {0}")]
    Json(#[from] serde_json::Error),
    /// It has neither a policy nor backups, or both.
    #[error(
        "not a vector: either \"policy\", or \"backups\" with \"time_zone\" and \"now\", is expected"
    )]
    Shape,
    /// A field's text means nothing.
    #[error("not a vector: {field}: {message}")]
    Field {
        /// The name of the field.
        field: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// The backups' places in the list would not be their version numbers.
    #[error("not a vector: the backups must stand newest first")]
    Order,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    policy: Option<String>,
    web_ui_accepts: Option<bool>,
    time_zone: Option<String>,
    now: Option<String>,
    options: Option<BTreeMap<String, String>>,
    backups: Option<Vec<BackupLine>>,
    expect: BTreeMap<String, Expected>,
}

#[derive(Deserialize)]
pub(super) struct BackupLine {
    time: String,
    #[serde(default)]
    partial: bool,
    locked_until: Option<String>,
}

impl Vector {
    /// Reads one line.
    ///
    /// # Errors
    /// [`VectorError`] if it is no vector.
    ///
    /// ```
    /// # use duplicati_retention::conformance::vector::Vector;
    /// assert!(Vector::parse("{}").is_err());
    /// ```
    pub fn parse(line: &str) -> Result<Vector, VectorError> {
        let line: Line = serde_json::from_str(line)?;
        let question = match (line.policy, line.backups, line.time_zone, line.now) {
            (Some(text), None, None, None) => {
                VectorQuestion::Policy { text, web_ui_accepts: line.web_ui_accepts }
            }
            (None, Some(backups), Some(zone), Some(now)) => {
                let zone: Zone = zone.parse().map_err(field("time_zone"))?;
                let now = parse_time(&now).map_err(field("now"))?;
                let history = History::new(self::backups(backups)?, zone);
                VectorQuestion::Retention {
                    history,
                    now,
                    options: line.options.unwrap_or_default(),
                }
            }
            _ => return Err(VectorError::Shape),
        };
        let release = |(name, expected): (String, Expected)| {
            Ok((name.parse().map_err(field("expect"))?, expected))
        };
        let expect = line.expect.into_iter().map(release).collect::<Result<_, VectorError>>()?;
        Ok(Vector { id: line.id, question, expect })
    }
}

/// The backups of a question, if they stand newest first.
pub(super) fn backups(lines: Vec<BackupLine>) -> Result<Vec<Backup>, VectorError> {
    let backups = lines.into_iter().map(backup).collect::<Result<Vec<_>, _>>()?;
    let in_order = backups.is_sorted_by(|newer, older| newer.time >= older.time);
    if in_order { Ok(backups) } else { Err(VectorError::Order) }
}

fn backup(line: BackupLine) -> Result<Backup, VectorError> {
    let time = |field_name, text: &str| parse_time(text).map_err(field(field_name));
    Ok(Backup {
        time: time("time", &line.time)?,
        partial: line.partial,
        locked_until: line.locked_until.map(|until| time("locked_until", &until)).transpose()?,
    })
}

pub(super) fn field<E: std::fmt::Display>(field: &'static str) -> impl Fn(E) -> VectorError {
    move |error| VectorError::Field { field, message: error.to_string() }
}
