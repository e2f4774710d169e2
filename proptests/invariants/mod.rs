//! The invariants, asked about the implementations of this crate.

mod clauses;
mod distribution;
mod evaluate;
mod examples;
mod expectations;
mod fuzz_checks;
mod kill_matrix;
mod preconditions;
pub mod strategies;

use duplicati_retention::invariants::ALL;
use duplicati_retention::testing::mutants::{Mutant, Mutation};
use duplicati_retention::testing::{CaseSeed, Evaluation, IMPLEMENTATIONS, Implementation, shrink};

/// Asks all invariants about some case seeds on two threads; panics with a shrunken counterexample.
pub fn ask_all(implementation: &dyn Implementation, seed: u64, count: u64) {
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || {
                (0..count / 2).for_each(|number| {
                    ask(implementation, &CaseSeed::random(seed, number * 2 + half))
                })
            });
        }
    });
}

/// Asks all invariants about one case seed.
pub fn ask(implementation: &dyn Implementation, case_seed: &CaseSeed) {
    let mut evaluation = Evaluation::new(implementation, case_seed);
    for invariant in ALL {
        if evaluation.judge(invariant).is_err() {
            let small = shrink(case_seed, |case_seed| {
                Evaluation::new(implementation, case_seed).judge(invariant).is_err()
            });
            let violation = Evaluation::new(implementation, &small).judge(invariant);
            panic!(
                "{} breaks {}: {violation:?}\n{small:?}\n{}",
                implementation.name(),
                invariant.id,
                small.case()
            );
        }
    }
}

#[test]
fn every_implementation_keeps_every_invariant() {
    for implementation in IMPLEMENTATIONS {
        ask_all(*implementation, 1, 10_000);
    }
}

#[test]
#[should_panic = "BoundExclusive breaks"]
fn an_implementation_that_is_wrong_is_found() {
    let wrong = Mutant::with(Mutation::BoundExclusive);
    (0..2_000).for_each(|number| ask(&wrong, &CaseSeed::random(1, number)));
}
