//! The schedule that an answer was worked out with.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::advice::{count, every, in_words, without_one};
use crate::clock::{Utc, Zone};
use crate::dotnet::{OutOfRange, TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::forecast::{Schedule, Start};
use crate::sources::Days;

/// A schedule, and the time for which it is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Planned {
    /// When backups start.
    pub schedule: Schedule,
    /// From when.
    pub from: Utc,
    /// Until when.
    pub until: Utc,
    /// How long backups go on.
    pub length: TimeSpan,
    /// The number from which all chance is drawn.
    pub seed: u64,
}

impl Planned {
    /// Backups that begin right after the present.
    ///
    /// # Errors
    /// [`OutOfRange`] if they go on beyond the year 9999.
    pub fn after(
        now: Utc,
        schedule: Schedule,
        length: TimeSpan,
        seed: u64,
    ) -> Result<Planned, OutOfRange> {
        let from = now.checked_add(TimeSpan::from_ticks(TICKS_PER_SECOND))?;
        let schedule = Schedule { waits_for_next: true, ..schedule };
        Ok(Planned { schedule, from, until: now.checked_add(length)?, length, seed })
    }

    /// Backups that end at the present.
    ///
    /// # Errors
    /// [`OutOfRange`] if they begin before the year 1.
    pub fn before(
        now: Utc,
        schedule: Schedule,
        length: TimeSpan,
        seed: u64,
    ) -> Result<Planned, OutOfRange> {
        let schedule = Schedule { waits_for_next: false, ..schedule };
        Ok(Planned { schedule, from: now.checked_sub(length)?, until: now, length, seed })
    }

    /// The starts of the backups.
    pub fn starts(&self, zone: Zone) -> Vec<Start> {
        self.schedule.starts(zone, self.from, self.until, self.seed)
    }
}

/// When backups were made.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ScheduleReport {
    /// The time from one backup to the next
    pub every_seconds: TimeSpan,
    /// The days on which a backup may start, such as `mon,tue`; `null` for every day
    pub days: Option<String>,
    /// By how much a backup may start late
    pub jitter_seconds: TimeSpan,
    /// The share of the backups that do not happen, from 0 to 1
    pub missed: f64,
    /// The share of the backups that are stopped before they are complete, from 0 to 1
    pub partial: f64,
    /// From when backups are made
    pub from: Utc,
    /// Until when backups are made
    pub until: Utc,
    /// How long that is
    pub length_seconds: TimeSpan,
    /// The number from which all chance is drawn: the same number gives the same answer
    pub seed: u64,
    /// What was assumed of the backups, in words, with the options that change it
    pub assumptions: String,
}

impl ScheduleReport {
    /// The report on a schedule of a machine in this zone.
    pub(super) fn new(planned: &Planned, zone: Zone) -> ScheduleReport {
        let Planned { schedule, from, until, length, seed } = *planned;
        ScheduleReport {
            assumptions: assumptions(planned, zone),
            every_seconds: schedule.every,
            days: (schedule.days != Days::ALL).then(|| schedule.days.to_string()),
            jitter_seconds: schedule.jitter,
            missed: schedule.miss,
            partial: schedule.partial,
            from,
            until,
            length_seconds: length,
            seed,
        }
    }
}

/// What an answer takes for granted: when backups start, and that nothing goes wrong.
fn assumptions(planned: &Planned, zone: Zone) -> String {
    let Planned { schedule, from, until, .. } = planned;
    let first = schedule.first(zone, *from, *until).map(|first| {
        let first = zone.to_local(first).to_string();
        match (schedule.every.ticks() % TICKS_PER_DAY, first.split_once(' ')) {
            (0, Some((_, time))) => format!("at {time} local time"),
            _ => format!("counted from {first}"),
        }
    });
    let starts = match schedule.jitter {
        TimeSpan::ZERO => "exactly to the second (--jitter)".to_owned(),
        jitter => format!("up to {} late (--jitter, 0s for exact starts)", in_words(jitter)),
    };
    let share = |share: f64, what: &str, option: &str| match share {
        0.0 => format!("none is {what} ({option})"),
        share => format!("{}% are {what} ({option})", (share * 1e4).round() / 100.0),
    };
    let off = schedule.off.map_or(String::new(), |off| {
        let (length, each) = (in_words(off.length), without_one(off.each));
        format!("there are pauses of {length} in every {each} (--off); ")
    });
    let lacking = match schedule.partial {
        0.0 => "",
        _ => ", and count as versions, though they may lack files",
    };
    format!(
        "Assumed: backups start {}{starts}; {off}{}; {}{lacking}; a backup takes no time, and \
         retention runs when it starts.",
        first.map_or(String::new(), |first| first + ", each "),
        share(schedule.miss, "missed", "--miss, --off"),
        share(schedule.partial, "stopped early", "--partial"),
    )
}

impl ScheduleReport {
    /// `1,826 backups in 5 years, one every day`.
    pub fn backups(&self, backups: usize) -> String {
        format!("{} in {}, one {self}", count(backups, "backup"), in_words(self.length_seconds))
    }
}

/// `every day`, or `every 6 hours on mon,tue`.
impl fmt::Display for ScheduleReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&every(self.every_seconds))?;
        self.days.as_ref().map_or(Ok(()), |days| write!(formatter, " on {days}"))
    }
}
