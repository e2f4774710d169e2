//! The fast decision: what the [`reference`](super::reference) answers, without a look at what is
//! deleted. The cost grows with what is kept.
//!
//! Start with [`plan()`](fn@plan), which puts all options together. Each of them deletes a set of
//! backups, a few runs of places (`backup_set.rs`); the retention policy is in `policy.rs`, and what
//! comes out is a [`Plan`].

mod backup_set;
mod keep_time;
mod keep_versions;
mod plan;
mod policy;

use std::borrow::Cow;

pub use plan::{Plan, Tally};
pub use policy::{PolicyOutcome, apply};

use super::blocker::{Blocker, PlanError};
use super::decision::RetainedBecause;
use super::options::Options;
use crate::clock::Utc;
use crate::history::{History, VersionNumber};
use backup_set::BackupSet;

/// What Duplicati would delete now, and why.
///
/// `now` is the present in UTC, to the tick. It is the moment at which retention runs, which is the
/// end of a backup. The [`engine`](self) decides; [`reference::plan`](super::reference::plan) gives
/// the same answer version by version.
///
/// # Errors
/// [`PlanError`] if the whole operation fails in Duplicati. What Duplicati refuses to run with is
/// not an error here; it is in [`Plan::blockers`].
pub fn plan(history: &History, options: &Options, now: Utc) -> Result<Plan, PlanError> {
    let local_now = history.zone().to_local(now);
    let policy = apply(&options.policy, history, local_now, options.allow_full_removal)?;
    let keep_time_bound = match &options.keep_time {
        Some(keep_time) => {
            Some(keep_time.bound(local_now).map_err(|_| PlanError::KeepTimeOutOfRange)?)
        }
        None => None,
    };
    // Duplicati takes the very first tick of time for "not set". Nothing is older, so that needs no
    // case here.
    let keep_time = keep_time_bound.map(|bound| keep_time::Cutoff::search(history, bound));

    let mut union = Union { deleted: Cow::Borrowed(policy.deleted()), twice: BackupSet::default() };
    union.add(BackupSet::of_versions(history, options.versions.ranges_within(history.len())));
    if let Some(cutoff) = keep_time {
        union.add(cutoff.deleted(history));
    }
    // keep-versions counts only what all the others left.
    let keep_versions =
        keep_versions::Cutoff::search(history, &union.deleted, options.keep_versions);
    if let Some(cutoff) = keep_versions {
        union.add(cutoff.deleted(history).without(&union.deleted));
    }

    let Union { mut deleted, twice } = union;
    let is_deleted =
        |deleted: &BackupSet, version| deleted.contains(history, history.place(version));
    // The guard retains version 0, the newest by true time, whatever its local time.
    let guarded = Some(VersionNumber::NEWEST).filter(|&newest| {
        !options.allow_full_removal
            && is_deleted(&deleted, newest)
            && deleted.count(history) == history.len()
    });
    let guard = guarded.map(|newest| (newest, RetainedBecause::LastVersion));
    let mut retained_because: Vec<_> = guard.into_iter().collect();
    // A lock is looked at last, so it retains a version but protects no other.
    if options.release.honours_locks() {
        let locks = history.locks().iter().filter(|&&(version, until)| {
            until > now && is_deleted(&deleted, version) && guarded != Some(version)
        });
        retained_because
            .extend(locks.map(|&(version, until)| (version, RetainedBecause::Locked { until })));
    }
    if !retained_because.is_empty() {
        let versions = retained_because.iter().map(|&(version, _)| version..version.older());
        deleted = Cow::Owned(deleted.without(&BackupSet::of_versions(history, versions)));
    }

    let mut blockers = blocked_options(options);
    // 2.1 fails on the first version that two options delete.
    if options.release.counts_repeats()
        && let Some(first) = twice.versions(history).next()
    {
        blockers.push(Blocker::CountedTwice { version: first.start });
    }
    let mut same_times = history.same_times().iter().cloned().flat_map(VersionNumber::each);
    let same_time = same_times.find(|&version| is_deleted(&deleted, version));
    blockers.extend(same_time.map(|version| Blocker::SameTime { version }));

    let deleted = match deleted {
        Cow::Owned(deleted) => Some(deleted),
        Cow::Borrowed(_) => None,
    };
    let named = options.versions.clone();
    Ok(Plan {
        policy,
        named,
        keep_time,
        keep_versions,
        retained_because,
        deleted,
        blockers,
        keep_time_bound,
    })
}

/// What the options delete, added one after the other; mostly only one is set.
struct Union<'a> {
    deleted: Cow<'a, BackupSet>,
    /// What more than one deletes.
    twice: BackupSet,
}

impl Union<'_> {
    fn add(&mut self, set: BackupSet) {
        if !set.is_empty() {
            self.twice = self.twice.union(&self.deleted.intersection(&set));
            self.deleted = Cow::Owned(self.deleted.union(&set));
        }
    }
}

/// Why Duplicati would not even start with these options.
fn blocked_options(options: &Options) -> Vec<Blocker> {
    let interval = options.policy.iter().find(|(_, pair)| !pair.passes_backup_check());
    let interval = interval.map(|(pair, _)| Blocker::IntervalNotBelowFrame { pair });
    let set: Vec<&str> = [
        ("keep-time", options.keep_time.is_some()),
        ("keep-versions", options.keep_versions > 0),
        ("retention-policy", !options.policy.pairs().is_empty()),
    ]
    .into_iter()
    .filter_map(|(name, is_set)| is_set.then_some(name))
    .collect();
    let combined = (set.len() > 1).then_some(Blocker::Combined { options: set });
    interval.into_iter().chain(combined).collect()
}
