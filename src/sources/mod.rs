//! Whatever is read of Duplicati's: the job's database ([`database`]), a folder of remote files
//! ([`files`]), a list of versions in any text ([`list`]), our own lists of times ([`times`]), and
//! a job or a policy in any text ([`Job`]). Also how many versions people keep with other programs
//! ([`counts`]).
//!
//! A source of backups gives a [`Listing`]: backups for a [`History`](crate::history::History),
//! with caveats about what the source does not know. [`recognise`] tells by the content which kind
//! of source a file is.
//!
//! It must not know what is decided with them. Start with [`Listing`] and `times.rs`; `database.rs`
//! says how a file that Duplicati may have open is read.

#[cfg(feature = "database")]
pub mod contents;
pub mod counts;
pub mod database;
mod days;
pub mod files;
mod job;
pub(crate) mod lines;
pub mod list;
pub mod log;
mod option_text;
mod os_words;
#[cfg(feature = "database")]
pub mod past;
#[cfg(feature = "database")]
mod recognise;
#[cfg(feature = "database")]
pub mod runs;
#[cfg(feature = "database")]
pub mod server;
pub mod times;
mod written_time;

pub use days::{Days, UnknownDay};
pub use job::{Job, JobError, JobSchedule};
pub use lines::LineError;
pub use list::{ListError, ListOptions};
pub use option_text::OptionTextError;
pub use os_words::os_words;
#[cfg(feature = "database")]
pub use recognise::{UnrecognisedError, is_database, recognise};
pub use written_time::{DateOrder, LocalTimeError, WrittenTime};

use crate::clock::Zone;
use crate::history::Backup;
use crate::release::DetectedRelease;

/// The backups that a source has, and what you should know about them.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The backups in the order of the source.
    pub backups: Vec<Backup>,
    /// What the source does not know, or what was left out: one clause each.
    pub caveats: Vec<String>,
    /// Whether the times are those that Duplicati recorded, as in its database, and not those at
    /// which backups started.
    pub is_recorded: bool,
    /// The release that the source belongs to, if it tells.
    pub release: Option<DetectedRelease>,
}

impl Listing {
    /// The same with the times that Duplicati records on a machine in this zone, and a caveat if
    /// that changes any.
    ///
    /// ```
    /// use duplicati_retention::sources::files;
    /// let listing = files::from_names(["duplicati-20261025T013003Z.dlist.zip"], None)?;
    /// let listing = listing.recorded("Europe/Dublin".parse()?);
    /// assert_eq!(listing.backups[0].time.to_string(), "2026-10-25 00:30:03");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn recorded(mut self, zone: Zone) -> Listing {
        if self.is_recorded {
            return self;
        }
        let mut changed = 0;
        for backup in &mut self.backups {
            let recorded = zone.recorded(backup.time);
            changed += usize::from(recorded != backup.time);
            backup.time = recorded;
        }
        if changed > 0 {
            let (versions, them) = match changed {
                1 => ("1 version".to_owned(), "it"),
                _ => (format!("{changed} versions"), "them"),
            };
            let name = zone.name();
            self.caveats.push(format!(
                "{versions} started in an hour that occurred twice in {name}; Duplicati records \
                 {them} an hour early, which is the time that counts here"
            ));
        }
        self.is_recorded = true;
        self
    }
}
