//! What does another policy delete, or another release, that this one keeps?

use schemars::JsonSchema;
use serde::Serialize;

use super::context::Moment;
use super::diagnostic::{Notice, blockers};
use super::forecast::{FrameReport, RecoverabilityReport};
use super::job::JobUse;
use super::pairs::PairReport;
use super::plan::{is_undecided, notice};
use super::rules::OptionReport;
use super::schedule::{Planned, ScheduleReport};
use super::versions::VersionReport;
use crate::Release;
use crate::advice::{
    AgeRange, Outcome, PairLabels, age_ranges, dangers, every, in_words, mean_the_same,
    only_deleted_by, reason,
};
use crate::clock::{LocalDateTime, Utc};
use crate::dotnet::TimeSpan;
use crate::forecast::{ComparedForecast, Summary};
use crate::history::{Backup, History, VersionNumber};
use crate::retention::{self, Options, Plan};

/// Two policies, or one policy under two releases, side by side.
///
/// What there are two of is in lists of two, the first side first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CompareReport {
    /// The two sides
    pub sides: [SideReport; 2],
    /// Where the release came from, or both, such as `from --release`
    pub release_origin: String,
    /// The time zone and the present.
    #[serde(flatten)]
    pub moment: Moment,
    /// The job that was asked about; `null` without one
    pub job: Option<JobUse>,
    /// What the source could not tell, and what the answer does not look at
    pub caveats: Vec<String>,
    /// What happens to the backups of each age, youngest first; together they are all ages
    pub ages: Vec<AgeRangeReport>,
    /// Where only one side deletes, in words
    pub conclusions: Vec<String>,
    /// What both would delete now; `null` without a source
    pub now_deleted: Option<NowReport>,
    /// What both come to over the years; `null` without a schedule
    pub over_the_years: Option<YearsReport>,
}

/// One of the two that are compared.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SideReport {
    /// How it is called in the answer
    pub name: String,
    /// The text of its policy
    pub policy: String,
    /// Its release
    pub release: Release,
    /// The policy, pair by pair, in the order of the text
    pub pairs: Vec<PairReport>,
    /// The other options that decide
    pub options: Vec<OptionReport>,
    /// Why Duplicati would refuse to run or would fail
    pub blockers: Vec<Notice>,
    /// What you must not miss
    pub dangers: Vec<Notice>,
}

/// What happens to the backups of some ages.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AgeRangeReport {
    /// They are older than this
    pub older_than_seconds: TimeSpan,
    /// They are this old or younger; `null` if there is no end
    pub up_to_seconds: Option<TimeSpan>,
    /// What each side does with them
    pub outcomes: [OutcomeReport; 2],
}

/// What the options do with the backups of some ages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OutcomeReport {
    /// `all-kept`, `one-each-interval`, `newest-kept` or `deleted`
    pub outcome: &'static str,
    /// The interval, if one is kept for each; else `null`
    pub interval_seconds: Option<TimeSpan>,
    /// How many of the newest are kept; `null` if they are not counted
    pub newest: Option<i32>,
}

/// What both would delete now.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NowReport {
    /// How many versions exist
    pub versions: usize,
    /// How many each side deletes
    pub deleted: [usize; 2],
    /// What only the one side deletes, newest first
    pub only: [Vec<DeletedVersion>; 2],
}

/// A version that one side deletes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DeletedVersion {
    /// The version.
    #[serde(flatten)]
    pub version: VersionReport,
    /// Why, in words
    pub reason: String,
}

/// What both come to over the years.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct YearsReport {
    /// When backups were made
    pub schedule: ScheduleReport,
    /// How many backups were made
    pub backups: usize,
    /// Since when runs count
    pub counted_since: Utc,
    /// Whether both sides had all that they ever keep then
    pub is_steady: bool,
    /// What each side delivered
    pub delivered: [YearsSideReport; 2],
}

/// What one side delivered over the years.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct YearsSideReport {
    /// How many versions there are in all; `null` without a run
    pub versions: Option<Summary<usize>>,
    /// How old the oldest version is; `null` without a run
    pub oldest_seconds: Option<Summary<TimeSpan>>,
    /// What each time frame holds, the shortest first
    pub frames: Vec<FrameReport>,
    /// The time from a version to the next younger one, over all of them; `null` if there never
    /// were two
    pub gap_seconds: Option<Summary<TimeSpan>>,
    /// How long before some ages the version is that one can go back to
    pub recoverability: Vec<RecoverabilityReport>,
    /// The versions that exist at the end with this side only, newest first
    pub only_in_the_end: Vec<Utc>,
}

/// One of the two that are to be compared.
#[derive(Clone, Debug)]
pub struct ComparedSide {
    /// How it is called in the answer.
    pub name: String,
    /// The text of the policy.
    pub policy: String,
    /// The other options, as they were given.
    pub others: Vec<OptionReport>,
    /// All options, with the policy and the release.
    pub options: Options,
}

impl CompareReport {
    /// Compares what the options of both sides mean, what they delete of a history now, and, with a
    /// schedule, what they come to over the years.
    pub fn new(
        (moment, release_origin, job): (Moment, String, Option<JobUse>),
        sides: &[ComparedSide; 2],
        backups: Option<Vec<Backup>>,
        planned: Option<&Planned>,
        caveats: Vec<String>,
    ) -> CompareReport {
        let has_source = backups.is_some();
        let history = History::new(backups.unwrap_or_default(), moment.time_zone);
        let plans = sides
            .each_ref()
            .map(|side| retention::plan_of_run(&history, &side.options, moment.now));
        let labels =
            sides.each_ref().map(|side| PairLabels::new(&side.policy, &side.options.policy));
        let report = |index: usize| {
            let (side, plan, labels) = (&sides[index], &plans[index], &labels[index]);
            let dangers = dangers(&history, plan, moment.now).into_iter();
            SideReport {
                name: side.name.clone(),
                policy: side.policy.clone(),
                release: side.options.release,
                pairs: PairReport::of(&side.options.policy, labels),
                options: side.others.clone(),
                blockers: all_blockers(side, plan, labels, moment.local(moment.now)),
                dangers: dangers.map(Notice::from).collect(),
            }
        };
        let local_now = moment.local(moment.now);
        // What cannot decide deletes nothing.
        let decides = |index: usize| match plans[index].blockers().iter().any(is_undecided) {
            true => Options { release: sides[index].options.release, ..Options::default() },
            false => sides[index].options.clone(),
        };
        let ages = age_ranges(&decides(0), &decides(1), local_now);
        let ages: Vec<AgeRangeReport> = ages.iter().map(AgeRangeReport::from).collect();
        CompareReport {
            sides: [report(0), report(1)],
            release_origin,
            caveats,
            conclusions: conclusions(&ages, sides),
            ages,
            now_deleted: has_source.then(|| NowReport::new(&history, &plans, &labels, &moment)),
            over_the_years: planned.map(|planned| YearsReport::new(sides, planned, &moment)),
            moment,
            job,
        }
    }

    /// The line at the top of the answer.
    pub fn heading(&self) -> String {
        let [first, second] = self.sides.each_ref().map(|side| side.release);
        let origin = &self.release_origin;
        let releases = match first == second {
            true => format!("release {first} ({origin})"),
            false => format!("releases {first} and {second} ({origin})"),
        };
        self.moment.sentence(&releases, self.job.as_ref())
    }
}

/// Why Duplicati would not run with a side, or fail with this history.
fn all_blockers(
    side: &ComparedSide,
    plan: &Plan,
    labels: &PairLabels,
    local_now: LocalDateTime,
) -> Vec<Notice> {
    let mut all: Vec<Notice> = plan.blockers().iter().map(|found| notice(found, labels)).collect();
    for found in blockers(&side.policy, &side.options, local_now) {
        if all.iter().all(|other| other.id != found.id) {
            all.push(found);
        }
    }
    all
}

impl From<&AgeRange> for AgeRangeReport {
    fn from(range: &AgeRange) -> AgeRangeReport {
        let outcomes = range.outcomes.map(|outcome| {
            let (outcome, interval_seconds, newest) = match outcome {
                Outcome::AllStay => ("all-kept", None, None),
                Outcome::OneEach(interval) => ("one-each-interval", Some(interval), None),
                Outcome::Newest(number) => ("newest-kept", None, Some(number)),
                Outcome::Deleted => ("deleted", None, None),
            };
            OutcomeReport { outcome, interval_seconds, newest }
        });
        AgeRangeReport {
            older_than_seconds: range.older_than,
            up_to_seconds: range.up_to,
            outcomes,
        }
    }
}

impl AgeRangeReport {
    /// The ages in words.
    pub fn ages(&self) -> String {
        let older_than = in_words(self.older_than_seconds);
        match (self.older_than_seconds, self.up_to_seconds) {
            (TimeSpan::ZERO, None) => "any".into(),
            (TimeSpan::ZERO, Some(up_to)) => format!("up to {}", in_words(up_to)),
            (_, None) => format!("older than {older_than}"),
            (_, Some(up_to)) => format!("{older_than} to {}", in_words(up_to)),
        }
    }
}

impl OutcomeReport {
    /// The outcome in words.
    pub fn words(self) -> String {
        match (self.interval_seconds, self.newest) {
            (Some(interval), _) => format!("one is kept {}", every(interval)),
            (_, Some(1)) => "the newest of all is kept".into(),
            (_, Some(number)) => format!("those among the {number} newest are kept"),
            _ if self.outcome == "deleted" => "deleted".into(),
            _ => "every backup is kept".into(),
        }
    }
}

/// Where only one side deletes, or in what else they differ.
fn conclusions(ages: &[AgeRangeReport], sides: &[ComparedSide; 2]) -> Vec<String> {
    let mut sentences = Vec::new();
    for range in ages {
        let is_deleted = range.outcomes.map(|outcome| outcome.outcome == "deleted");
        let (deletes, keeps) = match is_deleted {
            [true, false] => (0, 1),
            [false, true] => (1, 0),
            _ => continue,
        };
        let older_than = in_words(range.older_than_seconds);
        let which = match range.up_to_seconds {
            None => format!("older than {older_than}"),
            Some(up_to) => format!("between {older_than} and {} old", in_words(up_to)),
        };
        sentences.push(format!(
            "Backups {which} are deleted with {}; with {} {}.",
            sides[deletes].name,
            sides[keeps].name,
            range.outcomes[keeps].words()
        ));
    }
    if sentences.is_empty() {
        let [first, second] = sides.each_ref().map(|side| &side.options);
        let counts = |outcome: &OutcomeReport| outcome.newest.is_some();
        let sentence = if mean_the_same(first, second) {
            "Both keep the same backups."
        } else if ages.iter().any(|range| range.outcomes.iter().any(counts)) {
            "keep-versions counts backups, not days: how far back it reaches depends on when \
             backups are made."
        } else if ages.iter().all(|range| range.outcomes[0] == range.outcomes[1]) {
            "At each age both keep versions equally far apart, but their time frames end \
             elsewhere. Each is thinned by itself, so they can delete different versions."
        } else {
            "Both reach equally far back, but keep more or fewer backups in between."
        };
        sentences.push(sentence.into());
    }
    sentences
}

impl NowReport {
    fn new(
        history: &History,
        plans: &[Plan; 2],
        labels: &[PairLabels; 2],
        moment: &Moment,
    ) -> NowReport {
        let local_now = moment.local(moment.now);
        let [first, second] = only_deleted_by(&plans[0], &plans[1]);
        let list = |only: Vec<VersionNumber>, plan: &Plan, labels: &PairLabels| {
            let version = |version| DeletedVersion {
                version: VersionReport::of(history, version, local_now),
                reason: reason(&plan.decision(version), labels),
            };
            only.into_iter().map(version).collect()
        };
        NowReport {
            versions: history.len(),
            deleted: plans.each_ref().map(Plan::deleted_count),
            only: [list(first, &plans[0], &labels[0]), list(second, &plans[1], &labels[1])],
        }
    }
}

impl YearsReport {
    fn new(sides: &[ComparedSide; 2], planned: &Planned, moment: &Moment) -> YearsReport {
        let starts = planned.starts(moment.time_zone);
        let options = sides.each_ref().map(|side| &side.options);
        let found = ComparedForecast::of_both(options, moment.time_zone, &starts);
        let delivered = |one: &ComparedForecast, other: &ComparedForecast| YearsSideReport {
            versions: one.delivered.versions(),
            oldest_seconds: one.delivered.oldest(),
            frames: FrameReport::of(&one.delivered),
            gap_seconds: one.delivered.gaps(),
            recoverability: RecoverabilityReport::of(&one.delivered.recoverability(), 0),
            only_in_the_end: one.only_here(other).iter().map(|backup| backup.time).collect(),
        };
        let [one, other] = &found;
        YearsReport {
            schedule: ScheduleReport::new(planned, moment.time_zone),
            backups: starts.len(),
            counted_since: one.counted_since,
            is_steady: found.iter().all(|side| side.delivered.steady_from().is_some()),
            delivered: [delivered(one, other), delivered(other, one)],
        }
    }

    /// The heading of what it tells.
    pub fn heading(&self, moment: &Moment) -> String {
        let steady = match self.is_steady {
            true => "",
            false => "too short to show what both come to, so nothing is claimed; ",
        };
        format!(
            "After {}; {steady}counted since {}:",
            self.schedule.backups(self.backups),
            moment.local(self.counted_since)
        )
    }
}
