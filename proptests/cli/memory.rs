//! What is allocated, counted: parsing allocates a list, a plan only what it keeps.

use allocation_counter::measure;
use duplicati_retention::Release;
use duplicati_retention::clock::Utc;
use duplicati_retention::clock::Zone;
use duplicati_retention::history::{Backup, History};
use duplicati_retention::policy::Policy;
use duplicati_retention::retention::{Options, reference};

#[test]
fn parsing_allocates_nothing_but_the_list_of_pairs() {
    for release in Release::ALL {
        let allocated = measure(|| {
            assert_eq!(
                Policy::parse("1W:1D,4W:1W,1Y6M:1M,U:1Y", release).unwrap().pairs().len(),
                4
            );
        });
        assert_eq!(allocated.count_total, 1, "{release}");
    }
}

/// This many hourly backups, one in `partial` of which is partial.
fn history(count: i64, partial: i64) -> History {
    let backup = |hour: i64| Backup {
        partial: hour % partial == 1,
        ..Backup::full(Utc::from_unix_seconds(1_795_428_000 - hour * 3600).unwrap())
    };
    History::new((0..count).map(backup).collect(), "Europe/Berlin".parse().unwrap())
}

#[test]
fn a_plan_allocates_by_what_it_keeps_and_not_by_what_there_is() {
    let options =
        Options::parse([("retention-policy", "1W:1D,4W:1W,12M:1M")], Release::V2_3_0).unwrap();
    let now = Utc::from_unix_seconds(1_795_428_000).unwrap();
    for partial in [2, 10, i64::MAX] {
        let bytes = |count| {
            let history = history(count, partial);
            measure(|| {
                assert!(
                    duplicati_retention::retention::plan(&history, &options, now)
                        .unwrap()
                        .deleted_count()
                        > 0
                )
            })
            .bytes_total
        };
        // A year and ten: the policy keeps nothing beyond a year, and full ones one each month
        // before.
        assert_eq!(bytes(10_000), bytes(100_000), "one in {partial} partial");
        assert!(bytes(100_000) < 10_000, "one in {partial} partial: {} bytes", bytes(100_000));
    }
}

#[test]
fn a_clone_of_a_history_allocates_nothing() {
    let history = history(1_000, 10);
    assert_eq!(measure(|| assert_eq!(history.clone().len(), 1_000)).count_total, 0);
}

#[test]
fn the_reference_allocates_for_every_version() {
    let history = history(10_000, 10);
    let now = Utc::from_unix_seconds(1_795_428_000).unwrap();
    let listed = measure(|| {
        let decisions = reference::plan(&history, &Options::default(), now).unwrap();
        assert_eq!(decisions.decisions.len(), 10_000)
    });
    assert!(listed.bytes_total > 10_000 * 8, "the counter counts: {} bytes", listed.bytes_total);
}

#[test]
fn a_version_takes_seventeen_bytes_and_a_partial_one_eight_more() {
    let backups = |partial: i64| history(100_000, partial).iter().collect::<Vec<_>>();
    for (partial, expected) in [(i64::MAX, 1_700_000), (2, 2_100_000)] {
        let backups = backups(partial);
        let mut kept = None;
        let allocated = measure(|| kept = Some(History::new(backups, Zone::UTC)));
        // The list that was handed over goes; vectors that grow may have unused capacity.
        let bytes = allocated.bytes_current + 100_000 * size_of::<Backup>() as i64;
        assert!((expected..expected + 200_000).contains(&bytes), "{bytes} bytes");
    }
}
