//! Backup, retention, backup, retention, for years.

use super::schedule::Start;
use crate::dotnet::{DateTime, TimeSpan};
use crate::history::{Backup, History, Zone};
use crate::policy::{Pair, Policy};
use crate::retention::PlanError;

/// What is there after the latest retention: the versions that survived, by the wall clock.
///
/// Retention is applied here in a loop of its own, because a forecast of ten years asks it a hundred thousand times about a few dozen
/// versions that change by one. A test compares it with [`mod@crate::retention::reference`] after every backup.
#[derive(Clone, Debug)]
pub struct Simulation {
    zone: Zone,
    /// With their places in the text, from the shortest time frame to the longest; equal ones in the order of the text.
    pairs: Vec<(usize, Pair)>,
    /// Oldest first by the wall clock; of equal ones the one that is older by true time.
    versions: Vec<Version>,
}

/// A version that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version {
    wall: DateTime,
    backup: Backup,
}

impl Simulation {
    /// A job with this policy and these versions, on a machine in the history's zone.
    ///
    /// ```
    /// use duplicati_retention::{forecast::Simulation, history::{History, Zone}, policy::Policy};
    /// assert_eq!(Simulation::new(&Policy::default(), &History::new(vec![], Zone::UTC)).backups().count(), 0);
    /// ```
    pub fn new(policy: &Policy, history: &History) -> Simulation {
        let mut pairs: Vec<(usize, Pair)> = policy.pairs().iter().copied().enumerate().collect();
        pairs.sort_by_key(|(_, pair)| pair.frame());
        let mut versions: Vec<Version> = (0..history.len())
            .rev()
            .map(|version| Version { wall: history.wall(version), backup: history.backup(version) })
            .collect();
        versions.sort_by_key(|version| version.wall);
        Simulation { zone: history.zone(), pairs, versions }
    }

    /// Makes a backup, and applies retention at that very moment.
    ///
    /// # Errors
    /// [`PlanError`] if a time frame reaches back before the year 1: every run fails then.
    ///
    /// ```
    /// # use duplicati_retention::{Release, dotnet::DateTime, forecast::*, history::{History, Zone}, policy::Policy};
    /// let policy = Policy::parse("7D:1D", Release::V2_3_0)?;
    /// let mut simulation = Simulation::new(&policy, &History::new(vec![], Zone::UTC));
    /// simulation.back_up(Start { time: DateTime::from_unix_seconds(0)?, partial: false })?;
    /// assert_eq!(simulation.backups().count(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn back_up(&mut self, start: Start) -> Result<(), PlanError> {
        let wall = self.zone.to_wall(start.time);
        // In the night of a clock change the newest by true time may not be the newest by the clock.
        let place = self.versions.partition_point(|version| version.wall <= wall);
        let backup = Backup { partial: start.partial, ..Backup::full(start.time) };
        self.versions.insert(place, Version { wall, backup });
        self.thin(wall)
    }

    fn thin(&mut self, now: DateTime) -> Result<(), PlanError> {
        let bounds = self.bounds(now)?;
        if bounds.is_empty() {
            return Ok(());
        }
        let versions = &self.versions;
        let Some(newest) = versions.len().checked_sub(1) else { return Ok(()) };
        let mut keeps = vec![false; versions.len()];
        keeps[newest] = true;
        let mut end = newest;
        for ((_, pair), bound) in self.pairs.iter().zip(bounds) {
            let start = versions[..end].partition_point(|version| version.wall < bound);
            let mut last: Option<DateTime> = None;
            for place in start..end {
                let Version { wall, backup } = versions[place];
                let is_far = last.is_none_or(|last| wall.since(last) >= pair.interval());
                keeps[place] = is_far || backup.partial;
                if is_far && !backup.partial {
                    last = Some(wall);
                }
            }
            end = start;
        }
        let mut keeps = keeps.into_iter();
        self.versions.retain(|_| keeps.next().unwrap_or(true));
        Ok(())
    }

    /// Each frame's bound, shortest first.
    fn bounds(&self, now: DateTime) -> Result<Vec<DateTime>, PlanError> {
        let bound = |&(index, pair): &(usize, Pair)| match pair.is_unlimited() {
            true => Ok(DateTime::MIN),
            false => now
                .checked_sub(pair.frame())
                .map_err(|_| PlanError::FrameBeforeYearOne { pair: index, frame: pair.frame() }),
        };
        self.pairs.iter().map(bound).collect()
    }

    /// The versions that are there, oldest first by the wall clock.
    ///
    /// ```
    /// # use duplicati_retention::{forecast::Simulation, history::{History, Zone}, policy::Policy};
    /// assert!(Simulation::new(&Policy::default(), &History::new(vec![], Zone::UTC)).backups().next().is_none());
    /// ```
    pub fn backups(&self) -> impl DoubleEndedIterator<Item = Backup> + '_ {
        self.versions.iter().map(|version| version.backup)
    }

    /// The ages of the versions that are there, oldest first.
    pub(super) fn ages(
        &self,
        now: DateTime,
    ) -> impl DoubleEndedIterator<Item = TimeSpan> + ExactSizeIterator + '_ {
        let now = self.zone.to_wall(now);
        self.versions.iter().map(move |version| now.since(version.wall))
    }
}

/// Lets each start be a backup with retention, and shows what is there after each.
///
/// # Errors
/// [`PlanError`] if every run fails, see [`Simulation::back_up`].
///
/// ```
/// use duplicati_retention::dotnet::{DateTime, TICKS_PER_DAY, TimeSpan};
/// use duplicati_retention::{Release, forecast::*, history::{History, Zone}, policy::Policy};
/// let policy = Policy::parse("7D:2D", Release::V2_3_0)?;
/// let from = DateTime::from_unix_seconds(0)?;
/// let until = from.add_units(30, TICKS_PER_DAY)?;
/// let starts = Schedule::every(TimeSpan::from_ticks(TICKS_PER_DAY)).starts(Zone::UTC, from, until, 0);
/// let mut most = 0;
/// simulate(&policy, &History::new(vec![], Zone::UTC), &starts, |there, _| most = most.max(there.backups().count()))?;
/// assert_eq!(most, 5); // the newest, and those at 1, 3, 5 and 7 days
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn simulate(
    policy: &Policy,
    history: &History,
    starts: &[Start],
    mut watch: impl FnMut(&Simulation, DateTime),
) -> Result<Simulation, PlanError> {
    let mut simulation = Simulation::new(policy, history);
    for &start in starts {
        simulation.back_up(start)?;
        watch(&simulation, start.time);
    }
    Ok(simulation)
}
