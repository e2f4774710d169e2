//! All jobs of a machine: what is wrong with each, and what its next run deletes.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::context::Moment;
use super::forecast::ForecastReport;
use crate::Release;
use crate::clock::Utc;
use crate::dotnet::TimeSpan;

/// What is known of the jobs of a machine.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditReport {
    /// The time zone and the present.
    #[serde(flatten)]
    pub moment: Moment,
    /// Where the jobs were read from
    pub places: Vec<String>,
    /// What the sources could not tell
    pub caveats: Vec<String>,
    /// The jobs, worst first
    pub jobs: Vec<AuditedJob>,
}

/// A job, and what is wrong with it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditedJob {
    /// Its name
    pub name: String,
    /// Where it was read from
    pub place: String,
    /// Its local database; `null` if that is not known
    pub database: Option<String>,
    /// The worst of its findings: `danger`, `unknown`, `warning` or `ok`
    #[schemars(with = "String")]
    pub status: Status,
    /// Whether every backup fails because of the options
    pub fails: bool,
    /// What is wrong, worst first
    pub findings: Vec<AuditFinding>,
    /// The options that decide
    pub options: Vec<AuditedOption>,
    /// Which releases and whether the classic web page accept the options; empty if the options are
    /// not known or decide nothing
    pub layers: Vec<AuditedLayer>,
    /// The release that the answer is for
    pub release: Release,
    /// Where the release came from
    pub release_origin: String,
    /// How many versions there are; `null` if that cannot be told
    pub versions: Option<usize>,
    /// When the next run is expected to decide; `null` if it cannot be planned
    pub next_decision: Option<Utc>,
    /// How many versions the next run deletes; `null` if that cannot be told
    pub next_deletes: Option<usize>,
    /// The age of the oldest version now; `null` without versions
    pub oldest_seconds: Option<TimeSpan>,
    /// The age that the oldest version reaches in the long run; `null` if nothing is ever deleted
    /// or it cannot be told
    pub long_run_seconds: Option<TimeSpan>,
    /// The same in words
    pub long_run: String,
    /// The last backup that the server knows of
    pub last_backup: Option<Utc>,
    /// Whether the options are known, even if the job has none.
    #[serde(skip)]
    pub options_known: bool,
    /// The versions by age as a line of text, and which of them the next run deletes
    #[serde(skip)]
    pub axis: Option<String>,
    /// What the policy delivers over the years.
    #[serde(skip)]
    pub forecast: Option<Arc<ForecastReport>>,
}

/// An option that decides.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditedOption {
    /// Its name
    pub name: String,
    /// Its text; `null` if it is encrypted
    pub value: Option<String>,
    /// Whether it is set for all jobs, and not in the job
    pub for_all_jobs: bool,
}

/// Whether options get through.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditedLayer {
    /// A release, or `web page` for the classic one
    pub layer: String,
    /// Whether the release runs with the options, or the page lets them pass
    pub accepts: bool,
}

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nothing was found.
    Ok,
    /// Worth a look.
    Warning,
    /// It cannot be told whether there is a danger.
    Unknown,
    /// Backups fail, or versions are lost.
    Danger,
}

/// Something that is wrong with a job.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditFinding {
    /// How bad it is: `danger`, `unknown`, `warning` or `ok`
    #[schemars(with = "String")]
    pub status: Status,
    /// A short name that stays the same, such as `two-retention-options`
    pub id: String,
    /// What it is, in a sentence or two
    pub message: String,
}

/// A job with what the answer depends on: a line of `audit --json-lines`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditLine<'a> {
    /// The time zone of the machine that Duplicati runs on
    pub time_zone: crate::clock::Zone,
    /// The present
    pub now: Utc,
    /// The retention options in a line
    pub policy: String,
    /// The job.
    #[serde(flatten)]
    pub job: &'a AuditedJob,
}

impl AuditFinding {
    /// A finding.
    pub fn new(status: Status, id: &str, message: impl Into<String>) -> AuditFinding {
        AuditFinding { status, id: id.to_owned(), message: message.into() }
    }
}

impl Status {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Warning => "warning",
            Status::Unknown => "unknown",
            Status::Danger => "danger",
        }
    }
}

impl AuditReport {
    /// Each job as a line that can be read alone.
    pub fn lines(&self) -> impl Iterator<Item = AuditLine<'_>> {
        let Moment { time_zone, now, .. } = self.moment;
        self.jobs.iter().map(move |job| AuditLine { time_zone, now, policy: job.policy(), job })
    }

    /// The worst of all.
    pub fn status(&self) -> Status {
        self.jobs.iter().map(|job| job.status).max().unwrap_or(Status::Ok)
    }

    /// What the answer depends on, in a line.
    pub fn basis(&self) -> String {
        self.moment.basis(&self.places)
    }
}

impl Moment {
    /// The zone, the present and where jobs were read from, in a line.
    pub fn basis(&self, places: &[String]) -> String {
        let Moment { time_zone, time_zone_origin, now, now_origin } = self;
        format!(
            "Time zone {} ({time_zone_origin}), now {} ({now_origin}), jobs from {}",
            time_zone.name(),
            time_zone.to_local(*now),
            places.join(", ")
        )
    }
}

impl AuditedJob {
    /// The options make every backup fail.
    pub(super) fn fail(&mut self, id: &str, why: impl AsRef<str>) {
        self.fails = true;
        self.add(Status::Danger, id, format!("Every backup fails: {}", why.as_ref()));
    }

    pub(super) fn add(&mut self, status: Status, id: &str, message: impl Into<String>) {
        self.findings.push(AuditFinding::new(status, id, message));
    }

    /// The retention options in a line: the policy alone as its text.
    pub fn policy(&self) -> String {
        let retains = ["retention-policy", "keep-time", "keep-versions"];
        let set = self.options.iter().filter(|option| {
            retains.contains(&option.name.as_str()) && option.value.as_deref() != Some("")
        });
        let texts: Vec<String> = set
            .map(|option| {
                let value = option.value.as_deref().unwrap_or("(encrypted)");
                match option.name.as_str() {
                    "retention-policy" => value.to_owned(),
                    name => format!("{name} {value}"),
                }
            })
            .collect();
        let is_unknown = !self.options_known;
        match texts.as_slice() {
            [] if is_unknown => "unknown".into(),
            [] => "none".into(),
            texts => texts.join(" + "),
        }
    }

    /// Who accepts the options, in a few words.
    pub fn verdict(&self) -> String {
        let refusing = self.layers.iter().filter(|layer| !layer.accepts);
        let refusing: Vec<&str> = refusing.map(|layer| layer.layer.as_str()).collect();
        let is_release = |name: &&&str| **name != "web page";
        match refusing.as_slice() {
            _ if self.layers.is_empty() => "-".into(),
            [] => "accepted".into(),
            all if all.iter().filter(is_release).count() == Release::ALL.len() => "refused".into(),
            some => format!("refused by {}", some.join(", ")),
        }
    }
}
