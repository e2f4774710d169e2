//! All options together: what `delete`, and every backup at its end, does.

pub(super) mod backup_set;
pub(super) mod plan_index;
mod policy;

use std::borrow::Cow;

pub use policy::{PolicyOutcome, apply};

use super::decision::RetainedBecause;
use super::options::Options;
use super::plan::{Answer, Blocker, Plan, PlanError};
use super::{keep_time, keep_versions};
use crate::clock::Utc;
use crate::history::History;
use backup_set::BackupSet;
use plan_index::PlanIndex;

/// What Duplicati would delete now, and why.
///
/// The [`engine`] decides, and the cost grows with what is kept;
/// [`reference::plan`](super::reference::plan) gives the same answer version by version.
///
/// `now` is the present in UTC, to the tick. It is the moment at which retention runs, which is the
/// end of a backup.
///
/// # Errors
/// [`PlanError`] if the whole operation fails in Duplicati. What Duplicati refuses to run with is
/// no error here, but stands in [`Plan::blockers`].
///
/// ```
/// use duplicati_retention::clock::Utc;
/// use duplicati_retention::history::{Backup, History};
/// use duplicati_retention::clock::Zone;
/// use duplicati_retention::{Release, retention::{Options}};
///
/// let day = |count: i64| Utc::from_unix_seconds(count * 86_400).unwrap();
/// let history = History::new((1..=5).map(|count| Backup::full(day(count))).collect(), Zone::UTC);
/// let options = Options::parse([("keep-versions", "2"), ("version", "0")], Release::V2_3_0)?;
/// let plan = retention::plan(&history, &options, day(6))?;
/// assert_eq!(plan.deletes().collect::<Vec<_>>(), [0, 3, 4]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn plan(history: &History, options: &Options, now: Utc) -> Result<Plan, PlanError> {
    let local_now = history.zone().to_local(now);
    let policy = policy::apply(&options.policy, history, local_now, options.allow_full_removal)?;
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
    if let Some(cut) = &keep_time {
        union.add(cut.deleted(history));
    }
    // keep-versions counts only what all the others left.
    let keep_versions =
        keep_versions::Cutoff::search(history, &union.deleted, options.keep_versions);
    if let Some(cut) = &keep_versions {
        union.add(cut.deleted(history).without(&union.deleted));
    }

    let Union { mut deleted, twice } = union;
    let mut retained_because = Vec::new();
    // The guard spares version 0, the newest by true time, whatever the local clock said.
    let all_go = || deleted.contains(history, 0) && deleted.count(history) == history.len();
    if !options.allow_full_removal && all_go() {
        retained_because.push((0, RetainedBecause::LastVersion));
    }
    // A lock is looked at last, so it spares a version but protects no other.
    if options.release.honours_locks() {
        let is_spared = |version| {
            retained_because.iter().any(|&(retained_because, _)| retained_because == version)
        };
        let holds = |&&(version, until): &&(usize, Utc)| {
            until > now && deleted.contains(history, history.place(version)) && !is_spared(version)
        };
        let locks = history.locks().iter().filter(holds);
        let locked: Vec<_> =
            locks.map(|&(version, until)| (version, RetainedBecause::Locked { until })).collect();
        retained_because.extend(locked);
    }
    if !retained_because.is_empty() {
        let versions = retained_because.iter().map(|&(version, _)| version..version + 1);
        deleted = Cow::Owned(deleted.without(&BackupSet::of_versions(history, versions)));
    }

    let mut blockers = blocked_options(options);
    blockers
        .extend(counted_twice(options, twice.versions(history).next().map(|range| range.start)));
    let mut same_times = history.same_times().iter().cloned().flatten();
    let same_time = same_times.find(|&version| deleted.contains(history, history.place(version)));
    blockers.extend(same_time.map(|version| Blocker::SameTime { version }));

    let deleted = match deleted {
        Cow::Owned(deleted) => Some(deleted),
        Cow::Borrowed(_) => None,
    };
    let named = options.versions.clone();
    let index = PlanIndex { policy, named, keep_time, keep_versions, retained_because, deleted };
    Ok(Plan { answer: Answer::PlanIndex(index), blockers, keep_time_bound })
}

/// What the options delete, one after the other; hardly ever is there more than one.
struct Union<'a> {
    deleted: Cow<'a, BackupSet>,
    /// What more than one deletes.
    twice: BackupSet,
}

impl Union<'_> {
    fn add(&mut self, runs: BackupSet) {
        if !runs.is_empty() {
            self.twice = self.twice.union(&self.deleted.intersection(&runs));
            self.deleted = Cow::Owned(self.deleted.union(&runs));
        }
    }
}

/// Why Duplicati would not even start with these options.
pub(super) fn blocked_options(options: &Options) -> Vec<Blocker> {
    let mut blockers = Vec::new();
    if let Some(pair) = options.policy.pairs().iter().position(|pair| !pair.passes_backup_check()) {
        blockers.push(Blocker::IntervalNotBelowFrame { pair });
    }
    let set: Vec<&str> = [
        ("keep-time", options.keep_time.is_some()),
        ("keep-versions", options.keep_versions > 0),
        ("retention-policy", !options.policy.pairs().is_empty()),
    ]
    .iter()
    .filter(|(_, is_set)| *is_set)
    .map(|&(name, _)| name)
    .collect();
    if set.len() > 1 {
        blockers.push(Blocker::Combined { options: set });
    }
    blockers
}

/// 2.1 fails on the first version that two options delete.
pub(super) fn counted_twice(options: &Options, first: Option<usize>) -> Option<Blocker> {
    first
        .filter(|_| options.release.counts_repeats())
        .map(|version| Blocker::CountedTwice { version })
}
