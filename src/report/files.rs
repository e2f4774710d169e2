//! Will a file that was deleted still be in a version?
//!
//! A file that existed for a span is in a version exactly if one was made within that span before
//! the file was deleted. So the distances that tell how far one can go back answer this as well.

use schemars::JsonSchema;
use serde::Serialize;

use crate::advice::{age, age_or_less, count, list};
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::dotnet::{OutOfRange, TICKS_PER_DAY, TimeSpan};
use crate::forecast::{Delivered, Recoverability};
use crate::history::VersionNumber;

use super::context::Moment;
use super::forecast_words::often;

/// How long a file may have existed, in days, for which chances are told.
const LENGTHS_IN_DAYS: [i64; 5] = [1, 3, 7, 14, 30];

/// How long a file must have existed to be in a version after it was deleted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FilesReport {
    /// A file that existed this long was always in a version in these forecasts, until
    /// `until_seconds` after it was deleted
    pub always_from_seconds: TimeSpan,
    /// Until how long after it was deleted
    pub until_seconds: TimeSpan,
    /// How long it must have existed whatever chance does, under `bound_condition`; `null` if that
    /// cannot be told
    pub bound_seconds: Option<TimeSpan>,
    /// For how long files existed of which `ages` tells the chances
    pub lengths_seconds: Vec<TimeSpan>,
    /// The chances, by how long ago the file was deleted
    pub ages: Vec<FileAgeReport>,
}

/// What becomes of files that were deleted this long ago.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FileAgeReport {
    /// How long ago
    pub age_seconds: TimeSpan,
    /// A file that existed this long was always in a version; `null` if no file was
    pub always_from_seconds: Option<TimeSpan>,
    /// For each of the lengths, how often a file that existed so long was in a version, from 0 to
    /// 1
    pub chances: Vec<f64>,
}

/// A file, from about when to about when it existed.
#[derive(Clone, Copy, Debug)]
pub struct FilePeriod {
    /// It existed at this moment, and perhaps up to a day before.
    pub from: Utc,
    /// It still existed at this moment, and perhaps up to a day after.
    pub until: Utc,
    /// It did not exist before.
    pub not_before: Utc,
    /// It did not exist after.
    pub not_after: Utc,
}

impl FilePeriod {
    /// A period of two local times or days; of a day it is not known at which time of it.
    ///
    /// # Errors
    /// [`OutOfRange`] if a day ends after the year 9999.
    pub fn new(
        (from, from_is_day): (LocalDateTime, bool),
        (until, until_is_day): (LocalDateTime, bool),
        zone: Zone,
    ) -> Result<FilePeriod, OutOfRange> {
        let end = |time: LocalDateTime, is_day: bool| {
            time.add_units(i64::from(is_day), TICKS_PER_DAY).map(|time| zone.to_utc(time))
        };
        Ok(FilePeriod {
            from: end(from, from_is_day)?,
            until: zone.to_utc(until),
            not_before: zone.to_utc(from),
            not_after: end(until, until_is_day)?,
        })
    }

    /// How long it existed at least.
    pub(super) fn length(&self) -> TimeSpan {
        self.until.since(self.from).max(TimeSpan::ZERO)
    }
}

/// Whether a file is in a version.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FileReport {
    /// From when on it existed for sure
    pub from: Utc,
    /// Until when it existed for sure
    pub until: Utc,
    /// How long that is
    pub length_seconds: TimeSpan,
    /// How long ago it was deleted, at least
    pub deleted_ago_seconds: TimeSpan,
    /// The versions with it, newest first; `null` if the forecast began without versions
    pub versions: Option<Vec<FileVersionReport>>,
    /// How often such a file was in a version in these forecasts, from 0 to 1; `null` if the
    /// versions are known or the forecast is too short
    pub chance: Option<f64>,
    /// How long it would have to have existed to be in a version always; `null` as above, and if
    /// no length is enough
    pub always_from_seconds: Option<TimeSpan>,
}

/// A version that has the file.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FileVersionReport {
    /// Its number now
    pub version: VersionNumber,
    /// When it was made
    pub time: Utc,
    /// Whether it has the file for sure; if not, that depends on the time of day at which the file
    /// was made or deleted, or the backup was stopped early and may lack it
    pub is_certain: bool,
    /// When it will be deleted; `null` if it is kept until the end of the schedule
    pub deleted_on: Option<Utc>,
}

/// The lengths of which a [`FilesReport`] tells.
pub(super) fn lengths() -> impl Iterator<Item = TimeSpan> {
    LENGTHS_IN_DAYS.into_iter().map(|days| TimeSpan::from_ticks(days * TICKS_PER_DAY))
}

impl FilesReport {
    /// `found` has the chances of [`lengths`] at its end. Nothing is told of a forecast that is too
    /// short, for it would be told of every length of time.
    pub(super) fn of(
        delivered: &Delivered,
        found: &[Recoverability],
        longest: Option<TimeSpan>,
        bound: Option<TimeSpan>,
    ) -> Option<FilesReport> {
        delivered.steady_from()?;
        let gap = delivered.gaps().map_or(TimeSpan::ZERO, |gaps| gaps.max);
        let ages = found.iter().filter(|found| found.reached.is_some());
        Some(FilesReport {
            // What was made after the newest version is in the next one.
            always_from_seconds: gap.max(longest?),
            until_seconds: delivered.oldest()?.min,
            bound_seconds: bound,
            lengths_seconds: lengths().collect(),
            ages: ages
                .map(|found| FileAgeReport {
                    age_seconds: found.age,
                    always_from_seconds: found.within[2],
                    chances: found.chances[found.chances.len() - LENGTHS_IN_DAYS.len()..].to_vec(),
                })
                .collect(),
        })
    }

    /// What is true of every file.
    pub fn sentence(&self, condition: Option<&str>) -> String {
        let [always, until] = [age_or_less(self.always_from_seconds), age(self.until_seconds)];
        let mut text = format!(
            "Will a deleted file still be there? In this forecast a file that existed for {always} \
             or longer was always in at least one version, until {until} after it was deleted."
        );
        if let (Some(bound), Some(condition)) = (self.bound_seconds, condition) {
            let bound = age_or_less(bound);
            text += &format!(" Whatever chance does, {bound} is enough, as long as {condition}.");
        }
        text + " For shorter ones, how often they were:"
    }

    /// A row of headings, and a row for each age.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let lengths = self.lengths_seconds.iter().map(|&length| format!("Existed {}", age(length)));
        let headings = ["Deleted".to_owned(), "Always from".to_owned()].into_iter().chain(lengths);
        let row = |found: &FileAgeReport| -> Vec<String> {
            let always = found.always_from_seconds.map_or("out of reach".into(), age_or_less);
            let chances = found.chances.iter().map(|&chance| often(chance));
            [format!("{} ago", age(found.age_seconds)), always].into_iter().chain(chances).collect()
        };
        std::iter::once(headings.collect()).chain(self.ages.iter().map(row)).collect()
    }
}

impl FileReport {
    /// What is known of the file.
    pub fn sentence(&self, moment: &Moment) -> String {
        let [from, until] = [self.from, self.until].map(|time| moment.local(time));
        let length = age(self.length_seconds);
        let file = match self.from < self.until {
            true => format!("The file that existed at least from {from} to {until} ({length})"),
            false => format!("The file of about {until}, for which no time is certain,"),
        };
        let ago = age(self.deleted_ago_seconds);
        let Some(versions) = &self.versions else {
            let Some(chance) = self.chance else {
                return format!(
                    "{file} was deleted {ago} ago. This forecast is too short to tell whether it \
                     is in a version."
                );
            };
            let always = match self.always_from_seconds {
                Some(always) => {
                    format!("A file that existed for {} always was.", age_or_less(always))
                }
                None => "No length is always enough: that age is out of reach.".into(),
            };
            return format!(
                "{file} was deleted {ago} ago. Such a file was in a version {} of the time. \
                 {always}",
                often(chance)
            );
        };
        let (certain, possible): (Vec<_>, Vec<_>) =
            versions.iter().partition(|version| version.is_certain);
        let names = |versions: &[&FileVersionReport]| {
            let name = |found: &&FileVersionReport| {
                let day = moment.local(found.time);
                match found.deleted_on {
                    Some(on) => format!(
                        "version {} of {day} (deleted on {})",
                        found.version,
                        moment.local(on)
                    ),
                    None => format!("version {} of {day} (kept until the end)", found.version),
                }
            };
            list(&versions.iter().map(name).collect::<Vec<_>>())
        };
        let mut text = match certain.as_slice() {
            [] => format!("{file} is in no version for sure."),
            found => format!("{file} is in {}: {}.", count(found.len(), "version"), names(found)),
        };
        if !possible.is_empty() {
            text += &format!(
                " Perhaps it is also in {}: that depends on the time of day at which it was made \
                 or deleted, and a partial backup may lack it.",
                names(&possible)
            );
        }
        text
    }
}
