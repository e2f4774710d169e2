//! What is asked of a job's database, and what its rows mean, whoever runs the query.

use std::cmp::Reverse;

use super::DatabaseProblem;
use crate::clock::Utc;
use crate::history::Backup;
use crate::release::DetectedRelease;
use crate::sources::{Listing, lines::printable};

/// The query for the names of all tables.
pub const TABLES: &str = "SELECT name FROM sqlite_schema WHERE type = 'table'";
/// The query for the names of the columns of `Fileset`.
pub const FILESET_COLUMNS: &str = "SELECT name FROM pragma_table_info('Fileset')";
/// The query for the names of the columns of `Remotevolume`.
pub const REMOTE_COLUMNS: &str = "SELECT name FROM pragma_table_info('Remotevolume')";

/// The query for the last result in the job's log; a database may have none, or no such table.
pub const LAST_RESULT: &str =
    "SELECT Message FROM LogData WHERE Type = 'Result' ORDER BY ID DESC LIMIT 1";
/// The query for the number of the database's layout, as a text.
pub const LAYOUT: &str = "SELECT CAST(MAX(Version) AS TEXT) FROM Version";

/// The query for the versions of a job, as the columns of its database allow.
///
/// ```
/// use duplicati_retention::sources::database::{Field, VersionsQuery};
/// let columns = ["ID", "VolumeID", "Timestamp", "IsFullBackup"].map(str::to_owned);
/// let query = VersionsQuery::new(&["Fileset".into()], &columns, &[])?;
/// assert!(query.caveats[0].contains("does not contain object locks"));
/// let row = [1, 1_795_424_400, 1].map(Field::Integer);
/// let [id, time, full] = row;
/// let listing = query.listing([[id, time, full, Field::Null, Field::Null]], None, None)?;
/// assert_eq!(listing.backups[0].time.to_string(), "2026-11-23 09:00:00");
/// # Ok::<(), duplicati_retention::sources::database::DatabaseProblem>(())
/// ```
#[derive(Clone, Debug)]
pub struct VersionsQuery {
    /// The query; each row is the ID, the time, whether the backup is full, its lock, and whether
    /// its list of files is still to be uploaded.
    pub sql: String,
    /// What this database does not know.
    pub caveats: Vec<String>,
}

/// A field of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// No value.
    Null,
    /// An integer.
    Integer(i64),
    /// A text.
    Text(String),
    /// Anything else, as an error shows it.
    Other(String),
}

impl Field {
    /// Binary data, as an error shows it.
    pub fn binary() -> Field {
        Field::Other("of binary data".to_owned())
    }
}

impl VersionsQuery {
    /// The query for a database with these tables, and these columns of two of them.
    ///
    /// # Errors
    /// The database is not that of a job.
    pub fn new(
        tables: &[String],
        fileset: &[String],
        remote: &[String],
    ) -> Result<VersionsQuery, DatabaseProblem> {
        let has_table = |name: &str| contains(tables, name);
        if !has_table("Fileset") {
            return Err(match () {
                () if has_table("Backup") && has_table("Schedule") => DatabaseProblem::Server,
                () if has_table("RemoteInventory") => DatabaseProblem::Synchronisation,
                () => DatabaseProblem::NotAJob,
            });
        }
        let mut caveats = Vec::new();
        let full = if contains(fileset, "IsFullBackup") {
            "Fileset.IsFullBackup"
        } else {
            caveats.push(
                "this database is from an older Duplicati and does not say which backups are \
                 partial, so all count as full"
                    .to_owned(),
            );
            "1"
        };
        let lock = if contains(remote, "LockExpirationTime") {
            "Remotevolume.LockExpirationTime"
        } else {
            caveats.push(
                "this database is from an older Duplicati and does not contain object locks, so \
                 no backup counts as locked"
                    .to_owned(),
            );
            "NULL"
        };
        // Without it every backup counts as finished.
        let unfinished = if contains(remote, "State") {
            "Remotevolume.State = 'Temporary' OR Remotevolume.State = 'Uploading'"
        } else {
            "0"
        };
        let volumes = match remote {
            [] => "",
            _ => "LEFT JOIN Remotevolume ON Remotevolume.ID = Fileset.VolumeID",
        };
        // Duplicati orders by the timestamp alone. Of equal timestamps SQLite returns the lower ID
        // first, because it sorts stably what it reads in the order of the IDs. This does the same,
        // and the sort costs almost nothing, because IDs grow with time.
        let sql = format!(
            "SELECT Fileset.ID, Fileset.Timestamp, {full}, {lock}, {unfinished} FROM Fileset \
             {volumes} ORDER BY Fileset.ID"
        );
        Ok(VersionsQuery { sql, caveats })
    }

    /// The versions of these rows, newest first, with what [`LAST_RESULT`] and [`LAYOUT`] gave.
    ///
    /// # Errors
    /// A time that .NET cannot hold.
    pub fn listing(
        self,
        rows: impl IntoIterator<Item = [Field; 5]>,
        last_result: Option<String>,
        layout: Option<String>,
    ) -> Result<Listing, DatabaseProblem> {
        let mut versions = Versions::default();
        rows.into_iter().try_for_each(|row| versions.add(row))?;
        Ok(versions.listing(self.caveats, release(last_result, || layout)))
    }
}

/// The versions of some rows.
#[derive(Default)]
pub(super) struct Versions {
    backups: Vec<Backup>,
    unfinished: Vec<Backup>,
}

impl Versions {
    /// Adds the version of a row.
    pub(super) fn add(&mut self, row: [Field; 5]) -> Result<(), DatabaseProblem> {
        let [id, timestamp, full, lock, unfinished] = row;
        let backup = backup([id, timestamp, full, lock])?;
        self.backups.push(backup);
        if unfinished == Field::Integer(1) {
            self.unfinished.push(backup);
        }
        Ok(())
    }

    /// All of them, newest first.
    pub(super) fn listing(
        self,
        mut caveats: Vec<String>,
        release: Option<DetectedRelease>,
    ) -> Listing {
        let Versions { mut backups, unfinished } = self;
        if backups.is_empty() {
            caveats.push("no backup of this job has recorded a version in it".to_owned());
        }
        backups.sort_by_key(|backup| Reverse(backup.time));
        for unfinished in unfinished {
            let version =
                backups.iter().position(|&backup| backup == unfinished).unwrap_or_default();
            caveats.push(format!(
                "version {version}, of {}, is an unfinished backup: its list of files is not \
                 uploaded. Duplicati shows it, but deletes nothing before a backup is finished. \
                 This answer holds once it is; if it is discarded instead, the version after it \
                 is the newest, and is kept",
                unfinished.time.rfc_3339()
            ));
        }
        Listing { backups, caveats, release, is_recorded: true }
    }
}

/// The release that wrote the last result into the log, unless it is not a released one; else the
/// one whose layout the database has.
pub(super) fn release(
    last_result: Option<String>,
    layout: impl FnOnce() -> Option<String>,
) -> Option<DetectedRelease> {
    let of_last_run = || {
        let message = last_result?;
        let (_, rest) = message.rsplit_once("\"Version\":")?;
        let number =
            rest.trim_start_matches([' ', '"']).split(['"', ' ']).next().unwrap_or_default();
        let found = DetectedRelease::of(number, "from the job's last run", "the job last ran with");
        // A program that was not built as a release calls itself 1.0.0.0, or leaves its number out.
        number.starts_with("2.").then_some(found)
    };
    of_last_run().or_else(|| DetectedRelease::of_schema(layout()?.parse().ok()?))
}

/// The version of a row.
fn backup([id, timestamp, full, lock]: [Field; 4]) -> Result<Backup, DatabaseProblem> {
    let id = match id {
        Field::Integer(id) => id,
        _ => 0,
    };
    // Duplicati writes NULL, or in other releases 0, if there is no lock.
    let locked_until = match lock {
        Field::Null | Field::Integer(..=0) => None,
        value => Some(time(id, "LockExpirationTime", value)?),
    };
    Ok(Backup {
        time: time(id, "Timestamp", timestamp)?,
        partial: full != Field::Integer(1),
        locked_until,
    })
}

fn time(id: i64, column: &'static str, value: Field) -> Result<Utc, DatabaseProblem> {
    let value = match value {
        Field::Integer(seconds) => match Utc::from_unix_seconds(seconds) {
            Ok(time) => return Ok(time),
            Err(_) => seconds.to_string(),
        },
        Field::Null => "NULL".to_owned(),
        Field::Text(text) => format!("'{}'", printable(&text)),
        Field::Other(shown) => shown,
    };
    Err(DatabaseProblem::Time { id, column, value })
}

/// SQLite ignores the case of names.
pub(in crate::sources) fn contains(names: &[String], name: &str) -> bool {
    names.iter().any(|other| other.eq_ignore_ascii_case(name))
}
