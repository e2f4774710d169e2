//! What a plan would do that you must not miss.

use crate::advice::words::age;
use crate::clock::Utc;
use crate::history::{History, VersionNumber};
use crate::retention::{Plan, RetainedBecause};

/// Something about a plan that you must not miss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Danger {
    /// A short name that does not change, such as `only-partial-left`.
    pub id: &'static str,
    /// What would happen, in a sentence or two.
    pub message: String,
}

/// All dangers in a plan for this history.
pub fn dangers(history: &History, plan: &Plan, now: Utc) -> Vec<Danger> {
    let mut dangers = Vec::new();
    let mut add = |id, message: &str| dangers.push(Danger { id, message: message.to_owned() });
    let kept = plan.len() - plan.deleted_count();
    if kept > 0 && plan.kept().all(|version| history.backup(version).partial) {
        add(
            "only-partial-left",
            "Only partial backups would be left. A partial backup was stopped early and may lack \
             files.",
        );
    }
    match (plan.kept().next(), kept) {
        (None, _) if !plan.is_empty() => {
            add(
                "all-deleted",
                "Every version would be deleted, because allow-full-removal is set.",
            );
        }
        (Some(one), 1) if plan.len() > 1 => add(
            "all-but-one-deleted",
            &format!(
                "All versions but one would be deleted: only version {one} of {} would be left.",
                plan.len()
            ),
        ),
        _ => {}
    }
    if !plan.is_empty() {
        let newest = history.backup(VersionNumber::NEWEST).time;
        if newest > now {
            let ahead = age(newest.since(now));
            add(
                "newest-in-future",
                &format!(
                    "Version 0 lies {ahead} in the future. Duplicati refuses to back up until \
                     then, and the policy protects this version as the newest. Was the clock \
                     wrong? Is --now right?"
                ),
            );
        }
        if plan.decision(VersionNumber::NEWEST).deleted && kept > 0 {
            add(
                "newest-deleted",
                "Version 0, the newest, would be deleted although older versions are kept.",
            );
        }
    }
    let locked = plan.retained_because().filter_map(|(_, because)| match because {
        RetainedBecause::Locked { until } => Some(until),
        _ => None,
    });
    let (count, last) =
        locked.fold((0, Utc::MIN), |(count, last), until| (count + 1, last.max(until)));
    if count > 0 {
        let (versions, are) = if count == 1 { ("version", "is") } else { ("versions", "are") };
        add(
            "lock-retains",
            &format!(
                "{count} {versions} that the options would delete {are} kept for now by an object \
                 lock. The last lock ends on {last} UTC."
            ),
        );
    }
    dangers
}
