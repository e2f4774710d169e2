//! What a job's local database remembers of its earlier runs: when each began and decided, which
//! versions it wrote and which it deleted.
//!
//! Duplicati writes its answer to the table `LogData` at the end of a run, as JSON, and removes it
//! after the time that its option `log-retention` allows, 30 days unless it is set.

use std::path::Path;

use rusqlite::{Connection, Row};
use serde::Deserialize;

use super::database::{self, Access, DatabaseError, DatabaseProblem};
use super::times::parse_time;
use crate::Release;
use crate::clock::Utc;
use crate::dotnet::TimeSpan;

/// A run of a job, as its database remembers it.
#[derive(Clone, Debug)]
pub struct Run {
    /// The ID in the table `Operation`.
    pub id: i64,
    /// What ran, such as `Backup` or `Delete`.
    pub operation: String,
    /// When it started, to the second.
    pub started: Utc,
    /// What Duplicati wrote at its end; `None` if it ended abruptly or this was removed.
    pub result: Option<RunResult>,
}

/// What Duplicati wrote at the end of a run.
#[derive(Clone, Debug)]
pub struct RunResult {
    /// When the run began.
    pub began: Utc,
    /// When it ended.
    pub ended: Utc,
    /// When it decided what to delete; `None` if it did not come to that.
    pub decided: Option<Utc>,
    /// When the removal of old versions ended; `None` if it did not come to that.
    pub removed: Option<Utc>,
    /// The retention policy, as a text that means the same; `None` if the log does not have it.
    pub policy: Option<String>,
    /// The release that ran, if it is known here.
    pub release: Option<Release>,
    /// The times of the versions that it deleted, at most 20 of them.
    pub deleted: Vec<Utc>,
    /// How many versions it deleted.
    pub deleted_count: usize,
    /// Whether its version is partial.
    pub is_partial: bool,
    /// Whether a warning says that the guard had the removal of old versions skipped.
    pub is_suspended: bool,
    /// What it logged, line by line, at most 20 lines in later releases.
    pub messages: Vec<String>,
}

/// Reads the newest runs of a job, at most this many, newest first. With them comes what may be
/// missing in the file, as a caveat.
///
/// # Errors
/// [`DatabaseError`] as for [`database::read`].
///
/// ```
/// use duplicati_retention::sources::{database::Access, runs};
/// let (runs, _) = runs::read("samples/photos.sqlite".as_ref(), Access::InPlace, 5)?;
/// assert_eq!(runs[0].operation, "Backup");
/// # Ok::<(), duplicati_retention::sources::database::DatabaseError>(())
/// ```
pub fn read(
    path: &Path,
    access: Access,
    most: usize,
) -> Result<(Vec<Run>, Option<String>), DatabaseError> {
    database::query(path, access, |connection| runs(connection, most))
}

/// How long the backups among these runs took from their start to their decision, shortest first.
pub fn durations(runs: &[Run]) -> Vec<TimeSpan> {
    let backups = runs.iter().filter(|run| run.operation == "Backup");
    let mut durations: Vec<TimeSpan> = backups
        .filter_map(|run| run.result.as_ref())
        .map(|result| result.decided.unwrap_or(result.ended).since(result.began))
        .filter(|&duration| duration >= TimeSpan::ZERO)
        .collect();
    durations.sort_unstable();
    durations
}

fn runs(connection: &mut Connection, most: usize) -> Result<Vec<Run>, DatabaseProblem> {
    let view = connection.transaction()?;
    let tables = database::strings(&view, "SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    if !database::contains(&tables, "Operation") {
        return Err(DatabaseProblem::NotAJob);
    }
    let (message, log) = if database::contains(&tables, "LogData") {
        (
            "LogData.Message",
            "LEFT JOIN LogData ON LogData.ID = (SELECT max(ID) FROM LogData \
             WHERE OperationID = Operation.ID AND Type = 'Result')",
        )
    } else {
        ("NULL", "")
    };
    let query = format!(
        "SELECT Operation.ID, Operation.Description, Operation.Timestamp, {message} \
         FROM (SELECT * FROM Operation ORDER BY ID DESC LIMIT ?) AS Operation {log} \
         ORDER BY Operation.ID DESC"
    );
    let mut statement = view.prepare(&query)?;
    let rows = statement.query_map([i64::try_from(most).unwrap_or(i64::MAX)], run)?;
    // A time that no release writes is left out: the rest is worth having.
    Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn run(row: &Row<'_>) -> Result<Option<Run>, rusqlite::Error> {
    let Ok(started) = Utc::from_unix_seconds(row.get(2)?) else { return Ok(None) };
    let message: Option<String> = row.get(3)?;
    Ok(Some(Run {
        id: row.get(0)?,
        operation: row.get(1)?,
        started,
        result: message.and_then(|message| RunResult::parse(&message)),
    }))
}

impl RunResult {
    /// Older releases wrote text that is not JSON.
    fn parse(message: &str) -> Option<RunResult> {
        let written: Written = serde_json::from_str(message).ok()?;
        let time = |text: &Option<String>| parse_time(text.as_deref()?).ok();
        let deletion = written.delete_results.unwrap_or_default();
        let deleted: Vec<Utc> = deletion
            .deleted_sets
            .unwrap_or_default()
            .iter()
            .filter_map(|set| time(&set.item2))
            .collect();
        let version = written.version.unwrap_or_default();
        Some(RunResult {
            began: time(&written.begin_time)?,
            ended: time(&written.end_time)?,
            decided: time(&deletion.begin_time),
            removed: time(&deletion.end_time),
            policy: written.messages.as_deref().and_then(logged_policy),
            release: version.split(' ').next().and_then(|number| number.parse().ok()),
            deleted_count: deletion.deleted_sets_actual_length.unwrap_or(deleted.len()),
            deleted,
            is_partial: written.partial_backup.unwrap_or(false),
            is_suspended: written.warnings.unwrap_or_default().iter().any(|line| is_of_guard(line)),
            messages: written.messages.unwrap_or_default(),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    begin_time: Option<String>,
    end_time: Option<String>,
    version: Option<String>,
    partial_backup: Option<bool>,
    delete_results: Option<WrittenDeletion>,
    messages: Option<Vec<String>>,
    warnings: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WrittenDeletion {
    begin_time: Option<String>,
    end_time: Option<String>,
    deleted_sets: Option<Vec<WrittenSet>>,
    deleted_sets_actual_length: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WrittenSet {
    item2: Option<String>,
}

/// Whether a warning is that of `guard`, which suspended the removal.
fn is_of_guard(line: &str) -> bool {
    let told = line.split_once("duplicati-retention: ").map_or("", |(_, told)| told);
    told.to_ascii_lowercase().starts_with("nothing is deleted in this run")
}

/// The policy of a run as Duplicati logs it, in a line such as `Time frames and intervals pairs:
/// 7.00:00:00 / 1.00:00:00, Unlimited / Keep all`, as a text of the policy language.
fn logged_policy(messages: &[String]) -> Option<String> {
    const START: &str = "Time frames and intervals pairs: ";
    let pairs = messages.iter().find_map(|line| line.split_once(START))?.1;
    let pair = |pair: &str| {
        let (frame, interval) = pair.split_once(" / ")?;
        Some(format!("{}:{}", logged_span(frame)?, logged_span(interval)?))
    };
    let pairs: Option<Vec<String>> = pairs.split(", ").map(pair).collect();
    Some(pairs?.join(","))
}

/// A span of .NET, such as `7.00:00:00`, as one of the policy language, such as `7D`.
fn logged_span(text: &str) -> Option<String> {
    if matches!(text.trim(), "Unlimited" | "Keep all") {
        return Some("U".into());
    }
    let (days, rest) = match text.trim().split_once('.') {
        Some((days, rest)) => (days.parse::<i64>().ok()?, rest),
        _ => (0, text.trim()),
    };
    let parts: Option<Vec<i64>> = rest.split(':').map(|part| part.parse().ok()).collect();
    let &[hours, minutes, seconds] = parts?.as_slice() else { return None };
    let seconds = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
    let units = [(86_400, 'D'), (3600, 'h'), (60, 'm')];
    let unit = units.into_iter().find(|(unit, _)| seconds % unit == 0);
    let (unit, letter) = unit.unwrap_or((1, 's'));
    Some(format!("{}{letter}", seconds / unit))
}
