//! When each version that is there now will be deleted, if backups go on as scheduled.

use super::schedule::Start;
use crate::clock::Utc;
use crate::history::{Backup, History, VersionNumber};
use crate::retention::{Decision, Options, PlanError};

/// The end of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// The run that deletes it, in UTC.
    pub time: Utc,
    /// Why it goes. The version numbers in it are those of that run.
    pub decision: Decision,
}

/// For each version of a history, by its number, when it goes and why; nothing for one that
/// outlives the starts.
///
/// Retention runs at each start, right after the backup was made. The option `version` is left out:
/// it is for one run only.
///
/// # Errors
/// [`PlanError`] if every run fails.
///
/// ```
/// use duplicati_retention::clock::Utc;
/// use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
/// use duplicati_retention::history::{Backup, History};
/// use duplicati_retention::clock::Zone;
/// use duplicati_retention::{Release, forecast::{Schedule, expiries}, retention::Options};
/// let day = |count: i64| Utc::from_unix_seconds(count * 86_400).unwrap();
/// let history = History::new(vec![Backup::full(day(0)), Backup::full(day(1))], Zone::UTC);
/// let starts = Schedule::every(TimeSpan::from_ticks(TICKS_PER_DAY)).starts(Zone::UTC, day(2), day(30), 0);
/// let options = Options::parse([("retention-policy", "7D:U")], Release::V2_3_0)?;
/// let gone = expiries(&history, &options, &starts)?;
/// assert_eq!(gone[1].unwrap().time, day(8)); // more than 7 days after day 0
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn expiries(
    history: &History,
    options: &Options,
    starts: &[Start],
) -> Result<Vec<Option<Expiry>>, PlanError> {
    let options = Options { versions: Default::default(), ..options.clone() };
    let mut expiries = vec![None; history.len()];
    let mut left = history.len();
    // Newest first, each with its number in the history, if it was there from the beginning.
    let mut there: Vec<(Backup, Option<VersionNumber>)> =
        history.versions().map(|version| (history.backup(version), Some(version))).collect();
    for start in starts {
        if left == 0 {
            break;
        }
        let made = Backup { partial: start.partial, ..Backup::full(start.time) };
        let place = there.partition_point(|(backup, _)| backup.time > made.time);
        there.insert(place, (made, None));
        let now = History::new(there.iter().map(|&(backup, _)| backup).collect(), history.zone());
        let plan = crate::retention::plan(&now, &options, start.time)?;
        for version in plan.deletes() {
            if let Some(original) = there[version.get()].1 {
                expiries[original.get()] =
                    Some(Expiry { time: start.time, decision: plan.decision(version) });
                left -= 1;
            }
        }
        there = plan.kept().map(|version| there[version.get()]).collect();
    }
    Ok(expiries)
}
