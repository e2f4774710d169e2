//! The decision: which versions are deleted, and why each of the others is not.
//!
//! [`plan()`] is the entry. It puts the other options that decide ([`Options`]: keep-time,
//! keep-versions, named versions, the guard for the last version, locks) around the retention
//! policy, and answers with a [`Plan`]. The fast [`engine`] does that, by search.
//!
//! [`mod@reference`] is the literal transcription of Duplicati's code, so plain that it can be
//! checked by eye, and never made faster. It answers with [`Decisions`], which are plain data; the
//! engine is trusted as far as its plan, written out as [`Decisions`], is the same.
//! [`incremental`] applies a policy backup after backup, for forecasts. [`NextRun`] is the plan
//! after one more backup, and [`periods`] how it depends on the moment of that backup.
//!
//! This module does not know where a history came from, nor how an answer is shown. The present is
//! an argument.
//!
//! ```
//! use duplicati_retention::Release;
//! use duplicati_retention::clock::{Utc, Zone};
//! use duplicati_retention::history::{Backup, History, VersionNumber};
//! use duplicati_retention::retention::{self, Blocker, Options, Verdict};
//!
//! // A backup at midnight of each of five days.
//! let day = |count: i64| Utc::from_unix_seconds(count * 86_400);
//! let backups = (1..=5).map(|count| day(count).map(Backup::full)).collect::<Result<_, _>>()?;
//! let history = History::new(backups, Zone::UTC);
//! let options = [("retention-policy", "2D:U,U:2D"), ("keep-versions", "3"), ("version", "0")];
//! let options = Options::parse(options, Release::V2_3_0)?;
//! let plan = retention::plan(&history, &options, day(5)?)?;
//!
//! assert!(plan.deletes().eq([0, 3].map(VersionNumber::new)));
//! // Version 0 is named, though the policy would keep it.
//! let newest = plan.decision(VersionNumber::NEWEST);
//! assert!(newest.deleted && newest.named && newest.policy == Verdict::Newest);
//! // Version 3 is a day after version 4, which its frame keeps.
//! let policy = plan.decision(VersionNumber::new(3)).policy;
//! assert!(matches!(policy, Verdict::TooClose { after, .. } if after == VersionNumber::new(4)));
//! // Duplicati would not even start with two of these options.
//! let both = vec!["keep-versions", "retention-policy"];
//! assert_eq!(plan.blockers(), [Blocker::Combined { options: both }]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod blocker;
mod decision;
pub mod engine;
pub mod incremental;
mod keep_time;
mod next_run;
mod option_texts;
mod options;
pub mod reference;
mod version_list;

pub use crate::policy::OPTION_NAMES;
pub use blocker::{Blocker, PlanError};
pub use decision::{
    Area, Decision, Decisions, KeepTimeReason, KeepVersionsReason, RetainedBecause, Verdict,
};
pub use engine::{Plan, Tally, plan, plan_of_run};
pub use keep_time::{KeepTime, KeepTimeError};
pub use next_run::{NextRun, Period, periods};
pub use option_texts::OptionTexts;
pub use options::{Options, OptionsError, parse_switch};
pub use version_list::{VersionList, VersionListError};
