//! What is wrong with a policy text, where, and what to write instead.

use std::ops::Range;

use super::span_text::SpanProblem;

/// A policy text that the server of a release refuses.
///
/// ```
/// use duplicati_retention::{Release, policy::Policy};
/// let error = Policy::parse("1w:1D", Release::V2_3_0).unwrap_err();
/// assert_eq!(error.range, 0..2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct PolicyError {
    /// What is wrong.
    pub problem: PolicyProblem,
    /// Its place in the text, in bytes; at least one character unless the text ends there.
    pub range: Range<usize>,
}

/// What can be wrong with a policy text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyProblem {
    /// An entry is only a time frame.
    #[error("a colon and an interval are missing after this time frame")]
    NoColon,
    /// An entry has a second colon (an error since 2.3.1).
    #[error("a pair has only one colon, and this is a second one")]
    ExtraColon,
    /// A time frame or interval below zero.
    #[error("a time frame or an interval cannot be negative")]
    Negative,
    /// A time frame or interval that is not a time span.
    #[error("{0}")]
    Span(SpanProblem),
}

impl PolicyError {
    /// What is expected at the place of the error.
    pub fn expected(&self) -> &'static str {
        match self.problem {
            PolicyProblem::NoColon => {
                "write FRAME:INTERVAL, such as 7D:1D; 7D:U keeps everything for 7 days"
            }
            PolicyProblem::ExtraColon => "separate pairs with commas, such as 7D:1D,4W:1W",
            PolicyProblem::Negative => "write zero or more, such as 7D",
            PolicyProblem::Span(
                SpanProblem::TooLong | SpanProblem::OutsideCalendar | SpanProblem::Now,
            ) => {
                "write a span of at most a few hundred years, such as 10Y, or U for an unlimited \
                 time frame"
            }
            PolicyProblem::Span(
                SpanProblem::NoNumber | SpanProblem::NoUnit | SpanProblem::Date,
            ) => {
                "write a number and a unit, such as 7D (s seconds, m minutes, h hours, D days, W \
                 weeks, M months, Y years), or U"
            }
        }
    }
}
