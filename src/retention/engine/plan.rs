//! A plan, held as the few places where something changes. All else is worked out when it is asked.

use std::ops::Range;

use super::backup_set::BackupSet;
use super::policy::PolicyOutcome;
use super::{keep_time, keep_versions};
use crate::clock::LocalDateTime;
use crate::history::{History, LocalIndex, VersionNumber};
use crate::retention::blocker::Blocker;
use crate::retention::decision::{Area, Decision, Decisions, RetainedBecause};
use crate::retention::version_list::VersionList;

/// What Duplicati would do with a history now: for every version whether it is deleted, and why;
/// and what can be said of all of them without a look at each.
///
/// What is deleted is kept as ranges. [`Decisions`] is the same written out.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) policy: PolicyOutcome,
    pub(super) named: VersionList,
    pub(super) keep_time: Option<keep_time::Cutoff>,
    pub(super) keep_versions: Option<keep_versions::Cutoff>,
    /// By version, in order.
    pub(super) retained_because: Vec<(VersionNumber, RetainedBecause)>,
    /// What is deleted in the end, if it is not exactly what the policy deletes.
    pub(super) deleted: Option<BackupSet>,
    pub(super) blockers: Vec<Blocker>,
    pub(super) keep_time_bound: Option<LocalDateTime>,
}

impl Plan {
    /// How many versions were decided upon.
    pub fn len(&self) -> usize {
        self.history().len()
    }

    /// Whether there was no version to decide upon.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What becomes of this version. Panics if the history has no such version.
    pub fn decision(&self, version: VersionNumber) -> Decision {
        let (history, place) = (self.history(), self.history().place(version));
        let named = self.named.contains(version);
        let policy = self.policy.verdict(version);
        let keep_time = self.keep_time.and_then(|cutoff| cutoff.reason(history, place));
        let by_others = named || !policy.keeps() || keep_time.is_some();
        let keep_versions = self
            .keep_versions
            .filter(|_| !by_others)
            .and_then(|cutoff| cutoff.reason(history, place));
        let retained_because =
            self.retained_because.binary_search_by_key(&version, |&(version, _)| version);
        let retained_because = retained_because.ok().map(|index| self.retained_because[index].1);
        let deleted = (by_others || keep_versions.is_some()) && retained_because.is_none();
        Decision { deleted, policy, named, keep_time, keep_versions, retained_because }
    }

    /// What becomes of each version, newest first.
    pub fn decisions(&self) -> impl Iterator<Item = Decision> + '_ {
        self.history().versions().map(|version| self.decision(version))
    }

    /// The versions that are deleted in the end, newest first.
    pub fn deletes(&self) -> impl Iterator<Item = VersionNumber> + '_ {
        self.deleted_ranges().flat_map(VersionNumber::each)
    }

    /// The versions that are deleted in the end, newest first, as ranges as long as can be.
    ///
    /// ```
    /// use duplicati_retention::clock::{Utc, Zone};
    /// use duplicati_retention::history::{Backup, History};
    /// use duplicati_retention::{Release, retention::{self, Options}};
    /// let history = History::new(vec![Backup::full(Utc::MIN); 9], Zone::UTC);
    /// let options = Options::parse([("version", "1-3,4,7")], Release::V2_3_0)?;
    /// let plan = retention::plan(&history, &options, Utc::MIN)?;
    /// let ranges = plan.deleted_ranges().map(|range| range.start.get()..range.end.get());
    /// assert!(ranges.eq([1..5, 7..8]));
    /// let kept = plan.kept_ranges().map(|range| range.start.get()..range.end.get());
    /// assert!(kept.eq([0..1, 5..7, 8..9]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn deleted_ranges(&self) -> impl Iterator<Item = Range<VersionNumber>> + '_ {
        self.deleted().versions(self.history())
    }

    /// How many versions are deleted in the end. Nothing is listed for it.
    pub fn deleted_count(&self) -> usize {
        self.deleted().count(self.history())
    }

    /// The versions that are left in the end, newest first, as ranges as long as can be.
    pub fn kept_ranges(&self) -> impl Iterator<Item = Range<VersionNumber>> + '_ {
        let end = VersionNumber::new(self.len());
        let mut behind_last = VersionNumber::NEWEST;
        let deleted = self.deleted_ranges().chain(std::iter::once(end..end));
        let kept = deleted.map(move |deleted| {
            let kept = behind_last..deleted.start;
            behind_last = deleted.end;
            kept
        });
        kept.filter(|range| !range.is_empty())
    }

    /// The versions that are left in the end, newest first. Deleted ones are passed over a range at
    /// a time.
    pub fn kept(&self) -> impl Iterator<Item = VersionNumber> + '_ {
        self.kept_ranges().flat_map(VersionNumber::each)
    }

    /// The versions that stay although an option deletes them, newest first, and why.
    pub fn retained_because(&self) -> impl Iterator<Item = (VersionNumber, RetainedBecause)> + '_ {
        self.retained_because.iter().copied()
    }

    /// How many versions each area has, and how many of them are deleted in the end: the frames in
    /// the order of the policy's text, then those in no frame, then the newest. An area without
    /// a version is left out, and without a policy there are no areas.
    ///
    /// ```
    /// use duplicati_retention::clock::{Utc, Zone};
    /// use duplicati_retention::history::{Backup, History};
    /// use duplicati_retention::policy::PairIndex;
    /// use duplicati_retention::{Release, retention::{self, Area, Options, Tally}};
    /// let history = History::new(vec![Backup::full(Utc::MIN); 5], Zone::UTC);
    /// let options = Options::parse([("retention-policy", "U:1D")], Release::V2_3_0)?;
    /// let plan = retention::plan(&history, &options, Utc::MIN)?;
    /// assert_eq!(plan.tallies(), [
    ///     Tally { area: Area::Frame { pair: PairIndex::new(0) }, versions: 4, deleted: 3 },
    ///     Tally { area: Area::Newest, versions: 1, deleted: 0 },
    /// ]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn tallies(&self) -> Vec<Tally> {
        let tally = |(area, places): (Area, Range<LocalIndex>)| Tally {
            area,
            versions: LocalIndex::count(&places),
            deleted: self.deleted().count_within(self.history(), places),
        };
        let mut tallies: Vec<Tally> = self.policy.areas().map(tally).collect();
        tallies.sort_by_key(|tally| tally.area);
        tallies
    }

    /// What the retention policy alone deletes, in the order in which Duplicati names it; see
    /// [`Decisions::policy_deletes`].
    pub fn policy_deletes(&self) -> impl Iterator<Item = VersionNumber> + '_ {
        self.policy.deletes()
    }

    /// Why Duplicati would not carry this out, if so. The decisions are those of its removal code
    /// all the same.
    pub fn blockers(&self) -> &[Blocker] {
        &self.blockers
    }

    /// keep-time's bound by local time, tolerance included, if keep-time is set: what is older is
    /// deleted.
    pub fn keep_time_bound(&self) -> Option<LocalDateTime> {
        self.keep_time_bound
    }

    pub(in crate::retention) fn history(&self) -> &History {
        self.policy.history()
    }

    fn deleted(&self) -> &BackupSet {
        self.deleted.as_ref().unwrap_or(self.policy.deleted())
    }
}

impl From<&Plan> for Decisions {
    fn from(plan: &Plan) -> Decisions {
        Decisions {
            decisions: plan.decisions().collect(),
            policy_deletes: plan.policy_deletes().collect(),
            blockers: plan.blockers.clone(),
            keep_time_bound: plan.keep_time_bound,
        }
    }
}

/// How many versions lie in an area, and how many of them are deleted in the end; see
/// [`Plan::tallies`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Where they lie.
    pub area: Area,
    /// How many there are.
    pub versions: usize,
    /// How many of them are deleted in the end.
    pub deleted: usize,
}
