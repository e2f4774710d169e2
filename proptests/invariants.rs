//! The invariants, asked about the implementations of this crate.

use duplicati_retention::conformance::flawed::{Flawed, Mistake};
use duplicati_retention::conformance::{Asked, IMPLEMENTATIONS, Recipe, Subject, shrink};
use duplicati_retention::invariants::ALL;

/// Asks all invariants about some recipes on two threads; panics with a shrunken counterexample.
pub fn ask_all(subject: &dyn Subject, seed: u64, count: u64) {
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || {
                (0..count / 2).for_each(|number| ask(subject, &Recipe::random(seed, number * 2 + half)))
            });
        }
    });
}

/// Asks all invariants about one recipe.
pub fn ask(subject: &dyn Subject, recipe: &Recipe) {
    let mut asked = Asked::new(subject, recipe);
    for invariant in ALL {
        if asked.judge(invariant).is_err() {
            let small = shrink(recipe, |recipe| Asked::new(subject, recipe).judge(invariant).is_err());
            let violation = Asked::new(subject, &small).judge(invariant);
            panic!("{} breaks {}: {violation:?}\n{small:?}\n{}", subject.name(), invariant.id, small.case());
        }
    }
}

#[test]
fn every_implementation_keeps_every_invariant() {
    for subject in IMPLEMENTATIONS {
        ask_all(*subject, 1, 10_000);
    }
}

#[test]
#[should_panic = "BoundExclusive breaks"]
fn an_implementation_that_is_wrong_is_found() {
    let wrong = Flawed::making(Mistake::BoundExclusive);
    (0..2_000).for_each(|number| ask(&wrong, &Recipe::random(1, number)));
}
