//! Recognises by its content what a source is: a job's database, remote files or a list of times.

#[cfg(feature = "database")]
use std::fs::File;
#[cfg(feature = "database")]
use std::io::{self, Read};
#[cfg(feature = "database")]
use std::path::{Path, PathBuf};

use super::Listing;
#[cfg(feature = "database")]
use super::database;
use super::files::{self, FilesError};
use super::times::{self, TimesError};

/// The start of every SQLite database.
#[cfg(feature = "database")]
const DATABASE: &[u8] = b"SQLite format 3\0";

/// Why a path cannot be read as a source of backups.
#[cfg(feature = "database")]
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnrecognisedError {
    /// The path cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// It is a database that cannot be read, or not the database of a job.
    #[error(transparent)]
    Database(#[from] database::DatabaseError),
    /// It is a folder without versions.
    #[error(transparent)]
    Folder(FilesError),
    /// Its content is not a list of versions.
    #[error("{}: {source}", path.display())]
    Content {
        /// The path.
        path: PathBuf,
        /// What is wrong with it.
        source: ContentError,
    },
}

/// Why a text is not a list of versions.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContentError {
    /// It lists the files of several jobs.
    #[error(transparent)]
    Files(FilesError),
    /// It is neither; this is what is wrong with it as a list of times.
    #[error("this is not a job's database, a list of remote files or a list of times: {0}")]
    Other(TimesError),
}

/// Reads a folder with remote files, a job's database, a list of remote files, or a list of times.
///
/// # Errors
/// [`UnrecognisedError`] if it is something else, or cannot be read.
///
/// ```
/// let error = duplicati_retention::sources::recognise("Cargo.toml".as_ref()).unwrap_err();
/// assert!(error.to_string().starts_with("Cargo.toml: this is not a job's database"));
/// ```
#[cfg(feature = "database")]
pub fn recognise(path: &Path) -> Result<Listing, UnrecognisedError> {
    if path.is_dir() {
        return files::read(path, None).map_err(UnrecognisedError::Folder);
    }
    let unreadable = |source| UnrecognisedError::Unreadable { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    let mut content = Vec::new();
    file.by_ref().take(DATABASE.len() as u64).read_to_end(&mut content).map_err(unreadable)?;
    if content == DATABASE {
        return Ok(database::read(path, database::Access::InPlace)?);
    }
    file.read_to_end(&mut content).map_err(unreadable)?;
    recognise_content(&content)
        .map_err(|source| UnrecognisedError::Content { path: path.to_owned(), source })
}

/// Reads a list of remote files or a list of times.
///
/// # Errors
/// [`ContentError`] if it is something else.
///
/// ```
/// use duplicati_retention::sources::recognise_content;
/// assert_eq!(recognise_content(b"a-20261123T090000Z.dlist.zip").unwrap().backups.len(), 1);
/// assert_eq!(recognise_content(b"2026-11-23T09:00:00Z").unwrap().backups.len(), 1);
/// ```
pub fn recognise_content(content: &[u8]) -> Result<Listing, ContentError> {
    let not_times = match times::read(content) {
        Ok(listing) => return Ok(listing),
        Err(error) => error,
    };
    let text = std::str::from_utf8(content).unwrap_or_default();
    let names = text.lines().map(|line| line.trim().rsplit(['/', '\\']).next().unwrap_or_default());
    match files::from_names(names, None) {
        Ok(listing) if !listing.backups.is_empty() => Ok(listing),
        Ok(_) => Err(ContentError::Other(not_times)),
        Err(error) => Err(ContentError::Files(error)),
    }
}
