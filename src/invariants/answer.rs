//! An answer to a case, in parts: an implementation gives what it knows.

use crate::clock::LocalDateTime;
use crate::history::VersionNumber;
use crate::policy::{Policy, PolicyError};
use crate::retention::{Blocker, Decision, Decisions};

/// What an implementation says to a [`Case`](super::Case). Every part is optional; an invariant
/// that needs a part that is missing is not asked.
///
/// ```
/// use duplicati_retention::history::VersionNumber;
/// use duplicati_retention::invariants::{Answer, AnswerPart};
/// let answer = Answer { deletes: Some(Ok(vec![VersionNumber::new(2)])), ..Answer::default() };
/// assert!(answer.gives(AnswerPart::Deletes) && !answer.gives(AnswerPart::Decisions));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// How it reads the text of the policy. An error's place is optional.
    pub policy: Option<Result<Policy, Option<PolicyError>>>,
    /// How it writes that policy; empty if it refuses the text.
    pub shown: Option<String>,
    /// Whether the classic web page accepts the text.
    pub web_page_accepts: Option<bool>,
    /// Whether the policy passes the check before a backup; false if it refuses the text.
    pub passes_backup_check: Option<bool>,
    /// The versions that are deleted in the end, in ascending order; or why nothing was decided,
    /// which leaves out everything below.
    pub deletes: Option<Result<Vec<VersionNumber>, NoPlan>>,
    /// What the retention policy alone deletes.
    pub policy_deletes: Option<Vec<VersionNumber>>,
    /// Whether that is in Duplicati's order; if not, it is in ascending order.
    pub is_ordered: bool,
    /// What each option says of each version, newest first by true time.
    pub decisions: Option<Vec<Decision>>,
    /// Why Duplicati would not carry it out.
    pub blockers: Option<Vec<Blocker>>,
    /// The bound of keep-time in local time, if the option is set.
    pub keep_time_bound: Option<Option<LocalDateTime>>,
}

/// A part of an [`Answer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AnswerPart {
    /// [`Answer::policy`]
    Policy,
    /// [`Answer::shown`]
    Shown,
    /// [`Answer::web_page_accepts`]
    WebPage,
    /// [`Answer::passes_backup_check`]
    BackupCheck,
    /// [`Answer::deletes`]
    Deletes,
    /// [`Answer::policy_deletes`], in any order
    PolicyDeletes,
    /// [`Answer::policy_deletes`] in Duplicati's order
    Order,
    /// [`Answer::decisions`]
    Decisions,
    /// [`Answer::blockers`]
    Blockers,
    /// [`Answer::keep_time_bound`]
    KeepTimeBound,
}

impl AnswerPart {
    /// Whether it says how texts are read, and nothing of what is decided.
    pub const fn is_about_texts(&self) -> bool {
        use AnswerPart::{BackupCheck, Policy, Shown, WebPage};
        matches!(self, Policy | Shown | WebPage | BackupCheck)
    }
}

/// Why nothing was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoPlan {
    /// An option cannot be read.
    Options,
    /// The whole operation fails.
    Fails,
    /// One of the two; the implementation does not say which.
    Unspecified,
    /// The implementation broke down, which is never right.
    Crash(String),
}

impl Answer {
    /// The answer of an implementation that broke down.
    pub fn crash(message: &str) -> Answer {
        Answer { deletes: Some(Err(NoPlan::Crash(message.to_owned()))), ..Answer::default() }
    }

    /// The answer with everything that was decided, or why nothing was.
    #[must_use]
    pub fn with_plan(self, plan: Result<Decisions, NoPlan>) -> Answer {
        let plan = match plan {
            Ok(plan) => plan,
            Err(why) => return Answer { deletes: Some(Err(why)), ..self },
        };
        Answer {
            deletes: Some(Ok(plan.deletes().collect())),
            policy_deletes: Some(plan.policy_deletes),
            is_ordered: true,
            decisions: Some(plan.decisions),
            blockers: Some(plan.blockers),
            keep_time_bound: Some(plan.keep_time_bound),
            ..self
        }
    }

    /// What it says of how texts are read, and nothing else.
    #[must_use]
    pub fn about_texts(self) -> Answer {
        let Answer { policy, shown, web_page_accepts, passes_backup_check, .. } = self;
        Answer { policy, shown, web_page_accepts, passes_backup_check, ..Answer::default() }
    }

    /// What it says of what is decided, and nothing else.
    #[must_use]
    pub fn about_decisions(self) -> Answer {
        let no_texts = Answer { policy: None, shown: None, ..self };
        Answer { web_page_accepts: None, passes_backup_check: None, ..no_texts }
    }

    /// Whether it has this part. Where nothing was decided it says all that there is to say of a
    /// plan.
    pub fn gives(&self, part: AnswerPart) -> bool {
        let undecided = matches!(self.deletes, Some(Err(_)));
        match part {
            AnswerPart::Policy => self.policy.is_some(),
            AnswerPart::Shown => self.shown.is_some(),
            AnswerPart::WebPage => self.web_page_accepts.is_some(),
            AnswerPart::BackupCheck => self.passes_backup_check.is_some(),
            AnswerPart::Deletes => self.deletes.is_some(),
            AnswerPart::PolicyDeletes => undecided || self.policy_deletes.is_some(),
            AnswerPart::Order => undecided || (self.is_ordered && self.policy_deletes.is_some()),
            AnswerPart::Decisions => undecided || self.decisions.is_some(),
            AnswerPart::Blockers => undecided || self.blockers.is_some(),
            AnswerPart::KeepTimeBound => undecided || self.keep_time_bound.is_some(),
        }
    }

    /// Whether a version is deleted in the end; false where nothing was decided.
    pub fn is_deleted(&self, version: VersionNumber) -> bool {
        matches!(&self.deletes, Some(Ok(deletes)) if deletes.contains(&version))
    }

    /// Whether it says that Duplicati decides and then fails while it deletes.
    pub fn fails_while_deleting(&self) -> bool {
        self.blockers.iter().flatten().any(Blocker::fails_while_deleting)
    }

    /// Why nothing was decided.
    pub fn no_plan(&self) -> Option<&NoPlan> {
        self.deletes.as_ref()?.as_ref().err()
    }
}
