//! Backups, and the history that they make.
//!
//! A [`History`] is what retention works on: the versions newest first, numbered as Duplicati
//! numbers them, each with its local time worked out once.
//!
//! This module does not know policies or files, and reads no clock: the zone is always an argument.

mod local_order;
mod sort;
mod versions;

use crate::clock::Utc;

pub use versions::{Backups, History};

/// One version, as far as retention looks at it.
///
/// ```
/// use duplicati_retention::clock::Utc;
/// use duplicati_retention::history::Backup;
/// let backup = Backup { partial: true, ..Backup::full(Utc::from_unix_seconds(1_795_424_400)?) };
/// assert_eq!(backup.time.to_string(), "2026-11-23 09:00:00");
/// # Ok::<(), duplicati_retention::dotnet::OutOfRange>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// When the backup started, in UTC. Duplicati stores whole seconds.
    pub time: Utc,
    /// Whether the backup was stopped before it was done.
    pub partial: bool,
    /// The end of the object lock on its remote file, in UTC, if it has one.
    pub locked_until: Option<Utc>,
}

impl Backup {
    /// A full backup, not locked, that started at this time in UTC.
    ///
    /// ```
    /// # use duplicati_retention::{clock::Utc, history::Backup};
    /// assert!(!Backup::full(Utc::MIN).partial);
    /// ```
    pub const fn full(time: Utc) -> Self {
        Backup { time, partial: false, locked_until: None }
    }
}
