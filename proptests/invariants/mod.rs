//! The invariants, asked about the implementations of this crate.

mod clauses;
mod distribution;
mod evaluate;
mod examples;
mod expectations;
mod fuzz_checks;
mod kill_matrix;
mod mutant_results;
mod preconditions;
mod proof;
mod regressions;
pub mod strategies;
mod wrong_answers;

use duplicati_retention::invariants::{ALL, Case, Check};
use duplicati_retention::testing::mutants::{Mutant, Mutation};
use duplicati_retention::testing::{
    CaseSeed, Evaluation, IMPLEMENTATIONS, Implementation, check, shrink,
};

/// Asks all invariants about some seeds on two threads; panics with a small counterexample.
pub fn ask_all(implementation: &dyn Implementation, series: u64, count: u64) {
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || {
                for number in 0..count / 2 {
                    ask(implementation, &CaseSeed::random(series, number * 2 + half));
                }
            });
        }
    });
}

/// Asks all invariants about one seed.
pub fn ask(implementation: &dyn Implementation, seed: &CaseSeed) {
    ask_case(implementation, seed.case(), |check| !matches!(check, Check::Timeline(_)));
    ask_case(implementation, seed.timeline(), |check| matches!(check, Check::Timeline(_)));
}

/// Asks some invariants about one case.
pub fn ask_case(implementation: &dyn Implementation, case: Case, is_asked: fn(&Check) -> bool) {
    let evaluation = Evaluation::new(implementation, case);
    for invariant in ALL.iter().filter(|invariant| is_asked(&invariant.check)) {
        if let Some(Err(violation)) = evaluation.check(invariant) {
            let fails = |case: &Case| check(implementation, case, invariant).is_err();
            let small = shrink(evaluation.case(), fails);
            let violation = check(implementation, &small, invariant).err().unwrap_or(violation);
            let (name, id) = (implementation.name(), invariant.id);
            panic!("{name} breaks {id}: {violation}\n{small}");
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
