//! Backups in any order, sorted newest first by true time, equal times in the order in which they came.

use std::cmp::Reverse;

use super::Backup;
use crate::dotnet::{DateTime, TICKS_PER_SECOND, TimeSpan};

/// Hands out each backup's time, whether it is partial, and its lock, newest first.
pub(super) fn newest_first(mut backups: Vec<Backup>, mut hand_out: impl FnMut(Backup)) {
    if backups.is_sorted_by(|newer, older| newer.time >= older.time) {
        backups.into_iter().for_each(hand_out);
    } else if backups.is_sorted_by(|older, newer| older.time < newer.time) {
        backups.into_iter().rev().for_each(hand_out);
    } else if let Some(keys) = Keys::of(&backups) {
        keys.sorted(&backups, hand_out);
    } else {
        backups.sort_by_key(|backup| Reverse(backup.time));
        backups.into_iter().for_each(&mut hand_out);
    }
}

/// A backup each in one `u64`: how many seconds it is older than the newest, then its place, then whether it is partial.
///
/// Numbers sort much faster than backups, and no two are the same, so a sort that need not be stable gives the one order.
struct Keys {
    keys: Vec<u64>,
    newest: DateTime,
    place_bits: u32,
}

impl Keys {
    /// The keys, if every time is a whole number of seconds from every other, as Duplicati's are, and 64 bits are enough.
    fn of(backups: &[Backup]) -> Option<Keys> {
        let newest = backups.iter().map(|backup| backup.time).max()?;
        let oldest = backups.iter().map(|backup| backup.time).min()?;
        let seconds_bits = bits(newest.since(oldest).whole_seconds() as u64);
        let place_bits = bits(backups.len() as u64);
        if seconds_bits + place_bits + 1 > u64::BITS {
            return None;
        }
        let mut parts_of_seconds = 0;
        let key = |(place, backup): (usize, &Backup)| {
            let ticks = newest.since(backup.time).ticks();
            parts_of_seconds |= ticks % TICKS_PER_SECOND;
            let seconds = (ticks / TICKS_PER_SECOND) as u64;
            (seconds << place_bits | place as u64) << 1 | u64::from(backup.partial)
        };
        let keys = backups.iter().enumerate().map(key).collect();
        (parts_of_seconds == 0).then_some(Keys { keys, newest, place_bits })
    }

    fn sorted(mut self, backups: &[Backup], mut hand_out: impl FnMut(Backup)) {
        // Looking up each backup's lock would cost more than the sort; hardly ever is there one.
        let any_lock = backups.iter().any(|backup| backup.locked_until.is_some());
        self.keys.sort_unstable();
        for key in self.keys {
            let seconds = (key >> 1 >> self.place_bits) as i64;
            let place = (key >> 1) as usize & ((1 << self.place_bits) - 1);
            hand_out(Backup {
                time: self.newest.saturating_add(TimeSpan::from_ticks(-seconds * TICKS_PER_SECOND)),
                partial: key & 1 == 1,
                locked_until: if any_lock { backups[place].locked_until } else { None },
            });
        }
    }
}

fn bits(number: u64) -> u32 {
    u64::BITS - number.leading_zeros()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Few different times, so that many are equal; in half of the lists some are no whole seconds.
    fn backups() -> impl Strategy<Value = Vec<Backup>> {
        let backup = (0..9_i64, any::<bool>(), prop::option::weighted(0.1, 0..9_i64));
        (prop::collection::vec(backup, 0..40), any::<bool>()).prop_map(|(list, whole)| {
            let unit = if whole { TICKS_PER_SECOND } else { TICKS_PER_SECOND / 2 };
            let time = |count: i64| DateTime::from_ticks(count * unit).unwrap();
            let backup = |(count, partial, lock): (i64, bool, Option<i64>)| Backup {
                time: time(count),
                partial,
                locked_until: lock.map(time),
            };
            list.into_iter().map(backup).collect()
        })
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_a_stable_sort(backups in backups(), already in 0..3) {
            let mut backups = backups;
            match already {
                0 => backups.sort_by_key(|backup| Reverse(backup.time)),
                1 => backups.sort_by_key(|backup| backup.time),
                _ => {}
            }
            let mut expected = backups.clone();
            expected.sort_by_key(|backup| Reverse(backup.time));
            let mut sorted = Vec::new();
            newest_first(backups, |backup| sorted.push(backup));
            prop_assert_eq!(sorted, expected);
        }
    }

    #[test]
    fn all_of_dotnets_time_can_be_sorted() {
        let backups: Vec<Backup> = [DateTime::MIN, DateTime::MAX, DateTime::MIN].map(Backup::full).into();
        let mut times = Vec::new();
        newest_first(backups, |backup| times.push(backup.time));
        assert_eq!(times, [DateTime::MAX, DateTime::MIN, DateTime::MIN]);
    }
}
