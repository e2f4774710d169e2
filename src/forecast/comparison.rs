//! What years of backups under a policy come to.

use super::delivered::Delivered;
use super::schedule::Start;
use super::simulation::simulate;
use crate::clock::Utc;
use crate::clock::Zone;
use crate::history::{Backup, History};
use crate::policy::Policy;
use crate::retention::PlanError;

/// What there was to restore from over the years, and what is there in the end.
///
/// ```
/// use duplicati_retention::clock::Utc;
/// use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
/// use duplicati_retention::{Release, policy::Policy, forecast::{ComparedForecast, Schedule}, clock::Zone};
/// let from = Utc::from_unix_seconds(0)?;
/// let daily = Schedule::every(TimeSpan::from_ticks(TICKS_PER_DAY));
/// let starts = daily.starts(Zone::UTC, from, from.add_units(100, TICKS_PER_DAY)?, 1);
/// let policies = ["7D:1D", "14D:1D"].map(|text| Policy::parse(text, Release::V2_3_0).unwrap());
/// let [week, fortnight] = ComparedForecast::of_both([&policies[0], &policies[1]], Zone::UTC, &starts).unwrap();
/// assert_eq!(week.in_the_end.len(), 8);
/// assert!(week.only_here(&fortnight).is_empty());
/// assert_eq!(fortnight.only_here(&week).len(), 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ComparedForecast {
    /// What there was, frame by frame.
    pub delivered: Delivered,
    /// Since when that counts, in UTC.
    pub counted_since: Utc,
    /// The versions that are there in the end.
    pub in_the_end: History,
}

impl ComparedForecast {
    /// Lets each start be a backup with retention at its end, from nothing, once under each policy.
    /// What is counted is counted over the same runs: since both are steady.
    ///
    /// # Errors
    /// [`PlanError`] if every run fails, with the place of the policy to blame: 0 or 1.
    ///
    /// ```
    /// # use duplicati_retention::{policy::Policy, forecast::ComparedForecast, clock::Zone};
    /// let nothing = Policy::default();
    /// let [one, _] = ComparedForecast::of_both([&nothing, &nothing], Zone::UTC, &[]).unwrap();
    /// assert!(one.in_the_end.is_empty());
    /// ```
    pub fn of_both(
        policies: [&Policy; 2],
        zone: Zone,
        starts: &[Start],
    ) -> Result<[ComparedForecast; 2], (usize, PlanError)> {
        let [first, second] = policies.map(|policy| Delivered::new(policy, starts));
        let counted_since = first.counts_from().max(second.counts_from());
        let outcome = |policy: &Policy, mut delivered: Delivered| {
            let there = simulate(policy, &History::new(vec![], zone), starts, |there, now| {
                if now >= counted_since {
                    delivered.look_at(there, now);
                }
            })?;
            let in_the_end = History::new(there.backups().collect(), zone);
            Ok(ComparedForecast { delivered, counted_since, in_the_end })
        };
        Ok([
            outcome(policies[0], first).map_err(|error| (0, error))?,
            outcome(policies[1], second).map_err(|error| (1, error))?,
        ])
    }

    /// The backups that are there in the end here and not in the other outcome of the same starts,
    /// newest first.
    ///
    /// ```
    /// # use duplicati_retention::{policy::Policy, forecast::ComparedForecast, clock::Zone};
    /// let nothing = Policy::default();
    /// let [one, other] = ComparedForecast::of_both([&nothing, &nothing], Zone::UTC, &[]).unwrap();
    /// assert!(one.only_here(&other).is_empty());
    /// ```
    pub fn only_here(&self, other: &ComparedForecast) -> Vec<Backup> {
        // No two starts are at one time.
        let others: Vec<_> = other.in_the_end.iter().map(|backup| backup.time).collect();
        let is_alone =
            |backup: &Backup| others.binary_search_by(|time| backup.time.cmp(time)).is_err();
        self.in_the_end.iter().filter(is_alone).collect()
    }
}
