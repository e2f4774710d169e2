//! Asks another program everything that fits what it says of itself, and judges its answers.
//!
//! [`run`] is the whole of it: hello, the vectors, random cases from case_seeds, in any number of
//! processes at once, each kept busy with a window of questions. `judge.rs` says whether an answer
//! is right; `source.rs` what is asked; [`diagnose`] makes a wrong answer small, *through the
//! implementation*, and says what it looks like.

mod diagnose;
mod judge;
mod questions;
mod shrink_case;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

pub use diagnose::{Counterexample, Likeness, ViolatedInvariant, diagnose};
pub use judge::{Response, sentence};
pub(crate) use judge::{as_vector, right};
pub use questions::Question;

use super::process::{Crash, Fault, Program, Session, WINDOW};
use super::protocol::{Hello, question_line};
use super::vector::{Expected, Vector};
use crate::Release;
use judge::Reply;
use questions::Source;

/// After so many crashes a run ends, even if it is to go on.
const MOST_CRASHES: usize = 10;
/// So many wrong answers are kept, beside their number.
const MOST_WRONG: usize = 200;
/// So many questions with right answers are kept, to tell mutations apart.
const KEPT_RIGHT: usize = 400;

/// What to ask.
///
/// ```
/// use duplicati_retention::conformance::run::Config;
/// let config = Config { cases: 5, ..Config::default() };
/// assert!(config.releases.is_none() && config.vectors.is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    /// Only these releases; none for all that the implementation names.
    pub releases: Option<Vec<Release>>,
    /// The vectors.
    pub vectors: Vec<Vector>,
    /// How many random cases.
    pub cases: u64,
    /// The seed of the random cases.
    pub seed: u64,
    /// How many processes at once.
    pub jobs: usize,
    /// Whether to go on after the first wrong answer or crash.
    pub keep_going: bool,
    /// Ids of vectors and invariants that are known to fail.
    pub known: BTreeSet<String>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            releases: None,
            vectors: Vec::new(),
            cases: 0,
            seed: 1,
            jobs: 1,
            keep_going: false,
            known: BTreeSet::new(),
        }
    }
}

/// How far a run is, for whoever watches.
///
/// ```
/// let progress = duplicati_retention::conformance::run::Progress::default();
/// assert_eq!(progress.answered.into_inner(), 0);
/// ```
#[derive(Debug, Default)]
pub struct Progress {
    /// How many questions there are.
    pub total: AtomicU64,
    /// How many were answered.
    pub answered: AtomicU64,
    /// How many answers were wrong.
    pub wrong: AtomicU64,
}

/// A wrong answer.
///
/// ```
/// use duplicati_retention::conformance::run::{RunReport, Mismatch};
/// let is_random = |wrong: &Mismatch| wrong.item.case_seed.is_some();
/// assert_eq!(RunReport::default().wrong.iter().filter(|wrong| is_random(wrong)).count(), 0);
/// ```
#[derive(Clone, Debug)]
pub struct Mismatch {
    /// The place of the question among all.
    pub number: u64,
    /// The question.
    pub item: Question,
    /// The answer.
    pub given: Response,
    /// The right one.
    pub right: Expected,
}

/// What came of a question of a vector.
///
/// ```
/// use duplicati_retention::conformance::run::VectorStatus;
/// assert_ne!(VectorStatus::Skipped, VectorStatus::Passed); // to decline is never a pass
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VectorStatus {
    /// The answer was right.
    Passed,
    /// The answer was wrong.
    Failed,
    /// The implementation declined.
    Skipped,
    /// The implementation crashed.
    Crashed,
}

/// What came of a run.
///
/// ```
/// let report = duplicati_retention::conformance::run::RunReport::default();
/// assert!(report.wrong.is_empty() && report.crashes.is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct RunReport {
    /// What the implementation says of itself.
    pub hello: Hello,
    /// The releases that were asked.
    pub releases: Vec<Release>,
    /// How many answers were right.
    pub passed: u64,
    /// How many answers were wrong, beside those that were known to be.
    pub failed: u64,
    /// How many answers were wrong and known to be.
    pub known: u64,
    /// The entries of [`Config::known`] that were met.
    pub known_met: BTreeSet<String>,
    /// Why questions were declined, and how often.
    pub skipped: BTreeMap<String, u64>,
    /// Mismatch answers that were not known to be, in the order of the questions; not more than
    /// some hundred.
    pub wrong: Vec<Mismatch>,
    /// Crashes, with the question that was to be answered where it can be told.
    pub crashes: Vec<(Option<Question>, Crash)>,
    /// What came of each vector, by its id and release.
    pub vectors: BTreeMap<String, VectorStatus>,
    /// Questions that were answered right, a sample.
    pub right: Vec<Question>,
    /// Whether it ended before everything was asked.
    pub is_partial: bool,
}

impl RunReport {
    /// How many questions were answered.
    ///
    /// ```
    /// # use duplicati_retention::conformance::run::RunReport;
    /// assert_eq!(RunReport::default().answered(), 0);
    /// ```
    pub fn answered(&self) -> u64 {
        self.passed + self.failed + self.known + self.skipped.values().sum::<u64>()
    }

    fn merge(&mut self, other: RunReport) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.known += other.known;
        self.known_met.extend(other.known_met);
        for (reason, count) in other.skipped {
            *self.skipped.entry(reason).or_default() += count;
        }
        self.wrong.extend(other.wrong);
        self.crashes.extend(other.crashes);
        self.vectors.extend(other.vectors);
        self.right.extend(other.right);
    }
}

/// What all processes share.
struct Shared<'a> {
    config: &'a Config,
    program: &'a Program,
    source: &'a Source<'a>,
    progress: &'a Progress,
    hello: &'a Hello,
    next: AtomicU64,
    crashes: AtomicU64,
    halt: AtomicBool,
}

/// Asks a program, and reports what came of it.
///
/// # Errors
/// [`Crash`] if it does not start, or does not speak the protocol.
///
/// ```
/// use duplicati_retention::conformance::{run::{Config, Progress, run}, process::Program};
/// let no_program = Program::new(vec!["/no/such/program".into()]);
/// assert!(run(&no_program, &Config::default(), &Progress::default()).is_err());
/// ```
pub fn run(program: &Program, config: &Config, progress: &Progress) -> Result<RunReport, Crash> {
    let mut session = Session::start(program)?;
    let hello = session.hello.clone();
    let wanted =
        |release: &Release| config.releases.as_ref().is_none_or(|wanted| wanted.contains(release));
    // Only the very name: an unknown patch release is not ours to judge.
    let named = |release: &Release| hello.releases.iter().any(|name| name == release.name());
    let releases: Vec<Release> =
        Release::ALL.into_iter().filter(|release| named(release) && wanted(release)).collect();
    if releases.is_empty() {
        let offered = hello.releases.join(", ");
        return Err(session.crash(Fault::Hello(format!(
            "there is no release to ask for: it offers {offered:?}, and known here are 2.1, 2.2, 2.3.0 and 2.3.1{}",
            if config.releases.is_some() { ", of which others are wanted" } else { "" }
        ))));
    }
    let source = Source::new(&config.vectors, config.cases, config.seed, releases.clone(), &hello);
    progress.total.store(source.len(), Ordering::Relaxed);
    let shared = Shared {
        config,
        program,
        source: &source,
        progress,
        hello: &hello,
        next: AtomicU64::new(0),
        crashes: AtomicU64::new(0),
        halt: AtomicBool::new(false),
    };
    let total = Mutex::new(RunReport { hello: hello.clone(), releases, ..RunReport::default() });
    let add = |report| total.lock().unwrap_or_else(PoisonError::into_inner).merge(report);
    std::thread::scope(|scope| {
        for _ in 1..config.jobs.max(1) {
            scope.spawn(|| add(Worker::new(&shared, None).work()));
        }
        add(Worker::new(&shared, Some(session)).work());
    });
    let mut report = total.into_inner().unwrap_or_else(PoisonError::into_inner);
    report.wrong.sort_by_key(|wrong| wrong.number);
    // What was on its way when a run halts has no answer, though it was asked.
    let has_halted = shared.halt.load(Ordering::Relaxed) || program.is_stopped();
    report.is_partial =
        has_halted && report.answered() + (report.crashes.len() as u64) < source.len();
    Ok(report)
}

/// One process after the other, and the questions that it has not answered yet.
struct Worker<'a> {
    shared: &'a Shared<'a>,
    session: Option<Session>,
    /// Evaluation and not answered, the oldest first.
    pending: VecDeque<(u64, Question)>,
    /// Evaluation of a process that crashed. They are asked one by one, to find which of them it
    /// was.
    again: VecDeque<(u64, Question)>,
    /// A crash that no question was found for.
    unexplained: Option<Crash>,
    report: RunReport,
}

impl<'a> Worker<'a> {
    fn new(shared: &'a Shared<'a>, session: Option<Session>) -> Worker<'a> {
        let (pending, again) = (VecDeque::new(), VecDeque::new());
        Worker { shared, session, pending, again, unexplained: None, report: RunReport::default() }
    }

    fn work(mut self) -> RunReport {
        while !self.is_over() {
            if let Err(crash) = self.step() {
                self.session = None;
                self.note(crash);
            }
            if self.again.is_empty() && self.pending.is_empty() && !self.fill_would_find() {
                break;
            }
        }
        if let Some(crash) = self.unexplained.take() {
            self.report.crashes.push((None, crash));
        }
        if let Some(session) = self.session.take().filter(|_| self.pending.is_empty())
            && let Err(crash) = session.close()
            && crash.fault != Fault::Stopped
        {
            self.report.crashes.push((None, crash));
        }
        self.report
    }

    fn is_over(&self) -> bool {
        self.shared.halt.load(Ordering::Relaxed) || self.shared.program.is_stopped()
    }

    fn fill_would_find(&self) -> bool {
        self.shared.next.load(Ordering::Relaxed) < self.shared.source.len()
    }

    /// Asks what fits into the window, and takes one answer.
    fn step(&mut self) -> Result<(), Crash> {
        if self.session.is_none() {
            self.session = Some(Session::start(self.shared.program)?);
        }
        let Some(session) = &mut self.session else { return Ok(()) };
        let is_careful = !self.again.is_empty() || self.unexplained.is_some();
        let window = if is_careful { 1 } else { WINDOW };
        // Filled in halves, so that questions travel together.
        if self.pending.len() <= window / 2 {
            while self.pending.len() < window {
                let Some((number, item)) = self.again.pop_front().or_else(|| next(self.shared))
                else {
                    break;
                };
                let with_locks = self.shared.hello.has("locks");
                session.ask(question_line(item.ask, &item.case, &number.to_string(), with_locks));
                self.pending.push_back((number, item));
            }
        }
        let Some((number, item)) = self.pending.front() else {
            // All of them were answered alone.
            return Ok(());
        };
        let with_order = self.shared.hello.has("order");
        let line = session.answer()?;
        let reply = judge::read(&line, &number.to_string(), item.ask, with_order);
        let reply = reply.map_err(|fault| session.crash(fault))?;
        if let Some((number, item)) = self.pending.pop_front() {
            self.take(number, item, reply);
        }
        if self.again.is_empty()
            && self.pending.is_empty()
            && let Some(crash) = self.unexplained.take()
        {
            self.report.crashes.push((None, crash));
            self.count_crash();
        }
        Ok(())
    }

    /// Who is to blame for a crash: the question that was alone, or nobody yet.
    fn note(&mut self, crash: Crash) {
        if crash.fault == Fault::Stopped {
            return;
        }
        let was_alone = self.pending.len() <= 1;
        if was_alone {
            self.unexplained = None;
            let item = self.pending.pop_front().map(|(_, item)| item);
            if let Some(item) = item.as_ref().filter(|item| item.expected.is_some()) {
                self.report.vectors.insert(item.id.clone(), VectorStatus::Crashed);
            }
            self.report.crashes.push((item, crash));
            self.count_crash();
        } else {
            self.unexplained = Some(crash);
            let pending = std::mem::take(&mut self.pending);
            pending.into_iter().rev().for_each(|item| self.again.push_front(item));
        }
    }

    fn count_crash(&mut self) {
        let count = self.shared.crashes.fetch_add(1, Ordering::Relaxed) + 1;
        if !self.shared.config.keep_going || count >= MOST_CRASHES as u64 {
            self.shared.halt.store(true, Ordering::Relaxed);
        }
    }

    fn take(&mut self, number: u64, item: Question, reply: Reply) {
        let progress = self.shared.progress;
        progress.answered.fetch_add(1, Ordering::Relaxed);
        let is_vector = item.expected.is_some();
        let given = match reply {
            Reply::Skip(reason) => {
                *self.report.skipped.entry(reason).or_default() += 1;
                if is_vector {
                    self.report.vectors.insert(item.id, VectorStatus::Skipped);
                }
                return;
            }
            Reply::Response(given) => given,
        };
        let Some(right) = item.expected.clone().or_else(|| judge::right(item.ask, &item.case))
        else {
            // Not defined: as good as not asked.
            *self.report.skipped.entry("no answer is defined".into()).or_default() += 1;
            return;
        };
        let is_right = judge::agrees(&right, &given);
        if is_vector {
            let outcome = if is_right { VectorStatus::Passed } else { VectorStatus::Failed };
            self.report.vectors.insert(item.id.clone(), outcome);
        }
        if is_right {
            self.report.passed += 1;
            if self.report.right.len() < KEPT_RIGHT {
                self.report.right.push(item);
            }
            return;
        }
        let known_as = diagnose::known_as(&self.shared.config.known, &item, &given);
        if !known_as.is_empty() {
            self.report.known += 1;
            self.report.known_met.extend(known_as);
            return;
        }
        self.report.failed += 1;
        progress.wrong.fetch_add(1, Ordering::Relaxed);
        if !self.shared.config.keep_going {
            self.shared.halt.store(true, Ordering::Relaxed);
        }
        if self.report.wrong.len() < MOST_WRONG {
            self.report.wrong.push(Mismatch { number, item, given, right });
        }
    }
}

fn next(shared: &Shared) -> Option<(u64, Question)> {
    loop {
        let number = shared.next.fetch_add(1, Ordering::Relaxed);
        if let Some(item) = shared.source.item(number)? {
            return Some((number, item));
        }
    }
}
