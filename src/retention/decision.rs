//! What becomes of one version: what each option says of it, with the reasons and their numbers.

use super::blocker::Blocker;
use crate::clock::{LocalDateTime, Utc};
use crate::dotnet::TimeSpan;
use crate::history::VersionNumber;
use crate::policy::PairIndex;

/// What the retention policy says of one version, and why. Distances and ages are by local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Kept: there is no policy.
    NoPolicy,
    /// Kept: it is the newest by local time, which the policy retains.
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
        pair: PairIndex,
    },
    /// Kept: all older ones in its frame are partial, so there is nothing to measure from.
    NoFullBefore {
        /// The pair whose frame it lies in.
        pair: PairIndex,
    },
    /// Kept: its frame keeps everything.
    KeepAll {
        /// The pair whose frame it lies in.
        pair: PairIndex,
    },
    /// Kept: it is at least the interval away from the full backup that was kept before it.
    FarEnough {
        /// The pair whose frame it lies in.
        pair: PairIndex,
        /// The full version that was kept before it.
        after: VersionNumber,
        /// How long after that one it started.
        distance: TimeSpan,
    },
    /// Kept though nearer than the interval: a partial backup inside a frame always is.
    Partial {
        /// The pair whose frame it lies in.
        pair: PairIndex,
        /// The full version that was kept before it.
        after: VersionNumber,
        /// How long after that one it started.
        distance: TimeSpan,
    },
    /// Deleted: it is nearer than the interval to the full backup that was kept before it.
    TooClose {
        /// The pair whose frame it lies in.
        pair: PairIndex,
        /// The full version that was kept before it.
        after: VersionNumber,
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
    pub const fn keeps(self) -> bool {
        !matches!(
            self,
            Verdict::NewestOutsideEveryFrame { .. }
                | Verdict::TooClose { .. }
                | Verdict::OutsideEveryFrame { .. }
        )
    }

    /// Where the version lies; nowhere without a policy.
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

    /// The pair in whose frame the version lies; the newest is in none.
    pub const fn pair(self) -> Option<PairIndex> {
        match self.area() {
            Some(Area::Frame { pair }) => Some(pair),
            _ => None,
        }
    }
}

/// Where a version lies, as the retention policy sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// In the frame of this pair.
    Frame {
        /// The pair.
        pair: PairIndex,
    },
    /// In no frame.
    OutsideEveryFrame,
    /// The newest by local time, which is in no frame whatever its age.
    Newest,
}

/// Why keep-time deletes a version: it is older than the bound, and a newer full backup is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepTimeReason {
    /// How much older than the bound it is, by local time; more than zero.
    pub beyond: TimeSpan,
}

/// Why keep-versions deletes a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeepVersionsReason {
    /// The number of full backups was reached before it.
    NumberReached,
    /// It is partial and stands between two full ones that are kept.
    PartialBetweenFull,
}

/// Why a version that an option deletes stays nevertheless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetainedBecause {
    /// The options delete every version, and full removal is not allowed: version 0 stays.
    LastVersion,
    /// Its remote file is under an object lock.
    Locked {
        /// The end of the lock, in UTC. A lock is looked up by time, so the lock of the first of
        /// several versions with one time is that of all.
        until: Utc,
    },
    /// Since 2.3.0 Duplicati looks a version up by its recorded time before it deletes it, and none
    /// is found: it is passed over. That is in a repeated hour of a few zones
    /// ([`Zone::recorded`](crate::clock::Zone::recorded)).
    NotFound,
}

/// What becomes of one version, and what each option says of it.
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

/// What is decided about every version, as plain data: what the
/// [`reference`](super::reference::plan) answers, and what an engine's [`Plan`](super::Plan) can be
/// written out as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// What becomes of each version, in the order of their numbers.
    pub decisions: Vec<Decision>,
    /// What the retention policy alone deletes, in the order in which Duplicati names it: the
    /// thinned ones frame by frame, the oldest first within a frame; then those in no frame, newest
    /// first; then the newest of all.
    pub policy_deletes: Vec<VersionNumber>,
    /// Why Duplicati would not carry it out, if so. The decisions are those of its removal code all
    /// the same.
    pub blockers: Vec<Blocker>,
    /// keep-time's bound by local time, tolerance included, if keep-time is set.
    pub keep_time_bound: Option<LocalDateTime>,
}

impl Decisions {
    /// The versions that are deleted in the end, newest first.
    pub fn deletes(&self) -> impl Iterator<Item = VersionNumber> + '_ {
        let deleted = self.decisions.iter().enumerate().filter(|(_, decision)| decision.deleted);
        deleted.map(|(version, _)| VersionNumber::new(version))
    }
}
