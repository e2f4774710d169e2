//! Ways to open Duplicati's file without writing to it or to its folder.
//!
//! SQLite keeps up to three files beside a database, and even a connection for reading may create
//! or change them:
//!
//! * `-journal`, the rollback journal: what a writer needs to undo its change. If the writer is
//!   gone, the first to open the database has to undo, that is, to write. A connection for reading
//!   gets an error instead.
//! * `-wal`, the write-ahead log: changes that are not yet in the database itself. A database says
//!   in its header that it is kept with a log. The last connection moves the log into the database
//!   and deletes it.
//! * `-shm`, the index of that log, shared by all who have the database open. Ordinarily whoever
//!   opens the database creates log and index if they are missing, even for reading: if that is
//!   root, Duplicati may no longer be able to open them.
//!
//! So there are three cases: without a log nothing changes the file unnoticed (`immutable`, no
//! locks, no files; checked afterwards); with a log and its index, the index is opened for reading
//! only (`readonly_shm`); and a log alone needs a copy. One case remains: if the log is deleted
//! between our check and SQLite's, SQLite creates an empty log, owned by the database's owner,
//! before it misses the index and gives up. Duplicati uses that file as its own.
//!
//! See <https://sqlite.org/wal.html#read_only_databases> and <https://sqlite.org/uri.html>.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::{DatabaseProblem, caveat_of_the_log};

/// How long to wait for a lock. Duplicati holds it for a moment, or for the length of a job.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// Reads the file where it is. With the answer comes what may be missing in the file, as a caveat.
pub(super) fn in_place<T>(
    path: &Path,
    query: impl FnOnce(&mut Connection) -> Result<T, DatabaseProblem>,
) -> Result<(T, Option<String>), DatabaseProblem> {
    let files = Files::at(path)?;
    let before = files.state()?;
    let logged = files.check_header()?;
    let [_, log, index, journal] = &before;
    let interrupted = journal.as_ref().is_some_and(|journal| journal.length > 0);
    match (log, index) {
        (Some(_), Some(_)) => {
            files.check_log()?;
            return Ok((query(&mut files.open("readonly_shm=1")?)?, None));
        }
        (Some(log), None) if log.length > 0 => return Err(DatabaseProblem::LogAlone),
        (None, _) if !logged => return Ok((query(&mut files.open("readonly_shm=1")?)?, None)),
        // Immutable also means that SQLite does not look for a journal.
        _ if interrupted => return Err(DatabaseProblem::Interrupted),
        _ => {}
    }
    let answer = query(&mut files.open("immutable=1")?);
    if files.state()? != before {
        return Err(DatabaseProblem::Changed);
    }
    let caveat = log.is_none().then(|| caveat_of_the_log(&files.name("-wal")));
    Ok((answer?, caveat))
}

/// Reads a copy, which SQLite may repair.
pub(super) fn copied<T>(
    path: &Path,
    query: impl FnOnce(&mut Connection) -> Result<T, DatabaseProblem>,
) -> Result<(T, Option<String>), DatabaseProblem> {
    let files = Files::at(path)?;
    let before = files.state()?;
    files.check_header()?;
    let folder = tempfile::Builder::new()
        .prefix("duplicati-retention-")
        .tempdir()
        .map_err(DatabaseProblem::NotCopied)?;
    let copy = folder.path().join("copy.sqlite");
    for suffix in ["", "-wal", "-journal"] {
        let to = with_suffix(&copy, suffix);
        match File::open(files.path(suffix)) {
            // Not fs::copy, which also copies permissions: a read-only copy could not be repaired.
            Ok(mut from) => {
                io::copy(&mut from, &mut File::create(to).map_err(DatabaseProblem::NotCopied)?)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && !suffix.is_empty() => Ok(0),
            Err(error) => return Err(error.into()),
        }
        .map_err(DatabaseProblem::NotCopied)?;
    }
    if files.state()? != before {
        return Err(DatabaseProblem::Changed);
    }
    let mut connection = Connection::open(&copy)?;
    prepare(&connection)?;
    Ok((query(&mut connection)?, None))
}

/// A database and the files that may be beside it.
struct Files(PathBuf);

/// Shows whether a file was written to.
#[derive(PartialEq, Eq)]
struct State {
    length: u64,
    modified: Option<SystemTime>,
}

impl Files {
    /// Follows links as SQLite does: the other files are beside the real file.
    fn at(path: &Path) -> Result<Self, DatabaseProblem> {
        let path = fs::canonicalize(path)?;
        let metadata = fs::metadata(&path)?;
        match metadata.len() {
            _ if !metadata.is_file() => Err(DatabaseProblem::NotAFile),
            0 => Err(DatabaseProblem::Empty),
            _ => Ok(Files(path)),
        }
    }

    fn path(&self, suffix: &str) -> PathBuf {
        with_suffix(&self.0, suffix)
    }

    fn name(&self, suffix: &str) -> String {
        self.path(suffix).file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The database, its log, the log's index and its journal; `None` for one that does not exist.
    fn state(&self) -> Result<[Option<State>; 4], io::Error> {
        let state = |suffix| match fs::metadata(self.path(suffix)) {
            Ok(metadata) => {
                Ok(Some(State { length: metadata.len(), modified: metadata.modified().ok() }))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        };
        Ok([state("")?, state("-wal")?, state("-shm")?, state("-journal")?])
    }

    /// Whether the header says that the database uses a write-ahead log; an error if the file is
    /// not SQLite's.
    fn check_header(&self) -> Result<bool, DatabaseProblem> {
        let mut header = Vec::new();
        File::open(&self.0)?.take(100).read_to_end(&mut header)?;
        if header.len() < 100 || !header.starts_with(b"SQLite format 3\0") {
            return Err(DatabaseProblem::NotSqlite);
        }
        // The "file format read version", by which SQLite decides too; byte 18 is the one for
        // writing.
        Ok(header[19] == 2)
    }

    /// An error if you may not read the log or its index. SQLite would only say that it is "unable
    /// to open" something.
    fn check_log(&self) -> Result<(), DatabaseProblem> {
        for suffix in ["-wal", "-shm"] {
            File::open(self.path(suffix)).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => DatabaseProblem::Changed,
                _ => error.into(),
            })?;
        }
        Ok(())
    }

    /// A connection for reading only.
    fn open(&self, parameter: &str) -> Result<Connection, DatabaseProblem> {
        let flags = [
            OpenFlags::SQLITE_OPEN_READ_ONLY,
            OpenFlags::SQLITE_OPEN_URI,
            OpenFlags::SQLITE_OPEN_NO_MUTEX,
        ];
        let flags = flags.into_iter().collect();
        let connection =
            Connection::open_with_flags(format!("{}?mode=ro&{parameter}", uri(&self.0)), flags)?;
        prepare(&connection)?;
        connection.pragma_update(None, "query_only", true)?;
        // The log is not ours to move into the database.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        Ok(connection)
    }
}

fn prepare(connection: &Connection) -> Result<(), DatabaseProblem> {
    connection.busy_timeout(LOCK_TIMEOUT)?;
    // The file may come from anywhere, so run no function that its schema names.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut path = OsString::from(path);
    path.push(suffix);
    path.into()
}

/// The `file:` URI of an absolute path, with every byte escaped that has a meaning in a URI.
fn uri(path: &Path) -> String {
    let mut bytes = path.as_os_str().as_encoded_bytes().to_vec();
    if cfg!(windows) {
        // Canonical paths begin with \\?\C:\ or \\?\UNC\server\ there; a URI has /C:/ or //server/.
        let path = path.to_string_lossy().replace('\\', "/");
        let share = path.strip_prefix("//?/UNC/").map(|share| format!("//{share}"));
        let drive = path.strip_prefix("//?/").map(|drive| format!("/{drive}"));
        bytes = share.or(drive).unwrap_or(path).into_bytes();
    }
    bytes.iter().fold(String::from("file://"), |mut uri, &byte| {
        match byte {
            b'/' | b'.' | b'_' | b'-' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                uri.push(byte.into())
            }
            _ => drop(write!(uri, "%{byte:02X}")),
        }
        uri
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_is_gone_by_now_is_a_change() {
        let files = Files("no/such/job.sqlite".into());
        assert!(matches!(files.check_log(), Err(DatabaseProblem::Changed)));
    }
}
