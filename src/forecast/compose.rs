//! From goals to the policy that delivers them.

use super::cadence::Cadence;
use super::schedule::Schedule;
use crate::advice::{in_words, without_one};
use crate::clock::{Utc, Zone};
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::policy::{Pair, Policy};

const HOUR: i64 = 3600 * TICKS_PER_SECOND;
/// The units to write a policy in, the largest first.
const UNITS: [i64; 4] = [TICKS_PER_DAY, HOUR, 60 * TICKS_PER_SECOND, TICKS_PER_SECOND];

/// What you want of a policy: for the last `reach`, one version for every `interval`.
///
/// Exactly: whatever moment of the last `reach` you want to go back to, there is a version from at
/// most `interval` before it, plus the time by which a backup may start late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Zero for every backup.
    pub interval: TimeSpan,
    /// How far back; [`TimeSpan::MAX`] means forever.
    pub reach: TimeSpan,
}

impl Goal {
    /// Whether it has no limit.
    pub fn is_for_ever(self) -> bool {
        self.reach == TimeSpan::MAX
    }
}

/// A policy, and what it promises for each goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// One pair for each promise, the shortest time frame first.
    pub policy: Policy,
    /// The promises, in the same order. A goal that another one covers has none: for instance a
    /// week of weekly versions beside a month of daily ones.
    pub promises: Vec<Promise>,
    /// The condition under which the promises hold.
    pub condition: Condition,
}

/// The condition under which the promises of a composed policy hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// No planned backup is missed, and none starts farther from its planned local time than this.
    Punctual(TimeSpan),
    /// Two neighbouring backups are at most this far apart in local time.
    Apart(TimeSpan),
}

/// What a composed policy promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The goal.
    pub goal: Goal,
    /// For any moment of the last `reach`, how long before it the version may be that you can go
    /// back to.
    pub gap: TimeSpan,
}

/// A goal that no policy can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Impossible {
    /// There are not enough backups.
    #[error(
        "two backups of this schedule can be {} apart, so no policy can keep one for every {}",
        in_words(*apart),
        without_one(goal.interval)
    )]
    TooFine {
        /// The goal.
        goal: Goal,
        /// The longest distance between two backups.
        apart: TimeSpan,
    },
    /// The interval is longer than the reach.
    #[error(
        "a period of {} is too short for one version every {}",
        in_words(goal.reach),
        without_one(goal.interval)
    )]
    TooShort {
        /// The goal.
        goal: Goal,
    },
}

/// The policy that meets these goals, if backups start by this schedule.
///
/// The two times limit the period that is simulated. With misses or holidays, which depend on the
/// seed, the promises hold as long as backups are no farther apart than in that period.
///
/// # Errors
/// [`Impossible`] if no policy can meet a goal.
//
// Why this is right. All times are local. Start i is at most d (`deviation`) after i · E, where E
// is the schedule's step.
//
// Frames. FRAME k is at least Rₖ + Gₖ long, where Rₖ is the reach and Gₖ the promised gap. The
// oldest survivor b of a frame is then older than Rₖ (once there are backups that old): its older
// neighbour in the same frame was at most Gₖ older and has left the frame. So of two neighbours
// whose younger one is younger than Rₖ, the older one lies in frame k or a shorter one, and it is
// enough to look at survivors d of frame k and the next survivor b after them.
//
// Intervals, where d < E/2 and no backup is missed (`is_regular`). Gₖ = Nₖ E + d, where Nₖ steps
// are the most that fit into the goal and a multiple of Nₖ₋₁ (N₀ = 1). Every interval is chosen
// with     (Nₖ − Nₖ₋₁) E + d < INTERVALₖ ≤ Nₖ E − d.
// Of the survivors that come from frame k − 1, each Nₖ₋₁ steps after the other, the one Nₖ steps
// after the latest of frame k is far enough and every one before is not: so the survivors of frame
// k are Nₖ steps apart. It needs that the survivor which is next enters frame k before the latest
// one leaves it, for which the frame is made Gₖ longer than the one before.
//
// Intervals otherwise. A gap of frame k is below Gₖ₋₁ + INTERVALₖ by the gap bound, with G₀ = S,
// the longest distance between two starts. So INTERVALₖ = Iₖ − Gₖ₋₁ keeps what was asked, and where
// that leaves nothing every backup of the frame is kept. A clock that goes back makes the bound of
// a frame go back with it: what had left a frame can be in it again with its gap, which adds no
// more than `back`.
pub fn compose(
    goals: &[Goal],
    schedule: &Schedule,
    zone: Zone,
    (from, until): (Utc, Utc),
    seed: u64,
) -> Result<Composed, Impossible> {
    let cadence = Cadence::of(schedule, zone, from, until, seed);
    let mut goals = goals.to_vec();
    goals.sort_by_key(|goal| (goal.interval, std::cmp::Reverse(goal.reach)));
    let mut promises: Vec<Promise> = Vec::new();
    let mut pairs: Vec<Pair> = Vec::new();
    let mut step = cadence.first_step();
    for goal in goals {
        if promises.last().is_some_and(|covering| covering.goal.reach >= goal.reach) {
            continue;
        }
        cadence.allows(goal)?;
        step = cadence.next_step(step, goal.interval.ticks());
        let before = pairs.last().map_or(0, |pair| pair.frame().ticks());
        let frame = if goal.is_for_ever() {
            TimeSpan::MAX
        } else {
            round_up(
                goal.reach
                    .ticks()
                    .max(before)
                    .saturating_add(step.gap)
                    .saturating_add(cadence.back),
            )
        };
        pairs.extend(Pair::new(frame, TimeSpan::from_ticks(step.interval)));
        promises.push(Promise { goal, gap: TimeSpan::from_ticks(step.gap) });
    }
    Ok(Composed { policy: Policy::new(pairs), promises, condition: cadence.condition() })
}

/// How a frame is thinned.
#[derive(Clone, Copy)]
struct Step {
    /// Planned starts from one survivor to the next; only used in a regular cadence.
    starts: i64,
    /// The interval to write, in ticks; zero keeps all.
    interval: i64,
    /// The promised gap, in ticks.
    gap: i64,
}

impl Cadence {
    /// Every backup is kept.
    fn first_step(&self) -> Step {
        let gap =
            if self.is_regular { self.every.saturating_add(self.deviation) } else { self.longest };
        Step { starts: 1, interval: 0, gap }
    }

    fn condition(&self) -> Condition {
        if self.is_regular {
            Condition::Punctual(TimeSpan::from_ticks(self.deviation))
        } else {
            Condition::Apart(TimeSpan::from_ticks(self.longest))
        }
    }

    fn allows(&self, goal: Goal) -> Result<(), Impossible> {
        if goal.interval > goal.reach {
            return Err(Impossible::TooShort { goal });
        }
        let is_fine = goal.interval.ticks().saturating_add(self.late) < self.unavoidable;
        if goal.interval != TimeSpan::ZERO && (is_fine || goal.interval.ticks() < self.every) {
            return Err(Impossible::TooFine {
                goal,
                apart: TimeSpan::from_ticks(self.unavoidable),
            });
        }
        Ok(())
    }

    /// The step for the next coarser goal with this interval, in ticks. The finest is zero: it
    /// keeps all, as what is before it does.
    fn next_step(&self, before: Step, goal: i64) -> Step {
        if goal == 0 {
            return before;
        }
        if self.is_regular {
            let starts = goal / self.every / before.starts * before.starts;
            let max = starts * self.every - self.deviation;
            // With the same steps as in the frame before, nothing has to be deleted.
            let above = match starts - before.starts {
                0 => 0,
                more => more * self.every + self.deviation,
            };
            Step {
                starts,
                interval: roundest(above, max),
                gap: (starts * self.every).saturating_add(self.deviation),
            }
        } else {
            let left = goal.saturating_sub(before.gap).saturating_sub(self.back);
            let interval = if left < SHORTEST_INTERVAL { 0 } else { roundest(left / 10 * 9, left) };
            Step {
                interval,
                gap: before.gap.saturating_add(interval).saturating_add(self.back),
                ..before
            }
        }
    }
}

/// If less is left for an interval, nothing is thinned.
const SHORTEST_INTERVAL: i64 = 60 * TICKS_PER_SECOND;

/// The greatest multiple of the largest possible unit that is greater than `above` and at most
/// `max`.
pub(super) fn roundest(above: i64, max: i64) -> i64 {
    let multiples = UNITS.map(|unit| max / unit * unit);
    multiples.into_iter().find(|&multiple| multiple > above).unwrap_or(max)
}

/// A time frame that is not shorter and can be written in whole days, hours or minutes.
fn round_up(ticks: i64) -> TimeSpan {
    let unit = UNITS.into_iter().find(|unit| ticks >= 2 * unit).unwrap_or(TICKS_PER_SECOND);
    TimeSpan::from_ticks((ticks - 1).div_euclid(unit).saturating_add(1).saturating_mul(unit))
}
