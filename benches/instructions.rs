//! How many instructions the core takes, counted by Callgrind: the same on every run of the same
//! compiler, whatever else the machine does. Each benchmark checks its result.
//!
//! `.ci/instructions` runs this and compares with the figures in `instructions.tsv`.

// What the macros make has no documentation.
#![allow(missing_docs)]

mod cases;

use std::hint::black_box;

use cases::{FEW_PAIRS, Partial};
use duplicati_retention::Release;
use duplicati_retention::clock::Zone;
use duplicati_retention::conformance::serve;
use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
use duplicati_retention::forecast::{Delivered, Schedule, Start, simulate};
use duplicati_retention::history::History;
use duplicati_retention::policy::Policy;
use duplicati_retention::retention::{self, Options, Plan};
use duplicati_retention::testing::{Engine, IMPLEMENTATIONS, Reference, verify};
use gungraun::{library_benchmark, library_benchmark_group, main};

const TICKS_PER_HOUR: i64 = TICKS_PER_DAY / 24;

#[library_benchmark]
#[bench::three_pairs(FEW_PAIRS.to_owned(), 3)]
#[bench::fifty_pairs(cases::fifty_pairs(), 50)]
fn parse(text: String, pairs: usize) -> Policy {
    let policy = Policy::parse(black_box(&text), Release::default()).unwrap();
    assert_eq!(policy.pairs().len(), pairs);
    policy
}

fn large(count: usize) -> (History, Options, usize) {
    let survivors = cases::expected_survivors(count, FEW_PAIRS);
    (cases::history(count, Partial::None), cases::options(FEW_PAIRS), survivors)
}

#[library_benchmark(setup = large)]
#[bench::of_1_000(1_000)]
#[bench::of_10_000(10_000)]
#[bench::of_100_000(100_000)]
#[bench::of_1_000_000(1_000_000)]
fn plan((history, options, survivors): (History, Options, usize)) -> Plan {
    let plan = retention::plan(black_box(&history), &options, cases::now()).unwrap();
    assert_eq!(history.len() - plan.deletes().count(), survivors);
    plan
}

#[library_benchmark(setup = large)]
#[bench::of_1_000(1_000)]
fn reference((history, options, survivors): (History, Options, usize)) -> usize {
    let decisions =
        retention::reference::plan(black_box(&history), &options, cases::now()).unwrap();
    let kept = history.len() - decisions.deletes().count();
    assert_eq!(kept, survivors);
    kept
}

fn ten_years(every: i64) -> (Options, Vec<Start>) {
    let every = TimeSpan::from_ticks(every);
    let until = cases::now();
    let from = until.add_units(-3_653, TICKS_PER_DAY).unwrap();
    let starts = Schedule::every(every).starts(Zone::UTC, from, until, 1);
    (cases::policy(FEW_PAIRS).into(), starts)
}

#[library_benchmark(setup = ten_years)]
#[bench::by_the_day(TICKS_PER_DAY)]
#[bench::by_the_hour(TICKS_PER_HOUR)]
fn forecast((options, starts): (Options, Vec<Start>)) -> Delivered {
    let mut delivered = Delivered::new(&options, &starts);
    let history = History::new(vec![], Zone::UTC);
    let there = simulate(&options, &history, black_box(&starts), |there, now| {
        delivered.observe(there, now);
    });
    assert!((19..=21).contains(&there.backups().count()));
    delivered
}

#[library_benchmark]
fn a_hundred_cases() -> usize {
    let tallies = verify::run_part(1, IMPLEMENTATIONS, 0..black_box(100), 1, |_| {});
    assert!(tallies.iter().all(|tally| tally.failure.is_none()));
    tallies.len()
}

const QUESTION: &str = concat!(
    r#"{"ask":"plan","id":1,"release":"2.3.0","time_zone":"Europe/Berlin","#,
    r#""now":"2026-11-23T10:00:00Z","options":{"retention-policy":"7D:1D,U:1W"},"backups":["#,
    r#"{"time":"2026-11-23T09:00:00Z"},{"time":"2026-11-22T09:00:01Z"},"#,
    r#"{"time":"2026-11-22T09:00:00Z"},{"time":"2026-11-01T09:00:00Z"}]}"#,
    "\n"
);

#[library_benchmark]
fn answer_of_the_engine() -> Vec<u8> {
    let mut answers = Vec::new();
    serve(&Engine, black_box(QUESTION).as_bytes(), &mut answers).unwrap();
    assert!(answers.starts_with(br#"{"id":1,"#), "{}", String::from_utf8_lossy(&answers));
    answers
}

#[library_benchmark]
fn answer_of_the_reference() -> Vec<u8> {
    let mut answers = Vec::new();
    serve(&Reference, black_box(QUESTION).as_bytes(), &mut answers).unwrap();
    assert!(answers.starts_with(br#"{"id":1,"#), "{}", String::from_utf8_lossy(&answers));
    answers
}

library_benchmark_group!(
    name = instructions,
    benchmarks = [
        parse,
        plan,
        reference,
        forecast,
        a_hundred_cases,
        answer_of_the_engine,
        answer_of_the_reference
    ]
);

main!(library_benchmark_groups = instructions);
