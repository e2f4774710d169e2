//! Whatever is read of Duplicati's: the job's database ([`database`]), the names of remote files
//! ([`files`]), a list of times ([`times`]), and an exported job ([`Job`]).
//!
//! A source of backups gives a [`Listing`]: backups for a [`History`](crate::history::History),
//! with caveats about what the source does not know. [`recognise`] tells by the content which kind
//! of source a file is.
//!
//! It must not know what is decided with them. Start with [`Listing`] and `times.rs`; `database.rs`
//! says how a file that Duplicati may have open is read.

pub mod database;
mod days;
pub mod files;
mod job;
pub(crate) mod lines;
mod recognise;
pub mod times;

pub use days::{Days, UnknownDay};
pub use job::{Job, JobError, JobSchedule};
pub use lines::LineError;
pub use recognise::{ContentError, recognise_content};
#[cfg(feature = "database")]
pub use recognise::{UnrecognisedError, recognise};

use crate::history::Backup;

/// The backups that a source has, and what you should know about them.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The backups in the order of the source.
    pub backups: Vec<Backup>,
    /// What the source does not know, or what was left out: one clause each.
    pub caveats: Vec<String>,
}
