//! `conformance run` and `conformance replay -- COMMAND`: asks another program, and says what came
//! of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::answered::Answered;
use super::{counterexample, files, json, junit};
use crate::Release;
use crate::Shard;
use crate::cli::exit::CRASHED;
use crate::cli::failure::{Failure, write_file};
use crate::conformance::process::{Crash, Program};
use crate::conformance::run::{
    Config, Counterexample, Progress, diagnose, diagnose_violation, run as ask_everything,
};

/// How many wrong answers are looked into.
const MAX_COUNTEREXAMPLES: usize = 10;
/// How often the progress bar is drawn.
const DRAWN_EACH: Duration = Duration::from_millis(100);

const EXAMPLES: &str = "\
Examples:
  duplicati-retention conformance run -- python3 examples/implementations/python/adapter.py
  duplicati-retention conformance run --cases 100000 --jobs 2 --junit report.xml -- ./my-port
  duplicati-retention conformance run -- duplicati-retention conformance serve --with mutant:BoundExclusive

Exit codes: 0 every answer was right; 1 an answer was wrong, or one that was expected to be is not;
2 wrong usage, or ended by Ctrl-C before everything was asked; 3 the program crashed or was too slow.";

/// Ask another program everything it says it can answer, and show the smallest input on which it is
/// wrong
///
/// First the vectors, then random cases, then related cases and timelines. The program speaks the
/// protocol of docs/conformance.md on its standard input and output.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Args {
    /// Ask only about this release; may be given more than once [default: all that the program
    /// names]
    #[arg(long, value_name = "RELEASE")]
    release: Vec<Release>,

    /// How many random cases
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000)]
    cases: u64,

    /// Where the random cases start; the same seed gives the same cases
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,

    /// Ask only a part of everything: its number, counted from 0, and how many parts there are,
    /// such as 0/8
    ///
    /// conformance merge makes one report of those of all parts.
    #[arg(long, value_name = "I/N", default_value_t = Shard::WHOLE, hide_default_value = true)]
    shard: Shard,

    /// How long each answer may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    time_limit: Duration,

    /// How many processes to ask at once
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,

    /// Vector files [default: the 8,500 of this project]
    #[arg(long, value_name = "FILE", num_args = 1..)]
    vectors: Vec<PathBuf>,

    /// A list of known failures: on each line the id of a vector or an invariant, and a reason
    ///
    /// They do not count; but one that is not met any more fails the run, so that the list stays
    /// true.
    #[arg(long, value_name = "FILE")]
    expect_failures: Option<PathBuf>,

    /// Go on after the first wrong answer or crash
    #[arg(long)]
    keep_going: bool,

    /// Write a report for build servers
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,

    /// Write a report in JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// The command of `replay`.
#[derive(clap::Args)]
pub(in crate::cli) struct OptionalCommand {
    /// The program to ask in place of this one, and its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl OptionalCommand {
    pub fn is_given(&self) -> bool {
        !self.command.is_empty()
    }
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let is_sensible = |limit: &Duration| !limit.is_zero() && *limit <= Duration::from_secs(86_400);
    seconds
        .filter(is_sensible)
        .ok_or_else(|| "a number of seconds above 0 and up to 86400 is expected".into())
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let known = args.expect_failures.as_deref().map(files::known).transpose()?.unwrap_or_default();
    let config = Config {
        releases: (!args.release.is_empty()).then(|| args.release.clone()),
        vectors: files::vectors(&args.vectors)?,
        cases: args.cases,
        seed: args.seed,
        shard: args.shard,
        jobs: args.jobs.into(),
        keep_going: args.keep_going,
        known: known.keys().cloned().collect(),
    };
    let program = Program { limit: args.time_limit, ..Program::new(args.command.clone()) };
    // Files that cannot be written are better known before than after.
    let reports = [(&args.junit, junit::text as fn(&_) -> _), (&args.json, json::text)];
    let reports = reports.into_iter().filter_map(|(path, text)| Some((path.as_ref()?, text)));
    for (path, _) in reports.clone() {
        write_file(path, "")?;
    }
    let answered = show(&program, config, known, out)?;
    for (path, text) in reports {
        match &answered {
            Some(answered) => write_file(path, &text(answered)?)?,
            None => std::fs::remove_file(path).unwrap_or_default(),
        }
    }
    Ok(answered.map_or(CRASHED, |answered| answered.code()))
}

pub(super) fn replay(
    paths: &[PathBuf],
    command: &OptionalCommand,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let config = Config { vectors: files::vectors(paths)?, keep_going: true, ..Config::default() };
    let program = Program::new(command.command.clone());
    Ok(show(&program, config, BTreeMap::new(), out)?.map_or(CRASHED, |answered| answered.code()))
}

/// Asks everything and shows what came of it; `None` if the program did not start.
fn show(
    program: &Program,
    config: Config,
    known: BTreeMap<String, String>,
    out: &mut impl Write,
) -> io::Result<Option<Answered>> {
    match ask(program, config, known) {
        Err(crash) => counterexample::not_started(&program.command, &crash, out).map(|()| None),
        Ok(answered) => counterexample::write(&answered, out).map(|()| Some(answered)),
    }
}

/// Asks everything behind a progress bar, and looks into what was wrong.
fn ask(
    program: &Program,
    config: Config,
    known: BTreeMap<String, String>,
) -> Result<Answered, Crash> {
    // The first Ctrl-C ends the asking, the second also what comes after it.
    let (stop, stop_all) = (program.stop.clone(), Arc::new(AtomicBool::new(false)));
    let second = stop_all.clone();
    let stopper = move || {
        if stop.swap(true, Ordering::Relaxed) {
            second.store(true, Ordering::Relaxed);
        }
    };
    // Without a handler Ctrl-C ends this program at once, and that is all.
    let _ = ctrlc::set_handler(stopper);
    let progress = Progress::default();
    let report = watched(&progress, || ask_everything(program, &config, &progress))?;
    // What was found so far is worth a step even if the asking was stopped.
    let program = &Program { stop: stop_all, ..program.clone() };
    let wrong = report.wrong.iter().map(|wrong| diagnose(program, &config, &report, wrong));
    let violated = report.violated.iter().map(|it| diagnose_violation(program, &report, it));
    let mut counterexamples: Vec<Counterexample> = Vec::new();
    for counterexample in wrong.chain(violated).take(MAX_COUNTEREXAMPLES) {
        let is_same = |other: &Counterexample| {
            (&other.case, &other.violated) == (&counterexample.case, &counterexample.violated)
        };
        if !counterexamples.iter().any(is_same) {
            counterexamples.push(counterexample);
        }
    }
    let met: &BTreeSet<String> = &report.known_met;
    // Whether one occurs is known only when all was asked.
    let not_met = known.iter().filter(|(id, _)| !report.is_partial && !met.contains(*id));
    let not_met = not_met.map(|(id, reason)| (id.clone(), reason.clone())).collect();
    Ok(Answered { config, report, counterexamples, not_met, known })
}

/// Draws a progress bar while something runs; nothing if standard error is not a terminal.
fn watched<T>(progress: &Progress, work: impl FnOnce() -> T) -> T {
    let bar = ProgressBar::new(0);
    // The template is a constant, so it is valid.
    if let Ok(style) =
        ProgressStyle::with_template("{bar:30} {pos}/{len} answers, {per_sec}, {msg}")
    {
        bar.set_style(style);
    }
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                bar.set_length(progress.total.load(Ordering::Relaxed));
                bar.set_position(progress.answered.load(Ordering::Relaxed));
                bar.set_message(format!("{} wrong", progress.wrong.load(Ordering::Relaxed)));
                std::thread::park_timeout(DRAWN_EACH);
            }
            bar.finish_and_clear();
        });
        let result = work();
        is_done.store(true, Ordering::Relaxed);
        result
    })
}
