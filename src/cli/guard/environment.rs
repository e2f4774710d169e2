//! The job as Duplicati tells a script about it: in environment variables.
//!
//! Only the variables named here are read. The others may hold passwords.

use std::env;
use std::path::PathBuf;

use crate::policy::OPTION_NAMES;

/// Before the name of each variable, and in it `_` in place of `-`.
const PREFIX: &str = "DUPLICATI__";

/// What Duplicati tells.
#[derive(Debug)]
pub(super) struct JobEnvironment {
    /// The options that decide, by their names in [`OPTION_NAMES`], with their texts.
    pub options: Vec<(&'static str, String)>,
    /// The job's local database.
    pub database: PathBuf,
}

/// What a run is for the guard.
#[derive(Debug)]
pub(super) enum Occasion {
    /// The start of a backup.
    Backup,
    /// Anything else that Duplicati does, after which nothing is deleted by the job's options.
    Another,
    /// It was not started by Duplicati.
    NoDuplicati,
}

impl Occasion {
    pub fn read() -> Result<Occasion, String> {
        let event = variable("EVENTNAME")?;
        let operation = variable("OPERATIONNAME")?.or(variable("main_action")?);
        Ok(match (event.as_deref(), operation.as_deref()) {
            (Some("AFTER"), _) => Occasion::Another,
            (_, Some("Backup")) => Occasion::Backup,
            (_, Some(_)) => Occasion::Another,
            (_, None) => Occasion::NoDuplicati,
        })
    }
}

impl JobEnvironment {
    pub fn read() -> Result<JobEnvironment, String> {
        let mut options = Vec::new();
        for name in OPTION_NAMES {
            if let Some(text) = variable(&name.replace('-', "_"))? {
                options.push((name, text));
            }
        }
        let path = env::var_os(format!("{PREFIX}dbpath")).filter(|path| !path.is_empty());
        let missing = || format!("Duplicati did not name the job's database in {PREFIX}dbpath");
        Ok(JobEnvironment { options, database: path.map(PathBuf::from).ok_or_else(missing)? })
    }
}

fn variable(name: &str) -> Result<Option<String>, String> {
    let name = format!("{PREFIX}{name}");
    match env::var(&name) {
        Ok(text) => Ok(Some(text)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(format!("the variable {name} is not valid text")),
    }
}
