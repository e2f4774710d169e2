//! One forecast, or many with different seeds.

use std::num::NonZeroUsize;
use std::thread;

use super::bound::longest_distance;
use super::delivered::Delivered;
use super::histogram::Summary;
use super::schedule::Schedule;
use super::simulation::simulate;
use crate::clock::Utc;
use crate::dotnet::TimeSpan;
use crate::history::History;
use crate::retention::Options;

/// What to forecast.
#[derive(Clone, Copy, Debug)]
pub struct Forecast<'a> {
    /// What is applied after every backup.
    pub options: &'a Options,
    /// The versions before the first backup, and the time zone.
    pub history: &'a History,
    /// When backups start.
    pub schedule: &'a Schedule,
    /// The start of the forecast.
    pub from: Utc,
    /// The end of the forecast.
    pub until: Utc,
    /// The seed of the random numbers. The second forecast of many uses the next number, and so on.
    pub seed: u64,
    /// The ages to look back to; empty for the default ones.
    pub ages: &'a [TimeSpan],
    /// How long before each of them a version may be.
    pub within: &'a [TimeSpan],
    /// A file: how long ago it was deleted, and how long it had existed.
    pub file: Option<(TimeSpan, TimeSpan)>,
    /// Whether nothing is asked for but what the frames hold.
    pub only_frames: bool,
}

/// The result of one forecast or of many.
#[derive(Clone, Debug)]
pub struct ForecastResult {
    /// What you could restore, in all of them together.
    pub delivered: Delivered,
    /// How many backups each forecast made.
    pub backups: Summary<usize>,
    /// The longest distance between two neighbouring backups in local time, if [`longest_distance`]
    /// has an answer for every forecast.
    pub longest: Option<TimeSpan>,
    /// In how many runs of all forecasts the deletion failed, so that nothing was deleted.
    pub failed_runs: usize,
    /// The versions at the end of the first forecast.
    pub end: History,
}

impl Forecast<'_> {
    /// Makes this many forecasts on this many threads, and reports how many are done.
    ///
    /// The result does not depend on the number of threads.
    pub fn run(
        &self,
        forecasts: u64,
        threads: NonZeroUsize,
        mut done: impl FnMut(u64),
    ) -> ForecastResult {
        let mut result = self.once(self.seed);
        let mut backups = vec![result.backups.median];
        // One batch is merged, in order, while the next is made: memory is bounded and the result
        // is always the same.
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
                    result.failed_runs += other.failed_runs;
                    result.delivered.merge(other.delivered);
                    result.longest =
                        result.longest.zip(other.longest).map(|(one, other)| one.max(other));
                }
                workers.into_iter().map(join).collect()
            });
            done(next);
            if is_last {
                break;
            }
            next += ready.len() as u64;
        }
        result.backups = Summary::of(backups).unwrap_or(result.backups);
        result
    }

    fn once(&self, seed: u64) -> ForecastResult {
        let zone = self.history.zone();
        let starts = self.schedule.starts(zone, self.from, self.until, seed);
        let mut delivered = Delivered::new(self.options, &starts)
            .with_ages(self.ages, self.within)
            .with_file(self.file)
            .only_frames(self.only_frames);
        let simulation = simulate(self.options, self.history, &starts, |simulation, now| {
            delivered.observe(simulation, now)
        });
        let count = starts.len();
        ForecastResult {
            delivered,
            backups: Summary { min: count, median: count, max: count },
            longest: longest_distance(self.history, &starts),
            failed_runs: simulation.failed_runs(),
            end: History::new(simulation.backups().collect(), zone),
        }
    }
}

/// The result of the thread; a panic in it continues in this one.
fn join<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
