//! The policy language: `FRAME:INTERVAL,FRAME:INTERVAL,…`.
//!
//! The same text is read by three layers that disagree, and all three are here: the server's
//! parser, release by release ([`Policy::parse`]); the check that a policy which parses must still
//! pass before a backup ([`Pair::passes_backup_check`]); and the two regular expressions of the
//! classic web page ([`web_page`]).
//!
//! This room knows nothing of backups. Start with [`Policy`]; the grammar of a single span is in
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

/// One `FRAME:INTERVAL`: among the backups of the last FRAME, keep one each INTERVAL.
///
/// ```
/// use duplicati_retention::{Release, policy::Policy};
/// let policy = Policy::parse("U:1W", Release::V2_3_0)?;
/// assert!(policy.pairs()[0].is_unlimited());
/// assert_eq!(policy.pairs()[0].interval().to_string(), "7D");
/// # Ok::<(), duplicati_retention::policy::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    frame: TimeSpan,
    interval: TimeSpan,
}

impl Pair {
    /// The pair of these two spans. [`TimeSpan::MAX`] as time frame is the unlimited one,
    /// [`TimeSpan::ZERO`] as interval keeps everything.
    ///
    /// # Errors
    /// [`NegativeSpan`] if one of them is negative.
    ///
    /// ```
    /// # use duplicati_retention::{dotnet::TimeSpan, policy::{NegativeSpan, Pair}};
    /// let (zero, negative) = (TimeSpan::ZERO, TimeSpan::from_ticks(-1));
    /// assert!(Pair::new(TimeSpan::MAX, zero).is_ok_and(|pair| pair.keeps_all()));
    /// assert_eq!(Pair::new(negative, zero), Err(NegativeSpan::Frame(negative)));
    /// ```
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
    ///
    /// ```
    /// # use duplicati_retention::{dotnet::TimeSpan, policy::Pair};
    /// assert_eq!(Pair::new(TimeSpan::MAX, TimeSpan::ZERO).unwrap().frame(), TimeSpan::MAX);
    /// ```
    pub const fn frame(self) -> TimeSpan {
        self.frame
    }

    /// The interval: the least distance between two full backups that are kept. Never negative.
    ///
    /// ```
    /// # use duplicati_retention::{dotnet::TimeSpan, policy::Pair};
    /// assert_eq!(Pair::new(TimeSpan::MAX, TimeSpan::ZERO).unwrap().interval(), TimeSpan::ZERO);
    /// ```
    pub const fn interval(self) -> TimeSpan {
        self.interval
    }

    /// Whether the time frame reaches back to the start of time (`U` in the text).
    ///
    /// ```
    /// # use duplicati_retention::{dotnet::TimeSpan, policy::Pair};
    /// assert!(Pair::new(TimeSpan::MAX, TimeSpan::ZERO).unwrap().is_unlimited());
    /// ```
    pub fn is_unlimited(self) -> bool {
        self.frame == TimeSpan::MAX
    }

    /// Whether every backup in the time frame is kept (`U`, or nothing, as interval).
    ///
    /// ```
    /// # use duplicati_retention::{dotnet::TimeSpan, policy::Pair};
    /// assert!(Pair::new(TimeSpan::MAX, TimeSpan::ZERO).unwrap().keeps_all());
    /// ```
    pub fn keeps_all(self) -> bool {
        self.interval == TimeSpan::ZERO
    }

    /// Whether Duplicati would start an operation with this pair: unlimited, or keep-all, or
    /// INTERVAL below FRAME.
    ///
    /// Equal is refused too, though Duplicati's message speaks of a bigger interval.
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
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
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
    /// Nothing but commas, or nothing at all, is an empty policy, which deletes nothing.
    ///
    /// # Errors
    /// [`PolicyError`] with the place in the text, wherever the release would refuse it. A text
    /// that 2.1 would have taken for a date is refused too: what it meant depended on the
    /// machine's language.
    ///
    /// ```
    /// # use duplicati_retention::{Release, policy::Policy};
    /// let error = Policy::parse("1W:1D,4w:1W", Release::V2_3_0).unwrap_err();
    /// assert_eq!(error.range, 6..8);
    /// assert!(Policy::parse(",", Release::V2_3_0)?.pairs().is_empty());
    /// # Ok::<(), duplicati_retention::policy::PolicyError>(())
    /// ```
    pub fn parse(text: &str, release: crate::Release) -> Result<Policy, PolicyError> {
        parser::parse(text, release)
    }

    /// The policy of these pairs.
    ///
    /// ```
    /// # use duplicati_retention::policy::Policy;
    /// assert_eq!(Policy::new(vec![]), Policy::default());
    /// ```
    pub const fn new(pairs: Vec<Pair>) -> Policy {
        Policy { pairs }
    }

    /// The pairs, in the order of the text; the decision takes them by time frame, shortest first.
    ///
    /// ```
    /// # use duplicati_retention::policy::Policy;
    /// assert!(Policy::default().pairs().is_empty());
    /// ```
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// Each pair with its index, in the order of the text.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (PairIndex, Pair)> + Clone + '_ {
        self.pairs.iter().enumerate().map(|(index, &pair)| (PairIndex(index), pair))
    }

    /// The pair of this index. Panics if there is none: an index comes from this policy.
    pub fn pair(&self, index: PairIndex) -> Pair {
        self.pairs[index.0]
    }

    /// Whether Duplicati would start an operation with this policy; see
    /// [`Pair::passes_backup_check`].
    ///
    /// ```
    /// # use duplicati_retention::{Release, policy::Policy};
    /// assert!(!Policy::parse("1D:1D", Release::V2_3_0)?.passes_backup_check());
    /// # Ok::<(), duplicati_retention::policy::PolicyError>(())
    /// ```
    pub fn passes_backup_check(&self) -> bool {
        self.pairs.iter().all(|pair| pair.passes_backup_check())
    }
}

/// The policy in days, hours, minutes and seconds, which every release reads alike: parsing it
/// gives the policy again.
///
/// The exception are spans that are no whole number of seconds. Only 2.2 makes them, beyond 3,650
/// years and by rounding; they are cut to whole seconds.
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
