//! A backup schedule, as arguments.

use super::failure::Failure;
use super::job::JobFile;
use crate::Release;
use crate::advice::in_words;
use crate::clock::Utc;
use crate::dotnet::{OutOfRange, TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::forecast::{Off, Schedule};
use crate::policy::parse_span;
use crate::report::{Planned, caveat_of_the_repeat};
use crate::sources::{Days, JobSchedule};

#[derive(Clone, clap::Args)]
#[command(next_help_heading = "Schedule")]
pub(super) struct ScheduleArgs {
    /// The time from one backup to the next, such as 1D or 6h; a job may say it too
    #[arg(long, value_name = "SPAN")]
    every: Option<String>,

    /// The days on which a backup may start, such as mon,tue,wed [default: every day]
    #[arg(long, value_name = "DAYS")]
    days: Option<Days>,

    /// The local time of day, for a schedule of whole days [default: that of the job, of the
    /// newest version, or of --now]
    #[arg(long, value_name = "HH:MM", value_parser = time_of_day)]
    at: Option<TimeSpan>,

    /// A backup starts late by up to this much, any delay as likely as another; 0s for starts that
    /// are exact to the second [default: 1m, at most a quarter of --every; 0s for expiry]
    #[arg(long, value_name = "SPAN")]
    jitter: Option<String>,

    /// The share of backups that do not happen, such as 5%
    #[arg(long, value_name = "PERCENT", default_value = "0%", value_parser = percent)]
    miss: f64,

    /// Times without backups, such as "2W every 1Y"
    #[arg(long, value_name = "SPAN every SPAN")]
    off: Option<String>,

    /// The share of backups that are stopped before they are complete, such as 1%
    #[arg(long, value_name = "PERCENT", default_value = "0%", value_parser = percent)]
    partial: f64,

    /// How long backups go on
    #[arg(long = "for", value_name = "SPAN", default_value = "5Y")]
    length: String,

    /// The number from which all chance is drawn: the same number gives the same answer
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
}

/// A minute, at most a quarter of the schedule's step.
fn usual_jitter(every: TimeSpan) -> TimeSpan {
    let seconds = (every.whole_seconds() / 4).min(60);
    TimeSpan::from_seconds(seconds).unwrap_or_default()
}

pub(super) fn time_of_day(text: &str) -> Result<TimeSpan, String> {
    let time = chrono::NaiveTime::parse_from_str(text, "%H:%M")
        .map_err(|_| "a time of day such as 02:00 is expected".to_owned())?;
    let minutes = chrono::Timelike::num_seconds_from_midnight(&time);
    TimeSpan::from_seconds(minutes.into()).map_err(|error| error.to_string())
}

/// A part of one, from a text such as `5%`.
fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse::<f64>().ok();
    let part = number.map(|number| number / 100.0).filter(|part| (0.0..=1.0).contains(part));
    part.ok_or_else(|| "a percentage from 0% to 100% is expected".to_owned())
}

/// A span of this length or more, such as `1D`.
pub(super) fn span(
    option: &str,
    text: &str,
    release: Release,
    least: TimeSpan,
) -> Result<TimeSpan, Failure> {
    let wrong = |problem: String| Failure::at(format_args!("{option} {text}"), problem);
    let span = parse_span(text, release)
        .map_err(|error| wrong(format!("{error}; write a span such as 1D or 12h")))?;
    if span < least {
        return Err(wrong(format!("write {} or more", in_words(least))));
    }
    Ok(span)
}

/// Where the present is in the period: [`Planned::after`] or [`Planned::before`].
type Period = fn(Utc, Schedule, TimeSpan, u64) -> Result<Planned, OutOfRange>;

/// A schedule as it was read.
pub(super) struct ReadSchedule {
    pub planned: Planned,
    /// How it differs from Duplicati's.
    pub caveat: Option<String>,
    /// What the job gives for a question about its policy.
    pub gives: &'static str,
}

impl ScheduleArgs {
    /// Exact starts, as far as these say when they are.
    pub fn of(every: Option<String>, days: Option<Days>, at: Option<TimeSpan>) -> ScheduleArgs {
        ScheduleArgs {
            every,
            days,
            at,
            jitter: Some("0s".into()),
            miss: 0.0,
            off: None,
            partial: 0.0,
            length: "5Y".into(),
            seed: 1,
        }
    }

    /// The same, with starts that are exact to the second unless it is said how late they are: for
    /// a question about days.
    pub fn exact(&self) -> ScheduleArgs {
        let jitter = self.jitter.clone().or(Some("0s".to_owned()));
        ScheduleArgs { jitter, ..self.clone() }
    }

    /// Whether they say, or the job does, how often there is a backup.
    pub fn is_given(&self, file: Option<&JobFile>) -> bool {
        self.every.is_some() || file.is_some_and(|file| file.job.schedule.is_some())
    }

    /// The schedule that they make, and what they leave open from the job.
    pub fn read(
        &self,
        file: Option<&JobFile>,
        release: Release,
        now: Utc,
        period: Period,
    ) -> Result<ReadSchedule, Failure> {
        let of_the_job = file.and_then(|file| file.job.schedule.as_ref());
        let (option, text) = match (&self.every, of_the_job, file) {
            (Some(text), ..) => ("--every", text),
            (None, Some(of_the_job), _) => ("the job's Repeat", &of_the_job.repeat),
            (None, None, Some(file)) => {
                return Err(Failure::new(format!(
                    "{} is not scheduled; give the time from one backup to the next with --every, \
                     such as --every 1D",
                    file.gives("schedule")
                )));
            }
            (None, None, None) => {
                return Err(Failure::new(
                    "the time from one backup to the next is needed: give it with --every, such as \
                     --every 1D, or give a job with --job",
                ));
            }
        };
        let every = span(option, text, release, TimeSpan::from_ticks(60 * TICKS_PER_SECOND))?;
        if self.at.is_some() && every.ticks() % TICKS_PER_DAY != 0 {
            return Err(Failure::new(format!(
                "--at is for a schedule of whole days, and {option} is {text}"
            )));
        }
        let (caveat, gives) = match (&self.every, file) {
            (None, Some(file)) => (caveat_of_the_repeat(&file.job), "policy and schedule"),
            _ => (None, "policy"),
        };
        let schedule = self.schedule(every, of_the_job, release)?;
        let length = span("--for", &self.length, release, every)?;
        let planned = period(now, schedule, length, self.seed)
            .map_err(|error| Failure::at(format_args!("--for {}", self.length), error))?;
        Ok(ReadSchedule { planned, caveat, gives })
    }

    fn schedule(
        &self,
        every: TimeSpan,
        of_the_job: Option<&JobSchedule>,
        release: Release,
    ) -> Result<Schedule, Failure> {
        let second = TimeSpan::from_ticks(TICKS_PER_SECOND);
        let jitter = match &self.jitter {
            // No backup starts at exactly the planned second.
            None => usual_jitter(every),
            Some(text) => span("--jitter", text, release, TimeSpan::ZERO)?,
        };
        if jitter >= every {
            let text = self.jitter.as_deref().unwrap_or_default();
            let place = format_args!("--jitter {text}").to_string();
            return Err(Failure::at(place, "less than --every is expected"));
        }
        let off = self.off.as_ref().map(|text| {
            let wrong = |problem| Failure::at(format_args!("--off {text:?}"), problem);
            let (length, each) = text
                .split_once(" every ")
                .ok_or_else(|| wrong("two spans are expected, such as \"2W every 1Y\""))?;
            let length = span("--off", length.trim(), release, second)?;
            let each = span("--off", each.trim(), release, second)?;
            if length >= each {
                return Err(wrong("the first span must be shorter than the second"));
            }
            Ok(Off { length, each })
        });
        Ok(Schedule {
            every,
            at: self.at,
            next: of_the_job.and_then(|job| job.next),
            waits_for_next: false,
            days: self.days.or(of_the_job.map(|job| job.days)).unwrap_or(Days::ALL),
            jitter,
            miss: self.miss,
            off: off.transpose()?,
            partial: self.partial,
        })
    }
}
