//! Backups, and the places that a list of them comes from.
//!
//! A [`History`] is what retention works on: the versions newest first, numbered as Duplicati numbers them, each
//! with its time by the wall clock worked out once. Every place that backups come from has a file of its own
//! and ends in a [`Reading`]: the job's database ([`database`]), the names of remote files ([`files`]), a list of
//! times ([`times`]).
//!
//! This room knows nothing of policies, and reads no clock: the zone is always an argument.

#[cfg(feature = "database")]
pub mod database;
pub mod files;
pub(crate) mod gallop;
pub(crate) mod lines;
mod sort;
pub mod times;
mod versions;
mod wall_order;
mod zone;

use crate::dotnet::DateTime;

pub use lines::LineError;
pub use versions::{Backups, History};
pub use zone::{UnknownZone, Zone};

/// One version, as far as retention looks at it.
///
/// ```
/// use duplicati_retention::dotnet::DateTime;
/// use duplicati_retention::history::Backup;
/// let backup = Backup { partial: true, ..Backup::full(DateTime::from_unix_seconds(1_795_424_400)?) };
/// assert_eq!(backup.time.to_string(), "2026-11-23 09:00:00");
/// # Ok::<(), duplicati_retention::dotnet::OutOfRange>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// When the backup started, in UTC. Duplicati stores whole seconds.
    pub time: DateTime,
    /// Whether the backup was stopped before it was done.
    pub partial: bool,
    /// The end of the object lock on its remote file, in UTC, if it has one.
    pub locked_until: Option<DateTime>,
}

impl Backup {
    /// A full backup, not locked, that started at this time in UTC.
    ///
    /// ```
    /// # use duplicati_retention::{dotnet::DateTime, history::Backup};
    /// assert!(!Backup::full(DateTime::MIN).partial);
    /// ```
    pub const fn full(time: DateTime) -> Self {
        Backup { time, partial: false, locked_until: None }
    }
}

/// What was read from a place: the backups, and what a person should know about them.
///
/// ```
/// use duplicati_retention::history::times;
/// let reading = times::read("2026-11-23T09:00:00Z partial".as_bytes())?;
/// assert!(reading.backups[0].partial);
/// assert!(reading.notes.is_empty());
/// # Ok::<(), times::TimesError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The backups in the order in which they were found.
    pub backups: Vec<Backup>,
    /// What the place could not tell, or what was left out, a sentence each.
    pub notes: Vec<String>,
}
