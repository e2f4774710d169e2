//! What is known of the next backup, as arguments.

use super::failure::Failure;
use super::job::JobFile;
use super::schedule::ScheduleArgs;
use crate::clock::Utc;
use crate::dotnet::TimeSpan;
use crate::report::{Context, NextBackup, Planned, ScheduleQuestion, span_text};
use crate::sources::Days;
use crate::sources::times::parse_time;

#[derive(clap::Args)]
#[command(next_help_heading = "Next backup")]
pub(super) struct NextBackupArgs {
    /// The time from one backup to the next, such as 1D or 6h; a job may say it too [default:
    /// guessed from the history]
    #[arg(long, value_name = "SPAN")]
    every: Option<String>,

    /// The days on which a backup may start, such as mon,tue,wed [default: every day]
    #[arg(long, value_name = "DAYS")]
    days: Option<Days>,

    /// The local time of day, for a schedule of whole days [default: that of the job or of the
    /// newest version]
    #[arg(long, value_name = "HH:MM", value_parser = ScheduleQuestion::time_of_day)]
    at: Option<TimeSpan>,

    /// How long a backup takes at most: a version is marked if that decides about it
    ///
    /// Duplicati decides at the end of a backup.
    #[arg(long, value_name = "SPAN", default_value = "1h")]
    duration: String,

    /// Tell for which moments of the next backup, between these two, each version survives
    #[arg(long, num_args = 2, value_names = ["FROM", "UNTIL"], value_parser = parse_time)]
    next_between: Vec<Utc>,
}

/// What they say, and what the job gives for it.
pub(super) struct ReadNextBackup {
    pub next: NextBackup,
    /// How the schedule differs from Duplicati's.
    pub caveat: Option<String>,
    /// What the job gives for a question about its policy.
    pub gives: &'static str,
}

impl NextBackupArgs {
    pub fn read(
        &self,
        file: Option<&JobFile>,
        context: &Context,
    ) -> Result<ReadNextBackup, Failure> {
        let duration = span_text("--duration", &self.duration, context.release, TimeSpan::ZERO)?;
        let between = match *self.next_between.as_slice() {
            [from, until] if from > until => {
                return Err(Failure::new("--next-between: write the earlier time first"));
            }
            [from, until] => Some((from, until)),
            _ => None,
        };
        let schedule = ScheduleArgs::of(self.every.clone(), self.days, self.at);
        let is_asked = self.at.is_some() || self.days.is_some() || schedule.is_given(file);
        if !is_asked {
            let next = NextBackup { schedule: None, duration, between };
            return Ok(ReadNextBackup { next, caveat: None, gives: "policy" });
        }
        let now = context.moment.now;
        let read = schedule.read(file, context.release, now, Planned::after)?;
        let origin = if self.every.is_some() { "from --every" } else { "from the job" };
        let schedule = Some((read.planned.schedule, origin.to_owned()));
        let next = NextBackup { schedule, duration, between };
        Ok(ReadNextBackup { next, caveat: read.caveat, gives: read.gives })
    }
}
