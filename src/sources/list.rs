//! A list of versions in whatever text people have: names of remote files anywhere in a line, times
//! one a line, what `list` and `find` of Duplicati print, lines of its log, answers of its server.
//!
//! The content tells what it is. Where a text names files, the names decide; else a log's last
//! "Backups to consider"; else the times.

use std::io::BufRead;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::Listing;
use super::files::{FilesError, Names};
use super::lines::{LineError, Lines, quoted};
use super::log::{self, LogReader, LoggedRun};
use super::times::{self, EntryError};
use super::written_time::{DateOrder, LocalTimeError, WrittenTime};
use crate::clock::{Utc, Zone};
use crate::history::Backup;

/// What a text does not say itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListOptions<'a> {
    /// Of remote files, take those with this prefix.
    pub prefix: Option<&'a str>,
    /// The zone of times that name none.
    pub zone: Option<Zone>,
    /// The order of day, month and year, where the list leaves two.
    pub date_order: Option<DateOrder>,
    /// The present: a date after it is read in another order.
    pub now: Option<Utc>,
}

/// Why a text is not a list of versions. Lines are counted from 1.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// A line is too long, not text, or cannot be read.
    #[error(transparent)]
    Text(#[from] LineError),
    /// The files belong to several jobs, or to others than the chosen one.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// A line is not a backup.
    #[error("line {line}: {problem}")]
    Entry {
        /// The number of the line.
        line: usize,
        /// What is wrong with it.
        problem: EntryError,
    },
    /// A line's time does not tell the moment.
    #[error("line {line}: {problem}")]
    LocalTime {
        /// The number of the line.
        line: usize,
        /// What is wrong with it.
        problem: LocalTimeError,
    },
    /// A line speaks of a list of files, but not by the name of a version.
    #[error(
        "line {line} has \".dlist.\", but no name of a version, which looks like \
         duplicati-20261123T090000Z.dlist.zip.aes; give the names uncut and unchanged"
    )]
    Trace {
        /// The number of the line.
        line: usize,
    },
    /// It is an SQLite database.
    #[error("this is a database, not a list; give a job's database with --database")]
    Database,
}

/// Reads a list of versions from a text, in UTF-8 or UTF-16, to its end.
///
/// An empty text gives no backups; a line that is nothing known is an error, unless other lines
/// show that the text is the output of a program, which has headings.
///
/// # Errors
/// [`ListError`] for the first line that cannot be read.
///
/// ```
/// use duplicati_retention::sources::list::{self, ListOptions};
/// let options = ListOptions { zone: Some("Europe/Berlin".parse()?), ..ListOptions::default() };
/// let found = list::read("0\t: 19.10.2018 20:22:03 (123 files, 1,20 GB), partial".as_bytes(), &options)?;
/// assert!(found.backups[0].partial);
/// assert_eq!(found.backups[0].time.to_string(), "2018-10-19 18:22:03");
/// let listed = list::read("-rw-r--r-- 12 Aug 28 a-20240828T231431Z.dlist.zip".as_bytes(), &options)?;
/// assert_eq!(listed.backups.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read(input: impl BufRead, options: &ListOptions) -> Result<Listing, ListError> {
    let mut lines = Lines::new(input);
    let mut reader = Reader::new(options);
    let mut json: Option<Vec<String>> = None;
    while let Some((number, line)) = lines.next_lossy()? {
        if number == 1 && line.starts_with("SQLite format 3\0") {
            return Err(ListError::Database);
        }
        // Only a whole value of JSON can be looked at as such.
        if json.is_none() && reader.is_untouched() && line.trim_start().starts_with(['[', '{']) {
            json = Some(vec![String::new(); number - 1]);
        }
        match &mut json {
            Some(text) => text.push(line),
            None => reader.line(number, &line)?,
        }
    }
    if let Some(lines) = json {
        match serde_json::from_str(&lines.join("\n")) {
            Ok(value) if !is_our_own(&value) => reader.value(&value)?,
            _ => {
                for (index, line) in lines.iter().enumerate() {
                    reader.line(index + 1, line)?;
                }
            }
        }
    }
    reader.listing()
}

/// Whether it is an entry or a case of the vectors.
fn is_our_own(value: &Value) -> bool {
    let is_entry = |object: &serde_json::Map<String, Value>| {
        object.contains_key("backups")
            || object.contains_key("time") && !object.contains_key("version")
    };
    value.as_object().is_some_and(is_entry)
        || value.as_array().is_some_and(|array| array.is_empty())
}

/// A time of a version, not yet in a zone.
#[derive(Clone)]
struct Entry {
    line: usize,
    time: WrittenTime,
    partial: bool,
}

struct Reader<'a> {
    options: &'a ListOptions<'a>,
    names: Names,
    /// Names of files that a log says were deleted.
    deleted_names: Names,
    trace: Option<usize>,
    /// Backups that need no zone, and in place of each other the index of an entry.
    backups: Vec<Result<Backup, usize>>,
    entries: Vec<Entry>,
    /// Whether the entries are numbered, and so newest first.
    numbered: bool,
    log: LogReader,
    /// Whether a line is one of a program's output, so that others may be headings.
    structured: bool,
    unread: Vec<(usize, EntryError)>,
    /// How many lines were not blank.
    lines: usize,
}

/// The number of a version, as Duplicati's programs print it in front of the time.
static NUMBERED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:fileset\s+|version\s+)?\d{1,6}\s*[:;,|\t]\s*\W*$").ok()
});
/// The start of such a line whose time is not understood.
static OTHER_TIME: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[0-9]+\s+:").ok());
/// The name of a field with a time in an answer of the server, cut out of its JSON.
static FIELD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)"(?:item2|time)"\s*:\s*"$"#).ok());
static PARTIAL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\bpartial\b").ok());

fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

impl<'a> Reader<'a> {
    fn new(options: &'a ListOptions<'a>) -> Self {
        Reader {
            options,
            names: Names::default(),
            deleted_names: Names::default(),
            trace: None,
            backups: Vec::new(),
            entries: Vec::new(),
            numbered: false,
            log: LogReader::default(),
            structured: false,
            unread: Vec::new(),
            lines: 0,
        }
    }

    fn is_untouched(&self) -> bool {
        self.lines == 0
    }

    fn line(&mut self, line: usize, text: &str) -> Result<(), ListError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        self.lines += 1;
        if self.log.line(line, text) {
            return Ok(());
        }
        let names =
            if text.contains("Delete - ") { &mut self.deleted_names } else { &mut self.names };
        if names.add_line(text, self.options.prefix) {
            return Ok(());
        }
        if Names::is_trace(text) {
            self.trace.get_or_insert(line);
        }
        let mut backups = Vec::new();
        match times::from_line(text, &mut backups) {
            Ok(()) => {
                if !text.starts_with('#') {
                    self.names.other = self.names.other.saturating_sub(1);
                }
                self.backups.extend(backups.into_iter().map(Ok));
            }
            Err(problem) => self.other_line(line, text, problem)?,
        }
        Ok(())
    }

    /// A line that is no entry in the format of the vectors.
    fn other_line(
        &mut self,
        line: usize,
        text: &str,
        problem: EntryError,
    ) -> Result<(), ListError> {
        let Some((place, time)) = WrittenTime::find(text) else {
            if matches(&OTHER_TIME, text) {
                return Err(ListError::Entry { line, problem });
            }
            self.unread.push((line, problem));
            return Ok(());
        };
        let (before, after) = (&text[..place.start], &text[place.end..]);
        if matches!(problem, EntryError::Fraction(_)) || text.starts_with('{') {
            return Err(ListError::Entry { line, problem });
        }
        let after = after.trim_start_matches(['"', '\'', ')', ']']);
        if after.trim_start().starts_with("- ") || after.trim_start().starts_with('[') {
            self.structured = true; // another line of a log
            return Ok(());
        }
        let numbered = matches(&NUMBERED, before);
        let is_alone = before.chars().all(|mark| !mark.is_alphanumeric());
        let is_column = after.trim_start_matches(' ').starts_with(['(', ',', ';', '|', '\t', '}'])
            || after.starts_with("  ");
        let is_partial = matches(&PARTIAL, after);
        let is_ended = after.is_empty() || after.trim().eq_ignore_ascii_case("partial");
        if !(numbered || is_alone || matches(&FIELD, before)) || !(is_ended || is_column) {
            self.unread.push((line, problem));
            return Ok(());
        }
        self.numbered |= numbered;
        self.structured |= numbered || is_column || matches(&FIELD, before);
        self.add(Entry { line, time, partial: is_partial });
        Ok(())
    }

    fn add(&mut self, entry: Entry) {
        self.backups.push(Err(self.entries.len()));
        self.entries.push(entry);
    }

    /// A value of an answer of the server, or of another program.
    fn value(&mut self, value: &Value) -> Result<(), ListError> {
        match value {
            Value::String(text) => {
                self.structured = true;
                // Any other text in it is no list.
                for line in text.lines() {
                    if line.contains(".dlist.") {
                        self.line(1, line)?;
                    } else {
                        self.log.line(1, line);
                    }
                }
            }
            Value::Array(values) => values.iter().try_for_each(|value| self.value(value))?,
            Value::Object(fields) => {
                let field = |name: &str| {
                    fields
                        .iter()
                        .find(|(key, _)| key.eq_ignore_ascii_case(name))
                        .map(|(_, value)| value)
                };
                let is_version = field("Version").is_some_and(Value::is_number)
                    || field("IsFullBackup").is_some();
                let time = field("Item2").or_else(|| field("Time").filter(|_| is_version));
                let time = time.and_then(Value::as_str).and_then(WrittenTime::find);
                if let Some((_, time)) = time {
                    let is_full = field("IsFullBackup");
                    let partial = is_full.is_some_and(|full| full == 0 || full == false);
                    self.numbered = true;
                    self.add(Entry { line: 1, time, partial });
                }
                fields.values().try_for_each(|value| self.value(value))?;
            }
            _ => {}
        }
        Ok(())
    }

    fn listing(self) -> Result<Listing, ListError> {
        let Reader { options, numbered, .. } = self;
        if !self.log.runs.is_empty() {
            return log_listing(options, &self.log.runs);
        }
        if !self.names.is_empty() {
            return Ok(self.names.into_listing(options.prefix)?);
        }
        if let Some(line) = self.trace {
            return Err(ListError::Trace { line });
        }
        let unread = self.unread.len();
        if !self.structured {
            if let Some((line, problem)) = self.unread.into_iter().next() {
                return Err(ListError::Entry { line, problem });
            }
        }
        let (read, mut caveats) = in_zone(options, &self.entries, numbered)?;
        let backup = |entry: Result<Backup, usize>| entry.unwrap_or_else(|index| read[index]);
        let backups: Vec<Backup> = self.backups.into_iter().map(backup).collect();
        if unread > 0 {
            let were = if unread == 1 {
                "line that names no version was"
            } else {
                "lines that name no version were"
            };
            caveats.push(format!("{unread} {were} ignored"));
        }
        if backups.is_empty() && self.lines > 0 {
            let were =
                if self.lines == 1 { "line names no version" } else { "lines name no version" };
            caveats.push(format!("{} {were}", self.lines));
        }
        Ok(Listing { backups, caveats, ..Listing::default() })
    }
}

/// The versions after the last run of a log: what it looked at without what it deleted, and what it
/// made.
fn log_listing(options: &ListOptions, runs: &[LoggedRun]) -> Result<Listing, ListError> {
    let local_time = |(line, problem)| ListError::LocalTime { line, problem };
    let order = match options.date_order {
        Some(order) => order,
        None => log::date_order(runs, options.zone).map_err(local_time)?,
    };
    let Some(run) = runs.last() else { return Ok(Listing::default()) };
    let moments = |times: &[WrittenTime]| {
        let moment = |time| run.moment(time, order, options.zone);
        let moments = times.iter().map(moment).collect::<Result<Vec<Utc>, _>>();
        moments.map_err(|problem| local_time((run.line, problem)))
    };
    let (considered, partial, gone) =
        (moments(&run.considered)?, moments(&run.partial)?, moments(&run.deleted)?);
    let made = run.uploaded.last().filter(|made| Some(*made) > considered.iter().max());
    let is_left = |time: &&Utc| !gone.contains(time);
    let backups = considered
        .iter()
        .filter(is_left)
        .chain(made)
        .map(|&time| Backup { partial: partial.contains(&time), ..Backup::full(time) });
    let backups: Vec<Backup> = backups.collect();
    let mut caveats = local_times(options, run.considered.iter().zip(&considered));
    let removed = match gone.len() {
        0 => String::new(),
        1 => ", without the one that it deleted".to_owned(),
        many => format!(", without the {many} that it deleted"),
    };
    caveats.insert(0, format!("these are the versions of the last run in the log{removed}"));
    if made.is_none() {
        let missing = "the log does not name the version that this run made, so the newest one is \
                       missing here";
        caveats.push(missing.to_owned());
    }
    Ok(Listing { backups, caveats, ..Listing::default() })
}

/// The entries as backups, and how they were read.
fn in_zone(
    options: &ListOptions,
    entries: &[Entry],
    newest_first: bool,
) -> Result<(Vec<Backup>, Vec<String>), ListError> {
    let times: Vec<WrittenTime> = entries.iter().map(|entry| entry.time.clone()).collect();
    let order = match options.date_order {
        Some(order) => order,
        None => WrittenTime::order_of(&times, options.now, newest_first).map_err(
            |(index, problem)| ListError::LocalTime { line: entries[index].line, problem },
        )?,
    };
    let backup = |entry: &Entry| {
        let time = entry.time.moment(order, options.zone);
        let time = time.map_err(|problem| ListError::LocalTime { line: entry.line, problem })?;
        Ok(Backup { partial: entry.partial, ..Backup::full(time) })
    };
    let backups = entries.iter().map(backup).collect::<Result<Vec<_>, ListError>>()?;
    let moments = backups.iter().map(|backup| &backup.time);
    let mut caveats = local_times(options, times.iter().zip(moments));
    if times.iter().any(|time| !time.has_seconds()) {
        caveats.push("times without seconds were read as full minutes".into());
    }
    Ok((backups, caveats))
}

/// Says how times without a zone were read, with the first as an example.
fn local_times<'a>(
    options: &ListOptions,
    mut times: impl Iterator<Item = (&'a WrittenTime, &'a Utc)>,
) -> Vec<String> {
    let local = times.find(|(time, _)| time.is_local());
    let Some(((time, moment), zone)) = local.zip(options.zone) else { return Vec::new() };
    vec![format!(
        "times without a zone were read as local times of {}: {} is {}",
        zone.name(),
        quoted(&time.to_string()),
        moment.rfc_3339()
    )]
}
