//! From UTC to the wall clock of a machine.

use std::str::FromStr;

use chrono::{Offset, TimeZone};

use crate::dotnet::{DateTime, TICKS_PER_SECOND, TimeSpan};

/// A time zone of the IANA database, such as `Europe/Berlin`.
///
/// ```
/// use duplicati_retention::dotnet::DateTime;
/// use duplicati_retention::history::Zone;
/// let berlin: Zone = "Europe/Berlin".parse()?;
/// // The night in which summer time ends: two moments an hour apart, one time on the wall.
/// let half_past = |hour: i64| DateTime::from_unix_seconds(1_792_886_400 + hour * 3600 + 1800);
/// assert_eq!(berlin.to_wall(half_past(0)?).to_string(), "2026-10-25 02:30:00");
/// assert_eq!(berlin.to_wall(half_past(1)?).to_string(), "2026-10-25 02:30:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(chrono_tz::Tz);

/// A text that names no time zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such time zone: {0:?}; a name of the IANA database is expected, such as Europe/Berlin or UTC")]
pub struct UnknownZone(String);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Zone = Zone(chrono_tz::Tz::UTC);

    /// The name, such as `Europe/Berlin`.
    ///
    /// ```
    /// assert_eq!(duplicati_retention::history::Zone::UTC.name(), "UTC");
    /// ```
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// What the wall clock shows at this time in UTC: `DateTime.ToLocalTime`, which stops at the ends of .NET's range.
    ///
    /// ```
    /// # use duplicati_retention::{dotnet::DateTime, history::Zone};
    /// let kathmandu: Zone = "Asia/Kathmandu".parse()?;
    /// assert_eq!(kathmandu.to_wall(DateTime::MAX), DateTime::MAX);
    /// # Ok::<(), duplicati_retention::history::UnknownZone>(())
    /// ```
    pub fn to_wall(self, utc: DateTime) -> DateTime {
        let offset = self.0.offset_from_utc_datetime(&utc.to_chrono()).fix();
        let ticks = i64::from(offset.local_minus_utc()) * TICKS_PER_SECOND;
        utc.saturating_add(TimeSpan::from_ticks(ticks))
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        name.parse().map(Zone).map_err(|_| UnknownZone(name.to_owned()))
    }
}
