//! The whole suite outside the tests: every invariant, asked about this crate's implementations and
//! random cases, on all cores.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::case_seed::CaseSeed;
use super::evaluate::{Evaluation, check};
use super::implementation::{IMPLEMENTATIONS, Implementation};
use super::shrink::shrink;
use crate::invariants::{ALL, Case, Check, Invariant, Violation};

/// How many cases a thread takes at once.
const BATCH: u64 = 64;

/// What came of an invariant.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The invariant.
    pub invariant: &'static Invariant,
    /// How many cases it had something to say about.
    pub cases: u64,
    /// The first case that broke it, if one did; it is not asked again then.
    pub failure: Option<Failure>,
}

/// A case that breaks an invariant.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The implementation.
    pub implementation: String,
    /// The number of the case in its seed, from 1; that many cases of the same seed fail again.
    pub number: u64,
    /// The smallest case that was found.
    pub case: Case,
    /// What is wrong with the answer to it.
    pub violation: Violation,
}

/// Asks this crate's implementations; `progress` is called with how many cases are done.
pub fn run(cases: u64, series: u64, progress: impl FnMut(u64) + Send) -> Vec<Tally> {
    run_with(IMPLEMENTATIONS, cases, series, progress)
}

/// The same for other implementations.
///
/// ```
/// use duplicati_retention::testing::{mutants::{Mutant, Mutation}, verify};
/// let wrong = Mutant::with(Mutation::OutsideKept);
/// let tallies = verify::run_with(&[&wrong], 100, 1, |_| {});
/// assert!(tallies.iter().any(|tally| tally.failure.is_some()));
/// ```
pub fn run_with(
    implementations: &[&dyn Implementation],
    cases: u64,
    series: u64,
    progress: impl FnMut(u64) + Send,
) -> Vec<Tally> {
    run_part(threads(), implementations, 0..cases, series, progress)
}

/// How many threads [`run`] takes: one for each core.
pub fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The same for the cases with these numbers, on this many threads. The result does not depend on
/// how many there are.
pub fn run_part(
    threads: usize,
    implementations: &[&dyn Implementation],
    numbers: Range<u64>,
    series: u64,
    progress: impl FnMut(u64) + Send,
) -> Vec<Tally> {
    let next = AtomicU64::new(numbers.start);
    let sum = Mutex::new(Sum::new(numbers.start, progress));
    let work = || {
        loop {
            let start = next.fetch_add(BATCH, Ordering::Relaxed);
            if start >= numbers.end {
                break;
            }
            let end = numbers.end.min(start + BATCH);
            let batch = Batch::of(implementations, series, start..end);
            sum.lock().unwrap_or_else(PoisonError::into_inner).add(start, batch);
        }
    };
    thread::scope(|scope| {
        (1..threads).for_each(|_| {
            scope.spawn(work);
        });
        work();
    });
    let sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    let all = ALL.iter().zip(sum.total.results);
    all.map(|(invariant, result)| Tally {
        invariant,
        cases: result.cases,
        failure: result.broken.map(|broken| broken.looked_into(implementations, series, invariant)),
    })
    .collect()
}

/// The number, from 1, of the first case of a series on which an implementation violates an
/// invariant; none if that is not among so many cases.
///
/// ```
/// use duplicati_retention::testing::{Reference, mutants::{Mutant, Mutation}, verify};
/// assert!(verify::first_violation(&Mutant::with(Mutation::OutsideKept), 100, 1).is_some());
/// assert_eq!(verify::first_violation(&Reference, 100, 1), None);
/// ```
pub fn first_violation(
    implementation: &dyn Implementation,
    cases: u64,
    series: u64,
) -> Option<u64> {
    let violates = |number: &u64| {
        let both = Both::of(implementation, &CaseSeed::random(series, *number));
        ALL.iter().any(|invariant| matches!(both.about(invariant).check(invariant), Some(Err(_))))
    };
    (0..cases).find(violates).map(|number| number + 1)
}

/// A seed's case and its timeline.
struct Both<'a> {
    case: Evaluation<'a>,
    timeline: Evaluation<'a>,
}

impl<'a> Both<'a> {
    fn of(implementation: &'a dyn Implementation, seed: &CaseSeed) -> Both<'a> {
        let (case, timeline) = (seed.case(), seed.timeline());
        Both {
            case: Evaluation::new(implementation, case),
            timeline: Evaluation::new(implementation, timeline),
        }
    }

    fn about(&self, invariant: &Invariant) -> &Evaluation<'a> {
        match invariant.check {
            Check::Answer(_) | Check::Metamorphic { .. } => &self.case,
            Check::Timeline(_) => &self.timeline,
        }
    }
}

/// What came of an invariant in some cases, one after the other.
#[derive(Clone, Default)]
struct BatchResult {
    /// How many cases it had something to say about, up to the first that broke it.
    cases: u64,
    broken: Option<FirstViolation>,
}

#[derive(Clone)]
struct FirstViolation {
    implementation: usize,
    number: u64,
    violation: Violation,
}

impl FirstViolation {
    fn looked_into(
        self,
        implementations: &[&dyn Implementation],
        series: u64,
        invariant: &Invariant,
    ) -> Failure {
        let FirstViolation { number, violation, .. } = self;
        let implementation = implementations[self.implementation];
        let seed = CaseSeed::random(series, number);
        let case = match invariant.check {
            Check::Answer(_) | Check::Metamorphic { .. } => seed.case(),
            Check::Timeline(_) => seed.timeline(),
        };
        let case = shrink(&case, |case| check(implementation, case, invariant).is_err());
        let violation = check(implementation, &case, invariant).err().unwrap_or(violation);
        Failure { implementation: implementation.name(), number: number + 1, case, violation }
    }
}

/// What came of every invariant in some cases, one after the other.
struct Batch {
    cases: u64,
    results: Vec<BatchResult>,
}

impl Batch {
    fn empty() -> Batch {
        Batch { cases: 0, results: vec![BatchResult::default(); ALL.len()] }
    }

    fn of(implementations: &[&dyn Implementation], series: u64, numbers: Range<u64>) -> Batch {
        let mut batch = Batch { cases: numbers.end - numbers.start, ..Batch::empty() };
        for number in numbers {
            let seed = CaseSeed::random(series, number);
            let Some((first, others)) = implementations.split_first() else { break };
            let first = Both::of(*first, &seed);
            let said: Vec<bool> = batch.ask(&first, 0, number);
            for (place, &other) in (1..).zip(others) {
                // Most of the time the others need not be checked, because they answer the same.
                if first.case.is_alike(other) && first.timeline.is_alike(other) {
                    for (result, said) in batch.results.iter_mut().zip(&said) {
                        result.cases += u64::from(*said && result.broken.is_none());
                    }
                } else {
                    batch.ask(&Both::of(other, &seed), place, number);
                }
            }
        }
        batch
    }

    /// Asks every invariant that is not broken yet, and returns which of them had something to say.
    fn ask(&mut self, both: &Both, implementation: usize, number: u64) -> Vec<bool> {
        let ask = |(invariant, result): (&Invariant, &mut BatchResult)| {
            if result.broken.is_some() {
                return false;
            }
            let Some(said) = both.about(invariant).check(invariant) else { return false };
            result.cases += 1;
            let broken = |violation| FirstViolation { implementation, number, violation };
            result.broken = said.err().map(broken);
            true
        };
        ALL.iter().zip(&mut self.results).map(ask).collect()
    }
}

/// The batches so far. They are added up in the order of their cases, whoever is done first.
struct Sum<P> {
    first: u64,
    total: Batch,
    waiting: BTreeMap<u64, Batch>,
    progress: P,
}

impl<P: FnMut(u64)> Sum<P> {
    fn new(first: u64, progress: P) -> Sum<P> {
        Sum { first, total: Batch::empty(), waiting: BTreeMap::new(), progress }
    }

    fn add(&mut self, start: u64, batch: Batch) {
        self.waiting.insert(start, batch);
        while let Some(batch) = self.waiting.remove(&(self.first + self.total.cases)) {
            self.total.cases += batch.cases;
            for (result, more) in self.total.results.iter_mut().zip(batch.results) {
                if result.broken.is_none() {
                    result.cases += more.cases;
                    result.broken = more.broken;
                }
            }
            (self.progress)(self.total.cases);
        }
    }
}
