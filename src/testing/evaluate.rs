//! Asks an implementation and has the invariants judge; shrinks what fails.

use super::case_seed::CaseSeed;
use super::implementation::Implementation;
use super::timeline;
use crate::invariants::{Answer, Case, Check, CheckResult, Invariant};

/// A case seed with what an implementation answered, so that many invariants can be asked about it.
pub struct Evaluation<'a> {
    implementation: &'a dyn Implementation,
    case_seed: &'a CaseSeed,
    case: Case,
    answer: Answer,
    timeline: Option<Vec<(Case, Answer)>>,
}

impl<'a> Evaluation<'a> {
    /// Asks the implementation about the case of a case seed.
    ///
    /// ```
    /// use duplicati_retention::testing::{Evaluation, Reference, CaseSeed};
    /// use duplicati_retention::invariants::ALL;
    /// let case_seed = CaseSeed::random(1, 1);
    /// let mut evaluation = Evaluation::new(&Reference, &case_seed);
    /// assert!(ALL.iter().all(|invariant| evaluation.judge(invariant).is_ok()));
    /// ```
    pub fn new(implementation: &'a dyn Implementation, case_seed: &'a CaseSeed) -> Evaluation<'a> {
        let case = case_seed.case();
        let answer = implementation.answer(&case);
        Evaluation { implementation, case_seed, case, answer, timeline: None }
    }

    /// The case of the case seed.
    ///
    /// ```
    /// # use duplicati_retention::testing::{Evaluation, Reference, CaseSeed};
    /// assert!(Evaluation::new(&Reference, &CaseSeed::default()).case().versions().is_empty());
    /// ```
    pub const fn case(&self) -> &Case {
        &self.case
    }

    /// What the implementation answered.
    ///
    /// ```
    /// # use duplicati_retention::testing::{Evaluation, Reference, CaseSeed};
    /// assert!(Evaluation::new(&Reference, &CaseSeed::default()).answer().plan.is_ok());
    /// ```
    pub const fn answer(&self) -> &Answer {
        &self.answer
    }

    /// What one invariant says of it.
    ///
    /// # Errors
    /// The violation, with its numbers.
    ///
    /// ```
    /// # use duplicati_retention::{invariants::ALL, testing::{Evaluation, Reference, CaseSeed}};
    /// assert!(Evaluation::new(&Reference, &CaseSeed::default()).judge(&ALL[0]).is_ok());
    /// ```
    pub fn judge(&mut self, invariant: &Invariant) -> CheckResult {
        self.judge_if_concerned(invariant).unwrap_or(Ok(()))
    }

    /// The same, or nothing where the invariant is a relation that says nothing about this case.
    ///
    /// ```
    /// # use duplicati_retention::{invariants::ALL, testing::{Evaluation, Reference, CaseSeed}};
    /// let order_of_pairs = ALL.iter().find(|invariant| invariant.id == "order-of-pairs").unwrap();
    /// assert!(Evaluation::new(&Reference, &CaseSeed::default()).judge_if_concerned(order_of_pairs).is_none());
    /// ```
    pub fn judge_if_concerned(&mut self, invariant: &Invariant) -> Option<CheckResult> {
        Some(match invariant.check {
            Check::Answer(check) => check(&self.case, &self.answer),
            Check::Metamorphic { related, check } => {
                let second = related(&self.case, &self.answer)?;
                let answer = self.implementation.answer(&second);
                check((&self.case, &self.answer), (&second, &answer))
            }
            Check::Timeline(check) => {
                let timeline = self
                    .timeline
                    .get_or_insert_with(|| timeline::simulate(self.implementation, self.case_seed));
                check(timeline)
            }
        })
    }
}

/// What one invariant says of an implementation's answer to a case seed.
///
/// # Errors
/// The violation, with its numbers.
///
/// ```
/// use duplicati_retention::testing::{Reference, CaseSeed, judge};
/// use duplicati_retention::invariants::ALL;
/// assert!(judge(&Reference, &CaseSeed::random(1, 2), &ALL[0]).is_ok());
/// ```
pub fn judge(
    implementation: &dyn Implementation,
    case_seed: &CaseSeed,
    invariant: &Invariant,
) -> CheckResult {
    Evaluation::new(implementation, case_seed).judge(invariant)
}

/// The size of a case as a person counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size {
    /// How many backups; in a timeline of time, how many different steps.
    pub backups: usize,
    /// How many entries the policy has.
    pub pairs: usize,
}

impl Size {
    /// The size of a case seed's case.
    ///
    /// ```
    /// # use duplicati_retention::testing::{CaseSeed, Size};
    /// assert_eq!(Size::of(&CaseSeed::default()), Size { backups: 0, pairs: 0 });
    /// ```
    pub fn of(case_seed: &CaseSeed) -> Size {
        let case = case_seed.case();
        let pairs = case.policy_text().split(',').filter(|entry| !entry.is_empty()).count();
        Size { backups: case.versions().len(), pairs }
    }

    /// Whether a person can take it in at a glance: at most 4 backups and 3 pairs.
    ///
    /// ```
    /// # use duplicati_retention::testing::Size;
    /// assert!(!Size { backups: 5, pairs: 1 }.is_small());
    /// ```
    pub const fn is_small(self) -> bool {
        self.backups <= 4 && self.pairs <= 3
    }
}

/// A smaller case seed that still fails, as small as single steps lead.
///
/// ```
/// use duplicati_retention::testing::{CaseSeed, shrink};
/// let big = CaseSeed::new([3; 4], &[[9, 9, 9]; 3], &[1, 2], &[[7, 7, 7]; 5], [8; 4]);
/// let small = shrink(&big, |case_seed| case_seed.backups.len() >= 2);
/// assert_eq!(small, CaseSeed::new([0; 4], &[], &[], &[[0; 3]; 2], [0; 4]));
/// ```
pub fn shrink(case_seed: &CaseSeed, fails: impl Fn(&CaseSeed) -> bool) -> CaseSeed {
    let mut best = case_seed.clone();
    loop {
        let before = best.clone();
        remove(&mut best, |case_seed| &mut case_seed.backups, &fails);
        remove(&mut best, |case_seed| &mut case_seed.pairs, &fails);
        remove(&mut best, |case_seed| &mut case_seed.pieces, &fails);
        for place in 0..numbers(&mut best).count() {
            lower(&mut best, place, &fails);
        }
        if best == before {
            return best;
        }
    }
}

/// Drops elements of a list, as long as it still fails without them.
fn remove<T: Clone>(
    best: &mut CaseSeed,
    list: impl Fn(&mut CaseSeed) -> &mut Vec<T>,
    fails: &impl Fn(&CaseSeed) -> bool,
) {
    let mut index = list(best).len();
    while index > 0 {
        index -= 1;
        let mut smaller = best.clone();
        list(&mut smaller).remove(index);
        if fails(&smaller) {
            *best = smaller;
        }
    }
}

/// Brings one number nearer to zero.
fn lower(best: &mut CaseSeed, place: usize, fails: &impl Fn(&CaseSeed) -> bool) {
    let Some(number) = numbers(best).nth(place).map(|number| *number) else { return };
    // Every table of the decoder is shorter than this, so a smaller number with the same meaning is
    // among them.
    let candidates = (0..number.min(48)).chain([number / 2, number.saturating_sub(1)]);
    for candidate in candidates.filter(|&candidate| candidate < number) {
        let mut smaller = best.clone();
        if let Some(slot) = numbers(&mut smaller).nth(place) {
            *slot = candidate;
        }
        if fails(&smaller) {
            *best = smaller;
            return;
        }
    }
}

fn numbers(case_seed: &mut CaseSeed) -> impl Iterator<Item = &mut u8> {
    let CaseSeed { head, pairs, pieces, backups, options } = case_seed;
    let lists = head.iter_mut().chain(options.iter_mut()).chain(pairs.iter_mut().flatten());
    lists.chain(pieces.iter_mut()).chain(backups.iter_mut().flatten())
}
