//! Which invariant notices which mutation: the proof that the suite itself works.

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::case_seed::CaseSeed;
use super::evaluate::{Evaluation, Size, judge, shrink};
use super::implementation::Implementation;
use super::mutants::{Mutant, Mutation};
use crate::invariants::{ALL, Check, Invariant};

/// An invariant that notices a mutation.
#[derive(Clone, Debug)]
pub struct Kill {
    /// The invariant's id.
    pub invariant: &'static str,
    /// How many cases it took, counted from 1.
    pub cases: u64,
    /// The size of the shrunken counterexample.
    pub size: Size,
    /// The shrunken counterexample.
    pub case_seed: CaseSeed,
}

/// A mutation and all who notice it.
#[derive(Clone, Debug)]
pub struct MutantResult {
    /// The mutation.
    pub mutation: Mutation,
    /// Those who notice it, in the order of [`ALL`].
    pub kills: Vec<Kill>,
}

/// Every how many cases a timeline of time is asked for.
const TIMELINE_EACH: u64 = 8;

/// Asks every invariant about one mutation, case by case of a seed, and shrinks the first failure
/// of each.
///
/// ```
/// use duplicati_retention::testing::{mutants::Mutation, kill_matrix};
/// let row = kill_matrix::mutant_result(Mutation::OutsideKept, 1, 100);
/// assert!(row.kills.iter().any(|kill| kill.invariant == "survivors-in-frame"));
/// ```
pub fn mutant_result(mutation: Mutation, seed: u64, cases: u64) -> MutantResult {
    let implementation = Mutant::with(mutation);
    let mut kills: Vec<Option<Kill>> = vec![None; ALL.len()];
    for number in 0..cases {
        let case_seed = CaseSeed::random(seed, number);
        let mut evaluation = Evaluation::new(&implementation, &case_seed);
        // Where the mutation does not show, no judge of a single answer has anything to see.
        let shows = evaluation.answer() != &Mutant::unmutated().answer(evaluation.case());
        // A timeline of time costs as much as all the rest together, so not every case seed is
        // asked for one.
        let with_timeline = number % TIMELINE_EACH == 0;
        let open = kills
            .iter_mut()
            .zip(ALL)
            .filter(|(kill, _)| kill.as_ref().is_none_or(|kill| !kill.size.is_small()));
        let concerned = |invariant: &Invariant| match invariant.check {
            Check::Answer(_) => shows,
            Check::Metamorphic { .. } => true,
            Check::Timeline(_) => with_timeline,
        };
        for (kill, invariant) in open.filter(|(_, invariant)| concerned(invariant)) {
            if evaluation.judge(invariant).is_err() {
                let case_seed = shrink(&case_seed, |case_seed| {
                    judge(&implementation, case_seed, invariant).is_err()
                });
                let size = Size::of(&case_seed);
                // A later case only counts where it leads to something smaller.
                let cases = kill.as_ref().map_or(number + 1, |kill| kill.cases);
                if kill.as_ref().is_none_or(|kill| size < kill.size) {
                    *kill = Some(Kill { invariant: invariant.id, cases, size, case_seed });
                }
            }
        }
    }
    MutantResult { mutation, kills: kills.into_iter().flatten().collect() }
}

/// The rows of all mutations, worked out on this many threads.
///
/// ```no_run
/// use duplicati_retention::testing::kill_matrix;
/// assert!(kill_matrix::mutant_results(1, 1_000, 2).iter().all(|row| !row.kills.is_empty())); // takes seconds
/// ```
pub fn mutant_results(seed: u64, cases: u64, threads: usize) -> Vec<MutantResult> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(&mutation) = Mutation::ALL.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let row = mutant_result(mutation, seed, cases);
                    done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(row);
                }
            });
        }
    });
    let mut rows = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    rows.sort_by_key(|row| Mutation::ALL.iter().position(|&mutation| mutation == row.mutation));
    rows
}

/// `mutation: invariant @cases backups/pairs, …`
impl fmt::Display for MutantResult {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}: {}", self.mutation, self.mutation.sentence())?;
        for Kill { invariant, cases, size, .. } in &self.kills {
            write!(
                formatter,
                "\n    {invariant:<26} @{cases:<5} {} backups, {} pairs",
                size.backups, size.pairs
            )?;
        }
        Ok(())
    }
}
