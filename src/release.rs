//! Which release of Duplicati decides, and the few switches in which releases differ.
//!
//! This module does not know what the switches are used for: the policy language, keep-versions and
//! the rest ask it. `KNOWN` maps each number of a release to what it does.

use std::fmt;
use std::str::FromStr;

/// How Duplicati decides, named after the first release that decides so.
///
/// ```
/// use duplicati_retention::Release;
/// assert_eq!("2.1".parse(), Ok(Release::V2_1));
/// assert_eq!("v2.3.0.4_stable_2026-07-09".parse(), Ok(Release::V2_3_0));
/// assert_eq!(Release::default().to_string(), "2.3.0");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Release {
    /// 2.0 and the stable 2.1.0.x, until October 2025.
    V2_1,
    /// The canary 2.1.0.112: spans of fixed length.
    V2_1_0_112,
    /// The canaries 2.1.0.113 to 115: keep-time must be numbers with units.
    V2_1_0_113,
    /// The canaries 2.1.0.116 to 118: a version that two options delete is counted once.
    V2_1_0_116,
    /// 2.1.0.119 and later canaries, 2.1.1, 2.1.2, and the stable 2.2.0.x from October 2025: .NET
    /// 8.
    V2_2,
    /// The canaries 2.2.0.101 and 102: .NET 10.
    V2_2_0_101,
    /// 2.2.0.103 and later canaries, 2.2.1.0, and 2.3.0.x, the stable line of 2026: locks.
    #[default]
    V2_3_0,
    /// 2.3.0.107 and later canaries, and the 2.3.1 line: a second colon is an error.
    V2_3_1,
}

/// How a release adds up the units of a time span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanArithmetic {
    /// Units are added to 0001-01-01 by the calendar: the first month has 31 days.
    Calendar,
    /// Fixed units; each product is taken in `f64` ticks (.NET 8).
    FloatingPoint,
    /// Fixed units in exact `i64` ticks (.NET 10).
    Integer,
}

/// A text that is not the number of a release whose code is known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a release of Duplicati that is known here; write 2.1, 2.2, 2.3.0, 2.3.1, or a \
     full number such as 2.3.0.4"
)]
pub struct UnknownRelease(String);

impl Release {
    /// The releases that most people run, oldest first. The vectors have answers of each.
    pub const ALL: [Release; 4] = [Release::V2_1, Release::V2_2, Release::V2_3_0, Release::V2_3_1];

    /// Every release that decides in a way of its own, canaries too, oldest first.
    pub const WITH_CANARIES: [Release; 8] = [
        Release::V2_1,
        Release::V2_1_0_112,
        Release::V2_1_0_113,
        Release::V2_1_0_116,
        Release::V2_2,
        Release::V2_2_0_101,
        Release::V2_3_0,
        Release::V2_3_1,
    ];

    /// The name used everywhere here, such as `2.3.0`.
    pub const fn name(self) -> &'static str {
        match self {
            Release::V2_1 => "2.1",
            Release::V2_1_0_112 => "2.1.0.112",
            Release::V2_1_0_113 => "2.1.0.113",
            Release::V2_1_0_116 => "2.1.0.116",
            Release::V2_2 => "2.2",
            Release::V2_2_0_101 => "2.2.0.101",
            Release::V2_3_0 => "2.3.0",
            Release::V2_3_1 => "2.3.1",
        }
    }

    /// How the units of a time span are added up.
    pub const fn span_arithmetic(self) -> SpanArithmetic {
        match self {
            Release::V2_1 => SpanArithmetic::Calendar,
            Release::V2_1_0_112 | Release::V2_1_0_113 | Release::V2_1_0_116 | Release::V2_2 => {
                SpanArithmetic::FloatingPoint
            }
            Release::V2_2_0_101 | Release::V2_3_0 | Release::V2_3_1 => SpanArithmetic::Integer,
        }
    }

    /// Whether a text with a second colon in an entry is an error; before, what follows it is
    /// ignored.
    pub const fn strict_colons(self) -> bool {
        matches!(self, Release::V2_3_1)
    }

    /// Whether a number option with any other text is an error; later, the option counts as not
    /// set.
    pub const fn strict_numbers(self) -> bool {
        (self as u8) < Release::V2_2 as u8
    }

    /// Whether keep-time must be a bare number or numbers with units, without a blank or a sign.
    pub const fn checks_keep_time(self) -> bool {
        self as u8 >= Release::V2_1_0_113 as u8
    }

    /// Whether a version that two options delete is counted twice.
    pub const fn counts_repeats(self) -> bool {
        (self as u8) < Release::V2_1_0_116 as u8
    }

    /// Whether a version whose remote file is still locked is kept.
    pub const fn honours_locks(self) -> bool {
        self as u8 >= Release::V2_3_0 as u8
    }
}

impl fmt::Display for Release {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// The first and the last number of each stretch of releases that decide alike. Read off the tags
/// of Duplicati's repository up to August 2026.
const KNOWN: [([u32; 4], [u32; 4], Release); 18] = [
    ([2, 0, 0, 0], [2, 0, 9, 111], Release::V2_1),
    ([2, 1, 0, 0], [2, 1, 0, 5], Release::V2_1),
    ([2, 1, 0, 100], [2, 1, 0, 111], Release::V2_1),
    ([2, 1, 0, 112], [2, 1, 0, 112], Release::V2_1_0_112),
    ([2, 1, 0, 113], [2, 1, 0, 115], Release::V2_1_0_113),
    ([2, 1, 0, 116], [2, 1, 0, 118], Release::V2_1_0_116),
    ([2, 1, 0, 119], [2, 1, 0, 125], Release::V2_2),
    ([2, 1, 1, 0], [2, 1, 1, 105], Release::V2_2),
    ([2, 1, 2, 0], [2, 1, 2, 3], Release::V2_2),
    ([2, 2, 0, 0], [2, 2, 0, 3], Release::V2_2),
    ([2, 2, 0, 100], [2, 2, 0, 100], Release::V2_2),
    ([2, 2, 0, 101], [2, 2, 0, 102], Release::V2_2_0_101),
    ([2, 2, 0, 103], [2, 2, 0, 107], Release::V2_3_0),
    ([2, 2, 1, 0], [2, 2, 1, 0], Release::V2_3_0),
    ([2, 3, 0, 0], [2, 3, 0, 4], Release::V2_3_0),
    ([2, 3, 0, 100], [2, 3, 0, 106], Release::V2_3_0),
    ([2, 3, 0, 107], [2, 3, 0, 109], Release::V2_3_1),
    ([2, 3, 1, 0], [2, 3, 1, 0], Release::V2_3_1),
];

/// Reads a number such as `2.3` or `2.3.0.4`, parts that are missing being zero, or a tag of
/// Duplicati's repository such as `v2.3.0.4_stable_2026-07-09`.
impl FromStr for Release {
    type Err = UnknownRelease;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.trim().trim_start_matches(['v', 'V']);
        let number = number.split(['_', '-']).next().unwrap_or_default();
        let written: Option<Vec<u32>> =
            number.split('.').map(|digits| digits.parse().ok()).collect();
        let unknown = || UnknownRelease(text.to_owned());
        let written = written.filter(|parts| (2..=4).contains(&parts.len())).ok_or_else(unknown)?;
        let mut parts = [0; 4];
        parts[..written.len()].copy_from_slice(&written);
        let known = KNOWN.iter().find(|(first, last, _)| (first..=last).contains(&&parts));
        known.map(|&(.., release)| release).ok_or_else(unknown)
    }
}
