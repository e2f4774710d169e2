//! `compare`: what it says of two policies is what each of them says by itself.

use duplicati_retention::Release;
use duplicati_retention::advice::{Outcome, age_ranges, mean_the_same, only_deleted_by};
use duplicati_retention::clock::Utc;
use duplicati_retention::clock::Zone;
use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
use duplicati_retention::forecast::{ComparedForecast, Schedule, simulate};
use duplicati_retention::history::{Backup, History, VersionNumber};
use duplicati_retention::policy::Policy;
use duplicati_retention::retention::{Decisions, Options, reference};
use duplicati_retention::sources::times::parse_time;
use proptest::prelude::*;
use serde_json::Value;

use crate::assert_snapshot;
use crate::support::{command, run, run_with, write_file};

const FIXED: [&str; 4] = ["--now", "2026-11-23T10:00:00Z", "--time-zone", "Europe/Berlin"];
const POLICIES: [&str; 13] = [
    "",
    "7D:1D",
    "1W:1D,4W:1W,12M:1M",
    "12M:1M",
    "20D:U",
    "U:3D",
    "2D:U,1M:2D,U:1W",
    "40D:1W,7D:1D",
    "7D:2D,7D:U",
    "0s:1s,9D:1h",
    "4W:1W,12M:1M,7D:1D",
    "20D:U,20D:1D",
    "7D:U,U:U",
];

fn compare(args: &[&str]) -> crate::support::Run {
    run(&[&["compare"], args, &FIXED].concat())
}

fn any_side() -> impl Strategy<Value = (&'static str, Release)> {
    (prop::sample::select(POLICIES.to_vec()), prop::sample::select(Release::ALL.to_vec()))
}

fn any_history() -> impl Strategy<Value = History> {
    let backups = prop::collection::vec((0..500 * 86_400_i64, prop::bool::weighted(0.2)), 0..40);
    backups.prop_map(|ages| {
        let backup = |(age, partial): (i64, bool)| {
            let time = Utc::from_unix_seconds(now().unix_seconds() - age).unwrap();
            Backup { partial, ..Backup::full(time) }
        };
        History::new(ages.into_iter().map(backup).collect(), "Europe/Berlin".parse().unwrap())
    })
}

fn now() -> Utc {
    parse_time(FIXED[1]).unwrap()
}

fn options((policy, release): (&str, Release), more: &str) -> Options {
    Options::parse([("retention-policy", policy), ("version", more)], release).unwrap()
}

proptest! {
    #![proptest_config(crate::support::cases(256))]

    #[test]
    fn what_only_one_deletes_is_the_difference_of_two_plans(
        first in any_side(), second in any_side(), history in any_history(), more in prop::sample::select(vec!["", "0-3", "2,5"]),
    ) {
        let options = [options(first, more), options(second, "")];
        let plans = options.each_ref().map(|options| duplicati_retention::retention::plan(&history, options, now()).unwrap());
        let found = only_deleted_by(&plans[0], &plans[1]);
        let [one, other] = options.each_ref().map(|options| reference::plan(&history, options, now()).unwrap());
        let deleted = |plan: &Decisions, version: VersionNumber| plan.decisions[version.get()].deleted;
        let only = |this, that| -> Vec<VersionNumber> {
            history.versions().filter(|&version| deleted(this, version) && !deleted(that, version)).collect()
        };
        prop_assert_eq!(&found, &[only(&one, &other), only(&other, &one)]);
        if more.is_empty() && mean_the_same(&options[0], &options[1]) {
            prop_assert_eq!(&found, &[Vec::<VersionNumber>::new(), vec![]]);
        }
        prop_assert!(only_deleted_by(&plans[0], &plans[0]).iter().all(Vec::is_empty));
    }

    #[test]
    fn what_becomes_of_an_age_is_what_the_reference_does_with_it(
        first in any_side(), second in any_side(), history in any_history(),
    ) {
        let policies = [first, second].map(|(text, release)| Policy::parse(text, release).unwrap());
        let sides = policies.clone().map(Options::from);
        let age_ranges = age_ranges(&sides[0], &sides[1], history.zone().to_local(now()));
        // All ages, without a gap, and no two beside each other alike.
        prop_assert_eq!(age_ranges[0].older_than, TimeSpan::ZERO);
        prop_assert_eq!(age_ranges[age_ranges.len() - 1].up_to, None);
        prop_assert!(age_ranges.windows(2).all(|two| two[0].up_to == Some(two[1].older_than) && two[0].outcomes != two[1].outcomes));
        let local_now = history.zone().to_local(now());
        for (side, policy) in policies.iter().enumerate() {
            let deletes = reference::apply(policy, &history, local_now, false).unwrap().deletes;
            for version in history.versions().skip(1) {
                let age = local_now.since(history.local_time(version));
                let band = age_ranges.iter().find(|band| band.up_to.is_none_or(|up_to| age <= up_to)).unwrap();
                let is_newest = history.versions().all(|other| history.local_time(other) <= history.local_time(version));
                match band.outcomes[side] {
                    _ if is_newest || age <= TimeSpan::ZERO => {}
                    Outcome::AllStay => prop_assert!(!deletes.contains(&version)),
                    Outcome::Deleted => prop_assert!(deletes.contains(&version)),
                    Outcome::OneEach(_) | Outcome::Newest(_) => {}
                }
            }
        }
    }

    #[test]
    fn what_is_left_in_the_end_is_what_two_forecasts_leave(
        first in any_side(), second in any_side(), jitter in 0..4000_i64, seed in 0..100_u64,
    ) {
        let policies = [first, second].map(|(text, release)| Policy::parse(text, release).unwrap());
        let schedule = Schedule {
            jitter: TimeSpan::from_seconds(jitter).unwrap(),
            ..Schedule::every(TimeSpan::from_seconds(43_200).unwrap())
        };
        let from = now().add_units(-60, TICKS_PER_DAY).unwrap();
        let starts = schedule.starts(Zone::UTC, from, now(), seed);
        let sides = policies.map(Options::from);
        let [one, other] = ComparedForecast::of_both(sides.each_ref(), Zone::UTC, &starts);
        let left = sides.each_ref().map(|options| -> Vec<Backup> {
            let there = simulate(options, &History::new(vec![], Zone::UTC), &starts, |_, _| {});
            there.backups().rev().collect()
        });
        let only = |these: &[Backup], those: &[Backup]| -> Vec<Backup> {
            these.iter().filter(|backup| !those.contains(backup)).copied().collect()
        };
        prop_assert_eq!(one.only_here(&other), only(&left[0], &left[1]));
        prop_assert_eq!(other.only_here(&one), only(&left[1], &left[0]));
        prop_assert_eq!(one.only_here(&one), vec![]);
        // Both are counted over the same runs.
        prop_assert_eq!(one.delivered.runs(), other.delivered.runs());
    }
}

#[test]
fn compare_answers_as_the_snapshots_say() {
    let photos = ["--database", "samples/photos.sqlite"];
    let times = ["--times", "samples/times.txt"];
    let years = ["--every", "1D", "--jitter", "30s"];
    let default = "1W:1D,4W:1W,12M:1M";
    let shorter = "7D:23h,28D:167h,360D:719h";
    for (name, args) in [
        ("releases", &[&["12M:1M", "--release", "2.1", "--release", "2.3.0"][..]][..]),
        ("releases-now", &[&["12M:1M", "--release", "2.1", "--release", "2.3.0"], &photos]),
        ("policies", &[&[default, shorter], &years, &photos]),
        ("job", &[&["--job", "samples/job.json", "7D:1D,U:1W"]]),
        (
            "job-releases",
            &[&["--job", "samples/job.json", "--release", "2.1", "--release", "2.3.1"], &times],
        ),
        ("with-itself", &[&[default, default], &years, &times, &["--for", "2Y"]]),
        ("frames-end-elsewhere", &[&["14D:1D", "7D:1D,14D:1D"]]),
        ("other-order", &[&["7D:1D,4W:1W", "4W:1W,7D:1D,7D:1h"]]),
        ("no-backups", &[&["7D:1D", "14D:1D", "--times", "-", "--allow-empty"]]),
        ("nothing-deleted", &[&["", "7D:U,U:U"]]),
        ("further-apart", &[&["14D:1D", "14D:2D"]]),
        ("no-policy", &[&["", "7D:1D"], &times]),
        ("refused", &[&["7D:1D", "1D:1D"], &times]),
        ("too-short", &[&["7D:1D", "5Y:1M"], &years, &["--for", "60D"]]),
        (
            "json",
            &[
                &["12M:1M", "--release", "2.1", "--release", "2.3.0", "--every", "1W"],
                &times,
                &["--json"],
            ],
        ),
        ("json-alone", &[&["7D:1D", "U:U", "--json"]]),
    ] {
        let args = args.concat();
        let answer = compare(&args);
        let code = i32::from(name == "refused");
        assert_eq!((answer.code, answer.stderr.as_str()), (code, ""), "{name}");
        assert_snapshot!(format!("compare-{name}"), answer.stdout);
        assert_eq!(answer.stdout, compare(&args).stdout, "the same question has the same answer");
    }
}

#[test]
fn what_compare_lists_is_what_two_plans_list() {
    let json = |args: &[&str]| -> Value {
        serde_json::from_str(&run(&[args, &FIXED, &["--json"]].concat()).stdout).unwrap()
    };
    let source = ["--database", "samples/photos.sqlite"];
    let policies = ["1W:1D,4W:1W,12M:1M", "2W:1D,U:1M"];
    let compared = json(&[&["compare"], &policies[..], &source].concat());
    let deleted = policies.map(|policy| -> Vec<u64> {
        let plan = json(&[&["plan", policy], &source[..]].concat());
        let versions = plan["versions"].as_array().unwrap().iter();
        versions
            .filter(|version| version["deleted"] == true)
            .map(|version| version["version"].as_u64().unwrap())
            .collect()
    });
    for (side, other) in [(0, 1), (1, 0)] {
        let only = compared["now_deleted"]["only"][side].as_array().unwrap();
        let only: Vec<u64> =
            only.iter().map(|version| version["version"].as_u64().unwrap()).collect();
        let expected: Vec<u64> = deleted[side]
            .iter()
            .filter(|version| !deleted[other].contains(version))
            .copied()
            .collect();
        assert!(!expected.is_empty());
        assert_eq!(only, expected);
    }
}

#[test]
fn a_policy_replaces_the_number_of_versions_that_a_job_keeps() {
    let folder = tempfile::tempdir().unwrap();
    let job = r#"{"Backup":{"Name":"Photos","Settings":[{"Name":"keep-versions","Value":"2"}]}}"#;
    let path = write_file(folder.path(), "job.json", job.as_bytes());
    let deleted = |args: &[&str]| -> Value {
        let answer =
            run(&[args, &["--job", &path, "--times", "samples/times.txt", "--json"], &FIXED]
                .concat());
        serde_json::from_str(&answer.stdout).unwrap()
    };
    let monthly = job.replace("{\"Backup\"", "{\"Schedule\":{\"Repeat\":\"1M\"},\"Backup\"");
    write_file(folder.path(), "monthly.json", monthly.as_bytes());
    let mut command = command();
    command
        .current_dir(folder.path())
        .args(["compare", "--job", "monthly.json", "U:1M"])
        .args(FIXED);
    assert_snapshot!("compare-monthly-job", run_with(&mut command, b"").stdout);
    let alone = &deleted(&["plan"])["summary"]["deleted"];
    assert_eq!(alone, 4);
    assert_eq!(deleted(&["compare", ""])["now_deleted"]["deleted"], serde_json::json!([alone, 0]));
}

#[test]
fn what_cannot_be_compared_is_told_what_is_expected() {
    let mut said = String::new();
    for args in [
        &[][..],
        &["7D:1D"],
        &["7D:1D", "--release", "2.1"],
        &["7D:1D", "14D:1D", "21D:1D"],
        &["7D:1D", "14D:1D", "--release", "2.1", "--release", "2.2"],
        &["7D:1D", "--release", "2.1", "--release", "2.2", "--release", "2.3.0"],
        &["--job", "samples/job.json"],
        &["--job", "samples/job.json", "7D:1D", "14D:1D"],
        &["--job", "samples/times.txt", "7D:1D"],
        &["7D:1D", "7d:1D"],
        &["1D:1h:5", "--release", "2.3.0", "--release", "2.3.1"],
        &["7D:1D", "14D:1D", "--release", "1.3"],
        &["7D:1D", "14D:1D", "--times", "-", "--files", "."],
        &["7D:1D", "14D:1D", "--prefix", "x"],
        &["7D:1D", "14D:1D", "--copy"],
        &["7D:1D", "14D:1D", "--every", "1d"],
    ] {
        let answer = compare(args);
        assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{args:?}");
        said += &format!("{args:?}\n{}\n", answer.stderr);
    }
    assert_snapshot!("compare-errors", said);
}

#[test]
fn a_policy_replaces_what_the_job_decides_by_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let job = "x --keep-time= --retention-policy=1W:1D --allow-full-removal";
    let job = write_file(folder.path(), "job", job.as_bytes());
    for (other, name) in [("7D:1D", "7D:1D"), ("keep-versions=3", "keep-versions 3")] {
        let answer: Value =
            serde_json::from_str(&compare(&["--job", &job, other, "--json"]).stdout).unwrap();
        let names = ["1W:1D", name];
        for (side, name) in answer["sides"].as_array().unwrap().iter().zip(names) {
            assert_eq!(side["name"], name);
            let options = side["options"].as_array().unwrap();
            let texts: Vec<&str> =
                options.iter().map(|option| option["name"].as_str().unwrap()).collect();
            let expected = if name.starts_with("keep") {
                &["keep-versions", "allow-full-removal"][..]
            } else {
                &["allow-full-removal"]
            };
            assert_eq!(texts, expected, "{name}");
        }
    }
}
