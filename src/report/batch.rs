//! A question about retention in a line of JSON, and its answer in another.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plan::notice;
use crate::Release;
use crate::advice::{PairLabels, dangers};
use crate::clock::{Utc, Zone};
use crate::history::{Backup, History};
use crate::retention::{self, Options};
use crate::sources::times::parse_time;

/// A line of `audit --batch`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    #[serde(default)]
    id: serde_json::Value,
    policy: Option<String>,
    #[serde(default)]
    options: BTreeMap<String, String>,
    times: Vec<Version>,
    time_zone: String,
    now: String,
    release: Option<String>,
}

/// A time, or an object with more about the version.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a time is expected, or an object with time and partial")]
enum Version {
    Time(String),
    Full {
        time: String,
        #[serde(default)]
        partial: bool,
        locked_until: Option<String>,
    },
}

/// The answer to a line of `audit --batch`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BatchReport {
    /// What the question had as its ID; `null` without one
    pub id: serde_json::Value,
    /// The number of the line, counted from 1
    pub line: usize,
    /// What is wrong with the question, or why every backup fails; `null` if nothing is
    pub error: Option<String>,
    /// How many versions there are; `null` with an error
    pub versions: Option<usize>,
    /// The times of the versions that are deleted, newest first
    pub deleted: Vec<Utc>,
    /// The time of the oldest version that is kept; `null` if none is
    pub oldest_kept: Option<Utc>,
    /// Why Duplicati would refuse to run, as in the answer of `plan`, by name
    pub blockers: Vec<&'static str>,
    /// What you must not miss, as in the answer of `plan`, by name
    pub dangers: Vec<&'static str>,
}

impl BatchReport {
    /// Answers a line; an error is an answer too.
    ///
    /// ```
    /// use duplicati_retention::report::BatchReport;
    /// let line = r#"{"id":7,"policy":"2D:1D","times":["2026-11-23T09:00:00Z","2026-11-01T09:00:00Z"],
    ///     "time_zone":"UTC","now":"2026-11-23T10:00:00Z"}"#;
    /// assert_eq!(BatchReport::answer(1, line).deleted.len(), 1);
    /// assert!(BatchReport::answer(1, "{}").error.unwrap().contains("times"));
    /// ```
    pub fn answer(line: usize, text: &str) -> BatchReport {
        let question: Question = match serde_json::from_str(text) {
            Ok(question) => question,
            Err(error) => {
                let message = error.to_string();
                let message = message.split(" at line ").next().unwrap_or_default();
                // The ID of a line that is JSON at least.
                let id = serde_json::from_str(text)
                    .ok()
                    .and_then(|value: serde_json::Value| value.get("id").cloned());
                let problem = if error.is_data() { message } else { "this is not JSON" };
                let error = format!(
                    "{problem} (column {}); a question is an object with policy or options, times, \
                     time_zone and now",
                    error.column()
                );
                return BatchReport::failed(id.unwrap_or_default(), line, error);
            }
        };
        let id = question.id.clone();
        question.answer(line).unwrap_or_else(|error| BatchReport::failed(id, line, error))
    }

    /// A line that cannot be answered.
    pub fn failed(id: serde_json::Value, line: usize, error: String) -> BatchReport {
        BatchReport {
            id,
            line,
            error: Some(error),
            versions: None,
            deleted: Vec::new(),
            oldest_kept: None,
            blockers: Vec::new(),
            dangers: Vec::new(),
        }
    }
}

impl Question {
    fn answer(self, line: usize) -> Result<BatchReport, String> {
        let in_field = |name: &str, error: &dyn std::fmt::Display| format!("{name}: {error}");
        let zone: Zone = self.time_zone.parse().map_err(|error| in_field("time_zone", &error))?;
        let now = parse_time(&self.now).map_err(|error| in_field("now", &error))?;
        let release = self.release.as_deref().map_or(Ok(Release::default()), str::parse);
        let release = release.map_err(|error| in_field("release", &error))?;
        let backups: Vec<Backup> =
            self.times.iter().map(Version::backup).collect::<Result<_, _>>()?;
        let mut options = self.options;
        if let Some(policy) = self.policy {
            if options.insert("retention-policy".into(), policy).is_some() {
                return Err("policy and options have a retention-policy each; give one".into());
            }
        }
        let policy = options.get("retention-policy").cloned().unwrap_or_default();
        let texts = options.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let options = Options::parse(texts, release).map_err(|error| error.to_string())?;
        let history = History::new(backups, zone);
        let plan = retention::plan(&history, &options, now).map_err(|error| error.to_string())?;
        let labels = PairLabels::new(&policy, &options.policy);
        let time = |version| history.backup(version).time;
        Ok(BatchReport {
            id: self.id,
            line,
            error: None,
            versions: Some(plan.len()),
            deleted: plan.deletes().map(time).collect(),
            oldest_kept: plan.kept().last().map(time),
            blockers: plan.blockers().iter().map(|found| notice(found, &labels).id).collect(),
            dangers: dangers(&history, &plan, now).iter().map(|danger| danger.id).collect(),
        })
    }
}

impl Version {
    fn backup(&self) -> Result<Backup, String> {
        let read = |text: &str| parse_time(text).map_err(|error| format!("times: {error}"));
        Ok(match self {
            Version::Time(time) => Backup::full(read(time)?),
            Version::Full { time, partial, locked_until } => Backup {
                time: read(time)?,
                partial: *partial,
                locked_until: locked_until.as_deref().map(read).transpose()?,
            },
        })
    }
}
