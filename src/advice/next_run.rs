//! The next run of a job: one version more, and the decision at the end of the backup.

use crate::clock::{Utc, Zone};
use crate::dotnet::TimeSpan;
use crate::history::{Backup, History, VersionNumber};
use crate::retention::{self, Options, Plan, PlanError};

use super::dangers::{Danger, dangers};

/// What the next run of a job decides, if its backup is complete.
///
/// ```
/// use duplicati_retention::{Release, advice::NextRun, clock::{Utc, Zone}, dotnet::TimeSpan};
/// use duplicati_retention::{history::Backup, retention::Options};
/// let day = |count: i64| Utc::from_unix_seconds(count * 86_400);
/// let backups = vec![Backup::full(day(1)?), Backup::full(day(2)?)];
/// let options = Options::parse([("keep-versions", "2")], Release::V2_3_0)?;
/// let run = NextRun::plan(&backups, Zone::UTC, &options, day(3)?, TimeSpan::ZERO)?;
/// assert_eq!(run.deleted(), [day(1)?]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct NextRun {
    /// All versions, with the one that the run writes.
    pub history: History,
    /// What is decided.
    pub plan: Plan,
    /// When it is decided.
    pub decided: Utc,
}

impl NextRun {
    /// Plans the run that starts at this moment and decides after this time.
    ///
    /// # Errors
    /// [`PlanError`] as for [`retention::plan()`].
    pub fn plan(
        backups: &[Backup],
        zone: Zone,
        options: &Options,
        start: Utc,
        duration: TimeSpan,
    ) -> Result<NextRun, PlanError> {
        let more = [Backup::full(start)];
        let history = History::new(backups.iter().chain(&more).copied().collect(), zone);
        let decided = start.saturating_add(duration);
        let plan = retention::plan(&history, options, decided)?;
        Ok(NextRun { history, plan, decided })
    }

    /// The times of the versions that are deleted, newest first.
    pub fn deleted(&self) -> Vec<Utc> {
        self.plan.deletes().map(|version| self.history.backup(version).time).collect()
    }

    /// The oldest version that is kept, by its number.
    pub fn oldest_kept(&self) -> Option<VersionNumber> {
        self.plan.kept_ranges().last().map(|range| VersionNumber::new(range.end.get() - 1))
    }

    /// What must not be missed.
    pub fn dangers(&self) -> Vec<Danger> {
        dangers(&self.history, &self.plan, self.decided)
    }
}
