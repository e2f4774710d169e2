//! Asks our own implementation what a vector asks, and compares.

use std::fmt;

use super::expected::expected;
use super::protocol::Ask;
use super::vector::{Expected, Failure, Vector};
use crate::Release;
use crate::invariants::{ALL, CheckResult};
use crate::policy::web_page;
use crate::testing::{
    Engine, IMPLEMENTATIONS, Implementation, check as check_invariant, fuzz_checks,
};

/// One point in which our answer is not what the vector expects.
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
    check_with(vector, &Engine)
}

/// The same for another implementation.
pub fn check_with(vector: &Vector, implementation: &dyn Implementation) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut compare = |release, field, expected: String, got: String| {
        if expected != got {
            differences.push(Difference { id: vector.id.clone(), release, field, expected, got });
        }
    };
    if let Some(accepts) = vector.web_ui_accepts {
        let got = web_page::check(vector.case(Release::default()).policy_text()).is_ok();
        compare(None, "web_ui_accepts", accepts.to_string(), got.to_string());
    }
    if let Some(release) = vector.counterexample_of {
        let broken =
            keeps_invariants(vector, release).map_or_else(|it| it.to_string(), |()| "kept".into());
        compare(Some(release), "invariants", "kept".into(), broken);
    }
    for (&release, right) in &vector.expect {
        let got = expected(vector.ask, &implementation.answer(&vector.case(release)));
        compare(Some(release), "error", failure(right.error), failure(got.error));
        for (field, text) in FIELDS {
            // What the vector does not say is not compared, nor is anything but the failure of one
            // that failed.
            if let (Some(right), Some(got)) = (text(right), text(&got)) {
                compare(Some(release), field, right, got);
            }
        }
    }
    differences
}

/// A field of an answer as text, if the answer has it.
type AsText = fn(&Expected) -> Option<String>;

const FIELDS: [(&str, AsText); 6] = [
    ("pairs", |answer| answer.pairs.as_ref().map(|pairs| format!("{pairs:?}"))),
    ("accepted_for_backup", |answer| {
        answer.accepted_for_backup.map(|accepted| accepted.to_string())
    }),
    ("accepted", |answer| answer.accepted.map(|accepted| accepted.to_string())),
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
        Some(Failure::Validate) => "validate",
    }
    .into()
}

/// Whether this crate's implementations answer a counterexample alike and keep every invariant.
fn keeps_invariants(vector: &Vector, release: Release) -> CheckResult {
    let case = vector.case(release);
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
pub fn any_line(text: &str, implementations: &[&dyn Implementation]) -> CheckResult {
    let Ok(vector) = Vector::parse(text) else { return Ok(()) };
    let _ = check(&vector);
    if vector.ask != Ask::Plan {
        return Ok(());
    }
    Release::ALL.into_iter().try_for_each(|release| {
        let case = vector.case(release);
        // A fuzzer finds long lists soon, and they say no more than short ones.
        let backups = case.versions().iter().take(50).copied().collect();
        fuzz_checks::case(&case.with_backups(backups, case.now()), implementations)
    })
}
