//! The policy as an argument: its text, or a job that has one.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::advice::list;
use crate::policy::{Unit, terms};
use crate::sources::Job;

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct PolicyArgs {
    /// The text of the retention policy, such as 1W:1D,4W:1W,12M:1M; an empty text for none
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
    /// The job's name.
    pub fn job_name(&self) -> Option<&str> {
        self.job.as_ref().map(|file| file.job.name.as_str())
    }

    /// What to say where only the policy is looked at, and the job sets more than that.
    pub fn caveat_of_the_policy_alone(&self) -> Option<String> {
        let file = self.job.as_ref()?;
        let others: Vec<&str> = file
            .job
            .options()
            .map(|(name, _)| name)
            .filter(|&name| name != "retention-policy")
            .collect();
        let has_policy = file.job.option("retention-policy").is_some();
        match (has_policy, others.is_empty()) {
            (true, true) => None,
            (false, true) => Some(KEEPS_EVERYTHING.into()),
            (true, false) => Some(format!("the job also sets {}{ELSEWHERE}", list(&others))),
            (false, false) => {
                Some(format!("the job sets no retention-policy, but {}{ELSEWHERE}", list(&others)))
            }
        }
    }

    /// What to say where all options are looked at, and the job sets none that deletes.
    pub fn caveat_of_no_options(&self) -> Option<String> {
        let deletes =
            |name: &str| !["allow-full-removal", "disable-time-tolerance"].contains(&name);
        let job = &self.job.as_ref()?.job;
        (!job.options().any(|(name, _)| deletes(name))).then(|| KEEPS_EVERYTHING.into())
    }
}

const ELSEWHERE: &str = "; only plan and when look at that";
const KEEPS_EVERYTHING: &str = "the job sets none of retention-policy, keep-time and keep-versions, so by itself it keeps every version";

impl JobFile {
    pub fn read(path: &Path) -> Result<JobFile, Failure> {
        let in_file =
            |error: &dyn fmt::Display| Failure::new(format!("{}: {error}", path.display()));
        if path.is_dir() {
            return Err(in_file(&"this is a folder; the export of a job is a file"));
        }
        let file = File::open(path).map_err(|error| in_file(&error))?;
        let job = Job::read(file).map_err(|error| in_file(&error))?;
        Ok(JobFile { job, path: path.to_owned() })
    }

    /// What to say of its schedule, where it is followed in another way than Duplicati does.
    pub fn caveat_of_the_schedule(&self) -> Option<String> {
        let repeat = &self.job.schedule.as_ref()?.repeat;
        let by_the_calendar =
            terms(repeat).flatten().any(|term| matches!(term.unit, Unit::Month | Unit::Year));
        by_the_calendar.then(|| {
            format!("Duplicati repeats a job each {repeat} by the calendar; here the span is always the same")
        })
    }
}

impl fmt::Display for JobFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "job {:?} ({})", self.job.name, self.path.display())
    }
}
