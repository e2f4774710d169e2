//! The order by local time, where it is not that of the version numbers.
//!
//! Versions are numbered by true time. The local clock shows another order only where a zone set it
//! back: the backups of the hour before and of the hour that repeats it stand crosswise. So the two
//! orders differ in a few short stretches, and only those are stored.
//!
//! A *place* is where a backup stands in that order ([`LocalIndex`]).

use std::cmp::Reverse;
use std::ops::Range;

use super::{LocalIndex, VersionNumber};
use crate::clock::LocalDateTime;
use crate::gallop;

/// Which version stands at which place, and the other way round.
#[derive(Clone, Debug, Default)]
pub(super) struct LocalOrder {
    /// In order, apart from each other.
    crossings: Vec<Crossing>,
}

/// A stretch in which places and version numbers differ. As a set they are the same numbers.
#[derive(Clone, Debug)]
struct Crossing {
    stretch: Range<usize>,
    /// The version at each place of the stretch.
    versions: Box<[VersionNumber]>,
    /// The place of each version of the stretch.
    places: Box<[LocalIndex]>,
}

/// Versions and places in a row; as sets they are the same numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch {
    start: usize,
    end: usize,
    /// Whether versions do not stand at the places of their own numbers.
    pub(crate) is_crossed: bool,
}

impl Stretch {
    pub(crate) fn versions(self) -> Range<VersionNumber> {
        VersionNumber::new(self.start)..VersionNumber::new(self.end)
    }

    pub(crate) fn places(self) -> Range<LocalIndex> {
        LocalIndex::new(self.start)..LocalIndex::new(self.end)
    }

    /// The place of a version of the stretch, or its end, unless the stretch is crossed.
    pub(crate) fn straight_place(self, version: VersionNumber) -> LocalIndex {
        debug_assert!(!self.is_crossed);
        LocalIndex::new(version.get())
    }

    /// The version at a place of the stretch, or its end, unless the stretch is crossed.
    pub(crate) fn straight_version(self, place: LocalIndex) -> VersionNumber {
        debug_assert!(!self.is_crossed);
        VersionNumber::new(place.get())
    }
}

impl LocalOrder {
    /// Sorts the local times of all versions, newest first and stably, and tells how the places
    /// came about.
    pub(super) fn sort(local_times: &mut [LocalDateTime]) -> LocalOrder {
        // Mostly nothing crosses, which is seen without a branch for each time.
        let earlier = |two: &[LocalDateTime]| two[0].since(two[1]).ticks();
        if local_times.windows(2).fold(0, |signs, two| signs | earlier(two)) >= 0 {
            return LocalOrder::default();
        }
        let crossings = crossed_stretches(local_times)
            .into_iter()
            .map(|stretch| Crossing::sort(local_times, stretch));
        LocalOrder { crossings: crossings.collect() }
    }

    pub(super) fn version(&self, place: LocalIndex) -> VersionNumber {
        let number = place.get();
        self.crossing(number).map_or(VersionNumber::new(number), |crossing| {
            crossing.versions[number - crossing.stretch.start]
        })
    }

    pub(super) fn place(&self, version: VersionNumber) -> LocalIndex {
        let number = version.get();
        self.crossing(number).map_or(LocalIndex::new(number), |crossing| {
            crossing.places[number - crossing.stretch.start]
        })
    }

    /// The stretches of all `length` versions, in order.
    pub(super) fn stretches(&self, length: usize) -> impl Iterator<Item = Stretch> {
        let starts =
            std::iter::once(0).chain(self.crossings.iter().map(|crossing| crossing.stretch.end));
        let mut crossings = self.crossings.iter().map(|crossing| Stretch {
            start: crossing.stretch.start,
            end: crossing.stretch.end,
            is_crossed: true,
        });
        starts.flat_map(move |start| {
            let next = crossings.next();
            let end = next.map_or(length, |next| next.start);
            std::iter::once(Stretch { start, end, is_crossed: false }).chain(next)
        })
    }

    fn crossing(&self, number: usize) -> Option<&Crossing> {
        let index = self.crossings.partition_point(|crossing| crossing.stretch.end <= number);
        self.crossings.get(index).filter(|crossing| crossing.stretch.contains(&number))
    }
}

impl Crossing {
    fn sort(local_times: &mut [LocalDateTime], stretch: Range<usize>) -> Crossing {
        let start = stretch.start;
        let mut versions: Box<[VersionNumber]> = stretch.clone().map(VersionNumber::new).collect();
        versions.sort_by_key(|version| Reverse(local_times[version.get()]));
        let sorted: Vec<LocalDateTime> =
            versions.iter().map(|version| local_times[version.get()]).collect();
        local_times[stretch.clone()].copy_from_slice(&sorted);
        let mut places = vec![LocalIndex::NEWEST; versions.len()].into_boxed_slice();
        for (place, version) in versions.iter().enumerate() {
            places[version.get() - start] = LocalIndex::new(start + place);
        }
        Crossing { stretch, versions, places }
    }
}

/// The shortest stretches, apart from each other, which need only be sorted each for itself.
fn crossed_stretches(local_times: &[LocalDateTime]) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    // Which of the stretches' times is the oldest; everything before a stretch is at least as new
    // as all of it.
    let mut oldest_in: Vec<LocalDateTime> = Vec::new();
    let mut oldest = LocalDateTime::MAX;
    for (place, &local_time) in local_times.iter().enumerate() {
        if local_time <= oldest {
            oldest = local_time;
            continue;
        }
        // It belongs before something older. Whatever it has to pass is one stretch with it.
        let mut start = place;
        loop {
            let behind_last = stretches.last().map_or(0, |last| last.end);
            start = gallop::from_end(behind_last..start, |newer| local_times[newer] >= local_time);
            match oldest_in.last() {
                // Then everything behind that stretch is older too, so it was passed already.
                Some(&last) if last < local_time => {
                    start = stretches.pop().map_or(start, |last| last.start);
                    oldest_in.pop();
                }
                _ => break,
            }
        }
        stretches.push(start..place + 1);
        oldest_in.push(oldest);
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every list of `length` small times, in every order and with ties.
    fn every_list(length: u32) -> impl Iterator<Item = Vec<LocalDateTime>> {
        (0..length.pow(length)).map(move |number| {
            let digit = |index| number / length.pow(index) % length;
            (0..length)
                .map(|index| LocalDateTime::from_ticks(i64::from(digit(index))).unwrap())
                .collect()
        })
    }

    #[test]
    fn the_order_is_that_of_a_stable_sort() {
        for local_times in (1..=6).flat_map(every_list) {
            let mut expected: Vec<usize> = (0..local_times.len()).collect();
            expected.sort_by_key(|&version| Reverse(local_times[version]));
            let mut sorted = local_times.clone();
            let order = LocalOrder::sort(&mut sorted);
            for (place, &version) in expected.iter().enumerate() {
                assert_eq!(
                    sorted[place], local_times[version],
                    "time at {place} of {local_times:?}"
                );
                let (place, version) = (LocalIndex::new(place), VersionNumber::new(version));
                assert_eq!(
                    order.version(place),
                    version,
                    "version at {place:?} of {local_times:?}"
                );
                assert_eq!(order.place(version), place, "place of {version} of {local_times:?}");
            }
        }
    }

    #[test]
    fn only_what_must_be_sorted_is_a_crossing() {
        for local_times in (1..=6).flat_map(every_list) {
            for stretch in crossed_stretches(&local_times) {
                assert!(stretch.len() > 1, "{stretch:?} of {local_times:?}");
                for cut in stretch.start + 1..stretch.end {
                    let older = &local_times[cut..stretch.end];
                    let crosses = |newer: &LocalDateTime| older.iter().any(|older| older > newer);
                    let crossed = local_times[stretch.start..cut].iter().any(crosses);
                    assert!(crossed, "{stretch:?} of {local_times:?} could be cut at {cut}");
                }
            }
        }
    }

    #[test]
    fn the_stretches_cover_everything_once() {
        for local_times in (1..=6).flat_map(every_list) {
            let order = LocalOrder::sort(&mut local_times.clone());
            let mut end = 0;
            for stretch in order.stretches(local_times.len()) {
                assert_eq!(stretch.start, end, "{local_times:?}");
                let is_straight = LocalIndex::each(stretch.places())
                    .all(|place| order.version(place).get() == place.get());
                assert!(stretch.is_crossed || is_straight, "{stretch:?} of {local_times:?}");
                end = stretch.end;
            }
            assert_eq!(end, local_times.len(), "{local_times:?}");
        }
    }
}
