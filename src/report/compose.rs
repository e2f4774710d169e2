//! Which policy delivers what a person wants?

use schemars::JsonSchema;
use serde::Serialize;

use super::context::Context;
use super::diagnostic::{Diagnostic, Notice};
use super::job::caveat_of_the_defaults_with;
use super::rules::OptionReport;
use super::schedule::{Planned, ScheduleReport};
use crate::advice::{Verdicts, in_words, objections, on_every_layer, written};
use crate::dotnet::TimeSpan;
use crate::forecast::{
    Composed, Condition, Coverage, Delivered, Goal, GoalResult, Impossible, Start, Summary,
    compose, coverage,
};
use crate::policy::Policy;
use crate::retention::{KeepTime, OptionTexts, Options};
use crate::sources::Job;

/// A composed policy, and what it delivers beside the policy that people would write.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ComposeReport {
    /// The text of the composed policy
    pub policy: String,
    /// The text that people would write for the same goals
    pub usual_policy: String,
    /// What the answer depends on.
    #[serde(flatten)]
    pub context: Context,
    /// Why Duplicati would not run with this policy among the other options of the job
    pub blockers: Vec<Notice>,
    /// How the schedule differs from Duplicati's, and how the goals were read
    pub caveats: Vec<String>,
    /// When backups were made to try both out
    pub schedule: ScheduleReport,
    /// How many backups were made
    pub backups: usize,
    /// When the promises hold, in words
    pub condition: String,
    /// Whether the trial confirms every promise
    pub promises_kept: bool,
    /// Whether the trial is long enough to fill the longest time frame; if not, it confirms
    /// nothing
    pub is_filled: bool,
    /// Whether Duplicati runs with the usual policy; if not, it refuses each backup
    pub usual_policy_runs: bool,
    /// Another option of Duplicati that does the same in the trial and is simpler; `null`
    /// without one
    pub simplest: Option<OptionReport>,
    /// Goals that need no pair, because another goal covers them
    pub covered: Vec<String>,
    /// The other goals, the one for the shortest interval first
    pub goals: Vec<GoalReport>,
    /// How many versions there are; `null` without a run
    pub versions: Option<Summary<usize>>,
    /// How many versions there are with the usual policy; `null` without a run
    pub versions_with_usual_policy: Option<Summary<usize>>,
}

/// A goal, what is promised for it, and what was delivered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GoalReport {
    /// The goal as it was given, such as `--daily 3M`
    pub goal: String,
    /// One version for each of these; 0 for every backup
    pub interval_seconds: TimeSpan,
    /// How far back; `null` for ever
    pub reach_seconds: Option<TimeSpan>,
    /// How long before a moment the version may be to which one can go back
    pub promised_gap_seconds: TimeSpan,
    /// What the composed policy delivered
    pub delivered: CoverageReport,
    /// What the usual policy delivered
    pub delivered_by_usual_policy: CoverageReport,
}

/// What was delivered of a goal.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct CoverageReport {
    /// The longest gap
    pub longest_gap_seconds: TimeSpan,
    /// By how much the oldest version was ever younger than the goal asks
    pub short_seconds: TimeSpan,
}

/// A goal, and how a person calls it.
#[derive(Clone, Debug)]
pub struct NamedGoal {
    /// Such as `--daily 3M`.
    pub name: String,
    /// The pair that people would write for it.
    pub usual_pair: String,
    /// What it asks.
    pub goal: Goal,
}

impl From<&GoalResult> for CoverageReport {
    fn from(result: &GoalResult) -> CoverageReport {
        CoverageReport { longest_gap_seconds: result.gap, short_seconds: result.short }
    }
}

impl ComposeReport {
    /// The policy for these goals, those for the shortest interval first; `newest` if nothing is
    /// wanted but this many of the newest versions.
    ///
    /// # Errors
    /// A goal that no policy can deliver, and a policy that cannot be written or tried out.
    pub fn new(
        context: Context,
        goals: &[NamedGoal],
        newest: Option<u32>,
        planned: &Planned,
        caveats: Vec<String>,
    ) -> Result<ComposeReport, Diagnostic> {
        let zone = context.moment.time_zone;
        let wanted: Vec<Goal> = goals.iter().map(|named| named.goal).collect();
        let period = (planned.from, planned.until);
        let composed = compose(&wanted, &planned.schedule, zone, period, planned.seed)
            .map_err(|impossible| impossible_goal(goals, impossible))?;
        let policy = on_every_layer(&composed.policy).ok_or_else(|| {
            let policy = &composed.policy;
            Diagnostic::new(format!("no text for {policy} means the same in every release"))
        })?;
        let starts = planned.starts(zone);
        let promised: Vec<Goal> = composed.promises.iter().map(|promise| promise.goal).collect();
        let try_out = |options: &Options| coverage(options, &promised, zone, &starts);
        let options =
            |policy: &Policy| Options { release: context.release, ..Options::from(policy.clone()) };
        let local_now = context.moment.local(context.moment.now);
        if !objections(&policy, &options(&composed.policy), local_now).is_empty() {
            return Err(beyond_time(goals));
        }
        let found = try_out(&options(&composed.policy));
        let simplest = simplest(&composed, newest, &options(&Policy::default()), |options| {
            let other = try_out(options);
            let (versions, before) = (other.versions?, found.versions?);
            let mut results = other.goals.iter().zip(&found.goals);
            let is_as_good = results
                .all(|(other, found)| other.gap <= found.gap && other.short == TimeSpan::ZERO);
            let more = versions.median.abs_diff(before.median);
            Some((is_as_good && more <= 1, versions))
        });
        let (needed, covered): (Vec<_>, Vec<_>) =
            goals.iter().partition(|named| promised.contains(&named.goal));
        let pairs: Vec<&str> = needed.iter().map(|named| named.usual_pair.as_str()).collect();
        let usual_policy = pairs.join(",");
        let usual = Policy::parse(&usual_policy, context.release)
            .map_err(|_| Diagnostic::refused(&usual_policy, context.release))?;
        let usual_policy_runs = usual.passes_backup_check();
        let usual: Coverage = try_out(&options(&usual));
        let results = found.goals.iter().zip(&usual.goals);
        let goals: Vec<GoalReport> = composed
            .promises
            .iter()
            .zip(results)
            .map(|(promise, (delivered, usual))| GoalReport {
                goal: name(&needed, promise.goal).to_owned(),
                interval_seconds: promise.goal.interval,
                reach_seconds: (!promise.goal.is_for_ever()).then_some(promise.goal.reach),
                promised_gap_seconds: promise.gap,
                delivered: delivered.into(),
                delivered_by_usual_policy: usual.into(),
            })
            .collect();
        let is_kept = |goal: &GoalReport| {
            goal.delivered.longest_gap_seconds <= goal.promised_gap_seconds
                && goal.delivered.short_seconds == TimeSpan::ZERO
        };
        let is_filled = is_filled(&options(&composed.policy), &starts);
        Ok(ComposeReport {
            policy,
            usual_policy,
            usual_policy_runs,
            schedule: ScheduleReport::new(planned, zone),
            context,
            blockers: Vec::new(),
            caveats,
            backups: starts.len(),
            condition: condition(composed.condition),
            promises_kept: is_filled && goals.iter().all(is_kept),
            is_filled,
            simplest,
            covered: covered.iter().map(|named| named.name.clone()).collect(),
            goals,
            versions: found.versions,
            versions_with_usual_policy: usual.versions,
        })
    }

    /// The same, and what Duplicati says of the policy in its place among the options of a job.
    #[must_use]
    pub fn in_job(mut self, job: &Job) -> ComposeReport {
        let mut texts: OptionTexts = job.options().collect();
        texts.set("retention-policy", &self.policy);
        let repeat = job.schedule.as_ref().map(|schedule| schedule.repeat.as_str());
        let local_now = self.context.moment.local(self.context.moment.now);
        let verdicts = Verdicts::of(&texts, repeat, self.context.release, local_now);
        self.blockers = verdicts.blockers().map(Notice::from).collect();
        self.caveats.extend(caveat_of_the_defaults_with(job, "retention-policy"));
        self
    }
}

/// Whether the trial fills the longest limited time frame, and is more than a few backups.
fn is_filled(options: &Options, starts: &[Start]) -> bool {
    const FEWEST: usize = 10;
    starts.len() >= FEWEST && Delivered::new(options, starts).steady_from().is_some()
}

/// keep-versions, if a number of versions is all that was wanted, or keep-time, if that keeps the
/// same versions as the policy, but for one at its end; `try_out` tells whether it does, and how
/// many versions there are.
fn simplest(
    composed: &Composed,
    newest: Option<u32>,
    none: &Options,
    try_out: impl Fn(&Options) -> Option<(bool, Summary<usize>)>,
) -> Option<OptionReport> {
    let option = |name: &str, text: String| OptionReport { name: name.to_owned(), text };
    if let Some(number) = newest {
        let keep_versions = i32::try_from(number).ok()?;
        let (_, versions) = try_out(&Options { keep_versions, ..none.clone() })?;
        let is_right = versions.min == versions.max && versions.max == number as usize;
        return is_right.then(|| option("keep-versions", number.to_string()));
    }
    let [pair] = composed.policy.pairs() else { return None };
    if pair.is_unlimited() {
        return None;
    }
    let text = written(pair.frame());
    let keep_time = KeepTime::parse(&text, none.release, false).ok()?;
    let (is_same, _) = try_out(&Options { keep_time: Some(keep_time), ..none.clone() })?;
    is_same.then(|| option("keep-time", text))
}

fn name<'a>(goals: &[&'a NamedGoal], goal: Goal) -> &'a str {
    goals.iter().find(|named| named.goal == goal).map_or("", |named| &named.name)
}

fn impossible_goal(goals: &[NamedGoal], impossible: Impossible) -> Diagnostic {
    let (goal, instead) = match impossible {
        Impossible::TooFine { goal, .. } => (goal, "; --all keeps every backup"),
        Impossible::TooShort { goal } => (goal, ""),
    };
    let name = name(&goals.iter().collect::<Vec<_>>(), goal);
    Diagnostic::new(format!("{name}: {impossible}{instead}"))
}

/// No run gets that far back.
fn beyond_time(goals: &[NamedGoal]) -> Diagnostic {
    let longest = goals.iter().map(|named| named.goal).max_by_key(|goal| goal.reach);
    let name = longest.map(|longest| name(&goals.iter().collect::<Vec<_>>(), longest));
    Diagnostic::new(format!(
        "{}: this reaches back before the year 1, where every run of Duplicati makes a version and \
         fails; write U for no limit",
        name.unwrap_or_default()
    ))
}

pub(super) fn condition(condition: Condition) -> String {
    match condition {
        Condition::Punctual(late) => {
            format!(
                "no backup is missed and none starts more than {} late or early",
                in_words(late)
            )
        }
        Condition::Apart(apart) => {
            format!("two backups are never more than {} apart", in_words(apart))
        }
    }
}
