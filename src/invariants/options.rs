//! What the texts of the options mean, for the judge.

use super::grammar::{self, Span, is_on};
use super::texts::keep_versions;
use super::{Answer, Case, calendar};
use crate::clock::LocalDateTime;
use crate::dotnet::TICKS_PER_SECOND;
use crate::retention::Decision;
use crate::retention::Decisions;

/// The decisions, if there is one for each version.
pub(super) fn decisions<'a>(case: &Case, answer: &'a Answer) -> Option<&'a Decisions> {
    answer.plan.as_ref().ok().filter(|plan| plan.decisions.len() == case.versions().len())
}

/// How many options delete a version.
pub(super) fn times_named(decision: &Decision) -> usize {
    [
        decision.named,
        !decision.policy.keeps(),
        decision.keep_time.is_some(),
        decision.keep_versions.is_some(),
    ]
    .iter()
    .filter(|&&by_it| by_it)
    .count()
}

/// The span of keep-time, if it is set and can be read.
fn keep_time(case: &Case) -> Option<Span> {
    case.option("keep-time").filter(|text| !text.is_empty()).and_then(grammar::keep_time)
}

/// keep-time's bound. `None`: not set; `Some(None)`: outside the years 1 to 9999.
pub(super) fn keep_time_bound(case: &Case) -> Option<Option<LocalDateTime>> {
    let from = calendar::moved(case.local_now(), &keep_time(case)?, false);
    let tolerance = match case.option("keep-time") {
        Some(text) if !is_on(case.option("disable-time-tolerance")) => {
            let seconds = grammar::ticks(text, case.release())? as f64 / TICKS_PER_SECOND as f64;
            ((seconds / 100.0).min(3600.0) * TICKS_PER_SECOND as f64) as i64
        }
        _ => 0,
    };
    Some(from.and_then(|from| LocalDateTime::from_ticks(from.ticks().checked_sub(tolerance)?).ok()))
}

/// The number of keep-versions; zero if it is not set or no number.
pub(super) fn number_to_keep(case: &Case) -> i32 {
    case.option("keep-versions").and_then(keep_versions).unwrap_or(0)
}
