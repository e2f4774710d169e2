//! The schedule that a history looks like.

use super::schedule::Schedule;
use crate::clock::LocalDateTime;
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::history::History;

/// The newest distances tell most: retention thinned the older ones.
const LOOKED_AT: usize = 12;
/// What is this close to a whole number of days is one: backups do not start on the second.
const NEARLY_WHOLE_DAYS: i64 = TICKS_PER_DAY / 12;

impl Schedule {
    /// The schedule that the newest versions of a history look like, counted from the newest one;
    /// nothing with less than two versions.
    ///
    /// It is a guess. Retention has deleted versions in between, so the true schedule may be
    /// denser; a quarter of the distances are at most as long as the one that counts.
    ///
    /// ```
    /// use duplicati_retention::clock::{Utc, Zone};
    /// use duplicati_retention::{forecast::Schedule, history::{Backup, History}};
    /// let hour = |hour: i64| Utc::from_unix_seconds(hour * 3600).map(Backup::full);
    /// let history = History::new(vec![hour(0)?, hour(24)?, hour(49)?, hour(73)?], Zone::UTC);
    /// let guess = Schedule::guessed(&history).unwrap();
    /// assert_eq!(guess.every.whole_seconds(), 86_400);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn guessed(history: &History) -> Option<Schedule> {
        let newest: Vec<LocalDateTime> = history
            .versions()
            .take(LOOKED_AT + 1)
            .map(|version| history.local_time(version))
            .collect();
        let distances = newest.windows(2).map(|two| two[0].since(two[1]).ticks());
        let mut distances: Vec<i64> =
            distances.filter(|&distance| distance >= 60 * TICKS_PER_SECOND).collect();
        distances.sort_unstable();
        let usual = *distances.get(distances.len() / 4)?;
        let days = (usual + TICKS_PER_DAY / 2) / TICKS_PER_DAY * TICKS_PER_DAY;
        let is_whole = days > 0 && (usual - days).abs() <= NEARLY_WHOLE_DAYS;
        let every = TimeSpan::from_ticks(if is_whole { days } else { usual });
        let next = history.iter().next().map(|backup| backup.time);
        Some(Schedule { next, ..Schedule::every(every) })
    }
}
