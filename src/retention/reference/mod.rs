//! The mirror: Duplicati's retention loop, and what its delete handler puts around it, step by
//! step, in the plainest Rust.
//!
//! It is never optimised. The one liberty is that the head of a list is a moving index, where
//! Duplicati removes the first element of an array list; that is what makes Duplicati's loop
//! quadratic and this one not.

use std::cmp::Reverse;

use super::decision::{Decision, RetainedBecause, Verdict};
use super::engine::{blocked_options, counted_twice};
use super::options::Options;
use super::plan::{Answer, Blocker, Plan, PlanError};
use super::{keep_time, keep_versions};
use crate::clock::{LocalDateTime, Utc};
use crate::history::History;
use crate::policy::Policy;

/// What the retention policy alone decides.
///
/// ```
/// # use duplicati_retention::{policy::Policy, retention::reference, history::History, clock::{Utc, Zone}};
/// let answer = reference::apply(&Policy::default(), &History::new(vec![], Zone::UTC), Utc::MIN, false)?;
/// assert_eq!(answer.deletes.len(), answer.verdicts.len());
/// # Ok::<(), duplicati_retention::retention::PlanError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyOutcome {
    /// The versions that it deletes, in the order in which Duplicati names them: the thinned ones
    /// frame by frame, the oldest first within a frame; then those in no frame, newest first;
    /// then the newest of all.
    pub deletes: Vec<usize>,
    /// For each version, by its number, what the policy says of it and why.
    pub verdicts: Vec<Verdict>,
}

/// Applies a retention policy to a history.
///
/// `now` is the local time in the history's zone, to the tick.
///
/// # Errors
/// [`PlanError::FrameBeforeYearOne`] if a time frame reaches further back than .NET's first date:
/// Duplicati's whole operation fails then.
///
/// ```
/// use duplicati_retention::clock::Utc;
/// use duplicati_retention::dotnet::TICKS_PER_DAY;
/// use duplicati_retention::history::{Backup, History};
/// use duplicati_retention::clock::Zone;
/// use duplicati_retention::{Release, policy::Policy, retention::reference};
///
/// let day = |count| Utc::MIN.add_units(count, TICKS_PER_DAY).unwrap();
/// let history = History::new((1..=9).map(|count| Backup::full(day(count))).collect(), Zone::UTC);
/// let policy = Policy::parse("5D:2D", Release::V2_3_0)?;
/// let answer = reference::apply(&policy, &history, day(9), false)?;
/// // Versions 0 to 8 are 0 to 8 days old. Of those in the frame, 4 and 2 are thinned out; 6, 7 and 8 lie outside.
/// assert_eq!(answer.deletes, [4, 2, 6, 7, 8]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn apply(
    policy: &Policy,
    history: &History,
    now: LocalDateTime,
    allow_full_removal: bool,
) -> Result<PolicyOutcome, PlanError> {
    let mut deletes = Vec::new();
    let mut verdicts = vec![Verdict::NoPolicy; history.len()];
    let mut pairs: Vec<_> = policy.pairs().iter().copied().enumerate().collect();
    let mut versions: Vec<usize> = (0..history.len()).collect();

    // Newest first by local time, which a clock change can make another order than that of the
    // version numbers. The sort is stable: equal times stay in the order of their numbers.
    versions.sort_by_key(|&version| Reverse(history.local_time(version)));

    // Without a pair or a backup there is nothing to do. The newest is set aside before anything
    // else is looked at.
    let Some((&newest, others)) = versions.split_first().filter(|_| !pairs.is_empty()) else {
        return Ok(PolicyOutcome { deletes, verdicts });
    };
    let mut list = others;
    let mut newest_is_outside = true;

    // From the shortest frame to the longest; equal frames keep the order of the text.
    pairs.sort_by_key(|&(_, pair)| pair.frame());
    for &(index, pair) in &pairs {
        let bound = if pair.is_unlimited() {
            LocalDateTime::MIN
        } else {
            let frame = pair.frame();
            now.checked_sub(frame)
                .map_err(|_| PlanError::FrameBeforeYearOne { pair: index, frame })?
        };
        if history.local_time(newest) >= bound {
            newest_is_outside = false;
        }

        // Whatever a shorter frame took, a longer one never sees. A backup at the very bound is in.
        let count =
            list.iter().take_while(|&&version| history.local_time(version) >= bound).count();
        let (in_frame, beyond) = list.split_at(count);
        list = beyond;

        // From the oldest to the newest. `last` is the full backup that was kept last.
        let mut last: Option<usize> = None;
        for (place, &version) in in_frame.iter().rev().enumerate() {
            let distance = last
                .map(|last| (last, history.local_time(version).since(history.local_time(last))));
            let verdict = match distance {
                _ if pair.keeps_all() => Verdict::KeepAll { pair: index },
                None if place == 0 => Verdict::OldestInFrame { pair: index },
                None => Verdict::NoFullBefore { pair: index },
                Some((after, distance)) if distance >= pair.interval() => {
                    Verdict::FarEnough { pair: index, after, distance }
                }
                Some((after, distance)) if history.backup(version).partial => {
                    Verdict::Partial { pair: index, after, distance }
                }
                Some((after, distance)) => Verdict::TooClose { pair: index, after, distance },
            };
            // Only a full backup that is kept is measured from.
            if verdict.keeps() && !history.backup(version).partial {
                last = Some(version);
            }
            if !verdict.keeps() {
                deletes.push(version);
            }
            verdicts[version] = verdict;
        }
    }

    // What is still on the list lies in no frame and goes, partial or not.
    let age = |version| now.since(history.local_time(version));
    for &version in list {
        deletes.push(version);
        verdicts[version] = Verdict::OutsideEveryFrame { age: age(version) };
    }

    // The newest goes only if it may, and only if it is older than every frame's bound.
    verdicts[newest] = match (newest_is_outside, allow_full_removal) {
        (true, true) => Verdict::NewestOutsideEveryFrame { age: age(newest) },
        _ => Verdict::Newest,
    };
    if !verdicts[newest].keeps() {
        deletes.push(newest);
    }
    Ok(PolicyOutcome { deletes, verdicts })
}

/// What Duplicati would delete now with all options, and why:
/// [`retention::plan`](super::retention::plan), decided version by version.
///
/// # Errors
/// [`PlanError`] if the whole operation fails in Duplicati.
///
/// ```
/// use duplicati_retention::clock::LocalDateTime;
/// use duplicati_retention::history::{Backup, History};
/// use duplicati_retention::clock::Zone;
/// use duplicati_retention::{Release, retention::{Options, reference}};
///
/// let history = History::new(vec![Backup::full(LocalDateTime::MIN), Backup::full(LocalDateTime::MAX)], Zone::UTC);
/// let options = Options::parse([("retention-policy", "7D:1D")], Release::V2_3_0)?;
/// let plan = reference::plan(&history, &options, LocalDateTime::MAX)?;
/// assert_eq!(plan, retention::plan(&history, &options, LocalDateTime::MAX)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn plan(history: &History, options: &Options, now: Utc) -> Result<Plan, PlanError> {
    let local_now = history.zone().to_local(now);
    let mut by_local_time: Vec<usize> = (0..history.len()).collect();
    by_local_time.sort_by_key(|&version| Reverse(history.local_time(version)));

    let policy = apply(&options.policy, history, local_now, options.allow_full_removal)?;
    let mut decisions: Vec<Decision> = policy
        .verdicts
        .iter()
        .enumerate()
        .map(|(version, &verdict)| Decision {
            deleted: false,
            policy: verdict,
            named: options.versions.contains(version),
            keep_time: None,
            keep_versions: None,
            retained_because: None,
        })
        .collect();

    let keep_time_bound = match &options.keep_time {
        Some(keep_time) => {
            Some(keep_time.bound(local_now).map_err(|_| PlanError::KeepTimeOutOfRange)?)
        }
        None => None,
    };
    // The very first tick of time counts as "not set".
    if let Some(bound) = keep_time_bound.filter(|&bound| bound != LocalDateTime::MIN) {
        for (version, reason) in keep_time::apply(history, &by_local_time, bound) {
            decisions[version].keep_time = Some(reason);
        }
    }

    // keep-versions counts only what all the others left.
    by_local_time.retain(|&version| !decisions[version].is_named_by_an_option());
    for (version, reason) in keep_versions::apply(history, &by_local_time, options.keep_versions) {
        decisions[version].keep_versions = Some(reason);
    }

    for decision in &mut decisions {
        decision.deleted = decision.is_named_by_an_option();
    }
    // The guard spares version 0, the newest by true time, whatever the local clock said.
    let all_go = decisions.iter().all(|decision| decision.deleted);
    if let Some(newest) = decisions.first_mut().filter(|_| all_go && !options.allow_full_removal) {
        newest.spare(RetainedBecause::LastVersion);
    }
    // A lock is looked at last, so it spares a version but protects no other.
    if options.release.honours_locks() {
        for (decision, backup) in decisions.iter_mut().zip(history.backups().iter()) {
            if let Some(until) =
                backup.locked_until.filter(|&until| until > now && decision.deleted)
            {
                decision.spare(RetainedBecause::Locked { until });
            }
        }
    }
    let blockers = blockers(history, options, &decisions);
    let answer = Answer::Listed { decisions, policy_deletes: policy.deletes };
    Ok(Plan { answer, blockers, keep_time_bound })
}

impl Decision {
    fn is_named_by_an_option(&self) -> bool {
        self.times_named() > 0
    }

    /// How many options delete the version.
    fn times_named(&self) -> usize {
        let named = [
            self.named,
            !self.policy.keeps(),
            self.keep_time.is_some(),
            self.keep_versions.is_some(),
        ];
        named.iter().filter(|&&by_it| by_it).count()
    }

    fn spare(&mut self, why: RetainedBecause) {
        self.deleted = false;
        self.retained_because = Some(why);
    }
}

/// Why Duplicati would not carry the decisions out.
fn blockers(history: &History, options: &Options, decisions: &[Decision]) -> Vec<Blocker> {
    let mut blockers = blocked_options(options);
    let twice = decisions.iter().position(|decision| decision.times_named() > 1);
    blockers.extend(counted_twice(options, twice));
    let time = |version: usize| history.backups().get(version).map(|backup| backup.time);
    let shares_time = |version: usize| {
        // Versions are in the order of their times, so the same time stands beside.
        time(version + 1) == time(version) || (version > 0 && time(version - 1) == time(version))
    };
    let same_time =
        (0..decisions.len()).find(|&version| decisions[version].deleted && shares_time(version));
    blockers.extend(same_time.map(|version| Blocker::SameTime { version }));
    blockers
}
