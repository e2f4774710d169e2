//! The fast decision: what the [`reference`](super::reference) answers, without a look at what is
//! deleted. The cost grows with what is kept.
//!
//! Start with [`plan()`](fn@plan), which puts all options together. Each of them deletes a set of
//! backups, a few runs of places (`backup_set.rs`); the retention policy is in `policy.rs`, and
//! what comes out is a [`Plan`].

mod backup_set;
mod keep_time;
mod keep_versions;
mod plan;
mod policy;
mod removal;

use std::borrow::Cow;

pub use plan::{Plan, Tally};
pub use policy::{PolicyOutcome, apply};

use super::blocker::{Blocker, PlanError};
use super::options::Options;
use crate::clock::Utc;
use crate::history::History;
use backup_set::BackupSet;
use removal::{Removal, Union};

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

    let mut union = Union::new(policy.deleted(), options.release.counts_repeats());
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

    let Removal { deleted, retained_because, failure } = Removal::of(union, history, options, now);
    let mut blockers = blocked_options(options);
    blockers.extend(failure);
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

/// The plan of a run that takes place. Where [`plan()`](fn@plan) has no answer the run makes its
/// version and fails: nothing is deleted, and [`Plan::blockers`] say why.
pub fn plan_of_run(history: &History, options: &Options, now: Utc) -> Plan {
    plan(history, options, now).unwrap_or_else(|error| {
        let mut blockers = blocked_options(options);
        blockers.push(Blocker::CannotDecide { error });
        Plan {
            policy: PolicyOutcome::of_no_policy(history, history.zone().to_local(now)),
            named: Default::default(),
            keep_time: None,
            keep_versions: None,
            retained_because: Vec::new(),
            deleted: None,
            blockers,
            keep_time_bound: None,
        }
    })
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
