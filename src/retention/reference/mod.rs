//! The reference implementation: Duplicati's retention, step by step, in the plainest Rust.
//!
//! It is never optimised, and it is complete in itself: it shares types with the
//! [`engine`](super::engine), never code. So a bug in one of them shows when the two are
//! compared. Read it beside `docs/semantics.md`: `policy.rs` is clause 4; `keep_time.rs`,
//! `keep_versions.rs`, `removal.rs` and this file are clause 5; `blockers.rs` is what clause 3
//! refuses.

mod blockers;
mod keep_time;
mod keep_versions;
mod policy;
mod removal;

use std::cmp::Reverse;

pub use policy::{PolicyOutcome, apply};

use super::blocker::PlanError;
use super::decision::{Decision, Decisions};
use super::options::Options;
use crate::clock::{LocalDateTime, Utc};
use crate::history::{History, VersionNumber};

/// What Duplicati would delete now with all options, and why: what
/// [`retention::plan`](super::plan) answers, decided version by version.
///
/// `now` is the moment at which retention runs, in UTC, to the tick.
///
/// # Errors
/// [`PlanError`] if the whole operation fails in Duplicati.
///
/// ```
/// use duplicati_retention::Release;
/// use duplicati_retention::clock::{Utc, Zone};
/// use duplicati_retention::history::{Backup, History};
/// use duplicati_retention::retention::{self, Decisions, Options, reference};
///
/// let history = History::new(vec![Backup::full(Utc::MIN), Backup::full(Utc::MAX)], Zone::UTC);
/// let options = Options::parse([("retention-policy", "7D:1D")], Release::V2_3_0)?;
/// let decisions = reference::plan(&history, &options, Utc::MAX)?;
/// assert!(decisions.decisions[1].deleted);
/// assert_eq!(Decisions::from(&retention::plan(&history, &options, Utc::MAX)?), decisions);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn plan(history: &History, options: &Options, now: Utc) -> Result<Decisions, PlanError> {
    let local_now = history.zone().to_local(now);
    let policy = apply(&options.policy, history, local_now, options.allow_full_removal)?;
    let mut decisions: Vec<Decision> = policy
        .verdicts
        .iter()
        .enumerate()
        .map(|(version, &verdict)| Decision {
            deleted: false,
            policy: verdict,
            named: options.versions.contains(VersionNumber::new(version)),
            keep_time: None,
            keep_versions: None,
            retained_because: None,
        })
        .collect();

    // Newest first by local time; equal times stay in the order of their numbers.
    let mut by_local_time: Vec<VersionNumber> =
        (0..history.len()).map(VersionNumber::new).collect();
    by_local_time.sort_by_key(|&version| Reverse(history.local_time(version)));

    let keep_time_bound = match &options.keep_time {
        Some(keep_time) => {
            Some(keep_time.bound(local_now).map_err(|_| PlanError::KeepTimeOutOfRange)?)
        }
        None => None,
    };
    // The very first tick of time counts as "not set".
    if let Some(bound) = keep_time_bound.filter(|&bound| bound != LocalDateTime::MIN) {
        for (version, reason) in keep_time::apply(history, &by_local_time, bound) {
            decisions[version.get()].keep_time = Some(reason);
        }
    }

    // keep-versions counts only what all the others left.
    by_local_time.retain(|version| options_that_delete(&decisions[version.get()]) == 0);
    for (version, reason) in keep_versions::apply(history, &by_local_time, options.keep_versions) {
        decisions[version.get()].keep_versions = Some(reason);
    }

    let failure = removal::apply(history, options, now, &mut decisions);
    let blockers = blockers::blockers(options).into_iter().chain(failure).collect();
    Ok(Decisions { decisions, policy_deletes: policy.deletes, blockers, keep_time_bound })
}

/// How many options delete the version.
fn options_that_delete(decision: &Decision) -> usize {
    let each = [
        decision.named,
        !decision.policy.keeps(),
        decision.keep_time.is_some(),
        decision.keep_versions.is_some(),
    ];
    each.into_iter().filter(|&deletes| deletes).count()
}
