//! On which day will each version be deleted, and by which rule?

use schemars::JsonSchema;
use serde::Serialize;

use super::context::Context;
use super::diagnostic::{Notice, blockers};
use super::pairs::PairReport;
use super::schedule::{Planned, ScheduleReport};
use super::versions::VersionReport;
use crate::advice::{PairLabels, list, ranges};
use crate::clock::Utc;
use crate::forecast::{Expiry, expiries};
use crate::history::{History, VersionNumber};
use crate::retention::{Options, Verdict};

/// When each version will be deleted, if backups go on as scheduled.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExpiryReport {
    /// The text of the policy
    pub policy: String,
    /// The policy, pair by pair, in the order of the text
    pub pairs: Vec<PairReport>,
    /// What the answer depends on.
    #[serde(flatten)]
    pub context: Context,
    /// Why Duplicati would not run with the options
    pub blockers: Vec<Notice>,
    /// What the source could not tell, and how the schedule differs from Duplicati's
    pub caveats: Vec<String>,
    /// When backups are made from now on
    pub schedule: ScheduleReport,
    /// The first run of retention, after the next backup; `null` if there is no backup
    pub next_run: Option<Utc>,
    /// Every version that exists now, newest first
    pub versions: Vec<ExpiryVersion>,
}

/// A version, and when it will be deleted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExpiryVersion {
    /// The version.
    #[serde(flatten)]
    pub version: VersionReport,
    /// The run that deletes it; `null` if it is kept until the end of the schedule
    pub deleted_on: Option<Utc>,
    /// The rule that deletes it, in words; `null` if it is kept
    pub rule: Option<String>,
}

impl ExpiryReport {
    /// When these options delete each version of a history; `policy` is the text of the policy
    /// among them.
    pub fn new(
        context: Context,
        policy: &str,
        options: &Options,
        history: &History,
        planned: &Planned,
        mut caveats: Vec<String>,
    ) -> ExpiryReport {
        let starts = planned.starts(context.moment.time_zone);
        let expiries = expiries(history, options, &starts);
        caveats.extend(caveat_of_twins(history));
        let labels = PairLabels::new(policy, &options.policy);
        let local_now = context.moment.local(context.moment.now);
        let versions = history.versions().zip(&expiries).map(|(version, expiry)| ExpiryVersion {
            version: VersionReport::of(history, version, local_now),
            deleted_on: expiry.map(|expiry| expiry.time),
            rule: expiry.map(|expiry| rule(&expiry, &labels)),
        });
        ExpiryReport {
            policy: policy.to_owned(),
            pairs: PairReport::of(&options.policy, &labels),
            blockers: blockers(policy, options, local_now),
            caveats,
            schedule: ScheduleReport::new(planned, context.moment.time_zone),
            next_run: starts.first().map(|start| start.time),
            versions: versions.collect(),
            context,
        }
    }
}

/// What is to be known of versions that have one time.
fn caveat_of_twins(history: &History) -> Option<String> {
    let twins: Vec<String> = history
        .same_times()
        .iter()
        .map(|twins| ranges(VersionNumber::each(twins.clone())))
        .collect();
    (!twins.is_empty()).then(|| {
        format!(
            "the versions {} have the same time, and Duplicati deletes by time: as long as only \
             some of them are to be deleted, each run fails and deletes nothing",
            list(&twins)
        )
    })
}

/// The rule by which a version is deleted.
fn rule(expiry: &Expiry, labels: &PairLabels) -> String {
    let by_policy = match expiry.decision.policy {
        Verdict::TooClose { pair, .. } => {
            Some(format!("thinned by {}:{}", labels.frame(pair), labels.interval(pair)))
        }
        Verdict::OutsideEveryFrame { .. } | Verdict::NewestOutsideEveryFrame { .. } => {
            Some(format!("older than {}", labels.longest_frame()))
        }
        _ => None,
    };
    let keep_time = expiry.decision.keep_time.map(|_| "keep-time".to_owned());
    let keep_versions = expiry.decision.keep_versions.map(|_| "keep-versions".to_owned());
    list(&by_policy.into_iter().chain(keep_time).chain(keep_versions).collect::<Vec<_>>())
}
