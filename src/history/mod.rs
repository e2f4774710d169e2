//! Backups, and the history that they make.
//!
//! A [`History`] is what retention works on: the versions newest first, numbered as Duplicati
//! numbers them ([`VersionNumber`]), each with its local time worked out once. It can be searched
//! by local time: a `LocalIndex` is a place in the order newest first by local time.
//!
//! This module does not know policies or files, and reads no clock: the zone is always an argument.
//! Start with `versions.rs`.

mod local_order;
mod misrecorded;
mod numbers;
mod sort;
mod versions;

use crate::clock::Utc;

pub(crate) use numbers::LocalIndex;
pub use numbers::VersionNumber;
pub use versions::History;

/// One version, as far as retention looks at it.
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
    pub const fn full(time: Utc) -> Self {
        Backup { time, partial: false, locked_until: None }
    }
}
