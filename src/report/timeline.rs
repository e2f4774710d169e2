//! Which versions exist on which day of a forecast, and what deletes each?

use schemars::JsonSchema;
use serde::Serialize;

use super::context::Context;
use super::diagnostic::{Diagnostic, blockers};
use super::pairs::PairReport;
use super::schedule::{Planned, ScheduleReport};
use crate::advice::PairLabels;
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::dotnet::TimeSpan;
use crate::forecast::simulate;
use crate::history::{Backup, History};
use crate::retention::Options;

/// Every backup of a forecast, and when and why it is deleted.
///
/// ```
/// use duplicati_retention::clock::{Utc, Zone};
/// use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
/// use duplicati_retention::forecast::Schedule;
/// use duplicati_retention::report::{Context, Moment, Planned, TimelineReport};
/// use duplicati_retention::retention::Options;
/// # let moment = Moment {
/// #     time_zone: Zone::UTC,
/// #     time_zone_origin: "chosen".into(),
/// #     now: Utc::from_unix_seconds(1_795_424_400)?,
/// #     now_origin: "chosen".into(),
/// # };
/// # let context = Context { release: Default::default(), release_origin: "chosen".into(), moment, job: None };
/// let days = |days| TimeSpan::from_ticks(days * TICKS_PER_DAY);
/// let planned = Planned::before(context.moment.now, Schedule::every(days(1)), days(30), 1)?;
/// let options = Options::parse([("retention-policy", "7D:2D")], context.release)?;
/// let report = TimelineReport::new(context, "7D:2D", &options, &planned, vec![])?;
/// assert_eq!(report.rules, ["thinned by 7D:2D", "older than 7D"]);
/// let second = &report.versions[1];
/// // It is deleted by the third backup, when it is no longer the newest.
/// assert_eq!((second.deleted_by_run, second.rule), (Some(2), Some(0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TimelineReport {
    /// The text of the policy
    pub policy: String,
    /// The policy, pair by pair, in the order of the text
    pub pairs: Vec<PairReport>,
    /// What the answer depends on.
    #[serde(flatten)]
    pub context: Context,
    /// When backups were made
    pub schedule: ScheduleReport,
    /// The rules that delete, in words: one for each pair and one for what is in no time frame, or
    /// one for keep-time or keep-versions
    pub rules: Vec<String>,
    /// When retention ran, in Unix seconds: once after each backup
    pub runs: Vec<i64>,
    /// Every version: those that existed in the beginning, then one for each run
    pub versions: Vec<TimelineVersion>,
}

/// A version, and what becomes of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TimelineVersion {
    /// When the backup started, in Unix seconds
    pub time: i64,
    /// Whether the backup was stopped before it was complete
    pub partial: bool,
    /// The run that made it, counted from 0; `null` if it existed in the beginning
    pub made_by_run: Option<usize>,
    /// The run that deletes it, counted from 0; `null` if it exists at the end
    pub deleted_by_run: Option<usize>,
    /// The rule that deletes it, counted from 0; `null` if it exists at the end
    pub rule: Option<usize>,
}

impl TimelineReport {
    /// Simulates the schedule, beginning with these versions. `policy` is the text of the policy
    /// that the options have.
    ///
    /// # Errors
    /// Options with which Duplicati would not run.
    pub fn new(
        context: Context,
        policy: &str,
        options: &Options,
        planned: &Planned,
        start: Vec<Backup>,
    ) -> Result<TimelineReport, Diagnostic> {
        let zone = context.moment.time_zone;
        let blockers = blockers(policy, options, context.moment.local(context.moment.now));
        if let Some(blocker) = blockers.into_iter().next() {
            return Err(Diagnostic::new(blocker.message));
        }
        let starts = planned.starts(zone);
        let existing = start.iter().map(|backup| (*backup, None));
        let made = starts.iter().enumerate().map(|(run, start)| {
            (Backup { partial: start.partial, ..Backup::full(start.time) }, Some(run))
        });
        let mut versions: Vec<TimelineVersion> = existing
            .chain(made)
            .map(|(backup, made_by_run)| TimelineVersion {
                time: backup.time.unix_seconds(),
                partial: backup.partial,
                made_by_run,
                deleted_by_run: None,
                rule: None,
            })
            .collect();
        // What exists, in the order of the simulation: by local time, then by true time.
        let before = start.len();
        let mut existing: Vec<Existing> = start
            .iter()
            .enumerate()
            .map(|(place, backup)| Existing::new(zone, backup.time, place))
            .collect();
        existing.sort_unstable();
        let history = History::new(start, zone);
        let rules = Rules::new(policy, options);
        let mut run = 0;
        simulate(options, &history, &starts, |simulation, now| {
            let made = Existing::new(zone, zone.recorded(now), before + run);
            existing.insert(existing.partition_point(|other| *other < made), made);
            let mut kept = simulation.backups().peekable();
            existing.retain(|version| {
                let is_kept = kept.next_if(|backup| backup.time == version.time).is_some();
                if !is_kept {
                    let deleted = &mut versions[version.place];
                    deleted.deleted_by_run = Some(run);
                    deleted.rule = Some(rules.of(version.local_time, made.local_time));
                }
                is_kept
            });
            run += 1;
        });
        Ok(TimelineReport {
            policy: policy.to_owned(),
            pairs: PairReport::of(&options.policy, &PairLabels::new(policy, &options.policy)),
            context,
            schedule: ScheduleReport::new(planned, zone),
            rules: rules.words,
            runs: starts.iter().map(|start| start.time.unix_seconds()).collect(),
            versions,
        })
    }
}

/// A version that exists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Existing {
    local_time: LocalDateTime,
    time: Utc,
    /// Its place in the report.
    place: usize,
}

impl Existing {
    fn new(zone: Zone, time: Utc, place: usize) -> Existing {
        Existing { local_time: zone.to_local(time), time, place }
    }
}

/// The rules that delete. Duplicati runs with one option that deletes and no more.
struct Rules {
    /// The time frames with their pairs, the shortest first.
    frames: Vec<(TimeSpan, usize)>,
    words: Vec<String>,
}

impl Rules {
    fn new(text: &str, options: &Options) -> Rules {
        let policy = &options.policy;
        let labels = PairLabels::new(text, policy);
        let mut frames: Vec<_> =
            policy.iter().map(|(pair, read)| (read.frame(), pair.get())).collect();
        frames.sort_by_key(|&(frame, _)| frame);
        let words = policy.iter().map(|(pair, _)| {
            format!("thinned by {}:{}", labels.frame(pair), labels.interval(pair))
        });
        let rest = match options {
            Options { keep_time: Some(_), .. } => "older than keep-time allows".to_owned(),
            Options { keep_versions: 1.., .. } => {
                "keep-versions: enough newer full backups are kept, or it is partial between two \
                 of them"
                    .to_owned()
            }
            _ => format!("older than {}", labels.longest_frame()),
        };
        Rules { frames, words: words.chain([rest]).collect() }
    }

    /// The rule that deletes a version in a run.
    fn of(&self, local_time: LocalDateTime, now: LocalDateTime) -> usize {
        let age = now.since(local_time);
        let frame = self.frames.iter().find(|&&(frame, _)| age <= frame);
        frame.map_or(self.words.len() - 1, |&(_, pair)| pair)
    }
}
