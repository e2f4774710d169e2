//! What the next backup deletes, and for which moments of it each version survives.

use schemars::JsonSchema;
use serde::Serialize;

use super::context::Moment;
use super::diagnostic::Notice;
use super::plan::{AreaReport, UNDECIDED, areas, is_undecided};
use crate::advice::{PairLabels, about, count, in_words, number, ranges_in_brief, reason_with};
use crate::clock::Utc;
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::forecast::Schedule;
use crate::history::{History, VersionNumber};
use crate::policy::PairIndex;
use crate::retention::{self, Blocker, NextRun, Options};

/// How far ahead it is looked for a moment at which the answer changes.
const LOOK_AHEAD: TimeSpan = TimeSpan::from_ticks(366 * TICKS_PER_DAY);

/// What is known of the next backup.
#[derive(Clone, Debug)]
pub struct NextBackup {
    /// The schedule, and where it came from, such as `from --every`. Without it, it is guessed from
    /// the history.
    pub schedule: Option<(Schedule, String)>,
    /// How long a backup takes at most.
    pub duration: TimeSpan,
    /// The times between which the backup may start, if it is asked about each moment between them.
    pub between: Option<(Utc, Utc)>,
}

impl NextBackup {
    /// What a backup is allowed to take if nobody says how long it takes.
    pub const USUAL_DURATION: TimeSpan = TimeSpan::from_ticks(3600 * TICKS_PER_SECOND);
}

/// Nothing: the schedule is guessed.
impl Default for NextBackup {
    fn default() -> Self {
        NextBackup { schedule: None, duration: NextBackup::USUAL_DURATION, between: None }
    }
}

/// What the next backup deletes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NextBackupReport {
    /// When it is expected to start
    pub start: Utc,
    /// How that is known, in words, such as `from --every`
    pub start_origin: String,
    /// Whether the start was guessed, because no schedule was given
    pub guessed: bool,
    /// How long it may take: what depends on that is marked
    pub duration_seconds: TimeSpan,
    /// The last second at which it may start and still delete the same; `null` if that is more than
    /// a year away
    pub same_until: Option<Utc>,
    /// How many of today's versions are kept
    pub kept: usize,
    /// How many of today's versions are deleted
    pub deleted: usize,
    /// Which of today's versions are deleted, newest first
    pub deletes: Vec<VersionNumber>,
    /// The versions for which it depends on how long the backup takes, newest first
    pub depend_on_duration: Vec<VersionNumber>,
    /// Today's versions by where they lie then: each time frame, the shortest first, then the rest
    pub areas: Vec<AreaReport>,
    /// What is deleted at which moment between those that were asked for; `null` if none were
    pub between: Option<Vec<PeriodReport>>,
}

/// A time in which the moment of the next backup makes no difference.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PeriodReport {
    /// The first second
    pub from: Utc,
    /// The last second
    pub until: Utc,
    /// Which of today's versions are deleted, newest first
    pub deletes: Vec<VersionNumber>,
}

/// What the next backup does with a version.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NextDecision {
    /// Whether it is deleted
    pub deleted: bool,
    /// Why, in words; versions have their numbers of today
    pub reason: String,
    /// The pair in whose time frame it lies then, counted from 0 in the order of the text; `null`
    /// if it lies in none
    pub pair: Option<PairIndex>,
    /// Whether it depends on how long the backup takes
    pub depends_on_duration: bool,
}

impl NextBackupReport {
    /// What the next backup of this history deletes, with its plan; nothing without a version.
    pub(super) fn new(
        next: &NextBackup,
        history: &History,
        options: &Options,
        now: Utc,
    ) -> Option<(NextBackupReport, NextRun)> {
        let (start, start_origin) = expected(next, history, now)?;
        let run = NextRun::new(history, options, start);
        let until = start.saturating_add(LOOK_AHEAD);
        let between =
            next.between.map(|(from, until)| retention::periods(history, options, from, until));
        let period = |period: retention::Period| {
            let retention::Period { from, until, deletes } = period;
            PeriodReport { from, until, deletes }
        };
        let deletes: Vec<VersionNumber> = run.deletes().collect();
        let report = NextBackupReport {
            start,
            start_origin,
            guessed: next.schedule.is_none(),
            duration_seconds: next.duration,
            same_until: run.same_until(history, until),
            kept: history.len() - deletes.len(),
            deleted: deletes.len(),
            deletes,
            depend_on_duration: run.depends_on_duration(next.duration),
            areas: areas_of_today(&run, options),
            between: between.map(|periods| periods.into_iter().map(period).collect()),
        };
        Some((report, run))
    }

    /// What it does with a version of today.
    pub(super) fn decision(
        &self,
        run: &NextRun,
        version: VersionNumber,
        labels: &PairLabels,
    ) -> NextDecision {
        let decision = run.decision(version);
        let name = |then| match run.today(then) {
            Some(today) => format!("version {today}"),
            None => "the new version".into(),
        };
        NextDecision {
            deleted: decision.deleted,
            reason: match run.plan().blockers().iter().any(is_undecided) {
                true => UNDECIDED.into(),
                false => reason_with(&decision, labels, name),
            },
            pair: decision.policy.pair(),
            depends_on_duration: self.depend_on_duration.binary_search(&version).is_ok(),
        }
    }

    /// What it deletes, when it is expected, and for how long the answer is the same.
    pub fn sentences(&self, versions: usize, moment: &Moment) -> Vec<String> {
        let deleted = match (self.deleted, self.kept) {
            (0, _) => "deletes no version".to_owned(),
            (_, 0) if versions == 1 => "deletes the only version".to_owned(),
            (_, 0) => format!("deletes all {} of today", count(versions, "version")),
            (deleted, _) => {
                let which = ranges_in_brief(self.deletes.iter().copied());
                format!("deletes {} of {}: {which}", number(deleted), count(versions, "version"))
            }
        };
        let mut expected = format!(
            "It is expected at {} ({}).",
            moment.local_second(self.start),
            self.start_origin
        );
        expected += &match self.same_until {
            Some(until) if until > self.start => {
                format!(" It deletes the same if it starts until {}.", moment.local_second(until))
            }
            Some(_) => " It deletes something else if it starts a second later.".into(),
            None => String::new(),
        };
        let mut sentences = vec![format!("The next backup {deleted}."), expected];
        if !self.depend_on_duration.is_empty() {
            let which = ranges_in_brief(self.depend_on_duration.iter().copied());
            let these = match self.depend_on_duration.len() {
                1 => format!("Whether version {which} is deleted depends"),
                _ => format!("Which of the versions {which} are deleted depends"),
            };
            sentences.push(format!(
                "{these} on how long the backup takes, if it takes up to {}: Duplicati decides at \
                 its end.",
                in_words(self.duration_seconds)
            ));
        }
        sentences
    }

    /// Why Duplicati would not carry it out; versions have their numbers of today.
    pub(super) fn blockers(run: &NextRun) -> impl Iterator<Item = Blocker> + '_ {
        let today = |version| run.today(version).unwrap_or(version);
        run.plan().blockers().iter().cloned().map(move |blocker| match blocker {
            Blocker::CountedTwice { version } => Blocker::CountedTwice { version: today(version) },
            Blocker::SameTime { version } => Blocker::SameTime { version: today(version) },
            other => other,
        })
    }

    /// What must not be missed.
    pub(super) fn danger(&self) -> Option<Notice> {
        (self.kept == 0).then(|| Notice {
            id: "nothing-of-today-left",
            message:
                "The next backup deletes every version that exists now. Only the new one would \
                      be left."
                    .into(),
        })
    }

    /// For each version, newest first, the times between those that were asked for in which the
    /// next backup keeps it: first and last second.
    pub fn survivals(&self, versions: usize) -> Vec<Vec<(Utc, Utc)>> {
        let mut survivals: Vec<Vec<(Utc, Utc)>> = vec![Vec::new(); versions];
        let second = TimeSpan::from_ticks(TICKS_PER_SECOND);
        for period in self.between.iter().flatten() {
            for (number, times) in survivals.iter_mut().enumerate() {
                if period.deletes.binary_search(&VersionNumber::new(number)).is_ok() {
                    continue;
                }
                match times.last_mut() {
                    Some((_, until)) if until.saturating_add(second) == period.from => {
                        *until = period.until
                    }
                    _ => times.push((period.from, period.until)),
                }
            }
        }
        survivals
    }
}

/// When the next backup is expected, and how that is known.
fn expected(next: &NextBackup, history: &History, now: Utc) -> Option<(Utc, String)> {
    let newest = history.iter().next()?.time;
    let second = TimeSpan::from_ticks(TICKS_PER_SECOND);
    let first = |schedule: Schedule, after: Utc| {
        let from = after.saturating_add(second);
        let until = from.saturating_add(LOOK_AHEAD).saturating_add(schedule.every);
        schedule.starts(history.zone(), from, until, 1).first().map(|start| start.time)
    };
    if let Some((schedule, origin)) = &next.schedule {
        let start = first(schedule.counted_from(newest), now)?;
        return Some((start, origin.clone()));
    }
    let Some(schedule) = Schedule::guessed(history) else {
        let origin =
            "the history does not show a schedule, so now is assumed; give it with --every";
        return Some((now, origin.into()));
    };
    let every = match schedule.every.ticks() % TICKS_PER_DAY {
        0 => in_words(schedule.every),
        _ => about(schedule.every),
    };
    let rhythm = format!("guessed: backups were about {every} apart");
    Some(match first(schedule, newest) {
        Some(start) if start > now => (start, rhythm),
        _ => (now, format!("{rhythm}, so it is due; now is assumed")),
    })
}

/// The areas, without the new version.
fn areas_of_today(run: &NextRun, options: &Options) -> Vec<AreaReport> {
    let made = run.plan().decision(run.made());
    let mut tallies = run.plan().tallies();
    let its = tallies.iter_mut().find(|tally| made.policy.area() == Some(tally.area));
    if let Some(tally) = its {
        tally.versions -= 1;
        tally.deleted -= usize::from(made.deleted);
    }
    tallies.retain(|tally| tally.versions > 0);
    areas(tallies, options)
}
