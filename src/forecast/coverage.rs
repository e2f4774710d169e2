//! How well any policy meets goals.

use super::compose::Goal;
use super::histogram::Summary;
use super::schedule::Start;
use super::simulation::simulate;
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::dotnet::TimeSpan;
use crate::history::History;
use crate::retention::Options;
use crate::retention::incremental::Simulation;

/// How well a policy meets some goals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// One result for each goal, in their order.
    pub goals: Vec<GoalResult>,
    /// How many versions there are, over the last half of the runs; `None` without a run.
    pub versions: Option<Summary<usize>>,
}

/// How well a policy meets one goal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GoalResult {
    /// The longest distance, at any run, from a version to the next younger one if that is within
    /// the goal's reach: how long before a moment the version can be that you can go back to.
    pub gap: TimeSpan,
    /// By how much the oldest version was ever younger than the reach, or than the first backup if
    /// that is younger.
    pub short: TimeSpan,
}

/// Simulates options with these starts, from an empty history, and checks the goals at every run.
pub fn coverage(options: &Options, goals: &[Goal], zone: Zone, starts: &[Start]) -> Coverage {
    let mut results = vec![GoalResult::default(); goals.len()];
    let mut counts = Vec::new();
    let middle = starts.get(starts.len() / 2).map_or(Utc::MIN, |start| start.time);
    let mut first = LocalDateTime::MAX;
    simulate(options, &History::new(vec![], zone), starts, |simulation, now| {
        let local_time = zone.to_local(now);
        first = first.min(local_time);
        for (goal, result) in goals.iter().zip(&mut results) {
            result.observe(simulation, local_time, goal.reach, local_time.since(first));
        }
        if now >= middle {
            counts.push(simulation.versions().count());
        }
    });
    Coverage { goals: results, versions: Summary::of(counts) }
}

impl GoalResult {
    fn observe(
        &mut self,
        simulation: &Simulation,
        now: LocalDateTime,
        reach: TimeSpan,
        since_first: TimeSpan,
    ) {
        let mut younger: Option<TimeSpan> = None;
        for age in simulation.versions().rev().map(|version| now.since(version.local_time)) {
            if let Some(younger) = younger.replace(age).filter(|&younger| younger <= reach) {
                // After the clock was set back a backup can be in the future, where nobody goes
                // back to.
                let younger = younger.max(TimeSpan::ZERO);
                self.gap = self.gap.max(TimeSpan::from_ticks(age.ticks() - younger.ticks()));
            }
        }
        let oldest = younger.map_or(0, TimeSpan::ticks);
        self.short = self.short.max(TimeSpan::from_ticks(reach.min(since_first).ticks() - oldest));
    }
}
