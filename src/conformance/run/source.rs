//! What is asked: vectors first, then random cases.

use crate::Release;
use crate::conformance::protocol::{Ask, Hello, case_of_history};
use crate::conformance::recipe::Recipe;
use crate::conformance::vector::{Expected, Question, Vector};
use crate::dotnet::DateTime;
use crate::history::{Backup, Zone};
use crate::invariants::Case;

/// One question, and where it comes from.
///
/// ```
/// use duplicati_retention::conformance::{Recipe, protocol::Ask, run::Item};
/// let recipe = Recipe::random(1, 7);
/// let case = recipe.case();
/// let item = Item { id: "random-1-7".into(), ask: Ask::Plan, case, recipe: Some(recipe), expected: None };
/// assert!(item.expected.is_none()); // the mirror says what is right
/// ```
#[derive(Clone, Debug)]
pub struct Item {
    /// The vector's id, or the seed and number of a random case.
    pub id: String,
    /// What is asked about the case.
    pub ask: Ask,
    /// The case.
    pub case: Case,
    /// The recipe of a random case.
    pub recipe: Option<Recipe>,
    /// What the vector says is right; the mirror says it for a random case.
    pub expected: Option<Expected>,
}

/// Everything that fits what a subject says it can do, by number.
pub(super) struct Source<'a> {
    /// Each vector with each release to ask it of.
    vectors: Vec<(&'a Vector, Release)>,
    cases: u64,
    seed: u64,
    releases: Vec<Release>,
    asks: Vec<Ask>,
    with_locks: bool,
}

impl<'a> Source<'a> {
    pub fn new(
        vectors: &'a [Vector],
        cases: u64,
        seed: u64,
        releases: Vec<Release>,
        hello: &Hello,
    ) -> Source<'a> {
        let asks: Vec<Ask> = [Ask::Parse, Ask::Plan].into_iter().filter(|&ask| hello.answers(ask)).collect();
        let with_locks = hello.has("locks");
        let fits = |vector: &Vector| match &vector.question {
            Question::Policy { .. } => asks.contains(&Ask::Parse),
            Question::Retention { history, .. } => {
                let locked = history.backups().iter().any(|backup| backup.locked_until.is_some());
                asks.contains(&Ask::Plan) && (with_locks || !locked)
            }
        };
        let defined = |vector: &'a Vector| {
            let releases = releases.iter().filter(|release| vector.expect.contains_key(release));
            releases.map(move |&release| (vector, release))
        };
        let vectors = vectors.iter().filter(|vector| fits(vector)).flat_map(defined).collect();
        let cases = if asks.is_empty() || releases.is_empty() { 0 } else { cases };
        Source { vectors, cases, seed, releases, asks, with_locks }
    }

    /// How many questions there are.
    pub fn len(&self) -> u64 {
        self.vectors.len() as u64 + self.cases
    }

    /// The question of this number; the outer none is the end, the inner one a question without a defined answer.
    pub fn item(&self, number: u64) -> Option<Option<Item>> {
        if number >= self.len() {
            return None;
        }
        let index = usize::try_from(number).ok();
        Some(match index.and_then(|index| self.vectors.get(index)) {
            Some(&(vector, release)) => of_vector(vector, release),
            None => Some(self.random(number - self.vectors.len() as u64)),
        })
    }

    /// A random case; the kinds of questions take turns, and so do the releases.
    pub fn random(&self, number: u64) -> Item {
        let recipe = Recipe::random(self.seed, number);
        let kinds = self.asks.len() as u64;
        let ask = self.asks[(number % kinds) as usize];
        let release = self.releases[(number / kinds % self.releases.len() as u64) as usize];
        let id = format!("random-{}-{number}", self.seed);
        Item { id, ask, case: self.case(&recipe, release), recipe: Some(recipe), expected: None }
    }

    /// The case of a recipe, as far as the subject can take it.
    pub fn case(&self, recipe: &Recipe, release: Release) -> Case {
        let case = recipe.case().with_release(release);
        if self.with_locks || case.backups().iter().all(|backup| backup.locked_until.is_none()) {
            return case;
        }
        let backups = case.backups().iter().map(|&backup| Backup { locked_until: None, ..backup });
        case.with_backups(backups.collect(), case.now())
    }
}

fn of_vector(vector: &Vector, release: Release) -> Option<Item> {
    let (ask, case) = match &vector.question {
        Question::Policy { text, .. } => {
            let options = vec![("retention-policy", text.clone())];
            (Ask::Parse, Case::new(release, options, vec![], Zone::UTC, DateTime::MIN))
        }
        Question::Retention { history, now, options } => {
            (Ask::Plan, case_of_history(release, options, history, *now).ok()?)
        }
    };
    let expected = vector.expect.get(&release).cloned();
    Some(Item { id: format!("{}@{release}", vector.id), ask, case, recipe: None, expected })
}
