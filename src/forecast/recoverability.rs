//! How long before a moment of the past the version is that you can go back to.
//!
//! Only a version at or before the moment counts: one that was made after the damage restores
//! nothing.

use super::histogram::Histogram;
use crate::clock::LocalDateTime;
use crate::dotnet::TimeSpan;
use crate::retention::incremental::{Simulation, Version};

/// How long before an age the newest version was that is at least that old.
///
/// The same numbers answer for a file: one that existed for a span and was deleted at that age is
/// in a version exactly if a version is at most that span before.
#[derive(Clone, Debug, PartialEq)]
pub struct Recoverability {
    /// The age to go back to.
    pub age: TimeSpan,
    /// The share of the time, from 0 to 1, in which there was a version of that age or an older
    /// one; `None` if the backups do not go back that far, so that nothing is known.
    pub reached: Option<f64>,
    /// A version was at most this long before half of the time, 95 % of it, and always; `None`
    /// where there was no version that often.
    pub within: [Option<TimeSpan>; 3],
    /// For each requested span, the share of the time, from 0 to 1, in which a version was at most
    /// that long before; empty if nothing is known.
    pub chances: Vec<f64>,
}

/// The moments between one run of retention and the next.
pub(super) struct Moments {
    pub from: LocalDateTime,
    pub until: LocalDateTime,
    /// One of them, if the run is a sample.
    pub sample: Option<LocalDateTime>,
    /// The first version that ever was.
    pub since: LocalDateTime,
}

#[derive(Clone, Debug)]
pub(super) struct Age {
    pub age: TimeSpan,
    /// The distances at the samples.
    distances: Histogram<TimeSpan>,
    samples: u64,
    worst: TimeSpan,
    /// All of the time, what of it had no version, and what of it had one within each of the
    /// requested spans; in ticks.
    looked: i128,
    missed: i128,
    covered: Vec<i128>,
}

impl Age {
    pub fn new(age: TimeSpan, spans: usize) -> Age {
        Age {
            age,
            distances: Histogram::default(),
            samples: 0,
            worst: TimeSpan::ZERO,
            looked: 0,
            missed: 0,
            covered: vec![0; spans],
        }
    }

    /// Records what every one of these moments has this long before it.
    pub fn look_back(&mut self, simulation: &Simulation, moments: &Moments, spans: &[TimeSpan]) {
        let since = moments.since;
        let wanted = moments.sample.and_then(|sample| sample.checked_sub(self.age).ok());
        if let Some(wanted) = wanted.filter(|&wanted| wanted >= since) {
            self.samples += 1;
            if let Some(version) = simulation.newest_at(wanted) {
                self.distances.add(wanted.since(version.local_time));
            }
        }
        let Ok(until) = moments.until.checked_sub(self.age) else { return };
        let mut from = moments.from.checked_sub(self.age).unwrap_or(since).max(since);
        if until <= from {
            return;
        }
        let local_time = |version: &Version| version.local_time;
        let mut version = simulation.newest_at(from).map(local_time);
        // Between two versions the older one is what one can go back to.
        for next in simulation.between(from, until).map(local_time).chain([until]) {
            let length = next.since(from).ticks();
            self.looked += i128::from(length);
            match version {
                None => self.missed += i128::from(length),
                Some(version) => {
                    self.worst = self.worst.max(next.since(version));
                    let into = from.since(version).ticks();
                    for (covered, span) in self.covered.iter_mut().zip(spans) {
                        *covered +=
                            i128::from((span.ticks().saturating_sub(into)).clamp(0, length));
                    }
                }
            }
            (version, from) = (Some(next), next);
        }
    }

    pub fn merge(&mut self, other: Age) {
        self.distances.merge(other.distances);
        self.samples += other.samples;
        self.worst = self.worst.max(other.worst);
        self.looked += other.looked;
        self.missed += other.missed;
        self.covered.iter_mut().zip(other.covered).for_each(|(mine, other)| *mine += other);
    }

    pub fn recoverability(&self) -> Recoverability {
        let share = |part: i128| part as f64 / self.looked as f64;
        let is_known = self.looked > 0;
        // A moment without a version is further away than any other.
        let percentile = |percent: u64| {
            let place = self.samples.checked_sub(1)? * percent / 100;
            self.distances.at(place)
        };
        let always = (is_known && self.missed == 0).then_some(self.worst);
        Recoverability {
            age: self.age,
            reached: is_known.then(|| share(self.looked - self.missed)),
            within: [percentile(50), percentile(95), always],
            chances: match is_known {
                true => self.covered.iter().map(|&covered| share(covered)).collect(),
                false => Vec::new(),
            },
        }
    }
}
