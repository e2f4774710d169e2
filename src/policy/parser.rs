//! The server's parser.

use std::ops::Range;

use super::error::{PolicyError, PolicyProblem};
use super::{Entry, Pair, Policy, entries, parse_span};
use crate::Release;
use crate::dotnet::TimeSpan;

pub(super) fn parse(text: &str, release: Release) -> Result<Policy, PolicyError> {
    entries(text)
        .map(|entry| parse_pair(text, entry, release))
        .collect::<Result<_, _>>()
        .map(Policy::new)
}

/// Every error of a text: at most one for each time frame and each interval.
pub(super) fn errors(text: &str, release: Release) -> impl Iterator<Item = PolicyError> + '_ {
    entries(text).flat_map(move |entry| {
        let error = parse_pair(text, entry.clone(), release).err();
        // An error in the time frame hides one in the interval.
        let hidden = match (&error, entry.interval) {
            (Some(PolicyError { range, .. }), Some(interval)) if range.end <= entry.frame.end => {
                parse_half(text, &interval, TimeSpan::ZERO, release).err()
            }
            _ => None,
        };
        error.into_iter().chain(hidden)
    })
}

fn parse_pair(text: &str, entry: Entry, release: Release) -> Result<Pair, PolicyError> {
    let error = |problem, range: Range<usize>| PolicyError { problem, range };
    let Some(interval_place) = entry.interval else {
        return Err(error(PolicyProblem::NoColon, entry.whole));
    };
    // Before 2.3.1 the text after a second colon was silently ignored.
    if let Some(rest) = entry.rest.filter(|_| release.strict_colons()) {
        return Err(error(PolicyProblem::ExtraColon, rest.start - 1..rest.end));
    }
    let frame = parse_half(text, &entry.frame, TimeSpan::MAX, release)?;
    let interval = parse_half(text, &interval_place, TimeSpan::ZERO, release)?;
    let negative = if frame < TimeSpan::ZERO { entry.frame } else { interval_place };
    Pair::new(frame, interval).map_err(|_| error(PolicyProblem::Negative, negative))
}

/// One side of the colon; `U` means `unlimited`.
fn parse_half(
    text: &str,
    place: &Range<usize>,
    unlimited: TimeSpan,
    release: Release,
) -> Result<TimeSpan, PolicyError> {
    let half = &text[place.clone()];
    if half.eq_ignore_ascii_case("U") {
        return Ok(unlimited);
    }
    parse_span(half, release).map_err(|error| {
        let range = place.start + error.place.start..place.start + error.place.end;
        PolicyError { problem: PolicyProblem::Span(error.problem), range }
    })
}
