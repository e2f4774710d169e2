//! Search that costs by how far away the answer is, not by how long the list is.
//!
//! Both functions find the first index that does not hold, or the range's end, where a head of the
//! range holds and the rest does not: what `partition_point` finds.

use std::ops::Range;

/// Searches from the range's start: the cost grows with the logarithm of how many hold.
pub(crate) fn from_start(range: Range<usize>, holds: impl Fn(usize) -> bool) -> usize {
    // Twice as far with each step. Everything before `from` holds.
    let (mut from, mut step) = (range.start, 1);
    while range.end - from >= step {
        if !holds(from + step - 1) {
            return halve(from..from + step - 1, holds);
        }
        (from, step) = (from + step, 2 * step);
    }
    halve(from..range.end, holds)
}

/// Searches from the range's end: the cost grows with the logarithm of how many do not hold.
pub(crate) fn from_end(range: Range<usize>, holds: impl Fn(usize) -> bool) -> usize {
    // Twice as far with each step. Nothing from `to` on holds.
    let (mut to, mut step) = (range.end, 1);
    while to - range.start >= step {
        if holds(to - step) {
            return halve(to - step + 1..to, holds);
        }
        (to, step) = (to - step, 2 * step);
    }
    halve(range.start..to, holds)
}

/// Binary search: half of what is left with each step.
fn halve(mut range: Range<usize>, holds: impl Fn(usize) -> bool) -> usize {
    while range.start < range.end {
        let middle = range.start + range.len() / 2;
        if holds(middle) {
            range.start = middle + 1;
        } else {
            range.end = middle;
        }
    }
    range.start
}

#[cfg(test)]
mod tests {
    use super::{from_end, from_start};

    #[test]
    fn both_find_the_first_that_does_not_hold() {
        for (start, length) in (0..3).flat_map(|start| (0..40).map(move |length| (start, length))) {
            let end = start + length;
            for answer in start..=end {
                assert_eq!(
                    from_start(start..end, |index| index < answer),
                    answer,
                    "{start}..{end}"
                );
                assert_eq!(from_end(start..end, |index| index < answer), answer, "{start}..{end}");
            }
        }
    }

    #[test]
    fn a_near_answer_is_found_in_few_questions() {
        let asked = std::cell::Cell::new(0);
        let count = |holds: bool| {
            asked.set(asked.get() + 1);
            holds
        };
        assert_eq!(from_start(0..1_000_000, |index| count(index < 5)), 5);
        assert_eq!(from_end(0..1_000_000, |index| count(index < 999_995)), 999_995);
        assert!(asked.get() < 12, "{} questions", asked.get());
    }
}
