//! From what the options say to what is deleted: the guard of the last version, locks, and the
//! database, which may fail.

use std::collections::BTreeMap;

use super::options_that_delete;
use crate::clock::Utc;
use crate::history::{Backup, History, VersionNumber};
use crate::retention::blocker::Blocker;
use crate::retention::decision::{Decision, RetainedBecause};
use crate::retention::options::Options;

/// Sets for each version whether it is deleted, and tells whether deleting fails.
pub(super) fn apply(
    history: &History,
    options: &Options,
    now: Utc,
    decisions: &mut [Decision],
) -> Option<Blocker> {
    // The list of what is to be deleted, newest first. 2.1 keeps repeats in it.
    let mut list: Vec<VersionNumber> = Vec::new();
    for version in history.versions() {
        let by = options_that_delete(&decisions[version.get()]);
        let times = if options.release.counts_repeats() { by } else { by.min(1) };
        list.extend(std::iter::repeat_n(version, times));
    }

    // The guard compares the length of the list, and takes its first entry out. If that was a
    // repeat, the version is still to be deleted.
    if !options.allow_full_removal && !list.is_empty() && list.len() == history.len() {
        let first = list.remove(0);
        if !list.contains(&first) {
            decisions[first.get()].retained_because = Some(RetainedBecause::LastVersion);
        }
    }

    // A lock is looked at after the guard, so it retains a version but protects no other. It is
    // looked up by the recorded time: the first version of that time answers for all.
    let database = Database::of(history);
    if options.release.honours_locks() {
        list.retain(|&version| {
            let because = match database.of_time(recorded(history, version)).first() {
                None => Some(RetainedBecause::NotFound),
                Some(first) => first
                    .locked_until
                    .filter(|&until| until > now)
                    .map(|until| RetainedBecause::Locked { until }),
            };
            if because.is_some() {
                decisions[version.get()].retained_because = because;
            }
            because.is_none()
        });
    }

    for &version in &list {
        decisions[version.get()].deleted = true;
    }
    failure(history, &database, &list)
}

/// Duplicati's database, which tells versions apart by their time.
struct Database(BTreeMap<Utc, Vec<Backup>>);

impl Database {
    fn of(history: &History) -> Database {
        let mut database = BTreeMap::new();
        for backup in history.iter() {
            database.entry(backup.time).or_insert_with(Vec::new).push(backup);
        }
        Database(database)
    }

    /// The versions of this time, in the order of their numbers.
    fn of_time(&self, time: Utc) -> &[Backup] {
        self.0.get(&time).map_or(&[], Vec::as_slice)
    }
}

/// The database deletes every version of the recorded times, and fails unless those are as many as
/// are on the list.
fn failure(history: &History, database: &Database, list: &[VersionNumber]) -> Option<Blocker> {
    // How often each time is on the list.
    let mut listed: BTreeMap<Utc, usize> = BTreeMap::new();
    for &version in list {
        *listed.entry(recorded(history, version)).or_default() += 1;
    }
    let rows: usize = listed.keys().map(|&time| database.of_time(time).len()).sum();
    if rows == list.len() {
        return None;
    }
    let repeated = list.windows(2).find(|two| two[0] == two[1]);
    if let Some(two) = repeated {
        return Some(Blocker::CountedTwice { version: two[0] });
    }
    let differs = |version: &&VersionNumber| {
        let time = recorded(history, **version);
        database.of_time(time).len() != listed[&time]
    };
    list.iter().find(differs).map(|&version| Blocker::SameTime { version })
}

/// The time that Duplicati has for a version after its way through local time.
fn recorded(history: &History, version: VersionNumber) -> Utc {
    history.zone().recorded(history.backup(version).time)
}
