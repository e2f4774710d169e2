//! Asks our own implementation what a vector asks, and compares.

use std::fmt;

use super::expected::pairs;
use super::vector::{Deleting, Expected, Failure, Vector, VectorQuestion};
use crate::Release;
use crate::clock::Utc;
use crate::history::{History, VersionNumber};
use crate::invariants::{ALL, CheckResult, Violation};
use crate::policy::{Policy, web_page};
use crate::retention::{Decisions, Options, PlanError};
use crate::testing::{IMPLEMENTATIONS, Implementation, check as check_invariant, fuzz_checks};

/// One point in which our answer is not what the vector expects.
///
/// ```
/// use duplicati_retention::conformance::{replay, vector::Vector};
/// let wrong = r#"{"id":"p","policy":"7D:U","web_ui_accepts":false,"expect":{}}"#;
/// let difference = &replay::check(&Vector::parse(wrong)?)[0];
/// assert_eq!((difference.field, difference.got.as_str()), ("web_ui_accepts", "true"));
/// # Ok::<(), duplicati_retention::conformance::vector::VectorError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The vector.
    pub id: String,
    /// The release; none for the check of the web UI.
    pub release: Option<Release>,
    /// What is compared, by its name in the vector.
    pub field: &'static str,
    /// What the vector says.
    pub expected: String,
    /// What we say.
    pub got: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { id, field, expected, got, .. } = self;
        let release = self.release.map_or("web page", Release::name);
        write!(formatter, "{id}, {release}: {field} should be {expected}, but is {got}")
    }
}

/// Decides what is deleted, given a history, the options and the present in UTC.
pub type Planner = fn(&History, &Options, Utc) -> Result<Decisions, PlanError>;

/// Every point in which our answers differ from a vector; none if it passes.
///
/// ```
/// use duplicati_retention::conformance::{replay, vector::Vector};
/// let wrong = r#"{"id":"p","policy":"7D:U","expect":{"2.1":{"error":"parse"}}}"#;
/// let differences = replay::check(&Vector::parse(wrong)?);
/// assert_eq!(differences[0].to_string(), "p, 2.1: error should be parse, but is none");
/// # Ok::<(), duplicati_retention::conformance::vector::VectorError>(())
/// ```
pub fn check(vector: &Vector) -> Vec<Difference> {
    check_with(vector, |history, options, now| {
        crate::retention::plan(history, options, now).map(|plan| Decisions::from(&plan))
    })
}

/// The same, with plans by another function of the same kind, such as
/// [`reference::plan`](crate::retention::reference::plan).
///
/// ```
/// use duplicati_retention::{conformance::{replay, vector::Vector}, retention::reference};
/// let line = r#"{"id":"r","time_zone":"UTC","now":"2026-11-23T10:00:00Z","backups":[],"expect":{"2.1":{"deletes":[]}}}"#;
/// assert!(replay::check_with(&Vector::parse(line)?, reference::plan).is_empty());
/// # Ok::<(), duplicati_retention::conformance::vector::VectorError>(())
/// ```
pub fn check_with(vector: &Vector, plan: Planner) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut compare = |release, field, expected: String, got: String| {
        if expected != got {
            differences.push(Difference { id: vector.id.clone(), release, field, expected, got });
        }
    };
    if let VectorQuestion::Policy { text, web_ui_accepts: Some(accepts) } = &vector.question {
        compare(
            None,
            "web_ui_accepts",
            accepts.to_string(),
            web_page::check(text).is_ok().to_string(),
        );
    }
    if let Some(release) = vector.counterexample_of {
        let broken =
            keeps_invariants(vector, release).map_or_else(|it| it.to_string(), |()| "kept".into());
        compare(Some(release), "invariants", "kept".into(), broken);
    }
    for (&release, expected) in &vector.expect {
        let got = answer(&vector.question, release, plan);
        compare(Some(release), "error", failure(expected.error), failure(got.error));
        for (field, text) in FIELDS {
            // What the vector does not say is not compared, nor is anything but the failure of one
            // that failed.
            if let (Some(expected), Some(got)) = (text(expected), text(&got)) {
                compare(Some(release), field, expected, got);
            }
        }
    }
    differences
}

/// A field of an answer as text, if the answer has it.
type AsText = fn(&Expected) -> Option<String>;

const FIELDS: [(&str, AsText); 5] = [
    ("pairs", |answer| answer.pairs.as_ref().map(|pairs| format!("{pairs:?}"))),
    ("accepted_for_backup", |answer| {
        answer.accepted_for_backup.map(|accepted| accepted.to_string())
    }),
    ("retention_policy_deletes", |answer| {
        answer.retention_policy_deletes.as_ref().map(|list| format!("{list:?}"))
    }),
    ("deletes", |answer| {
        let mut list = answer.deletes.clone()?;
        list.sort_unstable();
        Some(format!("{list:?}"))
    }),
    ("deleting", |answer| Some(format!("{:?}", answer.deleting?).to_lowercase())),
];

fn failure(failure: Option<Failure>) -> String {
    match failure {
        None => "none",
        Some(Failure::Parse) => "parse",
        Some(Failure::Plan) => "plan",
    }
    .into()
}

/// What our implementation answers, in the form of a vector.
fn answer(question: &VectorQuestion, release: Release, plan: Planner) -> Expected {
    match question {
        VectorQuestion::Policy { text, .. } => match Policy::parse(text, release) {
            Err(_) => Expected { error: Some(Failure::Parse), ..Expected::default() },
            Ok(policy) => Expected {
                pairs: Some(pairs(&policy)),
                accepted_for_backup: Some(policy.passes_backup_check()),
                ..Expected::default()
            },
        },
        VectorQuestion::Retention { history, now, options } => {
            let texts = options.iter().map(|(name, text)| (name.as_str(), text.as_str()));
            let Ok(options) = Options::parse(texts, release) else {
                return Expected { error: Some(Failure::Parse), ..Expected::default() };
            };
            match plan(history, &options, *now) {
                Err(_) => Expected { error: Some(Failure::Plan), ..Expected::default() },
                Ok(plan) => Expected {
                    deletes: Some(plan.deletes().map(VersionNumber::get).collect()),
                    retention_policy_deletes: Some(
                        plan.policy_deletes.iter().map(|version| version.get()).collect(),
                    ),
                    deleting: Some(Deleting::of(plan.fails_while_deleting())),
                    ..Expected::default()
                },
            }
        }
    }
}

/// Whether this crate's implementations answer a counterexample alike and keep every invariant.
fn keeps_invariants(vector: &Vector, release: Release) -> CheckResult {
    let case = vector.case(release).map_err(Violation::new)?;
    fuzz_checks::case(&case, IMPLEMENTATIONS)?;
    let all =
        IMPLEMENTATIONS.iter().flat_map(|one| ALL.iter().map(move |invariant| (one, invariant)));
    all.into_iter().try_for_each(|(&one, invariant)| check_invariant(one, &case, invariant))
}

/// Any text as a line of a vector file, for a fuzzer: it is read or refused, replayed, and its
/// question asked of all invariants.
///
/// # Errors
/// The violation of an invariant. What the line expects does not matter.
///
/// ```
/// use duplicati_retention::{conformance::replay, testing::IMPLEMENTATIONS};
/// let line = r#"{"id":"r","now":"2026-11-23T10:00:00Z","backups":["2026-11-23T09:00:00Z"],"expect":{}}"#;
/// assert!(replay::any_line(line, IMPLEMENTATIONS).is_ok());
/// ```
pub fn any_line(text: &str, implementations: &[&dyn Implementation]) -> CheckResult {
    let Ok(vector) = Vector::parse(text) else { return Ok(()) };
    let _ = check(&vector);
    let VectorQuestion::Retention { .. } = &vector.question else { return Ok(()) };
    Release::ALL.into_iter().try_for_each(|release| {
        let Ok(case) = vector.case(release) else { return Ok(()) };
        // A fuzzer finds long lists soon, and they say no more than short ones.
        let backups = case.versions().iter().take(50).copied().collect();
        fuzz_checks::case(&case.with_backups(backups, case.now()), implementations)
    })
}
