//! How regularly backups start, by the wall clock, which is all that retention looks at.

use super::schedule::Schedule;
use crate::dotnet::{DateTime, TICKS_PER_SECOND, TimeSpan};
use crate::history::Zone;

/// No backup starts at the very second that is planned, even if a schedule says so: a minute at least is allowed for.
const LEAST_LATE: i64 = 60 * TICKS_PER_SECOND;

/// The distances between starts, in ticks of the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rhythm {
    /// The planned distance.
    pub every: i64,
    /// How late a start may be.
    pub late: i64,
    /// How far apart two starts may be from their plans: by being late, and by changes of the clock.
    pub spread: i64,
    /// The longest distance between neighbours.
    pub longest: i64,
    /// How far the wall clock ever goes back from one start to a later one.
    pub back: i64,
    /// The longest distance between neighbours that no policy and no clock change is to blame for.
    pub unavoidable: i64,
    /// Whether every planned backup is made, and so near to its plan that one can count steps by looking at the distance.
    pub is_regular: bool,
}

impl Rhythm {
    /// The rhythm of a schedule from the one time to the other.
    pub fn of(schedule: &Schedule, zone: Zone, from: DateTime, until: DateTime, seed: u64) -> Rhythm {
        let starts = schedule.starts(zone, from, until, seed);
        let every = schedule.every.ticks();
        let late = schedule.jitter.ticks().max(LEAST_LATE.min(every / 4));
        let spread = late.saturating_add(clock_changes(schedule, zone, from, until));
        let is_complete = schedule.miss == 0.0 && schedule.partial == 0.0 && schedule.off.is_none();
        let walls: Vec<DateTime> = starts.iter().map(|start| zone.to_wall(start.time)).collect();
        let (longest, back) = distances(&walls);
        let unavoidable = starts
            .windows(2)
            .zip(walls.windows(2))
            .map(|(utc, wall)| utc[1].time.since(utc[0].time).min(wall[1].since(wall[0])).ticks())
            .fold(every, i64::max);
        let (longest, is_regular) = (longest.max(every), is_complete && spread < every / 2);
        Rhythm { every, late, spread, longest, back, unavoidable, is_regular }
    }
}

/// How far apart two starts are from their plans by no fault of the jitter: the clock is changed, or a day has no backup.
fn clock_changes(schedule: &Schedule, zone: Zone, from: DateTime, until: DateTime) -> i64 {
    let exact = Schedule { jitter: TimeSpan::ZERO, miss: 0.0, off: None, partial: 0.0, ..*schedule };
    // The clock may also be changed between the plan and the latest start.
    let late =
        |late: TimeSpan| move |time: DateTime| zone.to_wall(time.saturating_add(late)).ticks() - late.ticks();
    let (in_time, late) = (late(TimeSpan::ZERO), late(schedule.jitter));
    let ahead = exact.starts(zone, from, until, 0).into_iter().zip(0_i64..).flat_map(|(start, count)| {
        [in_time(start.time), late(start.time)]
            .map(|wall| wall - count.saturating_mul(schedule.every.ticks()))
    });
    let (least, most) =
        ahead.fold((i64::MAX, i64::MIN), |(least, most), ahead| (least.min(ahead), most.max(ahead)));
    most.saturating_sub(least).max(0)
}

/// How far a time is ahead of all before it at the most, and how far behind.
fn distances(walls: &[DateTime]) -> (i64, i64) {
    let (mut ahead, mut back) = (0, 0);
    let Some(mut latest) = walls.first().copied() else { return (ahead, back) };
    for &wall in walls {
        ahead = ahead.max(wall.since(latest).ticks());
        back = back.max(latest.since(wall).ticks());
        latest = latest.max(wall);
    }
    (ahead, back)
}
