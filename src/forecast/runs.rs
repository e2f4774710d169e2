//! A forecast once, or many times with other chances.

use std::num::NonZeroUsize;
use std::thread;

use super::{Delivered, Schedule, Summary, longest_distance, simulate};
use crate::clock::Utc;
use crate::dotnet::TimeSpan;
use crate::history::History;
use crate::policy::Policy;
use crate::retention::PlanError;

/// What is to be forecast.
#[derive(Clone, Copy, Debug)]
pub struct Forecast<'a> {
    /// The policy, which is applied after every backup.
    pub policy: &'a Policy,
    /// What is there before the first backup, and the zone.
    pub history: &'a History,
    /// When backups start.
    pub schedule: &'a Schedule,
    /// From when, in UTC.
    pub from: Utc,
    /// Until when, in UTC.
    pub until: Utc,
    /// The number from which all chance is drawn. The second forecast of many takes the next
    /// number, and so on.
    pub seed: u64,
    /// The ages to look back to; none for the usual ones.
    pub ages: &'a [TimeSpan],
    /// How near a version should be to such an age.
    pub within: &'a [TimeSpan],
}

/// What one forecast or many found.
#[derive(Clone, Debug)]
pub struct ForecastResult {
    /// What was there over the years, in all of them together.
    pub delivered: Delivered,
    /// How many backups were made, from forecast to forecast.
    pub backups: Summary<usize>,
    /// The longest distance between two neighbouring backups by local time, if
    /// [`longest_distance`] has an answer for each forecast.
    pub longest: Option<TimeSpan>,
    /// What is there at the end of the first one.
    pub end: History,
}

impl Forecast<'_> {
    /// Makes so many forecasts, on so many threads at a time, and tells how many are done.
    ///
    /// The answer does not depend on the number of threads.
    ///
    /// # Errors
    /// [`PlanError`] if every run of retention fails.
    ///
    /// ```
    /// use std::num::NonZeroUsize;
    /// use duplicati_retention::clock::Utc;
    /// use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
    /// use duplicati_retention::{Release, policy::Policy, forecast::*, history::History, clock::Zone};
    /// let day = TimeSpan::from_ticks(TICKS_PER_DAY);
    /// let from = Utc::from_unix_seconds(0)?;
    /// let forecast = Forecast {
    ///     policy: &Policy::parse("7D:1D", Release::V2_3_0)?,
    ///     history: &History::new(vec![], Zone::UTC),
    ///     schedule: &Schedule { miss: 0.1, ..Schedule::every(day) },
    ///     from,
    ///     until: from.add_units(100, TICKS_PER_DAY)?,
    ///     seed: 1,
    ///     ages: &[],
    ///     within: &[],
    /// };
    /// let mut done = 0;
    /// let found = forecast.run(10, NonZeroUsize::MIN, |count| done = count)?;
    /// assert_eq!(done, 10);
    /// assert!(found.backups.min < found.backups.max);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run(
        &self,
        forecasts: u64,
        threads: NonZeroUsize,
        mut done: impl FnMut(u64),
    ) -> Result<ForecastResult, PlanError> {
        let mut found = self.once(self.seed)?;
        let mut backups = vec![found.backups.median];
        // As many at once as there are threads, and put together in their order, while the next
        // ones are made: bounded memory, and always the same answer.
        let mut ready: Vec<ForecastResult> = Vec::new();
        let mut next = 1_u64;
        loop {
            let batch = next..forecasts.min(next.saturating_add(threads.get() as u64));
            let is_last = batch.is_empty();
            ready = thread::scope(|scope| {
                let make =
                    |number: u64| scope.spawn(move || self.once(self.seed.wrapping_add(number)));
                let workers: Vec<_> = batch.map(make).collect();
                for other in ready.drain(..) {
                    backups.push(other.backups.median);
                    found.delivered.merge(other.delivered);
                    found.longest =
                        found.longest.zip(other.longest).map(|(one, other)| one.max(other));
                }
                workers.into_iter().map(join).collect::<Result<_, _>>()
            })?;
            done(next);
            if is_last {
                break;
            }
            next += ready.len() as u64;
        }
        found.backups = Summary::of(backups).unwrap_or(found.backups);
        Ok(found)
    }

    fn once(&self, seed: u64) -> Result<ForecastResult, PlanError> {
        let zone = self.history.zone();
        let starts = self.schedule.starts(zone, self.from, self.until, seed);
        let mut delivered = Delivered::new(self.policy, &starts).asked(self.ages, self.within);
        let there = simulate(self.policy, self.history, &starts, |there, now| {
            delivered.look_at(there, now)
        })?;
        let count = starts.len();
        Ok(ForecastResult {
            delivered,
            backups: Summary { min: count, median: count, max: count },
            longest: longest_distance(self.history, &starts),
            end: History::new(there.backups().collect(), zone),
        })
    }
}

/// What the thread answered; a panic in it goes on in this one.
fn join<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
