//! What does the next backup delete, what would a removal without a backup delete now, and why?

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::age_axis;
use super::calendar::Calendar;
use super::context::Context;
use super::diagnostic::Notice;
use super::loss::LossSummary;
use super::next_backup::{NextBackup, NextBackupReport, NextDecision};
use super::pairs::PairReport;
use super::versions::VersionReport;
use super::{plan_html, plan_svg};
use crate::advice::{
    PairLabels, blocker, count, dangers, number, ranges_in_brief, reason, warnings,
};
use crate::clock::{LocalDateTime, Utc};
use crate::dotnet::TimeSpan;
use crate::history::{History, VersionNumber};
use crate::policy::PairIndex;
use crate::retention::{
    self, Area, Blocker, Decision, KeepVersionsReason, NextRun, Options, Plan, PlanError,
    RetainedBecause, Tally, Verdict,
};

/// What the next backup deletes, what a removal without a backup would delete now, and why.
///
/// What is told of all versions, beside `next_backup`, is about a removal now.
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
    /// `combined-options`, `before-year-1`, `keep-time-out-of-range`, `counted-twice`, `same-time`
    pub blockers: Vec<Notice>,
    /// What you must not miss: `only-partial-left`, `all-but-one-deleted`, `all-deleted`,
    /// `newest-in-future`, `newest-deleted`, `lock-retains`, `nothing-of-today-left`
    pub dangers: Vec<Notice>,
    /// What the source could not tell
    pub caveats: Vec<String>,
    /// How many warnings `check` has about this policy
    pub policy_warnings: usize,
    /// What the next backup deletes; `null` without a version, and if versions to delete are named,
    /// which is for a removal by hand
    pub next_backup: Option<NextBackupReport>,
    /// What exists only in the versions that the next backup deletes, or where that is not told a
    /// removal now; `null` if no version is deleted, without a job's database, and if a caveat says
    /// why it cannot be told
    pub loss: Option<LossSummary>,
    /// How many versions a removal now keeps and deletes
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
    /// What the next backup does with it; `null` if that is not told
    pub next_backup: Option<NextDecision>,
    /// Whether a removal now deletes it in the end
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
    next: Option<(NextBackupReport, NextRun)>,
}

impl PlanReport {
    /// What these options delete of a history; `policy` is the text of the policy among them. When
    /// the next backup starts is guessed from the history.
    pub fn new(
        context: Context,
        policy: &str,
        options: &Options,
        history: History,
        caveats: Vec<String>,
    ) -> PlanReport {
        let next = NextBackup::default();
        PlanReport::with_next_backup(context, policy, options, history, &next, caveats)
    }

    /// The same, with what is known of the next backup.
    pub fn with_next_backup(
        context: Context,
        policy: &str,
        options: &Options,
        history: History,
        next: &NextBackup,
        caveats: Vec<String>,
    ) -> PlanReport {
        let now = context.moment.now;
        let local_now = context.moment.local(now);
        let plan = retention::plan_of_run(&history, options, now);
        let labels = PairLabels::new(policy, &options.policy);
        let next = match options.versions == Default::default() {
            true => NextBackupReport::new(next, &history, options, now),
            false => None,
        };
        let of_the_next = next.iter().flat_map(|(_, run)| NextBackupReport::blockers(run));
        let mut blockers: Vec<Notice> = Vec::new();
        for blocker in of_the_next.chain(plan.blockers().iter().cloned()) {
            let notice = notice(&blocker, &labels);
            if !blockers.contains(&notice) {
                blockers.push(notice);
            }
        }
        let next_danger = next.as_ref().and_then(|(next, _)| next.danger());
        let dangers = dangers(&history, &plan, now).into_iter().map(Notice::from);
        let dangers = dangers.chain(next_danger).collect();
        let summary = PlanSummary::of(&plan, options);
        let keep_time_bound = plan.keep_time_bound();
        let pairs = PairReport::of(&options.policy, &labels);
        let next_backup = next.as_ref().map(|(report, _)| report.clone());
        let decided = Arc::new(Decided { history, plan, labels, local_now, next });
        PlanReport {
            policy: policy.to_owned(),
            pairs,
            keep_time_bound,
            blockers,
            dangers,
            caveats,
            policy_warnings: warnings(policy, context.release).len(),
            context,
            next_backup,
            loss: None,
            summary,
            retention_policy_deletes: Arc::clone(&decided),
            versions: decided,
        }
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

    /// The policy, or where there is no policy that another option decides.
    pub(super) fn policy_or_options(&self) -> String {
        if self.policy.is_empty() { "no policy".into() } else { self.policy.clone() }
    }

    /// What it is about, as the heading of a page.
    pub fn title(&self) -> String {
        format!("What {} deletes", self.policy_or_options())
    }

    /// The plan as a picture, a file of its own.
    pub fn svg(&self) -> String {
        plan_svg::draw(self)
    }

    /// The plan as a page, a file of its own.
    pub fn html(&self) -> String {
        plan_html::page(self)
    }

    /// What the next backup deletes, and what a removal now: a sentence or two each. Nothing
    /// without a version.
    pub fn answers(&self) -> Vec<String> {
        let PlanSummary { versions, deleted, .. } = self.summary;
        if versions == 0 {
            return Vec::new();
        }
        let which = || ranges_in_brief(self.versions.plan.deletes());
        let now = match (&self.next_backup, deleted) {
            (_, 0) => "would delete no version".to_owned(),
            (Some(next), _) if self.versions.plan.deletes().eq(next.deletes.iter().copied()) => {
                "would delete the same versions".to_owned()
            }
            (Some(_), _) => format!("would delete {}: {}", number(deleted), which()),
            (None, _) => {
                let versions = count(versions, "version");
                format!("would delete {} of {versions}: {}", number(deleted), which())
            }
        };
        let now = format!("A removal now, without a backup, {now}.");
        let lost = |versions| self.loss.as_ref().map(|loss| loss.sentence(versions));
        match &self.next_backup {
            Some(next) => {
                let next = next.sentences(versions, &self.context.moment);
                next.into_iter().chain(lost("what the next backup deletes")).chain([now]).collect()
            }
            None => [now].into_iter().chain(lost("what it deletes")).collect(),
        }
    }

    /// The time of each version, newest first, and whether the next backup deletes it, or where
    /// that is not told a removal now.
    pub fn first_answer(&self) -> impl Iterator<Item = (Utc, bool)> + '_ {
        let Decided { history, plan, next, .. } = &*self.versions;
        history.versions().map(move |version| {
            let decision = match next {
                Some((_, run)) => run.decision(version),
                None => plan.decision(version),
            };
            (history.backup(version).time, decision.deleted)
        })
    }

    /// The same with each version's age by true time.
    pub(super) fn ages(&self) -> impl Iterator<Item = (TimeSpan, bool)> + '_ {
        let now = self.context.moment.now;
        self.first_answer().map(move |(time, is_deleted)| (now.since(time), is_deleted))
    }

    /// The versions on a calendar of days.
    pub fn calendar(&self) -> Calendar {
        let Decided { history, local_now, .. } = &*self.versions;
        let deleted = self.ages().map(|(_, is_deleted)| is_deleted);
        let days = history.versions().map(|version| history.local_time(version)).zip(deleted);
        Calendar::new(days, *local_now)
    }

    /// The versions by age as a line of text, `width` columns wide; nothing without a version.
    pub fn age_axis(&self, width: usize) -> Option<String> {
        let history = &self.versions.history;
        let oldest = history.backup(history.versions().last()?).time;
        Some(age_axis::draw(self.ages(), self.context.moment.now.since(oldest), width))
    }
}

/// Why a version is kept by a run that fails before it decides.
pub(super) const UNDECIDED: &str = "the run fails before it decides";

/// Whether the run fails before it decides.
pub(super) fn is_undecided(blocker: &Blocker) -> bool {
    matches!(blocker, Blocker::CannotDecide { .. })
}

/// What a blocker is called, and what it says.
pub(super) fn notice(found: &Blocker, labels: &PairLabels) -> Notice {
    let id = match found {
        Blocker::IntervalNotBelowFrame { .. } => "interval-not-below-frame",
        Blocker::Combined { .. } => "combined-options",
        Blocker::CountedTwice { .. } => "counted-twice",
        Blocker::CannotDecide { error: PlanError::FrameBeforeYearOne { .. } } => "before-year-1",
        Blocker::CannotDecide { .. } => "keep-time-out-of-range",
        Blocker::SameTime { .. } => "same-time",
    };
    Notice { id, message: blocker(found, labels) }
}

impl PlanSummary {
    fn of(plan: &Plan, options: &Options) -> PlanSummary {
        PlanSummary {
            versions: plan.len(),
            kept: plan.len() - plan.deleted_count(),
            deleted: plan.deleted_count(),
            areas: areas(plan.tallies(), options),
        }
    }
}

/// The versions of a plan by where they lie: each time frame, the shortest first, then the rest.
pub(super) fn areas(mut tallies: Vec<Tally>, options: &Options) -> Vec<AreaReport> {
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
    tallies.into_iter().map(area).collect()
}

impl Decided {
    fn versions(&self) -> impl Iterator<Item = VersionDecision> + '_ {
        let versions = self.history.versions().zip(self.plan.decisions());
        versions.map(|(version, decision)| self.decided(version, decision))
    }

    fn decided(&self, version: VersionNumber, decision: Decision) -> VersionDecision {
        VersionDecision {
            version: VersionReport::of(&self.history, version, self.local_now),
            next_backup: self
                .next
                .as_ref()
                .map(|(report, run)| report.decision(run, version, &self.labels)),
            deleted: decision.deleted,
            reason: match self.plan.blockers().iter().any(is_undecided) {
                true => UNDECIDED.into(),
                false => reason(&decision, &self.labels),
            },
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
