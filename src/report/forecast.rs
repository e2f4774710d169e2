//! What does a policy deliver over the years?

use std::num::NonZeroUsize;

use schemars::JsonSchema;
use serde::Serialize;

use super::context::Context;
use super::diagnostic::{Diagnostic, Notice, blockers};
use super::pairs::PairReport;
use super::schedule::{Planned, ScheduleReport};
use crate::advice::{PairLabels, about, in_words, list, on_every_layer};
use crate::clock::Utc;
use crate::dotnet::TimeSpan;
use crate::forecast::{
    Delivered, Forecast, ForecastResult, Recoverability, Summary, gap_bound, suggest_margin,
};
use crate::history::{Backup, History};
use crate::policy::{PairIndex, Policy};
use crate::retention::Options;

/// What a policy delivers, if retention runs after every backup for years.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ForecastReport {
    /// The text of the policy
    pub policy: String,
    /// The policy, pair by pair, in the order of the text
    pub pairs: Vec<PairReport>,
    /// What the answer depends on.
    #[serde(flatten)]
    pub context: Context,
    /// Why Duplicati would not run with the policy
    pub blockers: Vec<Notice>,
    /// What the source could not tell, and what the answer does not look at
    pub caveats: Vec<String>,
    /// When backups were made
    pub schedule: ScheduleReport,
    /// How many forecasts were made, the first with the seed of the schedule
    pub forecasts: u64,
    /// How many versions existed in the beginning; `null` if the forecast began without any
    pub versions_at_start: Option<usize>,
    /// How many backups were made, from forecast to forecast
    pub backups: Summary<usize>,
    /// The longest distance between two neighbouring backups by local time; `null` if a backup
    /// starts before an earlier one by local time
    pub longest_distance_seconds: Option<TimeSpan>,
    /// Since when runs count; `null` if the forecast is too short for the longest time frame to
    /// fill, and its last tenth counts
    pub steady_from: Option<Utc>,
    /// How many runs count
    pub runs: usize,
    /// What each time frame holds, the shortest first
    pub frames: Vec<FrameReport>,
    /// How many versions there are in all; `null` without a run
    pub versions: Option<Summary<usize>>,
    /// How old the oldest version is; `null` without a run
    pub oldest_seconds: Option<Summary<TimeSpan>>,
    /// The distances from an age that were asked for
    pub within_seconds: Vec<TimeSpan>,
    /// How near a version was to some ages
    pub recoverability: Vec<RecoverabilityReport>,
    /// The versions that exist at the end of the first forecast, newest first
    pub in_the_end: Vec<Utc>,
    /// Where the gaps are longer than requested, why, and what would help; `null` without a run, or
    /// if Duplicati would not run
    pub conclusion: Option<String>,
    /// A policy with shorter intervals that closes gaps, or `null`
    pub suggestion: Option<SuggestionReport>,
}

/// What a time frame holds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FrameReport {
    /// The pair whose time frame it is, counted from 0 in the order of the text
    pub pair: PairIndex,
    /// How many versions lie in it
    pub versions: Summary<usize>,
    /// The time from a version in it to the next younger one; `null` if it was always empty
    pub gap_seconds: Option<Summary<TimeSpan>>,
    /// The longest gap that any schedule could cause whose backups are no further apart; `null`
    /// if that cannot be told
    pub gap_bound_seconds: Option<TimeSpan>,
}

/// How near the nearest version was to an age, at moments between the runs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RecoverabilityReport {
    /// The age
    pub age_seconds: TimeSpan,
    /// How near it was half of the time
    pub half_within_seconds: TimeSpan,
    /// How near it was 95 % of the time
    pub most_within_seconds: TimeSpan,
    /// How near it always was
    pub always_within_seconds: TimeSpan,
    /// For each of the distances that were asked for, how often it was that near, from 0 to 1
    pub chances: Vec<f64>,
}

/// Another policy, and what it would deliver.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SuggestionReport {
    /// Its text
    pub policy: String,
    /// The policy, pair by pair, in the order of the text
    pub pairs: Vec<PairReport>,
    /// What each time frame would hold, the shortest first
    pub frames: Vec<FrameReport>,
}

/// What is to be forecast.
#[derive(Clone, Debug)]
pub struct ForecastQuestion<'a> {
    /// The release, the zone and the present.
    pub context: Context,
    /// The text of the policy.
    pub policy: &'a str,
    /// All options that decide, the policy among them.
    pub options: &'a Options,
    /// When backups are made.
    pub planned: Planned,
    /// The versions that exist in the beginning.
    pub start: Option<Vec<Backup>>,
    /// What is to be said of them.
    pub caveats: Vec<String>,
    /// How many forecasts, at least one.
    pub forecasts: u64,
    /// The ages to look back to; none for the usual ones.
    pub ages: &'a [TimeSpan],
    /// How near a version should be to such an age.
    pub within: &'a [TimeSpan],
}

impl ForecastQuestion<'_> {
    /// Makes the forecasts, on so many threads at a time, and tells how many are done; for a
    /// policy that may be better once more.
    ///
    /// # Errors
    /// A policy that fails every run of Duplicati.
    pub fn answer(
        self,
        threads: NonZeroUsize,
        mut done: impl FnMut(u64),
    ) -> Result<ForecastReport, Diagnostic> {
        let ForecastQuestion { context, planned, forecasts, .. } = self;
        let read = self.options.policy.clone();
        let blockers =
            blockers(self.policy, self.options, context.moment.local(context.moment.now));
        let versions_at_start = self.start.as_ref().map(Vec::len);
        let history = History::new(self.start.unwrap_or_default(), context.moment.time_zone);
        let mut run = |policy: &Policy, text: &str| {
            let forecast = Forecast {
                policy,
                history: &history,
                schedule: &planned.schedule,
                from: planned.from,
                until: planned.until,
                seed: planned.seed,
                ages: self.ages,
                within: self.within,
            };
            forecast
                .run(forecasts, threads, &mut done)
                .map_err(|error| Diagnostic::no_plan(text, error))
        };
        let found = run(&read, self.policy)?;
        let frames = FrameReport::of(&found, &read);
        let margin = suggest_margin(&read, &planned.schedule);
        let suggestion = match margin.and_then(|policy| Some((on_every_layer(&policy)?, policy))) {
            Some((text, policy)) => Some(SuggestionReport {
                pairs: PairReport::of(&policy, &PairLabels::new(&text, &policy)),
                frames: FrameReport::of(&run(&policy, &text)?, &policy),
                policy: text,
            }),
            None => None,
        };
        let every = planned.schedule.every;
        // Nothing is promised, and nothing proposed, of what never runs.
        let runs = blockers.is_empty();
        let suggestion =
            suggestion.filter(|better| runs && is_better(&better.frames, &frames, every));
        let pairs = PairReport::of(&read, &PairLabels::new(self.policy, &read));
        // A schedule cannot deliver more often than it runs.
        let step = every.checked_add(planned.schedule.jitter).unwrap_or(every);
        Ok(ForecastReport {
            policy: self.policy.to_owned(),
            caveats: self.caveats,
            schedule: (&planned).into(),
            forecasts,
            versions_at_start,
            backups: found.backups,
            longest_distance_seconds: found.longest,
            steady_from: found.delivered.steady_from(),
            runs: found.delivered.runs(),
            versions: found.delivered.versions(),
            oldest_seconds: found.delivered.oldest(),
            within_seconds: self.within.to_vec(),
            recoverability: RecoverabilityReport::of(&found.delivered),
            in_the_end: found.end.iter().map(|backup| backup.time).collect(),
            conclusion: conclusion(&pairs, &frames, step, found.longest, suggestion.as_ref())
                .filter(|_| runs),
            blockers,
            frames,
            suggestion,
            pairs,
            context,
        })
    }
}

impl FrameReport {
    fn of(found: &ForecastResult, policy: &Policy) -> Vec<FrameReport> {
        FrameReport::list(&found.delivered, |pair| {
            found.longest.map(|longest| gap_bound(policy.pairs(), pair, longest))
        })
    }

    /// What each frame holds; `bound` tells the longest gap that is possible in a pair's frame.
    pub(super) fn list(
        delivered: &Delivered,
        bound: impl Fn(PairIndex) -> Option<TimeSpan>,
    ) -> Vec<FrameReport> {
        let frames = delivered.frames().into_iter();
        frames
            .map(|frame| FrameReport {
                pair: frame.pair,
                versions: frame.versions,
                gap_seconds: frame.gap,
                gap_bound_seconds: frame.gap.and_then(|_| bound(frame.pair)),
            })
            .collect()
    }
}

impl RecoverabilityReport {
    pub(super) fn of(delivered: &Delivered) -> Vec<RecoverabilityReport> {
        let report = |Recoverability { age, within: [half, most, always], chances }| Self {
            age_seconds: age,
            half_within_seconds: half,
            most_within_seconds: most,
            always_within_seconds: always,
            chances,
        };
        delivered.recoverability().into_iter().map(report).collect()
    }
}

/// Whether another policy closes gaps by half a schedule's step or more: in the shortest frame
/// where that changes, whose versions the longer ones get; by the longest gap, or else by the usual
/// one.
fn is_better(better: &[FrameReport], frames: &[FrameReport], every: TimeSpan) -> bool {
    let half = every.ticks() / 2;
    let gaps =
        frames.iter().zip(better).filter_map(|(old, new)| old.gap_seconds.zip(new.gap_seconds));
    let closed = gaps.flat_map(|(old, new)| [(old.max, new.max), (old.median, new.median)]);
    let mut changes = closed.map(|(old, new)| old.ticks() - new.ticks());
    changes.find(|change| change.abs() > half).is_some_and(|change| change > 0)
}

/// Where the gaps are longer than requested, why, and which change would help.
fn conclusion(
    pairs: &[PairReport],
    frames: &[FrameReport],
    step: TimeSpan,
    longest: Option<TimeSpan>,
    suggestion: Option<&SuggestionReport>,
) -> Option<String> {
    let filled = || frames.iter().filter_map(|frame| Some((frame.pair, frame.gap_seconds?)));
    filled().next()?;
    let is_wide = |&(pair, gap): &(PairIndex, Summary<TimeSpan>)| {
        gap.max > pairs[pair.get()].interval_seconds.max(step)
    };
    let wide: Vec<(PairIndex, Summary<TimeSpan>)> = filled().filter(is_wide).collect();
    let empty = frames.iter().filter(|frame| frame.gap_seconds.is_none());
    let empty: Vec<&str> = empty.map(|frame| pairs[frame.pair.get()].frame.as_str()).collect();
    if wide.is_empty() {
        let every_frame = match empty.as_slice() {
            [] => "in every time frame".to_owned(),
            [one] => format!("{one} never held a version, but in every other time frame"),
            many => format!("{} never held a version, but in every other time frame", list(many)),
        };
        return Some(format!(
            "No gap is longer than requested: {every_frame} the next version follows within the \
             interval, or within one step of the schedule where that is longer."
        ));
    }
    let abouts = |gaps: &[Summary<TimeSpan>], which: fn(&Summary<TimeSpan>) -> TimeSpan| {
        list(&gaps.iter().map(|gap| about(which(gap))).collect::<Vec<_>>())
    };
    let names: Vec<&str> = wide.iter().map(|&(pair, _)| pairs[pair.get()].frame.as_str()).collect();
    let gaps: Vec<_> = wide.iter().map(|&(_, gap)| gap).collect();
    let mut text = format!(
        "In {} the gaps are longer than requested, up to {}. ",
        list(&names),
        abouts(&gaps, |gap| gap.max)
    );
    let late = longest.filter(|&longest| longest > step).map(|longest| {
        let longest = in_words(longest);
        format!("Backups themselves were up to {longest} apart, which no policy can change.")
    });
    let Some(better) = suggestion else {
        text += late.as_deref().unwrap_or(
            "Each time frame thins what the shorter ones left over, and the schedule has steps of \
             its own, so the next version may come a step late. Slightly shorter intervals would \
             not help.",
        );
        return Some(text);
    };
    let new_gaps: Vec<_> = better
        .frames
        .iter()
        .filter(|frame| wide.iter().any(|&(pair, _)| pair == frame.pair))
        .filter_map(|frame| frame.gap_seconds)
        .collect();
    let changed = pairs.iter().zip(&better.pairs).filter(|(old, new)| old.interval != new.interval);
    let changes = changed.map(|(old, new)| format!("{} instead of {}", new.interval, old.interval));
    text += &format!(
        "A backup that starts early is closer than the interval to the one before it, and is \
         deleted. Write {} ({}): the usual gaps become {} instead of {}, the longest {}.",
        better.policy,
        list(&changes.collect::<Vec<_>>()),
        abouts(&new_gaps, |gap| gap.median),
        abouts(&gaps, |gap| gap.median),
        abouts(&new_gaps, |gap| gap.max),
    );
    if let Some(late) = late {
        text += &format!(" Some long gaps remain. {late}");
    }
    Some(text)
}
