//! Many values, and their distribution.

/// With more distinct values than this, neighbours are merged.
const MOST_VALUES: usize = 16_384;

/// The smallest value, the median and the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[schemars(rename = "Summary_of_{T}")]
pub struct Summary<T> {
    /// The smallest.
    pub min: T,
    /// The median.
    pub median: T,
    /// The largest.
    pub max: T,
}

impl<T: Copy + Ord> Summary<T> {
    /// The summary of these values, unless there are none.
    pub fn of(mut values: Vec<T>) -> Option<Summary<T>> {
        values.sort_unstable();
        Some(Summary {
            min: *values.first()?,
            median: values[values.len() / 2],
            max: *values.last()?,
        })
    }
}

/// Any number of values in bounded memory. The ends are exact, and so is everything between them as
/// long as there are not too many distinct values.
#[derive(Clone, Debug)]
pub(super) struct Histogram<T> {
    ends: Option<(T, T)>,
    /// Values, and how often each was added.
    values: Vec<(T, u64)>,
}

impl<T> Default for Histogram<T> {
    fn default() -> Self {
        Histogram { ends: None, values: Vec::new() }
    }
}

impl<T: Copy + Ord> Histogram<T> {
    /// A value that counts for the ends only.
    pub fn widen(&mut self, value: T) {
        let (min, max) = self.ends.unwrap_or((value, value));
        self.ends = Some((min.min(value), max.max(value)));
    }

    pub fn add(&mut self, value: T) {
        self.widen(value);
        self.values.push((value, 1));
        if self.values.len() > MOST_VALUES {
            self.shorten();
        }
    }

    pub fn merge(&mut self, other: Histogram<T>) {
        for end in other.ends.into_iter().flat_map(|(min, max)| [min, max]) {
            self.widen(end);
        }
        self.values.extend(other.values);
        if self.values.len() > MOST_VALUES {
            self.shorten();
        }
    }

    fn shorten(&mut self) {
        self.values.sort_unstable_by_key(|value| value.0);
        self.values.dedup_by(|other, kept| {
            let same = other.0 == kept.0;
            if same {
                kept.1 += other.1;
            }
            same
        });
        if self.values.len() > MOST_VALUES / 2 {
            let pairs = self
                .values
                .chunks(2)
                .map(|pair| (pair[0].0, pair.iter().map(|value| value.1).sum()));
            self.values = pairs.collect();
        }
    }

    /// The value that this percentage of the values does not exceed; at 100, the largest.
    pub fn percentile(&self, percent: u64) -> Option<T> {
        let (_, max) = self.ends?;
        let count: u64 = self.values.iter().map(|&(_, count)| count).sum();
        let place = count.checked_sub(1).filter(|_| percent < 100).map(|last| last * percent / 100);
        Some(place.and_then(|place| self.at(place)).unwrap_or(max))
    }

    /// The value at this place, counted from 0, if all values stand in order.
    pub fn at(&self, mut place: u64) -> Option<T> {
        let mut values = self.values.clone();
        let mut rest = values.as_mut_slice();
        // Only the half in which the place is needs to be put in order.
        while !rest.is_empty() {
            let (below, middle, above) =
                rest.select_nth_unstable_by_key(rest.len() / 2, |value| value.0);
            let before: u64 = below.iter().map(|value| value.1).sum();
            rest = match place.checked_sub(before) {
                None => below,
                Some(from_middle) if from_middle < middle.1 => return Some(middle.0),
                Some(from_middle) => {
                    place = from_middle - middle.1;
                    above
                }
            };
        }
        None
    }

    pub fn summary(&self) -> Option<Summary<T>> {
        let (min, max) = self.ends?;
        Some(Summary { min, median: self.percentile(50)?, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_exact_and_many_are_close() {
        let mut histogram = Histogram::default();
        (0..101).rev().for_each(|value| histogram.add(value));
        assert_eq!(
            [0, 50, 95, 100].map(|percent| histogram.percentile(percent)),
            [0, 50, 95, 100].map(Some)
        );
        let mut halves = [Histogram::default(), Histogram::default()];
        for value in 0..1_000_000_u64 {
            let mixed = value * 7_919 % 1_000_000;
            halves[(value % 2) as usize].add(mixed);
        }
        let [mut all, other] = halves;
        all.merge(other);
        assert_eq!(all.summary().map(|all| (all.min, all.max)), Some((0, 999_999)));
        for percent in [5, 50, 95] {
            let value = all.percentile(percent).unwrap();
            assert!(value.abs_diff(percent * 10_000) < 10_000, "{percent}: {value}");
        }
        assert!(all.values.len() <= MOST_VALUES);
    }

    #[test]
    fn as_many_distinct_values_as_are_kept_are_exact() {
        let add = |values: std::ops::Range<usize>| {
            let mut histogram = Histogram::default();
            values.for_each(|value| histogram.add(value));
            histogram
        };
        let (half, most) = (MOST_VALUES / 2, MOST_VALUES);
        let mut merged = add(0..half);
        merged.merge(add(half..most));
        // So many values that they are put together, but half as many distinct ones.
        let mut repeated = add(0..half);
        (0..=half).for_each(|value| repeated.add(value.min(half - 1)));
        for (exact, distinct) in [(add(0..most), most), (merged, most), (repeated, half)] {
            assert_eq!(exact.values.len(), distinct);
            assert!(
                (0..distinct)
                    .step_by(99)
                    .all(|value| { exact.values.iter().any(|&(kept, _)| kept == value) })
            );
        }
    }

    #[test]
    fn the_largest_value_may_count_for_the_ends_only() {
        let mut histogram = Histogram::default();
        histogram.add(1);
        histogram.widen(5);
        assert_eq!([99, 100].map(|percent| histogram.percentile(percent)), [Some(1), Some(5)]);
    }

    #[test]
    fn each_place_has_the_value_that_sorting_puts_there() {
        let mut random = fastrand::Rng::with_seed(7);
        for length in [0, 1, 2, 3, 50, 400] {
            let values: Vec<(u8, u64)> =
                (0..length).map(|_| (random.u8(..40), random.u64(1..4))).collect();
            let repeat = |&(value, count): &(u8, u64)| vec![value; count as usize];
            let mut sorted: Vec<u8> = values.iter().flat_map(repeat).collect();
            sorted.sort_unstable();
            let histogram = Histogram { ends: None, values };
            let at = |place| histogram.at(place as u64);
            assert!((0..sorted.len()).all(|place| at(place) == Some(sorted[place])));
            assert_eq!(at(sorted.len()), None);
        }
    }
}
