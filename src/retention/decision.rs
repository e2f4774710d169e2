//! What becomes of one version: what each option says of it, with the reasons and their numbers.

use crate::clock::Utc;
use crate::dotnet::TimeSpan;

/// What the retention policy says of one version, and why. Distances and ages are by local time.
///
/// `pair` is the place of the pair in the policy's text, from 0; `after` is a version number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Kept: there is no policy.
    NoPolicy,
    /// Kept: it is the newest by local time, which the policy spares.
    Newest,
    /// Deleted, though the newest: full removal is allowed, and it is older than every frame's
    /// bound.
    NewestOutsideEveryFrame {
        /// Its age; negative if it lies in the future.
        age: TimeSpan,
    },
    /// Kept: it is the oldest in its frame.
    OldestInFrame {
        /// The pair whose frame it lies in.
        pair: usize,
    },
    /// Kept: all older ones in its frame are partial, so there is nothing to measure from.
    NoFullBefore {
        /// The pair whose frame it lies in.
        pair: usize,
    },
    /// Kept: its frame keeps everything.
    KeepAll {
        /// The pair whose frame it lies in.
        pair: usize,
    },
    /// Kept: it is at least the interval away from the full backup that was kept before it.
    FarEnough {
        /// The pair whose frame it lies in.
        pair: usize,
        /// The full version that was kept before it.
        after: usize,
        /// How long after that one it started.
        distance: TimeSpan,
    },
    /// Kept though nearer than the interval: a partial backup inside a frame always is.
    Partial {
        /// The pair whose frame it lies in.
        pair: usize,
        /// The full version that was kept before it.
        after: usize,
        /// How long after that one it started.
        distance: TimeSpan,
    },
    /// Deleted: it is nearer than the interval to the full backup that was kept before it.
    TooClose {
        /// The pair whose frame it lies in.
        pair: usize,
        /// The full version that was kept before it.
        after: usize,
        /// How long after that one it started.
        distance: TimeSpan,
    },
    /// Deleted: it lies in no frame.
    OutsideEveryFrame {
        /// Its age; longer than the longest frame.
        age: TimeSpan,
    },
}

impl Verdict {
    /// Whether the retention policy keeps the version.
    ///
    /// ```
    /// use duplicati_retention::retention::Verdict;
    /// assert!(Verdict::Newest.keeps());
    /// ```
    pub const fn keeps(self) -> bool {
        !matches!(
            self,
            Verdict::NewestOutsideEveryFrame { .. }
                | Verdict::TooClose { .. }
                | Verdict::OutsideEveryFrame { .. }
        )
    }

    /// Where the version lies; nowhere without a policy.
    ///
    /// ```
    /// # use duplicati_retention::retention::{Area, Verdict};
    /// assert_eq!(Verdict::Newest.area(), Some(Area::Newest));
    /// ```
    pub const fn area(self) -> Option<Area> {
        match self {
            Verdict::NoPolicy => None,
            Verdict::Newest | Verdict::NewestOutsideEveryFrame { .. } => Some(Area::Newest),
            Verdict::OutsideEveryFrame { .. } => Some(Area::OutsideEveryFrame),
            Verdict::OldestInFrame { pair }
            | Verdict::NoFullBefore { pair }
            | Verdict::KeepAll { pair }
            | Verdict::FarEnough { pair, .. }
            | Verdict::Partial { pair, .. }
            | Verdict::TooClose { pair, .. } => Some(Area::Frame { pair }),
        }
    }

    /// The pair in whose frame the version lies, by its place in the policy's text; the newest is
    /// in none.
    ///
    /// ```
    /// # use duplicati_retention::retention::Verdict;
    /// assert_eq!(Verdict::KeepAll { pair: 2 }.pair(), Some(2));
    /// ```
    pub const fn pair(self) -> Option<usize> {
        match self.area() {
            Some(Area::Frame { pair }) => Some(pair),
            _ => None,
        }
    }
}

/// Where a version lies, as the retention policy sees it.
///
/// ```
/// use duplicati_retention::retention::{Area, Verdict};
/// assert_eq!(Verdict::KeepAll { pair: 2 }.area(), Some(Area::Frame { pair: 2 }));
/// assert_eq!(Verdict::NoPolicy.area(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// In the frame of this pair, by its place in the policy's text.
    Frame {
        /// The pair.
        pair: usize,
    },
    /// In no frame.
    OutsideEveryFrame,
    /// The newest by local time, which is in no frame whatever its age.
    Newest,
}

/// Why keep-time deletes a version: it is older than the bound, and a newer full backup is kept.
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
/// let plan = plan(&[("keep-time", "1D"), ("disable-time-tolerance", "true")])?;
/// let reason = plan.decision(2).keep_time.unwrap();
/// assert_eq!(reason.beyond.to_string(), "1D");
/// # Ok::<(), PlanError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepTimeReason {
    /// How much older than the bound it is, by local time; more than zero.
    pub beyond: TimeSpan,
}

/// Why keep-versions deletes a version.
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
/// let plan = plan(&[("keep-versions", "2")])?;
/// assert_eq!(plan.decision(2).keep_versions, Some(KeepVersionsReason::NumberReached));
/// # Ok::<(), PlanError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepVersionsReason {
    /// The number of full backups was reached before it.
    NumberReached,
    /// It is partial and stands between two full ones that are kept.
    PartialBetweenFull,
}

/// Why a version that an option deletes stays nevertheless.
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
/// let plan = plan(&[("version", "0-2")])?;
/// assert_eq!(plan.decision(0).retained_because, Some(RetainedBecause::LastVersion));
/// # Ok::<(), PlanError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetainedBecause {
    /// Every version was to go, and full removal is not allowed: version 0 stays.
    LastVersion,
    /// Its remote file is under an object lock.
    Locked {
        /// The end of the lock, in UTC.
        until: Utc,
    },
}

/// What becomes of one version, and what each option says of it.
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
/// let decision = plan(&[("version", "1")])?.decision(1);
/// assert!(decision.deleted && decision.named && decision.policy == Verdict::NoPolicy);
/// # Ok::<(), PlanError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether it is deleted in the end.
    pub deleted: bool,
    /// What the retention policy says.
    pub policy: Verdict,
    /// Whether the option `version` names it.
    pub named: bool,
    /// Why keep-time deletes it, if it does.
    pub keep_time: Option<KeepTimeReason>,
    /// Why keep-versions deletes it, if it does.
    pub keep_versions: Option<KeepVersionsReason>,
    /// Why it stays although an option deletes it, if it does.
    pub retained_because: Option<RetainedBecause>,
}
