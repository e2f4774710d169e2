//! What becomes of wishes under a policy, whoever wrote it.

use super::Range;
use super::compose::Wish;
use super::schedule::Start;
use super::simulation::{Simulation, simulate};
use crate::dotnet::{DateTime, TimeSpan};
use crate::history::{History, Zone};
use crate::policy::Policy;
use crate::retention::PlanError;

/// What a policy delivers of some wishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fulfilment {
    /// For each wish, in their order.
    pub wishes: Vec<Kept>,
    /// How many versions there are, over the last half of the runs; nothing without a run.
    pub versions: Option<Range<usize>>,
}

/// What is kept of a wish.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The longest time, at any run, from a version to the next younger one that is itself within the wish's reach: how long
    /// before a moment the version may be that one can go back to.
    pub gap: TimeSpan,
    /// By how much the oldest version was ever younger than the reach, or than the first backup if that was younger.
    pub short: TimeSpan,
}

/// Applies a policy after each of these starts, from no backups on, and looks at every run how the wishes fare.
///
/// # Errors
/// [`PlanError`] if every run fails.
///
/// ```
/// use duplicati_retention::dotnet::{DateTime, TICKS_PER_DAY, TimeSpan};
/// use duplicati_retention::{Release, forecast::*, history::Zone, policy::Policy};
/// let days = |count| TimeSpan::from_ticks(count * TICKS_PER_DAY);
/// let starts = Schedule::every(days(1)).starts(Zone::UTC, DateTime::MIN.saturating_add(days(3000)), DateTime::MIN.saturating_add(days(3100)), 1);
/// let wish = Wish { interval: days(1), reach: days(7) };
/// let found = fulfilment(&Policy::parse("7D:2D", Release::V2_3_0)?, &[wish], Zone::UTC, &starts)?;
/// assert_eq!((found.wishes[0].gap, found.wishes[0].short), (days(2), days(1)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fulfilment(
    policy: &Policy,
    wishes: &[Wish],
    zone: Zone,
    starts: &[Start],
) -> Result<Fulfilment, PlanError> {
    let mut kept = vec![Kept::default(); wishes.len()];
    let mut counts = Vec::new();
    let middle = starts.get(starts.len() / 2).map_or(DateTime::MIN, |start| start.time);
    let mut first = DateTime::MAX;
    simulate(policy, &History::new(vec![], zone), starts, |there, now| {
        let wall = zone.to_wall(now);
        first = first.min(wall);
        for (wish, kept) in wishes.iter().zip(&mut kept) {
            kept.look_at(there, wall, wish.reach, wall.since(first));
        }
        if now >= middle {
            counts.push(there.versions().count());
        }
    })?;
    Ok(Fulfilment { wishes: kept, versions: Range::of(counts) })
}

impl Kept {
    fn look_at(&mut self, there: &Simulation, now: DateTime, reach: TimeSpan, since_first: TimeSpan) {
        let mut younger: Option<TimeSpan> = None;
        for age in there.versions().rev().map(|version| now.since(version.wall)) {
            if let Some(younger) = younger.replace(age).filter(|&younger| younger <= reach) {
                // Nobody goes back to the future, where a backup lies after the clock was set back.
                let younger = younger.max(TimeSpan::ZERO);
                self.gap = self.gap.max(TimeSpan::from_ticks(age.ticks() - younger.ticks()));
            }
        }
        let oldest = younger.map_or(0, TimeSpan::ticks);
        self.short = self.short.max(TimeSpan::from_ticks(reach.min(since_first).ticks() - oldest));
    }
}
