//! Benchmarks of everything that may take long; each checks its result, so that none can be fast by
//! being wrong.
//!
//! `cargo bench --bench retention`, with a part of a name behind it for some of them. With
//! `RETENTION_BENCH_LARGE=1` in the environment there are also 10⁸ backups, which take some 6 GB.
//! Ratios to the least that any program must do are the table of `docs/performance.md`, which
//! `--bench ratios` makes.

mod cases;

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use cases::{FEW_PAIRS, KEEP_ALL, Partial, bare, command, quadratic};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use duplicati_retention::Release;
use duplicati_retention::clock::Zone;
use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
use duplicati_retention::forecast::{Delivered, Schedule, simulate};
use duplicati_retention::history::History;
use duplicati_retention::policy::Policy;
use duplicati_retention::retention::{self, Options, Plan};
use duplicati_retention::sources::database::{self, Access};

const TICKS_PER_HOUR: i64 = TICKS_PER_DAY / 24;

fn main() {
    let settings = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(200));
    let mut criterion = settings.measurement_time(Duration::from_secs(1)).configure_from_args();
    parse(&mut criterion);
    plan(&mut criterion);
    kinds_of_plans(&mut criterion);
    unsorted(&mut criterion);
    floors(&mut criterion);
    local_clock(&mut criterion);
    listing(&mut criterion);
    quadratic_lists(&mut criterion);
    whole_command(&mut criterion);
    forecast(&mut criterion);
    criterion.final_summary();
}

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for release in Release::ALL {
        group.bench_function(BenchmarkId::new("three pairs", release), |bencher| {
            bencher.iter(|| {
                let policy = Policy::parse(black_box(FEW_PAIRS), release).unwrap();
                assert_eq!(policy.pairs().len(), 3);
                policy
            });
        });
    }
    let fifty = cases::fifty_pairs();
    group.bench_function("fifty pairs", |bencher| {
        bencher.iter(|| {
            let policy = Policy::parse(black_box(&fifty), Release::default()).unwrap();
            assert_eq!(policy.pairs().len(), 50);
            policy
        });
    });
    group.finish();
}

fn decide(history: &History, options: &Options) -> Plan {
    retention::plan(history, options, cases::now()).unwrap()
}

/// How many survive by the engine.
fn engine(history: &History, options: &Options) -> usize {
    survivors(&decide(history, options))
}

/// How many survive by the reference.
fn reference(history: &History, options: &Options) -> usize {
    let decisions = retention::reference::plan(history, options, cases::now()).unwrap();
    history.len() - decisions.deletes().count()
}

/// The engine and the reference, from a thousand backups on.
fn plan(criterion: &mut Criterion) {
    let largest = if std::env::var_os("RETENTION_BENCH_LARGE").is_some() { 8 } else { 7 };
    let mut group = criterion.benchmark_group("plan");
    for power in 3..=largest {
        let history = cases::history(10_usize.pow(power), Partial::None);
        let survivors = cases::expected_survivors(history.len(), FEW_PAIRS);
        bench_plan(
            &mut group,
            "engine",
            &format!("10^{power}"),
            engine,
            &history,
            FEW_PAIRS,
            survivors,
        );
        // Its list of decisions is longer than memory beyond.
        if power <= 7 {
            bench_plan(
                &mut group,
                "reference",
                &format!("10^{power}"),
                reference,
                &history,
                FEW_PAIRS,
                survivors,
            );
        }
    }
    group.finish();
}

/// A million backups: without partial ones and with, few pairs and fifty, keep-all and thinning,
/// without clock changes and with.
fn kinds_of_plans(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("plan of a million");
    let fifty = cases::fifty_pairs();
    for zone in ["UTC", "Europe/Berlin"] {
        for (partial, with) in [(Partial::None, "full"), (Partial::Tenth, "10 % partial")] {
            let history = History::new(cases::backups(1_000_000, partial), zone.parse().unwrap());
            for (name, policy) in [
                ("three pairs", FEW_PAIRS),
                ("fifty pairs", &fifty[..]),
                ("keep all", KEEP_ALL),
                ("thin all", "U:6h"),
            ] {
                // The number of survivors is the reference's, which the tests know to be right.
                let survivors = reference(&history, &cases::options(policy));
                let name = format!("{name}, {with}, {zone}");
                bench_plan(&mut group, &name, "engine", engine, &history, policy, survivors);
            }
        }
    }
    group.finish();
}

fn survivors(plan: &Plan) -> usize {
    plan.len() - plan.deleted_count()
}

fn bench_plan<M: criterion::measurement::Measurement>(
    group: &mut criterion::BenchmarkGroup<'_, M>,
    name: &str,
    parameter: &str,
    survivors: fn(&History, &Options) -> usize,
    history: &History,
    policy: &str,
    expected: usize,
) {
    let options = cases::options(policy);
    assert_eq!(survivors(history, &options), expected, "{name}");
    group.bench_function(BenchmarkId::new(name, parameter), |bencher| {
        bencher.iter(|| survivors(black_box(history), &options));
    });
}

/// From backups in any order to the plan.
fn unsorted(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("from a million backups");
    group.throughput(Throughput::Elements(1_000_000));
    let options = cases::options(FEW_PAIRS);
    let expected = cases::expected_survivors(1_000_000, FEW_PAIRS);
    let sorted = cases::backups(1_000_000, Partial::None);
    let oldest_first: Vec<_> = sorted.iter().rev().copied().collect();
    let shuffled = cases::shuffled(sorted.clone());
    for (name, backups) in
        [("sorted", sorted), ("oldest first", oldest_first), ("shuffled", shuffled)]
    {
        group.bench_function(name, |bencher| {
            let plan = |backups| {
                let plan = decide(&History::new(backups, Zone::UTC), &options);
                assert_eq!(survivors(&plan), expected);
                plan
            };
            bencher.iter_batched(|| backups.clone(), plan, BatchSize::LargeInput);
        });
    }
    let ticks: Vec<i64> =
        cases::shuffled((0..1_000_000).map(|version| cases::time(version).ticks()).collect());
    group.bench_function("sort_unstable of the shuffled ticks alone", |bencher| {
        let sort = |mut ticks: Vec<i64>| {
            ticks.sort_unstable();
            ticks
        };
        bencher.iter_batched(|| ticks.clone(), sort, BatchSize::LargeInput);
    });
    group.finish();
}

/// The least that is to be done: a search and a scan over nothing but ticks.
fn floors(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("floor");
    let bounds = cases::bounds(FEW_PAIRS);
    for power in [6, 7] {
        let count = 10_usize.pow(power);
        let ticks: Vec<i64> = (1..count).map(|version| cases::time(version).ticks()).collect();
        let expected = cases::expected_survivors(count, FEW_PAIRS) - 1;
        for (name, way) in [
            ("bare gallop", bare::gallop as fn(&[i64], &[(i64, i64)]) -> usize),
            ("scan", bare::scan),
        ] {
            assert_eq!(way(&ticks, &bounds), expected);
            group.bench_function(BenchmarkId::new(name, format!("10^{power}")), |bencher| {
                bencher.iter(|| way(black_box(&ticks), &bounds));
            });
        }
    }
    group.finish();
}

fn local_clock(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("local clock of a million times");
    group.throughput(Throughput::Elements(1_000_000));
    let times: Vec<_> = (0..1_000_000).map(cases::time).collect();
    let berlin: Zone = "Europe/Berlin".parse().unwrap();
    let each = || times.iter().map(|&time| berlin.to_local(time)).collect::<Vec<_>>();
    assert_eq!(berlin.all_to_local(&times), each());
    group.bench_function("all at once", |bencher| {
        bencher.iter(|| berlin.all_to_local(black_box(&times)))
    });
    group.bench_function("one by one", |bencher| bencher.iter(each));
    group.bench_function("a copy", |bencher| bencher.iter(|| black_box(&times).clone()));
    group.finish();
}

/// Every deletion as a number.
fn listing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("list of all deletions");
    for (partial, with) in [(Partial::None, "full"), (Partial::Tenth, "10 % partial")] {
        let history = cases::history(1_000_000, partial);
        let plan = decide(&history, &cases::options("U:1M"));
        let deleted = plan.deleted_count();
        let mut list: Vec<u32> = Vec::with_capacity(deleted);
        group.throughput(Throughput::Elements(deleted as u64));
        group.bench_function(BenchmarkId::new("by ranges", with), |bencher| {
            bencher.iter(|| {
                list.clear();
                plan.deleted_ranges().for_each(|range| {
                    list.extend((range.start.get()..range.end.get()).map(|version| version as u32));
                });
                assert_eq!(list.len(), deleted);
            });
        });
        group.bench_function(BenchmarkId::new("in Duplicati's order", with), |bencher| {
            bencher.iter(|| {
                list.clear();
                list.extend(plan.policy_deletes().map(|version| version.get() as u32));
                assert_eq!(list.len(), deleted);
            });
        });
    }
    group.finish();
}

/// The array lists of Duplicati, up to where they take seconds.
fn quadratic_lists(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("Duplicati's lists");
    let bounds = cases::bounds(FEW_PAIRS);
    for power in 3..=5 {
        let backups = cases::backups(10_usize.pow(power), Partial::None);
        let expected = backups.len() - cases::expected_survivors(backups.len(), FEW_PAIRS);
        group.bench_function(format!("10^{power}"), |bencher| {
            bencher.iter(|| {
                let deletes = quadratic::deletes(black_box(&backups), &bounds);
                assert_eq!(deletes.len(), expected);
                deletes.len()
            });
        });
    }
    group.finish();
}

/// Listing a database of a million filesets, and the command about it.
fn whole_command(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("database of a million");
    let folder = tempfile::tempdir().unwrap();
    let path: &Path = &folder.path().join("job.sqlite");
    command::database(path, 1_000_000).unwrap();
    let reading = || database::read(path, Access::InPlace).unwrap().backups;
    let expected = {
        let plan = decide(&History::new(reading(), Zone::UTC), &cases::options(FEW_PAIRS));
        format!(
            "1000000 versions: {} stay, {} are deleted.",
            survivors(&plan),
            plan.deleted_count()
        )
    };
    group.bench_function("read", |bencher| {
        bencher.iter(|| assert_eq!(reading().len(), 1_000_000));
    });
    group.bench_function("plan --summary", |bencher| {
        bencher.iter(|| {
            let answer = String::from_utf8(command::plan(path, FEW_PAIRS, &["--summary"])).unwrap();
            assert!(answer.contains(&expected), "{answer}");
        });
    });
    group.bench_function("plan --json", |bencher| {
        bencher.iter(|| {
            let answer = command::plan(path, FEW_PAIRS, &["--json"]);
            let versions = answer
                .split(|&byte| byte == b'\n')
                .filter(|line| line.starts_with(b"    {"))
                .count();
            assert_eq!(versions, 1_000_000);
        });
    });
    group.finish();
}

/// Ten years of hourly backups, with retention after each.
fn forecast(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("forecast of ten years by the hour");
    for (policy, left) in [(FEW_PAIRS, 20), ("1D:1h,1W:1D,U:1W", 552), ("U:U", 87_661)] {
        let policy = Policy::parse(policy, Release::default()).unwrap();
        let options = policy.clone().into();
        let history = History::new(vec![], Zone::UTC);
        let until = cases::time(0);
        let from = until.add_units(-87_660, TICKS_PER_HOUR).unwrap();
        let starts =
            Schedule::every(TimeSpan::from_ticks(TICKS_PER_HOUR)).starts(Zone::UTC, from, until, 1);
        group.bench_function(policy.to_string(), |bencher| {
            bencher.iter(|| {
                let mut delivered = Delivered::new(&options, &starts);
                let there = simulate(&options, &history, &starts, |there, now| {
                    delivered.observe(there, now)
                });
                assert_eq!(there.backups().count(), left);
                delivered
            });
        });
    }
    group.finish();
}
