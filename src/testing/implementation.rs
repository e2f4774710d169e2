//! Whatever can answer a case.

use crate::history::Backup;
use crate::invariants::{Answer, Case, NoPlan};
use crate::policy::{Policy, web_page};
use crate::retention::{Decisions, Options, PlanError, reference};

/// An implementation of the behaviour: ours, another, or one that is wrong on purpose.
///
/// ```
/// use duplicati_retention::testing::{Reference, CaseSeed, Implementation};
/// let answer = Reference.answer(&CaseSeed::default().case());
/// assert!(answer.plan.is_ok());
/// ```
pub trait Implementation: Sync {
    /// Its name.
    fn name(&self) -> String;

    /// Its answer to a case.
    fn answer(&self, case: &Case) -> Answer;

    /// The backups that are left when its answer is carried out: those of the history that it does
    /// not delete.
    fn carry_out(&self, case: &Case, answer: &Answer) -> Vec<Backup> {
        let deleted = |version: usize| match &answer.plan {
            Ok(plan) => plan.decisions.get(version).is_some_and(|decision| decision.deleted),
            Err(_) => false,
        };
        let all = case.versions().iter().enumerate();
        all.filter(|(version, _)| !deleted(*version)).map(|(_, backup)| *backup).collect()
    }
}

/// This crate's mirror: the parser, the reference loop and all options, version by version.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reference;

impl Implementation for Reference {
    fn name(&self) -> String {
        "mirror".into()
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
///
/// ```
/// use duplicati_retention::testing::{IMPLEMENTATIONS, Reference, CaseSeed, Implementation};
/// let case = CaseSeed::random(1, 2).case();
/// assert!(IMPLEMENTATIONS.iter().all(|implementation| implementation.answer(&case) == Reference.answer(&case)));
/// ```
pub const IMPLEMENTATIONS: &[&dyn Implementation] = &[&Reference, &Engine];

/// The answer of this crate's parsers with any function that decides: one line makes a second
/// implementation an implementation.
///
/// ```
/// use duplicati_retention::testing::{Reference, CaseSeed, Implementation, answer_with};
/// use duplicati_retention::retention::{Decisions, plan};
/// let case = CaseSeed::default().case();
/// let answer = answer_with(&case, |case, options| {
///     plan(case.history(), options, case.now()).map(|plan| Decisions::from(&plan))
/// });
/// assert_eq!(answer, Reference.answer(&case));
/// ```
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
    Answer {
        shown: policy.as_ref().map_or(String::new(), ToString::to_string),
        passes_backup_check: policy.as_ref().is_ok_and(Policy::passes_backup_check),
        web_page_accepts: web_page::check(text).is_ok(),
        policy,
        plan,
    }
}
