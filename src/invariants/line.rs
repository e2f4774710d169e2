//! A case as a line of JSON: what the protocol sends and what a vector file has.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Utc;
use crate::history::Backup;
use crate::retention::OPTION_NAMES;
use crate::sources::times::parse_time;

/// A field whose text has no meaning.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct FieldError {
    /// The name of the field.
    pub field: &'static str,
    /// What is wrong with it.
    pub message: String,
}

impl FieldError {
    /// The error about this field.
    pub fn of<E: std::fmt::Display>(field: &'static str) -> impl Fn(E) -> FieldError {
        move |error| FieldError { field, message: error.to_string() }
    }
}

/// The fields of a case.
#[derive(Serialize, Deserialize)]
pub(crate) struct CaseLine {
    #[serde(default)]
    pub id: String,
    pub release: String,
    pub time_zone: String,
    pub now: String,
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    pub backups: Vec<BackupLine>,
}

/// The fields of a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BackupLine {
    time: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    partial: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    locked_until: Option<String>,
}

impl From<&Backup> for BackupLine {
    fn from(backup: &Backup) -> BackupLine {
        BackupLine {
            time: backup.time.rfc_3339(),
            partial: backup.partial,
            locked_until: backup.locked_until.map(Utc::rfc_3339),
        }
    }
}

impl TryFrom<BackupLine> for Backup {
    type Error = FieldError;

    fn try_from(line: BackupLine) -> Result<Backup, FieldError> {
        let until = line.locked_until.as_deref().map(parse_time).transpose();
        Ok(Backup {
            time: parse_time(&line.time).map_err(FieldError::of("time"))?,
            partial: line.partial,
            locked_until: until.map_err(FieldError::of("locked_until"))?,
        })
    }
}

/// The options by the names that Duplicati knows.
pub(crate) fn known_options(
    options: BTreeMap<String, String>,
) -> Result<Vec<(&'static str, String)>, FieldError> {
    let named = |(name, text): (String, String)| {
        let known = OPTION_NAMES.into_iter().find(|known| *known == name);
        let unknown = || FieldError::of("options")(format!("no option is called {name:?}"));
        Ok((known.ok_or_else(unknown)?, text))
    };
    options.into_iter().map(named).collect()
}
