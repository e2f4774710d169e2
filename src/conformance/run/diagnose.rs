//! Makes a counterexample small, through the implementation, and says what it violates and what it
//! looks like.

use std::collections::BTreeSet;
use std::time::Duration;

use super::child::Child;
use super::config::Config;
use super::likeness::{Likeness, Seen, likenesses};
use super::questions::{Question, Source};
use super::report::{Mismatch, RunReport, Violated};
use super::response::Response;
use crate::conformance::process::Program;
use crate::conformance::protocol::Ask;
use crate::conformance::vector::Expected;
use crate::invariants::{ALL, Answer, Case, Check, Invariant, Violation};
use crate::testing::{check, shrink};

/// Making a case small ends after this many questions, or this long.
const MAX_QUESTIONS: u32 = 20_000;
const MAX_TIME: Duration = Duration::from_secs(20);

/// The smallest case that was found on which an implementation is wrong.
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// Where the case was made smaller from.
    pub id: String,
    /// What was asked.
    pub ask: Ask,
    /// The smallest case.
    pub case: Case,
    /// What the implementation answers and what is right; none where each answer alone is right as
    /// far as it was compared, and only several together violate an invariant.
    pub mismatch: Option<(Response, Expected)>,
    /// The invariants that are violated.
    pub violated: Vec<ViolatedInvariant>,
    /// The mutations that answer alike.
    pub like: Vec<Likeness>,
    /// How many questions it took.
    pub questions: u32,
}

/// An invariant that is violated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViolatedInvariant {
    /// The invariant's id.
    pub id: &'static str,
    /// The property, in a sentence.
    pub statement: &'static str,
    /// What is wrong, with the numbers.
    pub violation: String,
}

impl ViolatedInvariant {
    fn new(invariant: &Invariant, violation: &Violation) -> ViolatedInvariant {
        let (id, statement) = (invariant.id, invariant.statement);
        ViolatedInvariant { id, statement, violation: violation.to_string() }
    }
}

/// Looks into one wrong answer of a report.
///
/// ```no_run
/// use duplicati_retention::conformance::run::{Config, Progress, diagnose, run};
/// use duplicati_retention::conformance::process::Program;
/// let (program, config) = (Program::new(vec!["./my-port".into()]), Config { cases: 1_000, ..Config::default() });
/// let report = run(&program, &config, &Progress::default())?;
/// for wrong in &report.wrong {
///     println!("{}", diagnose(&program, &config, &report, wrong).case);
/// }
/// # Ok::<(), duplicati_retention::conformance::process::Crash>(())
/// ```
pub fn diagnose(
    program: &Program,
    config: &Config,
    report: &RunReport,
    wrong: &Mismatch,
) -> Counterexample {
    let releases = report.releases.clone();
    let source = Source::new(&config.vectors, config.cases, config.seed, releases, &report.hello);
    let child = Child::new(program, &report.hello).limited(MAX_QUESTIONS, MAX_TIME);
    let Question { id, ask, case, .. } = wrong.question.clone();
    // Not with a release that was not to be asked.
    let is_asked = |case: &Case| report.releases.contains(&case.release());
    let small = shrink(&case, |case| is_asked(case) && child.mismatch(ask, case).is_some());
    child.restart_time();
    // If it does not even fail again, it is shown as it was.
    let (case, response, right) = match child.mismatch(ask, &small) {
        Some((response, right)) => (small, response, right),
        None => (case, wrong.response.clone(), wrong.right.clone()),
    };
    let is_ordered = matches!(
        &response, Response::Answered(answered) if answered.retention_policy_deletes.is_some()
    );
    let right = Expected {
        retention_policy_deletes: right.retention_policy_deletes.filter(|_| is_ordered),
        ..right
    };
    let violated = violated(ask, &case, &response, &right);
    let first = Seen { ask, case: case.clone(), response: response.clone(), right: right.clone() };
    let like = likenesses(&child, &source, report, first);
    let mismatch = Some((response, right));
    Counterexample { id, ask, case, mismatch, violated, like, questions: child.asked() }
}

/// Looks into one violated invariant of a report.
pub fn diagnose_violation(
    program: &Program,
    report: &RunReport,
    found: &Violated,
) -> Counterexample {
    let child = Child::new(program, &report.hello).limited(MAX_QUESTIONS, MAX_TIME);
    let Violated { id, case, invariant, violation } = found;
    let is_asked = |case: &Case| report.releases.contains(&case.release());
    let small = shrink(case, |case| is_asked(case) && check(&child, case, invariant).is_err());
    child.restart_time();
    let (case, violation) = match check(&child, &small, invariant) {
        Err(violation) => (small, violation),
        Ok(()) => (case.clone(), violation.clone()),
    };
    Counterexample {
        id: id.clone(),
        ask: if report.hello.answers(Ask::Plan) { Ask::Plan } else { Ask::Parse },
        mismatch: child.mismatch(Ask::Plan, &case).filter(|_| report.hello.answers(Ask::Plan)),
        violated: vec![ViolatedInvariant::new(invariant, &violation)],
        like: Vec::new(),
        questions: child.asked(),
        case,
    }
}

/// The entries of a list of known failures that cover a wrong answer: its id, with or without the
/// release, or an invariant.
pub(super) fn known_as(
    known: &BTreeSet<String>,
    question: &Question,
    response: &Response,
    right: &Expected,
) -> Vec<String> {
    if known.is_empty() {
        return Vec::new();
    }
    let id = question.id.as_str();
    let plain = id.rsplit_once('@').map_or(id, |(id, _)| id);
    let violated = violated(question.ask, &question.case, response, right);
    let all = [id, plain].into_iter().chain(violated.iter().map(|violated| violated.id));
    let all: BTreeSet<String> = all.map(str::to_owned).collect();
    all.intersection(known).cloned().collect()
}

/// The invariants that one answer violates, of those that it says enough for.
fn violated(
    ask: Ask,
    case: &Case,
    response: &Response,
    right: &Expected,
) -> Vec<ViolatedInvariant> {
    let mut answer = Answer::default();
    response.add_to(&mut answer, ask, case, right);
    let violation = |invariant: &Invariant| match invariant.check {
        Check::Answer(check) if invariant.can_check(&answer) => {
            Some(ViolatedInvariant::new(invariant, &check(case, &answer).err()?))
        }
        _ => None,
    };
    ALL.iter().filter_map(violation).collect()
}
