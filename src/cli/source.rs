//! Where the history comes from, as arguments.

use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use super::failure::{Failure, open};
use crate::advice::count;
use crate::report::Moment;
use crate::sources::{self, DateOrder, ListError, ListOptions, Listing, database, files, list};

const HEADING: &str = "Source (one of them)";

#[derive(clap::Args)]
#[group(skip)]
pub(super) struct SourceArgs {
    #[command(flatten)]
    place: PlaceArgs,

    /// Take only remote files with this prefix, where there are several
    #[arg(long, value_name = "PREFIX", help_heading = HEADING)]
    #[arg(requires = "PlaceArgs", conflicts_with = "database")]
    prefix: Option<String>,

    #[command(flatten)]
    list: ListArgs,

    /// With --database: read a private copy of it, made in the folder for temporary files and
    /// deleted after
    ///
    /// For a database that cannot be read in place without writing beside it.
    #[arg(long, help_heading = HEADING)]
    #[arg(requires = "database", conflicts_with_all = ["files", "times"])]
    copy: bool,
}

/// How a list is read, and whether it may be empty.
#[derive(clap::Args)]
pub(super) struct ListArgs {
    /// The order of day, month and year in a list where it can be two: dmy, mdy or ymd
    #[arg(long, value_name = "ORDER", help_heading = HEADING)]
    date_order: Option<DateOrder>,

    /// Accept a place without versions; it is an error otherwise, because it is often the wrong
    /// place
    #[arg(long, help_heading = HEADING)]
    allow_empty: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct PlaceArgs {
    /// The job's local database; Duplicati shows its path on the job's page under "Database"
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    database: Option<PathBuf>,

    /// A folder with the remote files, or any text with their names; - is standard input
    ///
    /// The names may stand anywhere: ls -l, dir, aws s3 ls, rclone lsjson, CSV or a page. Names do
    /// not tell full backups from partial ones, so all count as full.
    #[arg(long, value_name = "PATH", help_heading = HEADING)]
    files: Option<PathBuf>,

    /// A text file with the times of the backups; - is standard input
    ///
    /// One a line, as Duplicati's list and find print them, in RFC 3339, or Unix seconds or
    /// milliseconds; times without a zone are local times of --time-zone. "partial" marks a partial
    /// backup. Lines of Duplicati's log, answers of its server and JSON lines such as
    /// {"time":"2026-11-23T09:00:00Z","partial":true} are read too.
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    times: Option<PathBuf>,
}

impl SourceArgs {
    pub fn read(&self, moment: &Moment) -> Result<Listing, Failure> {
        // The group above asks for one of the three.
        Ok(self.read_if_given(moment)?.unwrap_or_default())
    }

    /// Nothing if none is named, for a command that does not need one.
    pub fn read_if_given(&self, moment: &Moment) -> Result<Option<Listing>, Failure> {
        let listing = self.read_place(moment)?;
        Ok(listing.map(|listing| listing.recorded(moment.time_zone)))
    }

    fn read_place(&self, moment: &Moment) -> Result<Option<Listing>, Failure> {
        if let Some((path, access)) = self.database() {
            return database::read(path, access).map(Some).map_err(Failure::new);
        }
        let PlaceArgs { files, times, .. } = &self.place;
        let options = ListOptions { prefix: self.prefix.as_deref(), ..self.list.options(moment) };
        match (files, times) {
            (Some(folder), _) if folder.is_dir() => {
                files::read(folder, options.prefix).map(Some).map_err(Failure::new)
            }
            (_, Some(folder)) if folder.is_dir() => {
                let folder = folder.display();
                Err(Failure::new(format!(
                    "{folder}: this is a folder; give a folder of remote files with --files \
                     {folder}"
                )))
            }
            (Some(path), _) | (_, Some(path)) => read_list(path, &options).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// The job's database, if that is the source, and how it is opened.
    pub fn database(&self) -> Option<(&Path, database::Access)> {
        let access = if self.copy { database::Access::Copy } else { database::Access::InPlace };
        Some((self.place.database.as_deref()?, access))
    }

    /// A place without versions is an error, unless it was allowed.
    pub fn refuse_empty(&self, listing: &Listing) -> Result<(), Failure> {
        let PlaceArgs { database, files, times } = &self.place;
        match database.as_ref().or(files.as_ref()).or(times.as_ref()) {
            Some(path) => self.list.refuse_empty(path, listing),
            None => Ok(()),
        }
    }
}

impl ListArgs {
    fn options(&self, moment: &Moment) -> ListOptions<'static> {
        ListOptions {
            prefix: None,
            zone: Some(moment.time_zone),
            date_order: self.date_order,
            now: Some(moment.now),
        }
    }

    /// Reads a history from a place whose content tells its kind; `-` is standard input.
    pub fn recognise(&self, path: &Path, moment: &Moment) -> Result<Listing, Failure> {
        let options = self.options(moment);
        let listing = match path == Path::new("-") {
            true => read_list(path, &options)?,
            false => sources::recognise(path, &options).map_err(Failure::new)?,
        };
        self.refuse_empty(path, &listing)?;
        Ok(listing.recorded(moment.time_zone))
    }

    fn refuse_empty(&self, path: &Path, listing: &Listing) -> Result<(), Failure> {
        if self.allow_empty || !listing.backups.is_empty() {
            return Ok(());
        }
        let place = name(path);
        let found = match listing.caveats.as_slice() {
            [] => "the list is empty".to_owned(),
            caveats => caveats.join("; "),
        };
        let folders = files::folders_with_versions(path);
        let instead = match folders.as_slice() {
            [] if path.is_dir() => {
                "; give the folder that Duplicati's remote files are in".to_owned()
            }
            [] => "; give a list or a job's database that has some".to_owned(),
            [(folder, versions), rest @ ..] => {
                let more = match rest.len() {
                    0 => String::new(),
                    more => format!(" and {}", count(more, "other folder")),
                };
                let (folder, has) =
                    (folder.display(), if more.is_empty() { "has" } else { "have" });
                let versions =
                    if more.is_empty() { count(*versions, "version") } else { "versions".into() };
                format!("; {folder}{more} {has} {versions}: give --files {folder}")
            }
        };
        Err(Failure::new(format!(
            "{place}: there are no versions here: {found}{instead}, or --allow-empty if that is \
             right"
        )))
    }
}

fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".into() } else { path.display().to_string() }
}

fn read_list(path: &Path, options: &ListOptions) -> Result<Listing, Failure> {
    if path == Path::new("-") {
        let listing = list::read(io::stdin().lock(), options);
        return listing.map_err(|error| Failure::at("standard input", error));
    }
    let file = open(path, "a list of versions is a file")?;
    list::read(BufReader::new(file), options).map_err(|error| match error {
        ListError::Database => Failure::new(format!(
            "{path}: this is a database, not a list; give a job's database with --database {path}",
            path = path.display()
        )),
        error => Failure::at(path.display(), error),
    })
}
