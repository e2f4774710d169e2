//! The policy as an argument: its text, or a job that has one.

use std::io;
use std::path::{Path, PathBuf};

use super::failure::{Failure, open};
use crate::report::{JobUse, caveat_of_no_options};
use crate::sources::{Job, JobError, database};

#[derive(clap::Args)]
#[group(skip)]
pub(super) struct PolicyArgs {
    #[command(flatten)]
    place: PolicyPlaceArgs,

    /// Of several jobs in the file of --job, the one with this name or ID
    #[arg(long, value_name = "NAME", help_heading = None, requires = "job")]
    job_name: Option<String>,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct PolicyPlaceArgs {
    /// The retention policy, such as 1W:1D,4W:1W,12M:1M; an empty text for no policy
    ///
    /// It may be pasted with the name of the option, or with quotes around it.
    #[arg(help_heading = None)]
    policy: Option<String>,

    /// The policy exactly as Duplicati's command line has it: quotes that the shell left are part
    /// of it
    #[arg(long, value_name = "POLICY", help_heading = None)]
    retention_policy: Option<String>,

    /// Take the policy and the schedule from a job: the file that "Export" on the job's page makes,
    /// or any text with its options; - is standard input
    ///
    /// An exported job must not be encrypted. The text can also be the exported command line, a
    /// script, a systemd unit, a compose file, a parameters file or an answer of Duplicati's
    /// server. Options on the command line take the place of the job's.
    #[arg(long, value_name = "FILE", help_heading = None)]
    job: Option<PathBuf>,
}

/// The job alone, for a command that needs no policy, or several.
#[derive(clap::Args)]
#[group(skip)]
pub(super) struct JobArgs {
    /// Take the policy and the schedule from a job: the file that "Export" on the job's page makes,
    /// or any text with its options; - is standard input
    #[arg(long, value_name = "FILE", help_heading = None)]
    job: Option<PathBuf>,

    /// Of several jobs in that file, the one with this name or ID
    #[arg(long, value_name = "NAME", help_heading = None, requires = "job")]
    job_name: Option<String>,
}

/// A policy, and the job that it came from, if it did.
pub(super) struct PolicyInput {
    /// The text of the policy.
    pub policy: String,
    pub job: Option<JobFile>,
    /// Whether the text was given, and not taken from the job.
    is_given: bool,
    /// What was left out of a pasted text.
    caveats: Vec<String>,
}

/// A job, and the file that it was read from.
pub(super) struct JobFile {
    pub job: Job,
    path: PathBuf,
}

impl PolicyArgs {
    pub fn read(&self) -> Result<PolicyInput, Failure> {
        let PolicyPlaceArgs { policy, retention_policy, job } = &self.place;
        let job = JobFile::read_if_given(job.as_deref(), self.job_name.as_deref())?;
        if let Some(text) = policy {
            let (policy, caveats) = pasted(text)?;
            return Ok(PolicyInput { policy, job, is_given: true, caveats });
        }
        // As Duplicati gets it: quotes that the shell left are part of the value.
        if let Some(text) = retention_policy {
            let (policy, caveats) = (text.clone(), Vec::new());
            return Ok(PolicyInput { policy, job, is_given: true, caveats });
        }
        let from_job = job.as_ref().and_then(|file| file.job.option("retention-policy"));
        let policy = from_job.unwrap_or_default().to_owned();
        Ok(PolicyInput { policy, job, is_given: false, caveats: Vec::new() })
    }
}

/// The policy in a text that a person gave as one, and what was left out of it.
pub(super) fn pasted(text: &str) -> Result<(String, Vec<String>), Failure> {
    if !text.is_empty() && Path::new(text).is_file() {
        return Err(Failure::new(format!(
            "{text:?} is a file, and a policy such as 1W:1D,4W:1W is expected here; give a job or \
             a script with --job {text}, and a list of versions with --files or --times"
        )));
    }
    Job::pasted_policy(text).map_err(Failure::new)
}

impl PolicyInput {
    /// Whether neither a policy nor a job was given, for a command that may do without.
    pub fn is_missing(&self) -> bool {
        self.job.is_none() && !self.is_given
    }

    pub fn caveats_of_no_options(&self) -> Vec<String> {
        self.caveats(caveat_of_no_options)
    }

    fn caveats(&self, of_the_job: impl Fn(&Job) -> Option<String>) -> Vec<String> {
        let mut caveats = self.caveats.clone();
        if let Some(JobFile { job, .. }) = &self.job {
            caveats.extend(job.caveats.iter().cloned());
            caveats.extend(of_the_job(job));
        }
        caveats
    }
}

impl JobArgs {
    pub fn read(&self) -> Result<Option<JobFile>, Failure> {
        JobFile::read_if_given(self.job.as_deref(), self.job_name.as_deref())
    }
}

impl JobFile {
    pub fn read_if_given(
        path: Option<&Path>,
        name: Option<&str>,
    ) -> Result<Option<JobFile>, Failure> {
        path.map(|path| JobFile::read(path, name)).transpose()
    }

    fn read(path: &Path, name: Option<&str>) -> Result<JobFile, Failure> {
        let job = match path == Path::new("-") {
            true => Job::read_named(io::stdin().lock(), name),
            false => Job::read_named(open(path, "the export of a job is a file")?, name),
        };
        let job = job.map_err(|error| match error {
            // Which database it is says what to do instead.
            JobError::Database => match database::read(path, database::Access::InPlace) {
                Err(database::DatabaseError {
                    problem: database::DatabaseProblem::Server, ..
                }) => Failure::at(
                    path.display(),
                    "this is the database of Duplicati's server; choose \"Export\" on the job's \
                     page in Duplicati and give that file with --job",
                ),
                _ => Failure::at(path.display(), JobError::Database),
            },
            error => Failure::at(path.display(), error),
        })?;
        Ok(JobFile { job, path: path.to_owned() })
    }

    /// This job, as an answer tells what it took from it.
    pub fn gives(&self, what: &str) -> JobUse {
        JobUse {
            name: self.job.name.clone(),
            file: self.path.display().to_string(),
            line: self.job.line,
            gives: what.to_owned(),
        }
    }
}
