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
        let known = number(text).and_then(known);
        known.ok_or_else(|| UnknownRelease(text.to_owned()))
    }
}

/// The four parts of a number such as `2.3.0.4`, which may stand in a tag or behind the name of the
/// program.
fn number(text: &str) -> Option<[u32; 4]> {
    let text = text.trim();
    let text = text.strip_prefix("Duplicati").unwrap_or(text).trim_start_matches([' ', '-', ':']);
    let text = text.trim_start_matches(['v', 'V']);
    let number = text.split(['_', '-', ' ', '(']).next().unwrap_or_default();
    let written: Option<Vec<u32>> = number.split('.').map(|digits| digits.parse().ok()).collect();
    let written = written.filter(|parts| (2..=4).contains(&parts.len()))?;
    let mut parts = [0; 4];
    parts[..written.len()].copy_from_slice(&written);
    Some(parts)
}

fn known(number: [u32; 4]) -> Option<Release> {
    let known = KNOWN.iter().find(|(first, last, _)| (first..=last).contains(&&number));
    known.map(|&(.., release)| release)
}

/// The release that a job or a database belongs to, and how sure that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetectedRelease {
    /// The release that decides here.
    pub release: Release,
    /// Where it came from, such as `from the job`.
    pub origin: String,
    /// What is assumed, if the release is not known.
    pub caveat: Option<String>,
}

impl DetectedRelease {
    /// The release of this number, or the nearest one that is known. `origin` is where the number
    /// came from, and `opening` begins a sentence about it, such as `the job was exported by`.
    ///
    /// ```
    /// use duplicati_retention::{DetectedRelease, Release};
    /// let newer = DetectedRelease::of("2.4.0.0", "from the job", "the job was exported by");
    /// assert_eq!(newer.release, Release::V2_3_1);
    /// assert!(newer.caveat.unwrap().contains("2.4.0.0, which is newer than"));
    /// ```
    pub fn of(text: &str, origin: &str, opening: &str) -> DetectedRelease {
        let found =
            |release, caveat| DetectedRelease { release, origin: origin.to_owned(), caveat };
        let parts = number(text).filter(|parts| parts[0] >= 2);
        if let Some(release) = parts.and_then(known) {
            return found(release, None);
        }
        let before = parts.and_then(|parts| KNOWN.iter().rfind(|(_, last, _)| *last < parts));
        let is_newest = before == KNOWN.last();
        let (release, why) = match before {
            Some(&(.., release)) if is_newest => {
                (release, "which is newer than every release that is known here")
            }
            Some(&(.., release)) => (release, "which is not known here"),
            None => (Release::default(), "which does not tell the release"),
        };
        let caveat = format!(
            "{opening} {text}, {why}, so {release} is assumed; name the release with --release"
        );
        DetectedRelease { origin: "assumed".into(), ..found(release, Some(caveat)) }
    }

    /// The release of a job's database, by the number in its table `Version`.
    pub fn of_schema(schema: i64) -> Option<DetectedRelease> {
        let (release, also) = match schema {
            ..=13 => (Release::V2_1, ""),
            14 => (Release::V2_1_0_113, ", which 2.1.0.116 has too"),
            15 | 16 => (Release::V2_1_0_116, ""),
            17 => (Release::V2_2, ", which 2.2.0.101 has too"),
            18 => (Release::V2_3_0, ""),
            19 => (Release::V2_3_0, ", which 2.3.1 has too"),
            _ => (Release::V2_3_1, ""),
        };
        let caveat = (schema > 19).then(|| {
            format!(
                "the layout of the database, {schema}, is newer than that of every release that \
                 is known here, so {release} is assumed; name the release with --release"
            )
        });
        let origin = match caveat {
            Some(_) => "assumed".into(),
            None => format!("from the layout of the database{also}"),
        };
        (schema > 0).then_some(DetectedRelease { release, origin, caveat })
    }
}
