//! A forecast, step by step, against the reference and the bound of its gaps.

use std::cmp::Reverse;

use super::recipe::Recipe;
use crate::dotnet::{DateTime, TICKS_PER_SECOND, TimeSpan};
use crate::forecast::{Off, Schedule, Simulation, Start, gap_bound, longest_distance};
use crate::history::{Backup, History};
use crate::invariants::{Judgement, Violation};
use crate::policy::Policy;
use crate::retention::reference;

/// Times between two starts, in seconds.
const EVERY: [i64; 8] = [86_400, 3600, 900, 5 * 3600, 2 * 86_400, 7 * 86_400, 86_340, 60];
/// So many steps of the schedule.
const STEPS: i64 = 40;

/// After each backup, the same versions are there as the reference keeps, and no gap is wider than any schedule could cause.
///
/// # Errors
/// The first difference, or the first gap that is too wide.
///
/// ```
/// use duplicati_retention::dotnet::{DateTime, TICKS_PER_DAY, TimeSpan};
/// use duplicati_retention::{Release, conformance::foretold, forecast::Schedule, history::{History, Zone}, policy::Policy};
/// let from = DateTime::from_unix_seconds(0)?;
/// let daily = Schedule::every(TimeSpan::from_ticks(TICKS_PER_DAY));
/// let starts = daily.starts(Zone::UTC, from, from.add_units(30, TICKS_PER_DAY)?, 1);
/// let policy = Policy::parse("7D:2D", Release::V2_3_0)?;
/// assert!(foretold::judge(&policy, &History::new(vec![], Zone::UTC), &starts).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn judge(policy: &Policy, history: &History, starts: &[Start]) -> Judgement {
    let longest = longest_distance(history, starts);
    let zone = history.zone();
    let mut simulation = Simulation::new(policy, history);
    let mut there: Vec<Backup> = history.backups().iter().collect();
    for &start in starts {
        there.insert(0, Backup { partial: start.partial, ..Backup::full(start.time) });
        let before = History::new(there, zone);
        let now = zone.to_wall(start.time);
        let answer = match (reference::apply(policy, &before, now, false), simulation.back_up(start)) {
            (Ok(answer), Ok(())) => answer,
            (Err(error), Err(other)) if error == other => return Ok(()),
            (right, told) => {
                return Err(Violation::new(format!("at {now} {told:?}, and {right:?} is right")));
            }
        };
        let mut kept: Vec<usize> =
            (0..before.len()).filter(|version| !answer.deletes.contains(version)).collect();
        there = kept.iter().map(|&version| before.backup(version)).collect();
        kept.sort_by_key(|&version| Reverse(before.wall(version)));
        let right = kept.iter().map(|&version| before.backup(version));
        if !simulation.backups().rev().eq(right) {
            let told: Vec<String> =
                simulation.backups().rev().map(|backup| backup.time.to_string()).collect();
            return Err(Violation::new(format!("at {now} there are {told:?}, and {there:?} is right")));
        }
        for neighbours in kept.windows(2) {
            let gap = before.wall(neighbours[0]).since(before.wall(neighbours[1]));
            let pair = answer.verdicts[neighbours[1]].pair();
            let bound = pair.zip(longest).map(|(pair, longest)| gap_bound(policy.pairs(), pair, longest));
            if let Some(bound) = bound.filter(|&bound| gap > bound) {
                return Err(Violation::new(format!("at {now} there is a gap of {gap}, wider than {bound}")));
            }
        }
    }
    Ok(())
}

/// The same for a recipe: its policy, zone and present, a schedule from its options, and perhaps its backups as the history.
///
/// # Errors
/// As [`judge`].
///
/// ```
/// use duplicati_retention::conformance::{Recipe, foretold};
/// assert!(foretold::judge_recipe(&Recipe::random(1, 3)).is_ok());
/// ```
pub fn judge_recipe(recipe: &Recipe) -> Judgement {
    let case = recipe.case();
    let Ok(policy) = Policy::parse(case.policy_text(), case.release()) else { return Ok(()) };
    let zone = case.history().zone();
    let schedule = schedule(recipe.options);
    let until = case.now().add_units(STEPS, schedule.every.ticks()).unwrap_or(DateTime::MAX);
    let starts = schedule.starts(zone, case.now(), until, u64::from(recipe.head[3]));
    let given = recipe.options[3] & 1 == 1;
    let history = if given { case.history().clone() } else { History::new(vec![], zone) };
    judge(&policy, &history, &starts).map_err(|violation| Violation::new(format!("{violation}\n{recipe:?}")))
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
