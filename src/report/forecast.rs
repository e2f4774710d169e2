//! What does a policy deliver over the years?

use std::num::NonZeroUsize;

use schemars::JsonSchema;
use serde::Serialize;

use super::compose::condition;
use super::context::Context;
use super::diagnostic::{Notice, blockers};
use super::files::{self, FilePeriod, FileReport, FileVersionReport, FilesReport};
use super::forecast_conclusion::{Conclusion, SuggestionReport};
use super::pairs::PairReport;
use super::rules::OptionReport;
use super::schedule::{Planned, ScheduleReport};
use crate::advice::{PairLabels, count};
use crate::clock::Utc;
use crate::dotnet::TimeSpan;
use crate::forecast::{
    Delivered, Forecast, FrameDelivered, GapBounds, Recoverability, Summary, expiries,
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
    /// The other options that decide
    pub options: Vec<OptionReport>,
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
    /// The condition under which no gap can be longer than `gap_bound_seconds` of its frame, in
    /// words; `null` without one
    pub bound_condition: Option<String>,
    /// Since when runs count; `null` if the forecast is too short for the longest time frame to
    /// fill, for keep-time or for keep-versions, and its last tenth counts
    pub steady_from: Option<Utc>,
    /// In how many runs of all forecasts the deletion failed, so that nothing was deleted
    pub failed_runs: usize,
    /// How many runs count
    pub runs: usize,
    /// What each time frame holds, the shortest first
    pub frames: Vec<FrameReport>,
    /// How many versions there are in all; `null` without a run
    pub versions: Option<Summary<usize>>,
    /// The time from a version to the next younger one, over all of them; `null` if there never
    /// were two
    pub gap_seconds: Option<Summary<TimeSpan>>,
    /// How old the oldest version is after a run; `null` without a run
    pub oldest_seconds: Option<Summary<TimeSpan>>,
    /// How old the oldest version is right before the next run; `null` without a next one
    pub oldest_before_next_seconds: Option<Summary<TimeSpan>>,
    /// The distances before an age that were asked for
    pub within_seconds: Vec<TimeSpan>,
    /// How long before some ages the version is that one can go back to
    pub recoverability: Vec<RecoverabilityReport>,
    /// How long a file must have existed to be in a version after it was deleted; `null` if the
    /// forecast is too short
    pub files: Option<FilesReport>,
    /// Whether the file that was asked about is in a version; `null` without one
    pub file: Option<FileReport>,
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

/// How long before an age the newest version is that is at least that old: that is the one that you
/// can go back to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RecoverabilityReport {
    /// The age
    pub age_seconds: TimeSpan,
    /// How often there was a version of that age or an older one, from 0 to 1; `null` if the
    /// forecast is too short to tell
    pub reached: Option<f64>,
    /// How long before it was half of the time; `null` if there was none that often
    pub half_within_seconds: Option<TimeSpan>,
    /// How long before it was 95 % of the time; `null` if there was none that often
    pub most_within_seconds: Option<TimeSpan>,
    /// How long before it was at most; `null` if there was not always one
    pub always_within_seconds: Option<TimeSpan>,
    /// For each of the distances that were asked for, how often it was at most that long before,
    /// from 0 to 1; empty if the forecast is too short to tell
    pub chances: Vec<f64>,
}

/// What is to be forecast.
#[derive(Clone, Debug)]
pub struct ForecastQuestion<'a> {
    /// The release, the zone and the present.
    pub context: Context,
    /// The text of the policy.
    pub policy: &'a str,
    /// All options, with the policy and the release.
    pub options: &'a Options,
    /// The other options, as they were given.
    pub others: Vec<OptionReport>,
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
    /// How long before such an age a version may be.
    pub within: &'a [TimeSpan],
    /// A file that was deleted.
    pub file: Option<FilePeriod>,
}

impl ForecastQuestion<'_> {
    /// Makes the forecasts, on so many threads at a time, and tells how many are done. Then it tries
    /// out policies that may be better.
    pub fn answer(self, threads: NonZeroUsize, mut done: impl FnMut(u64)) -> ForecastReport {
        let ForecastQuestion { context, planned, forecasts, options, .. } = self;
        let zone = context.moment.time_zone;
        let blockers = blockers(self.policy, options, context.moment.local(context.moment.now));
        let versions_at_start = self.start.as_ref().map(Vec::len);
        let history = History::new(self.start.unwrap_or_default(), zone);
        let within: Vec<TimeSpan> = self.within.iter().copied().chain(files::lengths()).collect();
        let ago = |file: &FilePeriod| context.moment.now.since(file.until);
        let mut run = |policy: &Policy, forecasts: u64, only_frames: bool| {
            let options = Options { policy: policy.clone(), ..options.clone() };
            let forecast = Forecast {
                options: &options,
                history: &history,
                schedule: &planned.schedule,
                from: planned.from,
                until: planned.until,
                seed: planned.seed,
                ages: self.ages,
                within: &within,
                file: self.file.map(|file| (ago(&file), file.length())),
                only_frames,
            };
            forecast.run(forecasts, threads, |number| {
                if !only_frames {
                    done(number);
                }
            })
        };
        let found = run(&options.policy, forecasts, false);
        let bounds = |policy: &Policy| {
            // The proof for this schedule is one for a job that begins without versions.
            let schedule = (&planned.schedule, zone, planned.from, planned.until);
            GapBounds::of(policy.pairs(), found.longest, history.is_empty().then_some(schedule))
        };
        let found_bounds = bounds(&options.policy);
        let mut frames = FrameReport::of(&found.delivered);
        FrameReport::bound(&mut frames, found_bounds.as_ref());
        let mut caveats = self.caveats;
        if blockers.is_empty() {
            caveats.extend(caveat_of_failed_runs(found.failed_runs));
        }
        let labels = PairLabels::new(self.policy, &options.policy);
        let pairs = PairReport::of(&options.policy, &labels);
        let question = Conclusion {
            pairs: &pairs,
            frames: &frames,
            found: &found,
            planned: &planned,
            now: context.moment.local(context.moment.now),
            options,
            labels: &labels,
        };
        let mut tried = vec![((options.policy.clone(), forecasts), frames.clone())];
        let try_out = |policy: &Policy, forecasts: u64| {
            let question = (policy.clone(), forecasts);
            if let Some((_, frames)) = tried.iter().find(|(other, _)| *other == question) {
                return frames.clone();
            }
            let frames = FrameReport::of(&run(policy, forecasts, true).delivered);
            tried.push((question, frames.clone()));
            frames
        };
        let suggestion = question.suggestion(zone, forecasts, try_out, bounds);
        // Nothing is promised, and nothing proposed, of what never runs.
        let runs = blockers.is_empty();
        let suggestion = suggestion.filter(|_| runs);
        let conclusion = question.sentence(suggestion.as_ref()).filter(|_| runs);
        let recoverability = found.delivered.recoverability();
        // keep-versions deletes partial backups between full ones, which no bound looks at.
        let has_partial = planned.schedule.partial > 0.0 || history.iter().any(|one| one.partial);
        let bound = found_bounds.as_ref().filter(|_| options.keep_versions <= 0 || !has_partial);
        let bound = bound.map(GapBounds::widest);
        let files = FilesReport::of(&found.delivered, &recoverability, found.longest, bound);
        let file = self.file.as_ref().map(|file| {
            let history = versions_at_start.map(|_| &history);
            file_report(file, history, (&context, options, &planned), &found.delivered)
        });
        ForecastReport {
            policy: self.policy.to_owned(),
            options: self.others,
            caveats,
            schedule: ScheduleReport::new(&planned, zone),
            forecasts,
            versions_at_start,
            backups: found.backups,
            longest_distance_seconds: found.longest,
            bound_condition: found_bounds.map(|bounds| condition(bounds.condition)),
            steady_from: found.delivered.steady_from(),
            failed_runs: found.failed_runs,
            runs: found.delivered.runs(),
            versions: found.delivered.versions(),
            gap_seconds: found.delivered.gaps(),
            oldest_seconds: found.delivered.oldest(),
            oldest_before_next_seconds: found.delivered.oldest_before_next(),
            within_seconds: self.within.to_vec(),
            recoverability: RecoverabilityReport::of(&recoverability, self.within.len()),
            files,
            file,
            in_the_end: found.end.iter().map(|backup| backup.time).collect(),
            conclusion,
            blockers,
            frames,
            suggestion,
            pairs,
            context,
        }
    }
}

/// What is to be known where runs failed.
fn caveat_of_failed_runs(failed: usize) -> Option<String> {
    (failed > 0).then(|| {
        format!(
            "in {} the deletion fails and nothing is deleted, because two versions have the same \
             time, and Duplicati deletes by time: it fails until both are to be deleted",
            count(failed, "run")
        )
    })
}

/// Whether a file is in a version: in one of a history, or how often.
fn file_report(
    file: &FilePeriod,
    history: Option<&History>,
    (context, options, planned): (&Context, &Options, &Planned),
    delivered: &Delivered,
) -> FileReport {
    let versions = match history {
        None => None,
        Some(history) => {
            let starts = planned.starts(history.zone());
            let expiries = expiries(history, options, &starts);
            let is_in = |time: Utc| file.not_before <= time && time <= file.not_after;
            let versions = history.versions().zip(expiries);
            let version = |(version, expiry): (_, Option<crate::forecast::Expiry>)| {
                let Backup { time, partial, .. } = history.backup(version);
                is_in(time).then(|| FileVersionReport {
                    version,
                    time,
                    is_certain: file.from <= time && time <= file.until && !partial,
                    deleted_on: expiry.map(|expiry| expiry.time),
                })
            };
            Some(versions.filter_map(version).collect())
        }
    };
    let found = delivered.file().filter(|_| versions.is_none());
    let found = found.filter(|found| found.reached.is_some());
    FileReport {
        from: file.from,
        until: file.until,
        length_seconds: file.length(),
        deleted_ago_seconds: context.moment.now.since(file.until),
        chance: found.as_ref().and_then(|found| found.chances.first().copied()),
        always_from_seconds: found.and_then(|found| found.within[2]),
        versions,
    }
}

impl FrameReport {
    /// What each frame holds, the shortest first, without bounds.
    pub(super) fn of(delivered: &Delivered) -> Vec<FrameReport> {
        let frame = |frame: FrameDelivered| FrameReport {
            pair: frame.pair,
            versions: frame.versions,
            gap_seconds: frame.gap,
            gap_bound_seconds: None,
        };
        delivered.frames().into_iter().map(frame).collect()
    }

    /// Adds the longest gaps that are possible.
    pub(super) fn bound(frames: &mut [FrameReport], bounds: Option<&GapBounds>) {
        for frame in frames {
            let bound = bounds.map(|bounds| bounds.gaps[frame.pair.get()]);
            frame.gap_bound_seconds = bound.filter(|_| frame.gap_seconds.is_some());
        }
    }
}

impl RecoverabilityReport {
    /// With the first of the chances, up to a number.
    pub(super) fn of(found: &[Recoverability], chances: usize) -> Vec<RecoverabilityReport> {
        let report = |found: &Recoverability| {
            let [half, most, always] = found.within;
            Self {
                age_seconds: found.age,
                reached: found.reached,
                half_within_seconds: half,
                most_within_seconds: most,
                always_within_seconds: always,
                chances: found.chances.iter().take(chances).copied().collect(),
            }
        };
        found.iter().map(report).collect()
    }
}
