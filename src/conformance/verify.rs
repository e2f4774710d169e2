//! The whole suite outside the tests: every invariant, asked about this crate's implementations and random cases.

use super::recipe::Recipe;
use super::runner::{Asked, judge, shrink};
use super::subject::{Engine, Mirror, Subject};
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
    pub subject: String,
    /// The number of the case in its seed, from 1; with that many cases the same seed fails again.
    pub number: u64,
    /// The shrunken recipe.
    pub recipe: Recipe,
    /// What is wrong with the answer to it.
    pub violation: Violation,
}

/// Asks all implementations so many cases of a seed; `progress` is told how many are done.
///
/// ```
/// use duplicati_retention::conformance::verify;
/// let tallies = verify::run(20, 1, |_| {});
/// assert!(tallies.iter().all(|tally| tally.failure.is_none()));
/// ```
pub fn run(cases: u64, seed: u64, progress: impl FnMut(u64)) -> Vec<Tally> {
    run_with(&[&Mirror, &Engine], cases, seed, progress)
}

/// The same for other implementations.
///
/// ```
/// use duplicati_retention::conformance::{flawed::{Flawed, Mistake}, verify};
/// let wrong = Flawed::making(Mistake::OutsideKept);
/// let tallies = verify::run_with(&[&wrong], 100, 1, |_| {});
/// assert!(tallies.iter().any(|tally| tally.failure.is_some()));
/// ```
pub fn run_with(
    subjects: &[&dyn Subject],
    cases: u64,
    seed: u64,
    mut progress: impl FnMut(u64),
) -> Vec<Tally> {
    let tally = |invariant| Tally { invariant, cases: 0, failure: None };
    let mut tallies: Vec<Tally> = ALL.iter().map(tally).collect();
    for number in 0..cases {
        let recipe = Recipe::random(seed, number);
        for &subject in subjects {
            let mut asked = Asked::new(subject, &recipe);
            for tally in tallies.iter_mut().filter(|tally| tally.failure.is_none()) {
                let Some(judged) = asked.judge_if_concerned(tally.invariant) else { continue };
                tally.cases += 1;
                if let Err(violation) = judged {
                    tally.failure = Some(failure(subject, tally.invariant, &recipe, number + 1, violation));
                }
            }
        }
        progress(number + 1);
    }
    tallies
}

fn failure(
    subject: &dyn Subject,
    invariant: &Invariant,
    recipe: &Recipe,
    number: u64,
    violation: Violation,
) -> Failure {
    let recipe = shrink(recipe, |recipe| judge(subject, recipe, invariant).is_err());
    let violation = judge(subject, &recipe, invariant).err().unwrap_or(violation);
    Failure { subject: subject.name(), number, recipe, violation }
}
