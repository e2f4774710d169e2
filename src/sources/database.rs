//! Backups from a job's local database, the SQLite file in which Duplicati keeps what it knows
//! about a job.
//!
//! It is the only source that knows which backups are partial and which are locked. Nothing here
//! ever writes to Duplicati's file or creates one beside it; [`Access`] says how.

#[cfg(feature = "database")]
mod access;
mod rows;
#[cfg(feature = "database")]
pub(super) use rows::contains;

use std::error::Error;
#[cfg(feature = "database")]
use std::path::Path;
use std::path::PathBuf;

#[cfg(feature = "database")]
use rusqlite::types::ValueRef;
#[cfg(feature = "database")]
use rusqlite::{Connection, ErrorCode, Row, ffi};

#[cfg(feature = "database")]
use super::Listing;
use super::os_words;
pub use rows::{
    FILESET_COLUMNS, Field, LAST_RESULT, LAYOUT, REMOTE_COLUMNS, TABLES, VersionsQuery,
};

const WHERE_IT_IS: &str =
    "Duplicati shows the path of a job's database on the job's page, under \"Database …\"";

/// What to say of a copy that has no file with this name, its write-ahead log, beside it.
pub fn caveat_of_the_log(name: &str) -> String {
    format!(
        "if this is a copy and the original has a file {name} beside it, copy that too: without \
         it the newest versions are missing here"
    )
}

/// The schemas whose tables are known here.
pub const SCHEMAS: std::ops::RangeInclusive<i64> = 12..=19;

/// How the file is opened.
#[cfg(feature = "database")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Read the file where it is, for reading only, even while Duplicati has it open. A file that
    /// SQLite would have to repair first is an error.
    #[default]
    InPlace,
    /// Copy the file, and the `-wal` or `-journal` beside it, to a private temporary folder, and
    /// read the copy, which SQLite may repair. It needs as much free space, and deletes the copy
    /// afterwards.
    Copy,
}

/// Why a database cannot be read: the path as it was given, and the problem.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct DatabaseError {
    /// The path of the database.
    pub path: PathBuf,
    /// What is wrong.
    pub problem: DatabaseProblem,
}

/// What is wrong with a database, in sentences for people who do not program.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseProblem {
    /// The path does not exist.
    #[error("there is no such file; {}", WHERE_IT_IS)]
    Missing,
    /// The path is a folder, or something else that is not a file.
    #[error(
        "this is not a file but a folder or a device; {}, and a folder of remote files goes with \
         --files",
        WHERE_IT_IS
    )]
    NotAFile,
    /// The file is empty.
    #[error(
        "the file is empty, so it is another file or a failed copy: a job's database has content \
         after its first backup"
    )]
    Empty,
    /// The file is not SQLite's.
    #[error(
        "this is not an SQLite database, or it is encrypted or damaged; give a job's database as \
         Duplicati stores it, unencrypted, a list of versions with --files or --times, and an \
         exported job with --job"
    )]
    NotSqlite,
    /// The file is SQLite's, but its content is not valid.
    #[error(
        "the database is damaged, or only a part of it was copied; copy it again, or let \
         Duplicati repair it on the job's page, under \"Database …\""
    )]
    Damaged,
    /// The database of Duplicati's server.
    #[error(
        "this is the database of Duplicati's server, which does not contain backups; the database \
         of a job has a name of random letters, and Duplicati shows its path on the job's page, \
         under \"Database …\""
    )]
    Server,
    /// Not the database of Duplicati's server.
    #[error(
        "this database has no table {0}, so it is not that of Duplicati's server, \
         Duplicati-server.sqlite"
    )]
    NotAServer(&'static str),
    /// A schema whose tables are not known here.
    #[error(
        "{}; what versions contain is read from the schemas {} to {}: if Duplicati is older, update it and let a \
         backup run; if it is newer, update this program",
        .0.map_or("it does not say which schema it has".to_owned(), |schema| format!("its schema is {schema}")),
        SCHEMAS.start(),
        SCHEMAS.end()
    )]
    Schema(Option<i64>),
    /// A job's database without the tables for contents.
    #[error("this database has no table {0}, so it does not say what the versions contain")]
    NoContents(&'static str),
    /// IDs beyond what is kept in memory.
    #[error("its largest ID of a file is {0}, and up to 100,000,000 are handled")]
    TooManyFiles(i64),
    /// A database of another program.
    #[error(
        "this database has no table Fileset, so it does not belong to a Duplicati job; {}",
        WHERE_IT_IS
    )]
    NotAJob,
    /// The database of a job that synchronises files.
    #[error(
        "this is the database of a job that synchronises files, which makes no versions, so \
         nothing deletes any"
    )]
    Synchronisation,
    /// Another process holds a lock.
    #[error("Duplicati is writing to the database; wait until the job is done and try again")]
    Busy,
    /// A write-ahead log without its index.
    #[error(
        "its newest changes are still in the file beside it that ends in -wal, because Duplicati \
         ended abruptly, or the file that ends in -shm was not copied; run the command again with \
         --copy, which reads a copy of both files"
    )]
    LogAlone,
    /// A rollback journal whose writer ended.
    #[error(
        "Duplicati ended in the middle of a change, which must be undone first; run the command \
         again with --copy, which does that in a copy"
    )]
    Interrupted,
    /// The file changed while it was read.
    #[error(
        "the database changed while it was read, so Duplicati is running; wait until the job is \
         done and try again"
    )]
    Changed,
    /// A value that is not a time.
    #[error(
        "in the table Fileset, the row with the ID {id} has the {column} {value}; a time is whole \
         Unix seconds from -62135596800 to 253402300799"
    )]
    Time {
        /// The row's ID.
        id: i64,
        /// The column, such as `Timestamp`; `LockExpirationTime` is a column of the row's remote
        /// file.
        column: &'static str,
        /// The value, cut short if it is long.
        value: String,
    },
    /// The user may not read it.
    #[error(
        "you may not read the database; run the command as the user that Duplicati runs as, or as \
         an administrator"
    )]
    Forbidden,
    /// Reading failed.
    #[error("the database cannot be read: {0}")]
    Unreadable(#[source] Box<dyn Error + Send + Sync>),
    /// Copying failed.
    #[error(
        "the database cannot be copied to a temporary folder: {}; name a folder with more space in the environment \
         variable TMPDIR (TEMP on Windows)",
        os_words(.0)
    )]
    NotCopied(#[source] std::io::Error),
}

/// Reads the versions of a job from its local database, newest first.
///
/// The database of an older Duplicati may lack the columns for partial backups or object locks. A
/// caveat says so, and all backups count as full, or as not locked.
///
/// Do not use it for a file that this process has open with SQLite for writing: on Unix, closing a
/// file drops all locks that the process holds on it ("How To Corrupt An SQLite Database File" in
/// SQLite's documentation, 2.2).
///
/// # Errors
/// [`DatabaseError`] if the file is not the database of a job, is being written to, must be
/// repaired first, or contains a time that .NET cannot hold; see [`DatabaseProblem`].
///
/// ```
/// use std::path::Path;
/// use duplicati_retention::sources::database::{self, Access};
/// let listing = database::read(Path::new("samples/photos.sqlite"), Access::InPlace)?;
/// assert_eq!(listing.backups[0].time.to_string(), "2026-11-23 01:00:49");
///
/// let error = database::read(Path::new("Cargo.toml"), Access::InPlace).unwrap_err();
/// assert!(error.to_string().starts_with("Cargo.toml: this is not an SQLite database"));
/// # Ok::<(), database::DatabaseError>(())
/// ```
#[cfg(feature = "database")]
pub fn read(path: &Path, access: Access) -> Result<Listing, DatabaseError> {
    let (mut listing, caveat) = query(path, access, backups)?;
    listing.caveats.extend(caveat);
    Ok(listing)
}

/// Asks a database of Duplicati's, without writing to it or beside it. With the answer comes what
/// may be missing in the file, as a caveat.
#[cfg(feature = "database")]
pub(super) fn query<T>(
    path: &Path,
    access: Access,
    query: impl FnOnce(&mut Connection) -> Result<T, DatabaseProblem>,
) -> Result<(T, Option<String>), DatabaseError> {
    let answer = match access {
        Access::InPlace => access::in_place(path, query),
        Access::Copy => access::copied(path, query),
    };
    answer.map_err(|problem| DatabaseError { path: path.to_owned(), problem })
}

/// Reads all versions in one short transaction.
#[cfg(feature = "database")]
fn backups(connection: &mut Connection) -> Result<Listing, DatabaseProblem> {
    let view = connection.transaction()?;
    let tables = strings(&view, rows::TABLES)?;
    let fileset = strings(&view, rows::FILESET_COLUMNS)?;
    let remote = strings(&view, rows::REMOTE_COLUMNS)?;
    let query = VersionsQuery::new(&tables, &fileset, &remote)?;
    let mut statement = view.prepare(&query.sql)?;
    let mut rows = statement.query([])?;
    let mut versions = rows::Versions::default();
    while let Some(row) = rows.next()? {
        let field = |index| row.get_ref(index).map(field);
        versions.add([field(0)?, field(1)?, field(2)?, field(3)?, field(4)?])?;
    }
    // A database without such a table is read all the same.
    let last = |query| strings(&view, query).ok()?.pop();
    let release = rows::release(last(rows::LAST_RESULT), || last(rows::LAYOUT));
    Ok(versions.listing(query.caveats, release))
}

#[cfg(feature = "database")]
fn field(value: ValueRef<'_>) -> Field {
    match value {
        ValueRef::Null => Field::Null,
        ValueRef::Integer(number) => Field::Integer(number),
        ValueRef::Real(number) => Field::Other(number.to_string()),
        ValueRef::Text(bytes) => Field::Text(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Blob(_) => Field::binary(),
    }
}

#[cfg(feature = "database")]
pub(super) fn strings(
    connection: &Connection,
    query: &str,
) -> Result<Vec<String>, rusqlite::Error> {
    let row = |row: &Row<'_>| row.get::<_, Option<String>>(0);
    connection.prepare(query)?.query_map([], row)?.filter_map(Result::transpose).collect()
}

#[cfg(feature = "database")]
impl From<rusqlite::Error> for DatabaseProblem {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error() {
            // The index of a write-ahead log is being created at this moment.
            Some(ffi::Error {
                extended_code: ffi::SQLITE_READONLY_RECOVERY | ffi::SQLITE_READONLY_CANTINIT,
                ..
            }) => DatabaseProblem::Busy,
            Some(ffi::Error { extended_code: ffi::SQLITE_READONLY_ROLLBACK, .. }) => {
                DatabaseProblem::Interrupted
            }
            Some(ffi::Error {
                code: ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, ..
            }) => DatabaseProblem::Busy,
            Some(ffi::Error { code: ErrorCode::NotADatabase, .. }) => DatabaseProblem::NotSqlite,
            Some(ffi::Error { code: ErrorCode::DatabaseCorrupt, .. }) => DatabaseProblem::Damaged,
            Some(ffi::Error { code: ErrorCode::PermissionDenied, .. }) => {
                DatabaseProblem::Forbidden
            }
            _ => DatabaseProblem::Unreadable(error.into()),
        }
    }
}

impl From<std::io::Error> for DatabaseProblem {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => DatabaseProblem::Missing,
            std::io::ErrorKind::PermissionDenied => DatabaseProblem::Forbidden,
            _ => DatabaseProblem::Unreadable(os_words(&error).into()),
        }
    }
}
