//! Asks another program everything that fits what it says of itself, and checks its answers.
//!
//! [`run`] is the whole of it: hello, the vectors, random cases, in any number of processes at
//! once, each kept busy with a window of questions (`worker.rs`). Then each process is asked a
//! share of the cases with everything that follows from them, related cases and timelines
//! (`evaluate.rs`); there a program is an [`Implementation`] like
//! any other (`child.rs`). `response.rs` says whether an answer is right; `questions.rs` what is
//! asked; [`diagnose()`] makes a counterexample small, *through the program*, and says what it
//! looks like.

mod child;
mod config;
mod diagnose;
mod evaluate;
mod likeness;
mod questions;
mod report;
mod response;
mod shared;
mod worker;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

pub use child::Child;
pub use config::{Config, Progress};
pub use diagnose::{Counterexample, ViolatedInvariant, diagnose, diagnose_violation};
pub use likeness::Likeness;
pub use questions::Question;
pub use report::{Mismatch, RunReport, VectorStatus, Violated};
pub use response::Response;

use super::expected::{expected, right};
use super::process::{Crash, Fault, Program, Session};
use super::protocol::Hello;
use crate::Release;
use crate::testing::Implementation;
use questions::Source;
use shared::Shared;
use worker::Worker;

/// The number, from 1, of the first random question of a run that an implementation of this crate
/// answers wrongly: what [`run`] would ask a program that can be asked everything. None if that is
/// not among so many.
///
/// ```
/// use duplicati_retention::conformance::run::first_mismatch;
/// use duplicati_retention::testing::{Engine, mutants::{Mutant, Mutation}};
/// assert!(first_mismatch(&Mutant::with(Mutation::OutsideKept), 200, 1).is_some());
/// assert_eq!(first_mismatch(&Engine, 200, 1), None);
/// ```
pub fn first_mismatch(implementation: &dyn Implementation, cases: u64, seed: u64) -> Option<u64> {
    let source = Source::new(&[], cases, seed, Release::ALL.into(), &Hello::ours(""));
    let is_wrong = |number: &u64| {
        let Question { ask, case, .. } = source.random(*number);
        let answer = expected(ask, &implementation.answer(&case));
        right(ask, &case)
            .is_some_and(|right| !response::agrees(&right, &Response::from_expected(&answer)))
    };
    (0..cases).find(is_wrong).map(|number| number + 1)
}

/// Asks a program, and reports what came of it.
///
/// # Errors
/// [`Crash`] if it does not start, or does not speak the protocol.
pub fn run(program: &Program, config: &Config, progress: &Progress) -> Result<RunReport, Crash> {
    let mut session = Session::start(program)?;
    let hello = session.hello.clone();
    let wanted =
        |release: &Release| config.releases.as_ref().is_none_or(|wanted| wanted.contains(release));
    // Only the very name: an unknown patch release is not ours to check.
    let named = |release: &Release| hello.releases.iter().any(|name| name == release.name());
    let releases: Vec<Release> =
        Release::ALL.into_iter().filter(|release| named(release) && wanted(release)).collect();
    if releases.is_empty() {
        let offered = hello.releases.join(", ");
        return Err(session.crash(Fault::Hello(format!(
            "it offers no release to ask for: it names {offered:?}, and known here are 2.1, 2.2, \
             2.3.0 and 2.3.1{}",
            if config.releases.is_some() { ", of which others are wanted" } else { "" }
        ))));
    }
    let source = Source::new(&config.vectors, config.cases, config.seed, releases.clone(), &hello);
    let questions = config.shard.part(source.len());
    let cases = config.shard.part(source.cases_to_evaluate());
    let total = (questions.end - questions.start) + (cases.end - cases.start);
    progress.total.store(total, Ordering::Relaxed);
    let shared = Shared {
        config,
        program,
        source: &source,
        progress,
        hello: &hello,
        next: AtomicU64::new(questions.start),
        questions_end: questions.end,
        next_case: AtomicU64::new(cases.start),
        cases_end: cases.end,
        crashes: AtomicU64::new(0),
        halt: AtomicBool::new(false),
    };
    let sum = Mutex::new(RunReport { hello: hello.clone(), releases, ..RunReport::default() });
    let add = |report| sum.lock().unwrap_or_else(PoisonError::into_inner).merge(report);
    std::thread::scope(|scope| {
        for _ in 1..config.jobs.max(1) {
            scope.spawn(|| add(Worker::new(&shared, None).work()));
        }
        add(Worker::new(&shared, Some(session)).work());
    });
    let mut report = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    report.wrong.sort_by_key(|wrong| wrong.number);
    // What was on its way when a run halts has no answer, though it was asked.
    let has_halted = shared.halt.load(Ordering::Relaxed) || program.is_stopped();
    let done = report.answered() + report.evaluated + report.crashes.len() as u64;
    report.is_partial = has_halted && done < total;
    Ok(report)
}
