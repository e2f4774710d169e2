//! The policy as an argument: its text, or a job that has one.

use std::path::{Path, PathBuf};

use super::failure::{Failure, open};
use crate::advice::without_option_name;
use crate::report::{JobUse, caveat_of_no_options, caveat_of_the_policy_alone};
use crate::sources::Job;

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct PolicyArgs {
    /// The retention policy, such as 1W:1D,4W:1W,12M:1M; an empty text for no policy
    #[arg(help_heading = None)]
    policy: Option<String>,

    /// The policy, as it is in a script
    #[arg(long = "retention-policy", value_name = "POLICY", hide = true)]
    #[arg(allow_hyphen_values = true)]
    named: Option<String>,

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
    /// How the policy was read, if not as it was written.
    caveat: Option<String>,
}

/// A job, and the file that it was read from.
pub(super) struct JobFile {
    pub job: Job,
    path: PathBuf,
}

impl PolicyArgs {
    /// Whether there is one.
    pub const fn is_given(&self) -> bool {
        self.policy.is_some() || self.named.is_some() || self.job.is_some()
    }

    pub fn read(&self) -> Result<PolicyInput, Failure> {
        let job = self.job.as_deref().map(JobFile::read).transpose()?;
        let from_job = || job.as_ref().and_then(|file| file.job.option("retention-policy"));
        let written = self.policy.as_deref().or(self.named.as_deref());
        let without_name = written.and_then(without_option_name);
        let policy = without_name.or(written).or_else(from_job).unwrap_or_default().to_owned();
        let caveat = without_name.map(|policy| {
            format!("the policy is {policy}: the option's name before it is not part of it")
        });
        Ok(PolicyInput { policy, job, caveat })
    }
}

impl PolicyInput {
    /// What to say where only the policy is looked at.
    pub fn caveats_of_the_policy_alone(&self) -> Vec<String> {
        let of_the_job = self.job.as_ref().and_then(|file| caveat_of_the_policy_alone(&file.job));
        self.caveat.iter().cloned().chain(of_the_job).collect()
    }

    /// What to say where all options are looked at.
    pub fn caveats(&self) -> Vec<String> {
        let of_the_job = self.job.as_ref().and_then(|file| caveat_of_no_options(&file.job));
        self.caveat.iter().cloned().chain(of_the_job).collect()
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
