//! Implementations that are wrong on purpose, to show that the invariants notice.
//!
//! They are one more implementation of the whole behaviour, plain and slow, with a place for each [`Mistake`]: the policy
//! language in `texts.rs`, the loop in `thinning.rs`, all other options in `options.rs`. With no mistake it is right, which a
//! test shows. `mistakes.rs` lists the mistakes with a sentence each.

mod mistakes;
mod options;
mod texts;
mod thinning;

pub use mistakes::Mistake;

use super::subject::Subject;
use crate::dotnet::DateTime;
use crate::history::Backup;
use crate::invariants::{Answer, Case, NoPlan};

/// An implementation that makes one mistake, or none.
///
/// ```
/// use duplicati_retention::conformance::flawed::{Flawed, Mistake};
/// use duplicati_retention::conformance::{Mirror, Recipe, Subject};
/// let case = Recipe::new([0; 4], &[[0, 0, 0]], &[], &[[0; 3], [1, 0, 0]], [0; 4]).case();
/// assert_eq!(Flawed::right().answer(&case).plan, Mirror.answer(&case).plan);
/// assert_ne!(Flawed::making(Mistake::BoundExclusive).answer(&case).plan, Mirror.answer(&case).plan);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Flawed {
    mistake: Option<Mistake>,
}

impl Flawed {
    /// The implementation without a mistake.
    ///
    /// ```
    /// # use duplicati_retention::conformance::{Subject, flawed::Flawed};
    /// assert_eq!(Flawed::right().name(), "no mistake");
    /// ```
    pub const fn right() -> Flawed {
        Flawed { mistake: None }
    }

    /// The implementation that makes this mistake.
    ///
    /// ```
    /// # use duplicati_retention::conformance::{Subject, flawed::{Flawed, Mistake}};
    /// assert_eq!(Flawed::making(Mistake::GuardMissing).name(), "GuardMissing");
    /// ```
    pub const fn making(mistake: Mistake) -> Flawed {
        Flawed { mistake: Some(mistake) }
    }

    fn makes(self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    /// The one of two values that this implementation uses.
    fn or<T>(self, mistake: Mistake, wrong: T, right: T) -> T {
        if self.makes(mistake) { wrong } else { right }
    }
}

impl Subject for Flawed {
    fn name(&self) -> String {
        self.mistake.map_or("no mistake".into(), |mistake| format!("{mistake:?}"))
    }

    fn answer(&self, case: &Case) -> Answer {
        let text = case.policy_text();
        if self.makes(Mistake::NoColonCrashes)
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
            passes_backup_check: policy.as_ref().is_ok_and(|policy| self.passes_backup_check(policy)),
            web_page_accepts: self.web_page_accepts(text),
            policy,
            plan,
        }
    }

    fn carry_out(&self, case: &Case, answer: &Answer) -> Vec<Backup> {
        let mut backups = case.versions().to_vec();
        let Ok(plan) = &answer.plan else { return backups };
        let goes = |&version: &usize| plan.decisions.get(version).is_some_and(|decision| decision.deleted);
        let gone: Vec<usize> = (0..backups.len()).filter(goes).collect();
        for (already, &version) in gone.iter().enumerate() {
            // Each removal moves the ones behind it forward.
            let index = self.or(Mistake::StaleIndices, version, version - already);
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
    wall: Vec<DateTime>,
    now: DateTime,
    wall_now: DateTime,
    /// Newest first, as this implementation sees it.
    order: Vec<usize>,
}

impl Input {
    fn is_full(&self, version: usize) -> bool {
        !self.backups[version].partial
    }
}
