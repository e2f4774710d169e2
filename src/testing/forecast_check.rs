//! A forecast, step by step, against the reference and the bound of its gaps.

use std::cmp::Reverse;

use arbitrary::Arbitrary;

use super::case_seed::CaseSeed;
use crate::clock::Utc;
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::forecast::{Off, Schedule, Start, gap_bound, longest_distance};
use crate::history::{Backup, History, VersionNumber};
use crate::invariants::{CheckResult, Violation};
use crate::retention::incremental::Simulation;
use crate::retention::reference;
use crate::retention::{Blocker, Options};

/// Times between two starts, in seconds.
const EVERY: [i64; 8] = [86_400, 3600, 900, 5 * 3600, 2 * 86_400, 7 * 86_400, 86_340, 60];
/// How many starts are forecast.
const STARTS: i64 = 40;

/// A forecast as choices, the plainest first; see [`CaseSeed`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Arbitrary)]
pub struct ForecastSeed {
    /// The policy, the zone and the present, and the backups that are there.
    pub case: CaseSeed,
    /// Whether the case's backups are there at first.
    pub with_history: bool,
    /// The time between two starts, by its place in a table.
    pub every: u8,
    /// The time of day of a start in steps of five minutes, if it is fixed.
    pub at: Option<u8>,
    /// How much later a start may be, in parts of 256 of the time between two.
    pub jitter: u8,
    /// How often a backup is missed, in 32nds; 15 at most.
    pub miss: u8,
    /// Whether the machine is off now and then.
    pub off: bool,
    /// How often a backup is stopped, in parts of 16; 7 at most.
    pub partial: u8,
    /// The seed of the schedule's own random numbers.
    pub schedule: u8,
}

impl ForecastSeed {
    /// The n-th seed of a series, always the same.
    pub fn random(series: u64, number: u64) -> ForecastSeed {
        let mut dice = fastrand::Rng::with_seed(number);
        let often = |dice: &mut fastrand::Rng| if dice.bool() { 0 } else { dice.u8(..) };
        ForecastSeed {
            case: CaseSeed::random(series, number),
            with_history: dice.bool(),
            every: dice.u8(..),
            at: dice.bool().then(|| dice.u8(..)),
            jitter: often(&mut dice),
            miss: often(&mut dice),
            off: dice.u8(..4) == 0,
            partial: often(&mut dice),
            schedule: dice.u8(..),
        }
    }

    /// The forecast; none if the options are not valid.
    pub fn forecast(&self) -> Option<ForecastCheck> {
        let case = self.case.case();
        let options = {
            let texts = case.options().iter().map(|(name, text)| (*name, text.as_str()));
            Options::parse(texts, case.release()).ok()?
        };
        let (zone, schedule) = (case.zone(), self.schedule());
        let until = case.now().add_units(STARTS, schedule.every.ticks()).unwrap_or(Utc::MAX);
        let mut starts = schedule.starts(zone, case.now(), until, u64::from(self.schedule));
        let is_given = self.with_history;
        let history = if is_given { case.history().clone() } else { History::new(vec![], zone) };
        // As Duplicati records them.
        starts.iter_mut().for_each(|start| start.time = zone.recorded(start.time));
        Some(ForecastCheck::new(options, history, starts))
    }

    fn schedule(&self) -> Schedule {
        let span = |seconds: i64| TimeSpan::from_ticks(seconds * TICKS_PER_SECOND);
        let step = EVERY[usize::from(self.every) % EVERY.len()];
        let off = Off { length: span(2 * step), each: span(9 * step) };
        Schedule {
            at: self.at.map(|at| span(i64::from(at) * 300)),
            jitter: span(step * i64::from(self.jitter) / 256),
            miss: f64::from(self.miss % 16) / 32.0,
            off: self.off.then_some(off),
            partial: f64::from(self.partial % 8) / 16.0,
            ..Schedule::every(span(step))
        }
    }
}

/// A forecast to be checked, and what it is made of.
#[derive(Clone, Debug)]
pub struct ForecastCheck {
    /// Applied after each backup, but for `version`.
    pub options: Options,
    /// What is there before the first of them.
    pub history: History,
    /// The backups that are made, from the first to the last.
    pub starts: Vec<Start>,
    /// What forecasts.
    pub simulation: Simulation,
    /// The longest distance between two backups by local time, if a bound of the gaps follows from
    /// it.
    pub longest: Option<TimeSpan>,
}

impl ForecastCheck {
    /// What this crate forecasts.
    pub fn new(options: Options, history: History, starts: Vec<Start>) -> ForecastCheck {
        let options = Options { versions: Default::default(), ..options };
        let simulation = Simulation::new(&options, &history);
        let longest = longest_distance(&history, &starts);
        ForecastCheck { options, history, starts, simulation, longest }
    }

    /// After each backup, the same versions are there as the reference keeps, and no gap is wider
    /// than any schedule could cause.
    ///
    /// # Errors
    /// The first difference, or the first gap that is too wide.
    pub fn check(mut self) -> CheckResult {
        let zone = self.history.zone();
        let mut there: Vec<Backup> = self.history.iter().collect();
        for &start in &self.starts {
            let made = Backup { partial: start.partial, ..Backup::full(start.time) };
            there.insert(0, made);
            let before = History::new(there, zone);
            let now = zone.to_local(start.time);
            let right = reference::plan(&before, &self.options, start.time);
            let fails = |found: &&Blocker| found.fails_while_deleting();
            let failure = match &right {
                Ok(answer) => answer.blockers.iter().find(fails).cloned(),
                Err(error) => Some(Blocker::CannotDecide { error: *error }),
            };
            let forecast = self.simulation.back_up(made);
            if forecast != failure.clone().map_or(Ok(()), Err) {
                return Err(Violation::new(format!(
                    "at {now} {forecast:?}, and {failure:?} is right"
                )));
            }
            // Of a run that fails every version is left.
            let answer = right.ok().filter(|_| failure.is_none());
            let is_kept = |version: &VersionNumber| match &answer {
                Some(answer) => !answer.decisions[version.get()].deleted,
                None => true,
            };
            let mut kept: Vec<VersionNumber> = before.versions().filter(is_kept).collect();
            there = kept.iter().map(|&version| before.backup(version)).collect();
            kept.sort_by_key(|&version| Reverse(before.local_time(version)));
            let right = kept.iter().map(|&version| before.backup(version));
            if !self.simulation.backups().rev().eq(right) {
                let forecast: Vec<String> =
                    self.simulation.backups().rev().map(|backup| backup.time.to_string()).collect();
                return Err(Violation::new(format!(
                    "at {now} there are {forecast:?}, and {there:?} is right"
                )));
            }
            let Some(answer) = answer else { continue };
            for neighbours in kept.windows(2) {
                let gap = before.local_time(neighbours[0]).since(before.local_time(neighbours[1]));
                let pair = answer.decisions[neighbours[1].get()].policy.pair();
                // keep-versions deletes partial backups between full ones, and a lock retains what
                // is then measured from.
                let only_policy = self.options.keep_versions <= 0
                    && self.history.iter().all(|backup| backup.locked_until.is_none());
                let bound = pair
                    .zip(self.longest.filter(|_| only_policy))
                    .map(|(pair, longest)| gap_bound(self.options.policy.pairs(), pair, longest));
                if let Some(bound) = bound.filter(|&bound| gap > bound) {
                    let wider = format!("at {now} there is a gap of {gap}, wider than {bound}");
                    return Err(Violation::new(wider));
                }
            }
        }
        Ok(())
    }
}
