//! Backups and retention in turn, by a schedule.

use super::schedule::Start;
use crate::clock::Utc;
use crate::history::{Backup, History};
use crate::retention::incremental::Simulation;
use crate::retention::{Options, PlanError};

/// Makes a backup with retention at each start, and calls `watch` after each. The option `version`
/// is ignored, because it is meant for one run only.
///
/// # Errors
/// [`PlanError`] if every run fails, see [`Simulation::back_up`].
///
/// ```
/// use duplicati_retention::clock::Utc;
/// use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
/// use duplicati_retention::{Release, policy::Policy, forecast::*, history::History, clock::Zone};
/// let policy = Policy::parse("7D:2D", Release::V2_3_0)?;
/// let from = Utc::from_unix_seconds(0)?;
/// let until = from.add_units(30, TICKS_PER_DAY)?;
/// let starts = Schedule::every(TimeSpan::from_ticks(TICKS_PER_DAY)).starts(Zone::UTC, from, until, 0);
/// let mut most = 0;
/// simulate(&policy.into(), &History::new(vec![], Zone::UTC), &starts, |simulation, _| most = most.max(simulation.backups().count()))?;
/// assert_eq!(most, 5); // the newest, and those at 1, 3, 5 and 7 days
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn simulate(
    options: &Options,
    history: &History,
    starts: &[Start],
    mut watch: impl FnMut(&Simulation, Utc),
) -> Result<Simulation, PlanError> {
    let mut simulation = Simulation::new(options, history);
    for start in starts {
        let backup = Backup { partial: start.partial, ..Backup::full(start.time) };
        simulation.back_up(backup)?;
        watch(&simulation, start.time);
    }
    Ok(simulation)
}
