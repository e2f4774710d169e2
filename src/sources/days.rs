//! The days of the week on which backups may start.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Weekday, WeekdaySet};

use crate::clock::LocalDateTime;

/// Days of the week. An empty list means every day, as in Duplicati.
///
/// ```
/// use duplicati_retention::{clock::LocalDateTime, sources::Days};
/// let days: Days = "mon,Friday".parse()?;
/// assert!(days.contain(LocalDateTime::MIN)); // a Monday
/// assert_eq!(days.to_string(), "mon,fri");
/// # Ok::<(), duplicati_retention::sources::UnknownDay>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(WeekdaySet);

/// A text that is not a day of the week.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a day of the week; write one such as mon or Monday")]
pub struct UnknownDay(String);

impl Days {
    /// The whole week.
    pub const ALL: Days = Days(WeekdaySet::ALL);

    /// The days with these names, such as `mon` or `Monday`, in any case.
    ///
    /// # Errors
    /// [`UnknownDay`] for the first name that is not a day.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Days, UnknownDay> {
        let day = |name: &str| name.parse::<Weekday>().map_err(|_| UnknownDay(name.to_owned()));
        let days: WeekdaySet = names.into_iter().map(day).collect::<Result<_, _>>()?;
        Ok(if days.is_empty() { Days::ALL } else { Days(days) })
    }

    /// Whether this date is on one of them.
    pub fn contain(self, date: LocalDateTime) -> bool {
        self.0.contains(date.to_chrono().weekday())
    }
}

/// Names separated by commas, such as `mon,tue`.
impl FromStr for Days {
    type Err = UnknownDay;

    fn from_str(text: &str) -> Result<Days, UnknownDay> {
        Days::named(text.split(',').map(str::trim))
    }
}

impl fmt::Display for Days {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> =
            self.0.iter(Weekday::Mon).map(|day| day.to_string().to_lowercase()).collect();
        formatter.write_str(&names.join(","))
    }
}
