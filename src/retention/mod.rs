//! The decision: which versions are deleted, and why each of the others is not.
//!
//! [`plan()`] is the whole of it. It puts the other options that decide ([`Options`]: keep-time, keep-versions,
//! named versions, the guard for the last version, locks) around the retention policy, which the
//! [`engine`] applies by search. [`Plan`] is the answer.
//!
//! [`mod@reference`] is the mirror of Duplicati's code, so plain that it can be checked by eye, and
//! never made faster. The engine is trusted as far as it agrees with that.
//!
//! This room does not know where a history came from, nor how an answer is shown. The present is an
//! argument.

mod decision;
pub mod engine;
mod keep_time;
mod keep_versions;
mod options;
mod plan;
pub mod reference;
mod version_list;

pub use crate::policy::OPTION_NAMES;
pub use decision::{Area, Decision, KeepTimeReason, KeepVersionsReason, RetainedBecause, Verdict};
pub use engine::plan;
pub use keep_time::{KeepTime, KeepTimeError};
pub use options::{Options, OptionsError, parse_switch};
pub use plan::{Blocker, Plan, PlanError, Tally};
pub use version_list::{VersionList, VersionListError};
