//! The policy that delivers what was asked.

use super::cadence::Cadence;
use super::schedule::Schedule;
use crate::advice::in_words;
use crate::clock::Utc;
use crate::clock::Zone;
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::policy::{Pair, Policy};

const HOUR: i64 = 3600 * TICKS_PER_SECOND;
/// What a policy is best written in, the largest first.
const UNITS: [i64; 4] = [TICKS_PER_DAY, HOUR, 60 * TICKS_PER_SECOND, TICKS_PER_SECOND];

/// What a person asks of a policy: of the last `reach`, one version for each `interval`.
///
/// Put exactly: whatever moment of the last `reach` one wants to go back to, there is a version
/// from at most `interval` before it, give or take the time by which a backup may start late.
///
/// ```
/// use duplicati_retention::{clock::Utc, dotnet::{TICKS_PER_DAY, TimeSpan}, forecast::Goal};
/// let weekly_for_ever = Goal { interval: TimeSpan::from_ticks(7 * TICKS_PER_DAY), reach: TimeSpan::MAX };
/// assert!(weekly_for_ever.is_for_ever());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Zero for every backup.
    pub interval: TimeSpan,
    /// How far back; [`TimeSpan::MAX`] for ever.
    pub reach: TimeSpan,
}

impl Goal {
    /// Whether it reaches back as far as there are backups.
    ///
    /// ```
    /// # use duplicati_retention::{dotnet::TimeSpan, forecast::Goal};
    /// assert!(!Goal { interval: TimeSpan::ZERO, reach: TimeSpan::ZERO }.is_for_ever());
    /// ```
    pub fn is_for_ever(self) -> bool {
        self.reach == TimeSpan::MAX
    }
}

/// A policy, and what it promises for each goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// A pair for each promise, the shortest time frame first.
    pub policy: Policy,
    /// What is promised, in the same order. A goal that another one covers, such as a week of
    /// weekly versions beside a month of daily ones, is not among them.
    pub promises: Vec<Promise>,
    /// What the promises ask of the backups.
    pub condition: Condition,
}

/// As long as what do the promises of a composed policy hold?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// No planned backup is missed, and none starts further from its plan than this, by local time.
    Punctual(TimeSpan),
    /// Two neighbouring backups are at most so far apart, by local time.
    Apart(TimeSpan),
}

/// What a composed policy promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// What was asked.
    pub goal: Goal,
    /// How long before a moment of the last `reach` the version may be that one can go back to.
    pub gap: TimeSpan,
}

/// A goal that no policy can fulfil.
///
/// ```
/// use duplicati_retention::clock::Utc;
/// use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
/// use duplicati_retention::{forecast::{Impossible, Schedule, Goal, compose}, clock::Zone};
/// let days = |count| TimeSpan::from_ticks(count * TICKS_PER_DAY);
/// let year = (Utc::MIN, Utc::MIN.saturating_add(days(365)));
/// let weekly = Schedule::every(days(7));
/// let daily = Goal { interval: days(1), reach: days(30) };
/// let error = compose(&[daily], &weekly, Zone::UTC, year, 1).unwrap_err();
/// assert_eq!(error, Impossible::TooFine { goal: daily, apart: days(7) });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// Backups are not made so often.
    #[error("two backups of this schedule are up to {} apart, so there is not one for each {}", in_words(*apart), in_words(goal.interval))]
    TooFine {
        /// What was asked.
        goal: Goal,
        /// The longest distance between two backups.
        apart: TimeSpan,
    },
    /// The interval is longer than the time for which it is asked.
    #[error("{} are too short for one each {}", in_words(goal.reach), in_words(goal.interval))]
    TooShort {
        /// What was asked.
        goal: Goal,
    },
}

/// The policy that delivers what is wished, if backups start as in this schedule.
///
/// The time that is looked at goes from the one time to the other, both in UTC. With misses or
/// holidays, which the seed draws, the promises hold as long as backups are no further apart than
/// then.
///
/// # Errors
/// [`Impossible`] if no policy can deliver a goal.
///
/// ```
/// use duplicati_retention::clock::Utc;
/// use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
/// use duplicati_retention::{forecast::{Schedule, Goal, compose}, clock::Zone};
/// let days = |count| TimeSpan::from_ticks(count * TICKS_PER_DAY);
/// let year = (Utc::MIN, Utc::MIN.saturating_add(days(365)));
/// let schedule = Schedule { jitter: TimeSpan::from_seconds(600)?, ..Schedule::every(days(1)) };
/// let goals = [
///     Goal { interval: days(1), reach: days(30) },
///     Goal { interval: days(7), reach: TimeSpan::MAX },
/// ];
/// let composed = compose(&goals, &schedule, Zone::UTC, year, 1)?;
/// assert_eq!(composed.policy.to_string(), "32D:23h,U:6D23h");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
//
// Why it is so. Times are those of the local clock; start i is at most `histogram` d after i · E, E
// being the schedule's step.
//
// Frames. FRAME k is at least Rₖ + Gₖ long, Rₖ being the reach and Gₖ the promised gap. The oldest
// survivor b of a frame is then older than Rₖ (once there are backups that old): its older
// neighbour in the same frame was at most Gₖ older and has left the frame. So between neighbours of
// which the younger one is younger than Rₖ, the older one lies in frame k or a shorter one, and
// it is enough to look at survivors d of frame k and the next survivor b after them.
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
    /// Planned starts from one survivor to the next; of use in a regular cadence only.
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
            if self.is_regular { self.every.saturating_add(self.histogram) } else { self.longest };
        Step { starts: 1, interval: 0, gap }
    }

    fn condition(&self) -> Condition {
        if self.is_regular {
            Condition::Punctual(TimeSpan::from_ticks(self.histogram))
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

    fn next_step(&self, before: Step, wished: i64) -> Step {
        if wished == 0 {
            return Step { interval: 0, ..before };
        }
        if self.is_regular {
            let starts = wished / self.every / before.starts * before.starts;
            let most = starts * self.every - self.histogram;
            let least = (starts - before.starts) * self.every + self.histogram;
            // From one frame to the next with the same steps nothing has to go.
            let least = if starts == before.starts { 0 } else { least };
            Step {
                starts,
                interval: roundest(least, most),
                gap: (starts * self.every).saturating_add(self.histogram),
            }
        } else {
            let left = wished.saturating_sub(before.gap).saturating_sub(self.back);
            let interval = if left < LEAST_INTERVAL { 0 } else { roundest(left / 10 * 9, left) };
            Step {
                interval,
                gap: before.gap.saturating_add(interval).saturating_add(self.back),
                ..before
            }
        }
    }
}

/// Where less is left for an interval, nothing is thinned.
const LEAST_INTERVAL: i64 = 60 * TICKS_PER_SECOND;

/// The greatest multiple of a unit from above the one to the other, with the largest unit that has
/// any.
fn roundest(above: i64, most: i64) -> i64 {
    let multiples = UNITS.map(|unit| most / unit * unit);
    multiples.into_iter().find(|&multiple| multiple > above).unwrap_or(most)
}

/// A time frame that is not shorter and can be written in whole days, hours or minutes.
fn round_up(ticks: i64) -> TimeSpan {
    let unit = UNITS.into_iter().find(|unit| ticks >= 2 * unit).unwrap_or(TICKS_PER_SECOND);
    TimeSpan::from_ticks((ticks - 1).div_euclid(unit).saturating_add(1).saturating_mul(unit))
}
