//! Backups in any order, sorted newest first by true time, equal times in the order in which they
//! came.

use std::cmp::Reverse;

use super::{Backup, VersionNumber};
use crate::clock::Utc;
use crate::dotnet::TICKS_PER_SECOND;

/// The backups newest first, a list for each property; all are numbered in this order.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    pub(super) times: Vec<Utc>,
    /// The numbers of the partial ones, in order.
    pub(super) partial: Vec<VersionNumber>,
    /// The numbers of those with a lock, in order, and its end.
    pub(super) locks: Vec<(VersionNumber, Utc)>,
}

pub(super) fn newest_first(mut backups: Vec<Backup>) -> Sorted {
    if backups.is_sorted_by(|newer, older| newer.time >= older.time) {
        Sorted::from_list(backups.iter())
    } else if backups.is_sorted_by(|older, newer| older.time < newer.time) {
        Sorted::from_list(backups.iter().rev())
    } else if let Some(keys) = Keys::of(&backups) {
        keys.sorted(&backups)
    } else {
        backups.sort_by_key(|backup| Reverse(backup.time));
        Sorted::from_list(backups.iter())
    }
}

impl Sorted {
    fn from_list<'a>(backups: impl ExactSizeIterator<Item = &'a Backup>) -> Sorted {
        let mut sorted = Sorted { times: Vec::with_capacity(backups.len()), ..Sorted::default() };
        for (version, backup) in backups.enumerate() {
            let version = VersionNumber::new(version);
            sorted.times.push(backup.time);
            if backup.partial {
                sorted.partial.push(version);
            }
            sorted.locks.extend(backup.locked_until.map(|until| (version, until)));
        }
        sorted
    }
}

/// A backup each in one `u64`: how many seconds before the end of time, then its place, then
/// whether it is partial.
///
/// Numbers are sorted much faster than backups.
struct Keys {
    keys: Vec<u64>,
    /// How many bits the place and the flag take.
    below_seconds: u32,
    /// The bits in which keys differ.
    differing: u64,
    any_lock: bool,
}

/// The last whole second that .NET knows, counted from its first.
const LAST_SECOND: i64 = Utc::MAX.ticks() / TICKS_PER_SECOND;
/// How many bits the sort looks at in one pass.
const DIGIT_BITS: u32 = 10;

impl Keys {
    /// The keys, if every time is a whole second, as Duplicati's are, and 64 bits are enough, as
    /// for 16 million backups.
    fn of(backups: &[Backup]) -> Option<Keys> {
        let below_seconds = below_seconds(backups.len())?;
        let (mut parts_of_seconds, mut any_lock) = (0, false);
        let (mut ones, mut zeros) = (0, 0);
        let key = |(place, backup): (usize, &Backup)| {
            let ticks = backup.time.ticks();
            parts_of_seconds |= ticks % TICKS_PER_SECOND;
            any_lock |= backup.locked_until.is_some();
            let seconds = (LAST_SECOND - ticks / TICKS_PER_SECOND) as u64;
            let key =
                (seconds << below_seconds) + ((place as u64) << 1) + u64::from(backup.partial);
            ones |= key;
            zeros |= !key;
            key
        };
        let keys = backups.iter().enumerate().map(key).collect();
        (parts_of_seconds == 0).then_some(Keys {
            keys,
            below_seconds,
            differing: ones & zeros,
            any_lock,
        })
    }

    /// Sorts by the seconds, digit by digit from the lowest. Each step is stable, so equal times
    /// stay in the order of their places.
    fn sort(&mut self) {
        let mut sorted = vec![0; self.keys.len()];
        for shift in (self.below_seconds..u64::BITS).step_by(DIGIT_BITS as usize) {
            let digit = |key: u64| (key >> shift) as usize % (1 << DIGIT_BITS);
            if digit(self.differing) == 0 {
                continue;
            }
            // How many have each digit, and from that where the first of them goes.
            let mut next = [0; 1 << DIGIT_BITS];
            self.keys.iter().for_each(|&key| next[digit(key)] += 1);
            let mut before = 0;
            for next in &mut next {
                before += std::mem::replace(next, before);
            }
            for &key in &self.keys {
                let place = &mut next[digit(key)];
                sorted[*place] = key;
                *place += 1;
            }
            std::mem::swap(&mut self.keys, &mut sorted);
        }
    }

    fn sorted(mut self, backups: &[Backup]) -> Sorted {
        self.sort();
        let seconds = |key: u64| LAST_SECOND - (key >> self.below_seconds) as i64;
        let time =
            |&key: &u64| Utc::from_ticks(seconds(key) * TICKS_PER_SECOND).unwrap_or(Utc::MIN);
        let place = |key: u64| ((key % (1 << self.below_seconds)) >> 1) as usize;
        let versions = || (0..self.keys.len()).map(VersionNumber::new);
        // To look up every lock would cost as much as the sort, and most jobs have none.
        let maybe_locked = if self.any_lock { &self.keys[..] } else { &[] };
        let lock = |(version, &key): (VersionNumber, &u64)| {
            Some((version, backups[place(key)].locked_until?))
        };
        Sorted {
            times: self.keys.iter().map(time).collect(),
            partial: versions().filter(|version| self.keys[version.get()] & 1 == 1).collect(),
            locks: versions().zip(maybe_locked).filter_map(lock).collect(),
        }
    }
}

/// How many bits a place among this many backups and a flag take, if the seconds fit beside them.
fn below_seconds(backups: usize) -> Option<u32> {
    let bits = |number: u64| u64::BITS - number.leading_zeros();
    let below = bits(backups as u64) + 1;
    (below + bits(LAST_SECOND as u64) <= u64::BITS).then_some(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backups(ticks: impl IntoIterator<Item = i64>) -> Vec<Backup> {
        let backup = |ticks| Backup::full(Utc::from_ticks(ticks).unwrap());
        ticks.into_iter().map(backup).collect()
    }

    #[test]
    fn whole_seconds_of_up_to_16_million_backups_become_numbers() {
        let seconds = |count: i64| count * TICKS_PER_SECOND;
        for (ticks, are_numbers) in [
            (vec![], true),
            ([5, 7, 6].map(seconds).to_vec(), true),
            (vec![seconds(5), seconds(7) + 1, seconds(6)], false),
            (vec![0, 1, 0], false),
        ] {
            assert_eq!(Keys::of(&backups(ticks.clone())).is_some(), are_numbers, "{ticks:?}");
        }
        assert_eq!(below_seconds((1 << 24) - 1), Some(25));
        assert_eq!(below_seconds(1 << 24), None);
    }

    /// A digit in which no two keys differ is passed over.
    #[test]
    fn the_bits_in_which_keys_differ_are_known() {
        let keys = Keys::of(&backups([8, 9].map(|count| count * TICKS_PER_SECOND))).unwrap();
        assert_eq!(keys.differing, keys.keys[0] ^ keys.keys[1]);
    }
}
