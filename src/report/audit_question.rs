//! How a job is looked at: what every layer says of its options, what its next run deletes, and
//! what is left in the long run.

use std::cmp::Reverse;
use std::num::NonZeroUsize;
use std::sync::Arc;

use super::context::Moment;
use super::forecast::ForecastQuestion;
use super::plan::notice;
use super::schedule::Planned;
use super::{Context, age_axis};
use crate::Release;
use crate::advice::{Layer, NextRun, PairLabels, Verdicts, age, count, in_words, warnings};
use crate::clock::{LocalDateTime, Utc};
use crate::dotnet::{TICKS_PER_DAY, TimeSpan};
use crate::forecast::{Forecast, Schedule};
use crate::history::{Backup, History, VersionNumber};
use crate::policy::parse_span;
use crate::retention::{Options, OptionsError};
use crate::sources::JobSchedule;

use super::audit::{AuditFinding, AuditReport, AuditedJob, AuditedLayer, AuditedOption, Status};

/// What is known of a job before it is looked at.
#[derive(Clone, Debug)]
pub struct AuditQuestion {
    /// Its name.
    pub name: String,
    /// Where it was read from.
    pub place: String,
    /// Its local database.
    pub database: Option<String>,
    /// The options that decide; nothing if they are not known.
    pub options: Option<Vec<AuditedOption>>,
    /// When it runs.
    pub schedule: Option<JobSchedule>,
    /// The release, and where that came from.
    pub release: (Release, String),
    /// Its versions, or why they cannot be read.
    pub versions: Result<Vec<Backup>, String>,
    /// Whether it synchronises files, and so makes no versions.
    pub synchronises: bool,
    /// How long a backup usually takes.
    pub duration: TimeSpan,
    /// The last backup that the server knows of.
    pub last_backup: Option<Utc>,
    /// The last failure that the server knows of.
    pub last_error: Option<(Option<Utc>, String)>,
    /// Findings of whoever read it.
    pub findings: Vec<AuditFinding>,
}

impl AuditReport {
    /// Looks at each job; with what the page draws, which takes some times as long.
    pub fn new(
        moment: Moment,
        places: Vec<String>,
        caveats: Vec<String>,
        questions: Vec<AuditQuestion>,
        draws: bool,
    ) -> AuditReport {
        let mut jobs: Vec<AuditedJob> =
            questions.into_iter().map(|question| question.answer(&moment, draws)).collect();
        // A stable sort: jobs that are equally bad stay in the order of the source.
        jobs.sort_by_key(|job| Reverse((job.status, job.fails)));
        AuditReport { moment, places, caveats, jobs }
    }
}

impl AuditQuestion {
    fn answer(self, moment: &Moment, draws: bool) -> AuditedJob {
        let mut job = AuditedJob {
            name: self.name.clone(),
            place: self.place.clone(),
            database: self.database.clone(),
            status: Status::Ok,
            fails: false,
            findings: self.findings.clone(),
            options: self.options.clone().unwrap_or_default(),
            layers: Vec::new(),
            release: self.release.0,
            release_origin: self.release.1.clone(),
            versions: None,
            next_decision: None,
            next_deletes: None,
            oldest_seconds: None,
            long_run_seconds: None,
            long_run: "unknown".into(),
            last_backup: self.last_backup,
            options_known: self.options.is_some(),
            axis: None,
            forecast: None,
        };
        match &self.versions {
            Ok(versions) => {
                job.versions = Some(versions.len());
                let oldest = versions.iter().map(|version| version.time).min();
                job.oldest_seconds =
                    oldest.map(|time| moment.local(moment.now).since(moment.local(time)));
                if versions.is_empty() {
                    job.add(Status::Warning, "no-versions", "The job has no version yet.");
                }
            }
            Err(_) if self.synchronises => {
                job.versions = Some(0);
                job.long_run = "no versions".into();
                job.add(
                    Status::Ok,
                    "synchronises",
                    "The job synchronises files: it makes no versions, so nothing deletes any.",
                );
            }
            Err(problem) => {
                job.add(
                    Status::Unknown,
                    "no-database",
                    format!("What would be deleted cannot be told: {problem}."),
                );
            }
        }
        let options = if self.synchronises { None } else { self.read_options(&mut job, moment) };
        if let Some(options) = options {
            self.next_run(&mut job, &options, moment);
            self.long_run(&mut job, &options, moment, draws);
        }
        if job.fails {
            job.long_run = "backups fail".into();
            job.long_run_seconds = None;
        }
        self.last_run(&mut job);
        job.findings.sort_by_key(|finding| Reverse(finding.status));
        job.status = job.findings.first().map_or(Status::Ok, |finding| finding.status);
        job
    }

    fn text(&self, name: &str) -> Option<&str> {
        let options = self.options.as_ref()?;
        options.iter().find(|option| option.name == name)?.value.as_deref()
    }

    /// How the last run ended.
    fn last_run(&self, job: &mut AuditedJob) {
        let Some((time, message)) = &self.last_error else { return };
        let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
        let (status, id, when) = match (time, self.last_backup) {
            (Some(time), Some(backup)) if *time < backup => (
                Status::Ok,
                "failed-before",
                format!("A run before the last one failed on {time} UTC"),
            ),
            (Some(time), _) => {
                (Status::Danger, "last-run-failed", format!("The last run failed on {time} UTC"))
            }
            (None, _) => (Status::Danger, "last-run-failed", "A run failed".into()),
        };
        job.add(status, id, format!("{when}: {message}"));
    }

    /// The options as the release reads them, unless every run fails.
    fn read_options(&self, job: &mut AuditedJob, moment: &Moment) -> Option<Options> {
        let Some(options) = &self.options else {
            if self.versions.is_ok() {
                job.add(
                    Status::Unknown,
                    "no-options",
                    "The policy is not known: a job's database does not hold it. Name the server's \
                     database, or an exported job.",
                );
            }
            return None;
        };
        if let Some(option) = options.iter().find(|option| option.value.is_none()) {
            job.add(
                Status::Unknown,
                "encrypted-option",
                format!(
                    "The option {} is encrypted, so what it deletes cannot be told.",
                    option.name
                ),
            );
            return None;
        }
        self.two_options(job, options);
        let (release, policy) = (self.release.0, self.text("retention-policy").unwrap_or_default());
        if !options.is_empty() {
            job.layers = layers(options, moment.local(moment.now));
        }
        let texts = options
            .iter()
            .filter_map(|option| Some((option.name.as_str(), option.value.as_deref()?)));
        match Options::parse(texts, release) {
            Err(OptionsError::Policy(error)) => {
                job.fail(
                    "policy-refused",
                    format!("Duplicati {release} refuses the policy {policy:?}: {error}."),
                );
                None
            }
            Err(error) => {
                job.fail(
                    "option-refused",
                    format!("Duplicati {release} refuses an option: {error}."),
                );
                None
            }
            Ok(options) => {
                let found = warnings(policy, release).len();
                if !policy.is_empty() && found > 0 {
                    job.add(
                        Status::Warning,
                        "policy-warnings",
                        format!("check has {} about this policy.", count(found, "warning")),
                    );
                }
                Some(options)
            }
        }
    }

    /// More than one retention option: the server saves them, and every backup fails.
    fn two_options(&self, job: &mut AuditedJob, options: &[AuditedOption]) {
        let is_set = |option: &&AuditedOption| {
            let value = option.value.as_deref().unwrap_or_default();
            match option.name.as_str() {
                "keep-versions" => !value.is_empty() && value.trim() != "0",
                "retention-policy" | "keep-time" => !value.is_empty(),
                _ => false,
            }
        };
        let set: Vec<_> = options.iter().filter(is_set).collect();
        if set.len() < 2 {
            return;
        }
        let named: Vec<String> = set
            .iter()
            .map(|option| {
                let place = if option.for_all_jobs { "for all jobs" } else { "in the job" };
                format!("{} ({place})", option.name)
            })
            .collect();
        let mut message = format!(
            "Duplicati refuses more than one retention option, and here are {}.",
            named.join(" and ")
        );
        if set.iter().any(|option| option.for_all_jobs) {
            message += " The option for all jobs is on the settings page of Duplicati; an export \
                        of the job does not show it.";
        }
        job.fail("two-retention-options", message);
    }

    /// What the next run deletes.
    fn next_run(&self, job: &mut AuditedJob, options: &Options, moment: &Moment) {
        let planned = self.schedule.as_ref().and_then(|schedule| schedule.next);
        let start = planned.map_or(moment.now, |next| next.max(moment.now));
        // Blockers that are in the options show without a version, too.
        let versions = self.versions.as_deref().unwrap_or_default();
        let plan = NextRun::plan(versions, moment.time_zone, options, start, self.duration);
        let run = match plan {
            Ok(run) => run,
            Err(error) => {
                return job.fail("every-run-fails", format!("{error}."));
            }
        };
        let policy = self.text("retention-policy").unwrap_or_default();
        let labels = PairLabels::new(policy, &options.policy);
        let blockers = run.plan.blockers().iter().map(|blocker| notice(blocker, &labels));
        // It is said already, with the place of each option.
        let blockers: Vec<_> = blockers.collect();
        for blocker in blockers.iter().filter(|blocker| blocker.id != "combined-options") {
            let message = blocker.message.split(" What follows").next().unwrap_or_default();
            job.fail(blocker.id, message);
        }
        if self.versions.is_err() || !blockers.is_empty() {
            return;
        }
        job.next_decision = Some(run.decided);
        job.next_deletes = Some(run.plan.deleted_count());
        for danger in run.dangers() {
            let status = if danger.id == "lock-retains" { Status::Warning } else { Status::Danger };
            job.add(status, danger.id, format!("The next run: {}", danger.message));
        }
        let local_now = moment.local(run.decided);
        let age = |version: VersionNumber| local_now.since(run.history.local_time(version));
        let ages = run
            .history
            .versions()
            .map(|version| (age(version), run.plan.decision(version).deleted));
        let oldest = run.history.versions().last().map(age);
        job.axis = oldest.map(|oldest| age_axis::draw(ages, oldest, 100));
    }

    /// How far back one can go after years, which begin with the versions that exist.
    fn long_run(&self, job: &mut AuditedJob, options: &Options, moment: &Moment, draws: bool) {
        let every = self.schedule.as_ref().and_then(|schedule| {
            parse_span(&schedule.repeat, self.release.0).ok().filter(|span| *span > TimeSpan::ZERO)
        });
        if let Some(text) = self.text("keep-time").filter(|text| !text.is_empty()) {
            job.long_run_seconds = parse_span(text, self.release.0).ok();
            job.long_run = format!("{text}, by keep-time");
        } else if options.keep_versions > 0 {
            let versions = i64::from(options.keep_versions);
            let span =
                every.and_then(|every| TimeSpan::from_units(versions - 1, every.ticks()).ok());
            job.long_run_seconds = span;
            let spans =
                span.map_or("without a schedule".into(), |span| format!("{} at least", age(span)));
            job.long_run = format!("{}, {spans}", count(options.keep_versions, "version"));
        } else if options.policy.pairs().is_empty() {
            job.long_run = "everything is kept".into();
        } else {
            self.forecast(job, every, options, moment, draws);
        }
    }

    fn forecast(
        &self,
        job: &mut AuditedJob,
        every: Option<TimeSpan>,
        options: &Options,
        moment: &Moment,
        draws: bool,
    ) {
        let policy = &options.policy;
        if policy.pairs().iter().any(|pair| pair.is_unlimited()) {
            job.long_run = "without limit".into();
        } else if let Some(longest) = policy.pairs().iter().map(|pair| pair.frame()).max() {
            // The oldest of a frame can leave it at any moment, so this is the most.
            job.long_run_seconds = Some(longest);
            job.long_run = format!("at most {}", in_words(longest));
        }
        // More often than each quarter of an hour takes too long for a picture.
        const LEAST: TimeSpan = TimeSpan::from_ticks(TICKS_PER_DAY / 96);
        let Some(every) = every.filter(|&every| every >= LEAST) else { return };
        let five_years = TimeSpan::from_ticks(5 * 365 * TICKS_PER_DAY);
        let schedule = self.schedule.as_ref();
        let schedule = Schedule {
            next: schedule.and_then(|schedule| schedule.next),
            days: schedule.map_or(crate::sources::Days::ALL, |schedule| schedule.days),
            ..Schedule::every(every)
        };
        let Ok(planned) = Planned::after(moment.now, schedule, five_years, 1) else { return };
        let text = self.text("retention-policy").unwrap_or_default();
        let versions = self.versions.clone().ok();
        let oldest = if draws {
            let context = Context {
                release: self.release.0,
                release_origin: self.release.1.clone(),
                moment: moment.clone(),
                job: None,
            };
            let question = ForecastQuestion {
                context,
                policy: text,
                options,
                others: Vec::new(),
                file: None,
                planned,
                start: versions,
                caveats: Vec::new(),
                forecasts: 1,
                ages: &[],
                within: &[],
            };
            job.forecast = Some(Arc::new(question.answer(NonZeroUsize::MIN, |_| ())));
            job.forecast.as_ref().and_then(|report| report.oldest_seconds)
        } else {
            let forecast = Forecast {
                options,
                history: &History::new(versions.unwrap_or_default(), moment.time_zone),
                schedule: &planned.schedule,
                from: planned.from,
                until: planned.until,
                seed: planned.seed,
                ages: &[],
                within: &[],
                file: None,
                only_frames: false,
            };
            forecast.run(1, NonZeroUsize::MIN, |_| ()).delivered.oldest()
        };
        if let Some(oldest) = oldest.filter(|_| job.long_run_seconds.is_some()) {
            job.long_run_seconds = Some(oldest.median);
            job.long_run = format!("usually {}, at least {}", age(oldest.median), age(oldest.min));
        }
    }
}

/// Asks the layers of every release.
fn layers(options: &[AuditedOption], now: LocalDateTime) -> Vec<AuditedLayer> {
    let texts = options
        .iter()
        .filter_map(|option| Some((option.name.as_str(), option.value.as_deref()?)))
        .collect();
    let all = Release::ALL.map(|release| Verdicts::of(&texts, None, release, now));
    // The classic page knows no release.
    let page = all.iter().all(|verdicts| verdicts.objections(Layer::ClassicPage).is_empty());
    let servers = all.iter().map(|verdicts| AuditedLayer {
        layer: verdicts.release.name().to_owned(),
        accepts: verdicts.runs(),
    });
    servers.chain([AuditedLayer { layer: "web page".into(), accepts: page }]).collect()
}
