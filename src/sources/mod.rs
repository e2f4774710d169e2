//! Whatever is read of Duplicati's: the job's database ([`database`]), the names of remote files
//! ([`files`]), a list of times ([`times`]), an exported job ([`Job`]).
//!
//! Each place that has backups ends in a [`Listing`]. [`recognise`] tells by its content which of
//! them a place is.

#[cfg(feature = "database")]
pub mod database;
mod days;
pub mod files;
mod job;
pub(crate) mod lines;
#[cfg(feature = "database")]
mod recognise;
pub mod times;

pub use days::{Days, UnknownDay};
pub use job::{Job, JobError, JobSchedule};
pub use lines::LineError;
#[cfg(feature = "database")]
pub use recognise::{ContentError, UnrecognisedError, recognise, recognise_content};

use crate::history::Backup;

/// What was read from a place: the backups, and what a person should know about them.
///
/// ```
/// use duplicati_retention::sources::times;
/// let listing = times::read("2026-11-23T09:00:00Z partial".as_bytes())?;
/// assert!(listing.backups[0].partial);
/// assert!(listing.caveats.is_empty());
/// # Ok::<(), times::TimesError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The backups in the order in which they were found.
    pub backups: Vec<Backup>,
    /// What the place could not tell, or what was left out, a sentence each.
    pub caveats: Vec<String>,
}
