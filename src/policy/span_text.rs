//! A time span as text, such as `1D12h`: its terms, their sum in each release, and how to write a
//! span as text.

use std::ops::Range;

use crate::Release;
use crate::dotnet::{
    self, DateTime, Kind, OutOfRange, SpanOverflow, TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan, kind,
};
use crate::release::SpanArithmetic;

/// The unit of a term; its letter counts in this case only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names are clear
pub enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    /// The unit of one of the letters `s m h D W M Y`.
    pub const fn from_letter(letter: char) -> Option<Unit> {
        Some(match letter {
            's' => Unit::Second,
            'm' => Unit::Minute,
            'h' => Unit::Hour,
            'D' => Unit::Day,
            'W' => Unit::Week,
            'M' => Unit::Month,
            'Y' => Unit::Year,
            _ => return None,
        })
    }

    /// What one unit of a fixed span is worth since 2.2, as (factor of the number, ticks): a week
    /// is 7 days.
    const fn fixed(self) -> (i32, i64) {
        match self {
            Unit::Second => (1, TICKS_PER_SECOND),
            Unit::Minute => (1, 60 * TICKS_PER_SECOND),
            Unit::Hour => (1, 3600 * TICKS_PER_SECOND),
            Unit::Day => (1, TICKS_PER_DAY),
            Unit::Week => (7, TICKS_PER_DAY),
            Unit::Month => (30, TICKS_PER_DAY),
            Unit::Year => (365, TICKS_PER_DAY),
        }
    }
}

/// A number and its unit, such as `12M`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The number; it may be negative.
    pub factor: i32,
    /// What it counts.
    pub unit: Unit,
    /// The term's place in the text of the span, in bytes, including the white space before it.
    pub place: Range<usize>,
}

impl Term {
    /// Whether the number times 7, 30 or 365 does not fit into 32 bits, so that the days wrap
    /// around (since 2.2).
    ///
    /// ```
    /// # use duplicati_retention::policy::terms;
    /// assert!(terms("143165577M").any(|term| term.is_ok_and(|term| term.wraps_around())));
    /// ```
    pub fn wraps_around(&self) -> bool {
        self.factor.checked_mul(self.unit.fixed().0).is_none()
    }

    /// The date moved by this term, by the calendar: months and years as `AddMonths` and `AddYears`
    /// count them.
    ///
    /// `direction` is 1 or -1. The days of a week wrap around in 32 bits, as in every release.
    ///
    /// # Errors
    /// [`OutOfRange`] if the result leaves the years 1 to 9999.
    pub fn move_date<K: Kind>(
        &self,
        date: DateTime<K>,
        direction: i32,
    ) -> Result<DateTime<K>, OutOfRange> {
        let factor = self.factor.wrapping_mul(direction);
        match self.unit {
            Unit::Month => date.add_months(factor),
            Unit::Year => date.add_years(factor),
            unit => {
                let (multiple, ticks) = unit.fixed();
                date.add_units(i64::from(factor.wrapping_mul(multiple)), ticks)
            }
        }
    }
}

/// Why a text is not a time span, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct SpanError {
    /// What is wrong.
    pub problem: SpanProblem,
    /// The place in the text of the span, in bytes.
    pub place: Range<usize>,
}

/// What can be wrong with a time span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpanProblem {
    /// The text before a unit is not a whole number of 32 bits.
    #[error("there must be a whole number up to 2147483647 before the unit")]
    NoNumber,
    /// The end of the text has no unit.
    #[error("a unit is missing here: s, m, h, D, W, M or Y (capitals matter)")]
    NoUnit,
    /// The sum does not fit into .NET's `TimeSpan`.
    #[error("this is longer than 10675199 days, the longest span that .NET can hold")]
    TooLong,
    /// 2.1 counts from the year 1 by the calendar, and the sum left the years 1 to 9999, if only at
    /// a term in between.
    #[error("counted from the year 1, as 2.1 does, this leaves the years 1 to 9999")]
    OutsideCalendar,
    /// 2.1 takes `now` for the present, which this crate does not reproduce.
    #[error(
        "2.1 takes \"now\" for the time from the year 1 to the present, some 2,000 years, which \
         is not a useful span; this program does not work that out"
    )]
    Now,
    /// 2.1 first tries to read a date in the machine's language, which this crate does not
    /// reproduce.
    #[error(
        "2.1 reads this as a date if the language of its machine writes dates so, and takes the \
         time from the year 1 to it for the span; this program does not work that out"
    )]
    Date,
}

/// The terms of a span's text, from the left; an error ends them.
///
/// ```
/// use duplicati_retention::policy::terms;
/// assert_eq!(terms("8D-1D").map(|term| term.unwrap().factor).collect::<Vec<_>>(), [8, -1]);
/// assert!(terms("7").next().unwrap().is_err());
/// ```
pub fn terms(text: &str) -> impl Iterator<Item = Result<Term, SpanError>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = &text[start..];
        // Duplicati's loop also stops at a unit at the very start of the text.
        let unit = rest
            .char_indices()
            .find_map(|(at, letter)| Some((start + at, Unit::from_letter(letter)?)));
        match unit.filter(|&(at, _)| at > 0) {
            Some((at, unit)) => {
                let factor = dotnet::parse_i32(dotnet::trim(&text[start..at]));
                let place = start..at + 1;
                // An error ends the iteration: nothing is left to read.
                start = if factor.is_some() { at + 1 } else { text.len() };
                // If there is no text before the unit, the error points at the unit.
                let end = if place.start < at { at } else { at + 1 };
                let error = SpanError { problem: SpanProblem::NoNumber, place: place.start..end };
                Some(factor.map(|factor| Term { factor, unit, place }).ok_or(error))
            }
            None => {
                let left_over =
                    SpanError { problem: SpanProblem::NoUnit, place: start..text.len() };
                start = text.len();
                (!dotnet::trim(rest).is_empty()).then_some(Err(left_over))
            }
        }
    })
}

/// Reads a time span as the server of this release does: the empty text is zero, a bare integer is
/// seconds, and everything else consists of terms.
///
/// # Errors
/// [`SpanError`] with the place in this text.
///
/// ```
/// use duplicati_retention::{Release, policy::parse_span};
/// assert_eq!(parse_span("12M", Release::V2_1)?.to_string(), "365D");
/// assert_eq!(parse_span("12M", Release::V2_3_0)?.to_string(), "360D");
/// assert_eq!(parse_span("143165577M", Release::V2_3_0)?.to_string(), "14D");
/// # Ok::<(), duplicati_retention::policy::SpanError>(())
/// ```
pub fn parse_span(text: &str, release: Release) -> Result<TimeSpan, SpanError> {
    if text.is_empty() {
        return Ok(TimeSpan::ZERO);
    }
    match release.span_arithmetic() {
        SpanArithmetic::Calendar => by_the_calendar(text),
        SpanArithmetic::FloatingPoint => {
            fixed(text, |count, ticks| TimeSpan::from_float_units(count as f64, ticks))
        }
        SpanArithmetic::Integer => fixed(text, TimeSpan::from_units),
    }
}

/// 2.1: the terms are added to 0001-01-01T00:00, and the distance from there is the span.
fn by_the_calendar(text: &str) -> Result<TimeSpan, SpanError> {
    if dotnet::trim(text).eq_ignore_ascii_case("now") {
        return Err(SpanError { problem: SpanProblem::Now, place: 0..text.len() });
    }
    // Only a text that does not consist of numbers with units can be a date.
    let unread = |error: SpanError| match looks_like_a_date(text) {
        true => SpanError { problem: SpanProblem::Date, place: 0..text.len() },
        false => error,
    };
    let outside =
        |place| move |_: OutOfRange| SpanError { problem: SpanProblem::OutsideCalendar, place };
    let end = match dotnet::parse_i64(text) {
        Some(seconds) => DateTime::<kind::Unspecified>::MIN
            .add_units(seconds, TICKS_PER_SECOND)
            .map_err(outside(0..text.len()))?,
        None => terms(text).try_fold(DateTime::<kind::Unspecified>::MIN, |date, term| {
            let term = term.map_err(unread)?;
            term.move_date(date, 1).map_err(outside(term.place.clone()))
        })?,
    };
    Ok(end.since(DateTime::<kind::Unspecified>::MIN))
}

/// Whether there are digits on both sides of a `-`, `/` or `.`, as in 2026-11-23 or 23.11.
fn looks_like_a_date(text: &str) -> bool {
    text.as_bytes().windows(3).any(|three| {
        matches!(three, [before, b'-' | b'/' | b'.', after] if before.is_ascii_digit() && after.is_ascii_digit())
    })
}

/// Since 2.2: units have a fixed length; weeks, months and years are counted in days, in 32 bits.
fn fixed(
    text: &str,
    span: impl Fn(i64, i64) -> Result<TimeSpan, SpanOverflow>,
) -> Result<TimeSpan, SpanError> {
    let too_long =
        |place| move |_: SpanOverflow| SpanError { problem: SpanProblem::TooLong, place };
    if let Some(seconds) = dotnet::parse_i64(text) {
        return span(seconds, TICKS_PER_SECOND).map_err(too_long(0..text.len()));
    }
    terms(text).try_fold(TimeSpan::ZERO, |sum, term| {
        let term = term?;
        let (multiple, ticks) = term.unit.fixed();
        span(i64::from(term.factor.wrapping_mul(multiple)), ticks)
            .and_then(|span| sum.checked_add(span))
            .map_err(too_long(term.place.clone()))
    })
}

/// A span as text in days, hours, minutes and seconds, cut to whole seconds: `1D12h`.
pub(super) fn write(span: TimeSpan) -> String {
    let seconds = span.whole_seconds();
    let parts = [
        (seconds / 86_400, 'D'),
        (seconds / 3600 % 24, 'h'),
        (seconds / 60 % 60, 'm'),
        (seconds % 60, 's'),
    ];
    let text: String = parts
        .iter()
        .filter(|(count, _)| *count != 0)
        .map(|(count, unit)| format!("{count}{unit}"))
        .collect();
    if text.is_empty() { "0s".into() } else { text }
}
