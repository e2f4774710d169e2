//! Backups and retention in turn, by a schedule.

use super::schedule::Start;
use crate::clock::Utc;
use crate::history::{Backup, History};
use crate::policy::Policy;
use crate::retention::PlanError;
use crate::retention::incremental::Simulation;

/// Makes a backup with retention at each start, and calls `watch` after each. A version has the time
/// that Duplicati records for it ([`Zone::recorded`](crate::clock::Zone::recorded)).
///
/// # Errors
/// [`PlanError`] if every run fails, see [`Simulation::back_up`].
pub fn simulate(
    policy: &Policy,
    history: &History,
    starts: &[Start],
    mut watch: impl FnMut(&Simulation, Utc),
) -> Result<Simulation, PlanError> {
    let mut simulation = Simulation::new(policy, history);
    for start in starts {
        let time = history.zone().recorded(start.time);
        let backup = Backup { partial: start.partial, ..Backup::full(time) };
        simulation.back_up(backup)?;
        watch(&simulation, start.time);
    }
    Ok(simulation)
}
