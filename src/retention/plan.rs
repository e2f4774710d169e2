//! The answer: for every version whether it is deleted, and why; and what can be said of all of
//! them without a look at each.

use std::ops::Range;

use super::decision::{Area, Decision, RetainedBecause};
use super::engine::plan_index::PlanIndex;
use crate::clock::LocalDateTime;
use crate::dotnet::TimeSpan;

/// Why Duplicati would not carry a plan out: it refuses to run with these options, or fails when it
/// deletes.
///
/// ```
/// # use duplicati_retention::clock::Utc;
/// # use duplicati_retention::history::{Backup, History};
/// # use duplicati_retention::clock::Zone;
/// # use duplicati_retention::{Release, retention::*};
/// # let day = |count: i64| Utc::from_unix_seconds(count * 86_400).unwrap();
/// # let plan = |options: &[(&str, &str)]| {
/// #     let history = History::new((1..=3).map(|count| Backup::full(day(count))).collect(), Zone::UTC);
/// #     retention::plan(&history, &Options::parse(options.iter().copied(), Release::V2_3_0).unwrap(), day(3))
/// # };
/// let plan = plan(&[("retention-policy", "1D:1D")])?;
/// assert_eq!(plan.blockers(), [Blocker::IntervalNotBelowFrame { pair: 0 }]);
/// # Ok::<(), PlanError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocker {
    /// A pair's interval is not below its frame: every operation is refused at its start.
    IntervalNotBelowFrame {
        /// The first such pair, by its place in the policy's text.
        pair: usize,
    },
    /// More than one of keep-time, keep-versions and retention-policy is set: refused as well.
    Combined {
        /// Their names.
        options: Vec<&'static str>,
    },
    /// 2.1 counts a version that two options delete twice, and fails when it deletes.
    CountedTwice {
        /// The first such version.
        version: usize,
    },
    /// Two versions have one time, and Duplicati's database tells versions apart by their time only
    /// when it deletes.
    SameTime {
        /// The first deleted version that shares its time.
        version: usize,
    },
}

/// What Duplicati would do with a history now.
///
/// A plan of [`retention::plan`](super::retention::plan) keeps what is deleted as ranges, and works
/// everything else out when it is asked; one of [`reference::plan`](super::reference::plan) is a
/// list. Two plans are equal if they say the same.
///
/// ```
/// use duplicati_retention::clock::Utc;
/// use duplicati_retention::history::{Backup, History};
/// use duplicati_retention::clock::Zone;
/// use duplicati_retention::{Release, retention::{Options, Verdict}};
///
/// let history = History::new(vec![Backup::full(Utc::MIN), Backup::full(Utc::MAX)], Zone::UTC);
/// let options = Options::parse([("retention-policy", "7D:1D")], Release::V2_3_0)?;
/// let plan = retention::plan(&history, &options, Utc::MAX)?;
/// assert_eq!(plan.decision(0).policy, Verdict::Newest);
/// assert_eq!(plan.deletes().collect::<Vec<_>>(), [1]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) answer: Answer,
    pub(super) blockers: Vec<Blocker>,
    pub(super) keep_time_bound: Option<LocalDateTime>,
}

/// The two ways to hold an answer.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    Listed { decisions: Vec<Decision>, policy_deletes: Vec<usize> },
    PlanIndex(PlanIndex),
}

impl PartialEq for Plan {
    fn eq(&self, other: &Plan) -> bool {
        self.keep_time_bound == other.keep_time_bound
            && self.blockers == other.blockers
            && self.decisions().eq(other.decisions())
            && self.policy_deletes().eq(other.policy_deletes())
    }
}

impl Eq for Plan {}

impl Plan {
    /// How many versions were decided upon.
    ///
    /// ```
    /// # use duplicati_retention::{retention::{Options}, history::History, clock::{Utc, Zone}};
    /// # let plan = retention::plan(&History::new(vec![], Zone::UTC), &Options::default(), Utc::MIN)?;
    /// assert_eq!(plan.len(), 0);
    /// # Ok::<(), duplicati_retention::retention::PlanError>(())
    /// ```
    pub fn len(&self) -> usize {
        match &self.answer {
            Answer::Listed { decisions, .. } => decisions.len(),
            Answer::PlanIndex(index) => index.len(),
        }
    }

    /// Whether there was no version to decide upon.
    ///
    /// ```
    /// # use duplicati_retention::{retention::{Options}, history::History, clock::{Utc, Zone}};
    /// # let plan = retention::plan(&History::new(vec![], Zone::UTC), &Options::default(), Utc::MIN)?;
    /// assert!(plan.is_empty());
    /// # Ok::<(), duplicati_retention::retention::PlanError>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What becomes of this version. Panics if the history has no such version.
    ///
    /// ```
    /// # use duplicati_retention::clock::Utc;
    /// # use duplicati_retention::history::{Backup, History};
    /// # use duplicati_retention::clock::Zone;
    /// # use duplicati_retention::retention::{Options};
    /// let history = History::new(vec![Backup::full(Utc::MIN)], Zone::UTC);
    /// let plan = retention::plan(&history, &Options::default(), Utc::MIN)?;
    /// assert!(!plan.decision(0).deleted);
    /// # Ok::<(), duplicati_retention::retention::PlanError>(())
    /// ```
    pub fn decision(&self, version: usize) -> Decision {
        match &self.answer {
            Answer::Listed { decisions, .. } => decisions[version],
            Answer::PlanIndex(index) => index.decision(version),
        }
    }

    /// What becomes of each version, newest first.
    ///
    /// ```
    /// # use duplicati_retention::{retention::{Options}, history::History, clock::{Utc, Zone}};
    /// # let plan = retention::plan(&History::new(vec![], Zone::UTC), &Options::default(), Utc::MIN)?;
    /// assert_eq!(plan.decisions().count(), 0);
    /// # Ok::<(), duplicati_retention::retention::PlanError>(())
    /// ```
    pub fn decisions(&self) -> impl Iterator<Item = Decision> + '_ {
        (0..self.len()).map(|version| self.decision(version))
    }

    /// The versions that are deleted in the end, newest first.
    ///
    /// ```
    /// # use duplicati_retention::{retention::{Options}, history::History, clock::{Utc, Zone}};
    /// # let plan = retention::plan(&History::new(vec![], Zone::UTC), &Options::default(), Utc::MIN)?;
    /// assert_eq!(plan.deletes().count(), 0);
    /// # Ok::<(), duplicati_retention::retention::PlanError>(())
    /// ```
    pub fn deletes(&self) -> impl Iterator<Item = usize> + '_ {
        self.deleted_ranges().flatten()
    }

    /// The versions that are deleted in the end, newest first, as ranges as long as can be.
    ///
    /// ```
    /// # use duplicati_retention::{history::{Backup, History}, clock::{Utc, Zone}};
    /// # use duplicati_retention::{Release, retention::{Options}};
    /// let history = History::new(vec![Backup::full(Utc::MIN); 9], Zone::UTC);
    /// let options = Options::parse([("version", "1-3,4,7")], Release::V2_3_0)?;
    /// let plan = retention::plan(&history, &options, Utc::MIN)?;
    /// assert_eq!(plan.deleted_ranges().collect::<Vec<_>>(), [1..5, 7..8]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn deleted_ranges(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        match &self.answer {
            Answer::Listed { decisions, .. } => Either::Left(listed_ranges(decisions)),
            Answer::PlanIndex(index) => Either::Right(index.deleted_ranges()),
        }
    }

    /// How many versions are deleted in the end. Nothing is listed for it.
    ///
    /// ```
    /// # use duplicati_retention::{retention::{Options}, history::History, clock::{Utc, Zone}};
    /// # let plan = retention::plan(&History::new(vec![], Zone::UTC), &Options::default(), Utc::MIN)?;
    /// assert_eq!(plan.deleted_count(), 0);
    /// # Ok::<(), duplicati_retention::retention::PlanError>(())
    /// ```
    pub fn deleted_count(&self) -> usize {
        match &self.answer {
            Answer::Listed { decisions, .. } => {
                decisions.iter().filter(|decision| decision.deleted).count()
            }
            Answer::PlanIndex(index) => index.deleted_count(),
        }
    }

    /// The versions that are left in the end, newest first, as ranges as long as can be.
    ///
    /// ```
    /// # use duplicati_retention::{history::{Backup, History}, clock::{Utc, Zone}};
    /// # use duplicati_retention::{Release, retention::{Options}};
    /// let history = History::new(vec![Backup::full(Utc::MIN); 6], Zone::UTC);
    /// let options = Options::parse([("version", "1-3")], Release::V2_3_0)?;
    /// let plan = retention::plan(&history, &options, Utc::MIN)?;
    /// assert_eq!(plan.kept_ranges().collect::<Vec<_>>(), [0..1, 4..6]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn kept_ranges(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let end = std::iter::once(self.len()..self.len());
        let mut behind_last = 0;
        let ranges = self.deleted_ranges().chain(end).map(move |deleted| {
            let kept = behind_last..deleted.start;
            behind_last = deleted.end;
            kept
        });
        ranges.filter(|range| !range.is_empty())
    }

    /// The versions that are left in the end, newest first. Deleted ones are passed over a range at
    /// a time.
    ///
    /// ```
    /// # use duplicati_retention::{retention::{Options}, history::History, clock::{Utc, Zone}};
    /// # let plan = retention::plan(&History::new(vec![], Zone::UTC), &Options::default(), Utc::MIN)?;
    /// assert_eq!(plan.kept().next(), None);
    /// # Ok::<(), duplicati_retention::retention::PlanError>(())
    /// ```
    pub fn kept(&self) -> impl Iterator<Item = usize> + '_ {
        self.kept_ranges().flatten()
    }

    /// The versions that stay although an option deletes them, newest first, and why.
    ///
    /// ```
    /// # use duplicati_retention::{history::{Backup, History}, clock::{Utc, Zone}};
    /// # use duplicati_retention::{Release, retention::{Options, RetainedBecause}};
    /// let history = History::new(vec![Backup::full(Utc::MIN); 2], Zone::UTC);
    /// let options = Options::parse([("version", "0-1")], Release::V2_3_0)?;
    /// let plan = retention::plan(&history, &options, Utc::MIN)?;
    /// assert_eq!(plan.retained_because().collect::<Vec<_>>(), [(0, RetainedBecause::LastVersion)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn retained_because(&self) -> impl Iterator<Item = (usize, RetainedBecause)> + '_ {
        match &self.answer {
            Answer::Listed { decisions, .. } => {
                let retained_because = |(version, decision): (usize, &Decision)| {
                    Some((version, decision.retained_because?))
                };
                Either::Left(decisions.iter().enumerate().filter_map(retained_because))
            }
            Answer::PlanIndex(index) => Either::Right(index.retained_because.iter().copied()),
        }
    }

    /// How many versions each area has, and how many of them are deleted in the end: the frames in
    /// the order of the policy's text, then those in no frame, then the newest. An area without
    /// a version is left out; without a policy there is none.
    ///
    /// ```
    /// # use duplicati_retention::{history::{Backup, History}, clock::{Utc, Zone}};
    /// # use duplicati_retention::{Release, retention::{Area, Options, Tally}};
    /// let history = History::new(vec![Backup::full(Utc::MIN); 5], Zone::UTC);
    /// let options = Options::parse([("retention-policy", "U:1D")], Release::V2_3_0)?;
    /// let plan = retention::plan(&history, &options, Utc::MIN)?;
    /// assert_eq!(plan.tallies(), [
    ///     Tally { area: Area::Frame { pair: 0 }, versions: 4, deleted: 3 },
    ///     Tally { area: Area::Newest, versions: 1, deleted: 0 },
    /// ]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn tallies(&self) -> Vec<Tally> {
        let mut tallies = match &self.answer {
            Answer::Listed { decisions, .. } => listed_tallies(decisions),
            Answer::PlanIndex(index) => index.tallies(),
        };
        tallies.sort_by_key(|tally| tally.area);
        tallies
    }

    /// What the retention policy alone deletes, in the order in which Duplicati names it; see
    /// [`PolicyOutcome::deletes`](super::reference::PolicyOutcome::deletes).
    ///
    /// ```
    /// # use duplicati_retention::{retention::{Options}, history::History, clock::{Utc, Zone}};
    /// # let plan = retention::plan(&History::new(vec![], Zone::UTC), &Options::default(), Utc::MIN)?;
    /// assert_eq!(plan.policy_deletes().count(), 0);
    /// # Ok::<(), duplicati_retention::retention::PlanError>(())
    /// ```
    pub fn policy_deletes(&self) -> impl Iterator<Item = usize> + '_ {
        match &self.answer {
            Answer::Listed { policy_deletes, .. } => Either::Left(policy_deletes.iter().copied()),
            Answer::PlanIndex(index) => Either::Right(index.policy_deletes()),
        }
    }

    /// Why Duplicati would not carry this out, if so. The decisions are those of its removal code
    /// all the same.
    ///
    /// ```
    /// # use duplicati_retention::{retention::{Options}, history::History, clock::{Utc, Zone}};
    /// # let plan = retention::plan(&History::new(vec![], Zone::UTC), &Options::default(), Utc::MIN)?;
    /// assert!(plan.blockers().is_empty());
    /// # Ok::<(), duplicati_retention::retention::PlanError>(())
    /// ```
    pub fn blockers(&self) -> &[Blocker] {
        &self.blockers
    }

    /// keep-time's bound by local time, tolerance included, if keep-time is set: what is older
    /// goes.
    ///
    /// ```
    /// # use duplicati_retention::{retention::{Options}, history::History, clock::{Utc, Zone}};
    /// # let plan = retention::plan(&History::new(vec![], Zone::UTC), &Options::default(), Utc::MIN)?;
    /// assert_eq!(plan.keep_time_bound(), None);
    /// # Ok::<(), duplicati_retention::retention::PlanError>(())
    /// ```
    pub fn keep_time_bound(&self) -> Option<LocalDateTime> {
        self.keep_time_bound
    }
}

/// How many versions lie in an area, and how many of them are deleted in the end; see
/// [`Plan::tallies`].
///
/// ```
/// use duplicati_retention::retention::{Area, Tally};
/// let tally = Tally { area: Area::OutsideEveryFrame, versions: 5, deleted: 5 };
/// assert_eq!(tally.versions - tally.deleted, 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Where they lie.
    pub area: Area,
    /// How many there are.
    pub versions: usize,
    /// How many of them are deleted in the end.
    pub deleted: usize,
}

fn listed_tallies(decisions: &[Decision]) -> Vec<Tally> {
    let mut tallies: Vec<Tally> = Vec::new();
    for decision in decisions {
        let Some(area) = decision.policy.area() else { continue };
        let deleted = usize::from(decision.deleted);
        match tallies.iter_mut().find(|tally| tally.area == area) {
            Some(tally) => {
                (tally.versions, tally.deleted) = (tally.versions + 1, tally.deleted + deleted)
            }
            None => tallies.push(Tally { area, versions: 1, deleted }),
        }
    }
    tallies
}

fn listed_ranges(decisions: &[Decision]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    decisions.chunk_by(|one, next| one.deleted == next.deleted).filter_map(move |chunk| {
        let range = start..start + chunk.len();
        start = range.end;
        chunk[0].deleted.then_some(range)
    })
}

/// One of two iterators over the same.
enum Either<Left, Right> {
    Left(Left),
    Right(Right),
}

impl<Left: Iterator, Right: Iterator<Item = Left::Item>> Iterator for Either<Left, Right> {
    type Item = Left::Item;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Either::Left(left) => left.next(),
            Either::Right(right) => right.next(),
        }
    }

    fn fold<T, F: FnMut(T, Self::Item) -> T>(self, init: T, next: F) -> T {
        match self {
            Either::Left(left) => left.fold(init, next),
            Either::Right(right) => right.fold(init, next),
        }
    }
}

/// Why there is no plan: the whole operation fails in Duplicati.
///
/// ```
/// # use duplicati_retention::clock::Utc;
/// # use duplicati_retention::history::{Backup, History};
/// # use duplicati_retention::clock::Zone;
/// # use duplicati_retention::{Release, retention::*};
/// # let day = |count: i64| Utc::from_unix_seconds(count * 86_400).unwrap();
/// # let plan = |options: &[(&str, &str)]| {
/// #     let history = History::new((1..=3).map(|count| Backup::full(day(count))).collect(), Zone::UTC);
/// #     retention::plan(&history, &Options::parse(options.iter().copied(), Release::V2_3_0).unwrap(), day(3))
/// # };
/// let error = plan(&[("retention-policy", "5000Y:1Y")]).unwrap_err();
/// assert!(error.to_string().contains("before the year 1"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A time frame reaches back before the year 1. Nothing refuses such a policy beforehand.
    #[error("the time frame of pair {} is {frame}, which reaches back before the year 1: every run of Duplicati fails", pair + 1)]
    FrameBeforeYearOne {
        /// The pair, by its place in the policy's text.
        pair: usize,
        /// Its time frame.
        frame: TimeSpan,
    },
    /// keep-time reaches outside the years 1 to 9999.
    #[error("keep-time reaches outside the years 1 to 9999: every run of Duplicati fails")]
    KeepTimeOutOfRange,
}
