//! Whatever is read of Duplicati's: the job's database ([`database`]), the names of remote files
//! ([`files`]), a list of times ([`times`]), an exported job ([`Job`]).
//!
//! Each place that has backups ends in a [`Listing`].

#[cfg(feature = "database")]
pub mod database;
mod days;
pub mod files;
mod job;
pub(crate) mod lines;
pub mod times;

pub use days::{Days, UnknownDay};
pub use job::{Job, JobError, JobSchedule};
pub use lines::LineError;

use crate::history::Backup;

/// What was read from a place: the backups, and what a person should know about them.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The backups in the order in which they were found.
    pub backups: Vec<Backup>,
    /// What the place could not tell, or what was left out, a sentence each.
    pub caveats: Vec<String>,
}
