//! Asks an implementation and checks its answers against the invariants.

use std::cell::{OnceCell, RefCell};

use super::implementation::Implementation;
use super::timeline;
use crate::invariants::{Answer, AnswerPart, Case, Check, CheckResult, Invariant};

/// A case that an implementation is asked about, so that many invariants can check its answers.
///
/// ```
/// use duplicati_retention::testing::{CaseSeed, Evaluation, Reference};
/// use duplicati_retention::invariants::ALL;
/// let evaluation = Evaluation::new(&Reference, CaseSeed::random(1, 1).case());
/// let violations = ALL.iter().filter_map(|invariant| evaluation.check(invariant)?.err());
/// assert_eq!(violations.count(), 0);
/// ```
pub struct Evaluation<'a> {
    implementation: &'a dyn Implementation,
    case: Case,
    answer: OnceCell<Answer>,
    /// What was asked beside the case itself, with the answers.
    related: RefCell<Vec<(Case, Answer, Requested)>>,
    timeline: OnceCell<Vec<(Case, Answer)>>,
}

/// How an implementation is asked about a case that belongs to another.
#[derive(Clone, Copy)]
enum Requested {
    ToRead,
    ToDecide,
    Everything,
}

impl Requested {
    /// The least that has everything that an invariant needs.
    fn what_is_needed(invariant: &Invariant) -> Requested {
        match invariant.needs {
            all if all.iter().all(AnswerPart::is_about_texts) => Requested::ToRead,
            all if !all.iter().any(AnswerPart::is_about_texts) => Requested::ToDecide,
            _ => Requested::Everything,
        }
    }

    fn answer(self, implementation: &dyn Implementation, case: &Case) -> Answer {
        match self {
            Requested::ToRead => implementation.read(case).about_texts(),
            Requested::ToDecide => implementation.decide(case).about_decisions(),
            Requested::Everything => implementation.answer(case),
        }
    }
}

impl<'a> Evaluation<'a> {
    /// An implementation that is to be asked about a case.
    pub const fn new(implementation: &'a dyn Implementation, case: Case) -> Evaluation<'a> {
        Evaluation {
            implementation,
            case,
            answer: OnceCell::new(),
            related: RefCell::new(Vec::new()),
            timeline: OnceCell::new(),
        }
    }

    /// The case.
    pub const fn case(&self) -> &Case {
        &self.case
    }

    /// What the implementation answers to it.
    pub fn answer(&self) -> &Answer {
        self.answer.get_or_init(|| self.implementation.answer(&self.case))
    }

    /// The steps of the timeline whose starts are the case's backups.
    pub fn timeline(&self) -> &[(Case, Answer)] {
        self.timeline.get_or_init(|| timeline::simulate(self.implementation, &self.case))
    }

    /// What one invariant says of it: nothing where an answer lacks a part that it needs, or where
    /// its conditions do not hold.
    pub fn check(&self, invariant: &Invariant) -> Option<CheckResult> {
        let can_check = |answer: &Answer| invariant.can_check(answer);
        match invariant.check {
            Check::Answer(check) => {
                can_check(self.answer()).then(|| check(&self.case, self.answer()))
            }
            Check::Metamorphic { related, check } => {
                let first = Some(self.answer()).filter(|answer| can_check(answer))?;
                let second = related(&self.case, first)?;
                let asked = Requested::what_is_needed(invariant);
                let answer = asked.answer(self.implementation, &second);
                let result =
                    can_check(&answer).then(|| check((&self.case, first), (&second, &answer)));
                self.related.borrow_mut().push((second, answer, asked));
                result
            }
            Check::Timeline(check) => {
                let steps = self.timeline();
                steps.iter().all(|(_, answer)| can_check(answer)).then(|| check(steps))
            }
        }
    }

    /// Whether another implementation answers the same to everything that this one was asked. Then
    /// every invariant says the same of it.
    pub fn is_alike(&self, other: &dyn Implementation) -> bool {
        let step = |(case, answer): &(Case, Answer)| {
            other.decide(case).about_decisions() == *answer
                && other.carry_out(case, answer) == self.implementation.carry_out(case, answer)
        };
        self.answer.get().is_none_or(|answer| other.answer(&self.case) == *answer)
            && self
                .related
                .borrow()
                .iter()
                .all(|(case, answer, asked)| asked.answer(other, case) == *answer)
            && self.timeline.get().is_none_or(|steps| steps.iter().all(step))
    }
}

/// What one invariant says of an implementation's answer to a case; fine where it says nothing.
///
/// # Errors
/// The violation, with its numbers.
pub fn check(
    implementation: &dyn Implementation,
    case: &Case,
    invariant: &Invariant,
) -> CheckResult {
    Evaluation::new(implementation, case.clone()).check(invariant).unwrap_or(Ok(()))
}
