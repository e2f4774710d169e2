//! The releases of Duplicati that this crate reproduces, and the switches in which they differ.
//!
//! It must not know what the switches are used for. The policy language, keep-versions and the rest
//! ask. Start with [`Release`].

use std::fmt;
use std::str::FromStr;

/// A release of Duplicati, and the later releases that decide in the same way.
///
/// ```
/// use duplicati_retention::Release;
/// assert_eq!("2.1".parse(), Ok(Release::V2_1));
/// assert_eq!("2.3.0.4".parse(), Ok(Release::V2_3_0));
/// assert_eq!(Release::default().to_string(), "2.3.0");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Release {
    /// Up to 2.1.0.5, the stable release until October 2025.
    V2_1,
    /// 2.2.0.x, stable from October 2025; runs on .NET 8.
    V2_2,
    /// 2.3.0.x, the stable line of 2026; runs on .NET 10.
    #[default]
    V2_3_0,
    /// The 2.3.1 line, beta in the middle of 2026.
    V2_3_1,
}

/// How a release adds up the units of a time span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpanArithmetic {
    /// Units are added to 0001-01-01 by the calendar: the first month has 31 days.
    Calendar,
    /// Fixed units; each product is computed in `f64` ticks (.NET 8).
    FloatingPoint,
    /// Fixed units in exact `i64` ticks (.NET 10).
    Integer,
}

/// A text that does not name a release.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a known release; choose 2.1, 2.2, 2.3.0 or 2.3.1")]
pub struct UnknownRelease(String);

impl Release {
    /// Every release, oldest first.
    pub const ALL: [Release; 4] = [Release::V2_1, Release::V2_2, Release::V2_3_0, Release::V2_3_1];

    /// The name used everywhere here, such as `2.3.0`.
    pub const fn name(self) -> &'static str {
        match self {
            Release::V2_1 => "2.1",
            Release::V2_2 => "2.2",
            Release::V2_3_0 => "2.3.0",
            Release::V2_3_1 => "2.3.1",
        }
    }

    /// How the units of a time span are added up.
    pub const fn span_arithmetic(self) -> SpanArithmetic {
        match self {
            Release::V2_1 => SpanArithmetic::Calendar,
            Release::V2_2 => SpanArithmetic::FloatingPoint,
            Release::V2_3_0 | Release::V2_3_1 => SpanArithmetic::Integer,
        }
    }

    /// Whether a second colon in a pair is an error; before, the text after it was ignored.
    pub const fn strict_colons(self) -> bool {
        matches!(self, Release::V2_3_1)
    }

    /// Whether an option that must be a number and is not is an error; since 2.2 it counts as not
    /// set.
    pub const fn strict_numbers(self) -> bool {
        matches!(self, Release::V2_1)
    }

    /// Whether a version that two options delete is counted twice (and the deletion then fails).
    pub const fn counts_repeats(self) -> bool {
        matches!(self, Release::V2_1)
    }

    /// Whether a version whose remote file is still locked is retained.
    pub const fn honours_locks(self) -> bool {
        matches!(self, Release::V2_3_0 | Release::V2_3_1)
    }
}

impl fmt::Display for Release {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// Reads a name such as `2.3.0`, or a full version number such as `2.3.0.4`.
impl FromStr for Release {
    type Err = UnknownRelease;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_named = |release: &Release| match text.strip_prefix(release.name()) {
            Some(rest) => rest.is_empty() || rest.starts_with('.'),
            None => false,
        };
        Release::ALL.into_iter().find(is_named).ok_or_else(|| UnknownRelease(text.to_owned()))
    }
}
