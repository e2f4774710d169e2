//! What the texts of the options mean, and what an answer says of each version.

use super::answer::Answer;
use super::calendar;
use super::case::Case;
use super::grammar::{self, is_on};
use crate::Release;
use crate::clock::LocalDateTime;
use crate::dotnet::TICKS_PER_SECOND;
use crate::release::SpanArithmetic;
use crate::retention::Decision;

/// What each option says, if something is said of each version.
pub(super) fn decisions<'a>(case: &Case, answer: &'a Answer) -> Option<&'a [Decision]> {
    answer.decisions.as_deref().filter(|decisions| decisions.len() == case.versions().len())
}

/// For each version whether it is deleted in the end, if that was decided.
pub(super) fn deleted(case: &Case, answer: &Answer) -> Option<Vec<bool>> {
    let mut deleted = vec![false; case.versions().len()];
    for version in answer.deletes.as_ref()?.as_ref().ok()? {
        *deleted.get_mut(version.get())? = true;
    }
    Some(deleted)
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

/// keep-time's bound. `None`: not set; `Some(None)`: it cannot be worked out within the years 1 to
/// 9999.
pub(super) fn keep_time_bound(case: &Case) -> Option<Option<LocalDateTime>> {
    let text = case.option("keep-time").filter(|text| !text.is_empty())?;
    let from = calendar::moved(case.local_now(), &grammar::keep_time(text, case.release())?, false);
    let tolerance = match is_on(case.option("disable-time-tolerance")) {
        true => Some(0),
        false => tolerance(text, case.release()),
    };
    let bound =
        |from: LocalDateTime, by| LocalDateTime::from_ticks(from.ticks().checked_sub(by)?).ok();
    Some(from.zip(tolerance).and_then(|(from, by)| bound(from, by)))
}

/// keep-time's tolerance in ticks, if it can be worked out.
fn tolerance(text: &str, release: Release) -> Option<i64> {
    let hour = 3600.0;
    let seconds = match grammar::is_now(text) && counts_from_year_one(release) {
        true => hour,
        false => grammar::ticks(text, release)? as f64 / TICKS_PER_SECOND as f64 / 100.0,
    };
    Some((seconds.min(hour) * TICKS_PER_SECOND as f64) as i64)
}

/// Whether a span is a date as far from the year 1: then the present has a span, too.
fn counts_from_year_one(release: Release) -> bool {
    release.span_arithmetic() == SpanArithmetic::Calendar
}

/// The number of keep-versions; zero if it is not set or not a number.
pub(super) fn number_to_keep(case: &Case) -> i32 {
    case.option("keep-versions").and_then(keep_versions).unwrap_or(0)
}

/// The number in a text of keep-versions, if it is one.
pub(super) fn keep_versions(text: &str) -> Option<i32> {
    grammar::integer(text).and_then(|number| i32::try_from(number).ok())
}

/// Whether keep-time is set and its bound is not a date.
pub(super) fn keep_time_leaves_range(case: &Case) -> bool {
    keep_time_bound(case) == Some(None)
}

/// Whether the last version may be deleted.
pub(super) fn allows_full_removal(case: &Case) -> bool {
    is_on(case.option("allow-full-removal"))
}

/// The first option whose text cannot be read.
pub(super) fn unreadable(case: &Case) -> Option<&'static str> {
    let release = case.release();
    let text = |name| case.option(name).filter(|text| !text.is_empty());
    let keep_time_is_bad = |text: &str| {
        // The tolerance reads the text a second time, as a policy's span, and may fail on its own.
        // 2.1 has read it when the span turns out to leave its calendar.
        grammar::keep_time(text, release).is_none()
            || (!is_on(case.option("disable-time-tolerance"))
                && !counts_from_year_one(release)
                && tolerance(text, release).is_none())
    };
    let number_is_bad = |text: &str| release.strict_numbers() && keep_versions(text).is_none();
    let is_bad = [
        ("retention-policy", case.pairs().is_none()),
        ("keep-time", text("keep-time").is_some_and(keep_time_is_bad)),
        ("version", text("version").is_some_and(|text| grammar::version_list(text).is_none())),
        ("keep-versions", text("keep-versions").is_some_and(number_is_bad)),
    ];
    is_bad.into_iter().find(|(_, is_bad)| *is_bad).map(|(name, _)| name)
}
