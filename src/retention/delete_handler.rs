//! All options together: what `delete`, and every backup at its end, does.

use std::cmp::Reverse;

use super::options::Options;
use super::plan::{Decision, Plan, PlanError, Refusal, Spared};
use super::{keep_time, keep_versions, reference};
use crate::dotnet::DateTime;
use crate::history::History;

/// What Duplicati would delete now, and why.
///
/// `now` is the present in UTC, to the tick. It is the moment at which retention runs, which is the end of a backup.
///
/// # Errors
/// [`PlanError`] if the whole operation fails in Duplicati. What Duplicati refuses to run with is no error here, but stands in
/// [`Plan::refusals`].
///
/// ```
/// use duplicati_retention::dotnet::DateTime;
/// use duplicati_retention::history::{Backup, History, Zone};
/// use duplicati_retention::{Release, retention::{Options, delete_handler}};
///
/// let day = |count: i64| DateTime::from_unix_seconds(count * 86_400).unwrap();
/// let history = History::new((1..=5).map(|count| Backup::full(day(count))).collect(), Zone::UTC);
/// let options = Options::parse([("keep-versions", "2"), ("version", "0")], Release::V2_3_0)?;
/// let plan = delete_handler::plan(&history, &options, day(6))?;
/// assert_eq!(plan.deletes().collect::<Vec<_>>(), [0, 3, 4]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn plan(history: &History, options: &Options, now: DateTime) -> Result<Plan, PlanError> {
    let wall_now = history.zone().to_wall(now);
    let mut by_wall: Vec<usize> = (0..history.len()).collect();
    by_wall.sort_by_key(|&version| Reverse(history.wall(version)));

    let policy = reference::apply(&options.policy, history, wall_now, options.allow_full_removal)?;
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
            spared: None,
        })
        .collect();

    let keep_time_bound = match &options.keep_time {
        Some(keep_time) => Some(keep_time.bound(wall_now).map_err(|_| PlanError::KeepTimeOutOfRange)?),
        None => None,
    };
    // The very first tick of time counts as "not set".
    if let Some(bound) = keep_time_bound.filter(|&bound| bound > DateTime::MIN) {
        for (version, reason) in keep_time::apply(history, &by_wall, bound) {
            decisions[version].keep_time = Some(reason);
        }
    }

    // keep-versions counts only what all the others left.
    by_wall.retain(|&version| !decisions[version].is_named_by_an_option());
    for (version, reason) in keep_versions::apply(history, &by_wall, options.keep_versions) {
        decisions[version].keep_versions = Some(reason);
    }

    for decision in &mut decisions {
        decision.deleted = decision.is_named_by_an_option();
    }
    // The guard spares version 0, the newest by true time, whatever the wall clock said.
    let all_go = decisions.iter().all(|decision| decision.deleted);
    if let Some(newest) = decisions.first_mut().filter(|_| all_go && !options.allow_full_removal) {
        newest.spare(Spared::LastVersion);
    }
    // A lock is looked at last, so it spares a version but protects no other.
    if options.release.honours_locks() {
        for (decision, backup) in decisions.iter_mut().zip(history.backups()) {
            if let Some(until) = backup.locked_until.filter(|&until| until > now && decision.deleted) {
                decision.spare(Spared::Locked { until });
            }
        }
    }
    let refusals = refusals(history, options, &decisions);
    Ok(Plan { decisions, policy_deletes: policy.deletes, refusals, keep_time_bound })
}

impl Decision {
    fn is_named_by_an_option(&self) -> bool {
        self.times_named() > 0
    }

    /// How many options delete the version.
    fn times_named(&self) -> usize {
        let named =
            [self.named, !self.policy.keeps(), self.keep_time.is_some(), self.keep_versions.is_some()];
        named.iter().filter(|&&by_it| by_it).count()
    }

    fn spare(&mut self, why: Spared) {
        self.deleted = false;
        self.spared = Some(why);
    }
}

/// Why Duplicati would not carry the decisions out.
fn refusals(history: &History, options: &Options, decisions: &[Decision]) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if let Some(pair) = options.policy.pairs().iter().position(|pair| !pair.passes_backup_check()) {
        refusals.push(Refusal::IntervalNotBelowFrame { pair });
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
        refusals.push(Refusal::Combined { options: set });
    }
    let twice = decisions.iter().position(|decision| decision.times_named() > 1);
    if let Some(version) = twice.filter(|_| options.release.counts_repeats()) {
        refusals.push(Refusal::CountedTwice { version });
    }
    let time = |version: usize| history.backups().get(version).map(|backup| backup.time);
    let shares_time = |version: usize| {
        // Versions are in the order of their times, so the same time stands beside.
        time(version + 1) == time(version) || (version > 0 && time(version - 1) == time(version))
    };
    if let Some(version) = (0..decisions.len()).find(|&v| decisions[v].deleted && shares_time(v)) {
        refusals.push(Refusal::SameTime { version });
    }
    refusals
}
