//! Many values, and where most of them lie.

/// With more different values than this, neighbours are put together.
const MOST_VALUES: usize = 16_384;

/// The least, the usual (the median) and the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Summary<T> {
    /// The least
    pub min: T,
    /// The median
    pub median: T,
    /// The most
    pub max: T,
}

impl<T: Copy + Ord> Summary<T> {
    /// The range of these values, if there are any.
    ///
    /// ```
    /// # use duplicati_retention::forecast::Summary;
    /// assert_eq!(Summary::of(vec![3, 1, 2]), Some(Summary { min: 1, median: 2, max: 3 }));
    /// ```
    pub fn of(mut values: Vec<T>) -> Option<Summary<T>> {
        values.sort_unstable();
        let (&least, &most) = (values.first()?, values.last()?);
        Some(Summary { min: least, median: values[values.len() / 2], max: most })
    }
}

/// Any number of values in bounded room. The ends are exact, and so is all between them as long as
/// there are not too many different values.
#[derive(Clone, Debug)]
pub(super) struct Histogram<T> {
    ends: Option<(T, T)>,
    /// Values, and how often each was there.
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
        let (least, most) = self.ends.unwrap_or((value, value));
        self.ends = Some((least.min(value), most.max(value)));
    }

    pub fn add(&mut self, value: T) {
        self.widen(value);
        self.values.push((value, 1));
        if self.values.len() > MOST_VALUES {
            self.shorten();
        }
    }

    pub fn merge(&mut self, other: Histogram<T>) {
        for end in other.ends.into_iter().flat_map(|(least, most)| [least, most]) {
            self.widen(end);
        }
        self.values.extend(other.values);
        if self.values.len() > MOST_VALUES {
            self.shorten();
        }
    }

    fn shorten(&mut self) {
        self.values.sort_unstable();
        let put_together = |kept: &mut (T, u64), other: (T, u64)| kept.1 += other.1;
        self.values.dedup_by(|other, kept| {
            let same = other.0 == kept.0;
            if same {
                put_together(kept, *other);
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

    pub fn least(&self) -> Option<T> {
        self.ends.map(|(least, _)| least)
    }

    /// The value that so many of a hundred values do not pass; of all, the most.
    pub fn within(&self, percent: u64) -> Option<T> {
        let (_, most) = self.ends?;
        let mut values = self.values.clone();
        values.sort_unstable();
        let last = values.iter().map(|&(_, count)| count).sum::<u64>().checked_sub(1);
        let place = last.filter(|_| percent < 100).map(|last| last * percent / 100);
        let mut before = 0;
        let value = values.iter().find(|&&(_, count)| {
            before += count;
            place.is_some_and(|place| before > place)
        });
        Some(value.map_or(most, |value| value.0))
    }

    pub fn range(&self) -> Option<Summary<T>> {
        let (least, most) = self.ends?;
        Some(Summary { min: least, median: self.within(50)?, max: most })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_told_exactly_and_many_nearly() {
        let mut histogram = Histogram::default();
        (0..101).rev().for_each(|value| histogram.add(value));
        assert_eq!(
            [0, 50, 95, 100].map(|percent| histogram.within(percent)),
            [0, 50, 95, 100].map(Some)
        );
        let mut halves = [Histogram::default(), Histogram::default()];
        for value in 0..1_000_000_u64 {
            let mixed = value * 7_919 % 1_000_000;
            halves[(value % 2) as usize].add(mixed);
        }
        let [mut all, other] = halves;
        all.merge(other);
        assert_eq!(all.range().map(|range| (range.min, range.max)), Some((0, 999_999)));
        for percent in [5, 50, 95] {
            let value = all.within(percent).unwrap();
            assert!(value.abs_diff(percent * 10_000) < 10_000, "{percent}: {value}");
        }
        assert!(all.values.len() <= MOST_VALUES);
    }
}
