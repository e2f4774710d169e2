//! From what the options say to what is deleted: the guard of the last version, locks, and the
//! database, which may fail.
//!
//! All of it is told from the few versions that are special: what two options delete, locks, times
//! that several versions have, and versions that are recorded at another time than theirs.

use std::borrow::Cow;
use std::ops::Range;

use super::backup_set::BackupSet;
use crate::clock::Utc;
use crate::history::{History, LocalIndex, VersionNumber};
use crate::retention::blocker::Blocker;
use crate::retention::decision::RetainedBecause;
use crate::retention::options::Options;

/// What the options delete, added one after the other; mostly only one is set.
pub(super) struct Union<'a> {
    pub(super) deleted: Cow<'a, BackupSet>,
    /// What each option deletes, if a version that two of them delete counts twice.
    each: Option<Vec<BackupSet>>,
}

impl<'a> Union<'a> {
    pub(super) fn new(first: &'a BackupSet, counts_repeats: bool) -> Union<'a> {
        let each = counts_repeats.then(|| vec![first.clone()]);
        Union { deleted: Cow::Borrowed(first), each }
    }

    pub(super) fn add(&mut self, set: BackupSet) {
        if set.is_empty() {
            return;
        }
        self.deleted = Cow::Owned(self.deleted.union(&set));
        if let Some(each) = &mut self.each {
            each.push(set);
        }
    }

    /// How many options delete a version, beyond the first.
    fn repeats_of(&self, history: &History, version: VersionNumber) -> usize {
        let place = history.place(version);
        let each = self.each.iter().flatten();
        each.filter(|set| set.contains(history, place)).count().saturating_sub(1)
    }
}

/// What is deleted in the end.
pub(super) struct Removal<'a> {
    pub(super) deleted: Cow<'a, BackupSet>,
    /// By version, in order.
    pub(super) retained_because: Vec<(VersionNumber, RetainedBecause)>,
    pub(super) failure: Option<Blocker>,
}

impl<'a> Removal<'a> {
    pub(super) fn of(
        union: Union<'a>,
        history: &History,
        options: &Options,
        now: Utc,
    ) -> Removal<'a> {
        // By how much the list of what is to be deleted is longer than its versions are many.
        let count = |set: &BackupSet| set.count(history);
        let listed: Option<usize> = union.each.as_ref().map(|each| each.iter().map(count).sum());
        let mut surplus = listed.map_or(0, |listed| listed - union.deleted.count(history));

        let mut retained_because = Vec::new();
        // The guard takes the first out of the list, which may be a repeat.
        let mut taken_repeat = None;
        let guards = !options.allow_full_removal;
        let first = if guards { first_if_as_many(&union.deleted, history, surplus) } else { None };
        if let Some(first) = first {
            if union.repeats_of(history, first) > 0 {
                surplus -= 1;
                taken_repeat = Some(first);
            } else {
                retained_because.push((first, RetainedBecause::LastVersion));
            }
        }
        // A lock is looked at last, so it retains a version but protects no other.
        if options.release.honours_locks() {
            let guarded = retained_because.first().map(|&(version, _)| version);
            let is_listed = |version| {
                union.deleted.contains(history, history.place(version)) && guarded != Some(version)
            };
            retain_by_time(history, now, is_listed, &mut retained_because);
        }

        let Union { mut deleted, each } = union;
        if !retained_because.is_empty() {
            let versions = retained_because.iter().map(|&(version, _)| version..version.older());
            deleted = Cow::Owned(deleted.without(&BackupSet::of_versions(history, versions)));
        }
        let mut failure = Unequal::of(history, &deleted).failure(surplus);
        if surplus > 0 && failure.is_some() {
            let union = Union { deleted: Cow::Borrowed(&deleted), each };
            let is_left = |&version: &VersionNumber| {
                union.repeats_of(history, version) > usize::from(taken_repeat == Some(version))
            };
            let mut versions = union.deleted.versions(history).flat_map(VersionNumber::each);
            failure = versions.find(is_left).map(|version| Blocker::CountedTwice { version });
        }
        Removal { deleted, retained_because, failure }
    }
}

/// The newest of the set, if the set and what the list has beyond it are as many as there are
/// versions.
fn first_if_as_many(set: &BackupSet, history: &History, surplus: usize) -> Option<VersionNumber> {
    // Without repeats that is the whole history, which is mostly told by one version. To count the
    // full ones among many partial ones takes longer than to decide.
    let lacks_newest = surplus == 0 && !set.contains(history, LocalIndex::NEWEST);
    if lacks_newest || set.count(history) + surplus != history.len() {
        return None;
    }
    set.versions(history).next().map(|range| range.start)
}

/// Adds what is retained by the lock that is found for its recorded time, or because nothing is
/// found.
fn retain_by_time(
    history: &History,
    now: Utc,
    is_listed: impl Fn(VersionNumber) -> bool,
    retained_because: &mut Vec<(VersionNumber, RetainedBecause)>,
) {
    for &(version, until) in history.locks() {
        let twins = history.twins(version);
        // The first one of a time answers for all.
        if until > now && twins.start == version && !history.is_misrecorded(version) {
            let because = RetainedBecause::Locked { until };
            let listed = VersionNumber::each(twins).filter(|&version| is_listed(version));
            retained_because.extend(listed.map(|version| (version, because)));
        }
    }
    for &(version, time) in history.misrecorded() {
        if !is_listed(version) {
            continue;
        }
        let found = history.with_time(time);
        let lock = || history.backup(found.start).locked_until.filter(|&until| until > now);
        let because = match found.is_empty() {
            true => Some(RetainedBecause::NotFound),
            false => lock().map(|until| RetainedBecause::Locked { until }),
        };
        retained_because.extend(because.map(|because| (version, because)));
    }
    retained_because.sort_unstable_by_key(|&(version, _)| version);
}

/// The times of which the database has more or fewer versions than are to be deleted.
#[derive(Default)]
struct Unequal {
    /// How many more it has, of all times.
    missing: isize,
    /// The first version to be deleted of such a time.
    first: Option<VersionNumber>,
}

impl Unequal {
    fn of(history: &History, deleted: &BackupSet) -> Unequal {
        let mut unequal = Unequal::default();
        if deleted.is_empty() {
            return unequal;
        }
        let is_deleted =
            |version: &VersionNumber| deleted.contains(history, history.place(*version));
        let own = |found: &Range<VersionNumber>| {
            let are_listed = !history.is_misrecorded(found.start);
            VersionNumber::each(found.clone())
                .filter(move |version| are_listed && is_deleted(version))
        };
        // Those that are recorded at one time stand together. Few zones have any.
        let mut seen = Vec::new();
        for of_one_time in history.misrecorded().chunk_by(|one, other| one.1 == other.1) {
            let listed = of_one_time.iter().map(|&(version, _)| version).filter(is_deleted);
            let found = history.with_time(of_one_time[0].1);
            if listed.clone().next().is_some() {
                unequal.add(&found, own(&found).chain(listed));
                // An empty range may begin where others of one time do.
                seen.extend((!found.is_empty()).then_some(found.start));
            }
        }
        for twins in history.same_times() {
            if !seen.contains(&twins.start) {
                unequal.add(twins, own(twins));
            }
        }
        unequal
    }

    /// Compares the versions of a time with those that are to be deleted by it.
    fn add(&mut self, found: &Range<VersionNumber>, listed: impl Iterator<Item = VersionNumber>) {
        let (mut count, mut first) = (0, None);
        for version in listed {
            count += 1;
            first = first.into_iter().chain([version]).min();
        }
        let rows = VersionNumber::count(found);
        if count > 0 && count != rows {
            self.missing += rows as isize - count as isize;
            self.first = self.first.into_iter().chain(first).min();
        }
    }

    /// Why the deletion fails, if the list is so much longer than its versions are many.
    fn failure(&self, surplus: usize) -> Option<Blocker> {
        (self.missing != surplus as isize)
            .then(|| Blocker::SameTime { version: self.first.unwrap_or(VersionNumber::NEWEST) })
    }
}
