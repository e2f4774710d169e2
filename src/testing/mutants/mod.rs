//! Implementations that are wrong on purpose, to show that the invariants notice.
//!
//! They are one more implementation of the whole behaviour, plain and slow, with a place for each
//! [`Mutation`]: the policy language in `texts.rs`, the loop in `thinning.rs`, keep-time in
//! `keep_time.rs`, all other options in `options.rs`. With no mutation it is right, which a test
//! shows. `mutations.rs` lists the mutations with a sentence each.

mod keep_time;
mod mutations;
mod options;
mod texts;
mod thinning;

pub use mutations::Mutation;

use super::implementation::Implementation;
use crate::clock::{LocalDateTime, Utc};
use crate::history::Backup;
use crate::invariants::{Answer, Case, NoPlan};
use crate::policy::Policy;

/// An implementation that makes one mutation, or none.
///
/// ```
/// use duplicati_retention::testing::mutants::{Mutant, Mutation};
/// use duplicati_retention::testing::{BackupSeed, CaseSeed, Implementation, PairSeed, Place, Reference};
/// let at_the_bound = BackupSeed { place: Place::Bound(0), ..BackupSeed::default() };
/// let backups = vec![BackupSeed::default(), at_the_bound];
/// let seed = CaseSeed { pairs: vec![PairSeed::default()], backups, ..CaseSeed::default() };
/// let (case, wrong) = (seed.case(), Mutant::with(Mutation::BoundExclusive));
/// assert_eq!(Mutant::unmutated().answer(&case), Reference.answer(&case));
/// assert_ne!(wrong.answer(&case), Reference.answer(&case));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Mutant {
    mutation: Option<Mutation>,
}

impl Mutant {
    /// The implementation without a mutation.
    pub const fn unmutated() -> Mutant {
        Mutant { mutation: None }
    }

    /// The implementation that makes this mutation.
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
        let passes = |policy: &Policy| self.passes_backup_check(policy);
        let answer = Answer {
            shown: Some(policy.as_ref().map_or(String::new(), |policy| self.show(policy))),
            passes_backup_check: Some(policy.as_ref().is_ok_and(passes)),
            web_page_accepts: Some(self.web_page_accepts(text)),
            policy: Some(policy),
            ..Answer::default()
        };
        answer.with_plan(plan)
    }

    fn carry_out(&self, case: &Case, answer: &Answer) -> Vec<Backup> {
        let mut backups = case.versions().to_vec();
        let Some(Ok(gone)) = &answer.deletes else { return backups };
        if answer.fails_while_deleting() {
            return backups;
        }
        for (already, version) in gone.iter().map(|version| version.get()).enumerate() {
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
