//! Recognises by its content what a source is: a job's database, a folder of remote files or a list
//! of versions.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use super::files::{self, FilesError};
use super::list::{self, ListError, ListOptions};
use super::{Listing, database, os_words};

/// The start of every SQLite database.
const DATABASE: &[u8] = b"SQLite format 3\0";

/// Why a path cannot be read as a source of backups.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnrecognisedError {
    /// The path cannot be read.
    #[error("{}: {}", path.display(), os_words(source))]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// It is a database that cannot be read, or not the database of a job.
    #[error(transparent)]
    Database(#[from] database::DatabaseError),
    /// It is a folder that cannot be read, or with the files of several jobs.
    #[error(transparent)]
    Folder(FilesError),
    /// Its content is not a list of versions.
    #[error("{}: this is not a job's database or a list of versions: {source}", path.display())]
    Content {
        /// The path.
        path: PathBuf,
        /// What is wrong with it.
        source: ListError,
    },
}

/// Reads a folder with remote files, a job's database, or a list of versions in any text.
///
/// # Errors
/// [`UnrecognisedError`] if it is something else, or cannot be read.
///
/// ```
/// use duplicati_retention::sources::{ListOptions, recognise};
/// let error = recognise("Cargo.toml".as_ref(), &ListOptions::default()).unwrap_err();
/// assert!(error.to_string().starts_with("Cargo.toml: this is not a job's database"));
/// ```
pub fn recognise(path: &Path, options: &ListOptions) -> Result<Listing, UnrecognisedError> {
    if path.is_dir() {
        return files::read(path, options.prefix).map_err(UnrecognisedError::Folder);
    }
    let unreadable = |source| UnrecognisedError::Unreadable { path: path.to_owned(), source };
    // A pipe can be read only once.
    if path.is_file() && is_database(path).map_err(unreadable)? {
        return Ok(database::read(path, database::Access::InPlace)?);
    }
    let file = File::open(path).map_err(unreadable)?;
    list::read(BufReader::new(file), options)
        .map_err(|source| UnrecognisedError::Content { path: path.to_owned(), source })
}

/// Whether a file is an SQLite database.
///
/// # Errors
/// What the operating system says of a file that cannot be read.
pub fn is_database(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(DATABASE.len() as u64).read_to_end(&mut start)?;
    Ok(start == DATABASE)
}
