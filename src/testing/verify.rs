//! The whole suite outside the tests: every invariant, asked about this crate's implementations and
//! random cases.

use super::case_seed::CaseSeed;
use super::evaluate::{Evaluation, check};
use super::implementation::{IMPLEMENTATIONS, Implementation};
use super::shrink::shrink;
use crate::invariants::{ALL, Case, Check, Invariant, Violation};

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
pub fn run(cases: u64, series: u64, progress: impl FnMut(u64)) -> Vec<Tally> {
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
    mut progress: impl FnMut(u64),
) -> Vec<Tally> {
    let tally = |invariant| Tally { invariant, cases: 0, failure: None };
    let mut tallies: Vec<Tally> = ALL.iter().map(tally).collect();
    for number in 0..cases {
        let seed = CaseSeed::random(series, number);
        for &implementation in implementations {
            let case = Evaluation::new(implementation, seed.case());
            let timeline = Evaluation::new(implementation, seed.timeline());
            for tally in tallies.iter_mut().filter(|tally| tally.failure.is_none()) {
                let evaluation = match tally.invariant.check {
                    Check::Answer(_) | Check::Metamorphic { .. } => &case,
                    Check::Timeline(_) => &timeline,
                };
                let Some(result) = evaluation.check(tally.invariant) else { continue };
                tally.cases += 1;
                tally.failure = result.err().map(|violation| {
                    let fails = |case: &Case| check(implementation, case, tally.invariant).is_err();
                    let case = shrink(evaluation.case(), fails);
                    let again = check(implementation, &case, tally.invariant).err();
                    let violation = again.unwrap_or(violation);
                    let implementation = implementation.name();
                    Failure { implementation, number: number + 1, case, violation }
                });
            }
        }
        progress(number + 1);
    }
    tallies
}
