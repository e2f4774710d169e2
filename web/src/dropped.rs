//! What a person dropped on the page. Its content tells what it is.

use std::collections::BTreeMap;

use duplicati_retention::clock::Zone;
use duplicati_retention::report::{
    Diagnostic, Moment, caveat_of_no_options, caveat_of_the_defaults, caveat_of_the_repeat,
};
use duplicati_retention::sources::database::{
    DatabaseProblem, FILESET_COLUMNS, Field, LAST_RESULT, LAYOUT, REMOTE_COLUMNS, TABLES,
    VersionsQuery, caveat_of_the_log,
};
use duplicati_retention::sources::list::{self, ListError, ListOptions};
use duplicati_retention::sources::{Days, Job, JobError, Listing};
use serde::Serialize;
use serde_json::Value;

/// The start of every SQLite database.
const DATABASE: &[u8] = b"SQLite format 3\0";
/// How long the header of such a database is.
const HEADER: usize = 100;

/// What was dropped last of each kind.
#[derive(Default)]
pub struct Dropped {
    versions: Option<Versions>,
    query: Option<(String, VersionsQuery)>,
    /// Whether the database was kept with a write-ahead log.
    is_logged: bool,
}

/// Versions, as far as they can be read without a zone.
enum Versions {
    Listing(Listing),
    /// A list with local times, and its name.
    Local(String, Vec<u8>),
}

/// What a file is.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Added {
    /// A database, which these queries ask for its tables and columns.
    Database {
        /// The queries.
        queries: [&'static str; 3],
        /// More queries, each of which may fail, and whose first value tells the release.
        of_the_release: [&'static str; 2],
    },
    /// Versions.
    Versions {
        /// How many.
        versions: usize,
        /// What the source does not know.
        caveats: Vec<String>,
    },
    /// An exported job.
    Job {
        /// Its name.
        name: String,
        /// The release that exported it.
        release: Option<&'static str>,
        /// The options that decide.
        options: BTreeMap<String, String>,
        /// The time from one backup to the next.
        every: Option<String>,
        /// The days on which it may run, if not on every day.
        days: Option<String>,
        /// The next run.
        next: Option<String>,
        /// What a person should know.
        caveats: Vec<String>,
    },
}

/// The query for the versions.
#[derive(Serialize)]
pub struct Query {
    sql: String,
}

impl Dropped {
    /// The versions that were dropped, as Duplicati has them in the zone of this moment.
    ///
    /// # Errors
    /// A local time that does not exist in this zone.
    pub fn listing(&self, moment: &Moment) -> Result<Option<Listing>, Diagnostic> {
        let zone = moment.time_zone;
        let listing = match &self.versions {
            None => return Ok(None),
            Some(Versions::Listing(listing)) => listing.clone(),
            Some(Versions::Local(name, text)) => {
                let now = Some(moment.now);
                let options = ListOptions { zone: Some(zone), now, ..ListOptions::default() };
                list::read(&text[..], &options).map_err(|error| in_file(name, error))?
            }
        };
        Ok(Some(listing.recorded(zone)))
    }

    /// Takes a file.
    ///
    /// # Errors
    /// What is wrong with it, with its name.
    pub fn add(&mut self, name: &str, content: &[u8]) -> Result<Added, Diagnostic> {
        if content.starts_with(DATABASE) {
            let header = content.get(..HEADER).ok_or(DatabaseProblem::NotSqlite);
            let header = header.map_err(|problem| in_file(name, problem))?;
            // The "file format read version", by which the command decides, too.
            self.is_logged = header[19] == 2;
            return Ok(Added::Database {
                queries: [TABLES, FILESET_COLUMNS, REMOTE_COLUMNS],
                of_the_release: [LAST_RESULT, LAYOUT],
            });
        }
        // A list with a time alone looks like a policy, and a script is no list.
        let versions = match read_list(name, content) {
            Ok((versions, listing)) if !listing.backups.is_empty() => {
                return Ok(self.keep(versions, &listing));
            }
            other => other,
        };
        let error = match Job::read(content) {
            Ok(job) => return Ok(added_job(&job)),
            Err(error) => error,
        };
        // JSON that is not a list of times was meant to be an exported job.
        let is_object = content.trim_ascii_start().starts_with(b"{");
        match versions {
            _ if is_object || matches!(error, JobError::Encrypted) => Err(in_file(name, error)),
            Ok((versions, listing)) => Ok(self.keep(versions, &listing)),
            Err(problem) => Err(in_file(
                name,
                format!("this is not a job's database or a list of versions: {problem}"),
            )),
        }
    }

    fn keep(&mut self, versions: Versions, listing: &Listing) -> Added {
        let is_local = matches!(versions, Versions::Local(..));
        self.versions = Some(versions);
        // What is said of local times depends on the zone.
        let caveats = if is_local { vec![] } else { listing.caveats.clone() };
        Added::Versions { versions: listing.backups.len(), caveats }
    }

    /// The query for the versions of a database, from what its tables and columns are called.
    ///
    /// # Errors
    /// It is not the database of a job.
    pub fn query(&mut self, name: &str, names: &str) -> Result<Query, Diagnostic> {
        let [tables, fileset, remote]: [Vec<String>; 3] =
            serde_json::from_str(names).map_err(|error| in_file(name, error))?;
        let query = VersionsQuery::new(&tables, &fileset, &remote)
            .map_err(|problem| in_file(name, problem))?;
        let sql = query.sql.clone();
        self.query = Some((name.to_owned(), query));
        Ok(Query { sql })
    }

    /// The rows of that query: lists of an ID, a time, a switch, a lock and a state; and the values
    /// that tell the release.
    ///
    /// # Errors
    /// A row that is not a version.
    pub fn add_rows(&mut self, rows: &str, of_the_release: &str) -> Result<Added, Diagnostic> {
        let (name, query) =
            self.query.take().ok_or_else(|| Diagnostic::new("no query was asked for"))?;
        let rows: Vec<[Value; 5]> =
            serde_json::from_str(rows).map_err(|error| in_file(&name, error))?;
        let [last_result, layout]: [Option<String>; 2] =
            serde_json::from_str(of_the_release).map_err(|error| in_file(&name, error))?;
        let mut listing = query
            .listing(rows.into_iter().map(|row| row.map(field)), last_result, layout)
            .map_err(|problem| in_file(&name, problem))?;
        if self.is_logged {
            listing.caveats.push(caveat_of_the_log(&format!("{name}-wal")));
        }
        Ok(self.keep(Versions::Listing(listing.clone()), &listing))
    }
}

/// A list, as it is kept and as it is read here.
fn read_list(name: &str, content: &[u8]) -> Result<(Versions, Listing), ListError> {
    match list::read(content, &ListOptions::default()) {
        Err(ListError::LocalTime { .. }) => {
            // In which zone these times are is known when a question is asked.
            let zone = Some(Zone::UTC);
            let listing = list::read(content, &ListOptions { zone, ..ListOptions::default() })?;
            Ok((Versions::Local(name.to_owned(), content.to_owned()), listing))
        }
        listing => listing.map(|listing| (Versions::Listing(listing.clone()), listing)),
    }
}

fn added_job(job: &Job) -> Added {
    let schedule = job.schedule.as_ref();
    let options = job.options().map(|(name, text)| (name.to_owned(), text.to_owned()));
    let of_the_release = job.release.as_ref().and_then(|found| found.caveat.clone());
    let found = [
        of_the_release,
        caveat_of_no_options(job),
        caveat_of_the_defaults(job),
        caveat_of_the_repeat(job),
    ];
    let found = found.into_iter().flatten();
    Added::Job {
        name: job.name.clone(),
        release: job.release.as_ref().map(|found| found.release.name()),
        options: options.collect(),
        every: schedule.map(|schedule| schedule.repeat.clone()),
        days: schedule
            .map(|schedule| schedule.days)
            .filter(|days| *days != Days::ALL)
            .map(|days| days.to_string()),
        next: schedule.and_then(|schedule| schedule.next).map(|next| next.rfc_3339()),
        caveats: job.caveats.iter().cloned().chain(found).collect(),
    }
}

/// A field of SQLite as JavaScript has it.
fn field(value: Value) -> Field {
    match value {
        Value::Null => Field::Null,
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Field::Integer(integer),
            None => Field::Other(number.to_string()),
        },
        Value::String(text) => Field::Text(text),
        _ => Field::binary(),
    }
}

fn in_file(name: &str, problem: impl ToString) -> Diagnostic {
    Diagnostic::new(format!("{name}: {}", problem.to_string()))
}
