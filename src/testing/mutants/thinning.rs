//! The loop of the retention policy, with its mutations.

use std::cmp::Reverse;

use super::mutations::Mutation as M;
use super::{Input, Mutant};
use crate::clock::{LocalDateTime, Utc};
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::history::VersionNumber;
use crate::invariants::{Case, NoPlan};
use crate::policy::{Pair, PairIndex, Policy};
use crate::retention::Verdict;

impl Mutant {
    pub(super) fn input(self, case: &Case) -> Input {
        let zone = case.zone();
        let given = self.makes(M::InputNotSorted);
        let mut backups = if given { case.backups().to_vec() } else { case.versions().to_vec() };
        if self.makes(M::TiesMerged) {
            backups.dedup_by_key(|backup| backup.time);
        }
        let utc = self.makes(M::UtcInsteadOfLocal);
        let to_local = |time: Utc| if utc { time.specify_kind() } else { zone.to_local(time) };
        let local_time: Vec<LocalDateTime> =
            backups.iter().map(|backup| to_local(backup.time)).collect();
        let mut order: Vec<usize> = (0..backups.len()).collect();
        if self.makes(M::TiesReversed) {
            order.reverse();
        }
        if !given {
            order.sort_by_key(|&version| Reverse(local_time[version]));
        }
        let local_now = to_local(case.now());
        let part = TimeSpan::from_ticks(local_now.ticks() % TICKS_PER_SECOND);
        let whole = local_now.checked_sub(part).unwrap_or(local_now);
        let local_now = self.or(M::NowInSeconds, whole, local_now);
        Input { backups, local_time, now: case.now(), local_now, order }
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
            let reaches = |version: usize| input.local_time[version] >= bound;
            let is_outside = |newest: usize| {
                let at_bound = input.local_time[newest] == bound;
                !reaches(newest) || (at_bound && self.makes(M::NewestAtBoundOutside))
            };
            outside_count += usize::from(newest.is_some_and(is_outside));
            let is_inside = |version: usize| match self.makes(M::BoundExclusive) {
                true => input.local_time[version] > bound,
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
            let shown = PairIndex::new(self.or(M::PairBySortedPlace, place, index));
            let walk = Walk { mutants: self, input, pair, shown, bound };
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
                verdicts[newest] = Verdict::NewestOutsideEveryFrame {
                    age: input.local_now.since(input.local_time[newest]),
                };
                deletes.push(newest);
            } else {
                verdicts[newest] = self.or(
                    M::NewestSaysOldest,
                    Verdict::OldestInFrame { pair: PairIndex::new(0) },
                    Verdict::Newest,
                );
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
        self.or(M::NewestFullKept, full.or(order.first().copied()), order.first().copied())
    }

    fn bound(self, input: &Input, pair: Pair) -> Result<LocalDateTime, NoPlan> {
        if pair.is_unlimited() {
            return Ok(LocalDateTime::MIN);
        }
        match input.local_now.checked_sub(pair.frame()) {
            Ok(bound) => Ok(bound),
            Err(_) if self.makes(M::BoundStopsAtYearOne) => Ok(LocalDateTime::MIN),
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
            let mut age = input.local_now.since(input.local_time[version]);
            if self.makes(M::AgeOfBound) {
                let longest = pairs.iter().map(|(_, pair)| pair.frame().ticks()).max().unwrap_or(0);
                age = crate::dotnet::TimeSpan::from_ticks(age.ticks().saturating_sub(longest));
            }
            verdicts[version] = if kept {
                Verdict::KeepAll { pair: PairIndex::new(0) }
            } else {
                Verdict::OutsideEveryFrame { age }
            };
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
    mutants: Mutant,
    input: &'a Input,
    pair: Pair,
    /// How the reason names the pair.
    shown: PairIndex,
    bound: LocalDateTime,
}

impl Walk<'_> {
    fn verdict(&self, place: usize, version: usize, last: Option<usize>) -> Verdict {
        let Walk { mutants, input, pair, shown, bound } = *self;
        let local_time = |version: usize| input.local_time[version];
        if pair.keeps_all() {
            let tie = last.is_some_and(|last| local_time(last) == local_time(version))
                && mutants.makes(M::KeepAllThinsTies);
            let after = last.unwrap_or(version);
            let distance = local_time(version).since(local_time(after));
            let after = VersionNumber::new(after);
            return if tie {
                Verdict::TooClose { pair: shown, after, distance }
            } else {
                Verdict::KeepAll { pair: shown }
            };
        }
        if mutants.makes(M::FutureKept) && local_time(version) > input.local_now {
            return Verdict::KeepAll { pair: shown };
        }
        let interval = pair.interval();
        let Some(last) = last else {
            let newest = input.order.first().copied().unwrap_or(version);
            let too_new = mutants.makes(M::NewestIntervalOnly)
                && local_time(newest).since(local_time(version)) < interval;
            let too_old =
                mutants.makes(M::MeasuresFromBound) && local_time(version).since(bound) < interval;
            return if (too_new || too_old) && input.is_full(version) {
                Verdict::TooClose {
                    pair: shown,
                    after: VersionNumber::new(version),
                    distance: local_time(version).since(bound),
                }
            } else if place == 0 || mutants.makes(M::NoFullSaysOldest) {
                Verdict::OldestInFrame { pair: shown }
            } else {
                Verdict::NoFullBefore { pair: shown }
            };
        };
        let true_distance = local_time(version).since(local_time(last));
        let far = if mutants.makes(M::KeepsPerGrid) || mutants.makes(M::KeepsPerCalendarSlot) {
            let origin = mutants.or(M::KeepsPerGrid, input.local_now, LocalDateTime::MIN);
            let slot = |version| {
                origin.since(local_time(version)).ticks().div_euclid(interval.ticks().max(1))
            };
            slot(version) != slot(last)
        } else {
            let distance = if mutants.makes(M::NewestFirst) {
                local_time(last).since(local_time(version))
            } else {
                true_distance
            };
            distance > interval || (distance == interval && !mutants.makes(M::IntervalExclusive))
        };
        let in_utc = input.backups[version].time.since(input.backups[last].time);
        let distance = mutants.or(M::DistanceInUtc, in_utc, true_distance);
        let by_local_time = input.order.iter().position(|&other| other == last).unwrap_or(last);
        let after = VersionNumber::new(mutants.or(M::AfterByLocalPlace, by_local_time, last));
        let pair = shown;
        let partial = !input.is_full(version);
        if far || (partial && mutants.makes(M::PartialSaysFarEnough)) {
            Verdict::FarEnough { pair, after, distance }
        } else if partial && !mutants.makes(M::PartialThinned) {
            Verdict::Partial { pair, after, distance }
        } else {
            Verdict::TooClose { pair, after, distance }
        }
    }
}
