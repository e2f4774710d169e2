//! A forecast, step by step, against the reference and the bound of its gaps.

use std::cmp::Reverse;

use super::case_seed::CaseSeed;
use crate::clock::Utc;
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::forecast::{Off, Schedule, Start, gap_bound, longest_distance};
use crate::history::{Backup, History, VersionNumber};
use crate::invariants::{CheckResult, Violation};
use crate::policy::Policy;
use crate::retention::incremental::Simulation;
use crate::retention::reference;

/// Times between two starts, in seconds.
const EVERY: [i64; 8] = [86_400, 3600, 900, 5 * 3600, 2 * 86_400, 7 * 86_400, 86_340, 60];
/// So many steps of the schedule.
const STEPS: i64 = 40;

/// A forecast that is judged: what is forecast_check, and of what.
#[derive(Clone, Debug)]
pub struct ForecastCheck {
    /// Applied after each backup.
    pub policy: Policy,
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
    ///
    /// ```
    /// use duplicati_retention::clock::Utc;
    /// use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
    /// use duplicati_retention::{Release, policy::Policy, testing::ForecastCheck, forecast::Schedule, history::History, clock::Zone};
    /// let from = Utc::from_unix_seconds(0)?;
    /// let daily = Schedule::every(TimeSpan::from_ticks(TICKS_PER_DAY));
    /// let starts = daily.starts(Zone::UTC, from, from.add_units(30, TICKS_PER_DAY)?, 1);
    /// let policy = Policy::parse("7D:2D", Release::V2_3_0)?;
    /// let forecast_check = ForecastCheck::new(policy, History::new(vec![], Zone::UTC), starts);
    /// assert_eq!(forecast_check.longest, Some(TimeSpan::from_ticks(TICKS_PER_DAY)));
    /// assert!(forecast_check.judge().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(policy: Policy, history: History, starts: Vec<Start>) -> ForecastCheck {
        let simulation = Simulation::new(&policy, &history);
        let longest = longest_distance(&history, &starts);
        ForecastCheck { policy, history, starts, simulation, longest }
    }

    /// The policy, zone and present of a case seed, a schedule from its options, and perhaps its
    /// backups as the history. None if its policy is none.
    ///
    /// ```
    /// use duplicati_retention::testing::{ForecastCheck, CaseSeed};
    /// let case_seed = CaseSeed::new([0; 4], &[[0, 3, 0]], &[], &[], [0; 4]); // 7D:2D
    /// let forecast_check = ForecastCheck::from_case_seed(&case_seed).ok_or("no policy")?;
    /// assert!(forecast_check.judge().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_case_seed(case_seed: &CaseSeed) -> Option<ForecastCheck> {
        let case = case_seed.case();
        let policy = Policy::parse(case.policy_text(), case.release()).ok()?;
        let zone = case.history().zone();
        let schedule = schedule(case_seed.options);
        let until = case.now().add_units(STEPS, schedule.every.ticks()).unwrap_or(Utc::MAX);
        let starts = schedule.starts(zone, case.now(), until, u64::from(case_seed.head[3]));
        let given = case_seed.options[3] % 2 == 1;
        let history = if given { case.history().clone() } else { History::new(vec![], zone) };
        Some(ForecastCheck::new(policy, history, starts))
    }

    /// After each backup, the same versions are there as the reference keeps, and no gap is wider
    /// than any schedule could cause.
    ///
    /// # Errors
    /// The first difference, or the first gap that is too wide.
    ///
    /// ```
    /// # use duplicati_retention::testing::{ForecastCheck, CaseSeed};
    /// # use duplicati_retention::dotnet::TimeSpan;
    /// let forecast_check = ForecastCheck::from_case_seed(&CaseSeed::new([0; 4], &[[0, 3, 0]], &[], &[], [0; 4])).ok_or("no policy")?;
    /// // Daily backups leave gaps of a day at least.
    /// let wrong = ForecastCheck { longest: Some(TimeSpan::ZERO), ..forecast_check };
    /// assert!(wrong.judge().unwrap_err().to_string().contains("wider than"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn judge(mut self) -> CheckResult {
        let zone = self.history.zone();
        let mut there: Vec<Backup> = self.history.iter().collect();
        for &start in &self.starts {
            let made = Backup { partial: start.partial, ..Backup::full(start.time) };
            there.insert(0, made);
            let before = History::new(there, zone);
            let now = zone.to_local(start.time);
            let right = reference::apply(&self.policy, &before, now, false);
            let answer = match (right, self.simulation.back_up(made)) {
                (Ok(answer), Ok(())) => answer,
                (Err(error), Err(other)) if error == other => return Ok(()),
                (right, told) => {
                    return Err(Violation::new(format!(
                        "at {now} {told:?}, and {right:?} is right"
                    )));
                }
            };
            let mut kept: Vec<VersionNumber> =
                before.versions().filter(|version| !answer.deletes.contains(version)).collect();
            there = kept.iter().map(|&version| before.backup(version)).collect();
            kept.sort_by_key(|&version| Reverse(before.local_time(version)));
            let right = kept.iter().map(|&version| before.backup(version));
            if !self.simulation.backups().rev().eq(right) {
                let told: Vec<String> =
                    self.simulation.backups().rev().map(|backup| backup.time.to_string()).collect();
                return Err(Violation::new(format!(
                    "at {now} there are {told:?}, and {there:?} is right"
                )));
            }
            for neighbours in kept.windows(2) {
                let gap = before.local_time(neighbours[0]).since(before.local_time(neighbours[1]));
                let pair = answer.verdicts[neighbours[1].get()].pair();
                let bound = pair
                    .zip(self.longest)
                    .map(|(pair, longest)| gap_bound(self.policy.pairs(), pair, longest));
                if let Some(bound) = bound.filter(|&bound| gap > bound) {
                    let wider = format!("at {now} there is a gap of {gap}, wider than {bound}");
                    return Err(Violation::new(wider));
                }
            }
        }
        Ok(())
    }
}

/// A schedule from four small numbers; zeros are each day at the same second.
fn schedule([every, jitter, miss, more]: [u8; 4]) -> Schedule {
    let span = |seconds: i64| TimeSpan::from_ticks(seconds * TICKS_PER_SECOND);
    let step = EVERY[usize::from(every) % EVERY.len()];
    let off = Off { length: span(2 * step), each: span(9 * step) };
    Schedule {
        at: (every >= 128).then(|| span(i64::from(every) * 300)),
        jitter: span(step * i64::from(jitter) / 256),
        miss: f64::from(miss % 16) / 32.0,
        off: (miss >= 128).then_some(off),
        partial: f64::from(more / 2 % 8) / 16.0,
        ..Schedule::every(span(step))
    }
}
