//! What would be deleted now, and why?

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::age_axis;
use super::context::Context;
use super::diagnostic::{Diagnostic, Notice};
use super::pairs::PairReport;
use super::versions::VersionReport;
use crate::advice::{PairLabels, blocker, dangers, reason, warnings};
use crate::clock::LocalDateTime;
use crate::dotnet::TimeSpan;
use crate::history::{History, VersionNumber};
use crate::policy::PairIndex;
use crate::retention::{
    self, Area, Blocker, Decision, KeepVersionsReason, Options, Plan, RetainedBecause, Tally,
    Verdict,
};

/// What Duplicati would delete now, and why.
///
/// The versions are worked out one by one while they are asked for or written, since there may be
/// millions of them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PlanReport {
    /// The text of the policy
    pub policy: String,
    /// The policy, pair by pair, in the order of the text
    pub pairs: Vec<PairReport>,
    /// What the answer depends on.
    #[serde(flatten)]
    pub context: Context,
    /// The local time before which keep-time deletes; `null` without keep-time
    pub keep_time_bound: Option<LocalDateTime>,
    /// Why Duplicati would refuse to run or would fail: `interval-not-below-frame`,
    /// `combined-options`, `counted-twice`, `same-time`
    pub blockers: Vec<Notice>,
    /// What you must not miss: `only-partial-left`, `all-but-one-deleted`, `all-deleted`,
    /// `newest-in-future`, `newest-deleted`, `lock-retains`
    pub dangers: Vec<Notice>,
    /// What the source could not tell
    pub caveats: Vec<String>,
    /// How many warnings `check` has about this policy
    pub policy_warnings: usize,
    /// How many versions are kept and deleted
    pub summary: PlanSummary,
    /// What the policy alone deletes, in the order in which Duplicati names the versions
    #[serde(serialize_with = "policy_deletes")]
    #[schemars(with = "Vec<VersionNumber>")]
    retention_policy_deletes: Arc<Decided>,
    /// Every version, newest first
    #[serde(serialize_with = "versions")]
    #[schemars(with = "Vec<VersionDecision>")]
    versions: Arc<Decided>,
}

/// How many versions are kept and deleted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PlanSummary {
    /// How many versions there are
    pub versions: usize,
    /// How many are kept
    pub kept: usize,
    /// How many are deleted
    pub deleted: usize,
    /// The same by where they lie: each time frame, the shortest first, then the rest
    pub areas: Vec<AreaReport>,
}

/// The versions of a time frame, or of what lies in none.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AreaReport {
    /// `frame`, `outside-every-frame` or `newest`
    pub area: &'static str,
    /// The pair whose time frame it is, counted from 0; `null` elsewhere
    pub pair: Option<PairIndex>,
    /// How many versions lie there
    pub versions: usize,
    /// How many of them are deleted
    pub deleted: usize,
}

/// A version, and what is decided about it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VersionDecision {
    /// The version.
    #[serde(flatten)]
    pub version: VersionReport,
    /// Whether it is deleted in the end
    pub deleted: bool,
    /// Why, in words
    pub reason: String,
    /// What the retention policy says of it
    pub policy: PolicyReason,
    /// Whether the option `version` names it
    pub named: bool,
    /// How much older it is than keep-time allows; `null` if keep-time does not delete it
    pub beyond_keep_time_seconds: Option<TimeSpan>,
    /// Why keep-versions deletes it: `number-reached` or `partial-between-full`; else `null`
    pub keep_versions: Option<&'static str>,
    /// Why it is kept although an option deletes it: `last-version` or `locked`; else `null`
    pub retained_because: Option<&'static str>,
}

/// What the retention policy says of a version.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PolicyReason {
    /// `no-policy`, `newest`, `newest-outside-every-frame`, `oldest-in-frame`, `no-full-before`,
    /// `keep-all`, `far-enough`, `partial`, `too-close` or `outside-every-frame`
    pub verdict: &'static str,
    /// Whether the policy keeps it
    pub keeps: bool,
    /// The pair in whose time frame it lies, counted from 0 in the order of the text
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pair: Option<PairIndex>,
    /// The full version that was kept before it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_version: Option<VersionNumber>,
    /// How long after that version it started
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_seconds: Option<TimeSpan>,
}

/// What the versions of a plan are worked out from.
#[derive(Debug)]
struct Decided {
    history: History,
    plan: Plan,
    labels: PairLabels,
    local_now: LocalDateTime,
}

impl PlanReport {
    /// What these options delete of a history; `policy` is the text of the policy among them.
    ///
    /// # Errors
    /// A plan that fails every run of Duplicati.
    pub fn new(
        context: Context,
        policy: &str,
        options: &Options,
        history: History,
        caveats: Vec<String>,
    ) -> Result<PlanReport, Diagnostic> {
        let now = context.moment.now;
        let local_now = context.moment.local(now);
        let plan = retention::plan(&history, options, now)
            .map_err(|error| Diagnostic::no_plan(policy, error))?;
        let labels = PairLabels::new(policy, &options.policy);
        let blockers = plan.blockers().iter().map(|blocker| notice(blocker, &labels)).collect();
        let dangers = dangers(&history, &plan, now).into_iter().map(Notice::from).collect();
        let summary = PlanSummary::of(&plan, options);
        let keep_time_bound = plan.keep_time_bound();
        let pairs = PairReport::of(&options.policy, &labels);
        let decided = Arc::new(Decided { history, plan, labels, local_now });
        Ok(PlanReport {
            policy: policy.to_owned(),
            pairs,
            keep_time_bound,
            blockers,
            dangers,
            caveats,
            policy_warnings: warnings(policy, context.release, local_now).len(),
            context,
            summary,
            retention_policy_deletes: Arc::clone(&decided),
            versions: decided,
        })
    }

    /// Every version, newest first.
    pub fn versions(&self) -> impl Iterator<Item = VersionDecision> + '_ {
        self.versions.versions()
    }

    /// One version; `None` if there are not that many.
    pub fn version(&self, version: VersionNumber) -> Option<VersionDecision> {
        let is_there = version.get() < self.summary.versions;
        is_there.then(|| self.versions.decided(version, self.versions.plan.decision(version)))
    }

    /// The versions by age as a line of text, `width` columns wide; nothing without a version.
    pub fn age_axis(&self, width: usize) -> Option<String> {
        let Decided { history, plan, .. } = &*self.versions;
        let age =
            |version: VersionNumber| self.context.moment.now.since(history.backup(version).time);
        let oldest = age(history.versions().last()?);
        let mut kept = plan.kept().peekable();
        let ages =
            history.versions().map(|version| (age(version), kept.next_if_eq(&version).is_none()));
        Some(age_axis::draw(ages, oldest, width))
    }
}

/// What a blocker is called, and what it says.
pub(super) fn notice(found: &Blocker, labels: &PairLabels) -> Notice {
    let id = match found {
        Blocker::IntervalNotBelowFrame { .. } => "interval-not-below-frame",
        Blocker::Combined { .. } => "combined-options",
        Blocker::CountedTwice { .. } => "counted-twice",
        Blocker::SameTime { .. } => "same-time",
    };
    Notice { id, message: blocker(found, labels) }
}

impl PlanSummary {
    fn of(plan: &Plan, options: &Options) -> PlanSummary {
        let mut tallies = plan.tallies();
        // A stable sort: what is in no frame stays at the end.
        tallies.sort_by_key(|tally| match tally.area {
            Area::Frame { pair } => (0, options.policy.pair(pair).frame()),
            _ => (1, TimeSpan::ZERO),
        });
        let area = |Tally { area, versions, deleted }| {
            let (area, pair) = match area {
                Area::Frame { pair } => ("frame", Some(pair)),
                Area::OutsideEveryFrame => ("outside-every-frame", None),
                Area::Newest => ("newest", None),
            };
            AreaReport { area, pair, versions, deleted }
        };
        PlanSummary {
            versions: plan.len(),
            kept: plan.len() - plan.deleted_count(),
            deleted: plan.deleted_count(),
            areas: tallies.into_iter().map(area).collect(),
        }
    }
}

impl Decided {
    fn versions(&self) -> impl Iterator<Item = VersionDecision> + '_ {
        let versions = self.history.versions().zip(self.plan.decisions());
        versions.map(|(version, decision)| self.decided(version, decision))
    }

    fn decided(&self, version: VersionNumber, decision: Decision) -> VersionDecision {
        VersionDecision {
            version: VersionReport::of(&self.history, version, self.local_now),
            deleted: decision.deleted,
            reason: reason(&decision, &self.labels),
            policy: PolicyReason::of(&decision),
            named: decision.named,
            beyond_keep_time_seconds: decision.keep_time.map(|reason| reason.beyond),
            keep_versions: decision.keep_versions.map(|reason| match reason {
                KeepVersionsReason::NumberReached => "number-reached",
                KeepVersionsReason::PartialBetweenFull => "partial-between-full",
            }),
            retained_because: decision.retained_because.map(|because| match because {
                RetainedBecause::LastVersion => "last-version",
                RetainedBecause::Locked { .. } => "locked",
                RetainedBecause::NotFound => "not-found",
            }),
        }
    }
}

impl PolicyReason {
    fn of(decision: &Decision) -> PolicyReason {
        let (verdict, measured) = match decision.policy {
            Verdict::NoPolicy => ("no-policy", None),
            Verdict::Newest => ("newest", None),
            Verdict::NewestOutsideEveryFrame { .. } => ("newest-outside-every-frame", None),
            Verdict::OldestInFrame { .. } => ("oldest-in-frame", None),
            Verdict::NoFullBefore { .. } => ("no-full-before", None),
            Verdict::KeepAll { .. } => ("keep-all", None),
            Verdict::FarEnough { after, distance, .. } => ("far-enough", Some((after, distance))),
            Verdict::Partial { after, distance, .. } => ("partial", Some((after, distance))),
            Verdict::TooClose { after, distance, .. } => ("too-close", Some((after, distance))),
            Verdict::OutsideEveryFrame { .. } => ("outside-every-frame", None),
        };
        PolicyReason {
            verdict,
            keeps: decision.policy.keeps(),
            pair: decision.policy.pair(),
            after_version: measured.map(|(after, _)| after),
            distance_seconds: measured.map(|(_, distance)| distance),
        }
    }
}

fn policy_deletes<S: Serializer>(decided: &Decided, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(decided.plan.policy_deletes())
}

fn versions<S: Serializer>(decided: &Decided, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(decided.versions())
}
