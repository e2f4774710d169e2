//! Where the history comes from, as arguments.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use super::failure::Failure;
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
            return times::read(io::stdin().lock())
                .map(Some)
                .map_err(|error| Failure::new(format!("standard input: {error}")));
        }
        let in_file = |error: &dyn Display| Failure::new(format!("{}: {error}", path.display()));
        if path.is_dir() {
            return Err(in_file(
                &"this is a folder; a text file with a time on each line is expected",
            ));
        }
        let file = File::open(path).map_err(|error| in_file(&error))?;
        times::read(BufReader::new(file)).map(Some).map_err(|error| in_file(&error))
    }
}

/// Reads a history from a place whose content tells its kind; `-` is standard input.
pub(super) fn recognise(path: &Path) -> Result<Listing, Failure> {
    if path != Path::new("-") {
        return sources::recognise(path).map_err(Failure::new);
    }
    let in_input = |error: &dyn Display| Failure::new(format!("standard input: {error}"));
    let mut content = Vec::new();
    io::stdin().lock().read_to_end(&mut content).map_err(|error| in_input(&error))?;
    sources::recognise_content(&content).map_err(|error| in_input(&error))
}
