//! Sets of backups as runs of places: what an option deletes is hardly ever a single backup here
//! and there.
//!
//! A place is where a backup stands in the order newest first by local time. A run takes in all its
//! backups, or only the full ones, or only the partial ones. So partial backups that stand in the
//! middle of what is deleted cut no run in pieces, and the length of a set has nothing to do with
//! how many backups are in it.

use std::ops::Range;

use crate::history::History;

/// Which backups of a run are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::retention) struct Kinds {
    full: bool,
    partial: bool,
}

impl Kinds {
    pub(in crate::retention) const ALL: Kinds = Kinds { full: true, partial: true };
    pub(in crate::retention) const FULL: Kinds = Kinds { full: true, partial: false };
    pub(in crate::retention) const PARTIAL: Kinds = Kinds { full: false, partial: true };
    const NONE: Kinds = Kinds { full: false, partial: false };
}

/// Backups beside each other.
#[derive(Clone, Debug)]
pub(in crate::retention) struct Run {
    pub(in crate::retention) places: Range<usize>,
    pub(in crate::retention) kinds: Kinds,
}

/// A set of backups: runs in order that do not overlap.
#[derive(Clone, Debug, Default)]
pub(in crate::retention) struct BackupSet(Vec<Run>);

impl BackupSet {
    /// All places of a range.
    pub(in crate::retention) fn all(places: Range<usize>) -> BackupSet {
        let mut runs = BackupSet::default();
        runs.push(places, Kinds::ALL);
        runs
    }

    /// Adds what lies behind everything so far.
    pub(in crate::retention) fn push(&mut self, places: Range<usize>, kinds: Kinds) {
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

    pub(in crate::retention) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The runs, in order.
    pub(in crate::retention) fn as_slice(&self) -> &[Run] {
        &self.0
    }

    pub(in crate::retention) fn union(&self, other: &BackupSet) -> BackupSet {
        self.combine(other, |ours, theirs| ours || theirs)
    }

    pub(in crate::retention) fn intersection(&self, other: &BackupSet) -> BackupSet {
        self.combine(other, |ours, theirs| ours && theirs)
    }

    pub(in crate::retention) fn without(&self, other: &BackupSet) -> BackupSet {
        self.combine(other, |ours, theirs| ours && !theirs)
    }

    /// The backups that `belongs` takes, asked whether they are in this set and in the other; never
    /// those that are in neither.
    fn combine(&self, other: &BackupSet, belongs: impl Fn(bool, bool) -> bool) -> BackupSet {
        let mut combined = BackupSet::default();
        let (mut ours, mut theirs) = (Cursor(&self.0), Cursor(&other.0));
        let mut from = 0;
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
    pub(in crate::retention) fn contains(&self, history: &History, place: usize) -> bool {
        let index = self.0.partition_point(|run| run.places.end <= place);
        self.0.get(index).is_some_and(|run| {
            let is_meant =
                if history.is_partial_at(place) { run.kinds.partial } else { run.kinds.full };
            run.places.contains(&place) && is_meant
        })
    }

    /// How many backups are in the set.
    pub(in crate::retention) fn count(&self, history: &History) -> usize {
        self.count_within(history, 0..history.len())
    }

    /// How many of the backups at these places are in the set.
    pub(in crate::retention) fn count_within(
        &self,
        history: &History,
        places: Range<usize>,
    ) -> usize {
        let count = |(places, kinds): (Range<usize>, Kinds)| match kinds {
            Kinds { full: true, partial: true } => places.len(),
            Kinds { full: true, .. } => full_among(history, &places),
            Kinds { partial: true, .. } => history.partial_places(&places).len(),
            Kinds::NONE => 0,
        };
        self.clipped(places).map(count).sum()
    }

    /// The runs as far as they lie within `places`.
    fn clipped(&self, places: Range<usize>) -> impl Iterator<Item = (Range<usize>, Kinds)> {
        let first = self.0.partition_point(|run| run.places.end <= places.start);
        let runs = self.0[first..].iter().take_while(move |run| run.places.start < places.end);
        runs.map(move |run| {
            (run.places.start.max(places.start)..run.places.end.min(places.end), run.kinds)
        })
    }

    /// How many of them are full.
    pub(in crate::retention) fn full_count(&self, history: &History) -> usize {
        self.full_places().map(|places| full_among(history, places)).sum()
    }

    /// The place of the full backup that has so many full ones of the set before it.
    pub(in crate::retention) fn nth_full(
        &self,
        history: &History,
        mut index: usize,
    ) -> Option<usize> {
        for places in self.full_places() {
            let count = full_among(history, places);
            if index < count {
                return Some(history.nth_full(history.full_before(places.start) + index));
            }
            index -= count;
        }
        None
    }

    fn full_places(&self) -> impl Iterator<Item = &Range<usize>> {
        self.0.iter().filter(|run| run.kinds.full).map(|run| &run.places)
    }

    /// The set's places within `places`, in order, as ranges.
    fn places_within<'a>(
        &'a self,
        history: &'a History,
        places: Range<usize>,
    ) -> impl Iterator<Item = Range<usize>> + 'a {
        self.clipped(places).flat_map(move |(places, kinds)| Pieces::of(history, places, kinds))
    }

    /// The places of these runs from the oldest to the newest.
    pub(in crate::retention) fn oldest_first<'a>(
        runs: &'a [Run],
        history: &'a History,
    ) -> impl Iterator<Item = usize> + 'a {
        let pieces = |run: &Run| Pieces::of(history, run.places.clone(), run.kinds).rev();
        runs.iter().rev().flat_map(pieces).flat_map(|places| places.rev())
    }

    /// The versions in the set, in order of their numbers, as ranges as long as can be.
    pub(in crate::retention) fn versions<'a>(
        &'a self,
        history: &'a History,
    ) -> impl Iterator<Item = Range<usize>> + 'a {
        let stretches = (!self.is_empty()).then(|| history.stretches()).into_iter().flatten();
        Joined::new(stretches.flat_map(move |(stretch, crossed)| {
            // Where numbers and places differ, there are few; each is asked for itself.
            let (plain, one_by_one) = if crossed { (0..0, stretch) } else { (stretch, 0..0) };
            let contained = |version: &usize| self.contains(history, history.place(*version));
            let single = one_by_one.filter(contained).map(|version| version..version + 1);
            self.places_within(history, plain).chain(single)
        }))
    }

    /// The set of these versions; ranges may overlap and stand in any order.
    pub(in crate::retention) fn of_versions(
        history: &History,
        versions: impl Iterator<Item = Range<usize>>,
    ) -> BackupSet {
        let mut ranges: Vec<Range<usize>> = versions.filter(|range| !range.is_empty()).collect();
        if ranges.is_empty() {
            return BackupSet::default();
        }
        ranges.sort_unstable_by_key(|range| range.start);
        let mut as_if_places = BackupSet::default();
        for range in ranges {
            let end = as_if_places.0.last().map_or(0, |last| last.places.end);
            as_if_places.push(range.start.max(end)..range.end.max(end), Kinds::ALL);
        }
        // Right but for the stretches in which numbers and places differ.
        let mut runs = BackupSet::default();
        for (stretch, crossed) in history.stretches() {
            if crossed {
                let named = |place: &usize| as_if_places.contains(history, history.version(*place));
                stretch.filter(named).for_each(|place| runs.push(place..place + 1, Kinds::ALL));
            } else {
                as_if_places
                    .places_within(history, stretch)
                    .for_each(|places| runs.push(places, Kinds::ALL));
            }
        }
        runs
    }
}

fn full_among(history: &History, places: &Range<usize>) -> usize {
    places.len() - history.partial_places(places).len()
}

/// What is left of the runs on the way through the places.
struct Cursor<'a>(&'a [Run]);

impl Cursor<'_> {
    /// The first place after this one at which something begins or ends. Places are asked about in
    /// order.
    fn change_after(&mut self, place: usize) -> Option<usize> {
        while let [first, rest @ ..] = self.0
            && first.places.end <= place
        {
            self.0 = rest;
        }
        let first = self.0.first()?;
        Some(if first.places.start > place { first.places.start } else { first.places.end })
    }

    fn kinds_at(&self, place: usize) -> Kinds {
        self.0
            .first()
            .filter(|run| run.places.contains(&place))
            .map_or(Kinds::NONE, |run| run.kinds)
    }
}

/// The places of a run, as ranges: where only full or only partial ones are meant, the others cut
/// it in pieces.
struct Pieces<'a> {
    rest: Range<usize>,
    kinds: Kinds,
    partial: std::slice::Iter<'a, usize>,
}

impl<'a> Pieces<'a> {
    fn of(history: &'a History, places: Range<usize>, kinds: Kinds) -> Pieces<'a> {
        let partial = if kinds == Kinds::ALL { &[] } else { history.partial_places(&places) };
        Pieces { rest: places, kinds, partial: partial.iter() }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        if self.kinds == Kinds::PARTIAL {
            return self.partial.next().map(|&place| place..place + 1);
        }
        while !self.rest.is_empty() {
            let cut = self.partial.next().copied().unwrap_or(self.rest.end);
            let piece = self.rest.start..cut;
            self.rest.start = cut + 1;
            if !piece.is_empty() {
                return Some(piece);
            }
        }
        None
    }
}

impl DoubleEndedIterator for Pieces<'_> {
    fn next_back(&mut self) -> Option<Range<usize>> {
        if self.kinds == Kinds::PARTIAL {
            return self.partial.next_back().map(|&place| place..place + 1);
        }
        while !self.rest.is_empty() {
            let cut = self.partial.next_back();
            let piece = cut.map_or(self.rest.start, |&cut| cut + 1)..self.rest.end;
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
    last: Option<Range<usize>>,
}

impl<Ranges: Iterator<Item = Range<usize>>> Joined<Ranges> {
    fn new(ranges: Ranges) -> Self {
        Joined { ranges, last: None }
    }
}

/// The range before this one, if they do not touch; `last` grows or is replaced.
fn join(last: &mut Option<Range<usize>>, range: Range<usize>) -> Option<Range<usize>> {
    match last {
        Some(last) if last.end == range.start => {
            last.end = range.end;
            None
        }
        _ => last.replace(range),
    }
}

impl<Ranges: Iterator<Item = Range<usize>>> Iterator for Joined<Ranges> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        for range in self.ranges.by_ref() {
            if let Some(done) = join(&mut self.last, range) {
                return Some(done);
            }
        }
        self.last.take()
    }

    /// Many short ranges are much faster this way, as no layer below is left and entered for each.
    fn fold<T, F: FnMut(T, Range<usize>) -> T>(mut self, init: T, mut next: F) -> T {
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
    use crate::clock::Utc;
    use crate::clock::Zone;
    use crate::history::{Backup, History};

    #[test]
    fn each_kind_of_run_is_gone_through_from_its_end() {
        let backup = |partial| Backup { partial, ..Backup::full(Utc::MIN) };
        let history =
            History::new([false, true, true, false, true].map(backup).to_vec(), Zone::UTC);
        let places = |kinds| {
            let mut runs = BackupSet::default();
            runs.push(0..5, kinds);
            BackupSet::oldest_first(runs.as_slice(), &history).collect::<Vec<_>>()
        };
        assert_eq!(places(Kinds::ALL), [4, 3, 2, 1, 0]);
        assert_eq!(places(Kinds::FULL), [3, 0]);
        assert_eq!(places(Kinds::PARTIAL), [4, 2, 1]);
    }
}
