//! All other options, with their mutations.

use super::mutations::Mutation as M;
use super::{Input, Mutant};
use crate::clock::Utc;
use crate::dotnet;
use crate::history::VersionNumber;
use crate::invariants::{Case, NoPlan};
use crate::policy::{PairIndex, Policy};
use crate::retention::{Blocker, Decision, Decisions, KeepVersionsReason, RetainedBecause};

/// The options that were read.
pub(super) struct Read {
    /// Numbers with units; none of them is the present.
    pub keep_time: Option<Vec<(i64, char)>>,
    /// None if it cannot be worked out, so that every operation fails.
    pub tolerance: Option<i64>,
    number: i32,
    ranges: Vec<(i64, i64)>,
    allow_full_removal: bool,
}

impl Mutant {
    pub(super) fn plan(self, case: &Case, policy: &Policy) -> Result<Decisions, NoPlan> {
        let read = self.read(case).ok_or(NoPlan::Options)?;
        let input = self.input(case);
        let (policy_deletes, verdicts) = self.thin(&input, policy, read.allow_full_removal)?;
        let named = |version: usize| {
            let version = version as i64;
            read.ranges.iter().any(|&(first, last)| {
                first <= version
                    && (version < last || (version == last && !self.makes(M::RangeEndExclusive)))
            })
        };
        let decision = |(version, &policy)| Decision {
            deleted: false,
            policy,
            named: named(version),
            keep_time: None,
            keep_versions: None,
            retained_because: None,
        };
        let mut decisions: Vec<Decision> = verdicts.iter().enumerate().map(decision).collect();
        let keep_time_bound = self.keep_time(case, &input, &read, &mut decisions)?;
        self.keep_versions(&input, &read, &mut decisions);
        let list = self.list(case, &input, &read, &mut decisions);
        let mut blockers = self.blockers(case, policy, &read);
        blockers.extend(self.failure(case, &list));
        let policy_deletes = policy_deletes.into_iter().map(VersionNumber::new).collect();
        Ok(Decisions { decisions, policy_deletes, blockers, keep_time_bound })
    }

    fn switch(self, case: &Case, name: &str) -> bool {
        case.option(name).is_some_and(|text| {
            if text.is_empty() {
                return !self.makes(M::EmptySwitchIsOff);
            }
            let off = ["false", "off", "no", "0"].contains(&text.trim().to_lowercase().as_str());
            !self.or(M::SwitchTextExact, text == "false", off)
        })
    }

    fn read(self, case: &Case) -> Option<Read> {
        let text = |name| case.option(name).filter(|text| !text.is_empty());
        let mut tolerance = Some(0);
        let keep_time = match text("keep-time") {
            None => None,
            Some(text) => {
                let disabled =
                    self.switch(case, "disable-time-tolerance") && !self.makes(M::ToleranceAlways);
                let terms = self.keep_time_terms(text, case.release())?;
                if !disabled {
                    tolerance = self.tolerance_of(text, case.release(), &terms)?;
                }
                Some(terms)
            }
        };
        let number = match text("keep-versions").map(dotnet::parse_i32) {
            None => 0,
            Some(Some(number)) => number,
            Some(None) => {
                let strict = case.release().strict_numbers();
                let refused =
                    (strict || self.makes(M::BadNumberRefused)) && !self.makes(M::BadNumberIsZero);
                (!refused).then_some(0)?
            }
        };
        let number = if number < 0 && self.makes(M::NegativeNumberKeepsOne) { 1 } else { number };
        let ranges = self.ranges(text("version").unwrap_or(""))?;
        let count = case.versions().len() as i64;
        if self.makes(M::MissingVersionRefused) && ranges.iter().any(|&(_, last)| last >= count) {
            return None;
        }
        let allow_full_removal = self.switch(case, "allow-full-removal");
        Some(Read { keep_time, tolerance, number, ranges, allow_full_removal })
    }

    fn ranges(self, text: &str) -> Option<Vec<(i64, i64)>> {
        if self.makes(M::BlanksInListRefused) && text.contains(' ') {
            return None;
        }
        if self.makes(M::DoubleHyphenRefused) && text.contains("--") {
            return None;
        }
        let mut ranges = Vec::new();
        for entry in text.split(',').filter(|entry| !entry.is_empty()) {
            if !entry.contains('-') {
                let trimmed = self.or(M::ListTrimsNumbers, dotnet::trim(entry), entry);
                let number = dotnet::parse_i64(trimmed)?;
                ranges.push((number, number));
                continue;
            }
            let ends: Vec<&str> = entry.split('-').filter(|part| !part.is_empty()).collect();
            if ends.len() < 2 && self.makes(M::NegativeVersionIgnored) {
                continue;
            }
            let trim = |end: &str| {
                self.or(M::ListTrimsAsciiOnly, end.trim_ascii(), dotnet::trim(end)).to_owned()
            };
            let numbers: Option<Vec<i64>> =
                ends.iter().map(|end| dotnet::parse_i64(&trim(end))).collect();
            let (first, last) = match numbers?[..] {
                [first, last, ..] => (first, last),
                _ => return None,
            };
            ranges.push(self.or(
                M::ReversedRangeEmpty,
                (first, last),
                (first.min(last), first.max(last)),
            ));
        }
        Some(ranges)
    }

    fn keep_versions(self, input: &Input, read: &Read, decisions: &mut [Decision]) {
        let gone = |decision: &Decision| {
            decision.named || !decision.policy.keeps() || decision.keep_time.is_some()
        };
        let counts =
            |version: &usize| !gone(&decisions[*version]) || self.makes(M::CountsAllVersions);
        let left: Vec<usize> = input.order.iter().copied().filter(counts).collect();
        let number = usize::try_from(read.number).unwrap_or(0);
        let most = left.len() + usize::from(self.makes(M::NumberAtCountWorks));
        if number == 0 || number >= most {
            return;
        }
        let is_full = |version: usize| input.is_full(version) || self.makes(M::PartialsCounted);
        let all_full = left.iter().filter(|&&version| is_full(version)).count();
        let mut full = 0;
        for version in left {
            let reached = full >= number;
            let between = full > 0 && full < all_full;
            let partial_goes = match self.mutation {
                Some(M::PartialsBetweenKept) => false,
                Some(M::NewPartialsDeleted) => between || full == 0,
                Some(M::OldPartialsDeleted) => full > 0,
                _ => between,
            };
            if reached || (partial_goes && !is_full(version)) {
                let is_reached = reached || self.makes(M::KeepVersionsAlwaysReached);
                let reason = if is_reached {
                    KeepVersionsReason::NumberReached
                } else {
                    KeepVersionsReason::PartialBetweenFull
                };
                decisions[version].keep_versions = Some(reason);
            }
            full += usize::from(is_full(version));
        }
    }

    /// What is to be deleted, by number and with repeats where they count: what the options say,
    /// the guard, and the locks.
    fn list(
        self,
        case: &Case,
        input: &Input,
        read: &Read,
        decisions: &mut [Decision],
    ) -> Vec<usize> {
        let repeats = self.or(M::RepeatsAlwaysListed, true, case.release().counts_repeats())
            && !self.makes(M::RepeatsNeverListed);
        let times = |version: usize| {
            let times = times_named(&decisions[version]);
            if repeats { times } else { times.min(1) }
        };
        let repeated = |version: usize| std::iter::repeat_n(version, times(version));
        let mut list: Vec<usize> = (0..decisions.len()).flat_map(repeated).collect();
        if self.makes(M::LocksBeforeGuard) {
            self.keep_locked(case, input, &mut list, decisions);
        }
        self.guard(input, read, &mut list, decisions);
        if !self.makes(M::LocksBeforeGuard) {
            self.keep_locked(case, input, &mut list, decisions);
        }
        for &version in &list {
            decisions[version].deleted = true;
        }
        list
    }

    fn guard(self, input: &Input, read: &Read, list: &mut Vec<usize>, decisions: &mut [Decision]) {
        let allowed = read.allow_full_removal && !self.makes(M::GuardAlways);
        let mut versions = list.clone();
        versions.dedup();
        let length = self.or(M::GuardCountsVersions, versions.len(), list.len());
        if allowed || self.makes(M::GuardMissing) || length != decisions.len() {
            return;
        }
        let full = (0..decisions.len()).find(|&version| input.is_full(version));
        let taken = match self.mutation {
            Some(M::GuardByLocalTime) => input.order.first().copied(),
            Some(M::GuardKeepsFull) => full.or(Some(0)),
            _ => list.first().copied(),
        };
        let Some(version) = taken.filter(|version| list.contains(version)) else { return };
        list.remove(list.partition_point(|&other| other < version));
        if !list.contains(&version) {
            decisions[version].retained_because = Some(RetainedBecause::LastVersion);
        }
    }

    fn keep_locked(
        self,
        case: &Case,
        input: &Input,
        list: &mut Vec<usize>,
        decisions: &mut [Decision],
    ) {
        let honours = (case.release().honours_locks() || self.makes(M::LocksAlways))
            && !self.makes(M::LocksIgnored);
        if !honours {
            return;
        }
        let because = |version: usize| {
            let time = self.recorded(case, version);
            let first = input.backups.iter().find(|backup| backup.time == time);
            let own = Some(&input.backups[version]);
            let Some(found) = self.or(M::LockOfEachVersion, own, first) else {
                return Some(RetainedBecause::NotFound);
            };
            let counts = |until: &Utc| {
                *until > input.now || (self.makes(M::LockEndInclusive) && *until == input.now)
            };
            let until = found.locked_until.filter(counts)?;
            Some(RetainedBecause::Locked { until })
        };
        for (version, decision) in decisions.iter_mut().enumerate() {
            if list.contains(&version) || self.makes(M::LockedNamed) {
                decision.retained_because = because(version).or(decision.retained_because);
            }
        }
        list.retain(|&version| because(version).is_none());
    }

    /// Why the database fails to delete what is on the list, if it does.
    fn failure(self, case: &Case, list: &[usize]) -> Option<Blocker> {
        let backups = case.versions();
        let twins = |version: &usize| {
            backups.iter().filter(|backup| backup.time == backups[*version].time).count() > 1
        };
        let same_time = |version: usize| Blocker::SameTime { version: VersionNumber::new(version) };
        match self.mutation {
            Some(M::SameTimeAnywhere) => {
                return (0..backups.len()).find(twins).map(same_time);
            }
            Some(M::SameTimeAlwaysFails) => {
                return list.iter().copied().find(twins).map(same_time);
            }
            _ => {}
        }
        let times: Vec<Utc> = list.iter().map(|&version| self.recorded(case, version)).collect();
        let rows_of = |time: Utc| backups.iter().filter(|backup| backup.time == time).count();
        let rows = backups.iter().filter(|backup| times.contains(&backup.time)).count();
        if rows == list.len() {
            return None;
        }
        if let Some(two) = list.windows(2).find(|two| two[0] == two[1]) {
            return Some(Blocker::CountedTwice { version: VersionNumber::new(two[0]) });
        }
        let is_unequal =
            |time: Utc| rows_of(time) != times.iter().filter(|&&other| other == time).count();
        let place = times.iter().position(|&time| is_unequal(time))?;
        Some(same_time(list[place]))
    }

    fn recorded(self, case: &Case, version: usize) -> Utc {
        let time = case.versions()[version].time;
        self.or(M::RecordedAsItIs, time, case.zone().recorded(time))
    }

    fn blockers(self, case: &Case, policy: &Policy, read: &Read) -> Vec<Blocker> {
        let mut blockers = Vec::new();
        let pairs = policy.pairs();
        let bad = |pair: &crate::policy::Pair| {
            let equal = pair.interval() == pair.frame() && !self.makes(M::RefusesBiggerOnly);
            !pair.is_unlimited() && !pair.keeps_all() && (equal || pair.interval() > pair.frame())
        };
        if let Some(pair) = pairs.iter().position(bad) {
            blockers.push(Blocker::IntervalNotBelowFrame { pair: PairIndex::new(pair) });
        }
        let by_text = self.makes(M::CombinedByTexts) && case.option("keep-versions").is_some();
        let set = [
            ("keep-time", read.keep_time.is_some()),
            ("keep-versions", read.number > 0 || by_text),
            ("retention-policy", !pairs.is_empty()),
        ];
        let options: Vec<&'static str> =
            set.iter().filter(|(_, is_set)| *is_set).map(|(name, _)| *name).collect();
        if options.len() > 1 {
            blockers.push(Blocker::Combined { options });
        }
        blockers
    }
}

fn times_named(decision: &Decision) -> usize {
    [
        decision.named,
        !decision.policy.keeps(),
        decision.keep_time.is_some(),
        decision.keep_versions.is_some(),
    ]
    .into_iter()
    .map(usize::from)
    .sum()
}
