//! Did Duplicati delete what was predicted, and why is a version gone?

use schemars::JsonSchema;
use serde::Serialize;

use super::context::{Context, Moment};
use crate::Release;
use crate::advice::list;
use crate::clock::{LocalDateTime, Utc};

/// What each run of a job deleted, and what was predicted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AfterReport {
    /// What the answer depends on.
    #[serde(flatten)]
    pub context: Context,
    /// Whether even the last version may be deleted, as the runs show or as was given
    pub allow_full_removal: bool,
    /// What the source could not tell
    pub caveats: Vec<String>,
    /// How many time zones show what the log shows and predict as well as this one
    pub fitting_zones: usize,
    /// Some of them
    pub some_zones: Vec<String>,
    /// The releases that predict as well as this one
    pub fitting_releases: Vec<Release>,
    /// How many runs did what is predicted
    pub as_predicted: usize,
    /// How many did not
    pub differing: usize,
    /// Of how many it cannot be told
    pub unknown: usize,
    /// The runs, oldest first
    pub runs: Vec<AfterRun>,
}

/// A run, and what was predicted for it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AfterRun {
    /// What ran, such as `Backup`
    pub operation: String,
    /// When it started
    pub started: Utc,
    /// When it decided; `null` if that is not known
    pub decided: Option<Utc>,
    /// The policy that it had; `null` if that is not known, or if it had none
    pub policy: Option<String>,
    /// How many versions there were when it decided
    pub versions: usize,
    /// The versions that it deleted
    pub deleted: Vec<Utc>,
    /// `as-predicted`, `differs` or `cannot-be-told`
    pub comparison: &'static str,
    /// Why it cannot be told; `null` if it can
    pub because: Option<String>,
    /// What is predicted and was not deleted
    pub only_predicted: Vec<Utc>,
    /// What was deleted and is not predicted
    pub only_deleted: Vec<Utc>,
}

/// What the runs of all jobs of a machine deleted, and what was predicted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AfterJobsReport {
    /// The time zone that was asked about, and the present.
    #[serde(flatten)]
    pub moment: Moment,
    /// Where the jobs were read from
    pub places: Vec<String>,
    /// What the sources could not tell
    pub caveats: Vec<String>,
    /// The jobs: first those of which a run differs, then those whose database cannot be read
    pub jobs: Vec<AfterJob>,
}

/// A job, and what its runs did.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AfterJob {
    /// Its name
    pub name: String,
    /// Its local database; `null` if that is not known
    pub database: Option<String>,
    /// Why the database cannot be read; `null` if it can
    pub problem: Option<String>,
    /// What its runs did; `null` if the database cannot be read
    pub after: Option<AfterReport>,
}

/// Why versions are gone, or still there.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WhyReport {
    /// What the answer depends on.
    #[serde(flatten)]
    pub context: Context,
    /// What the source could not tell
    pub caveats: Vec<String>,
    /// The versions that were asked for, newest first
    pub versions: Vec<WhyVersion>,
}

/// Why a version is gone, or still there.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WhyVersion {
    /// When it was made
    pub time: Utc,
    /// The same in local time
    pub local_time: LocalDateTime,
    /// Whether it still exists
    pub exists: bool,
    /// When the run that deleted it started; `null` if it exists or that is not known
    pub deleted_by_run: Option<Utc>,
    /// The policy of that run; `null` if that is not known
    pub policy: Option<String>,
    /// Why, in a sentence or two
    pub why: String,
}

impl AfterJobsReport {
    /// All jobs, the worst first.
    pub fn new(
        moment: Moment,
        places: Vec<String>,
        caveats: Vec<String>,
        mut jobs: Vec<AfterJob>,
    ) -> AfterJobsReport {
        // A stable sort: jobs that are equally bad stay in the order of the source.
        jobs.sort_by_key(|job| (job.differing() == 0, job.problem.is_none()));
        AfterJobsReport { moment, places, caveats, jobs }
    }

    /// What the jobs have together.
    pub fn total(&self, number: impl Fn(&AfterReport) -> usize) -> usize {
        self.jobs.iter().filter_map(|job| job.after.as_ref()).map(number).sum()
    }
}

impl AfterJob {
    fn differing(&self) -> usize {
        self.after.as_ref().map_or(0, |after| after.differing)
    }
}

impl AfterRun {
    /// How it compares, in words.
    pub fn words(&self, local: impl Fn(Utc) -> LocalDateTime) -> String {
        let times = |times: &[Utc]| {
            list(&times.iter().map(|&time| local(time).to_string()).collect::<Vec<_>>())
        };
        match (&self.because, self.comparison) {
            (Some(because), _) => format!("cannot be told, because {because}"),
            (None, "as-predicted") => "as predicted".into(),
            _ => {
                let mut parts = Vec::new();
                if !self.only_predicted.is_empty() {
                    parts.push(format!(
                        "predicted, but not deleted: {}",
                        times(&self.only_predicted)
                    ));
                }
                if !self.only_deleted.is_empty() {
                    parts
                        .push(format!("deleted, but not predicted: {}", times(&self.only_deleted)));
                }
                format!("differs: {}", parts.join("; "))
            }
        }
    }
}
