//! What did Duplicati delete, and by which rule: its log, explained.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use super::context::Moment;
use super::diagnostic::Diagnostic;
use super::plan::PlanReport;
use super::{Context, VersionDecision};
use crate::clock::{LocalDateTime, Utc};
use crate::dotnet::{TICKS_PER_DAY, TimeSpan};
use crate::history::{Backup, History};
use crate::retention::Options;
use crate::sources::log::{self, LoggedRun};
use crate::sources::{DateOrder, LocalTimeError, WrittenTime};

/// What the runs in a log of Duplicati's deleted, and why.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LogReport {
    /// What the answer depends on.
    #[serde(flatten)]
    pub context: Context,
    /// What the log does not tell
    pub caveats: Vec<String>,
    /// Each run that applied a retention policy, in the order of the log
    pub runs: Vec<LogRunReport>,
}

/// A run that applied a retention policy.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LogRunReport {
    /// The line of the log with its versions, from 1
    pub line: usize,
    /// When it ran
    pub time: Utc,
    /// What the local clock showed then
    pub local_time: LocalDateTime,
    /// The policy that it applied
    pub policy: String,
    /// How many versions it looked at; the newest is not among them
    pub versions: usize,
    /// What it deleted, newest first
    pub deleted: Vec<LogDeletion>,
    /// The versions that this policy deletes by the rules known here, and the run did not: their
    /// local times
    pub not_deleted: Vec<LocalDateTime>,
    /// Why the run failed, or cannot be explained; `null` if it can
    pub failure: Option<String>,
}

/// A version that a run deleted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LogDeletion {
    /// What the local clock showed when the backup started
    pub local_time: LocalDateTime,
    /// The pair of the policy that applied to it; `null` if it was in no time frame
    pub pair: Option<String>,
    /// Why it was deleted, in words; `null` if the policy does not delete it by the rules known
    /// here
    pub reason: Option<String>,
}

impl LogReport {
    /// The runs of a log, in the zone and with the release of the context. Where a run does not
    /// tell its time, it is the present of the context.
    ///
    /// # Errors
    /// A time of the log that does not tell its moment, or a log without a run.
    pub fn new(
        context: Context,
        runs: &[LoggedRun],
        date_order: Option<DateOrder>,
    ) -> Result<LogReport, Diagnostic> {
        if runs.is_empty() {
            return Err(Diagnostic::new(
                "there is no line \"Backups to consider: …\" in this log; Duplicati writes it \
                 where a retention policy is set and the log has the level Information or below",
            ));
        }
        let mut caveats = Vec::new();
        let zone = context.moment.time_zone;
        let is_elsewhere = |run: &LoggedRun| {
            let time = run.time.as_ref()?;
            let utc = time.moment(DateOrder::YearMonthDay, Some(zone)).ok()?;
            let offset = time.offset()?;
            (zone.offset(utc) != offset).then(|| time.to_string())
        };
        if let Some(time) = runs.iter().find_map(is_elsewhere) {
            caveats.push(format!(
                "the log was written in another zone than {}: {time}; give the zone of that \
                 machine with --time-zone",
                zone.name()
            ));
        }
        let order = match date_order {
            Some(order) => order,
            None => log::date_order(runs, Some(zone))
                .map_err(|(line, error)| Diagnostic::new(format!("line {line}: {error}")))?,
        };
        let runs = runs.iter().map(|run| LogRunReport::of(run, &context, order));
        let runs = runs.collect::<Result<_, _>>()?;
        Ok(LogReport { context, caveats, runs })
    }
}

impl LogRunReport {
    fn of(
        run: &LoggedRun,
        context: &Context,
        order: DateOrder,
    ) -> Result<LogRunReport, Diagnostic> {
        let in_line =
            |problem: &dyn fmt::Display| Diagnostic::new(format!("line {}: {problem}", run.line));
        let zone = context.moment.time_zone;
        // Both moments of a repeated hour have the local time that decides.
        let moment = |time: &WrittenTime| match run.moment(time, order, Some(zone)) {
            Err(LocalTimeError::Twice { moments, .. }) => Ok(moments[0]),
            moment => moment.map_err(|error| in_line(&error)),
        };
        // The names of files tell when a backup started, not what Duplicati recorded.
        let recorded = |time: &WrittenTime| Ok(zone.recorded(moment(time)?));
        let moments = |times: &[WrittenTime]| {
            times.iter().map(recorded).collect::<Result<Vec<_>, Diagnostic>>()
        };
        let now = run.time.as_ref().map_or(Ok(context.moment.now), moment)?;
        let (considered, partial, deleted) =
            (moments(&run.considered)?, moments(&run.partial)?, moments(&run.deleted)?);
        let backup =
            |&time: &Utc| Backup { partial: partial.contains(&time), ..Backup::full(time) };
        let mut backups: Vec<Backup> = considered.iter().map(backup).collect();
        // The newest is not among them. Its time decides nothing but that it is the newest by the
        // clock, which it is a day later even where the clock goes back.
        let newest = now.saturating_add(TimeSpan::from_ticks(TICKS_PER_DAY));
        backups.push(Backup::full(newest));
        let history = History::new(backups, zone);
        // The log tells the second, but not its fraction, which may decide. How large it is does
        // not, since versions have times of whole seconds.
        let within = now.saturating_add(TimeSpan::from_ticks(1));
        let mut decisions = decisions(run, context, now, &history);
        let deletes = |decisions: &Decisions| {
            let deleted = decisions.iter().filter(|(_, decision)| decision.deleted);
            deleted.map(|(_, decision)| decision.version.time).collect::<BTreeSet<Utc>>()
        };
        let expected: BTreeSet<Utc> = deleted.iter().copied().collect();
        if decisions.as_ref().is_ok_and(|decisions| deletes(decisions) != expected) {
            let other = self::decisions(run, context, within, &history);
            if other.as_ref().is_ok_and(|other| deletes(other) == expected) {
                decisions = other;
            }
        }
        let (decisions, failure) = match decisions {
            Ok(decisions) => (decisions, None),
            Err(failure) => (Vec::new(), Some(failure.message)),
        };
        let deletion = |&time: &Utc| {
            let decision = decisions.iter().find(|(_, decision)| decision.version.time == time);
            LogDeletion {
                local_time: zone.to_local(time),
                pair: decision.and_then(|(pair, _)| pair.clone()),
                reason: decision
                    .filter(|(_, decision)| decision.deleted)
                    .map(|(_, decision)| decision.reason.clone()),
            }
        };
        let not_deleted = deletes(&decisions).into_iter().filter(|time| !expected.contains(time));
        Ok(LogRunReport {
            line: run.line,
            time: now,
            local_time: zone.to_local(now),
            policy: run.policy.clone(),
            versions: run.considered.len(),
            deleted: deleted.iter().map(deletion).collect(),
            not_deleted: not_deleted.map(|time| zone.to_local(time)).collect(),
            failure,
        })
    }
}

/// What is decided about each version, with the pair that applies to it.
type Decisions = Vec<(Option<String>, VersionDecision)>;

/// What the policy of a run decides about each version, with the pair that applies to it.
fn decisions(
    run: &LoggedRun,
    context: &Context,
    now: Utc,
    history: &History,
) -> Result<Decisions, Diagnostic> {
    let moment = Moment { now, ..context.moment.clone() };
    let context = Context { moment, ..context.clone() };
    let texts = [("retention-policy", run.policy.as_str())];
    let options = Options::parse(texts, context.release)
        .map_err(|error| Diagnostic::new(format!("line {}: {error}", run.line)))?;
    let plan = PlanReport::new(context, &run.policy, &options, history.clone(), Vec::new());
    let pair =
        |decision: &VersionDecision| decision.policy.pair.map(|pair| plan.pairs[pair.get()].text());
    Ok(plan.versions().map(|decision| (pair(&decision), decision)).collect())
}
