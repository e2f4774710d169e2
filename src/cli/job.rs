//! The policy as an argument: its text, or a job that has one.

use std::path::{Path, PathBuf};

use super::failure::{Failure, open};
use crate::report::{JobUse, caveat_of_no_options, caveat_of_the_policy_alone};
use crate::sources::Job;

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct PolicyArgs {
    /// The retention policy, such as 1W:1D,4W:1W,12M:1M; an empty text for no policy
    #[arg(help_heading = None)]
    policy: Option<String>,

    /// Take the policy and the schedule from a job: the file that "Export" on the job's page makes
    ///
    /// It must not be encrypted. Options on the command line take the place of the job's.
    #[arg(long, value_name = "FILE", help_heading = None)]
    job: Option<PathBuf>,
}

/// A policy, and the job that it came from, if it did.
pub(super) struct PolicyInput {
    /// The text of the policy.
    pub policy: String,
    pub job: Option<JobFile>,
}

/// A job, and the file that it was read from.
pub(super) struct JobFile {
    pub job: Job,
    path: PathBuf,
}

impl PolicyArgs {
    pub fn read(&self) -> Result<PolicyInput, Failure> {
        let job = self.job.as_deref().map(JobFile::read).transpose()?;
        let from_job = || job.as_ref().and_then(|file| file.job.option("retention-policy"));
        let policy = self.policy.as_deref().or_else(from_job).unwrap_or_default().to_owned();
        Ok(PolicyInput { policy, job })
    }
}

impl PolicyInput {
    pub fn caveat_of_the_policy_alone(&self) -> Option<String> {
        caveat_of_the_policy_alone(&self.job.as_ref()?.job)
    }

    pub fn caveat_of_no_options(&self) -> Option<String> {
        caveat_of_no_options(&self.job.as_ref()?.job)
    }
}

impl JobFile {
    pub fn read(path: &Path) -> Result<JobFile, Failure> {
        let file = open(path, "the export of a job is a file")?;
        let job = Job::read(file).map_err(|error| Failure::at(path.display(), error))?;
        Ok(JobFile { job, path: path.to_owned() })
    }

    /// This job, as an answer tells what it took from it.
    pub fn gives(&self, what: &str) -> JobUse {
        JobUse {
            name: self.job.name.clone(),
            file: self.path.display().to_string(),
            gives: what.to_owned(),
        }
    }
}
