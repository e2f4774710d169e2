//! Which policy delivers what a person wants?

use schemars::JsonSchema;
use serde::Serialize;

use super::context::Context;
use super::diagnostic::Diagnostic;
use super::schedule::{Planned, ScheduleReport};
use crate::Release;
use crate::advice::{in_words, on_every_layer};
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::forecast::{
    Condition, Coverage, Goal, GoalResult, Impossible, Summary, compose, coverage,
};
use crate::policy::{Policy, parse_span};

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
    /// How the schedule differs from Duplicati's
    pub caveats: Vec<String>,
    /// When backups were made to try both out
    pub schedule: ScheduleReport,
    /// How many backups were made
    pub backups: usize,
    /// When the promises hold, in words
    pub condition: String,
    /// Whether the trial confirms every promise
    pub promises_kept: bool,
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

impl NamedGoal {
    /// The goals that have a name: it, the interval of the usual pair, and the interval in seconds.
    pub const KINDS: [(&str, &str, i64); 6] = [
        ("all", "U", 0),
        ("hourly", "1h", 3600),
        ("daily", "1D", 86_400),
        ("weekly", "1W", 7 * 86_400),
        ("monthly", "1M", 30 * 86_400),
        ("yearly", "1Y", 365 * 86_400),
    ];

    /// The goal of one of these kinds that reaches back this far: a span, or `forever`.
    ///
    /// # Errors
    /// A text that is not a span above zero, or an unknown kind.
    ///
    /// ```
    /// use duplicati_retention::{Release, report::NamedGoal};
    /// assert_eq!(NamedGoal::read("daily", "3M", Release::V2_3_0)?.usual_pair, "3M:1D");
    /// # Ok::<(), duplicati_retention::report::Diagnostic>(())
    /// ```
    pub fn read(kind: &str, text: &str, release: Release) -> Result<NamedGoal, Diagnostic> {
        let name = format!("--{kind} {text}");
        let wrong = |problem: String| Diagnostic::new(format!("{name}: {problem}"));
        let known = NamedGoal::KINDS.into_iter().find(|&(known, ..)| known == kind);
        let (_, letter, seconds) = known.ok_or_else(|| wrong("an unknown kind of goal".into()))?;
        let is_for_ever = text.eq_ignore_ascii_case("forever") || text.eq_ignore_ascii_case("U");
        let reach = match is_for_ever {
            true => TimeSpan::MAX,
            false => parse_span(text, release).map_err(|error| {
                wrong(format!("{error}; a span such as 7D or 2Y, or forever, is expected"))
            })?,
        };
        if reach <= TimeSpan::ZERO {
            return Err(wrong("a span above zero such as 7D, or forever, is expected".into()));
        }
        let frame = if is_for_ever { "U" } else { text };
        let interval = TimeSpan::from_ticks(seconds * TICKS_PER_SECOND);
        let goal = Goal { interval, reach };
        Ok(NamedGoal { usual_pair: format!("{frame}:{letter}"), goal, name })
    }
}

impl From<&GoalResult> for CoverageReport {
    fn from(result: &GoalResult) -> CoverageReport {
        CoverageReport { longest_gap_seconds: result.gap, short_seconds: result.short }
    }
}

impl ComposeReport {
    /// The policy for these goals, those for the shortest interval first.
    ///
    /// # Errors
    /// A goal that no policy can deliver, and a policy that cannot be written or tried out.
    pub fn new(
        context: Context,
        goals: &[NamedGoal],
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
        let try_out = |policy: &Policy, text: &str| {
            coverage(policy, &promised, zone, &starts)
                .map_err(|error| Diagnostic::no_plan(text, error))
        };
        let found = try_out(&composed.policy, &policy)?;
        let (needed, covered): (Vec<_>, Vec<_>) =
            goals.iter().partition(|named| promised.contains(&named.goal));
        let pairs: Vec<&str> = needed.iter().map(|named| named.usual_pair.as_str()).collect();
        let usual_policy = pairs.join(",");
        let usual = Policy::parse(&usual_policy, context.release)
            .map_err(|error| Diagnostic::refused(&usual_policy, context.release, &error))?;
        let usual: Coverage = try_out(&usual, &usual_policy)?;
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
        Ok(ComposeReport {
            policy,
            usual_policy,
            context,
            caveats,
            schedule: planned.into(),
            backups: starts.len(),
            condition: condition(composed.condition),
            promises_kept: goals.iter().all(is_kept),
            covered: covered.iter().map(|named| named.name.clone()).collect(),
            goals,
            versions: found.versions,
            versions_with_usual_policy: usual.versions,
        })
    }
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

fn condition(condition: Condition) -> String {
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
