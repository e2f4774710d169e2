//! A policy with slightly shorter intervals, so that a backup which starts early is kept.

use super::schedule::Schedule;
use crate::dotnet::TimeSpan;
use crate::policy::{Pair, Policy};

/// The smallest margin, by the length of the interval: easy to read and to remember.
const MARGINS_SECONDS: [(i64, i64); 2] = [(86_400, 3600), (0, 60)];

/// The policy with a margin subtracted from each interval that is a multiple of the schedule's, or
/// `None` if there is no such interval.
///
/// Two starts that are planned an interval apart can be closer by as much as the jitter. The margin
/// is twice the jitter, and at least an hour for an interval of a day or more, else a minute.
pub fn suggest_margin(policy: &Policy, schedule: &Schedule) -> Option<Policy> {
    let every = schedule.every.ticks().max(1);
    let shorter = |pair: &Pair| {
        let interval = pair.interval();
        let is_multiple = !pair.keeps_all() && interval.ticks() % every == 0;
        let smallest =
            MARGINS_SECONDS.into_iter().find(|&(from, _)| interval.whole_seconds() >= from)?.1;
        let margin =
            TimeSpan::from_seconds(smallest.max(2 * schedule.jitter.whole_seconds())).ok()?;
        let left = interval.ticks() - margin.ticks();
        (is_multiple && left > 0)
            .then(|| Pair::new(pair.frame(), TimeSpan::from_ticks(left)).ok())?
    };
    let pairs: Vec<Pair> =
        policy.pairs().iter().map(|pair| shorter(pair).unwrap_or(*pair)).collect();
    (pairs != policy.pairs()).then(|| Policy::new(pairs))
}
