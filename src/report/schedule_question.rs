//! A schedule as a person types it, not yet checked.

use super::diagnostic::Diagnostic;
use super::schedule::Planned;
use crate::Release;
use crate::advice::in_words;
use crate::clock::Utc;
use crate::dotnet::{OutOfRange, TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::forecast::{Off, Schedule};
use crate::policy::parse_span;
use crate::sources::{Days, JobSchedule};

/// A schedule in the words of `forecast`, where spans are texts whose meaning depends on the
/// release.
#[derive(Clone, Debug)]
pub struct ScheduleQuestion {
    /// The time from one backup to the next, such as `1D`.
    pub every: Option<String>,
    /// The days on which a backup may start; every day by default.
    pub days: Option<Days>,
    /// The local time of day; that of the present by default.
    pub at: Option<TimeSpan>,
    /// By how much a backup may start late; a minute by default, but at most a quarter of the time
    /// between two backups.
    pub jitter: Option<String>,
    /// The share of the backups that do not happen, from 0 to 1.
    pub miss: f64,
    /// Times without backups, such as `2W every 1Y`.
    pub off: Option<String>,
    /// The share of the backups that are stopped before they are complete, from 0 to 1.
    pub partial: f64,
    /// How long backups go on.
    pub length: String,
    /// The number from which all chance is drawn.
    pub seed: u64,
}

/// What the command takes where nothing is given.
impl Default for ScheduleQuestion {
    fn default() -> ScheduleQuestion {
        ScheduleQuestion {
            every: None,
            days: None,
            at: None,
            jitter: None,
            miss: 0.0,
            off: None,
            partial: 0.0,
            length: "5Y".into(),
            seed: 1,
        }
    }
}

/// Where the present is in the period: [`Planned::after`] or [`Planned::before`].
pub type Period = fn(Utc, Schedule, TimeSpan, u64) -> Result<Planned, OutOfRange>;

impl ScheduleQuestion {
    /// The schedule, with what is left open from the job.
    ///
    /// # Errors
    /// A text that cannot be read, with the name of its option; or nobody says how often.
    pub fn read(
        &self,
        job: Option<&JobSchedule>,
        release: Release,
        now: Utc,
        period: Period,
    ) -> Result<Planned, Diagnostic> {
        let (option, text) = match (&self.every, job) {
            (Some(text), _) => ("--every", text),
            (None, Some(job)) => ("the job's Repeat", &job.repeat),
            (None, None) => {
                return Err(Diagnostic::new(
                    "the time from one backup to the next is needed: give it with --every, such \
                     as --every 1D, or give a job with --job",
                ));
            }
        };
        let minute = TimeSpan::from_ticks(60 * TICKS_PER_SECOND);
        let every = span_text(option, text, release, minute)?;
        if self.at.is_some() && every.ticks() % TICKS_PER_DAY != 0 {
            return Err(Diagnostic::new(format!(
                "--at is for a schedule of whole days, and {option} is {text}"
            )));
        }
        let jitter = match &self.jitter {
            None => usual_jitter(every),
            Some(text) => {
                let jitter = span_text("--jitter", text, release, TimeSpan::ZERO)?;
                if jitter >= every {
                    return Err(wrong("--jitter", text, "less than --every is expected"));
                }
                jitter
            }
        };
        let schedule = Schedule {
            every,
            at: self.at,
            next: job.and_then(|job| job.next),
            waits_for_next: false,
            days: self.days.or(job.map(|job| job.days)).unwrap_or(Days::ALL),
            jitter,
            miss: self.miss,
            off: self.off.as_deref().map(|text| off(text, release)).transpose()?,
            partial: self.partial,
        };
        let length = span_text("--for", &self.length, release, every)?;
        period(now, schedule, length, self.seed)
            .map_err(|error| wrong("--for", &self.length, error))
    }

    /// A local time of day, such as `02:00`.
    ///
    /// # Errors
    /// Another text.
    pub fn time_of_day(text: &str) -> Result<TimeSpan, String> {
        let time = chrono::NaiveTime::parse_from_str(text, "%H:%M")
            .map_err(|_| "a time of day such as 02:00 is expected".to_owned())?;
        let seconds = chrono::Timelike::num_seconds_from_midnight(&time);
        Ok(TimeSpan::from_ticks(i64::from(seconds) * TICKS_PER_SECOND))
    }

    /// A share from 0 to 1, from a text such as `5%`.
    ///
    /// # Errors
    /// Another text.
    pub fn share(text: &str) -> Result<f64, String> {
        let number = text.strip_suffix('%').unwrap_or(text).parse::<f64>().ok();
        let part = number.map(|number| number / 100.0).filter(|part| (0.0..=1.0).contains(part));
        part.ok_or_else(|| "a percentage from 0% to 100% is expected".to_owned())
    }
}

/// A minute, at most a quarter of the schedule's step: no backup starts at exactly the planned
/// second.
fn usual_jitter(every: TimeSpan) -> TimeSpan {
    let seconds = (every.whole_seconds() / 4).min(60);
    TimeSpan::from_seconds(seconds).unwrap_or_default()
}

fn off(text: &str, release: Release) -> Result<Off, Diagnostic> {
    let second = TimeSpan::from_ticks(TICKS_PER_SECOND);
    let quoted = format!("{text:?}");
    let (length, each) = text.split_once(" every ").ok_or_else(|| {
        wrong("--off", &quoted, "two spans are expected, such as \"2W every 1Y\"")
    })?;
    let length = span_text("--off", length.trim(), release, second)?;
    let each = span_text("--off", each.trim(), release, second)?;
    if length >= each {
        return Err(wrong("--off", &quoted, "the first span must be shorter than the second"));
    }
    Ok(Off { length, each })
}

/// A span of this length or more, such as `1D`; `option` is what it is called in an error.
///
/// # Errors
/// Another text.
pub fn span_text(
    option: &str,
    text: &str,
    release: Release,
    least: TimeSpan,
) -> Result<TimeSpan, Diagnostic> {
    let span = parse_span(text, release)
        .map_err(|error| wrong(option, text, format!("{error}; write a span such as 1D or 12h")))?;
    match span < least {
        true => Err(wrong(option, text, format!("write {} or more", in_words(least)))),
        false => Ok(span),
    }
}

fn wrong(option: &str, text: &str, problem: impl ToString) -> Diagnostic {
    Diagnostic::new(format!("{option} {text}: {}", problem.to_string()))
}
