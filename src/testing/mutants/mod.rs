//! Implementations that are wrong on purpose, to show that the invariants notice.
//!
//! They are one more implementation of the whole behaviour, plain and slow, with a place for each
//! [`Mutation`]: the policy language in `texts.rs`, the loop in `thinning.rs`, all other options in
//! `options.rs`. With no mutation it is right, which a test shows. `mutations.rs` lists the
//! mutations with a sentence each.

mod mutations;
mod options;
mod texts;
mod thinning;

pub use mutations::Mutation;

use super::implementation::Implementation;
use crate::clock::{LocalDateTime, Utc};
use crate::history::Backup;
use crate::invariants::{Answer, Case, NoPlan};

/// An implementation that makes one mutation, or none.
///
/// ```
/// use duplicati_retention::testing::mutants::{Mutant, Mutation};
/// use duplicati_retention::testing::{Reference, CaseSeed, Implementation};
/// let case = CaseSeed::new([0; 4], &[[0, 0, 0]], &[], &[[0; 3], [1, 0, 0]], [0; 4]).case();
/// assert_eq!(Mutant::unmutated().answer(&case).plan, Reference.answer(&case).plan);
/// assert_ne!(Mutant::with(Mutation::BoundExclusive).answer(&case).plan, Reference.answer(&case).plan);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Mutant {
    mutation: Option<Mutation>,
}

impl Mutant {
    /// The implementation without a mutation.
    ///
    /// ```
    /// # use duplicati_retention::testing::{Implementation, mutants::Mutant};
    /// assert_eq!(Mutant::unmutated().name(), "no mutation");
    /// ```
    pub const fn unmutated() -> Mutant {
        Mutant { mutation: None }
    }

    /// The implementation that makes this mutation.
    ///
    /// ```
    /// # use duplicati_retention::testing::{Implementation, mutants::{Mutant, Mutation}};
    /// assert_eq!(Mutant::with(Mutation::GuardMissing).name(), "GuardMissing");
    /// ```
    pub const fn with(mutation: Mutation) -> Mutant {
        Mutant { mutation: Some(mutation) }
    }

    fn makes(self, mutation: Mutation) -> bool {
        self.mutation == Some(mutation)
    }

    /// The one of two values that this implementation uses.
    fn or<T>(self, mutation: Mutation, wrong: T, right: T) -> T {
        if self.makes(mutation) { wrong } else { right }
    }
}

impl Implementation for Mutant {
    fn name(&self) -> String {
        self.mutation.map_or("no mutation".into(), |mutation| format!("{mutation:?}"))
    }

    fn answer(&self, case: &Case) -> Answer {
        let text = case.policy_text();
        if self.makes(Mutation::NoColonCrashes)
            && text.split(',').any(|entry| !entry.is_empty() && !entry.contains(':'))
        {
            return Answer::crash("index was outside the bounds of the array");
        }
        let policy = self.policy(text, case.release());
        let plan = match &policy {
            Ok(policy) => self.plan(case, policy),
            Err(_) => Err(NoPlan::Options),
        };
        Answer {
            shown: policy.as_ref().map_or(String::new(), |policy| self.show(policy)),
            passes_backup_check: policy
                .as_ref()
                .is_ok_and(|policy| self.passes_backup_check(policy)),
            web_page_accepts: self.web_page_accepts(text),
            policy,
            plan,
        }
    }

    fn carry_out(&self, case: &Case, answer: &Answer) -> Vec<Backup> {
        let mut backups = case.versions().to_vec();
        let Ok(plan) = &answer.plan else { return backups };
        let goes =
            |&version: &usize| plan.decisions.get(version).is_some_and(|decision| decision.deleted);
        let gone: Vec<usize> = (0..backups.len()).filter(goes).collect();
        for (already, &version) in gone.iter().enumerate() {
            // Each removal moves the ones behind it forward.
            let index = self.or(Mutation::StaleIndices, version, version - already);
            if index < backups.len() {
                backups.remove(index);
            }
        }
        backups
    }
}

/// What the loop and the options look at.
struct Input {
    backups: Vec<Backup>,
    local_time: Vec<LocalDateTime>,
    now: Utc,
    local_now: LocalDateTime,
    /// Newest first, as this implementation sees it.
    order: Vec<usize>,
}

impl Input {
    fn is_full(&self, version: usize) -> bool {
        !self.backups[version].partial
    }
}
