//! What is asked of a job's database, and what its rows mean, whoever runs the query.

use std::cmp::Reverse;

use super::DatabaseProblem;
use crate::clock::Utc;
use crate::history::Backup;
use crate::sources::{Listing, lines::printable};

/// The query for the names of all tables.
pub const TABLES: &str = "SELECT name FROM sqlite_schema WHERE type = 'table'";
/// The query for the names of the columns of `Fileset`.
pub const FILESET_COLUMNS: &str = "SELECT name FROM pragma_table_info('Fileset')";
/// The query for the names of the columns of `Remotevolume`.
pub const REMOTE_COLUMNS: &str = "SELECT name FROM pragma_table_info('Remotevolume')";

/// The query for the versions of a job, as the columns of its database allow.
///
/// ```
/// use duplicati_retention::sources::database::{Field, VersionsQuery};
/// let columns = ["ID", "VolumeID", "Timestamp", "IsFullBackup"].map(str::to_owned);
/// let query = VersionsQuery::new(&["Fileset".into()], &columns, &[])?;
/// assert!(query.caveats[0].contains("does not contain object locks"));
/// let row = [1, 1_795_424_400, 1].map(Field::Integer);
/// let [id, time, full] = row;
/// let listing = query.listing([[id, time, full, Field::Null]])?;
/// assert_eq!(listing.backups[0].time.to_string(), "2026-11-23 09:00:00");
/// # Ok::<(), duplicati_retention::sources::database::DatabaseProblem>(())
/// ```
#[derive(Clone, Debug)]
pub struct VersionsQuery {
    /// The query; each row is the ID, the time, whether the backup is full, and its lock.
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
    /// Anything else, as an error shows it.
    Other(String),
}

impl Field {
    /// A text, as an error shows it.
    pub fn text(text: &str) -> Field {
        Field::Other(format!("'{}'", printable(text)))
    }

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
            let server = has_table("Backup") && has_table("Schedule");
            return Err(if server { DatabaseProblem::Server } else { DatabaseProblem::NotAJob });
        }
        let mut caveats = Vec::new();
        let full = if contains(fileset, "IsFullBackup") {
            "Fileset.IsFullBackup"
        } else {
            caveats.push(
                "this database is from an older Duplicati and does not say which backups are partial, so all count as full"
                    .to_owned(),
            );
            "1"
        };
        let (lock, locks) = if contains(remote, "LockExpirationTime") {
            (
                "Remotevolume.LockExpirationTime",
                "LEFT JOIN Remotevolume ON Remotevolume.ID = Fileset.VolumeID",
            )
        } else {
            caveats.push(
                "this database is from an older Duplicati and does not contain object locks, so no backup counts as locked"
                    .to_owned(),
            );
            ("NULL", "")
        };
        // Duplicati orders by the timestamp alone. Of equal timestamps SQLite returns the lower ID
        // first, because it sorts stably what it reads in the order of the IDs. This does the same,
        // and the sort costs almost nothing, because IDs grow with time.
        let sql = format!(
            "SELECT Fileset.ID, Fileset.Timestamp, {full}, {lock} FROM Fileset {locks} ORDER BY Fileset.ID"
        );
        Ok(VersionsQuery { sql, caveats })
    }

    /// The versions of these rows, newest first.
    ///
    /// # Errors
    /// A time that .NET cannot hold.
    pub fn listing(
        self,
        rows: impl IntoIterator<Item = [Field; 4]>,
    ) -> Result<Listing, DatabaseProblem> {
        let backups = rows.into_iter().map(backup).collect::<Result<Vec<_>, _>>()?;
        Ok(self.sorted(backups))
    }

    /// The versions, newest first.
    pub(super) fn sorted(self, mut backups: Vec<Backup>) -> Listing {
        backups.sort_by_key(|backup| Reverse(backup.time));
        Listing { backups, caveats: self.caveats, is_recorded: true }
    }
}

/// The version of a row.
pub(super) fn backup([id, timestamp, full, lock]: [Field; 4]) -> Result<Backup, DatabaseProblem> {
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
        Field::Other(shown) => shown,
    };
    Err(DatabaseProblem::Time { id, column, value })
}

/// SQLite ignores the case of names.
pub(super) fn contains(names: &[String], name: &str) -> bool {
    names.iter().any(|other| other.eq_ignore_ascii_case(name))
}
