//! The jobs of a machine, from the database of Duplicati's server, `Duplicati-server.sqlite`: their
//! names, the options that decide, schedules, and how the last run ended.
//!
//! Only options that decide about retention are read. Their values are never encrypted; of the
//! options whose values are, only the names are read. The database is opened as a job's is, see
//! [`Access`].

use std::path::{Path, PathBuf};

use chrono::NaiveDateTime;
use rusqlite::{Connection, Row};

use super::database::{self, Access, DatabaseError, DatabaseProblem};
use super::{Days, JobSchedule};
use crate::clock::Utc;
use crate::policy::OPTION_NAMES;

/// The name of the file in Duplicati's data folder.
pub const SERVER_FILE: &str = "Duplicati-server.sqlite";

/// What the value of an encrypted option begins with.
const ENCRYPTED: &str = "enc-v1:";

/// A job, as the server knows it.
#[derive(Clone, Debug, Default)]
pub struct ServerJob {
    /// Its name.
    pub name: String,
    /// Its local database, as the server names it; relative to the data folder if it is not
    /// absolute.
    pub database: Option<PathBuf>,
    /// The options that decide, each name once.
    pub options: Vec<ServerOption>,
    /// When it runs; `None` without a schedule.
    pub schedule: Option<JobSchedule>,
    /// What cannot be read of the schedule, in a sentence.
    pub schedule_problem: Option<String>,
    /// The last backup that was made.
    pub last_backup: Option<Utc>,
    /// The last failure: when, and what Duplicati said.
    pub last_error: Option<(Option<Utc>, String)>,
    /// The names of the job's options whose values are encrypted.
    pub encrypted: Vec<String>,
}

/// An option of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerOption {
    /// Its name in [`OPTION_NAMES`].
    pub name: &'static str,
    /// Its text; `None` if it is encrypted.
    pub value: Option<String>,
    /// Whether it is set for all jobs, on the settings page, and not in the job.
    pub is_default: bool,
}

/// Reads all jobs, in the order of their IDs. With them comes what may be missing in the file, as a
/// caveat.
///
/// # Errors
/// [`DatabaseError`] as for [`database::read`], or if it is not the database of a server.
pub fn read(
    path: &Path,
    access: Access,
) -> Result<(Vec<ServerJob>, Option<String>), DatabaseError> {
    database::query(path, access, jobs)
}

/// The option of every job (`None`) or of one, as rows of name and value.
fn options(connection: &Connection, job: i64) -> Result<Vec<(String, String)>, rusqlite::Error> {
    // Nothing else of the table is read: it holds passwords.
    let names: Vec<String> =
        OPTION_NAMES.iter().flat_map(|name| [format!("'{name}'"), format!("'--{name}'")]).collect();
    let query = format!(
        "SELECT Name, Value FROM \"Option\" WHERE BackupID = ? AND lower(Name) IN ({}) \
         ORDER BY rowid",
        names.join(", ")
    );
    let mut statement = connection.prepare(&query)?;
    statement.query_map([job], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn jobs(connection: &mut Connection) -> Result<Vec<ServerJob>, DatabaseProblem> {
    /// The BackupID of options for all jobs.
    const ALL_JOBS: i64 = -1;
    let view = connection.transaction()?;
    let tables = database::strings(&view, "SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let needed = ["Backup", "Option", "Schedule", "Metadata"];
    if let Some(missing) = needed.iter().find(|name| !database::contains(&tables, name)) {
        return Err(DatabaseProblem::NotAServer(missing));
    }
    let defaults = options(&view, ALL_JOBS)?;
    let mut statement = view.prepare("SELECT ID, Name, DBPath FROM Backup ORDER BY ID")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut jobs = Vec::new();
    for row in rows {
        let (id, name, path): (i64, String, Option<String>) = row?;
        let own = options(&view, id)?;
        let (schedule, schedule_problem) = schedule(&view, id)?;
        let metadata = |name: &str| metadata(&view, id, name);
        let time = |text: Option<String>| text.and_then(|text| server_time(&text));
        let error = metadata("LastErrorMessage")?.filter(|message| !message.is_empty());
        let error_time = time(metadata("LastErrorDate")?);
        jobs.push(ServerJob {
            name,
            database: path.filter(|path| !path.is_empty()).map(PathBuf::from),
            options: decisive(&own, &defaults),
            schedule,
            schedule_problem,
            last_backup: time(metadata("LastBackupDate")?),
            last_error: error.map(|message| (error_time, message)),
            encrypted: encrypted(&view, id)?,
        });
    }
    Ok(jobs)
}

/// A job's own option wins over the one for all jobs; of several, a name with dashes wins, then the
/// last.
fn decisive(own: &[(String, String)], defaults: &[(String, String)]) -> Vec<ServerOption> {
    let find = |options: &[(String, String)], name: &str| {
        let with_dashes = format!("--{name}");
        let is = |wanted: &str| {
            options.iter().rfind(|(name, _)| name.eq_ignore_ascii_case(wanted)).cloned()
        };
        is(&with_dashes).or_else(|| is(name)).map(|(_, value)| value)
    };
    let option = |name| {
        let own = find(own, name);
        let is_default = own.is_none();
        let value = own.or_else(|| find(defaults, name))?;
        let value = (!value.starts_with(ENCRYPTED)).then_some(value);
        Some(ServerOption { name, value, is_default })
    };
    OPTION_NAMES.into_iter().filter_map(option).collect()
}

fn encrypted(connection: &Connection, job: i64) -> Result<Vec<String>, rusqlite::Error> {
    let query = "SELECT Name FROM \"Option\" WHERE BackupID = ? AND substr(Value, 1, 7) = ?";
    let mut statement = connection.prepare(query)?;
    statement.query_map((job, ENCRYPTED), |row| row.get(0))?.collect()
}

fn metadata(
    connection: &Connection,
    job: i64,
    name: &str,
) -> Result<Option<String>, rusqlite::Error> {
    let query = "SELECT Value FROM Metadata WHERE BackupID = ? AND Name = ?";
    connection.prepare_cached(query)?.query_map((job, name), |row| row.get(0))?.next().transpose()
}

/// The schedule of a job, and what cannot be read of it.
fn schedule(
    connection: &Connection,
    job: i64,
) -> Result<(Option<JobSchedule>, Option<String>), rusqlite::Error> {
    let mut statement =
        connection.prepare_cached("SELECT Repeat, Time, Rule, Tags FROM Schedule ORDER BY ID")?;
    let tag = format!("ID={job}");
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let tags: String = row.get(3)?;
        if tags.split(',').any(|other| other.trim() == tag) {
            return read_schedule(row);
        }
    }
    Ok((None, None))
}

fn read_schedule(row: &Row<'_>) -> Result<(Option<JobSchedule>, Option<String>), rusqlite::Error> {
    let (repeat, time, rule): (String, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
    if repeat.is_empty() {
        return Ok((None, None));
    }
    let names = rule.split(';').find_map(|part| part.trim().strip_prefix("AllowedWeekDays="));
    let names = names.into_iter().flat_map(|names| names.split(',')).map(str::trim);
    match Days::named(names.filter(|name| !name.is_empty())) {
        Ok(days) => {
            let next = Utc::from_unix_seconds(time).ok().filter(|&time| time > Utc::MIN);
            Ok((Some(JobSchedule { repeat, next, days }), None))
        }
        Err(error) => Ok((None, Some(format!("the days of the schedule cannot be read: {error}")))),
    }
}

/// A time such as `20261125T110657Z`.
fn server_time(text: &str) -> Option<Utc> {
    let time = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").ok()?;
    Utc::from_chrono(time).ok()
}
