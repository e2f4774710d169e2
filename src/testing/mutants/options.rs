//! All other options, with their mutations.

use super::mutations::Mutation as M;
use super::thinning::SECOND;
use super::{Input, Mutant};
use crate::Release;
use crate::clock::{LocalDateTime, Utc};
use crate::dotnet::{self, TICKS_PER_DAY, TimeSpan};
use crate::history::VersionNumber;
use crate::invariants::{Case, NoPlan};
use crate::policy::{PairIndex, Policy};
use crate::retention::{
    Blocker, Decision, Decisions, KeepTimeReason, KeepVersionsReason, RetainedBecause,
};

/// The options that were read.
struct Read {
    keep_time: Option<Vec<(i64, char)>>,
    tolerance: i64,
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
        self.retain(case, &input, &read, &mut decisions);
        let blockers = self.blockers(case, policy, &read, &decisions);
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
        let mut tolerance = 0;
        let keep_time = match text("keep-time") {
            None => None,
            Some(text) => {
                let disabled =
                    self.switch(case, "disable-time-tolerance") && !self.makes(M::ToleranceAlways);
                if !disabled {
                    tolerance = self.tolerance(self.span(text, case.release())?);
                }
                Some(self.keep_time_terms(text)?)
            }
        };
        let number = match text("keep-versions").map(dotnet::parse_i32) {
            None => 0,
            Some(Some(number)) => number,
            Some(None) => {
                let strict = case.release() == Release::V2_1;
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
        let mut ranges = Vec::new();
        for entry in text.split(',').filter(|entry| !entry.is_empty()) {
            if !entry.contains('-') {
                let number = dotnet::parse_i64(entry)?;
                ranges.push((number, number));
                continue;
            }
            let ends: Vec<&str> = entry.split('-').filter(|part| !part.is_empty()).collect();
            if ends.len() < 2 && self.makes(M::NegativeVersionIgnored) {
                continue;
            }
            let numbers: Option<Vec<i64>> =
                ends.iter().map(|end| dotnet::parse_i64(dotnet::trim(end))).collect();
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

    /// keep-time's units; a bare number is seconds.
    fn keep_time_terms(self, text: &str) -> Option<Vec<(i64, char)>> {
        let line = text.strip_suffix('\n').unwrap_or(text);
        let plain = line.ends_with(['s', 'm', 'h', 'D', 'W', 'M', 'Y'])
            && line.chars().all(|letter| letter.is_ascii_digit() || "smhDWMY".contains(letter));
        if plain || (self.makes(M::KeepTimeBlanks) && text.contains(' ')) {
            self.terms(line)
        } else {
            // Read as seconds even where the policy's bare numbers are read wrongly: that is
            // another parser.
            dotnet::parse_i64(text).map(|seconds| vec![(seconds, 's')])
        }
    }

    fn tolerance(self, span: i64) -> i64 {
        let seconds = span as f64 / SECOND as f64 / 100.0;
        let limited =
            if self.makes(M::ToleranceNotLimited) { seconds } else { seconds.min(3600.0) };
        let ticks = limited * SECOND as f64;
        let ticks = self.or(M::ToleranceRounded, ticks.round(), ticks) as i64;
        let ticks = self.or(M::ToleranceMissing, 0, ticks);
        self.or(M::ToleranceAdded, -ticks, ticks)
    }

    fn keep_time(
        self,
        case: &Case,
        input: &Input,
        read: &Read,
        decisions: &mut [Decision],
    ) -> Result<Option<LocalDateTime>, NoPlan> {
        let Some(terms) = &read.keep_time else { return Ok(None) };
        let from = self.or(M::KeepTimeNowInUtc, case.now().specify_kind(), input.local_now);
        let bound = match self.back(from, terms, read.tolerance) {
            Some(bound) => bound,
            None if self.makes(M::KeepTimeStopsAtYearOne) => LocalDateTime::MIN,
            None => return Err(NoPlan::Fails),
        };
        let mut seen_full = false;
        for (place, &version) in input.order.iter().enumerate() {
            let local_time = input.local_time[version];
            let young = if self.makes(M::KeepTimeBoundExclusive) {
                local_time > bound
            } else {
                local_time >= bound
            };
            let retained_because = match self.mutation {
                Some(M::KeepTimeNoFullRule) => false,
                Some(M::KeepTimeKeepsNewest) => place == 0,
                Some(M::KeepTimeKeepsPartial) => !seen_full || !input.is_full(version),
                _ => !seen_full,
            };
            if !young && !retained_because {
                let beyond =
                    if self.makes(M::KeepTimeReasonIsAge) { input.local_now } else { bound };
                decisions[version].keep_time =
                    Some(KeepTimeReason { beyond: beyond.since(local_time) });
            }
            seen_full |= input.is_full(version);
        }
        Ok(Some(bound))
    }

    fn back(
        self,
        from: LocalDateTime,
        terms: &[(i64, char)],
        tolerance: i64,
    ) -> Option<LocalDateTime> {
        let mut date = from;
        let mut terms = terms.to_vec();
        if self.makes(M::KeepTimeBackwards) {
            terms.reverse();
        }
        for (factor, unit) in terms {
            let days = |multiple: i64| i64::from(factor.wrapping_mul(multiple) as i32);
            let months = if unit == 'Y' { 12 } else { 1 };
            date = match unit {
                's' => date.add_units(factor.checked_neg()?, SECOND),
                'm' => date.add_units(-factor, 60 * SECOND),
                'h' => date.add_units(-factor, 3600 * SECOND),
                'D' => date.add_units(-factor, TICKS_PER_DAY),
                'W' => date.add_units(-days(7), TICKS_PER_DAY),
                _ if self.makes(M::KeepTimeFixedMonths) => {
                    date.add_units(-days(30 * months), TICKS_PER_DAY)
                }
                _ => date.add_months(i32::try_from(factor * months).ok()?.checked_neg()?),
            }
            .ok()?;
        }
        date.checked_sub(TimeSpan::from_ticks(tolerance)).ok()
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

    /// The guard, and then the locks.
    fn retain(self, case: &Case, input: &Input, read: &Read, decisions: &mut [Decision]) {
        for decision in decisions.iter_mut() {
            decision.deleted = times_named(decision) > 0;
        }
        let honours = (case.release() >= Release::V2_3_0 || self.makes(M::LocksAlways))
            && !self.makes(M::LocksIgnored);
        let retain_locked = |decisions: &mut [Decision]| {
            for (decision, backup) in decisions.iter_mut().zip(&input.backups) {
                let counts = |until: &Utc| {
                    *until > input.now || (self.makes(M::LockEndInclusive) && *until == input.now)
                };
                let until = backup.locked_until.filter(counts).filter(|_| honours);
                if let Some(until) =
                    until.filter(|_| decision.deleted || self.makes(M::LockedNamed))
                {
                    decision.deleted = false;
                    decision.retained_because = Some(RetainedBecause::Locked { until });
                }
            }
        };
        if self.makes(M::LocksBeforeGuard) {
            retain_locked(decisions);
        }
        let allowed = read.allow_full_removal && !self.makes(M::GuardAlways);
        if !allowed
            && !self.makes(M::GuardMissing)
            && decisions.iter().all(|decision| decision.deleted)
        {
            let full = (0..decisions.len()).find(|&version| input.is_full(version));
            let retained_because = match self.mutation {
                Some(M::GuardByLocalTime) => input.order.first().copied(),
                Some(M::GuardKeepsFull) => full.or(Some(0)),
                _ => Some(0),
            };
            if let Some(decision) = retained_because.and_then(|version| decisions.get_mut(version))
            {
                decision.deleted = false;
                decision.retained_because = Some(RetainedBecause::LastVersion);
            }
        }
        if !self.makes(M::LocksBeforeGuard) {
            retain_locked(decisions);
        }
    }

    fn blockers(
        self,
        case: &Case,
        policy: &Policy,
        read: &Read,
        decisions: &[Decision],
    ) -> Vec<Blocker> {
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
        let counts = (case.release() == Release::V2_1 || self.makes(M::RepeatsAlwaysReported))
            && !self.makes(M::RepeatsNotReported);
        if let Some(version) =
            (0..decisions.len()).find(|&version| counts && times_named(&decisions[version]) > 1)
        {
            blockers.push(Blocker::CountedTwice { version: VersionNumber::new(version) });
        }
        let backups = case.versions();
        let shares = |version: &usize| {
            let gone = decisions[*version].deleted || self.makes(M::SameTimeAnywhere);
            gone && backups.iter().filter(|backup| backup.time == backups[*version].time).count()
                > 1
        };
        if let Some(version) = (0..decisions.len()).find(shares) {
            blockers.push(Blocker::SameTime { version: VersionNumber::new(version) });
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
