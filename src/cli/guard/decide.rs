//! What the guard answers before a backup: plan the run, and compare it with the limits.

use super::announced::Announced;
use super::answer::{Answer, ENDS_THE_OPERATION, Level};
use super::environment::{JobEnvironment, Occasion};
use super::{Args, OnBreach};
use crate::Release;
use crate::advice::{Breach, NextRun, about, count, list};
use crate::clock::Utc;
use crate::dotnet::TimeSpan;
use crate::history::Backup;
use crate::report::{Context, Moment};
use crate::retention::Options;
use crate::sources::database::{self, Access};
use crate::sources::runs::{self, Run};

/// How many earlier runs say how long a backup takes.
const RUNS: usize = 50;
/// How many earlier versions say how long it is until the next run.
const GAPS: usize = 15;

pub(super) fn decide(args: &Args) -> Answer {
    let occasion = match Occasion::read() {
        Ok(occasion) => occasion,
        Err(problem) => return Answer::suspended(problem),
    };
    occasion.without_a_plan().unwrap_or_else(|| plan(args).unwrap_or_else(Answer::suspended))
}

/// A job before a run.
struct Job {
    backups: Vec<Backup>,
    options: Options,
    context: Context,
    /// How long a backup takes: as long as half of the earlier ones, and as the longest of them.
    durations: Vec<TimeSpan>,
}

fn plan(args: &Args) -> Result<Answer, String> {
    let environment = JobEnvironment::read()?;
    let (job, caveats) = Job::read(args, &environment)?;
    let now = job.context.moment.now;
    let mut runs = Vec::new();
    for &duration in &job.durations {
        runs.push(job.next_run(&job.backups, now, duration)?);
    }
    let Some(run) = runs.first() else { return Err("there is nothing to plan".into()) };
    let limits = args.limits.limits();
    let mut breaches: Vec<Breach> = Vec::new();
    // A limit that would be broken only if this backup took as long as the longest counts too.
    for breach in runs.iter().flat_map(|run| limits.breaches(run)) {
        if breaches.iter().all(|other| other.id != breach.id) {
            breaches.push(breach);
        }
    }
    if let Some(file) = &args.limits.only_known {
        breaches.extend(job.unknown(file, &environment, &runs)?);
    }
    let mut log = vec![
        (Level::Information, job.basis(run, &caveats)),
        (Level::Information, job.summary(run)),
    ];
    let (level, suspends, code, consequence) = match args.limits.on_breach {
        _ if breaches.is_empty() => {
            return Ok(Answer { suspends: false, log, code: 0 });
        }
        OnBreach::Suspend => {
            (Level::Warning, true, 0, "Nothing is deleted in this run; the backup itself is made")
        }
        OnBreach::Abort => {
            (Level::Error, true, ENDS_THE_OPERATION, "The operation ends before the backup")
        }
        OnBreach::Warn => (Level::Warning, false, 0, "The guard only warns, and the run deletes"),
    };
    let reasons: Vec<_> =
        breaches.iter().map(|Breach { id, message }| format!("{message} ({id})")).collect();
    log.push((level, format!("{consequence}. Why: {}", reasons.join("; "))));
    Ok(Answer { suspends, log, code })
}

impl Job {
    fn read(args: &Args, environment: &JobEnvironment) -> Result<(Job, Vec<String>), String> {
        let moment = args.moment.resolve().map_err(|failure| failure.to_string())?;
        let path = &environment.database;
        let listing = database::read(path, Access::InPlace).map_err(|error| error.to_string())?;
        let (runs, _) =
            runs::read(path, Access::InPlace, RUNS).map_err(|error| error.to_string())?;
        let context = context(args.release, moment, &runs);
        let texts = environment.options.iter().map(|(name, text)| (*name, text.as_str()));
        let options = Options::parse(texts, context.release)
            .map_err(|error| format!("Duplicati would refuse an option of the job: {error}"))?;
        let durations = durations(&runs);
        Ok((Job { backups: listing.backups, options, context, durations }, listing.caveats))
    }

    fn next_run(
        &self,
        backups: &[Backup],
        start: Utc,
        duration: TimeSpan,
    ) -> Result<NextRun, String> {
        let zone = self.context.moment.time_zone;
        let run = NextRun::plan(backups, zone, &self.options, start, duration)
            .map_err(|error| error.to_string())?;
        match run.plan.blockers() {
            [] => Ok(run),
            _ => {
                Err("Duplicati would refuse to run with the options of the job; `plan --database` \
                      says why"
                    .into())
            }
        }
    }

    /// What is deleted although no earlier run announced it. Announces what this run would delete,
    /// and the next one too.
    fn unknown(
        &self,
        file: &std::path::Path,
        environment: &JobEnvironment,
        runs: &[NextRun],
    ) -> Result<Option<Breach>, String> {
        let database = &environment.database;
        let announced = Announced::read(file)?;
        let deleted: Vec<Utc> = runs.iter().flat_map(NextRun::deleted).collect();
        let unknown = announced.unknown(database, &runs[0].deleted());
        let mut soon = deleted.clone();
        let start = self.context.moment.now;
        let next = start.saturating_add(self.gap());
        // The next run, after this one has deleted, and after it has not.
        let all: Vec<Backup> = self.backups.iter().copied().chain([Backup::full(start)]).collect();
        let left: Vec<Backup> =
            all.iter().copied().filter(|backup| !deleted.contains(&backup.time)).collect();
        for backups in [all, left] {
            for &duration in &self.durations {
                soon.extend(self.next_run(&backups, next, duration)?.deleted());
            }
        }
        announced.announce(file, database, soon)?;
        let times: Vec<String> = unknown
            .iter()
            .take(3)
            .map(|&time| self.context.moment.local(time).to_string())
            .collect();
        let more = unknown.len().saturating_sub(times.len());
        let more = (more > 0).then(|| format!("{more} more"));
        let named: Vec<String> = times.into_iter().chain(more).collect();
        let message = format!(
            "{} would be deleted that no earlier run announced: {}",
            count(unknown.len(), "version"),
            list(&named)
        );
        Ok((!unknown.is_empty()).then_some(Breach { id: "only-known", message }))
    }

    /// How long it usually is from one version to the next.
    fn gap(&self) -> TimeSpan {
        let times = self.backups.iter().map(|backup| backup.time).take(GAPS);
        let times: Vec<Utc> = times.collect();
        let mut gaps: Vec<TimeSpan> = times.windows(2).map(|two| two[0].since(two[1])).collect();
        gaps.sort_unstable();
        gaps.get(gaps.len() / 2).copied().unwrap_or(TimeSpan::ZERO)
    }

    /// What the answer depends on, in a line.
    fn basis(&self, run: &NextRun, caveats: &[String]) -> String {
        let until = run.decided.since(self.context.moment.now);
        let duration = match self.durations.as_slice() {
            [only] if *only == TimeSpan::ZERO => {
                "no earlier backup says how long it takes".to_owned()
            }
            _ => format!("removal expected {} after its start", about(until)),
        };
        let caveats: String = caveats.iter().map(|caveat| format!("; {caveat}")).collect();
        format!("{}, {duration}{caveats}", self.context)
    }

    fn summary(&self, run: &NextRun) -> String {
        format!(
            "If this backup is complete, {} of {} would be deleted",
            run.plan.deleted_count(),
            count(run.plan.len(), "version")
        )
    }
}

fn context(release: Option<Release>, moment: Moment, runs: &[Run]) -> Context {
    let ran = || runs.iter().find_map(|run| run.result.as_ref()?.release);
    let (release, origin) = match (release, ran()) {
        (Some(release), _) => (release, "from --release"),
        (None, Some(release)) => (release, "the one that ran last"),
        (None, None) => (Release::default(), "the default"),
    };
    Context { release, release_origin: origin.into(), moment, job: None }
}

/// The median and the longest, each once; zero where there is no earlier backup.
fn durations(runs: &[Run]) -> Vec<TimeSpan> {
    let all = runs::durations(runs);
    let mut two: Vec<TimeSpan> =
        all.get(all.len() / 2).into_iter().chain(all.last()).copied().collect();
    two.dedup();
    if two.is_empty() { vec![TimeSpan::ZERO] } else { two }
}
