//! Backups from a list of times, one a line: typed by hand, printed by another program, or cases of
//! the vectors.
//!
//! ```text
//! # a comment
//! 2026-11-23T09:00:00Z
//! 2026-11-22T10:00:00+01:00 partial
//! 1795251600
//! {"time":"2026-11-20T09:00:00Z","partial":true,"locked_until":"2027-01-01T00:00:00Z"}
//! ```

use std::io::BufRead;

use serde::Deserialize;

use super::Listing;
use super::lines::{LineError, Lines, printable, quoted};
use crate::clock::Utc;
use crate::dotnet::TICKS_PER_SECOND;
use crate::history::Backup;

/// A text that is no time. What is quoted of it is cut short if it is long.
///
/// ```
/// use duplicati_retention::sources::times::{TimeTextError, parse_time};
/// assert!(matches!(parse_time("soon"), Err(TimeTextError::NotATime(_))));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeTextError {
    /// Neither RFC 3339 nor Unix seconds.
    #[error(
        "{0} is not a time; expected is one like 2026-11-23T09:00:00Z, or Unix seconds like 1795424400"
    )]
    NotATime(String),
    /// A time of day that does not say of which time zone.
    #[error("{0} does not say its time zone; add Z for UTC, or the offset from UTC like +01:00")]
    NoOffset(String),
    /// A time that .NET, and so Duplicati, cannot hold.
    #[error("{0} is outside the years 1 to 9999 (Unix seconds -62135596800 to 253402300799)")]
    OutOfRange(String),
}

/// Why a list of times was not read. Lines are counted from 1.
///
/// ```
/// use duplicati_retention::sources::times::{self, TimesError};
/// let error = times::read("0\nsoon\n".as_bytes()).unwrap_err();
/// assert!(matches!(error, TimesError::Entry { line: 2, .. }));
/// ```
#[derive(Debug, thiserror::Error)]
pub enum TimesError {
    /// A line is not text, or far too long.
    #[error(transparent)]
    Text(#[from] LineError),
    /// A line is text, but no backup.
    #[error("line {line}: {problem}")]
    Entry {
        /// The number of the line.
        line: usize,
        /// What is wrong with it.
        problem: EntryError,
    },
}

/// Why a line is no backup.
///
/// ```
/// use duplicati_retention::sources::times::{self, EntryError, TimesError};
/// let error = times::read("2026-11-23T09:00:00.5Z".as_bytes()).unwrap_err();
/// assert!(matches!(error, TimesError::Entry { problem: EntryError::Fraction(_), .. }));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// The time of the backup, or the end of its lock, cannot be read.
    #[error(transparent)]
    Time(#[from] TimeTextError),
    /// The backup's time has a fraction of a second.
    #[error(
        "{0} has a fraction of a second; Duplicati stores the times of backups in whole seconds"
    )]
    Fraction(String),
    /// A JSON line that is neither a backup nor a case with backups.
    #[error("{message} (column {column}); expected is {{\"time\":\"2026-11-23T09:00:00Z\"}}")]
    Json {
        /// What is wrong with it.
        message: String,
        /// The byte of the line at which that was noticed, from 1.
        column: usize,
    },
}

/// Reads a time: RFC 3339 of the years 1 to 9999 with any offset, or Unix seconds. The result is in
/// UTC.
///
/// A fraction is cut to ticks of 100 ns. A space may stand in place of the `T`.
///
/// # Errors
/// [`TimeTextError`] if it is no time, lacks the offset, or leaves the years 1 to 9999 (in UTC).
///
/// ```
/// use duplicati_retention::sources::times::parse_time;
/// assert_eq!(parse_time("2026-11-23T10:00:00+01:00")?.to_string(), "2026-11-23 09:00:00");
/// assert_eq!(parse_time("1795424400")?, parse_time("2026-11-23T09:00:00Z")?);
/// assert!(parse_time("yesterday").is_err());
/// # Ok::<(), duplicati_retention::sources::times::TimeTextError>(())
/// ```
pub fn parse_time(text: &str) -> Result<Utc, TimeTextError> {
    let out_of_range = || TimeTextError::OutOfRange(quoted(text));
    if is_number(text) {
        // A number that an i64 cannot hold is outside the range all the more.
        let time = text.parse().ok().and_then(|seconds| Utc::from_unix_seconds(seconds).ok());
        return time.ok_or_else(out_of_range);
    }
    let rfc3339 = chrono::DateTime::parse_from_rfc3339;
    match rfc3339(text) {
        Ok(time) => Utc::from_chrono(time.naive_utc()).map_err(|_| out_of_range()),
        Err(_) if with_year_2000(text).is_some_and(|other| rfc3339(&other).is_ok()) => {
            Err(out_of_range())
        }
        Err(_) if rfc3339(&format!("{text}Z")).is_ok() => {
            Err(TimeTextError::NoOffset(quoted(text)))
        }
        Err(_) => Err(TimeTextError::NotATime(quoted(text))),
    }
}

/// The same date in another year, if the text begins with a year that RFC 3339 cannot write:
/// signed, or long.
fn with_year_2000(text: &str) -> Option<String> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (year, rest) = unsigned.split_once('-')?;
    let unwritable = is_number(year) && (unsigned.len() < text.len() || year.len() > 4);
    unwritable.then(|| format!("2000-{rest}"))
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads backups, one a line; blank lines and lines that start with `#` are skipped.
///
/// A line is a time as [`parse_time`] reads it, with the word `partial` behind it if the backup is
/// partial; or a JSON object with `time` and, if they apply, `partial` and `locked_until`; or a
/// JSON object with a list `backups` of such objects (a case of the vectors, whose other fields are
/// ignored). No backups at all are fine.
///
/// # Errors
/// [`TimesError`] for the first line that is something else, names a time with a fraction of a
/// second, is not UTF-8, or is longer than 1 MiB; the rest of such a line is not read.
///
/// ```
/// use duplicati_retention::sources::times;
/// let list = "# mine\n2026-11-23T09:00:00Z\n2026-11-22T09:00:00Z partial\n";
/// let listing = times::read(list.as_bytes())?;
/// assert_eq!(listing.backups.len(), 2);
/// assert!(listing.backups[1].partial);
///
/// let error = times::read("\n2026-11-23\n".as_bytes()).unwrap_err();
/// assert!(error.to_string().starts_with("line 2: \"2026-11-23\" is not a time"));
/// # Ok::<(), times::TimesError>(())
/// ```
pub fn read(input: impl BufRead) -> Result<Listing, TimesError> {
    let mut lines = Lines::new(input);
    let mut backups = Vec::new();
    while let Some((line, text)) = lines.next()? {
        let found = from_line(text.trim(), &mut backups);
        found.map_err(|problem| TimesError::Entry { line, problem })?;
    }
    Ok(Listing { backups, caveats: Vec::new() })
}

fn from_line(text: &str, backups: &mut Vec<Backup>) -> Result<(), EntryError> {
    if text.starts_with('{') {
        for entry in from_json(text)? {
            let locked_until = entry.locked_until.as_deref().map(parse_time).transpose()?;
            backups.push(Backup {
                time: backup_time(&entry.time)?,
                partial: entry.partial,
                locked_until,
            });
        }
    } else if !text.is_empty() && !text.starts_with('#') {
        let (time, partial) = match text.rsplit_once(char::is_whitespace) {
            Some((time, word)) if word.eq_ignore_ascii_case("partial") => (time.trim_end(), true),
            _ => (text, false),
        };
        backups.push(Backup { partial, ..Backup::full(backup_time(time)?) });
    }
    Ok(())
}

fn backup_time(text: &str) -> Result<Utc, EntryError> {
    let time = parse_time(text)?;
    if time.ticks() % TICKS_PER_SECOND == 0 {
        Ok(time)
    } else {
        Err(EntryError::Fraction(quoted(text)))
    }
}

/// A backup in the format of the vectors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    time: String,
    #[serde(default)]
    partial: bool,
    locked_until: Option<String>,
}

/// What counts here of a case of the vectors.
#[derive(Deserialize)]
struct Case {
    backups: Option<Vec<Entry>>,
}

fn from_json(text: &str) -> Result<Vec<Entry>, EntryError> {
    let case: Case = serde_json::from_str(text).map_err(json_error)?;
    match case.backups {
        Some(backups) => Ok(backups),
        None => Ok(vec![serde_json::from_str(text).map_err(json_error)?]),
    }
}

fn json_error(error: serde_json::Error) -> EntryError {
    // serde_json counts lines as well, of which it saw only this one.
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    EntryError::Json { message: printable(message), column: error.column() }
}
