//! The policy language: `FRAME:INTERVAL,FRAME:INTERVAL,…`.
//!
//! Three layers read the same text and disagree, and all three are here: the server's parser for
//! each release ([`Policy::parse`]); the check that a policy must also pass before a backup
//! ([`Pair::passes_backup_check`]); and the two regular expressions of the classic web page
//! ([`web_page`]).
//!
//! It must not know backups. Start with [`Policy`]; the grammar of a time span is in
//! `span_text.rs`.

mod entries;
mod error;
mod parser;
mod span_text;
pub mod web_page;

use crate::dotnet::TimeSpan;

pub use entries::{Entry, entries};
pub use error::{PolicyError, PolicyProblem};
pub use span_text::{SpanError, SpanProblem, Term, Unit, parse_span, terms};

/// The names of Duplicati's options that decide what is deleted: the policy first.
pub const OPTION_NAMES: [&str; 6] = [
    "retention-policy",
    "keep-time",
    "keep-versions",
    "version",
    "allow-full-removal",
    "disable-time-tolerance",
];

/// One `FRAME:INTERVAL`: among the backups of the last FRAME, keep one for every INTERVAL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    frame: TimeSpan,
    interval: TimeSpan,
}

impl Pair {
    /// What no policy says: everything is kept, however old it is.
    pub(crate) const KEEP_ALL: Pair = Pair { frame: TimeSpan::MAX, interval: TimeSpan::ZERO };

    /// The pair of these two spans. [`TimeSpan::MAX`] is the unlimited time frame, and an interval
    /// of [`TimeSpan::ZERO`] keeps everything.
    ///
    /// # Errors
    /// [`NegativeSpan`] if one of them is below zero.
    pub fn new(frame: TimeSpan, interval: TimeSpan) -> Result<Pair, NegativeSpan> {
        if frame < TimeSpan::ZERO {
            return Err(NegativeSpan::Frame(frame));
        }
        if interval < TimeSpan::ZERO {
            return Err(NegativeSpan::Interval(interval));
        }
        Ok(Pair { frame, interval })
    }

    /// The time frame: how far back from now this pair reaches. Never negative.
    pub const fn frame(self) -> TimeSpan {
        self.frame
    }

    /// The interval: the shortest distance between two full backups that are kept. Never negative.
    pub const fn interval(self) -> TimeSpan {
        self.interval
    }

    /// Whether the time frame has no end (`U` in the text).
    pub fn is_unlimited(self) -> bool {
        self.frame == TimeSpan::MAX
    }

    /// Whether every backup in the time frame is kept (`U` as interval, or an empty one).
    pub fn keeps_all(self) -> bool {
        self.interval == TimeSpan::ZERO
    }

    /// Whether Duplicati starts an operation with this pair: it is unlimited, keeps everything, or
    /// has an INTERVAL shorter than FRAME.
    ///
    /// Equal spans are refused too, although Duplicati's message speaks of a bigger interval.
    ///
    /// ```
    /// # use duplicati_retention::{Release, policy::Policy};
    /// let policy = Policy::parse("1D:1D,1D:23h", Release::V2_3_0)?;
    /// assert!(!policy.pairs()[0].passes_backup_check());
    /// assert!(policy.pairs()[1].passes_backup_check());
    /// # Ok::<(), duplicati_retention::policy::PolicyError>(())
    /// ```
    pub fn passes_backup_check(self) -> bool {
        self.is_unlimited() || self.keeps_all() || self.interval < self.frame
    }
}

/// Two spans that are not a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NegativeSpan {
    /// The time frame is negative.
    #[error("the time frame is negative: {0}")]
    Frame(TimeSpan),
    /// The interval is negative.
    #[error("the interval is negative: {0}")]
    Interval(TimeSpan),
}

/// Which pair of a [`Policy`]: its place in the policy's text, from 0.
#[derive(
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    schemars::JsonSchema,
)]
#[schemars(inline)]
pub struct PairIndex(usize);

impl PairIndex {
    /// Counted from 0, the first in the text.
    pub const fn new(index: usize) -> PairIndex {
        PairIndex(index)
    }

    /// The count, from 0.
    pub const fn get(self) -> usize {
        self.0
    }

    /// As people count: the first pair is 1.
    pub const fn ordinal(self) -> usize {
        self.0 + 1
    }
}

impl std::fmt::Debug for PairIndex {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A retention policy: pairs of time frame and interval, in the order of the text.
///
/// ```
/// use duplicati_retention::{Release, policy::Policy};
/// let policy = Policy::parse("1W:1D,12M:1M", Release::V2_3_0)?;
/// assert_eq!(policy.to_string(), "7D:1D,360D:30D");
/// assert_eq!(Policy::parse("1W:1D,12M:1M", Release::V2_1)?.to_string(), "7D:1D,365D:31D");
/// # Ok::<(), duplicati_retention::policy::PolicyError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    pairs: Vec<Pair>,
}

impl Policy {
    /// Reads a text as the server of this release does.
    ///
    /// A text without any character but commas is an empty policy, which deletes nothing.
    ///
    /// # Errors
    /// [`PolicyError`], with the place in the text, if the release refuses it. A text that 2.1
    /// takes for a date is an error too, because its meaning depends on the machine's language.
    pub fn parse(text: &str, release: crate::Release) -> Result<Policy, PolicyError> {
        parser::parse(text, release)
    }

    /// Every error that the server of this release has in a text, in the order of the text; nothing
    /// if it accepts it. [`Policy::parse`] stops at the first.
    ///
    /// ```
    /// # use duplicati_retention::{Release, policy::Policy};
    /// assert_eq!(Policy::errors("1w:1d,7D:1D,4W", Release::V2_3_0).count(), 3);
    /// ```
    pub fn errors(text: &str, release: crate::Release) -> impl Iterator<Item = PolicyError> + '_ {
        parser::errors(text, release)
    }

    /// The policy of these pairs.
    pub const fn new(pairs: Vec<Pair>) -> Policy {
        Policy { pairs }
    }

    /// The pairs, in the order of the text; the decision takes them by time frame, shortest first.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// Each pair with its index, in the order of the text.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (PairIndex, Pair)> + Clone + '_ {
        self.pairs.iter().enumerate().map(|(index, &pair)| (PairIndex(index), pair))
    }

    /// The pair of this index. Panics on an index that is not from this policy.
    pub fn pair(&self, index: PairIndex) -> Pair {
        self.pairs[index.0]
    }

    /// Whether Duplicati would start an operation with this policy; see
    /// [`Pair::passes_backup_check`].
    pub fn passes_backup_check(&self) -> bool {
        self.pairs.iter().all(|pair| pair.passes_backup_check())
    }
}

/// The policy in days, hours, minutes and seconds, which every release reads in the same way:
/// parsing the text gives the same policy.
///
/// The exception are spans with a fraction of a second, which are cut to whole seconds. Only 2.2
/// has them, beyond 3,650 years and by rounding.
impl std::fmt::Display for Policy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, pair) in self.pairs.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(formatter, "{comma}{pair}")?;
        }
        Ok(())
    }
}

/// The pair as [`Policy`]'s display writes it, such as `7D:1D`.
impl std::fmt::Display for Pair {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let frame = if self.is_unlimited() { "U".into() } else { span_text::write(self.frame) };
        let interval = if self.keeps_all() { "U".into() } else { span_text::write(self.interval) };
        write!(formatter, "{frame}:{interval}")
    }
}
