//! Backups and retention in turn, by a schedule.

use super::schedule::Start;
use crate::clock::Utc;
use crate::history::{Backup, History};
use crate::retention::Options;
use crate::retention::incremental::Simulation;

/// Makes a backup with retention at each start, and calls `watch` after each. A version has the
/// time that Duplicati records for it ([`Zone::recorded`](crate::clock::Zone::recorded)). The
/// option `version` is ignored, because it is meant for one run only. A run that fails makes its
/// version and deletes nothing: see [`Simulation::failed_runs`].
pub fn simulate(
    options: &Options,
    history: &History,
    starts: &[Start],
    mut watch: impl FnMut(&Simulation, Utc),
) -> Simulation {
    let mut simulation = Simulation::new(options, history);
    for start in starts {
        let time = history.zone().recorded(start.time);
        let backup = Backup { partial: start.partial, ..Backup::full(time) };
        // What fails is counted there.
        let _ = simulation.back_up(backup);
        watch(&simulation, start.time);
    }
    simulation
}
