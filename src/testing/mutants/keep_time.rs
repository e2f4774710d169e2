//! keep-time, with its mutations.

use chrono::Datelike;

use super::mutations::Mutation as M;
use super::options::Read;
use super::{Input, Mutant};
use crate::Release;
use crate::clock::LocalDateTime;
use crate::dotnet::{self, TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::invariants::{Case, NoPlan};
use crate::release::SpanArithmetic;
use crate::retention::{Decision, KeepTimeReason};

impl Mutant {
    /// keep-time's units; a bare number is seconds, and the present has none.
    pub(super) fn keep_time_terms(self, text: &str, release: Release) -> Option<Vec<(i64, char)>> {
        if text.trim().eq_ignore_ascii_case("now") {
            return (!self.makes(M::KeepTimeNowRefused)).then(Vec::new);
        }
        let text = self.or(M::KeepTimeTrimmed, text.trim(), text);
        // Read as seconds even where the policy's bare numbers are read wrongly: that is another
        // parser.
        if let Some(seconds) = dotnet::parse_i64(text) {
            if self.makes(M::KeepTimeNumberStrict) && text != text.trim() {
                return None;
            }
            let seconds = match self.mutation {
                Some(M::KeepTimeSignLost) => seconds.saturating_abs(),
                Some(M::KeepTimeNumberForward) => seconds.wrapping_neg(),
                _ => seconds,
            };
            return Some(vec![(seconds, 's')]);
        }
        let line = text.strip_suffix('\n').unwrap_or(text);
        let plain = line.ends_with(['s', 'm', 'h', 'D', 'W', 'M', 'Y'])
            && line.chars().all(|letter| letter.is_ascii_digit() || "smhDWMY".contains(letter));
        let is_checked = release.checks_keep_time() || self.makes(M::KeepTimeCheckedEarly);
        let is_fine = plain || !is_checked || (self.makes(M::KeepTimeBlanks) && text.contains(' '));
        if is_fine { self.terms(line) } else { None }
    }

    /// The tolerance in ticks; the inner none where the span leaves the calendar of 2.1.
    pub(super) fn tolerance_of(
        self,
        text: &str,
        release: Release,
        terms: &[(i64, char)],
    ) -> Option<Option<i64>> {
        let by_calendar = release.span_arithmetic() == SpanArithmetic::Calendar;
        match self.span(text, release) {
            Some(span) => Some(Some(self.tolerance(span))),
            // The present is long after the year 1.
            None if by_calendar && terms.is_empty() => Some(Some(self.tolerance(i64::MAX))),
            None => by_calendar.then_some(None),
        }
    }

    fn tolerance(self, span: i64) -> i64 {
        let seconds =
            span as f64 / TICKS_PER_SECOND as f64 / self.or(M::ToleranceOf101, 101.0, 100.0);
        let limited =
            if self.makes(M::ToleranceNotLimited) { seconds } else { seconds.min(3600.0) };
        let ticks = limited * TICKS_PER_SECOND as f64;
        let ticks = self.or(M::ToleranceRounded, ticks.round(), ticks) as i64;
        let ticks = self.or(M::ToleranceMissing, 0, ticks);
        self.or(M::ToleranceAdded, -ticks, ticks)
    }

    pub(super) fn keep_time(
        self,
        case: &Case,
        input: &Input,
        read: &Read,
        decisions: &mut [Decision],
    ) -> Result<Option<LocalDateTime>, NoPlan> {
        let Some(terms) = &read.keep_time else { return Ok(None) };
        let from = self.or(M::KeepTimeNowInUtc, case.now().specify_kind(), input.local_now);
        let back = |tolerance| self.back(from, terms, tolerance);
        let bound = match read.tolerance.and_then(back) {
            Some(bound) => bound,
            None if self.makes(M::KeepTimeStopsAtYearOne) => LocalDateTime::MIN,
            None => return Err(NoPlan::Fails),
        };
        let part = TimeSpan::from_ticks(bound.ticks() % TICKS_PER_SECOND);
        let whole = bound.checked_sub(part).unwrap_or(bound);
        let bound = self.or(M::KeepTimeBoundInSeconds, whole, bound);
        let mut seen_full = false;
        for (place, &version) in input.order.iter().enumerate() {
            let local_time = input.local_time[version];
            let young = if self.makes(M::KeepTimeBoundExclusive) {
                local_time > bound
            } else {
                local_time >= bound
            };
            let retained_because = match self.mutation {
                Some(M::KeepTimeNoFullRule) => false,
                Some(M::KeepTimeKeepsNewest) => place == 0,
                Some(M::KeepTimeKeepsPartial) => !seen_full || !input.is_full(version),
                _ => !seen_full,
            };
            if !young && !retained_because {
                let beyond =
                    if self.makes(M::KeepTimeReasonIsAge) { input.local_now } else { bound };
                decisions[version].keep_time =
                    Some(KeepTimeReason { beyond: beyond.since(local_time) });
            }
            seen_full |= input.is_full(version);
        }
        Ok(Some(bound))
    }

    fn back(
        self,
        from: LocalDateTime,
        terms: &[(i64, char)],
        tolerance: i64,
    ) -> Option<LocalDateTime> {
        let second = self.or(M::KeepTimeSecondsAreMinutes, 60, 1) * TICKS_PER_SECOND;
        let mut date = from;
        let mut terms = terms.to_vec();
        if self.makes(M::KeepTimeBackwards) {
            terms.reverse();
        }
        for (factor, unit) in terms {
            let days = |multiple: i64| i64::from(factor.wrapping_mul(multiple) as i32);
            let months = if unit == 'Y' { 12 } else { 1 };
            date = match unit {
                's' => date.add_units(factor.checked_neg()?, second),
                'm' => date.add_units(-factor, 60 * TICKS_PER_SECOND),
                'h' => date.add_units(-factor, 3600 * TICKS_PER_SECOND),
                'D' => date.add_units(-factor, TICKS_PER_DAY),
                'W' => date.add_units(-days(7), TICKS_PER_DAY),
                _ if self.makes(M::KeepTimeFixedMonths) => {
                    date.add_units(-days(30 * months), TICKS_PER_DAY)
                }
                'Y' if self.makes(M::KeepTimeFixedYears) => {
                    date.add_units(-days(365), TICKS_PER_DAY)
                }
                _ => {
                    let moved =
                        date.add_months(i32::try_from(factor * months).ok()?.checked_neg()?);
                    let rolls_over = unit == 'Y' && self.makes(M::KeepTimeLeapDayRollsOver);
                    let lost = |moved: &LocalDateTime| {
                        date.to_chrono().day().saturating_sub(moved.to_chrono().day())
                    };
                    moved.and_then(|moved| {
                        let days = if rolls_over { lost(&moved) } else { 0 };
                        moved.add_units(days.into(), TICKS_PER_DAY)
                    })
                }
            }
            .ok()?;
        }
        date.checked_sub(TimeSpan::from_ticks(tolerance)).ok()
    }
}
