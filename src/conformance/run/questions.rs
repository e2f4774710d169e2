//! What is asked: vectors first, then random cases.

use crate::Release;
use crate::conformance::expected::right;
use crate::conformance::protocol::{Ask, Hello, before_a_backup};
use crate::conformance::vector::{Expected, Vector};
use crate::invariants::Case;
use crate::testing::CaseSeed;

/// One in this many random cases is asked with everything that follows from it.
const EVALUATED_EACH: u64 = 20;
/// But not more of them.
const MAX_EVALUATED: u64 = 1_000;

/// The kinds of random questions: what is deleted has most to say.
const TURNS: [Ask; 8] = {
    use Ask::{Parse, Plan, Validate};
    [Parse, Plan, Parse, Plan, Parse, Plan, Validate, Plan]
};

/// One question, and where it comes from.
#[derive(Clone, Debug)]
pub struct Question {
    /// The vector's id, or the seed and number of a random case.
    pub id: String,
    /// What is asked about the case.
    pub ask: Ask,
    /// The case.
    pub case: Case,
    /// Whether it comes from a vector.
    pub is_vector: bool,
    /// What the vector says is right; otherwise the reference says it.
    pub expected: Option<Expected>,
}

impl Question {
    /// The right answer: the vector's, and what it leaves open of the deletion the reference's;
    /// none if it is not defined.
    pub(super) fn right(&self) -> Option<Expected> {
        let reference = || right(self.ask, &self.case);
        let Some(expected) = self.expected.clone() else { return reference() };
        let deleting = expected.deleting.or_else(|| reference()?.deleting);
        Some(Expected { deleting, ..expected })
    }
}

/// Everything that fits what an implementation says it can do, by number.
pub(super) struct Source<'a> {
    /// Each vector with each release to ask it of.
    vectors: Vec<(&'a Vector, Release)>,
    cases: u64,
    seed: u64,
    releases: Vec<Release>,
    /// The kinds of random questions, in turns.
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
        let asks: Vec<Ask> = TURNS.into_iter().filter(|&ask| hello.answers(ask)).collect();
        let with_locks = hello.has("locks");
        let fits =
            |vector: &Vector| asks.contains(&vector.ask) && (with_locks || !vector.has_locks());
        let defined = |vector: &'a Vector| {
            let is_defined = |release: &&Release| {
                vector.expect.contains_key(release) || vector.counterexample_of == Some(**release)
            };
            releases.iter().filter(is_defined).map(move |&release| (vector, release))
        };
        let vectors = vectors.iter().filter(|vector| fits(vector)).flat_map(defined).collect();
        let cases = if asks.is_empty() || releases.is_empty() { 0 } else { cases };
        Source { vectors, cases, seed, releases, asks, with_locks }
    }

    /// How many questions there are.
    pub fn len(&self) -> u64 {
        self.vectors.len() as u64 + self.cases
    }

    /// The question of this number; none is the end.
    pub fn question(&self, number: u64) -> Option<Question> {
        let vector = self.vectors.get(usize::try_from(number).ok()?);
        let random = || self.random(number - self.vectors.len() as u64);
        let of_vector = |&(vector, release)| of_vector(vector, release);
        (number < self.len()).then(|| vector.map_or_else(random, of_vector))
    }

    /// A random case; the kinds of questions take turns, and so do the releases.
    pub fn random(&self, number: u64) -> Question {
        let case = CaseSeed::random(self.seed, number).case();
        let turns = self.asks.len() as u64;
        let ask = self.asks[(number % turns) as usize];
        let case = self.adapted(&case, self.release(number / turns));
        Question {
            id: format!("random-{}-{number}", self.seed),
            ask,
            case: if ask == Ask::Validate { before_a_backup(&case) } else { case },
            is_vector: false,
            expected: None,
        }
    }

    fn release(&self, number: u64) -> Release {
        self.releases[(number % self.releases.len() as u64) as usize]
    }

    /// The cases that are asked with everything that follows from them: first the counterexamples
    /// among the vectors, then random cases and timelines in turns. None is the end.
    pub fn case_to_evaluate(&self, number: u64) -> Option<(String, Case)> {
        let counterexamples = self.counterexamples().count() as u64;
        if let Some((vector, release)) = self.counterexamples().nth(usize::try_from(number).ok()?) {
            let question = of_vector(vector, release);
            return Some((question.id, question.case));
        }
        let number = number - counterexamples;
        if number >= self.random_to_evaluate() {
            return None;
        }
        let seed = CaseSeed::random(self.seed, number);
        let (kind, case) = match number % 2 {
            0 => ("random", seed.case()),
            _ => ("timeline", seed.timeline()),
        };
        let release = self.release(number / 2);
        Some((format!("{kind}-{}-{number}", self.seed), self.adapted(&case, release)))
    }

    pub fn cases_to_evaluate(&self) -> u64 {
        self.counterexamples().count() as u64 + self.random_to_evaluate()
    }

    fn random_to_evaluate(&self) -> u64 {
        self.cases.div_ceil(EVALUATED_EACH).min(MAX_EVALUATED)
    }

    fn counterexamples(&self) -> impl Iterator<Item = (&'a Vector, Release)> {
        self.vectors.iter().copied().filter(|(vector, _)| vector.counterexample_of.is_some())
    }

    /// A case as the implementation can take it: of this release, newest first, and with locks only
    /// if it knows them.
    fn adapted(&self, case: &Case, release: Release) -> Case {
        let mut backups = case.versions().to_vec();
        if !self.with_locks {
            backups.iter_mut().for_each(|backup| backup.locked_until = None);
        }
        case.with_backups(backups, case.now()).with_release(release)
    }
}

fn of_vector(vector: &Vector, release: Release) -> Question {
    Question {
        id: format!("{}@{release}", vector.id),
        ask: vector.ask,
        case: vector.case(release),
        is_vector: true,
        expected: vector.expect.get(&release).cloned(),
    }
}
