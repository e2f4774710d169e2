//! Which known mutation an implementation looks like.

use std::cmp::Reverse;

use super::child::Child;
use super::questions::{Question, Source};
use super::report::{Mismatch, RunReport};
use super::response::{Response, agrees};
use crate::conformance::expected::{expected, right as right_answer};
use crate::conformance::protocol::Ask;
use crate::conformance::vector::Expected;
use crate::invariants::Case;
use crate::testing::Implementation;
use crate::testing::mutants::{Mutant, Mutation};

/// In so many random cases it is looked for those on which a mutation shows,
const CASES_TO_SEARCH: u64 = 3_000;
/// until there are this many of each.
const ENOUGH: usize = 20;
/// In so many more, for those on which mutations that explain everything differ.
const CASES_TO_TELL_APART: u64 = 10_000;

/// A mutation that answers as the implementation does where it was seen to be wrong first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// The mutation.
    pub mutation: Mutation,
    /// On how many cases the implementation and the mutation answer alike,
    pub alike: usize,
    /// of how many on which one of them is wrong.
    pub of: usize,
}

impl Likeness {
    /// Whether the mutation explains everything that was seen.
    pub const fn is_exact(self) -> bool {
        self.alike == self.of
    }

    /// Whether the mutation explains so much that to name it helps.
    const fn is_worth_a_look(self) -> bool {
        self.alike * 2 >= self.of
    }
}

/// What the implementation answered to a question.
pub(super) struct Seen {
    pub ask: Ask,
    pub case: Case,
    pub response: Response,
    pub right: Expected,
}

impl Seen {
    /// What is defined of the answer to a question.
    fn ask(child: &Child, question: Question) -> Option<Seen> {
        let Question { ask, case, .. } = question;
        let right = right_answer(ask, &case)?;
        let response = child.ask(ask, &case)?;
        Some(Seen { ask, case, response, right })
    }

    fn is_wrong(&self) -> bool {
        !agrees(&self.right, &self.response)
    }

    /// Whether a mutant gives this answer, as far as one can see.
    fn is_from(&self, mutant: &Mutant) -> bool {
        let answer = expected(self.ask, &mutant.answer(&self.case));
        match &self.response {
            Response::Malformed(_) => false,
            Response::Refused(_) => answer.error.is_some(),
            // What has no right answer is not compared.
            Response::Answered(_) => {
                let is_right = agrees(&self.right, &Response::from_expected(&answer));
                agrees(&answer, &self.response) || (!self.is_wrong() && is_right)
            }
        }
    }

    fn shows(&self, mutant: &Mutant) -> bool {
        is_wrong_about(mutant, self.ask, &self.case, &self.right)
    }
}

impl From<&Mismatch> for Seen {
    fn from(wrong: &Mismatch) -> Seen {
        let Mismatch { question, response, right, .. } = wrong;
        let (response, right) = (response.clone(), right.clone());
        Seen { ask: question.ask, case: question.case.clone(), response, right }
    }
}

fn is_wrong_about(mutant: &Mutant, ask: Ask, case: &Case, right: &Expected) -> bool {
    !agrees(right, &Response::from_expected(&expected(ask, &mutant.answer(case))))
}

/// The mutations that give the answer that was seen first and explain at least half of what shows
/// them, those that explain most first. Those that explain everything differ on no case that was
/// found.
pub(super) fn likenesses(
    child: &Child,
    source: &Source,
    report: &RunReport,
    first: Seen,
) -> Vec<Likeness> {
    let is_suspect = |mutation: &&Mutation| first.is_from(&Mutant::with(**mutation));
    let mut suspects: Vec<Suspect> =
        Mutation::ALL.iter().filter(is_suspect).map(|&mutation| Suspect::new(mutation)).collect();
    if suspects.is_empty() {
        return Vec::new();
    }
    let add = |suspects: &mut [Suspect], seen: &Seen| {
        suspects.iter_mut().for_each(|suspect| suspect.compare(seen));
    };
    add(&mut suspects, &first);
    report.wrong.iter().for_each(|wrong| add(&mut suspects, &wrong.into()));
    for question in &report.right {
        let right = question.right();
        let seen = right.map(|right| Seen {
            ask: question.ask,
            case: question.case.clone(),
            response: Response::from_expected(&right),
            right,
        });
        seen.iter().for_each(|seen| add(&mut suspects, seen));
    }
    // A case on which a mutation shows says more of it than all others.
    for number in 0..CASES_TO_SEARCH {
        let searched = || suspects.iter().filter(|suspect| suspect.shown < ENOUGH);
        if searched().next().is_none() {
            break;
        }
        let question = source.random(number);
        let Some(right) = right_answer(question.ask, &question.case) else { continue };
        let shows = |it: &Suspect| is_wrong_about(&it.mutant, question.ask, &question.case, &right);
        if searched().any(shows) {
            Seen::ask(child, question).iter().for_each(|seen| add(&mut suspects, seen));
        }
    }
    for number in CASES_TO_SEARCH..CASES_TO_SEARCH + CASES_TO_TELL_APART {
        let exact: Vec<&Suspect> =
            suspects.iter().filter(|suspect| suspect.likeness().is_exact()).collect();
        let Some((one, others)) = exact.split_first().filter(|(_, others)| !others.is_empty())
        else {
            break;
        };
        let question = source.random(number);
        let answer =
            |suspect: &Suspect| expected(question.ask, &suspect.mutant.answer(&question.case));
        let of_one = answer(one);
        if others.iter().any(|other| answer(other) != of_one) {
            Seen::ask(child, question).iter().for_each(|seen| add(&mut suspects, seen));
        }
    }
    let mut likenesses: Vec<Likeness> = suspects.iter().map(Suspect::likeness).collect();
    likenesses.retain(|likeness| likeness.is_worth_a_look());
    likenesses.sort_by_key(|likeness| Reverse(likeness.alike * 1_000 / likeness.of.max(1)));
    likenesses
}

/// A mutation that may be it.
struct Suspect {
    mutation: Mutation,
    mutant: Mutant,
    alike: usize,
    of: usize,
    /// On how many cases the mutation itself was wrong.
    shown: usize,
}

impl Suspect {
    fn new(mutation: Mutation) -> Suspect {
        Suspect { mutation, mutant: Mutant::with(mutation), alike: 0, of: 0, shown: 0 }
    }

    fn compare(&mut self, seen: &Seen) {
        let shows = seen.shows(&self.mutant);
        self.shown += usize::from(shows);
        if shows || seen.is_wrong() {
            self.of += 1;
            self.alike += usize::from(seen.is_from(&self.mutant));
        }
    }

    fn likeness(&self) -> Likeness {
        let Suspect { mutation, alike, of, .. } = *self;
        Likeness { mutation, alike, of }
    }
}
