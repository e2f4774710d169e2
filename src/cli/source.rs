//! Where the history comes from, as arguments.

use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use super::failure::{Failure, open};
use crate::sources::{self, Listing, database, files, times};

#[derive(clap::Args)]
#[group(skip)]
pub(super) struct SourceArgs {
    #[command(flatten)]
    place: PlaceArgs,

    /// With --files: take only remote files with this prefix, where there are several
    #[arg(long, value_name = "PREFIX", help_heading = "Source (one of them)")]
    #[arg(requires = "files", conflicts_with_all = ["database", "times"])]
    prefix: Option<String>,

    /// With --database: read a private copy of it, made in the folder for temporary files and
    /// deleted after
    ///
    /// For a database that cannot be read in place without writing beside it.
    #[arg(long, help_heading = "Source (one of them)")]
    #[arg(requires = "database", conflicts_with_all = ["files", "times"])]
    copy: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct PlaceArgs {
    /// The job's local database; Duplicati shows its path on the job's page under "Database"
    #[arg(long, value_name = "FILE", help_heading = "Source (one of them)")]
    database: Option<PathBuf>,

    /// A folder with the remote files, or a text file that lists their names, one a line
    ///
    /// Names do not tell full backups from partial ones, so all count as full.
    #[arg(long, value_name = "PATH", help_heading = "Source (one of them)")]
    files: Option<PathBuf>,

    /// A text file with the times of the backups; - is standard input
    ///
    /// RFC 3339 or Unix seconds, one a line; "partial" after a time marks a partial backup. JSON
    /// lines such as {"time":"2026-11-23T09:00:00Z","partial":true} are read too.
    #[arg(long, value_name = "FILE", help_heading = "Source (one of them)")]
    times: Option<PathBuf>,
}

impl SourceArgs {
    pub fn read(&self) -> Result<Listing, Failure> {
        // The group above asks for one of the three.
        Ok(self.read_if_given()?.unwrap_or_default())
    }

    /// Nothing if none is named, for a command that does not need one.
    pub fn read_if_given(&self) -> Result<Option<Listing>, Failure> {
        if let Some(path) = &self.place.database {
            let access = if self.copy { database::Access::Copy } else { database::Access::InPlace };
            return database::read(path, access).map(Some).map_err(Failure::new);
        }
        if let Some(path) = &self.place.files {
            return files::read(path, self.prefix.as_deref()).map(Some).map_err(Failure::new);
        }
        let Some(path) = self.place.times.as_deref() else { return Ok(None) };
        if path == Path::new("-") {
            let listing = times::read(io::stdin().lock());
            return listing.map(Some).map_err(|error| Failure::at("standard input", error));
        }
        let file = open(path, "a text file with a time on each line is expected")?;
        let listing = times::read(BufReader::new(file));
        listing.map(Some).map_err(|error| Failure::at(path.display(), error))
    }
}

/// Reads a history from a place whose content tells its kind; `-` is standard input.
pub(super) fn recognise(path: &Path) -> Result<Listing, Failure> {
    if path != Path::new("-") {
        return sources::recognise(path).map_err(Failure::new);
    }
    let mut content = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut content);
    read.map_err(|error| Failure::at("standard input", error))?;
    sources::recognise_content(&content).map_err(|error| Failure::at("standard input", error))
}
