//! The versions of a job, laid out so that a decision reads little of them.
//!
//! Each property has a list of its own, so a search through times touches nothing but times. What
//! few versions have (being partial, a lock, a time that another one has too, a place by local time
//! that is not their number) is a short list.

use std::ops::Range;
use std::sync::Arc;

use super::Backup;
use super::local_order::LocalOrder;
use super::sort::{self, Sorted};
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::gallop;

/// All versions of a job, newest first by true time; the place in the list is Duplicati's version
/// number.
///
/// A clone shares the versions, and costs nothing.
///
/// ```
/// use duplicati_retention::clock::Utc;
/// use duplicati_retention::history::{Backup, History};
/// use duplicati_retention::clock::Zone;
/// let at = |seconds| Utc::from_unix_seconds(seconds).map(Backup::full);
/// let history = History::new(vec![at(0)?, at(86_400)?], "Europe/Berlin".parse()?);
/// assert_eq!(history.backup(0).time.to_string(), "1970-01-02 00:00:00");
/// assert_eq!(history.local_time(0).to_string(), "1970-01-02 01:00:00");
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
    partial_places: Vec<usize>,
    /// The locks, by version, in order.
    locks: Vec<(usize, Utc)>,
    /// The versions of each time that several have.
    same_times: Vec<Range<usize>>,
    order: LocalOrder,
}

impl History {
    /// The history of these backups, in any order, on a machine in this time zone. Equal times keep
    /// their order.
    ///
    /// ```
    /// # use duplicati_retention::history::History;
    /// # use duplicati_retention::clock::Zone;
    /// assert!(History::new(vec![], Zone::UTC).is_empty());
    /// ```
    pub fn new(backups: Vec<Backup>, zone: Zone) -> Self {
        let Sorted { times, partial, locks } = sort::newest_first(backups);
        let same_times = same_times(&times);
        let mut local_times = zone.all_to_local(&times);
        let order = LocalOrder::sort(&mut local_times);
        let mut partial_places: Vec<usize> =
            partial.into_iter().map(|version| order.place(version)).collect();
        partial_places.sort_unstable();
        let mut is_partial = vec![false; times.len()];
        for &place in &partial_places {
            is_partial[place] = true;
        }
        let versions = Versions {
            zone,
            times,
            local_times,
            is_partial,
            partial_places,
            locks,
            same_times,
            order,
        };
        History { versions: Arc::new(versions) }
    }

    /// How many versions there are.
    ///
    /// ```
    /// # use duplicati_retention::history::History;
    /// # use duplicati_retention::clock::Zone;
    /// assert_eq!(History::new(vec![], Zone::UTC).len(), 0);
    /// ```
    pub fn len(&self) -> usize {
        self.versions.times.len()
    }

    /// Whether there is no version at all.
    ///
    /// ```
    /// # use duplicati_retention::history::History;
    /// # use duplicati_retention::clock::Zone;
    /// assert!(History::new(vec![], Zone::UTC).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.versions.times.is_empty()
    }

    /// The version of this number. Panics if there is none: numbers come from this history.
    ///
    /// ```
    /// # use duplicati_retention::{history::{Backup, History}, clock::{Utc, Zone}};
    /// let history = History::new(vec![Backup::full(Utc::MIN)], Zone::UTC);
    /// assert_eq!(history.backup(0).time, Utc::MIN);
    /// ```
    pub fn backup(&self, version: usize) -> Backup {
        let Versions { times, is_partial, locks, .. } = &*self.versions;
        let lock = locks.binary_search_by_key(&version, |&(version, _)| version);
        Backup {
            time: times[version],
            partial: is_partial[self.place(version)],
            locked_until: lock.ok().map(|index| locks[index].1),
        }
    }

    /// All versions, in the order of their numbers: newest first.
    ///
    /// ```
    /// # use duplicati_retention::{history::{Backup, History}, clock::{Utc, Zone}};
    /// let history = History::new(vec![Backup::full(Utc::MIN)], Zone::UTC);
    /// assert_eq!(history.backups().len(), 1);
    /// assert!(history.backups().iter().all(|backup| backup.time == Utc::MIN));
    /// ```
    pub const fn backups(&self) -> Backups<'_> {
        Backups { history: self }
    }

    /// What the local clock showed when this version started. Panics if there is no such version.
    ///
    /// ```
    /// # use duplicati_retention::{history::{Backup, History}, clock::{Utc, Zone}};
    /// let history = History::new(vec![Backup::full(Utc::MIN)], Zone::UTC);
    /// assert_eq!(history.local_time(0), Utc::MIN);
    /// ```
    pub fn local_time(&self, version: usize) -> LocalDateTime {
        self.versions.local_times[self.place(version)]
    }

    /// The time zone of the machine that Duplicati runs on.
    ///
    /// ```
    /// # use duplicati_retention::history::History;
    /// # use duplicati_retention::clock::Zone;
    /// assert_eq!(History::new(vec![], Zone::UTC).zone().name(), "UTC");
    /// ```
    pub fn zone(&self) -> Zone {
        self.versions.zone
    }

    /// What the local clock showed at each place, newest first.
    pub(crate) fn local_times(&self) -> &[LocalDateTime] {
        &self.versions.local_times
    }

    /// The version at a place.
    pub(crate) fn version(&self, place: usize) -> usize {
        self.versions.order.version(place)
    }

    /// The place of a version.
    pub(crate) fn place(&self, version: usize) -> usize {
        self.versions.order.place(version)
    }

    /// Stretches of versions, in order and without a gap, and of each whether their places are not
    /// their numbers. As a set the places are the same numbers all the same.
    pub(crate) fn stretches(&self) -> impl Iterator<Item = (Range<usize>, bool)> {
        self.versions.order.stretches(self.len())
    }

    /// Whether the backup at this place is partial.
    pub(crate) fn is_partial_at(&self, place: usize) -> bool {
        self.versions.is_partial[place]
    }

    /// The places of the partial backups among these places, in order.
    pub(crate) fn partial_places(&self, places: &Range<usize>) -> &[usize] {
        let all = &self.versions.partial_places;
        let start = all.partition_point(|&place| place < places.start);
        let end = gallop::from_start(start..all.len(), |index| all[index] < places.end);
        &all[start..end]
    }

    /// The full backup at this place, or the nearest newer one.
    pub(crate) fn full_at_or_newer(&self, place: usize) -> Option<usize> {
        if !self.is_partial_at(place) {
            return Some(place);
        }
        // In a row of partial ones each place is as much further as its index, so the row's start
        // is index for.
        let all = &self.versions.partial_places;
        let index = all.partition_point(|&partial| partial < place);
        let is_before_row = |other: usize| all[other] - other < place - index;
        let row_start = gallop::from_end(0..index, is_before_row);
        all[row_start].checked_sub(1)
    }

    /// The newest full backup of all, by local time.
    pub(crate) fn newest_full(&self) -> Option<usize> {
        let all = &self.versions.partial_places;
        // Partial ones before any full one stand at the places 0, 1, 2 …
        let place = gallop::from_start(0..all.len(), |place| all[place] == place);
        (place < self.len()).then_some(place)
    }

    /// How many full backups stand before this place.
    pub(crate) fn full_before(&self, place: usize) -> usize {
        place - self.versions.partial_places.partition_point(|&partial| partial < place)
    }

    /// The place of the full backup that has so many full ones before it; there must be one.
    pub(crate) fn nth_full(&self, index: usize) -> usize {
        let all = &self.versions.partial_places;
        // So many full ones stand before each partial one, and that only ever grows.
        let full_before = |partial: usize| all[partial] - partial;
        index + gallop::from_start(0..all.len(), |partial| full_before(partial) <= index)
    }

    /// Each version's lock, in the order of versions.
    pub(crate) fn locks(&self) -> &[(usize, Utc)] {
        &self.versions.locks
    }

    /// The versions of each time that several have, in order.
    pub(crate) fn same_times(&self) -> &[Range<usize>] {
        &self.versions.same_times
    }
}

/// The stretches of equal times that are longer than one.
fn same_times(times: &[Utc]) -> Vec<Range<usize>> {
    let mut same: Vec<Range<usize>> = Vec::new();
    for version in 1..times.len() {
        if times[version] == times[version - 1] {
            match same.last_mut() {
                Some(last) if last.end == version => last.end = version + 1,
                _ => same.push(version - 1..version + 1),
            }
        }
    }
    same
}

/// All versions of a [`History`], newest first by true time. The places are their numbers.
///
/// ```
/// use duplicati_retention::{history::{Backup, History}, clock::{Utc, Zone}};
/// let history = History::new(vec![Backup::full(Utc::MIN), Backup::full(Utc::MAX)], Zone::UTC);
/// assert_eq!(history.backups().get(1), Some(Backup::full(Utc::MIN)));
/// assert_eq!(history.backups().iter().map(|backup| backup.time).min(), Some(Utc::MIN));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Backups<'history> {
    history: &'history History,
}

impl<'history> Backups<'history> {
    /// How many there are.
    ///
    /// ```
    /// # use duplicati_retention::history::History;
    /// # use duplicati_retention::clock::Zone;
    /// assert_eq!(History::new(vec![], Zone::UTC).backups().len(), 0);
    /// ```
    pub fn len(self) -> usize {
        self.history.len()
    }

    /// Whether there is none.
    ///
    /// ```
    /// # use duplicati_retention::history::History;
    /// # use duplicati_retention::clock::Zone;
    /// assert!(History::new(vec![], Zone::UTC).backups().is_empty());
    /// ```
    pub fn is_empty(self) -> bool {
        self.history.is_empty()
    }

    /// The version of this number, if there is one.
    ///
    /// ```
    /// # use duplicati_retention::history::History;
    /// # use duplicati_retention::clock::Zone;
    /// assert_eq!(History::new(vec![], Zone::UTC).backups().get(0), None);
    /// ```
    pub fn get(self, version: usize) -> Option<Backup> {
        (version < self.len()).then(|| self.history.backup(version))
    }

    /// Each of them, in the order of their numbers.
    ///
    /// ```
    /// # use duplicati_retention::history::History;
    /// # use duplicati_retention::clock::Zone;
    /// assert_eq!(History::new(vec![], Zone::UTC).backups().iter().next(), None);
    /// ```
    pub fn iter(
        self,
    ) -> impl ExactSizeIterator<Item = Backup> + DoubleEndedIterator + Clone + use<'history> {
        let history = self.history;
        (0..history.len()).map(move |version| history.backup(version))
    }
}
