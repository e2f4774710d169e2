//! The answers about the past of a job, from its runs.

use super::after::{AfterReport, AfterRun, WhyReport, WhyVersion};
use super::context::Context;
use crate::Release;
use crate::advice::{Assumptions, Comparison, PairLabels, Prediction, count, reason, zone_fits};
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::history::VersionNumber;
use crate::sources::past::PastRun;

/// What is asked about the past of a job.
#[derive(Clone, Debug)]
pub struct PastQuestion {
    /// The release, the zone and the present, as far as they were given.
    pub context: Context,
    /// Whether the zone was given, and not only that of this machine.
    pub zone_is_given: bool,
    /// Whether the release was given.
    pub release_is_given: bool,
    /// The options, for runs whose log does not have the policy; nothing if they were not given.
    pub options: Option<Vec<(String, String)>>,
    /// Whether these are the options that the job has today, and may not have had then.
    pub options_are_of_today: bool,
    /// Whether even the last version may be deleted, if it was given.
    pub allow_full_removal: Option<bool>,
    /// The runs, oldest first.
    pub runs: Vec<PastRun>,
    /// What the source could not tell.
    pub caveats: Vec<String>,
}

/// The assumptions that fit best, and others that fit as well.
struct Fit {
    assumptions: Assumptions,
    zones: Vec<Zone>,
    releases: Vec<Release>,
}

impl PastQuestion {
    /// Compares each run with its prediction, under the assumptions that fit best.
    pub fn compare(mut self) -> AfterReport {
        let fit = self.fit();
        let run = |run| AfterRun::new(run, &fit.assumptions, self.options_are_of_today);
        let runs: Vec<AfterRun> = self.runs.iter().map(run).collect();
        let number = |comparison| runs.iter().filter(|run| run.comparison == comparison).count();
        AfterReport {
            allow_full_removal: fit.assumptions.allow_full_removal,
            fitting_zones: fit.zones.len(),
            some_zones: fit.zones.iter().take(5).map(|zone| zone.name().to_owned()).collect(),
            fitting_releases: fit.releases,
            as_predicted: number("as-predicted"),
            differing: number("differs"),
            unknown: number("cannot-be-told"),
            context: self.context,
            caveats: self.caveats,
            runs,
        }
    }

    /// The runs that did what was predicted as lines of a vector file, without names or paths. The
    /// first run has this number.
    pub fn vectors(mut self, first: usize) -> Vec<String> {
        let fit = self.fit();
        let vector = |(number, run): (usize, &PastRun)| {
            let prediction = fit.assumptions.predict(run).ok()?;
            let is_right = fit.assumptions.compare(run) == Comparison::AsPredicted;
            is_right.then(|| prediction.vector(first + number, &fit.assumptions))
        };
        self.runs.iter().enumerate().filter_map(vector).collect()
    }

    /// Why these versions are gone; `is_meant` picks them by their time, their local time and their
    /// number: that of today, or of a version that is gone the one that it had then.
    pub fn why(
        mut self,
        is_meant: impl Fn(Utc, LocalDateTime, VersionNumber) -> bool,
    ) -> WhyReport {
        let fit = self.fit();
        let zone = fit.assumptions.zone;
        let mut versions: Vec<WhyVersion> = Vec::new();
        let is_meant = |&(number, time): &(usize, Utc)| {
            is_meant(time, zone.to_local(time), VersionNumber::new(number))
        };
        for run in &self.runs {
            let then = run.versions.iter().map(|version| version.time).enumerate();
            let gone = then.filter(|(_, time)| run.deleted.contains(time)).filter(is_meant);
            versions.extend(gone.map(|(_, time)| WhyVersion::gone(time, run, &fit.assumptions)));
        }
        if let Some(last) = self.runs.last() {
            let times = last.versions.iter().map(|version| version.time);
            let left = times.filter(|time| !last.deleted.contains(time)).enumerate();
            let there = left.filter(is_meant);
            versions.extend(there.map(|(_, time)| WhyVersion::there(time, last, &fit.assumptions)));
        }
        versions.sort_by_key(|version| std::cmp::Reverse(version.time));
        WhyReport { context: self.context, caveats: self.caveats, versions }
    }

    /// The zone, the release and the switch under which the fewest runs differ; those that were
    /// given, and this machine's zone, come first.
    fn fit(&mut self) -> Fit {
        let wanted = self.context.moment.time_zone;
        let mut zones: Vec<Zone> = vec![wanted];
        if !self.zone_is_given {
            zones.extend(
                chrono_tz::TZ_VARIANTS.iter().filter_map(|zone| zone.name().parse::<Zone>().ok()),
            );
        }
        let shows = |zone: &Zone| self.runs.iter().all(|run| zone_fits(*zone, run));
        let of_the_log: Vec<Zone> = zones.iter().copied().filter(shows).collect();
        if of_the_log.is_empty() {
            self.caveats.push(format!(
                "the log shows other local times than those of {}, so Duplicati ran in another \
                 zone",
                wanted.name()
            ));
        }
        let zones = if of_the_log.is_empty() { vec![wanted] } else { of_the_log };
        let release = self.context.release;
        let mut releases = vec![release];
        if !self.release_is_given {
            releases.extend(Release::ALL.into_iter().filter(|&other| other != release));
        }
        let switches = self.allow_full_removal.map_or(vec![false, true], |switch| vec![switch]);
        let differing = |assumptions: &Assumptions| {
            let compared = self.runs.iter().map(|run| assumptions.compare(run));
            compared.filter(|one| matches!(one, Comparison::Differs { .. })).count()
        };
        let assumed = |zone, release, allow_full_removal| Assumptions {
            zone,
            release,
            options: self.options.clone(),
            allow_full_removal,
        };
        let mut best = (usize::MAX, assumed(zones[0], release, switches[0]));
        for &zone in &zones {
            for &allow_full_removal in &switches {
                let assumptions = assumed(zone, release, allow_full_removal);
                let differ = differing(&assumptions);
                if differ < best.0 {
                    best = (differ, assumptions);
                }
            }
        }
        for &release in &releases[1..] {
            let assumptions = Assumptions { release, ..best.1.clone() };
            let differ = differing(&assumptions);
            if differ < best.0 {
                best = (differ, assumptions);
            }
        }
        let (differ, assumptions) = best;
        let as_well = |other: &Assumptions| differing(other) == differ;
        let mut alike: Vec<Zone> = Vec::new();
        for zone in zones {
            let is_new = alike.iter().all(|other| other.name() != zone.name());
            if is_new && as_well(&Assumptions { zone, ..assumptions.clone() }) {
                alike.push(zone);
            }
        }
        let releases = releases
            .into_iter()
            .filter(|&release| as_well(&Assumptions { release, ..assumptions.clone() }))
            .collect();
        let (moment, context) = (&mut self.context.moment, assumptions.zone);
        if moment.time_zone.name() != context.name() {
            moment.time_zone = context;
            moment.time_zone_origin = "the first that fits the log".into();
        }
        if self.context.release != assumptions.release {
            self.context.release = assumptions.release;
            self.context.release_origin = "the first that fits the runs".into();
        }
        Fit { assumptions, zones: alike, releases }
    }
}

impl AfterRun {
    fn new(run: &PastRun, assumptions: &Assumptions, options_are_of_today: bool) -> AfterRun {
        let (comparison, because, only_predicted, only_deleted) = match assumptions.compare(run) {
            Comparison::Differs { .. } if options_are_of_today && run.policy.is_none() => {
                let because = "the job's options of today delete something else, and the log does \
                               not have those of then";
                ("cannot-be-told", Some(because.into()), Vec::new(), Vec::new())
            }
            Comparison::AsPredicted => ("as-predicted", None, Vec::new(), Vec::new()),
            Comparison::Differs { only_predicted, only_deleted } => {
                ("differs", None, only_predicted, only_deleted)
            }
            Comparison::CannotBeTold(because) => {
                ("cannot-be-told", Some(because), Vec::new(), Vec::new())
            }
        };
        let policy = assumptions.predict(run).ok().map(|prediction| prediction.policy);
        AfterRun {
            operation: run.run.operation.clone(),
            started: run.run.started,
            decided: run.run.result.as_ref().and_then(|result| result.decided),
            policy: policy.filter(|policy| !policy.is_empty()),
            versions: run.versions.len(),
            deleted: run.deleted.clone(),
            comparison,
            because,
            only_predicted,
            only_deleted,
        }
    }
}

impl WhyVersion {
    fn gone(time: Utc, run: &PastRun, assumptions: &Assumptions) -> WhyVersion {
        let local = |time| assumptions.zone.to_local(time);
        let by = format!("the run of {}", local(run.run.started));
        let (policy, why) = match assumptions.predict(run) {
            Err(because) if run.run.operation == "Backup" => {
                (None, format!("Deleted by {by}. Why cannot be told, because {because}."))
            }
            Err(_) => (
                None,
                format!(
                    "Deleted by {by}, which was not a backup but the operation {}: somebody asked \
                     for it.",
                    run.run.operation
                ),
            ),
            Ok(prediction) => {
                let why = prediction.why(time, &by);
                (Some(prediction.policy).filter(|policy| !policy.is_empty()), why)
            }
        };
        let deleted_by_run = Some(run.run.started);
        WhyVersion { time, local_time: local(time), exists: false, deleted_by_run, policy, why }
    }

    fn there(time: Utc, last: &PastRun, assumptions: &Assumptions) -> WhyVersion {
        let prediction = assumptions.predict(last).ok();
        let kept = prediction.as_ref().and_then(|prediction| {
            let version = prediction.find(time)?;
            let decision = prediction.plan.decision(version);
            let labels = PairLabels::new(&prediction.policy, &prediction.options.policy);
            Some(format!(" In the last run: {}.", reason(&decision, &labels)))
        });
        WhyVersion {
            time,
            local_time: assumptions.zone.to_local(time),
            exists: true,
            deleted_by_run: None,
            policy: prediction
                .map(|prediction| prediction.policy)
                .filter(|policy| !policy.is_empty()),
            why: format!("It still exists.{}", kept.unwrap_or_default()),
        }
    }
}

impl Prediction {
    fn find(&self, time: Utc) -> Option<VersionNumber> {
        self.history.versions().find(|&version| self.history.backup(version).time == time)
    }

    /// Why a version that a run deleted was deleted.
    fn why(&self, time: Utc, by: &str) -> String {
        let under = match self.policy.as_str() {
            "" => "under the options that were given".to_owned(),
            policy => format!("under the policy {policy}"),
        };
        let Some(version) = self.find(time) else {
            return format!("Deleted by {by}.");
        };
        let decision = self.plan.decision(version);
        let versions = count(self.history.len(), "version");
        let was = format!("version {version} of {versions} then");
        if !decision.deleted {
            return format!(
                "Deleted by {by} ({was}), but not {under}: something else decided, which the log \
                 does not say."
            );
        }
        let labels = PairLabels::new(&self.policy, &self.options.policy);
        format!("Deleted by {by} ({was}) {under}: {}.", reason(&decision, &labels))
    }

    /// A line of a vector file.
    fn vector(&self, number: usize, assumptions: &Assumptions) -> String {
        let backups: Vec<_> = self
            .history
            .iter()
            .map(|backup| match backup.partial {
                true => serde_json::json!({ "time": backup.time, "partial": true }),
                false => serde_json::json!({ "time": backup.time }),
            })
            .collect();
        let mut options = serde_json::Map::new();
        options.insert("retention-policy".into(), self.policy.clone().into());
        for (name, text) in assumptions.options.iter().flatten() {
            if name != "retention-policy" && self.policy.is_empty() {
                options.insert(name.clone(), text.clone().into());
            }
        }
        if assumptions.allow_full_removal {
            options.insert("allow-full-removal".into(), "true".into());
        }
        let deletes: Vec<usize> = self.plan.deletes().map(VersionNumber::get).collect();
        serde_json::json!({
            "id": format!("real-{number}"),
            "time_zone": assumptions.zone,
            "now": self.decided,
            "options": options,
            "backups": backups,
            "expect": { assumptions.release.name(): { "deletes": deletes } },
        })
        .to_string()
    }
}
