//! Which backup lies in which time frame, worked out from the pairs alone.

use super::answer::Answer;
use super::case::Case;
use crate::dotnet::TimeSpan;
use crate::policy::Pair;

/// A case with a policy and backups, and where each backup lies.
pub(super) struct Frames<'a> {
    pub(super) case: &'a Case,
    pub(super) pairs: &'a [Pair],
    /// For each version the place of its pair in the text; none for the newest and for what lies
    /// in no frame.
    pub(super) frame_of: Vec<Option<usize>>,
    pub(super) newest: usize,
    /// For each version whether the policy alone deletes it.
    pub(super) deleted: Vec<bool>,
}

impl<'a> Frames<'a> {
    /// None if there is nothing to check: nothing was decided, no pairs or no backups.
    pub(super) fn of(case: &'a Case, answer: &Answer) -> Option<Frames<'a>> {
        let policy_deletes = answer.policy_deletes.as_ref()?;
        let newest = *case.by_local_time().first()?;
        let pairs = case.pairs().filter(|pairs| !pairs.is_empty())?;
        let count = case.versions().len();
        let mut deleted = vec![false; count];
        for &version in policy_deletes {
            // A version that does not exist is another invariant's business.
            *deleted.get_mut(version.get())? = true;
        }
        let mut frames = Frames { case, pairs, frame_of: vec![None; count], newest, deleted };
        for version in (0..count).filter(|&version| version != newest) {
            frames.frame_of[version] = frames.shortest_around(version);
        }
        Some(frames)
    }

    /// The lower bound of a pair in ticks of the local clock; below zero if it lies before the year
    /// 1, as for `U`.
    fn bound(&self, pair: usize) -> i64 {
        self.case.local_now().ticks() - self.pairs[pair].frame().ticks()
    }

    /// The shortest frame whose bound is at or before the version, the first of equal ones.
    pub(super) fn shortest_around(&self, version: usize) -> Option<usize> {
        let time = self.case.local_time(version).ticks();
        (0..self.pairs.len())
            .filter(|&pair| time >= self.bound(pair))
            .min_by_key(|&pair| (self.pairs[pair].frame(), pair))
    }

    /// The versions in a pair's frame, from the oldest to the newest, as the loop walks.
    pub(super) fn inside(&self, pair: usize) -> impl DoubleEndedIterator<Item = usize> + '_ {
        self.case
            .by_local_time()
            .iter()
            .rev()
            .copied()
            .filter(move |&version| self.frame_of[version] == Some(pair))
    }

    /// How a message names the frame of a pair: by the pair's text.
    pub(super) fn name(&self, pair: usize) -> String {
        self.pairs.get(pair).map_or("of no pair".into(), |pair| format!("of {pair}"))
    }

    pub(super) fn is_full(&self, version: usize) -> bool {
        !self.case.versions()[version].partial
    }

    /// Each full backup in a pair's frame that has a full survivor before it, from the oldest to
    /// the newest, with the last of those survivors.
    pub(super) fn after_survivors(&self, pair: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let mut last = None;
        self.inside(pair).filter(|&version| self.is_full(version)).filter_map(move |version| {
            let before = last;
            if !self.deleted[version] {
                last = Some(version);
            }
            Some((version, before?))
        })
    }

    /// How much later the first one started, by the local clock.
    pub(super) fn distance(&self, later: usize, earlier: usize) -> TimeSpan {
        self.case.local_time(later).since(self.case.local_time(earlier))
    }

    /// Whether the newest is older than every frame's bound.
    pub(super) fn newest_is_outside(&self) -> bool {
        self.shortest_around(self.newest).is_none()
    }
}
