//! Asks a subject and has the invariants judge; shrinks what fails.

use super::course;
use super::recipe::Recipe;
use super::subject::Subject;
use crate::invariants::{Answer, Case, Check, Invariant, Judgement};

/// A recipe with what a subject answered, so that many invariants can be asked about it.
pub struct Asked<'a> {
    subject: &'a dyn Subject,
    recipe: &'a Recipe,
    case: Case,
    answer: Answer,
    course: Option<Vec<(Case, Answer)>>,
}

impl<'a> Asked<'a> {
    /// Asks the subject about the case of a recipe.
    ///
    /// ```
    /// use duplicati_retention::conformance::{Asked, Mirror, Recipe};
    /// use duplicati_retention::invariants::ALL;
    /// let recipe = Recipe::random(1, 1);
    /// let mut asked = Asked::new(&Mirror, &recipe);
    /// assert!(ALL.iter().all(|invariant| asked.judge(invariant).is_ok()));
    /// ```
    pub fn new(subject: &'a dyn Subject, recipe: &'a Recipe) -> Asked<'a> {
        let case = recipe.case();
        let answer = subject.answer(&case);
        Asked { subject, recipe, case, answer, course: None }
    }

    /// The case of the recipe.
    ///
    /// ```
    /// # use duplicati_retention::conformance::{Asked, Mirror, Recipe};
    /// assert!(Asked::new(&Mirror, &Recipe::default()).case().versions().is_empty());
    /// ```
    pub const fn case(&self) -> &Case {
        &self.case
    }

    /// What the subject answered.
    ///
    /// ```
    /// # use duplicati_retention::conformance::{Asked, Mirror, Recipe};
    /// assert!(Asked::new(&Mirror, &Recipe::default()).answer().plan.is_ok());
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
    /// # use duplicati_retention::{conformance::{Asked, Mirror, Recipe}, invariants::ALL};
    /// assert!(Asked::new(&Mirror, &Recipe::default()).judge(&ALL[0]).is_ok());
    /// ```
    pub fn judge(&mut self, invariant: &Invariant) -> Judgement {
        self.judge_if_concerned(invariant).unwrap_or(Ok(()))
    }

    /// The same, or nothing where the invariant is a relation that says nothing about this case.
    ///
    /// ```
    /// # use duplicati_retention::{conformance::{Asked, Mirror, Recipe}, invariants::ALL};
    /// let order_of_pairs = ALL.iter().find(|invariant| invariant.id == "order-of-pairs").unwrap();
    /// assert!(Asked::new(&Mirror, &Recipe::default()).judge_if_concerned(order_of_pairs).is_none());
    /// ```
    pub fn judge_if_concerned(&mut self, invariant: &Invariant) -> Option<Judgement> {
        Some(match invariant.check {
            Check::Answer(check) => check(&self.case, &self.answer),
            Check::Relation { related, check } => {
                let second = related(&self.case, &self.answer)?;
                let answer = self.subject.answer(&second);
                check((&self.case, &self.answer), (&second, &answer))
            }
            Check::Course(check) => {
                let course = self.course.get_or_insert_with(|| course::follow(self.subject, self.recipe));
                check(course)
            }
        })
    }
}

/// What one invariant says of a subject's answer to a recipe.
///
/// # Errors
/// The violation, with its numbers.
///
/// ```
/// use duplicati_retention::conformance::{Mirror, Recipe, judge};
/// use duplicati_retention::invariants::ALL;
/// assert!(judge(&Mirror, &Recipe::random(1, 2), &ALL[0]).is_ok());
/// ```
pub fn judge(subject: &dyn Subject, recipe: &Recipe, invariant: &Invariant) -> Judgement {
    Asked::new(subject, recipe).judge(invariant)
}

/// The size of a case as a person counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size {
    /// How many backups; in a course of time, how many different steps.
    pub backups: usize,
    /// How many entries the policy has.
    pub pairs: usize,
}

impl Size {
    /// The size of a recipe's case.
    ///
    /// ```
    /// # use duplicati_retention::conformance::{Recipe, Size};
    /// assert_eq!(Size::of(&Recipe::default()), Size { backups: 0, pairs: 0 });
    /// ```
    pub fn of(recipe: &Recipe) -> Size {
        let case = recipe.case();
        let pairs = case.policy_text().split(',').filter(|entry| !entry.is_empty()).count();
        Size { backups: case.versions().len(), pairs }
    }

    /// Whether a person can take it in at a glance: at most 4 backups and 3 pairs.
    ///
    /// ```
    /// # use duplicati_retention::conformance::Size;
    /// assert!(!Size { backups: 5, pairs: 1 }.is_small());
    /// ```
    pub const fn is_small(self) -> bool {
        self.backups <= 4 && self.pairs <= 3
    }
}

/// A smaller recipe that still fails, as small as single steps lead.
///
/// ```
/// use duplicati_retention::conformance::{Recipe, shrink};
/// let big = Recipe::new([3; 4], &[[9, 9, 9]; 3], &[1, 2], &[[7, 7, 7]; 5], [8; 4]);
/// let small = shrink(&big, |recipe| recipe.backups.len() >= 2);
/// assert_eq!(small, Recipe::new([0; 4], &[], &[], &[[0; 3]; 2], [0; 4]));
/// ```
pub fn shrink(recipe: &Recipe, fails: impl Fn(&Recipe) -> bool) -> Recipe {
    let mut best = recipe.clone();
    loop {
        let before = best.clone();
        remove(&mut best, |recipe| &mut recipe.backups, &fails);
        remove(&mut best, |recipe| &mut recipe.pairs, &fails);
        remove(&mut best, |recipe| &mut recipe.pieces, &fails);
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
    best: &mut Recipe,
    list: impl Fn(&mut Recipe) -> &mut Vec<T>,
    fails: &impl Fn(&Recipe) -> bool,
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
fn lower(best: &mut Recipe, place: usize, fails: &impl Fn(&Recipe) -> bool) {
    let Some(number) = numbers(best).nth(place).map(|number| *number) else { return };
    // Every table of the decoder is shorter than this, so a smaller number with the same meaning is among them.
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

fn numbers(recipe: &mut Recipe) -> impl Iterator<Item = &mut u8> {
    let Recipe { head, pairs, pieces, backups, options } = recipe;
    let lists = head.iter_mut().chain(options.iter_mut()).chain(pairs.iter_mut().flatten());
    lists.chain(pieces.iter_mut()).chain(backups.iter_mut().flatten())
}
