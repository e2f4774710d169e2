//! Jobs from a place: a data folder, a server's database, exported jobs, or a job's database.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::super::failure::Failure;
use crate::Release;
use crate::dotnet::TimeSpan;
use crate::history::Backup;
use crate::report::{AuditFinding, AuditQuestion, AuditedOption, Status};
use crate::sources::database::{self, Access, DatabaseError, DatabaseProblem};
use crate::sources::server::{self, SERVER_FILE, ServerJob};
use crate::sources::{Job, os_words, runs};

/// How many earlier runs say how long a backup takes.
const RUNS: usize = 50;

/// Jobs, and what the sources could not tell.
#[derive(Default)]
pub(super) struct Collected {
    pub questions: Vec<AuditQuestion>,
    pub caveats: Vec<String>,
}

/// How places are read.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    pub access: Access,
    /// The release, if one is given.
    pub release: Option<Release>,
}

/// What a job's database says.
struct JobDatabase {
    versions: Result<Vec<Backup>, String>,
    synchronises: bool,
    duration: TimeSpan,
    release: Option<Release>,
    caveats: Vec<String>,
}

impl Reader {
    /// Adds the jobs of a place.
    pub fn collect(self, place: &Path, into: &mut Collected) -> Result<(), Failure> {
        if place.is_dir() {
            let server = place.join(SERVER_FILE);
            if server.exists() {
                return Ok(self.server(&server, into)?);
            }
            return self.exports(place, into);
        }
        let mut start = [0; 16];
        let read = File::open(place)
            .and_then(|mut file| file.read(&mut start))
            .map_err(|error| Failure::at(place.display(), os_words(&error)))?;
        if &start[..read] != b"SQLite format 3\0" {
            into.questions.push(self.export(place)?);
            return Ok(());
        }
        match self.server(place, into) {
            Err(ServerProblem::NotAServer) => {}
            Err(ServerProblem::Other(failure)) => return Err(failure),
            Ok(()) => return Ok(()),
        }
        let database = self.job_database(place);
        into.caveats.extend(database.caveats.iter().cloned());
        let name = place.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        into.questions.push(AuditQuestion {
            name,
            place: place.display().to_string(),
            database: Some(place.display().to_string()),
            options: None,
            schedule: None,
            release: self.release(database.release, None),
            versions: database.versions,
            synchronises: database.synchronises,
            duration: database.duration,
            last_backup: None,
            last_error: None,
            findings: Vec::new(),
        });
        Ok(())
    }

    fn server(self, path: &Path, into: &mut Collected) -> Result<(), ServerProblem> {
        let (jobs, caveat) = server::read(path, self.access)?;
        into.caveats.extend(caveat);
        let folder = path.parent().unwrap_or(Path::new(""));
        for job in jobs {
            let question = self.server_job(job, path, folder, into);
            into.questions.push(question);
        }
        Ok(())
    }

    fn server_job(
        self,
        job: ServerJob,
        place: &Path,
        folder: &Path,
        into: &mut Collected,
    ) -> AuditQuestion {
        let mut findings = Vec::new();
        let mut database = None;
        let mut read = JobDatabase::missing("the server does not name a database of the job");
        if let Some(named) = &job.database {
            let (path, moved) = locate(named, folder);
            read = self.job_database(&path);
            into.caveats.extend(moved);
            into.caveats
                .extend(read.caveats.iter().map(|caveat| format!("{}: {caveat}", job.name)));
            database = Some(path.display().to_string());
        }
        if let Some(problem) = job.schedule_problem {
            findings.push(AuditFinding::new(Status::Warning, "schedule", format!("{problem}.")));
        }
        if !job.encrypted.is_empty() {
            into.caveats.push(format!(
                "{}: the server encrypts {}; they do not decide what is deleted",
                job.name,
                crate::advice::list(&job.encrypted)
            ));
        }
        let options = job.options.into_iter().map(|option| AuditedOption {
            name: option.name.to_owned(),
            value: option.value,
            for_all_jobs: option.is_default,
        });
        AuditQuestion {
            name: job.name,
            place: place.display().to_string(),
            database,
            options: Some(options.collect()),
            schedule: job.schedule,
            release: self.release(read.release, None),
            versions: read.versions,
            synchronises: read.synchronises,
            duration: read.duration,
            last_backup: job.last_backup,
            last_error: job.last_error,
            findings,
        }
    }

    /// Every file in a folder whose name ends as that of an export.
    fn exports(self, folder: &Path, into: &mut Collected) -> Result<(), Failure> {
        let in_folder =
            |error: &dyn std::fmt::Display| Failure::new(format!("{}: {error}", folder.display()));
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(|error| in_folder(&os_words(&error)))? {
            let path = entry.map_err(|error| in_folder(&os_words(&error)))?.path();
            let ending = path.extension().and_then(|ending| ending.to_str());
            if matches!(ending, Some("json" | "aes")) {
                paths.push(path);
            }
        }
        if paths.is_empty() {
            return Err(in_folder(&format!(
                "this folder has no {SERVER_FILE} and no exported job (*.json)"
            )));
        }
        paths.sort();
        for path in paths {
            let question = self.export(&path).unwrap_or_else(|failure| unreadable(&path, &failure));
            into.questions.push(question);
        }
        into.caveats.push(
            "an export does not show options that are set for all jobs on Duplicati's settings \
             page, which can make every backup fail; only the server's database does"
                .into(),
        );
        Ok(())
    }

    fn export(self, path: &Path) -> Result<AuditQuestion, Failure> {
        let in_file =
            |error: &dyn std::fmt::Display| Failure::new(format!("{}: {error}", path.display()));
        let bytes = fs::read(path).map_err(|error| in_file(&os_words(&error)))?;
        let job = Job::read(&bytes[..]).map_err(|error| in_file(&error))?;
        let named: Option<PathBuf> =
            serde_json::from_slice::<Export>(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes))
                .ok()
                .and_then(|export| export.backup.path)
                .filter(|path| !path.as_os_str().is_empty());
        let read = match &named {
            Some(named) => self.job_database(named),
            None => JobDatabase::missing("the export does not name a database of the job"),
        };
        let options = job.options().map(|(name, value)| AuditedOption {
            name: name.to_owned(),
            value: Some(value.to_owned()),
            for_all_jobs: false,
        });
        Ok(AuditQuestion {
            name: job.name.clone(),
            place: path.display().to_string(),
            database: named.map(|path| path.display().to_string()),
            options: Some(options.collect()),
            schedule: job.schedule.clone(),
            release: self.release(read.release, job.release.as_ref().map(|found| found.release)),
            versions: read.versions,
            synchronises: read.synchronises,
            duration: read.duration,
            last_backup: None,
            last_error: None,
            findings: Vec::new(),
        })
    }

    fn job_database(self, path: &Path) -> JobDatabase {
        let listing = match database::read(path, self.access) {
            Ok(listing) => listing,
            Err(error) => {
                let synchronises = matches!(error.problem, DatabaseProblem::Synchronisation);
                return JobDatabase { synchronises, ..JobDatabase::missing(&error.to_string()) };
            }
        };
        // What is missing is said for the versions already.
        let runs = runs::read(path, self.access, RUNS).map(|(runs, _)| runs).unwrap_or_default();
        let durations = runs::durations(&runs);
        JobDatabase {
            versions: Ok(listing.backups),
            synchronises: false,
            duration: durations.get(durations.len() / 2).copied().unwrap_or(TimeSpan::ZERO),
            release: runs.iter().find_map(|run| run.result.as_ref()?.release),
            caveats: listing.caveats,
        }
    }

    fn release(self, ran: Option<Release>, exported: Option<Release>) -> (Release, String) {
        let known = [
            (self.release, "from --release"),
            (ran, "the one that ran last"),
            (exported, "from the job"),
        ];
        let found = known.into_iter().find_map(|(release, origin)| Some((release?, origin)));
        let (release, origin) = found.unwrap_or((Release::default(), "the default"));
        (release, origin.to_owned())
    }
}

impl JobDatabase {
    fn missing(problem: &str) -> JobDatabase {
        JobDatabase {
            versions: Err(problem.to_owned()),
            synchronises: false,
            duration: TimeSpan::ZERO,
            release: None,
            caveats: Vec::new(),
        }
    }
}

/// Where a job's database is: as named, relative to the data folder, or, where the folder was
/// copied, beside the server's; then with a caveat.
fn locate(named: &Path, folder: &Path) -> (PathBuf, Option<String>) {
    let path = folder.join(named);
    // A path of Windows is read on any machine.
    let text = named.to_string_lossy();
    let name = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let beside = folder.join(name);
    if path.exists() || !beside.exists() || name.is_empty() {
        return (path, None);
    }
    let caveat = format!(
        "{} does not exist here, so {} was read instead",
        named.display(),
        beside.display()
    );
    (beside, Some(caveat))
}

/// A job or a place that cannot be read is a row too.
pub(super) fn unreadable(path: &Path, failure: &Failure) -> AuditQuestion {
    AuditQuestion {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        place: path.display().to_string(),
        database: None,
        options: None,
        schedule: None,
        release: (Release::default(), "the default".into()),
        versions: Err(failure.to_string()),
        synchronises: false,
        duration: TimeSpan::ZERO,
        last_backup: None,
        last_error: None,
        findings: Vec::new(),
    }
}

enum ServerProblem {
    NotAServer,
    Other(Failure),
}

impl From<DatabaseError> for ServerProblem {
    fn from(error: DatabaseError) -> ServerProblem {
        match error.problem {
            DatabaseProblem::NotAServer(_) => ServerProblem::NotAServer,
            _ => ServerProblem::Other(Failure::new(error)),
        }
    }
}

impl From<ServerProblem> for Failure {
    fn from(problem: ServerProblem) -> Failure {
        match problem {
            ServerProblem::Other(failure) => failure,
            ServerProblem::NotAServer => Failure::new(format!("this is not {SERVER_FILE}")),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Export {
    backup: ExportedBackup,
}

#[derive(Deserialize)]
struct ExportedBackup {
    #[serde(rename = "DBPath")]
    path: Option<PathBuf>,
}
