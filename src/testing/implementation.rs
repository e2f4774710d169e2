//! Whatever can answer a case.

use std::cell::Cell;

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

    /// Its answer as far as texts are read; the parts about what is decided may be missing.
    fn read(&self, case: &Case) -> Answer {
        self.answer(case)
    }

    /// Its answer as far as something is decided; the parts about how texts are read may be
    /// missing.
    fn decide(&self, case: &Case) -> Answer {
        self.answer(case)
    }

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

/// An implementation that reads with this crate's parsers and decides in this way.
macro_rules! implementation {
    ($type:ident, $name:literal, $plan:expr) => {
        impl Implementation for $type {
            fn name(&self) -> String {
                $name.into()
            }

            fn answer(&self, case: &Case) -> Answer {
                answer_with(case, $plan)
            }

            fn read(&self, case: &Case) -> Answer {
                read(case)
            }

            fn decide(&self, case: &Case) -> Answer {
                Answer::default().with_plan(decide(case, $plan))
            }
        }
    };
}

implementation!(Reference, "reference", |case, options| {
    reference::plan(case.history(), options, case.now())
});

/// This crate's fast implementation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Engine;

implementation!(Engine, "engine", |case, options| {
    crate::retention::plan(case.history(), options, case.now()).map(|plan| Decisions::from(&plan))
});

/// This crate's implementations, which must all answer alike.
pub const IMPLEMENTATIONS: &[&dyn Implementation] = &[&Reference, &Engine];

/// The answer of this crate's parsers with any function that decides.
pub fn answer_with(
    case: &Case,
    plan: impl Fn(&Case, &Options) -> Result<Decisions, PlanError>,
) -> Answer {
    read(case).with_plan(decide(case, plan))
}

/// How the texts are read.
fn read(case: &Case) -> Answer {
    let policy = Policy::parse(case.policy_text(), case.release());
    Answer {
        shown: Some(policy.as_ref().map_or(String::new(), ToString::to_string)),
        passes_backup_check: Some(policy.as_ref().is_ok_and(Policy::passes_backup_check)),
        web_page_accepts: Some(web_page::check(case.policy_text()).is_ok()),
        policy: Some(policy.map_err(Some)),
        ..Answer::default()
    }
}

/// What is decided.
fn decide(
    case: &Case,
    plan: impl Fn(&Case, &Options) -> Result<Decisions, PlanError>,
) -> Result<Decisions, NoPlan> {
    let read = READ.take().filter(|(of, _)| of.has_texts_of(case)).unwrap_or_else(|| {
        let texts = case.options().iter().map(|(name, text)| (*name, text.as_str()));
        (case.clone(), Options::parse(texts, case.release()).ok())
    });
    let options = read.1.as_ref().ok_or(NoPlan::Options);
    let plan = options.and_then(|options| plan(case, options).map_err(|_| NoPlan::Fails));
    READ.set(Some(read));
    plan
}

thread_local! {
    /// The options that were read last. The steps of a timeline have the same, and so have related
    /// cases.
    static READ: Cell<Option<(Case, Option<Options>)>> = const { Cell::new(None) };
}
