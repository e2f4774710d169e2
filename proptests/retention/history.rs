//! A history has its backups newest first, whatever order they came in.

use std::cmp::Reverse;

use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::dotnet::TICKS_PER_SECOND;
use duplicati_retention::history::{Backup, History};
use proptest::prelude::*;

use crate::support::cases;

/// The last whole second that .NET knows.
const LAST_SECOND: i64 = Utc::MAX.ticks() / TICKS_PER_SECOND;

/// Few different times, so that many are equal, or many; half of the lists have fractions of a
/// second.
fn backups() -> impl Strategy<Value = Vec<Backup>> {
    let seconds = prop_oneof![0..9_i64, 0..LAST_SECOND];
    let backup = (seconds, any::<bool>(), prop::option::weighted(0.1, 0..9_i64));
    (prop::collection::vec(backup, 0..40), any::<bool>()).prop_map(|(list, whole)| {
        let unit = if whole { TICKS_PER_SECOND } else { TICKS_PER_SECOND / 2 };
        let time = |count: i64| Utc::from_ticks(count * unit).unwrap();
        let backup = |(count, partial, lock): (i64, bool, Option<i64>)| Backup {
            time: time(count),
            partial,
            locked_until: lock.map(time),
        };
        list.into_iter().map(backup).collect()
    })
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_history_is_in_the_order_of_a_stable_sort(backups in backups(), already in 0..3) {
        let mut backups = backups;
        match already {
            0 => backups.sort_by_key(|backup| Reverse(backup.time)),
            1 => backups.sort_by_key(|backup| backup.time),
            _ => {}
        }
        let mut expected = backups.clone();
        expected.sort_by_key(|backup| Reverse(backup.time));
        let history = History::new(backups, Zone::UTC);
        prop_assert_eq!(history.iter().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn all_of_dotnets_time_can_be_sorted() {
    let last_second = Utc::from_ticks(LAST_SECOND * TICKS_PER_SECOND).unwrap();
    for newest in [Utc::MAX, last_second] {
        let backups: Vec<Backup> = [Utc::MIN, newest, Utc::MIN].map(Backup::full).into();
        let times = History::new(backups, Zone::UTC);
        assert!(times.iter().map(|backup| backup.time).eq([newest, Utc::MIN, Utc::MIN]));
    }
}
