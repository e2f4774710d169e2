//! What to fear of a plan: the ends that nobody wanted.

use crate::advice::words::age;
use crate::clock::Utc;
use crate::history::{History, VersionNumber};
use crate::retention::{Plan, RetainedBecause};

/// Something about a plan that a person must not miss.
///
/// ```
/// let danger = duplicati_retention::advice::Danger { id: "all-deleted", message: "Every version would be deleted.".into() };
/// assert_eq!(danger.clone(), danger);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Danger {
    /// A short name that stays, such as `only-partial-left`.
    pub id: &'static str,
    /// What it is, in a sentence or two.
    pub message: String,
}

/// Everything alarming about a plan for this history; `now` is the present in UTC.
///
/// ```
/// use duplicati_retention::clock::Utc;
/// use duplicati_retention::history::{Backup, History};
/// use duplicati_retention::clock::Zone;
/// use duplicati_retention::{Release, advice::dangers, retention::{Options}};
///
/// let now = Utc::from_unix_seconds(1_795_424_400)?;
/// let stopped = Backup { partial: true, ..Backup::full(now) };
/// let history = History::new(vec![stopped, Backup::full(Utc::from_unix_seconds(0)?)], Zone::UTC);
/// let options = Options::parse([("retention-policy", "7D:1D")], Release::V2_3_0)?;
/// let plan = retention::plan(&history, &options, now)?;
/// let ids: Vec<_> = dangers(&history, &plan, now).iter().map(|danger| danger.id).collect();
/// assert_eq!(ids, ["only-partial-left", "all-but-one-deleted"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn dangers(history: &History, plan: &Plan, now: Utc) -> Vec<Danger> {
    let mut dangers = Vec::new();
    let mut add = |id, message: String| dangers.push(Danger { id, message });
    let stay = plan.len() - plan.deleted_count();
    if stay > 0 && plan.kept().all(|version| history.backup(version).partial) {
        add(
            "only-partial-left",
            "Only partial backups would be left. A partial backup was stopped before it was done and may lack files."
                .into(),
        );
    }
    match (plan.kept().next(), stay) {
        (None, _) if !plan.is_empty() => {
            add(
                "all-deleted",
                "Every version would be deleted: allow-full-removal lets that happen.".into(),
            );
        }
        (Some(one), 1) if plan.len() > 1 => add(
            "all-but-one-deleted",
            format!(
                "All versions but one would be deleted: of {}, only version {one} would be left.",
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
                format!(
                    "Version 0 lies {ahead} in the future. Duplicati refuses to back up until then, and the version that the \
                     policy spares as the newest is that one. Was the clock wrong, is --now right?"
                ),
            );
        }
        if plan.decision(VersionNumber::NEWEST).deleted && stay > 0 {
            add(
                "newest-deleted",
                "Version 0, the newest, would be deleted while older ones stay.".into(),
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
        let (versions, stay) = if count == 1 { ("version", "stays") } else { ("versions", "stay") };
        add(
            "lock-spares",
            format!(
                "{count} {versions} that the options delete {stay} for now, because of an object lock. \
                 The last lock ends {} UTC.",
                last
            ),
        );
    }
    dangers
}
