//! Which invariant notices which mutation.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use duplicati_retention::invariants::{ALL, Case, Check};
use duplicati_retention::testing::mutants::{Mutant, Mutation};
use duplicati_retention::testing::{CaseSeed, Evaluation, Implementation, Size, check, shrink};

/// An invariant that notices a mutation.
#[derive(Clone, Debug)]
pub struct Kill {
    /// The invariant's id.
    pub invariant: &'static str,
    /// How many cases it took, counted from 1.
    pub cases: u64,
    /// The smallest counterexample that was found.
    pub case: Case,
}

/// A mutation and every invariant that notices it.
#[derive(Clone, Debug)]
pub struct MutantResult {
    /// The mutation.
    pub mutation: Mutation,
    /// The invariants that notice it, in the order of [`ALL`].
    pub kills: Vec<Kill>,
}

/// A timeline costs as much as all the rest together, so only one seed in eight makes one.
const TIMELINE_EACH: u64 = 8;

/// Asks every invariant about one mutation, seed by seed of a series, and shrinks the first failure
/// of each.
pub fn mutant_result(mutation: Mutation, series: u64, cases: u64) -> MutantResult {
    let mutant = Mutant::with(mutation);
    let mut kills: Vec<Option<Kill>> = vec![None; ALL.len()];
    for number in 0..cases {
        let seed = CaseSeed::random(series, number);
        let case = Evaluation::new(&mutant, seed.case());
        let timeline = (number % TIMELINE_EACH == 0).then(|| seed.timeline());
        let timeline = timeline.map(|starts| Evaluation::new(&mutant, starts));
        // Where the mutation does not show, the check of a single answer has nothing to see.
        let shows = case.answer() != &Mutant::unmutated().answer(case.case());
        for (kill, invariant) in kills.iter_mut().zip(ALL) {
            if kill.as_ref().is_some_and(|kill| Size::of(&kill.case).is_small(&invariant.check)) {
                continue;
            }
            let evaluation = match invariant.check {
                Check::Answer(_) if !shows => continue,
                Check::Answer(_) | Check::Metamorphic { .. } => &case,
                Check::Timeline(_) => match &timeline {
                    Some(timeline) => timeline,
                    None => continue,
                },
            };
            if !matches!(evaluation.check(invariant), Some(Err(_))) {
                continue;
            }
            let fails = |case: &Case| check(&mutant, case, invariant).is_err();
            let small = shrink(evaluation.case(), fails);
            // A later case only counts where it leads to something smaller.
            let cases = kill.as_ref().map_or(number + 1, |kill| kill.cases);
            if kill.as_ref().is_none_or(|kill| Size::of(&small) < Size::of(&kill.case)) {
                *kill = Some(Kill { invariant: invariant.id, cases, case: small });
            }
        }
    }
    MutantResult { mutation, kills: kills.into_iter().flatten().collect() }
}

/// The results of all mutations, on this many threads.
pub fn mutant_results(series: u64, cases: u64, threads: usize) -> Vec<MutantResult> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(&mutation) = Mutation::ALL.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let result = mutant_result(mutation, series, cases);
                    done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(result);
                }
            });
        }
    });
    let mut results = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|result| {
        Mutation::ALL.iter().position(|&mutation| mutation == result.mutation)
    });
    results
}
