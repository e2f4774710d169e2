//! Backups from a list of times, one on each line: typed by hand, printed by another program, or
//! cases of the vectors.
//!
//! ```text
//! # a comment
//! 2026-11-23T09:00:00Z
//! 2026-11-22T10:00:00+01:00 partial
//! 1795251600
//! {"time":"2026-11-20T09:00:00Z","partial":true,"locked_until":"2027-01-01T00:00:00Z"}
//! ```

use std::io::BufRead;

use chrono::{NaiveDate, NaiveTime};
use serde::Deserialize;

use super::Listing;
use super::lines::{LineError, Lines, printable, quoted};
use super::written_time::{DateOrder, LocalTimeError, WrittenTime, local_moment};
use crate::clock::{Utc, Zone};
use crate::dotnet::TICKS_PER_SECOND;
use crate::history::Backup;

/// A text that is not a time. A long text is quoted in part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimeTextError {
    /// Neither RFC 3339 nor Unix seconds.
    #[error(
        "{0} is not a time; write one like 2026-11-23T09:00:00Z, or Unix seconds like 1795424400"
    )]
    NotATime(String),
    /// A time without a time zone.
    #[error("{0} has no time zone; add Z for UTC, or the offset from UTC like +01:00")]
    NoOffset(String),
    /// A time that .NET, and so Duplicati, cannot hold.
    #[error("{0} is outside the years 1 to 9999 (Unix seconds -62135596800 to 253402300799)")]
    OutOfRange(String),
}

/// Why a list of times cannot be read. Lines are counted from 1.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TimesError {
    /// A line is not UTF-8, or too long.
    #[error(transparent)]
    Text(#[from] LineError),
    /// A line is not a backup.
    #[error("line {line}: {problem}")]
    Entry {
        /// The number of the line.
        line: usize,
        /// What is wrong with it.
        problem: EntryError,
    },
}

/// Why a line is not a backup.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// The time of the backup, or the end of its lock, cannot be read.
    #[error(transparent)]
    Time(#[from] TimeTextError),
    /// The backup's time has a fraction of a second.
    #[error(
        "{0} has a fraction of a second, but Duplicati stores the times of backups in whole seconds"
    )]
    Fraction(String),
    /// A JSON line that is neither a backup nor a case with backups.
    #[error("{message} (column {column}); write a line like {{\"time\":\"2026-11-23T09:00:00Z\"}}")]
    Json {
        /// What is wrong with it.
        message: String,
        /// The byte of the line at which the error was noticed, from 1.
        column: usize,
    },
}

/// Reads a time: RFC 3339 of the years 1 to 9999 with any offset, or Unix seconds; thirteen digits
/// are milliseconds.
///
/// A fraction is cut to ticks of 100 ns. A space instead of the `T` is allowed.
///
/// # Errors
/// [`TimeTextError`] if it is not a time, has no offset, or is outside the years 1 to 9999 (in
/// UTC).
///
/// ```
/// use duplicati_retention::sources::times::parse_time;
/// assert_eq!(parse_time("2026-11-23T10:00:00+01:00")?.to_string(), "2026-11-23 09:00:00");
/// assert_eq!(parse_time("1795424400")?, parse_time("2026-11-23T09:00:00Z")?);
/// assert_eq!(parse_time("1795424400000")?, parse_time("1795424400")?);
/// assert!(parse_time("yesterday").is_err());
/// # Ok::<(), duplicati_retention::sources::times::TimeTextError>(())
/// ```
pub fn parse_time(text: &str) -> Result<Utc, TimeTextError> {
    let out_of_range = || TimeTextError::OutOfRange(quoted(text));
    if is_number(text) {
        // A number that does not fit into an i64 is out of range too.
        let number: Option<i64> = text.parse().ok();
        // So many digits are no seconds of the years 1 to 9999.
        let milliseconds = text.trim_start_matches(['+', '-']).len() == 13;
        let unit = if milliseconds { TICKS_PER_MILLISECOND } else { TICKS_PER_SECOND };
        let epoch = Utc::from_unix_seconds(0).map_err(|_| out_of_range())?;
        let time = number.and_then(|number| epoch.add_units(number, unit).ok());
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

/// Why a text does not tell a moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MomentTextError {
    /// It is not a time.
    #[error(transparent)]
    Text(#[from] TimeTextError),
    /// It is a local time that came twice, or never.
    #[error(transparent)]
    Local(#[from] LocalTimeError),
}

/// Reads a time as [`parse_time`] does, and without an offset as a local time of this zone. A date
/// alone is its first moment.
///
/// # Errors
/// [`MomentTextError`] if it is not a time, or a local time that came twice or never.
///
/// ```
/// use duplicati_retention::sources::times::parse_moment;
/// let berlin = "Europe/Berlin".parse()?;
/// assert_eq!(parse_moment("2026-11-23", berlin)?.to_string(), "2026-11-22 23:00:00");
/// assert_eq!(parse_moment("2026-11-23 09:00", berlin)?.to_string(), "2026-11-23 08:00:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse_moment(text: &str, zone: Zone) -> Result<Utc, MomentTextError> {
    let not_a_time = match parse_time(text) {
        Ok(time) => return Ok(time),
        Err(error) => error,
    };
    if let Ok(date) = text.parse::<NaiveDate>() {
        return Ok(local_moment(date.and_time(NaiveTime::MIN), text, zone)?);
    }
    // A date whose order depends on a country is not understood where one time is asked for.
    match WrittenTime::find(text) {
        Some((place, time)) if place == (0..text.len()) && time.has_year_first() => {
            Ok(time.moment(DateOrder::YearMonthDay, Some(zone))?)
        }
        _ => Err(not_a_time.into()),
    }
}

/// The same date in another year, if the text begins with a year that RFC 3339 does not allow:
/// signed or too long.
fn with_year_2000(text: &str) -> Option<String> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (year, rest) = unsigned.split_once('-')?;
    let invalid = is_number(year) && (unsigned.len() < text.len() || year.len() > 4);
    invalid.then(|| format!("2000-{rest}"))
}

const TICKS_PER_MILLISECOND: i64 = TICKS_PER_SECOND / 1000;

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads backups, one on each line; blank lines and lines that start with `#` are skipped.
///
/// A line is a time for [`parse_time`], followed by the word `partial` if the backup is partial; or
/// a JSON object with `time` and optionally `partial` and `locked_until`; or a JSON object with a
/// list `backups` of these objects (a case of the vectors, whose other fields are ignored). An
/// empty list is not an error.
///
/// # Errors
/// [`TimesError`] for the first line that is something else, has a time with a fraction of a
/// second, is not UTF-8, or is longer than 1 MiB; the rest of an overlong line is not read.
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
        from_line(text.trim(), &mut backups)
            .map_err(|problem| TimesError::Entry { line, problem })?;
    }
    Ok(Listing { backups, ..Listing::default() })
}

/// Adds the backups of a line; a blank line or a comment has none.
pub(super) fn from_line(text: &str, backups: &mut Vec<Backup>) -> Result<(), EntryError> {
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

/// The backups of a case of the vectors.
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
    // serde_json also names the line, but it saw only this one.
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    EntryError::Json { message: printable(message), column: error.column() }
}
