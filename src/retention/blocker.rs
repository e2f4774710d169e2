//! What stops a plan: Duplicati does not carry it out, or cannot even make one.

use crate::dotnet::TimeSpan;
use crate::history::VersionNumber;
use crate::policy::PairIndex;

/// Why Duplicati would not carry a plan out: it refuses to run with these options, or fails when it
/// deletes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Blocker {
    /// A pair's interval is not below its frame: every operation is refused at its start.
    IntervalNotBelowFrame {
        /// The first such pair.
        pair: PairIndex,
    },
    /// More than one of keep-time, keep-versions and retention-policy is set: refused as well.
    Combined {
        /// Their names.
        options: Vec<&'static str>,
    },
    /// 2.1 lists a version that two options delete twice, and its deletion fails because the
    /// database has it once.
    CountedTwice {
        /// The first version that is listed twice.
        version: VersionNumber,
    },
    /// Retention cannot even decide: every check lets the options pass, and then the run makes a
    /// version and fails. What is planned is that nothing is deleted.
    CannotDecide {
        /// Why.
        error: PlanError,
    },
    /// The database deletes by time, and it has more or fewer versions of a time than are to be
    /// deleted: the deletion fails.
    SameTime {
        /// The first deleted version of which that is so.
        version: VersionNumber,
    },
}

impl Blocker {
    /// Whether Duplicati refuses to begin, before it looks at a single backup.
    pub const fn refuses_to_begin(&self) -> bool {
        matches!(self, Blocker::IntervalNotBelowFrame { .. } | Blocker::Combined { .. })
    }

    /// Whether it is a failure after the decision, while Duplicati deletes.
    pub const fn fails_while_deleting(&self) -> bool {
        matches!(self, Blocker::CountedTwice { .. } | Blocker::SameTime { .. })
    }

    /// Whether the run makes its version and then fails, so that nothing is deleted.
    pub const fn fails_the_run(&self) -> bool {
        self.fails_while_deleting() || matches!(self, Blocker::CannotDecide { .. })
    }
}

/// Why a plan cannot be made: the whole operation fails in Duplicati.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A time frame reaches back before the year 1. Nothing refuses such a policy beforehand.
    #[error(
        "the time frame of pair {} is {frame}, which reaches back before the year 1: every run \
         of Duplicati fails",
        pair.ordinal()
    )]
    FrameBeforeYearOne {
        /// The pair.
        pair: PairIndex,
        /// Its time frame.
        frame: TimeSpan,
    },
    /// keep-time reaches outside the years 1 to 9999.
    #[error("keep-time reaches outside the years 1 to 9999: every run of Duplicati fails")]
    KeepTimeOutOfRange,
}
