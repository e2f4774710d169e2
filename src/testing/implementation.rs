//! Whatever can answer a case.

use crate::history::{Backup, VersionNumber};
use crate::invariants::{Answer, Case, NoPlan};
use crate::policy::{Policy, web_page};
use crate::retention::{Decisions, Options, PlanError, reference};

/// An implementation of the behaviour: this crate's, another, or one that is wrong on purpose.
///
/// ```
/// use duplicati_retention::invariants::{Answer, Case};
/// use duplicati_retention::testing::{CaseSeed, Implementation, verify};
///
/// /// Deletes nothing, and says nothing else.
/// struct KeepsAll;
///
/// impl Implementation for KeepsAll {
///     fn name(&self) -> String {
///         "keeps all".into()
///     }
///
///     fn answer(&self, _: &Case) -> Answer {
///         Answer { deletes: Some(Ok(vec![])), ..Answer::default() }
///     }
/// }
///
/// let tallies = verify::run_with(&[&KeepsAll], 200, 1, |_| {});
/// let failed = |id: &str| tallies.iter().any(|it| it.invariant.id == id && it.failure.is_some());
/// assert!(failed("fails-before-year-one") && !failed("spacing"));
/// ```
pub trait Implementation: Sync {
    /// Its name.
    fn name(&self) -> String;

    /// Its answer to a case, with the parts that it knows.
    fn answer(&self, case: &Case) -> Answer;

    /// The backups that are left when its answer is carried out: those of the history that it does
    /// not delete, or all if Duplicati fails while it deletes.
    fn carry_out(&self, case: &Case, answer: &Answer) -> Vec<Backup> {
        if answer.fails_while_deleting() {
            return case.versions().to_vec();
        }
        let all = case.versions().iter().enumerate();
        all.filter(|(version, _)| !answer.is_deleted(VersionNumber::new(*version)))
            .map(|(_, backup)| *backup)
            .collect()
    }
}

/// This crate's reference implementation: the parser, the reference loop and all options, version
/// by version.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reference;

impl Implementation for Reference {
    fn name(&self) -> String {
        "reference".into()
    }

    fn answer(&self, case: &Case) -> Answer {
        answer_with(case, |case, options| reference::plan(case.history(), options, case.now()))
    }
}

/// This crate's fast implementation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Engine;

impl Implementation for Engine {
    fn name(&self) -> String {
        "engine".into()
    }

    fn answer(&self, case: &Case) -> Answer {
        answer_with(case, |case, options| {
            crate::retention::plan(case.history(), options, case.now())
                .map(|plan| Decisions::from(&plan))
        })
    }
}

/// This crate's implementations, which must all answer alike.
pub const IMPLEMENTATIONS: &[&dyn Implementation] = &[&Reference, &Engine];

/// The answer of this crate's parsers with any function that decides.
pub fn answer_with(
    case: &Case,
    plan: impl Fn(&Case, &Options) -> Result<Decisions, PlanError>,
) -> Answer {
    let text = case.policy_text();
    let policy = Policy::parse(text, case.release()).map_err(Some);
    let texts = case.options().iter().map(|(name, text)| (*name, text.as_str()));
    let plan = match Options::parse(texts, case.release()) {
        Err(_) => Err(NoPlan::Options),
        Ok(options) => plan(case, &options).map_err(|_| NoPlan::Fails),
    };
    let answer = Answer {
        shown: Some(policy.as_ref().map_or(String::new(), ToString::to_string)),
        passes_backup_check: Some(policy.as_ref().is_ok_and(Policy::passes_backup_check)),
        web_page_accepts: Some(web_page::check(text).is_ok()),
        policy: Some(policy),
        ..Answer::default()
    };
    answer.with_plan(plan)
}
