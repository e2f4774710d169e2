//! Makes a wrong answer small, through the implementation, and says what it breaks and what it
//! looks like.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::judge::{self, Reply, Response, agrees};
use super::questions::{Question, Source};
use super::shrink_case::shrink_case;
use super::{Config, Mismatch, RunReport};
use crate::conformance::process::{Program, Session};
use crate::conformance::protocol::{Ask, question_line, told};
use crate::conformance::vector::{Expected, Failure};
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::history::VersionNumber;
use crate::invariants::{ALL, Answer, Case, Check, NoPlan, Part};
use crate::policy::{Pair, PairIndex, Policy};
use crate::retention::Verdict;
use crate::testing::CaseSeed;
use crate::testing::mutants::{Mutant, Mutation};
use crate::testing::shrink;
use crate::testing::{Implementation, Reference};

/// Making a case small ends after so many questions, or so long; then it is as small as it is.
const MOST_QUESTIONS: u32 = 20_000;
const LONGEST: Duration = Duration::from_secs(20);
/// How many random cases are asked on top, to tell one mutation from another.
const CASES_TO_TELL_APART: u64 = 300;

/// A wrong answer to the smallest case that was found.
///
/// ```
/// use duplicati_retention::conformance::run::{Counterexample, Likeness};
/// let is_explained = |finding: &Counterexample| finding.like.iter().copied().any(Likeness::is_exact);
/// # let _ = is_explained;
/// ```
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// Where the case was made smaller from.
    pub id: String,
    /// What was asked.
    pub ask: Ask,
    /// The smallest case.
    pub case: Case,
    /// Its case seed, if it was a random one.
    pub case_seed: Option<CaseSeed>,
    /// What the implementation answers.
    pub given: Response,
    /// What is right.
    pub right: Expected,
    /// The properties that the answer breaks.
    pub broken: Vec<ViolatedInvariant>,
    /// The mutations that answer alike.
    pub like: Vec<Likeness>,
    /// How many questions it took.
    pub questions: u32,
}

/// A property that an answer breaks.
///
/// ```
/// use duplicati_retention::{conformance::run::ViolatedInvariant, invariants::ALL};
/// let broken = ViolatedInvariant { id: ALL[0].id, statement: ALL[0].statement };
/// assert!(!broken.statement.is_empty());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViolatedInvariant {
    /// The invariant's id.
    pub id: &'static str,
    /// The property, in a sentence.
    pub statement: &'static str,
}

/// A mutation that answers as the implementation does.
///
/// ```
/// use duplicati_retention::testing::mutants::Mutation;
/// use duplicati_retention::conformance::run::Likeness;
/// assert!(!Likeness { mutation: Mutation::GuardMissing, alike: 2, of: 3 }.is_exact());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// The mutation.
    pub mutation: Mutation,
    /// On how many cases the implementation and the mutation answer alike.
    pub alike: usize,
    /// Of how many.
    pub of: usize,
}

impl Likeness {
    /// Whether the mutation explains everything that was seen.
    ///
    /// ```
    /// use duplicati_retention::testing::mutants::Mutation;
    /// use duplicati_retention::conformance::run::Likeness;
    /// assert!(Likeness { mutation: Mutation::GuardMissing, alike: 3, of: 3 }.is_exact());
    /// ```
    pub const fn is_exact(self) -> bool {
        self.alike == self.of
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
    let source = Source::new(
        &config.vectors,
        config.cases,
        config.seed,
        report.releases.clone(),
        &report.hello,
    );
    let prober = RefCell::new(Prober::new(program, report));
    let Question { id, ask, case, case_seed, .. } = wrong.item.clone();
    let fails = |case: &Case| prober.borrow_mut().wrong(ask, case).is_some();
    let (case, case_seed) = match case_seed {
        Some(case_seed) => {
            let release = case.release();
            let small = shrink(&case_seed, |case_seed| fails(&source.case(case_seed, release)));
            (source.case(&small, release), Some(small))
        }
        None => (shrink_case(ask, &case, fails), None),
    };
    let mut prober = prober.into_inner();
    prober.more_time();
    // If it does not even fail again, it is shown as it was.
    let (case, case_seed, given, right) = match prober.wrong(ask, &case) {
        Some((given, right)) => (case, case_seed, given, right),
        None => (
            wrong.item.case.clone(),
            wrong.item.case_seed.clone(),
            wrong.given.clone(),
            wrong.right.clone(),
        ),
    };
    let tells_order =
        matches!(&given, Response::Answered(told) if told.retention_policy_deletes.is_some());
    let right = Expected {
        retention_policy_deletes: right.retention_policy_deletes.filter(|_| tells_order),
        ..right
    };
    let broken = broken(ask, &case, &given);
    let like = likenesses(&mut prober, &source, report, ask, (&case, &given, &right));
    Counterexample { id, ask, case, case_seed, given, right, broken, like, questions: prober.asked }
}

/// Asks one question after the other.
struct Prober<'a> {
    program: &'a Program,
    report: &'a RunReport,
    session: Option<Session>,
    asked: u32,
    until: Instant,
}

impl<'a> Prober<'a> {
    fn new(program: &'a Program, report: &'a RunReport) -> Prober<'a> {
        Prober { program, report, session: None, asked: 0, until: Instant::now() + LONGEST }
    }

    fn more_time(&mut self) {
        self.until = Instant::now() + LONGEST / 2;
    }

    /// The answer; none if there is none, or no more is to be asked.
    fn ask(&mut self, ask: Ask, case: &Case) -> Option<Response> {
        if self.asked >= MOST_QUESTIONS || Instant::now() > self.until || self.program.is_stopped()
        {
            return None;
        }
        self.asked += 1;
        if self.session.is_none() {
            self.session = Session::start(self.program).ok();
        }
        let hello = &self.report.hello;
        let session = self.session.as_mut()?;
        session.ask(question_line(ask, case, "small", hello.has("locks")));
        let reply = session.answer().ok().and_then(|line| {
            let reply = judge::read(&line, "small", ask, hello.has("order"));
            reply.ok()
        });
        match reply {
            Some(Reply::Response(given)) => Some(given),
            Some(Reply::Skip(_)) => None,
            None => {
                self.session = None;
                None
            }
        }
    }

    /// The answer and the right one, if the answer is wrong.
    fn wrong(&mut self, ask: Ask, case: &Case) -> Option<(Response, Expected)> {
        let right = judge::right(ask, case)?;
        let given = self.ask(ask, case)?;
        (!agrees(&right, &given)).then_some((given, right))
    }
}

/// The entries of a list of known failures that cover a wrong answer: its id, with or without the
/// release, or an invariant.
pub(super) fn known_as(known: &BTreeSet<String>, item: &Question, given: &Response) -> Vec<String> {
    if known.is_empty() {
        return Vec::new();
    }
    let plain = item.id.rsplit_once('@').map_or(item.id.as_str(), |(id, _)| id);
    let ids = [item.id.as_str(), plain].into_iter();
    let broken = broken(item.ask, &item.case, given);
    let all = ids.chain(broken.iter().map(|broken| broken.id));
    all.filter(|id| known.contains(*id))
        .map(str::to_owned)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// The properties that an answer breaks, of those that it says enough for.
fn broken(ask: Ask, case: &Case, given: &Response) -> Vec<ViolatedInvariant> {
    let Some(answer) = as_answer(ask, case, given) else { return Vec::new() };
    let tells_order =
        matches!(given, Response::Answered(told) if told.retention_policy_deletes.is_some());
    let judged = ALL.iter().filter(|invariant| match ask {
        // The other options are not part of the question.
        Ask::Parse => invariant.part == Part::Text && invariant.id != "options-read",
        // Reasons and blockers are not asked for, and the order only of those who tell it.
        Ask::Plan if invariant.id == "order" => tells_order,
        Ask::Plan => invariant.part != Part::Reasons && !invariant.id.starts_with("refuses-"),
    });
    judged
        .filter(|invariant| match invariant.check {
            Check::Answer(check) => check(case, &answer).is_err(),
            Check::Metamorphic { .. } | Check::Timeline(_) => false,
        })
        .map(|invariant| ViolatedInvariant { id: invariant.id, statement: invariant.statement })
        .collect()
}

/// The right answer with what the implementation says in its place, so that an invariant sees only
/// that.
fn as_answer(ask: Ask, case: &Case, given: &Response) -> Option<Answer> {
    let mut answer = Reference.answer(case);
    let told = match given {
        Response::Malformed(_) => return None,
        Response::Refused(_) if ask == Ask::Parse => {
            (answer.policy, answer.passes_backup_check, answer.shown) =
                (Err(None), false, String::new());
            answer.plan = Err(NoPlan::Options);
            return Some(answer);
        }
        Response::Refused(_) => {
            answer.plan = Err(NoPlan::Fails);
            return Some(answer);
        }
        Response::Answered(told) => told,
    };
    if ask == Ask::Parse {
        let ticks = |seconds: i64| TimeSpan::from_ticks(seconds.saturating_mul(TICKS_PER_SECOND));
        let pair = |&(frame, interval): &(Option<i64>, i64)| {
            Pair::new(frame.map_or(TimeSpan::MAX, ticks), ticks(interval))
        };
        let policy =
            Policy::new(told.pairs.as_ref()?.iter().map(pair).collect::<Result<_, _>>().ok()?);
        answer.shown = policy.to_string();
        answer.policy = Ok(policy);
        answer.passes_backup_check = told.accepted_for_backup?;
        return Some(answer);
    }
    let count = case.history().len();
    let mut plan =
        answer.plan.ok().filter(|plan| plan.decisions.len() == count).unwrap_or_default();
    let deletes = told.deletes.as_ref()?;
    if plan.decisions.len() != count || deletes.iter().any(|&version| version >= count) {
        return None;
    }
    // Where nothing but the policy decides, the answer is the policy's.
    let named = told
        .retention_policy_deletes
        .as_ref()
        .or(Some(deletes).filter(|_| only_the_policy_decides(case)));
    if let Some(named) = named {
        for (version, decision) in plan.decisions.iter_mut().enumerate() {
            if named.contains(&version) == decision.policy.keeps() {
                let age = case.local_now().since(case.local_time(version));
                let kept = Verdict::KeepAll { pair: PairIndex::new(0) };
                decision.policy =
                    if decision.policy.keeps() { Verdict::OutsideEveryFrame { age } } else { kept };
            }
        }
        plan.policy_deletes = named.iter().copied().map(VersionNumber::new).collect();
    }
    for (version, decision) in plan.decisions.iter_mut().enumerate() {
        decision.deleted = deletes.contains(&version);
        if decision.deleted {
            decision.retained_because = None;
        }
    }
    answer.plan = Ok(plan);
    Some(answer)
}

fn only_the_policy_decides(case: &Case) -> bool {
    let others = ["keep-time", "keep-versions", "version"];
    others.iter().all(|name| case.option(name).is_none())
        && case.backups().iter().all(|backup| backup.locked_until.is_none())
}

/// The mutations that give this very answer, those that explain most of all other cases first.
fn likenesses(
    prober: &mut Prober,
    source: &Source,
    report: &RunReport,
    ask: Ask,
    (case, given, right): (&Case, &Response, &Expected),
) -> Vec<Likeness> {
    let implementations = Mutation::ALL.iter().map(|&mutation| (mutation, Mutant::with(mutation)));
    let candidates: Vec<_> = implementations
        .filter(|(_, mutants)| answers_so(mutants, ask, case, given, right))
        .collect();
    if candidates.is_empty() {
        return Vec::new();
    }
    // Everything that is known of the implementation: its wrong answers, its right ones, and some
    // more that are asked now.
    let mut seen: Vec<(Ask, Case, Response, Expected)> = Vec::new();
    seen.push((ask, case.clone(), given.clone(), right.clone()));
    let wrong = report.wrong.iter();
    seen.extend(
        wrong.map(|it| (it.item.ask, it.item.case.clone(), it.given.clone(), it.right.clone())),
    );
    for item in &report.right {
        let right = item.expected.clone().or_else(|| judge::right(item.ask, &item.case));
        let Some(right) = right else { continue };
        seen.push((item.ask, item.case.clone(), as_given(&right), right));
    }
    for number in 0..CASES_TO_TELL_APART {
        let item = source.random(number);
        let right = judge::right(item.ask, &item.case);
        if let Some((right, given)) =
            right.and_then(|right| Some((right, prober.ask(item.ask, &item.case)?)))
        {
            seen.push((item.ask, item.case, given, right));
        }
    }
    let mut like: Vec<Likeness> = candidates
        .into_iter()
        .map(|(mutation, mutants)| {
            let alike = seen
                .iter()
                .filter(|(ask, case, given, right)| answers_so(&mutants, *ask, case, given, right));
            Likeness { mutation, alike: alike.count(), of: seen.len() }
        })
        .collect();
    like.sort_by_key(|likeness| std::cmp::Reverse(likeness.alike));
    like
}

/// Whether an implementation gives this answer, as far as one can see.
fn answers_so(mutants: &Mutant, ask: Ask, case: &Case, given: &Response, right: &Expected) -> bool {
    let told = told(ask, &mutants.answer(case));
    match given {
        Response::Malformed(_) => false,
        Response::Refused(_) => told.error.is_some(),
        // What has no right answer is not compared.
        Response::Answered(_) => {
            agrees(&told, given) || (agrees(right, given) && agrees(right, &as_given(&told)))
        }
    }
}

/// An answer of ours as an implementation would give it.
fn as_given(told: &Expected) -> Response {
    match told.error {
        Some(Failure::Parse | Failure::Plan) => Response::Refused(String::new()),
        None => Response::Answered(told.clone()),
    }
}
