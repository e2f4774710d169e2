//! The decision: which versions are deleted, and why each of the others is not.
//!
//! [`delete_handler::plan`] is the whole of it. It puts the other options that decide ([`Options`]: keep-time, keep-versions,
//! named versions, the guard for the last version, locks) around the retention policy, which [`mod@reference`] applies: the mirror
//! of Duplicati's loop, so plain that it can be checked by eye. [`Plan`] is the answer.
//!
//! This room does not know where a history came from, nor how an answer is shown. The present is an argument.

pub mod delete_handler;
pub mod engine;
mod keep_time;
mod keep_versions;
mod options;
mod plan;
pub mod reference;
mod runs;
mod searched;
mod version_list;

pub use keep_time::{KeepTime, KeepTimeError};
pub use options::{OPTION_NAMES, Options, OptionsError, parse_switch};
pub use plan::{Decision, KeepTimeReason, KeepVersionsReason, Plan, PlanError, Refusal, Spared, Verdict};
pub use version_list::{VersionList, VersionListError};
