//! What Duplicati writes into its log when it applies a retention policy: the policy, the versions
//! that it looked at, and those that it deletes.
//!
//! The lines have stood in log files, in the result of a backup and on the pages of Duplicati, with
//! and without a time in front.

use std::io::BufRead;
use std::sync::LazyLock;

use regex::Regex;

use super::files::Names;
use super::lines::{LineError, Lines};
use super::written_time::{DateOrder, LocalTimeError, WrittenTime};
use crate::clock::{Utc, Zone};
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};

const PAIRS: &str = "Time frames and intervals pairs:";
const CONSIDERED: &str = "Backups to consider:";
const PARTIAL: &str = "Keeping partial backup:";
const DELETED: &str = "All backups to delete:";

/// A run of retention, as the log tells it.
#[derive(Clone, Debug, Default)]
pub struct LoggedRun {
    /// The line with the versions, from 1.
    pub line: usize,
    /// When that line was written, if it says.
    pub time: Option<WrittenTime>,
    /// The policy, written as Duplicati's option; empty if the log does not have it.
    pub policy: String,
    /// The versions that it looked at: all but the newest, newest first.
    pub considered: Vec<WrittenTime>,
    /// Those of them that are partial, if the log is at the level Profiling.
    pub partial: Vec<WrittenTime>,
    /// Those that it deletes.
    pub deleted: Vec<WrittenTime>,
    /// The versions whose files the log says were uploaded before, oldest first; the last is the
    /// one that the backup made.
    pub uploaded: Vec<Utc>,
}

impl LoggedRun {
    /// The moment of a version: of two, the one whose file was uploaded.
    ///
    /// # Errors
    /// [`LocalTimeError`] if that does not tell.
    pub fn moment(
        &self,
        time: &WrittenTime,
        order: DateOrder,
        zone: Option<Zone>,
    ) -> Result<Utc, LocalTimeError> {
        time.moment(order, zone).or_else(|error| match error {
            LocalTimeError::Twice { moments, .. } => {
                let uploaded = moments.into_iter().find(|moment| self.uploaded.contains(moment));
                uploaded.ok_or(error)
            }
            error => Err(error),
        })
    }

    fn fits(&self, order: DateOrder, zone: Option<Zone>) -> bool {
        let zone = zone.or(Some(Zone::UTC));
        let local = |time: &WrittenTime| match time.moment(order, zone) {
            Ok(moment) => Some(moment),
            Err(LocalTimeError::Twice { moments, .. }) => Some(moments[0]),
            Err(_) => None,
        };
        let times: Option<Vec<Utc>> = self.considered.iter().map(local).collect();
        let latest =
            self.time.as_ref().and_then(|time| time.moment(DateOrder::YearMonthDay, zone).ok());
        // In a repeated hour the order by local time is not that of the moments.
        let hour = TimeSpan::from_ticks(TICKS_PER_HOUR);
        times.is_some_and(|times| {
            times.windows(2).all(|two| two[0].saturating_add(hour) >= two[1])
                && times.iter().all(|time| latest.is_none_or(|latest| *time <= latest))
        })
    }
}

/// The order of day, month and year in a log: of all its times, and of the files that it says were
/// uploaded.
///
/// # Errors
/// [`LocalTimeError`] with the line, if it has no time or two.
pub fn date_order(
    runs: &[LoggedRun],
    zone: Option<Zone>,
) -> Result<DateOrder, (usize, LocalTimeError)> {
    let times: Vec<WrittenTime> = runs.iter().flat_map(|run| run.considered.clone()).collect();
    let fits = |order: &DateOrder| runs.iter().all(|run| run.fits(*order, zone));
    let is_uploaded = |run: &LoggedRun, order: DateOrder| {
        let moment = |time| run.moment(time, order, zone).ok();
        run.considered.iter().filter_map(moment).any(|time| run.uploaded.contains(&time))
    };
    let fitting: Vec<DateOrder> = DateOrder::ALL.into_iter().filter(fits).collect();
    let uploaded: Vec<DateOrder> = fitting
        .iter()
        .copied()
        .filter(|&order| runs.iter().any(|run| is_uploaded(run, order)))
        .collect();
    match (fitting.as_slice(), uploaded.as_slice()) {
        (&[order], _) | (_, &[order]) => Ok(order),
        _ => WrittenTime::order_of(&times, None, false).map_err(|(index, error)| {
            let mut lines =
                runs.iter().flat_map(|run| std::iter::repeat_n(run.line, run.considered.len()));
            (lines.nth(index).unwrap_or_default(), error)
        }),
    }
}

const TICKS_PER_HOUR: i64 = 3600 * TICKS_PER_SECOND;

/// The runs of a log, line by line.
#[derive(Default)]
pub(super) struct LogReader {
    pub runs: Vec<LoggedRun>,
    policy: String,
    uploaded: Names,
}

/// A span as .NET writes it: `7.00:00:00`.
static SPAN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:(\d+)\.)?(\d\d):(\d\d):(\d\d)(?:\.\d+)?$").ok());

impl LogReader {
    /// Takes what a line tells; `false` if it tells nothing of retention.
    pub fn line(&mut self, line: usize, text: &str) -> bool {
        if text.contains("Put - ") {
            self.uploaded.add_line(text, None);
        }
        let after = |needle| text.split_once(needle).map(|(_, after): (&str, &str)| after);
        if let Some(pairs) = after(PAIRS) {
            self.policy = policy(pairs);
        } else if let Some((before, times)) = text.split_once(CONSIDERED) {
            let considered = times_in(times);
            let mut uploaded: Vec<Utc> = self.uploaded.times().collect();
            uploaded.sort_unstable();
            self.runs.push(LoggedRun {
                line,
                time: WrittenTime::find(before).map(|(_, time)| time),
                policy: std::mem::take(&mut self.policy),
                considered,
                uploaded,
                ..LoggedRun::default()
            });
        } else if let (Some(times), Some(run)) = (after(DELETED), self.runs.last_mut()) {
            run.deleted = times_in(times);
        } else if let (Some(times), Some(run)) = (after(PARTIAL), self.runs.last_mut()) {
            run.partial.extend(times_in(times));
        } else {
            return false;
        }
        true
    }
}

/// The runs of retention in a log, oldest first as it has them.
///
/// # Errors
/// [`LineError`] for a line that cannot be read.
///
/// ```
/// let log = "2018-10-19 20:23:03 -04 - [Information]: Time frames and intervals pairs: 7.00:00:00 / Keep all\n\
///            2018-10-19 20:23:03 -04 - [Information]: Backups to consider: 10/19/2018 8:22:03 PM\n";
/// let runs = duplicati_retention::sources::log::read(log.as_bytes())?;
/// assert_eq!((runs[0].policy.as_str(), runs[0].considered.len()), ("7D:U", 1));
/// # Ok::<(), duplicati_retention::sources::LineError>(())
/// ```
pub fn read(input: impl BufRead) -> Result<Vec<LoggedRun>, LineError> {
    let mut lines = Lines::new(input);
    let mut reader = LogReader::default();
    while let Some((line, text)) = lines.next_lossy()? {
        // The result of a backup has its messages in JSON, often all in one line.
        for part in text.split("\",\"") {
            reader.line(line, part);
        }
    }
    Ok(reader.runs)
}

/// Every time in a text. Each ends where the next begins.
fn times_in(text: &str) -> Vec<WrittenTime> {
    let mut rest = text;
    let mut times = Vec::new();
    while let Some((place, time)) = WrittenTime::find(rest) {
        times.push(time);
        rest = &rest[place.end..];
    }
    times
}

/// `7.00:00:00 / 1.00:00:00, Unlimited / Keep all` as the text of a policy.
fn policy(pairs: &str) -> String {
    let pair = |pair: &str| {
        let (frame, interval) = pair.split_once('/')?;
        Some(format!("{}:{}", span(frame)?, span(interval)?))
    };
    let pairs =
        pairs.trim_end_matches(['"', ',', ' ', ']']).split(',').map(|text| pair(text.trim()));
    pairs.collect::<Option<Vec<String>>>().unwrap_or_default().join(",")
}

fn span(text: &str) -> Option<String> {
    let text = text.trim();
    if ["Unlimited", "Keep all"].contains(&text) {
        return Some("U".to_owned());
    }
    let captures = SPAN.as_ref()?.captures(text)?;
    let part = |index| captures.get(index).map_or(Some(0), |digits| digits.as_str().parse().ok());
    let (days, hours, minutes, seconds): (i64, i64, i64, i64) =
        (part(1)?, part(2)?, part(3)?, part(4)?);
    Some(match (days, hours, minutes, seconds) {
        (0, 0, 0, 0) => "U".to_owned(), // an interval that keeps everything, in an older log
        (days, 0, 0, 0) => format!("{days}D"),
        (days, hours, 0, 0) => format!("{}h", days * 24 + hours),
        (days, hours, minutes, 0) => format!("{}m", (days * 24 + hours) * 60 + minutes),
        (days, hours, minutes, seconds) => {
            format!("{}", ((days * 24 + hours) * 60 + minutes) * 60 + seconds)
        }
    })
}
