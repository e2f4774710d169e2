//! Sets of backups as runs of places: what an option deletes mostly stands side by side.
//!
//! A place is where a backup stands in the order newest first by local time ([`LocalIndex`]). A
//! run takes in all its backups, or only the full ones, or only the partial ones. So partial
//! backups in the middle of what is deleted do not cut a run in pieces, and the length of a set
//! does not depend on how many backups are in it.

use std::ops::Range;

use crate::history::{History, LocalIndex, VersionNumber};

/// Which backups of a run are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds {
    full: bool,
    partial: bool,
}

impl Kinds {
    pub(super) const ALL: Kinds = Kinds { full: true, partial: true };
    pub(super) const FULL: Kinds = Kinds { full: true, partial: false };
    pub(super) const PARTIAL: Kinds = Kinds { full: false, partial: true };
    const NONE: Kinds = Kinds { full: false, partial: false };
}

/// Backups beside each other.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) places: Range<LocalIndex>,
    kinds: Kinds,
}

/// A set of backups: runs in order that do not overlap.
#[derive(Clone, Debug, Default)]
pub(super) struct BackupSet(Vec<Run>);

impl BackupSet {
    /// All places of a range.
    pub(super) fn all(places: Range<LocalIndex>) -> BackupSet {
        let mut set = BackupSet::default();
        set.push(places, Kinds::ALL);
        set
    }

    /// The set of these versions; ranges may overlap and stand in any order.
    pub(super) fn of_versions(
        history: &History,
        versions: impl Iterator<Item = Range<VersionNumber>>,
    ) -> BackupSet {
        let mut versions: Vec<Range<VersionNumber>> =
            versions.filter(|range| !range.is_empty()).collect();
        if versions.is_empty() {
            return BackupSet::default();
        }
        versions.sort_unstable_by_key(|range| range.start);
        versions.dedup_by(|range, last| {
            let overlaps = range.start <= last.end;
            if overlaps {
                last.end = last.end.max(range.end);
            }
            overlaps
        });
        let is_named = |version: VersionNumber| {
            let index = versions.partition_point(|range| range.end <= version);
            versions.get(index).is_some_and(|range| range.start <= version)
        };
        let mut set = BackupSet::default();
        for stretch in history.stretches() {
            if stretch.is_crossed {
                LocalIndex::each(stretch.places())
                    .filter(|&place| is_named(history.version(place)))
                    .for_each(|place| set.push(place..place.older(), Kinds::ALL));
                continue;
            }
            let within = stretch.versions();
            let first = versions.partition_point(|range| range.end <= within.start);
            for range in versions[first..].iter().take_while(|range| range.start < within.end) {
                let (start, end) = (range.start.max(within.start), range.end.min(within.end));
                set.push(stretch.straight_place(start)..stretch.straight_place(end), Kinds::ALL);
            }
        }
        set
    }

    /// Adds what lies behind everything so far.
    pub(super) fn push(&mut self, places: Range<LocalIndex>, kinds: Kinds) {
        if places.is_empty() || kinds == Kinds::NONE {
            return;
        }
        match self.0.last_mut() {
            Some(last) if last.places.end == places.start && last.kinds == kinds => {
                last.places.end = places.end;
            }
            _ => self.0.push(Run { places, kinds }),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The runs, in order.
    pub(super) fn as_slice(&self) -> &[Run] {
        &self.0
    }

    pub(super) fn union(&self, other: &BackupSet) -> BackupSet {
        self.combine(other, |ours, theirs| ours || theirs)
    }

    pub(super) fn without(&self, other: &BackupSet) -> BackupSet {
        self.combine(other, |ours, theirs| ours && !theirs)
    }

    /// The backups that `belongs` takes, asked whether they are in this set and in the other; never
    /// those that are in neither.
    fn combine(&self, other: &BackupSet, belongs: impl Fn(bool, bool) -> bool) -> BackupSet {
        let mut combined = BackupSet::default();
        let (mut ours, mut theirs) = (Cursor(&self.0), Cursor(&other.0));
        let mut from = LocalIndex::NEWEST;
        while let Some(to) =
            ours.change_after(from).into_iter().chain(theirs.change_after(from)).min()
        {
            let (in_ours, in_theirs) = (ours.kinds_at(from), theirs.kinds_at(from));
            let kinds = Kinds {
                full: belongs(in_ours.full, in_theirs.full),
                partial: belongs(in_ours.partial, in_theirs.partial),
            };
            combined.push(from..to, kinds);
            from = to;
        }
        combined
    }

    /// Whether the backup at a place is in the set.
    pub(super) fn contains(&self, history: &History, place: LocalIndex) -> bool {
        let index = self.0.partition_point(|run| run.places.end <= place);
        self.0.get(index).is_some_and(|run| {
            let is_meant =
                if history.is_partial_at(place) { run.kinds.partial } else { run.kinds.full };
            run.places.contains(&place) && is_meant
        })
    }

    /// How many backups are in the set.
    pub(super) fn count(&self, history: &History) -> usize {
        self.count_within(history, LocalIndex::NEWEST..history.local_end())
    }

    /// How many of the backups at these places are in the set.
    pub(super) fn count_within(&self, history: &History, places: Range<LocalIndex>) -> usize {
        let count = |(places, kinds): (Range<LocalIndex>, Kinds)| match kinds {
            Kinds { full: true, partial: true } => LocalIndex::count(&places),
            Kinds { full: true, .. } => full_among(history, &places),
            Kinds { partial: true, .. } => history.partial_places(&places).len(),
            Kinds::NONE => 0,
        };
        self.clipped(places).map(count).sum()
    }

    /// The runs as far as they lie within `places`.
    fn clipped(
        &self,
        places: Range<LocalIndex>,
    ) -> impl Iterator<Item = (Range<LocalIndex>, Kinds)> {
        let first = self.0.partition_point(|run| run.places.end <= places.start);
        let runs = self.0[first..].iter().take_while(move |run| run.places.start < places.end);
        runs.map(move |run| {
            (run.places.start.max(places.start)..run.places.end.min(places.end), run.kinds)
        })
    }

    /// How many of them are full.
    pub(super) fn full_count(&self, history: &History) -> usize {
        self.full_places().map(|places| full_among(history, places)).sum()
    }

    /// The full backup that has `index` full ones of the set before it.
    pub(super) fn nth_full(&self, history: &History, mut index: usize) -> Option<LocalIndex> {
        for places in self.full_places() {
            let count = full_among(history, places);
            if index < count {
                return Some(history.nth_full(history.full_before(places.start) + index));
            }
            index -= count;
        }
        None
    }

    fn full_places(&self) -> impl Iterator<Item = &Range<LocalIndex>> {
        self.0.iter().filter(|run| run.kinds.full).map(|run| &run.places)
    }

    /// The set's places within `places`, in order, as ranges.
    fn places_within<'a>(
        &'a self,
        history: &'a History,
        places: Range<LocalIndex>,
    ) -> impl Iterator<Item = Range<LocalIndex>> + 'a {
        self.clipped(places).flat_map(move |(places, kinds)| Pieces::of(history, places, kinds))
    }

    /// The places of these runs from the oldest to the newest.
    pub(super) fn oldest_first<'a>(
        runs: &'a [Run],
        history: &'a History,
    ) -> impl Iterator<Item = LocalIndex> + 'a {
        let pieces = |run: &Run| Pieces::of(history, run.places.clone(), run.kinds).rev();
        runs.iter().rev().flat_map(pieces).flat_map(|places| LocalIndex::each(places).rev())
    }

    /// The versions in the set, in order of their numbers, as ranges as long as can be.
    pub(super) fn versions<'a>(
        &'a self,
        history: &'a History,
    ) -> impl Iterator<Item = Range<VersionNumber>> + 'a {
        let stretches = (!self.is_empty()).then(|| history.stretches()).into_iter().flatten();
        Joined::new(stretches.flat_map(move |stretch| {
            let (mut straight, mut crossed) = (stretch.places(), stretch.versions());
            // Where versions and places differ, there are few; each is asked for itself.
            if stretch.is_crossed {
                straight.end = straight.start;
            } else {
                crossed.end = crossed.start;
            }
            let contained =
                |version: &VersionNumber| self.contains(history, history.place(*version));
            let single = VersionNumber::each(crossed).filter(contained);
            self.places_within(history, straight)
                .map(move |places| {
                    stretch.straight_version(places.start)..stretch.straight_version(places.end)
                })
                .chain(single.map(|version| version..version.older()))
        }))
    }
}

fn full_among(history: &History, places: &Range<LocalIndex>) -> usize {
    LocalIndex::count(places) - history.partial_places(places).len()
}

/// What is left of the runs on the way through the places.
struct Cursor<'a>(&'a [Run]);

impl Cursor<'_> {
    /// The first place after this one at which something begins or ends. Places are asked about in
    /// order.
    fn change_after(&mut self, place: LocalIndex) -> Option<LocalIndex> {
        let passed = self.0.iter().take_while(|run| run.places.end <= place).count();
        self.0 = &self.0[passed..];
        let first = self.0.first()?;
        Some(if first.places.start > place { first.places.start } else { first.places.end })
    }

    fn kinds_at(&self, place: LocalIndex) -> Kinds {
        self.0
            .first()
            .filter(|run| run.places.contains(&place))
            .map_or(Kinds::NONE, |run| run.kinds)
    }
}

/// The places of a run, as ranges: where only full or only partial ones are meant, the others cut
/// it in pieces.
struct Pieces<'a> {
    rest: Range<LocalIndex>,
    kinds: Kinds,
    partial: std::slice::Iter<'a, LocalIndex>,
}

impl<'a> Pieces<'a> {
    fn of(history: &'a History, places: Range<LocalIndex>, kinds: Kinds) -> Pieces<'a> {
        let partial = if kinds == Kinds::ALL { &[] } else { history.partial_places(&places) };
        Pieces { rest: places, kinds, partial: partial.iter() }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Range<LocalIndex>;

    fn next(&mut self) -> Option<Range<LocalIndex>> {
        if self.kinds == Kinds::PARTIAL {
            return self.partial.next().map(|&place| place..place.older());
        }
        while !self.rest.is_empty() {
            let cut = self.partial.next().copied().unwrap_or(self.rest.end);
            let piece = self.rest.start..cut;
            self.rest.start = cut.older();
            if !piece.is_empty() {
                return Some(piece);
            }
        }
        None
    }
}

impl DoubleEndedIterator for Pieces<'_> {
    fn next_back(&mut self) -> Option<Range<LocalIndex>> {
        if self.kinds == Kinds::PARTIAL {
            return self.partial.next_back().map(|&place| place..place.older());
        }
        while !self.rest.is_empty() {
            let cut = self.partial.next_back();
            let piece = cut.map_or(self.rest.start, |cut| cut.older())..self.rest.end;
            self.rest.end = cut.copied().unwrap_or(self.rest.start);
            if !piece.is_empty() {
                return Some(piece);
            }
        }
        None
    }
}

/// Ranges in order, those that touch made one.
struct Joined<Ranges> {
    ranges: Ranges,
    /// What is not yet known to be as long as can be.
    last: Option<Range<VersionNumber>>,
}

impl<Ranges: Iterator<Item = Range<VersionNumber>>> Joined<Ranges> {
    fn new(ranges: Ranges) -> Self {
        Joined { ranges, last: None }
    }
}

/// The range before this one, if they do not touch; `last` grows or is replaced.
fn join(
    last: &mut Option<Range<VersionNumber>>,
    range: Range<VersionNumber>,
) -> Option<Range<VersionNumber>> {
    match last {
        Some(last) if last.end == range.start => {
            last.end = range.end;
            None
        }
        _ => last.replace(range),
    }
}

impl<Ranges: Iterator<Item = Range<VersionNumber>>> Iterator for Joined<Ranges> {
    type Item = Range<VersionNumber>;

    fn next(&mut self) -> Option<Range<VersionNumber>> {
        for range in self.ranges.by_ref() {
            if let Some(done) = join(&mut self.last, range) {
                return Some(done);
            }
        }
        self.last.take()
    }

    /// Many short ranges are much faster this way, as no layer below is left and entered for each.
    fn fold<T, F: FnMut(T, Range<VersionNumber>) -> T>(mut self, init: T, mut next: F) -> T {
        let all = self.ranges.fold(init, |so_far, range| match join(&mut self.last, range) {
            Some(done) => next(so_far, done),
            None => so_far,
        });
        self.last.into_iter().fold(all, next)
    }
}

#[cfg(test)]
mod tests {
    use super::{BackupSet, Kinds};
    use crate::clock::{Utc, Zone};
    use crate::history::{Backup, History, LocalIndex};

    #[test]
    fn each_kind_of_run_can_be_read_from_its_end() {
        let backup = |partial| Backup { partial, ..Backup::full(Utc::MIN) };
        let history =
            History::new([false, true, true, false, true].map(backup).to_vec(), Zone::UTC);
        let places = |kinds| {
            let mut set = BackupSet::default();
            set.push(LocalIndex::NEWEST..history.local_end(), kinds);
            let places = BackupSet::oldest_first(set.as_slice(), &history);
            places.map(LocalIndex::get).collect::<Vec<_>>()
        };
        assert_eq!(places(Kinds::ALL), [4, 3, 2, 1, 0]);
        assert_eq!(places(Kinds::FULL), [3, 0]);
        assert_eq!(places(Kinds::PARTIAL), [4, 2, 1]);
    }
}
