//! The loop of the retention policy, with its mistakes.

use std::cmp::Reverse;

use super::mistakes::Mistake as M;
use super::{Flawed, Input};
use crate::dotnet::{DateTime, TICKS_PER_SECOND};
use crate::invariants::{Case, NoPlan};
use crate::policy::{Pair, Policy};
use crate::retention::Verdict;

impl Flawed {
    pub(super) fn input(self, case: &Case) -> Input {
        let zone = case.history().zone();
        let given = self.makes(M::InputNotSorted);
        let mut backups = if given { case.backups().to_vec() } else { case.versions().to_vec() };
        if self.makes(M::TiesMerged) {
            backups.dedup_by_key(|backup| backup.time);
        }
        let utc = self.makes(M::UtcInsteadOfWall);
        let to_wall = |time: DateTime| if utc { time } else { zone.to_wall(time) };
        let wall: Vec<DateTime> = backups.iter().map(|backup| to_wall(backup.time)).collect();
        let mut order: Vec<usize> = (0..backups.len()).collect();
        if self.makes(M::TiesReversed) {
            order.reverse();
        }
        if !given {
            order.sort_by_key(|&version| Reverse(wall[version]));
        }
        let wall_now = to_wall(case.now());
        let whole = DateTime::from_unix_seconds(wall_now.unix_seconds()).unwrap_or(wall_now);
        let wall_now = self.or(M::NowInSeconds, whole, wall_now);
        Input { backups, wall, now: case.now(), wall_now, order }
    }

    /// What the policy deletes, in order, and the verdicts.
    pub(super) fn thin(
        self,
        input: &Input,
        policy: &Policy,
        allow_full_removal: bool,
    ) -> Result<(Vec<usize>, Vec<Verdict>), NoPlan> {
        let mut verdicts = vec![Verdict::NoPolicy; input.backups.len()];
        let mut pairs: Vec<(usize, Pair)> = policy.pairs().iter().copied().enumerate().collect();
        let empty = input.backups.is_empty() && !self.makes(M::EmptyHistoryFails);
        if pairs.is_empty() && self.makes(M::EmptyPolicyDeletesAll) {
            return Ok((input.order.clone(), verdicts));
        }
        if pairs.is_empty() || empty {
            return Ok((Vec::new(), verdicts));
        }
        if self.makes(M::EqualFramesToLast) {
            pairs.reverse();
        }
        if !self.makes(M::FramesInTextOrder) {
            pairs.sort_by_key(|(_, pair)| pair.frame());
        }
        if self.makes(M::LongestFrameFirst) {
            pairs.reverse();
        }
        let mut list = input.order.clone();
        let newest = self.newest(input);
        if !self.makes(M::NewestNotExempt) {
            list.retain(|&version| Some(version) != newest);
        }
        let mut deletes = Vec::new();
        let mut outside_count = 0;
        let mut last = None;
        let mut kept_by_shorter: Vec<usize> = Vec::new();
        for (place, (index, pair)) in pairs.iter().copied().enumerate() {
            let bound = self.bound(input, pair)?;
            let reaches = |version: usize| input.wall[version] >= bound;
            outside_count += usize::from(newest.is_some_and(|newest| !reaches(newest)));
            let is_inside = |version: usize| match self.makes(M::BoundExclusive) {
                true => input.wall[version] > bound,
                false => reaches(version),
            };
            let inside = list.iter().take_while(|&&version| is_inside(version)).count();
            let mut taken: Vec<usize> = list.drain(..inside).rev().collect();
            if self.makes(M::FramesOverlap) {
                taken.extend(kept_by_shorter.iter().copied().filter(|&version| reaches(version)));
                kept_by_shorter.clear();
            }
            if self.makes(M::NewestFirst) {
                taken.reverse();
            }
            if !self.makes(M::LastCarriedOver) {
                last = None;
            }
            let shown = self.or(M::PairBySortedPlace, place, index);
            let walk = Walk { flawed: self, input, pair, shown, bound };
            let first = deletes.len();
            for (place, &version) in taken.iter().enumerate() {
                let verdict = walk.verdict(place, version, last);
                let full = input.is_full(version);
                if (verdict.keeps() || self.makes(M::MeasuresFromDeleted))
                    && (full || self.makes(M::PartialIsLast))
                {
                    last = Some(version);
                }
                if !verdict.keeps() {
                    let times = self.or(M::NamedByEachFrame, pairs.len(), 1);
                    deletes.extend(std::iter::repeat_n(version, times));
                } else if self.makes(M::FramesOverlap) {
                    kept_by_shorter.push(version);
                }
                verdicts[version] = verdict;
            }
            if self.makes(M::ThinnedNewestFirst) {
                deletes[first..].reverse();
            }
        }
        let rest = self.rest(input, &pairs, &list, &mut verdicts);
        let at = self.or(M::RestBeforeThinned, 0, deletes.len());
        deletes.splice(at..at, rest);
        if let Some(newest) = newest.filter(|_| !self.makes(M::NewestNotExempt)) {
            let count = self.or(M::FullRemovalByShortest, 1, pairs.len());
            let allowed = (allow_full_removal || self.makes(M::FullRemovalAlways))
                && !self.makes(M::FullRemovalIgnored);
            if outside_count >= count && allowed {
                verdicts[newest] =
                    Verdict::NewestOutsideEveryFrame { age: input.wall_now.since(input.wall[newest]) };
                deletes.push(newest);
            } else {
                verdicts[newest] =
                    self.or(M::NewestSaysOldest, Verdict::OldestInFrame { pair: 0 }, Verdict::Newest);
            }
        }
        if self.makes(M::NamedByNumber) {
            deletes.sort_unstable();
        }
        Ok((deletes, verdicts))
    }

    fn newest(self, input: &Input) -> Option<usize> {
        let order = &input.order;
        if self.makes(M::NewestByTrueTime) {
            return (0..input.backups.len()).next();
        }
        let full = order.iter().copied().find(|&version| input.is_full(version));
        self.or(M::NewestFullSpared, full.or(order.first().copied()), order.first().copied())
    }

    fn bound(self, input: &Input, pair: Pair) -> Result<DateTime, NoPlan> {
        if pair.is_unlimited() {
            return Ok(DateTime::MIN);
        }
        match input.wall_now.checked_sub(pair.frame()) {
            Ok(bound) => Ok(bound),
            Err(_) if self.makes(M::BoundStopsAtYearOne) => Ok(DateTime::MIN),
            Err(_) => Err(NoPlan::Fails),
        }
    }

    /// What lies in no frame.
    fn rest(
        self,
        input: &Input,
        pairs: &[(usize, Pair)],
        list: &[usize],
        verdicts: &mut [Verdict],
    ) -> Vec<usize> {
        let mut rest = Vec::new();
        for &version in list {
            let oldest = Some(&version) == list.last();
            let kept = self.makes(M::OutsideKept)
                || (self.makes(M::PartialOutsideKept) && !input.is_full(version))
                || (self.makes(M::OldestOutsideKept) && oldest);
            let mut age = input.wall_now.since(input.wall[version]);
            if self.makes(M::AgeOfBound) {
                let longest = pairs.iter().map(|(_, pair)| pair.frame().ticks()).max().unwrap_or(0);
                age = crate::dotnet::TimeSpan::from_ticks(age.ticks().saturating_sub(longest));
            }
            verdicts[version] =
                if kept { Verdict::KeepAll { pair: 0 } } else { Verdict::OutsideEveryFrame { age } };
            if !kept {
                rest.push(version);
            }
        }
        if self.makes(M::RestOldestFirst) {
            rest.reverse();
        }
        rest
    }
}

/// The walk through one frame.
struct Walk<'a> {
    flawed: Flawed,
    input: &'a Input,
    pair: Pair,
    /// How the reason names the pair.
    shown: usize,
    bound: DateTime,
}

impl Walk<'_> {
    fn verdict(&self, place: usize, version: usize, last: Option<usize>) -> Verdict {
        let Walk { flawed, input, pair, shown, bound } = *self;
        let wall = |version: usize| input.wall[version];
        if pair.keeps_all() {
            let tie =
                last.is_some_and(|last| wall(last) == wall(version)) && flawed.makes(M::KeepAllThinsTies);
            let after = last.unwrap_or(version);
            let distance = wall(version).since(wall(after));
            return if tie {
                Verdict::TooClose { pair: shown, after, distance }
            } else {
                Verdict::KeepAll { pair: shown }
            };
        }
        if flawed.makes(M::FutureKept) && wall(version) > input.wall_now {
            return Verdict::KeepAll { pair: shown };
        }
        let interval = pair.interval();
        let Some(last) = last else {
            let newest = input.order.first().copied().unwrap_or(version);
            let too_new = flawed.makes(M::NewestIntervalOnly) && wall(newest).since(wall(version)) < interval;
            let too_old = flawed.makes(M::MeasuresFromBound) && wall(version).since(bound) < interval;
            return if (too_new || too_old) && input.is_full(version) {
                Verdict::TooClose { pair: shown, after: version, distance: wall(version).since(bound) }
            } else if place == 0 || flawed.makes(M::NoFullSaysOldest) {
                Verdict::OldestInFrame { pair: shown }
            } else {
                Verdict::NoFullBefore { pair: shown }
            };
        };
        let true_distance = wall(version).since(wall(last));
        let far = if flawed.makes(M::KeepsPerGrid) || flawed.makes(M::KeepsPerCalendarSlot) {
            let origin = flawed.or(M::KeepsPerGrid, input.wall_now, DateTime::MIN);
            let slot = |version| origin.since(wall(version)).ticks().div_euclid(interval.ticks().max(1));
            slot(version) != slot(last)
        } else {
            let distance =
                if flawed.makes(M::NewestFirst) { wall(last).since(wall(version)) } else { true_distance };
            distance > interval || (distance == interval && !flawed.makes(M::IntervalExclusive))
        };
        let in_utc = input.backups[version].time.since(input.backups[last].time);
        let distance = flawed.or(M::DistanceInUtc, in_utc, true_distance);
        let by_wall = input.order.iter().position(|&other| other == last).unwrap_or(last);
        let (pair, after) = (shown, flawed.or(M::AfterByWallPlace, by_wall, last));
        let partial = !input.is_full(version);
        if far || (partial && flawed.makes(M::PartialSaysFarEnough)) {
            Verdict::FarEnough { pair, after, distance }
        } else if partial && !flawed.makes(M::PartialThinned) {
            Verdict::Partial { pair, after, distance }
        } else {
            Verdict::TooClose { pair, after, distance }
        }
    }
}

/// Used by the options for cutting a time to whole seconds.
pub(super) const SECOND: i64 = TICKS_PER_SECOND;
