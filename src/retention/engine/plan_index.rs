//! A plan that is held as the few places where something changes; all else is worked out when it is
//! asked.

use std::ops::Range;

use super::PolicyOutcome;
use super::backup_set::BackupSet;
use crate::history::History;
use crate::retention::decision::{Decision, RetainedBecause};
use crate::retention::plan::Tally;
use crate::retention::version_list::VersionList;
use crate::retention::{keep_time, keep_versions};

/// What each option deletes, and what is deleted in the end.
#[derive(Clone, Debug)]
pub(in crate::retention) struct PlanIndex {
    pub(in crate::retention) policy: PolicyOutcome,
    pub(in crate::retention) named: VersionList,
    pub(in crate::retention) keep_time: Option<keep_time::Cutoff>,
    pub(in crate::retention) keep_versions: Option<keep_versions::Cutoff>,
    /// By version, in order.
    pub(in crate::retention) retained_because: Vec<(usize, RetainedBecause)>,
    /// What is deleted in the end, if it is not exactly what the policy deletes.
    pub(in crate::retention) deleted: Option<BackupSet>,
}

impl PlanIndex {
    fn history(&self) -> &History {
        self.policy.history()
    }

    fn deleted(&self) -> &BackupSet {
        self.deleted.as_ref().unwrap_or(self.policy.deleted())
    }

    pub(in crate::retention) fn len(&self) -> usize {
        self.history().len()
    }

    pub(in crate::retention) fn decision(&self, version: usize) -> Decision {
        let (history, place) = (self.history(), self.history().place(version));
        let named = self.named.contains(version);
        let policy = self.policy.verdict(version);
        let keep_time = self.keep_time.and_then(|cut| cut.reason(history, place));
        let by_others = named || !policy.keeps() || keep_time.is_some();
        let keep_versions =
            self.keep_versions.filter(|_| !by_others).and_then(|cut| cut.reason(history, place));
        let retained_because =
            self.retained_because.binary_search_by_key(&version, |&(version, _)| version);
        let retained_because = retained_because.ok().map(|index| self.retained_because[index].1);
        let deleted = (by_others || keep_versions.is_some()) && retained_because.is_none();
        Decision { deleted, policy, named, keep_time, keep_versions, retained_because }
    }

    pub(in crate::retention) fn deleted_ranges(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.deleted().versions(self.history())
    }

    pub(in crate::retention) fn deleted_count(&self) -> usize {
        self.deleted().count(self.history())
    }

    pub(in crate::retention) fn policy_deletes(&self) -> impl Iterator<Item = usize> + '_ {
        self.policy.deletes()
    }

    pub(in crate::retention) fn tallies(&self) -> Vec<Tally> {
        let deleted = |places| self.deleted().count_within(self.history(), places);
        let tally = |(area, places): (_, Range<usize>)| Tally {
            area,
            versions: places.len(),
            deleted: deleted(places),
        };
        self.policy.areas().map(tally).collect()
    }
}
