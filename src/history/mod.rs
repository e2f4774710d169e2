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
pub(crate) mod lines;
pub mod times;
mod zone;

use crate::dotnet::DateTime;

pub use lines::LineError;
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

/// All versions of a job, newest first by true time; the place in the list is Duplicati's version number.
///
/// ```
/// use duplicati_retention::dotnet::DateTime;
/// use duplicati_retention::history::{Backup, History, Zone};
/// let at = |seconds| DateTime::from_unix_seconds(seconds).map(Backup::full);
/// let history = History::new(vec![at(0)?, at(86_400)?], "Europe/Berlin".parse()?);
/// assert_eq!(history.backup(0).time.to_string(), "1970-01-02 00:00:00");
/// assert_eq!(history.wall(0).to_string(), "1970-01-02 01:00:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct History {
    zone: Zone,
    backups: Vec<Backup>,
    wall: Vec<DateTime>,
}

impl History {
    /// The history of these backups, in any order, on a machine in this time zone. Equal times keep their order.
    ///
    /// ```
    /// # use duplicati_retention::history::{History, Zone};
    /// assert!(History::new(vec![], Zone::UTC).is_empty());
    /// ```
    pub fn new(mut backups: Vec<Backup>, zone: Zone) -> Self {
        backups.sort_by_key(|backup| std::cmp::Reverse(backup.time));
        let wall = backups.iter().map(|backup| zone.to_wall(backup.time)).collect();
        History { zone, backups, wall }
    }

    /// How many versions there are.
    ///
    /// ```
    /// # use duplicati_retention::history::{History, Zone};
    /// assert_eq!(History::new(vec![], Zone::UTC).len(), 0);
    /// ```
    pub fn len(&self) -> usize {
        self.backups.len()
    }

    /// Whether there is no version at all.
    ///
    /// ```
    /// # use duplicati_retention::history::{History, Zone};
    /// assert!(History::new(vec![], Zone::UTC).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.backups.is_empty()
    }

    /// The version of this number. Panics if there is none: numbers come from this history.
    ///
    /// ```
    /// # use duplicati_retention::{dotnet::DateTime, history::{Backup, History, Zone}};
    /// let history = History::new(vec![Backup::full(DateTime::MIN)], Zone::UTC);
    /// assert_eq!(history.backup(0).time, DateTime::MIN);
    /// ```
    pub fn backup(&self, version: usize) -> Backup {
        self.backups[version]
    }

    /// All versions, in the order of their numbers: newest first.
    ///
    /// ```
    /// # use duplicati_retention::{dotnet::DateTime, history::{Backup, History, Zone}};
    /// let history = History::new(vec![Backup::full(DateTime::MIN)], Zone::UTC);
    /// assert_eq!(history.backups().len(), 1);
    /// ```
    pub fn backups(&self) -> &[Backup] {
        &self.backups
    }

    /// What the wall clock showed when this version started. Panics if there is no such version.
    ///
    /// ```
    /// # use duplicati_retention::{dotnet::DateTime, history::{Backup, History, Zone}};
    /// let history = History::new(vec![Backup::full(DateTime::MIN)], Zone::UTC);
    /// assert_eq!(history.wall(0), DateTime::MIN);
    /// ```
    pub fn wall(&self, version: usize) -> DateTime {
        self.wall[version]
    }

    /// The time zone of the machine that Duplicati runs on.
    ///
    /// ```
    /// # use duplicati_retention::history::{History, Zone};
    /// assert_eq!(History::new(vec![], Zone::UTC).zone().name(), "UTC");
    /// ```
    pub fn zone(&self) -> Zone {
        self.zone
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
