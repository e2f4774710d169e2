//! Which other intervals a policy could have, so that no backup that starts early is deleted.

use super::cadence::Cadence;
use super::compose::roundest;
use super::schedule::Schedule;
use super::suggest_margin;
use crate::clock::{Utc, Zone};
use crate::dotnet::TimeSpan;
use crate::policy::{Pair, Policy};

/// Policies with the same time frames that may leave shorter gaps, the best first. Whether one does
/// must be tried out.
///
/// The first has intervals that are multiples of each other in steps of the schedule, as
/// [`compose`](super::compose()) makes them, and keeps every backup where the interval is one step.
/// The others subtract a margin from intervals, or change one interval alone.
pub fn suggestions(
    policy: &Policy,
    schedule: &Schedule,
    zone: Zone,
    (from, until): (Utc, Utc),
) -> Vec<Policy> {
    let cadence = Cadence::of(schedule, zone, from, until, 0);
    let whole = [cadence.multiples(policy), suggest_margin(policy, schedule)];
    let whole: Vec<Policy> = whole.into_iter().flatten().collect();
    let alone = whole.iter().flat_map(|other| {
        let count = other.pairs().len();
        (0..count).map(|index| with_pair(policy, index, other.pairs()[index]))
    });
    let mut found: Vec<Policy> = whole.iter().cloned().chain(alone).collect();
    found.retain(|other| other != policy && other.passes_backup_check());
    let mut seen: Vec<Policy> = Vec::new();
    found.retain(|other| {
        !seen.contains(other) && {
            seen.push(other.clone());
            true
        }
    });
    found
}

/// A policy with another pair in this place.
pub fn with_pair(policy: &Policy, index: usize, pair: Pair) -> Policy {
    let mut pairs = policy.pairs().to_vec();
    pairs[index] = pair;
    Policy::new(pairs)
}

impl Cadence {
    /// The policy with intervals that are multiples of each other in steps of the schedule, none
    /// longer than before.
    fn multiples(&self, policy: &Policy) -> Option<Policy> {
        if self.deviation >= self.every / 2 {
            return None;
        }
        let mut order: Vec<usize> = (0..policy.pairs().len()).collect();
        order.sort_by_key(|&index| policy.pairs()[index].frame());
        let mut pairs = policy.pairs().to_vec();
        let mut before = 1;
        for index in order {
            let pair = pairs[index];
            let steps = pair.interval().ticks() / self.every / before * before;
            let interval = match steps {
                // Nothing thinner than what comes into the frame was asked for.
                0 => continue,
                _ if steps == before => 0,
                _ => {
                    let above = (steps - before) * self.every + self.deviation;
                    roundest(above, steps * self.every - self.deviation)
                }
            };
            pairs[index] = Pair::new(pair.frame(), TimeSpan::from_ticks(interval)).ok()?;
            before = steps;
        }
        Some(Policy::new(pairs))
    }
}
