//! How regularly backups start, in local time, which is what retention compares.

use super::schedule::Schedule;
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};

/// No backup starts at exactly the planned second, even if a schedule says so: allow for at least a
/// minute.
const LEAST_LATE: i64 = 60 * TICKS_PER_SECOND;

/// The distances between starts, in ticks of the local clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cadence {
    /// The planned distance.
    pub every: i64,
    /// How late a start may be.
    pub late: i64,
    /// How much farther apart or closer than planned two starts may be: one of them is late, or the
    /// clock changes.
    pub deviation: i64,
    /// The longest distance between neighbours.
    pub longest: i64,
    /// How far local time ever goes back from one start to a later one.
    pub back: i64,
    /// The longest distance between neighbours that neither a policy nor a clock change causes.
    pub unavoidable: i64,
    /// Whether every planned backup is made, and so close to its planned time that the distance of
    /// two backups tells how many steps apart they are.
    pub is_regular: bool,
}

impl Cadence {
    /// The cadence of a schedule between these two times.
    pub fn of(schedule: &Schedule, zone: Zone, from: Utc, until: Utc, seed: u64) -> Cadence {
        let starts = schedule.starts(zone, from, until, seed);
        let every = schedule.every.ticks();
        let late = schedule.jitter.ticks().max(LEAST_LATE.min(every / 4));
        let deviation = late.saturating_add(clock_changes(schedule, zone, from, until));
        let is_complete = schedule.miss == 0.0 && schedule.partial == 0.0 && schedule.off.is_none();
        let local_times: Vec<LocalDateTime> =
            starts.iter().map(|start| zone.to_local(start.time)).collect();
        let (longest, back) = distances(&local_times);
        let unavoidable = starts
            .windows(2)
            .zip(local_times.windows(2))
            .map(|(utc, local_time)| {
                utc[1].time.since(utc[0].time).min(local_time[1].since(local_time[0])).ticks()
            })
            .fold(every, i64::max);
        let (longest, is_regular) = (longest.max(every), is_complete && deviation < every / 2);
        Cadence { every, late, deviation, longest, back, unavoidable, is_regular }
    }
}

/// How much farther apart or closer than planned two starts are for other reasons than jitter: the
/// clock changes, or a day has no backup.
fn clock_changes(schedule: &Schedule, zone: Zone, from: Utc, until: Utc) -> i64 {
    let exact = Schedule { jitter: TimeSpan::ZERO, miss: 0.0, off: None, ..*schedule };
    // The clock may also change between the planned and the latest start.
    let late = |late: TimeSpan| {
        move |time: Utc| zone.to_local(time.saturating_add(late)).ticks() - late.ticks()
    };
    let (in_time, late) = (late(TimeSpan::ZERO), late(schedule.jitter));
    let ahead =
        exact.starts(zone, from, until, 0).into_iter().zip(0_i64..).flat_map(|(start, count)| {
            [in_time(start.time), late(start.time)]
                .map(|local_time| local_time - count.saturating_mul(schedule.every.ticks()))
        });
    let (min, max) =
        ahead.fold((i64::MAX, i64::MIN), |(min, max), ahead| (min.min(ahead), max.max(ahead)));
    max.saturating_sub(min).max(0)
}

/// How far a time is ahead of all before it at most, and how far behind.
fn distances(local_times: &[LocalDateTime]) -> (i64, i64) {
    let (mut ahead, mut back) = (0, 0);
    let Some(mut latest) = local_times.first().copied() else { return (ahead, back) };
    for &local_time in local_times {
        ahead = ahead.max(local_time.since(latest).ticks());
        back = back.max(latest.since(local_time).ticks());
        latest = latest.max(local_time);
    }
    (ahead, back)
}
