//! What is asked: vectors first, then random cases.

use std::collections::BTreeMap;

use crate::Release;
use crate::clock::Utc;
use crate::clock::Zone;
use crate::conformance::protocol::{Ask, Hello, static_names};
use crate::conformance::vector::{Expected, Vector, VectorError, VectorQuestion};
use crate::history::{Backup, History};
use crate::invariants::Case;
use crate::testing::CaseSeed;

/// One question, and where it comes from.
///
/// ```
/// use duplicati_retention::testing::CaseSeed;
/// use duplicati_retention::conformance::{protocol::Ask, run::Question};
/// let case_seed = CaseSeed::random(1, 7);
/// let case = case_seed.case();
/// let item = Question { id: "random-1-7".into(), ask: Ask::Plan, case, case_seed: Some(case_seed), expected: None };
/// assert!(item.expected.is_none()); // the mirror says what is right
/// ```
#[derive(Clone, Debug)]
pub struct Question {
    /// The vector's id, or the seed and number of a random case.
    pub id: String,
    /// What is asked about the case.
    pub ask: Ask,
    /// The case.
    pub case: Case,
    /// The case seed of a random case.
    pub case_seed: Option<CaseSeed>,
    /// What the vector says is right; the mirror says it for a random case.
    pub expected: Option<Expected>,
}

/// Everything that fits what an implementation says it can do, by number.
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
        let asks: Vec<Ask> =
            [Ask::Parse, Ask::Plan].into_iter().filter(|&ask| hello.answers(ask)).collect();
        let with_locks = hello.has("locks");
        let fits = |vector: &Vector| match &vector.question {
            VectorQuestion::Policy { .. } => asks.contains(&Ask::Parse),
            VectorQuestion::Retention { history, .. } => {
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

    /// The question of this number; the outer none is the end, the inner one a question without a
    /// defined answer.
    pub fn item(&self, number: u64) -> Option<Option<Question>> {
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
    pub fn random(&self, number: u64) -> Question {
        let case_seed = CaseSeed::random(self.seed, number);
        let kinds = self.asks.len() as u64;
        let ask = self.asks[(number % kinds) as usize];
        let release = self.releases[(number / kinds % self.releases.len() as u64) as usize];
        let id = format!("random-{}-{number}", self.seed);
        Question {
            id,
            ask,
            case: self.case(&case_seed, release),
            case_seed: Some(case_seed),
            expected: None,
        }
    }

    /// The case of a case seed, as far as the implementation can take it.
    pub fn case(&self, case_seed: &CaseSeed, release: Release) -> Case {
        let case = case_seed.case().with_release(release);
        if self.with_locks || case.backups().iter().all(|backup| backup.locked_until.is_none()) {
            return case;
        }
        let backups = case.backups().iter().map(|&backup| Backup { locked_until: None, ..backup });
        case.with_backups(backups.collect(), case.now())
    }
}

fn of_vector(vector: &Vector, release: Release) -> Option<Question> {
    let (ask, case) = match &vector.question {
        VectorQuestion::Policy { text, .. } => {
            let options = vec![("retention-policy", text.clone())];
            (Ask::Parse, Case::new(release, options, vec![], Zone::UTC, Utc::MIN))
        }
        VectorQuestion::Retention { history, now, options } => {
            (Ask::Plan, case_of_history(release, options, history, *now).ok()?)
        }
    };
    let expected = vector.expect.get(&release).cloned();
    Some(Question { id: format!("{}@{release}", vector.id), ask, case, case_seed: None, expected })
}

/// The case of a vector's history.
fn case_of_history(
    release: Release,
    options: &BTreeMap<String, String>,
    history: &History,
    now: Utc,
) -> Result<Case, VectorError> {
    let options = static_names(options.clone())?;
    Ok(Case::new(release, options, history.backups().iter().collect(), history.zone(), now))
}
