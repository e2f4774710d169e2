//! `when`: the day on which each version goes, which is the day on which the reference deletes it.

use duplicati_retention::Release;
use duplicati_retention::clock::Utc;
use duplicati_retention::clock::Zone;
use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
use duplicati_retention::forecast::{Schedule, expiries};
use duplicati_retention::history::{Backup, History};
use duplicati_retention::policy::Policy;
use duplicati_retention::retention::{Options, reference};
use duplicati_retention::sources::times::parse_time;
use proptest::prelude::*;

use crate::assert_snapshot;
use crate::support::{command, run_with};

const NOW: &str = "2026-10-23T10:00:00Z";

proptest! {
    #![proptest_config(crate::support::cases(64))]

    #[test]
    fn a_version_goes_when_the_reference_deletes_it(
        ages in prop::collection::vec((0..40 * 86_400_i64, any::<bool>()), 0..20),
        policy in prop::sample::select(vec!["7D:1D,4W:1W", "1D:5h", "10D:U,U:1W", "", "2D:U"]),
        jitter in 0..5000_i64,
        seed in 0..100_u64,
    ) {
        let now = parse_time(NOW).unwrap();
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        let backup = |(age, partial): (i64, bool)| {
            Backup { partial, ..Backup::full(Utc::from_unix_seconds(now.unix_seconds() - age).unwrap()) }
        };
        let history = History::new(ages.into_iter().map(backup).collect(), berlin);
        let options = Options::parse([("retention-policy", policy)], Release::V2_3_0).unwrap();
        let schedule = Schedule {
            jitter: TimeSpan::from_seconds(jitter).unwrap(),
            ..Schedule::every(TimeSpan::from_seconds(86_400).unwrap())
        };
        let from = now.add_units(1, 10_000_000).unwrap();
        let starts = schedule.starts(berlin, from, now.add_units(20, TICKS_PER_DAY).unwrap(), seed);
        let found = expiries(&history, &options, &starts);

        // The slow way: what is there is thinned by the reference after each backup, and what is
        // missed has gone.
        let policy = Policy::parse(policy, Release::V2_3_0).unwrap();
        let mut there: Vec<Backup> = history.iter().collect();
        let mut gone: Vec<Option<Utc>> = vec![None; history.len()];
        for start in &starts {
            there.push(Backup::full(start.time));
            let then = History::new(there, berlin);
            let deletes = reference::apply(&policy, &then, berlin.to_local(start.time), false).unwrap().deletes;
            there = then.versions().filter(|version| !deletes.contains(version)).map(|v| then.backup(v)).collect();
            for (version, gone) in history.versions().zip(&mut gone) {
                let is_there = there.iter().filter(|backup| backup.time == history.backup(version).time).count();
                let same_before = history.iter().filter(|other| other.time == history.backup(version).time).count();
                if same_before == 1 && is_there == 0 {
                    gone.get_or_insert(start.time);
                }
            }
        }
        for version in history.versions() {
            let alone = history.iter().filter(|other| other.time == history.backup(version).time).count() == 1;
            if alone {
                prop_assert_eq!(found[version.get()].map(|expiry| expiry.time), gone[version.get()], "version {}", version);
            }
        }
    }
}

#[test]
fn expiry_answers_as_the_snapshots_say() {
    let times = "2026-10-23T00:00:05Z\n2026-10-22T00:00:03Z partial\n2026-10-22T00:00:01Z\n2026-10-16T00:00:09Z\n2026-09-30T00:00:00Z\n";
    for (name, args) in [
        ("table", &["7D:1D,4W:1W", "--every", "1D", "--at", "02:00"][..]),
        (
            "other-options",
            &["", "--keep-time", "14D", "--every", "1D", "--at", "02:00", "--for", "8D"],
        ),
        ("json", &["7D:1D", "--every", "1D", "--at", "02:00", "--json"]),
    ] {
        let mut expiry = command();
        expiry.arg("expiry").args(args).args([
            "--times",
            "-",
            "--now",
            NOW,
            "--time-zone",
            "Europe/Berlin",
        ]);
        let answer = run_with(&mut expiry, times.as_bytes());
        assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{name}");
        assert_snapshot!(format!("expiry-{name}"), answer.stdout);
    }
    let nothing = run_with(
        command().args(["expiry", "7D:1D", "--every", "1D", "--times", "-", "--allow-empty"]),
        b"",
    );
    assert!(
        nothing.stdout.ends_with("There are no backups, so nothing is deleted.\n"),
        "{}",
        nothing.stdout
    );
}
