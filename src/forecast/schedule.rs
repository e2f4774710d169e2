//! When backups start.

use crate::clock::{Utc, Zone};
use crate::dotnet::{DateTime, TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::sources::Days;

/// A backup schedule, and the irregularities in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// The time from one start to the next, above zero. Whole days keep their local time of day.
    pub every: TimeSpan,
    /// The local time of day, counted from midnight, for a schedule of whole days. Without it, that
    /// of the first start.
    pub at: Option<TimeSpan>,
    /// A planned start, from which the others are counted, forward and back. Without it, the first
    /// start is at the beginning of the period.
    pub next: Option<Utc>,
    /// Whether no backup starts before `next` where that is not past: so it is for what is to come,
    /// and not for a history that is simulated.
    pub waits_for_next: bool,
    /// The local days on which a backup may start. A start on another day is postponed as
    /// Duplicati's scheduler does: by one day at a time, or by the time between two starts if that
    /// is less.
    pub days: Days,
    /// How much later than planned a backup may start: evenly distributed, in whole seconds.
    pub jitter: TimeSpan,
    /// The share of the backups that do not happen, from 0 to 1.
    pub miss: f64,
    /// Holidays.
    pub off: Option<Off>,
    /// The share of the backups that are stopped early, from 0 to 1.
    pub partial: f64,
}

/// A regular pause without backups, at the end of each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Off {
    /// How long the pause is.
    pub length: TimeSpan,
    /// From the end of one pause to the end of the next; longer than `length`.
    pub each: TimeSpan,
}

/// The start of a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// When, in whole seconds.
    pub time: Utc,
    /// Whether the backup is stopped early.
    pub partial: bool,
}

impl Schedule {
    /// A schedule that is exact to the second, without irregularities.
    pub const fn every(every: TimeSpan) -> Schedule {
        Schedule {
            every,
            at: None,
            next: None,
            waits_for_next: false,
            days: Days::ALL,
            jitter: TimeSpan::ZERO,
            miss: 0.0,
            off: None,
            partial: 0.0,
        }
    }

    /// The same schedule, with starts that are counted from this backup if it says neither a time
    /// of day nor a planned start.
    pub fn counted_from(self, backup: Utc) -> Schedule {
        match (self.at, self.next) {
            (None, None) => Schedule { next: Some(backup), ..self },
            _ => self,
        }
    }

    /// The starts between these times, in order and at least a second apart. The same seed gives
    /// the same starts.
    pub fn starts(&self, zone: Zone, from: Utc, until: Utc, seed: u64) -> Vec<Start> {
        let mut random = fastrand::Rng::with_seed(seed);
        // The period may begin within a second, but a start is a whole second.
        let from = whole_second(from);
        let jitter = self.jitter.whole_seconds().max(0);
        let mut starts: Vec<Start> = Vec::new();
        for planned in self.planned(zone, from, until) {
            // Every number is drawn for every start, so that changing one option does not change
            // what the others do.
            let (late, missed, partial) = (random.i64(0..=jitter), random.f64(), random.f64());
            if missed < self.miss || self.is_off(planned.since(from)) {
                continue;
            }
            let Ok(mut time) = planned.add_units(late, TICKS_PER_SECOND) else { break };
            if let Some(last) = starts.last().map(|start| start.time) {
                time = time.max(last.saturating_add(TimeSpan::from_ticks(TICKS_PER_SECOND)));
            }
            starts.push(Start { time, partial: partial < self.partial });
        }
        starts
    }

    /// The first planned start in a period.
    pub fn first(&self, zone: Zone, from: Utc, until: Utc) -> Option<Utc> {
        self.planned(zone, whole_second(from), until).next()
    }

    fn is_off(&self, since_first: TimeSpan) -> bool {
        self.off.is_some_and(|off| {
            let into_period = since_first.ticks().rem_euclid(off.each.ticks().max(1));
            into_period >= off.each.ticks() - off.length.ticks()
        })
    }

    /// The planned starts, without irregularities.
    fn planned(&self, zone: Zone, from: Utc, until: Utc) -> impl Iterator<Item = Utc> {
        let every = self.every.ticks().max(TICKS_PER_SECOND);
        // Whole days are counted in local time, everything else in UTC.
        let by_local_time = every % TICKS_PER_DAY == 0;
        let clock = move |utc: Utc| -> DateTime {
            if by_local_time { zone.to_local(utc).specify_kind() } else { utc.specify_kind() }
        };
        let moment = move |time: DateTime| -> Utc {
            if by_local_time { zone.to_utc(time.specify_kind()) } else { time.specify_kind() }
        };
        let first = match self.next.map(whole_second) {
            Some(next) if self.waits_for_next && next >= from => clock(next),
            // The last one that is not after the beginning.
            Some(next) => {
                let steps = clock(from).since(clock(next)).ticks().div_euclid(every);
                clock(next).add_units(steps, every).unwrap_or(clock(from))
            }
            None => clock(from),
        };
        let first = if by_local_time { self.at_its_time(first) } else { first };
        let days = self.days;
        let allowed = move |mut time: DateTime| {
            while !days.contain(if by_local_time {
                time.specify_kind()
            } else {
                zone.to_local(moment(time))
            }) {
                time = time.add_units(1, every.min(TICKS_PER_DAY)).ok()?;
            }
            Some(time)
        };
        std::iter::successors(allowed(first), move |time| allowed(time.add_units(1, every).ok()?))
            .map(moment)
            .skip_while(move |&time| time < from)
            .take_while(move |&time| time <= until)
    }

    /// The day, at the schedule's time of day.
    fn at_its_time(&self, day: DateTime) -> DateTime {
        let time_of_day = |at: TimeSpan| {
            let midnight = day.ticks() - day.ticks() % TICKS_PER_DAY;
            DateTime::from_ticks(midnight + at.ticks().rem_euclid(TICKS_PER_DAY)).unwrap_or(day)
        };
        self.at.map_or(day, time_of_day)
    }
}

/// The time, or the first whole second after it.
fn whole_second(time: Utc) -> Utc {
    time.saturating_add(TimeSpan::from_ticks((-time.ticks()).rem_euclid(TICKS_PER_SECOND)))
}
