//! What a vector shows to be wrong is made as small as what a random case shows.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use duplicati_retention::conformance::expected;
use duplicati_retention::conformance::protocol::Ask;
use duplicati_retention::conformance::vector::{Expected, Vector};
use duplicati_retention::invariants::Case;
use duplicati_retention::testing::mutants::{Mutant, Mutation};
use duplicati_retention::testing::{Implementation, Reference, Size, shrink};

use crate::support::root;

/// How many counterexamples of each mutation are made small.
const OF_EACH: usize = 2;

/// The vectors about histories, each for one of its releases in turns.
fn cases() -> Vec<Case> {
    let read = |name: &str| std::fs::read_to_string(root().join("vectors").join(name)).expect(name);
    let text = read("corners.jsonl") + &read("retention.jsonl");
    let vectors = text.lines().map(|line| Vector::parse(line).expect(line));
    let case = |(number, vector): (usize, Vector)| {
        let releases = vector.expect.len().max(1);
        Some(vector.case(*vector.expect.keys().nth(number % releases)?))
    };
    vectors.enumerate().filter_map(case).collect()
}

fn answer(implementation: &dyn Implementation, case: &Case) -> Expected {
    expected(Ask::Plan, &implementation.answer(case))
}

#[test]
fn every_counterexample_from_a_vector_is_small() {
    let cases = cases();
    let right: Vec<Expected> = cases.iter().map(|case| answer(&Reference, case)).collect();
    let (next, big, small) = (AtomicUsize::new(0), Mutex::new(Vec::new()), AtomicUsize::new(0));
    let work = || {
        while let Some(&mutation) = Mutation::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mutant = Mutant::with(mutation);
            let is_wrong = |(case, right): &(&Case, &Expected)| answer(&mutant, case) != **right;
            for (case, _) in cases.iter().zip(&right).filter(is_wrong).take(OF_EACH) {
                let fails = |case: &Case| answer(&mutant, case) != answer(&Reference, case);
                let found = shrink(case, fails);
                let Size { backups, pairs } = Size::of(&found);
                if backups > 4 || pairs > 3 {
                    big.lock().expect("nobody panics").push(format!("{mutation:?}: {found}"));
                }
                small.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    let big = big.into_inner().expect("nobody panics");
    assert!(big.is_empty(), "{}", big.join("\n"));
    assert!(small.into_inner() > 150);
}
