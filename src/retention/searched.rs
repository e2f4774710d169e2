//! A plan that is held as the few places where something changes; all else is worked out when it is asked.

use std::ops::Range;

use super::decision::{Decision, Spared};
use super::plan::Tally;
use super::runs::Runs;
use super::version_list::VersionList;
use super::{engine, keep_time, keep_versions};
use crate::history::History;

/// What each option deletes, and what is deleted in the end.
#[derive(Clone, Debug)]
pub(super) struct Searched {
    pub(super) policy: engine::Answer,
    pub(super) named: VersionList,
    pub(super) keep_time: Option<keep_time::Cut>,
    pub(super) keep_versions: Option<keep_versions::Cut>,
    /// By version, in order.
    pub(super) spared: Vec<(usize, Spared)>,
    /// What is deleted in the end, if it is not exactly what the policy deletes.
    pub(super) deleted: Option<Runs>,
}

impl Searched {
    fn history(&self) -> &History {
        self.policy.history()
    }

    fn deleted(&self) -> &Runs {
        self.deleted.as_ref().unwrap_or(self.policy.deleted())
    }

    pub(super) fn len(&self) -> usize {
        self.history().len()
    }

    pub(super) fn decision(&self, version: usize) -> Decision {
        let (history, place) = (self.history(), self.history().place(version));
        let named = self.named.contains(version);
        let policy = self.policy.verdict(version);
        let keep_time = self.keep_time.and_then(|cut| cut.reason(history, place));
        let by_others = named || !policy.keeps() || keep_time.is_some();
        let keep_versions =
            self.keep_versions.filter(|_| !by_others).and_then(|cut| cut.reason(history, place));
        let spared = self.spared.binary_search_by_key(&version, |&(version, _)| version);
        let spared = spared.ok().map(|index| self.spared[index].1);
        let deleted = (by_others || keep_versions.is_some()) && spared.is_none();
        Decision { deleted, policy, named, keep_time, keep_versions, spared }
    }

    pub(super) fn deleted_ranges(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.deleted().versions(self.history())
    }

    pub(super) fn deleted_count(&self) -> usize {
        self.deleted().count(self.history())
    }

    pub(super) fn policy_deletes(&self) -> impl Iterator<Item = usize> + '_ {
        self.policy.deletes()
    }

    pub(super) fn tallies(&self) -> Vec<Tally> {
        let deleted = |places| self.deleted().count_within(self.history(), places);
        let tally = |(area, places): (_, Range<usize>)| Tally {
            area,
            versions: places.len(),
            deleted: deleted(places),
        };
        self.policy.areas().map(tally).collect()
    }
}
