//! Whether earlier runs did what is predicted for them, and which options, zones and releases fit.

use super::words::count;
use crate::Release;
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::history::History;
use crate::retention::{self, Options, Plan};
use crate::sources::past::PastRun;

/// What is assumed about a job.
#[derive(Clone, Debug)]
pub struct Assumptions {
    /// The zone of the machine that Duplicati ran on.
    pub zone: Zone,
    /// The release that ran.
    pub release: Release,
    /// The options that decide, where the log of a run does not have the policy. Nothing if they
    /// are not known.
    pub options: Option<Vec<(String, String)>>,
    /// Whether even the last version may be deleted.
    pub allow_full_removal: bool,
}

/// How a run compares with its prediction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// It deleted exactly what is predicted.
    AsPredicted,
    /// It did not.
    Differs {
        /// What is predicted and was not deleted.
        only_predicted: Vec<Utc>,
        /// What was deleted and is not predicted.
        only_deleted: Vec<Utc>,
    },
    /// It cannot be told, for this reason, which is a clause.
    CannotBeTold(String),
}

/// A run, and what is predicted for it.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// The versions, newest first.
    pub history: History,
    /// The options that decided.
    pub options: Options,
    /// The text of the policy among them.
    pub policy: String,
    /// What is predicted.
    pub plan: Plan,
    /// When it was decided.
    pub decided: Utc,
}

impl Assumptions {
    /// What is predicted for a run: at the moment between the begin and the end of its removal at
    /// which the prediction is what it deleted; without such a moment, at the begin.
    ///
    /// # Errors
    /// Why nothing can be predicted, as a clause.
    pub fn predict(&self, run: &PastRun) -> Result<Prediction, String> {
        const STEPS: i64 = 8;
        let (begin, end) = removal(run)?;
        let (options, policy) = self.options(run)?;
        let history = History::new(run.versions.clone(), self.zone);
        let step = TimeSpan::from_ticks(end.since(begin).ticks().max(0) / STEPS);
        let mut first = None;
        let mut decided = begin;
        for _ in 0..=STEPS {
            let plan = retention::plan(&history, &options, decided);
            let plan = plan.map_err(|error| error.to_string())?;
            let (history, options, policy) = (history.clone(), options.clone(), policy.clone());
            let prediction = Prediction { history, options, policy, plan, decided };
            if prediction.differs(run) == (Vec::new(), Vec::new()) {
                return Ok(prediction);
            }
            first.get_or_insert(prediction);
            decided = decided.saturating_add(step);
        }
        first.ok_or_else(|| "there is no moment to predict it for".into())
    }

    /// The options of a run, and the text of the policy among them.
    fn options(&self, run: &PastRun) -> Result<(Options, String), String> {
        let (mut texts, policy) = match &run.policy {
            Some(policy) => (Vec::new(), policy.clone()),
            None => {
                let Some(options) = &self.options else {
                    return Err("the log does not have the policy, and none was given".into());
                };
                let is_policy = |(name, _): &&(String, String)| name == "retention-policy";
                let policy = options.iter().find(is_policy).map(|(_, text)| text.clone());
                let others = options.iter().filter(|(name, _)| name != "retention-policy");
                (others.cloned().collect(), policy.unwrap_or_default())
            }
        };
        texts.push(("retention-policy".into(), policy.clone()));
        if self.allow_full_removal {
            texts.push(("allow-full-removal".into(), "true".into()));
        }
        let texts = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let options = Options::parse(texts, self.release).map_err(|error| error.to_string())?;
        Ok((options, policy))
    }

    /// Whether a run did what is predicted.
    pub fn compare(&self, run: &PastRun) -> Comparison {
        match self.predict(run).map(|prediction| prediction.differs(run)) {
            Err(because) => Comparison::CannotBeTold(because),
            Ok((only_predicted, only_deleted)) => {
                if only_predicted.is_empty() && only_deleted.is_empty() {
                    Comparison::AsPredicted
                } else {
                    Comparison::Differs { only_predicted, only_deleted }
                }
            }
        }
    }
}

impl Prediction {
    /// What only this deletes, and what only the run deleted.
    fn differs(&self, run: &PastRun) -> (Vec<Utc>, Vec<Utc>) {
        let times = self.plan.deletes().map(|version| self.history.backup(version).time);
        let mut only_predicted: Vec<Utc> = times.collect();
        let mut only_deleted = Vec::new();
        for &time in &run.deleted {
            match only_predicted.iter().position(|&other| other == time) {
                Some(index) => drop(only_predicted.swap_remove(index)),
                None => only_deleted.push(time),
            }
        }
        only_predicted.sort_unstable();
        only_deleted.sort_unstable();
        (only_predicted, only_deleted)
    }
}

/// Between which moments a run decided.
fn removal(run: &PastRun) -> Result<(Utc, Utc), String> {
    if !run.is_logged {
        return Err("Duplicati has removed what it logged about the run (log-retention)".into());
    }
    if run.run.operation != "Backup" {
        return Err(format!("it was not a backup but the operation {}", run.run.operation));
    }
    let Some(result) = &run.run.result else {
        return Err("it has no result: it ended abruptly, or log-retention removed it".into());
    };
    if result.is_suspended {
        return Err("the guard had its removal of old versions skipped".into());
    }
    if result.deleted_count != run.deleted.len() {
        return Err(format!(
            "its result says that it deleted {}, and the log of the remote files has {}",
            count(result.deleted_count, "version"),
            run.deleted.len()
        ));
    }
    let decided = result.decided.map(|begin| (begin, result.removed.unwrap_or(begin)));
    decided.ok_or_else(|| "it did not come to the removal of old versions".into())
}

/// The local time at the start of a line of the log, such as `2026-03-20 02:00:24 +01 - …`.
fn logged_time(line: &str) -> Option<LocalDateTime> {
    let text = line.get(..19)?;
    let time = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()?;
    LocalDateTime::from_chrono(time).ok()
}

/// Whether this zone shows what the log of a run shows: the local time of its first line, within
/// some minutes.
pub fn zone_fits(zone: Zone, run: &PastRun) -> bool {
    let Some(result) = &run.run.result else { return true };
    let Some(logged) = result.messages.first().and_then(|line| logged_time(line)) else {
        return true;
    };
    let apart = zone.to_local(result.began).since(logged).ticks().abs();
    // No zone is nearer to another than a quarter of an hour.
    apart < 7 * 60 * TICKS_PER_SECOND
}
