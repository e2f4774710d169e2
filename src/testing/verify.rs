//! The whole suite outside the tests: every invariant, asked about this crate's implementations and
//! random cases.

use super::case_seed::CaseSeed;
use super::evaluate::{Evaluation, judge, shrink};
use super::implementation::{Engine, Implementation, Reference};
use crate::invariants::{ALL, Invariant, Violation};

/// How an invariant fared.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The invariant.
    pub invariant: &'static Invariant,
    /// How many cases it had something to say about.
    pub cases: u64,
    /// The first case that broke it, if one did; it is not asked any more then.
    pub failure: Option<Failure>,
}

/// A case that breaks an invariant.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The implementation.
    pub implementation: String,
    /// The number of the case in its seed, from 1; with that many cases the same seed fails again.
    pub number: u64,
    /// The shrunken case seed.
    pub case_seed: CaseSeed,
    /// What is wrong with the answer to it.
    pub violation: Violation,
}

/// Asks all implementations so many cases of a seed; `progress` is told how many are done.
///
/// ```
/// use duplicati_retention::testing::verify;
/// let tallies = verify::run(20, 1, |_| {});
/// assert!(tallies.iter().all(|tally| tally.failure.is_none()));
/// ```
pub fn run(cases: u64, seed: u64, progress: impl FnMut(u64)) -> Vec<Tally> {
    run_with(&[&Reference, &Engine], cases, seed, progress)
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
    seed: u64,
    mut progress: impl FnMut(u64),
) -> Vec<Tally> {
    let tally = |invariant| Tally { invariant, cases: 0, failure: None };
    let mut tallies: Vec<Tally> = ALL.iter().map(tally).collect();
    for number in 0..cases {
        let case_seed = CaseSeed::random(seed, number);
        for &implementation in implementations {
            let mut evaluation = Evaluation::new(implementation, &case_seed);
            for tally in tallies.iter_mut().filter(|tally| tally.failure.is_none()) {
                let Some(judged) = evaluation.judge_if_concerned(tally.invariant) else { continue };
                tally.cases += 1;
                if let Err(violation) = judged {
                    tally.failure = Some(failure(
                        implementation,
                        tally.invariant,
                        &case_seed,
                        number + 1,
                        violation,
                    ));
                }
            }
        }
        progress(number + 1);
    }
    tallies
}

fn failure(
    implementation: &dyn Implementation,
    invariant: &Invariant,
    case_seed: &CaseSeed,
    number: u64,
    violation: Violation,
) -> Failure {
    let case_seed =
        shrink(case_seed, |case_seed| judge(implementation, case_seed, invariant).is_err());
    let violation = judge(implementation, &case_seed, invariant).err().unwrap_or(violation);
    Failure { implementation: implementation.name(), number, case_seed, violation }
}
