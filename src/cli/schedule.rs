//! A backup schedule, as arguments.

use super::failure::Failure;
use super::job::JobFile;
use crate::Release;
use crate::clock::Utc;
use crate::dotnet::TimeSpan;
use crate::report::{Period, Planned, ScheduleQuestion, caveat_of_the_repeat};
use crate::sources::Days;

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
    #[arg(long, value_name = "HH:MM", value_parser = ScheduleQuestion::time_of_day)]
    at: Option<TimeSpan>,

    /// A backup starts late by up to this much, any delay as likely as another; 0s for starts that
    /// are exact to the second [default: 1m, at most a quarter of --every; 0s for expiry]
    #[arg(long, value_name = "SPAN")]
    jitter: Option<String>,

    /// The share of backups that do not happen, such as 5%
    #[arg(long, value_name = "PERCENT", default_value = "0%", value_parser = ScheduleQuestion::share)]
    miss: f64,

    /// Times without backups, such as "2W every 1Y"
    #[arg(long, value_name = "SPAN every SPAN")]
    off: Option<String>,

    /// The share of backups that are stopped before they are complete, such as 1%
    #[arg(long, value_name = "PERCENT", default_value = "0%", value_parser = ScheduleQuestion::share)]
    partial: f64,

    /// How long backups go on
    #[arg(long = "for", value_name = "SPAN", default_value = "5Y")]
    length: String,

    /// The number from which all chance is drawn: the same number gives the same answer
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
}

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
        let (caveat, gives) = match (&self.every, file) {
            (None, Some(file)) if of_the_job.is_none() => {
                return Err(Failure::new(format!(
                    "{} is not scheduled; give the time from one backup to the next with --every, \
                     such as --every 1D",
                    file.gives("schedule")
                )));
            }
            (None, Some(file)) => (caveat_of_the_repeat(&file.job), "policy and schedule"),
            _ => (None, "policy"),
        };
        let planned = self.question().read(of_the_job, release, now, period)?;
        Ok(ReadSchedule { planned, caveat, gives })
    }

    fn question(&self) -> ScheduleQuestion {
        let ScheduleArgs { every, days, at, jitter, miss, off, partial, length, seed } =
            self.clone();
        ScheduleQuestion { every, days, at, jitter, miss, off, partial, length, seed }
    }
}
