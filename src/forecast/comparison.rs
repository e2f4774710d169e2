//! Forecasts of two policies with the same starts.

use super::delivered::Delivered;
use super::schedule::Start;
use super::simulation::simulate;
use crate::clock::{Utc, Zone};
use crate::history::{Backup, History};
use crate::retention::Options;

/// What you could restore over the years under one of two sets of options, and what is left at the
/// end.
#[derive(Clone, Debug)]
pub struct ComparedForecast {
    /// What you could restore, frame by frame.
    pub delivered: Delivered,
    /// The first run that counts.
    pub counted_since: Utc,
    /// The versions at the end.
    pub in_the_end: History,
}

impl ComparedForecast {
    /// Simulates the same starts under each side, from an empty history. Both results count the
    /// same runs: from the one on at which both are steady.
    pub fn of_both(sides: [&Options; 2], zone: Zone, starts: &[Start]) -> [ComparedForecast; 2] {
        let delivered = sides.map(|options| Delivered::new(options, starts));
        let counted_since = delivered[0].counts_from().max(delivered[1].counts_from());
        let forecast = |options: &Options, delivered: Delivered| {
            let mut delivered = delivered.counting_from(counted_since);
            let simulation =
                simulate(options, &History::new(vec![], zone), starts, |simulation, now| {
                    delivered.observe(simulation, now);
                });
            let in_the_end = History::new(simulation.backups().collect(), zone);
            ComparedForecast { delivered, counted_since, in_the_end }
        };
        let [first, second] = delivered;
        [forecast(sides[0], first), forecast(sides[1], second)]
    }

    /// The backups at the end of this forecast that are not at the end of the other, newest first.
    pub fn only_here(&self, other: &ComparedForecast) -> Vec<Backup> {
        // No two starts have the same time.
        let others: Vec<_> = other.in_the_end.iter().map(|backup| backup.time).collect();
        let is_alone =
            |backup: &Backup| others.binary_search_by(|time| backup.time.cmp(time)).is_err();
        self.in_the_end.iter().filter(is_alone).collect()
    }
}
