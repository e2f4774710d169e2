//! The value of the option `keep-time`.

use crate::Release;
use crate::clock::LocalDateTime;
use crate::dotnet::{self, OutOfRange, TICKS_PER_SECOND, TimeSpan};
use crate::policy::{SpanError, SpanProblem, Term, parse_span, terms};

/// The tolerance is never more than an hour.
const MOST_TOLERANCE_SECONDS: f64 = 3600.0;

/// The value of keep-time: how far back to keep, and the tolerance on top of that.
///
/// ```
/// use duplicati_retention::{Release, clock::{Utc, Zone}, retention::KeepTime};
/// let now = Zone::UTC.to_local(Utc::from_unix_seconds(1_795_424_400)?); // 2026-11-23 09:00
/// let keep_time = KeepTime::parse("1M", Release::V2_3_0, false)?;
/// assert_eq!(keep_time.bound(now)?.to_string(), "2026-10-23 08:00:00"); // an hour of tolerance
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepTime {
    span: Span,
    /// None if it cannot be worked out, so that every operation fails.
    tolerance: Option<TimeSpan>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Span {
    Now,
    Seconds(i64),
    Terms(Vec<Term>),
}

/// A text that keep-time does not accept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeepTimeError {
    /// Neither a bare number of seconds nor numbers with units nor `now`. Duplicati also reads
    /// dates, in the machine's language.
    #[error(
        "{0:?} is not a time span; write numbers, each with a unit (s m h D W M Y, in exactly this \
         case), such as 6M; dates are not supported"
    )]
    NoSpan(String),
    /// The tolerance reads the text a second time, as a policy's time span, and cannot.
    #[error("{text:?} is not a time span that the tolerance can be worked out from: {error}")]
    Tolerance {
        /// The text of the option.
        text: String,
        /// What is wrong with it.
        error: SpanError,
    },
}

impl KeepTime {
    /// Reads the text of the option as this release does; the tolerance is worked out unless it is
    /// disabled. `now` is the present. Since 2.2 it needs the tolerance to be disabled, because
    /// that reads the text a second time, as a policy's span. 2.1 takes numbers with units in any
    /// form that a policy's span may have.
    ///
    /// # Errors
    /// [`KeepTimeError`] if the text is not a time span.
    ///
    /// ```
    /// # use duplicati_retention::{Release, retention::KeepTime};
    /// assert!(KeepTime::parse("1D 12h", Release::V2_3_0, false).is_err()); // no blanks here
    /// assert!(KeepTime::parse("1D 12h", Release::V2_1, false).is_ok());
    /// assert!(KeepTime::parse("1d", Release::V2_3_0, false).is_err());
    /// ```
    pub fn parse(
        text: &str,
        release: Release,
        disable_tolerance: bool,
    ) -> Result<KeepTime, KeepTimeError> {
        let no_span = || KeepTimeError::NoSpan(text.to_owned());
        let span = if dotnet::trim(text).eq_ignore_ascii_case("now") {
            Span::Now
        } else if let Some(seconds) = dotnet::parse_i64(text) {
            Span::Seconds(seconds)
        } else if release.checks_keep_time() && !is_number_unit_text(text) {
            return Err(no_span());
        } else {
            Span::Terms(terms(text).collect::<Result<_, _>>().map_err(|_| no_span())?)
        };
        let tolerance =
            if disable_tolerance { Some(TimeSpan::ZERO) } else { tolerance(text, release)? };
        Ok(KeepTime { span, tolerance })
    }

    /// The oldest local time that is kept, seen from `now`: the span back, unit by unit and by the
    /// calendar, and the tolerance.
    ///
    /// # Errors
    /// [`OutOfRange`] if that leaves the years 1 to 9999, on the way or in the end; in 2.1 also if
    /// the span does, counted from the year 1, because the tolerance is worked out from that.
    pub fn bound(&self, now: LocalDateTime) -> Result<LocalDateTime, OutOfRange> {
        let tolerance = self.tolerance.ok_or(OutOfRange)?;
        let from = match &self.span {
            Span::Now => now,
            Span::Seconds(seconds) => now.add_units(seconds.wrapping_neg(), TICKS_PER_SECOND)?,
            Span::Terms(terms) => {
                terms.iter().try_fold(now, |date, term| term.move_date(date, -1))?
            }
        };
        from.checked_sub(tolerance)
    }
}

/// Whether the text is what Duplicati's `^(\d+[smhDWMY])+$` matches, as far as the rest of its code
/// accepts that: the expression ignores case and takes any script's digits, the code after it takes
/// neither, and finds out itself whether numbers and units alternate. `$` lets a line feed pass at
/// the end.
fn is_number_unit_text(text: &str) -> bool {
    let text = text.strip_suffix('\n').unwrap_or(text);
    !text.is_empty() && text.bytes().all(|byte| b"0123456789smhDWMY".contains(&byte))
}

/// A hundredth of the span, at most an hour, cut to ticks: `41s` gives 4,099,999 of them.
///
/// None if the span leaves the calendar of 2.1, which is found out when keep-time is applied.
fn tolerance(text: &str, release: Release) -> Result<Option<TimeSpan>, KeepTimeError> {
    let seconds = match parse_span(text, release) {
        Ok(span) => (span.total_seconds() / 100.0).min(MOST_TOLERANCE_SECONDS),
        Err(SpanError { problem: SpanProblem::OutsideCalendar, .. }) => return Ok(None),
        // The present, counted from the year 1, is a long span.
        Err(SpanError { problem: SpanProblem::Now, .. }) => MOST_TOLERANCE_SECONDS,
        Err(error) => return Err(KeepTimeError::Tolerance { text: text.to_owned(), error }),
    };
    // A negative span has no least tolerance, but a hundredth of any span fits.
    Ok(Some(TimeSpan::from_float_units(seconds, TICKS_PER_SECOND).unwrap_or_default()))
}
