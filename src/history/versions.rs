//! The versions of a job, laid out so that a decision reads little of them.
//!
//! Each property has a list of its own, so a search through times touches nothing but times. What
//! few versions have (being partial, a lock, a time that another one has too, a place by local time
//! that is not their number) is a short list.

use std::ops::Range;
use std::sync::Arc;

use super::local_order::{LocalOrder, Stretch};
use super::misrecorded::misrecorded;
use super::sort::{self, Sorted};
use super::{Backup, LocalIndex, VersionNumber};
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::gallop;

/// All versions of a job, newest first by true time, which is how Duplicati numbers them.
///
/// A clone shares the versions, and costs nothing.
///
/// ```
/// use duplicati_retention::history::{Backup, History, VersionNumber};
/// use duplicati_retention::clock::{Utc, Zone};
/// let at = |seconds| Utc::from_unix_seconds(seconds).map(Backup::full);
/// let history = History::new(vec![at(0)?, at(86_400)?], "Europe/Berlin".parse()?);
/// let newest = VersionNumber::NEWEST;
/// assert_eq!(history.backup(newest).time.to_string(), "1970-01-02 00:00:00");
/// assert_eq!(history.local_time(newest).to_string(), "1970-01-02 01:00:00");
/// assert_eq!(history.iter().nth(1), history.get(VersionNumber::new(1)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct History {
    versions: Arc<Versions>,
}

/// A *version* is a number, newest first by true time; a *place* is one in the order newest first
/// by local time.
#[derive(Debug)]
struct Versions {
    zone: Zone,
    /// By version.
    times: Vec<Utc>,
    /// By place, so newest first.
    local_times: Vec<LocalDateTime>,
    /// By place.
    is_partial: Vec<bool>,
    /// The places of the partial ones, in order.
    partial_places: Vec<LocalIndex>,
    /// The locks, by version, in order.
    locks: Vec<(VersionNumber, Utc)>,
    /// The versions of each time that several have.
    same_times: Vec<Range<VersionNumber>>,
    /// Those that Duplicati records at another time, with that time, by version, in order.
    misrecorded: Vec<(VersionNumber, Utc)>,
    order: LocalOrder,
}

impl History {
    /// The history of these backups, in any order, on a machine in this time zone. Equal times keep
    /// their order.
    pub fn new(backups: Vec<Backup>, zone: Zone) -> Self {
        let Sorted { times, partial, locks } = sort::newest_first(backups);
        let same_times = same_times(&times);
        let mut local_times = zone.all_to_local(&times);
        let misrecorded = misrecorded(zone, &times, &local_times);
        let order = LocalOrder::sort(&mut local_times);
        let mut partial_places: Vec<LocalIndex> =
            partial.into_iter().map(|version| order.place(version)).collect();
        partial_places.sort_unstable();
        let mut is_partial = vec![false; times.len()];
        for place in &partial_places {
            is_partial[place.get()] = true;
        }
        let versions = Versions {
            zone,
            times,
            local_times,
            is_partial,
            partial_places,
            locks,
            same_times,
            misrecorded,
            order,
        };
        History { versions: Arc::new(versions) }
    }

    /// How many versions there are.
    pub fn len(&self) -> usize {
        self.versions.times.len()
    }

    /// Whether there is no version at all.
    pub fn is_empty(&self) -> bool {
        self.versions.times.is_empty()
    }

    /// The version of this number, if there is one.
    pub fn get(&self, version: VersionNumber) -> Option<Backup> {
        (version.get() < self.len()).then(|| self.backup(version))
    }

    /// The version of this number. Panics if there is no such version.
    pub fn backup(&self, version: VersionNumber) -> Backup {
        let Versions { times, locks, .. } = &*self.versions;
        let lock = locks.binary_search_by_key(&version, |&(version, _)| version);
        Backup {
            time: times[version.get()],
            partial: self.is_partial_at(self.place(version)),
            locked_until: lock.ok().map(|index| locks[index].1),
        }
    }

    /// All numbers, newest first.
    pub fn versions(
        &self,
    ) -> impl ExactSizeIterator<Item = VersionNumber> + DoubleEndedIterator + Clone + use<> {
        (0..self.len()).map(VersionNumber::new)
    }

    /// All versions, in the order of their numbers: newest first.
    pub fn iter(
        &self,
    ) -> impl ExactSizeIterator<Item = Backup> + DoubleEndedIterator + Clone + use<'_> {
        self.versions().map(|version| self.backup(version))
    }

    /// What the local clock showed when this version started. Panics if there is no such version.
    pub fn local_time(&self, version: VersionNumber) -> LocalDateTime {
        self.local_time_at(self.place(version))
    }

    /// The time zone of the machine that Duplicati runs on.
    pub fn zone(&self) -> Zone {
        self.versions.zone
    }

    /// What the local clock showed at each place, newest first.
    pub(crate) fn local_times(&self) -> &[LocalDateTime] {
        &self.versions.local_times
    }

    /// What the local clock showed at this place.
    pub(crate) fn local_time_at(&self, place: LocalIndex) -> LocalDateTime {
        self.versions.local_times[place.get()]
    }

    /// The place behind the oldest.
    pub(crate) fn local_end(&self) -> LocalIndex {
        LocalIndex::new(self.len())
    }

    /// The version at a place.
    pub(crate) fn version(&self, place: LocalIndex) -> VersionNumber {
        self.versions.order.version(place)
    }

    /// The place of a version.
    pub(crate) fn place(&self, version: VersionNumber) -> LocalIndex {
        self.versions.order.place(version)
    }

    /// All versions as stretches, in order and without a gap: those in which versions stand at the
    /// places of their own numbers, and those in which they do not.
    pub(crate) fn stretches(&self) -> impl Iterator<Item = Stretch> {
        self.versions.order.stretches(self.len())
    }

    /// Whether the backup at this place is partial.
    pub(crate) fn is_partial_at(&self, place: LocalIndex) -> bool {
        self.versions.is_partial[place.get()]
    }

    /// The places of the partial backups among these places, in order.
    pub(crate) fn partial_places(&self, places: &Range<LocalIndex>) -> &[LocalIndex] {
        let all = &self.versions.partial_places;
        let start = all.partition_point(|&place| place < places.start);
        let end = gallop::from_start(start..all.len(), |index| all[index] < places.end);
        &all[start..end]
    }

    /// The full backup at this place, or the nearest newer one.
    pub(crate) fn full_at_or_newer(&self, place: LocalIndex) -> Option<LocalIndex> {
        if !self.is_partial_at(place) {
            return Some(place);
        }
        let all = &self.versions.partial_places;
        let index = all.partition_point(|&partial| partial < place);
        // In a row of partial ones the places grow as the index does, so that much further back
        // the row starts.
        let is_before_row = |other: usize| all[other].get() - other < place.get() - index;
        let row_start = all[gallop::from_end(0..index, is_before_row)];
        (row_start > LocalIndex::NEWEST).then(|| row_start.newer())
    }

    /// The place behind the newest full backup of all, by local time; without one, the end.
    pub(crate) fn behind_newest_full(&self) -> LocalIndex {
        let all = &self.versions.partial_places;
        // Partial ones before any full one stand at the places 0, 1, 2 …
        let newest_full = gallop::from_start(0..all.len(), |place| all[place].get() == place);
        LocalIndex::new(newest_full + 1).min(self.local_end())
    }

    /// How many full backups stand before this place.
    pub(crate) fn full_before(&self, place: LocalIndex) -> usize {
        place.get() - self.versions.partial_places.partition_point(|&partial| partial < place)
    }

    /// The full backup that has `count` full ones before it; there must be one.
    pub(crate) fn nth_full(&self, count: usize) -> LocalIndex {
        let all = &self.versions.partial_places;
        // The number of full ones before a partial one only ever grows.
        let full_before = |partial: usize| all[partial].get() - partial;
        let partial = gallop::from_start(0..all.len(), |partial| full_before(partial) <= count);
        LocalIndex::new(count + partial)
    }

    /// Each version's lock, in the order of versions.
    pub(crate) fn locks(&self) -> &[(VersionNumber, Utc)] {
        &self.versions.locks
    }

    /// The versions of each time that several have, in order.
    pub(crate) fn same_times(&self) -> &[Range<VersionNumber>] {
        &self.versions.same_times
    }

    /// The versions whose recorded time is not their time, with that time, in the order of
    /// versions.
    pub(crate) fn misrecorded(&self) -> &[(VersionNumber, Utc)] {
        &self.versions.misrecorded
    }

    /// Whether a version's recorded time is not its time.
    pub(crate) fn is_misrecorded(&self, version: VersionNumber) -> bool {
        let all = &self.versions.misrecorded;
        all.binary_search_by_key(&version, |&(version, _)| version).is_ok()
    }

    /// The versions with the time of this one.
    pub(crate) fn twins(&self, version: VersionNumber) -> Range<VersionNumber> {
        let all = &self.versions.same_times;
        let index = all.partition_point(|twins| twins.end <= version);
        let twins = all.get(index).filter(|twins| twins.contains(&version));
        twins.map_or(version..version.older(), Range::clone)
    }

    /// The versions of this time.
    pub(crate) fn with_time(&self, time: Utc) -> Range<VersionNumber> {
        let times = &self.versions.times;
        let start = times.partition_point(|&other| other > time);
        let end = start + times[start..].partition_point(|&other| other == time);
        VersionNumber::new(start)..VersionNumber::new(end)
    }
}

/// The versions of each time that several have.
fn same_times(times: &[Utc]) -> Vec<Range<VersionNumber>> {
    let mut same: Vec<Range<VersionNumber>> = Vec::new();
    for (newer, two) in times.windows(2).enumerate() {
        if two[0] == two[1] {
            let newer = VersionNumber::new(newer);
            let older = newer.older();
            match same.last_mut() {
                Some(last) if last.end == older => last.end = older.older(),
                _ => same.push(newer..older.older()),
            }
        }
    }
    same
}
