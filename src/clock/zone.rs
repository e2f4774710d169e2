//! A time zone, and the way from UTC to its local time.

use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{OffsetComponents, TzOffset};

use super::offsets;
use super::times::{LocalDateTime, Utc};
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::gallop;

/// The version of the IANA database from which the rules of the zones are.
pub const ZONE_DATA_VERSION: &str = chrono_tz::IANA_TZDB_VERSION;

/// A time zone of the IANA database, such as `Europe/Berlin`.
///
/// ```
/// use duplicati_retention::clock::{Utc, Zone};
/// let berlin: Zone = "Europe/Berlin".parse()?;
/// // The night in which summer time ends: two moments an hour apart, one local time.
/// let half_past = |hour: i64| Utc::from_unix_seconds(1_792_886_400 + hour * 3600 + 1800);
/// assert_eq!(berlin.to_local(half_past(0)?).to_string(), "2026-10-25 02:30:00");
/// assert_eq!(berlin.to_local(half_past(1)?).to_string(), "2026-10-25 02:30:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(chrono_tz::Tz);

/// A text that names no time zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no such time zone: {0:?}; a name of the IANA database is expected, such as Europe/Berlin or \
     UTC"
)]
pub struct UnknownZone(String);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Zone = Zone(chrono_tz::Tz::UTC);

    /// The name, such as `Europe/Berlin`.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The local time at this moment: `DateTime.ToLocalTime`, which stops at the ends of .NET's
    /// range.
    pub fn to_local(self, utc: Utc) -> LocalDateTime {
        utc.saturating_add(self.offset(utc)).specify_kind()
    }

    /// The local time at each of these moments: [`to_local`](Zone::to_local) for many.
    ///
    /// Times in order, whichever way, cost little more than a copy of them.
    pub fn all_to_local(self, utc: &[Utc]) -> Vec<LocalDateTime> {
        let mut local_times = Vec::with_capacity(utc.len());
        let Some(&first) = utc.first() else { return local_times };
        let mut before = (first, self.offset(first));
        local_times.push(first.saturating_add(before.1).specify_kind());
        let mut rest = &utc[1..];
        while let Some(&next) = rest.first() {
            let is_near = |index: usize| is_near(before.0, rest[index]);
            let count = gallop::from_start(0..rest.len(), is_near).max(1);
            let (stretch, behind) = rest.split_at(count);
            let last = stretch.last().map_or(next, |&last| last);
            let last = (last, self.offset(last));
            self.append_stretch(before, stretch, last.1, &mut local_times);
            (before, rest) = (last, behind);
        }
        local_times
    }

    /// Where the offset is the same at both ends of a [`STRETCH`], it is the same at all times
    /// between; else the stretch is cut in half until it is. `before` is the time before the
    /// stretch with its offset.
    fn append_stretch(
        self,
        before: (Utc, TimeSpan),
        utc: &[Utc],
        last_offset: TimeSpan,
        local_times: &mut Vec<LocalDateTime>,
    ) {
        let Some(&last) = utc.last() else { return };
        let is_constant = before.1 == last_offset;
        if utc.len() == 1 {
            local_times.push(last.saturating_add(last_offset).specify_kind());
        } else if !is_constant {
            let (near, far) = utc.split_at(utc.len() / 2);
            let middle = near.last().map_or(before, |&middle| (middle, self.offset(middle)));
            self.append_stretch(before, near, middle.1, local_times);
            self.append_stretch(middle, far, last_offset, local_times);
        } else if !(is_near(before.0, last)
            && Utc::append_moved(before.0, utc, last_offset, local_times))
        {
            // In no order, or at the ends of time.
            local_times.extend(utc.iter().map(|&utc| self.to_local(utc)));
        }
    }

    /// The moment at which the local time is this. Of two it is the first. In a skipped hour it is
    /// the moment that would have this local time without the change.
    pub fn to_utc(self, local_time: LocalDateTime) -> Utc {
        let [without_change, _] = self.candidates(local_time);
        self.moments(local_time).first().copied().unwrap_or(without_change)
    }

    /// The moments at which the local time is this, in order: two in an hour that is repeated, and
    /// none in one that is skipped.
    pub fn moments(self, local_time: LocalDateTime) -> Vec<Utc> {
        let mut moments = self.candidates(local_time).to_vec();
        moments.retain(|&utc| self.to_local(utc) == local_time);
        moments.dedup();
        moments
    }

    /// The local time minus the offset a day before, and minus that a day after: a change lies
    /// between, or they are the same.
    fn candidates(self, local_time: LocalDateTime) -> [Utc; 2] {
        let as_if_utc: Utc = local_time.specify_kind();
        let minus = |span: TimeSpan| as_if_utc.checked_sub(span).unwrap_or(as_if_utc);
        let day = TimeSpan::from_ticks(TICKS_PER_DAY);
        let before = self.offset(minus(day));
        let after = self.offset(as_if_utc.saturating_add(day));
        [minus(before), minus(after)]
    }

    /// The time that Duplicati records for a version of this moment: the moment taken to local time
    /// and back, as .NET does both.
    ///
    /// That is another moment in the second pass of a repeated hour, where neither pass is summer
    /// time for .NET: in zones whose winter time counts as negative summer time, and in others
    /// once, where they changed their standard time.
    ///
    /// ```
    /// use duplicati_retention::clock::{Utc, Zone};
    /// let dublin: Zone = "Europe/Dublin".parse()?;
    /// let half_past = |hour: i64| Utc::from_unix_seconds(1_792_886_400 + hour * 3600 + 1800);
    /// assert_eq!(dublin.recorded(half_past(1)?), half_past(0)?);
    /// assert_eq!(dublin.recorded(half_past(2)?), half_past(2)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn recorded(self, utc: Utc) -> Utc {
        let first = self.to_utc(self.to_local(utc));
        // .NET takes a local time that there is twice for the moment outside summer time.
        if first < utc && !self.is_summer_time(first) { first } else { utc }
    }

    /// Whether the clock is ahead of the zone's standard time.
    fn is_summer_time(self, utc: Utc) -> bool {
        self.tz_offset(utc.to_chrono()).dst_offset() > chrono::Duration::zero()
    }

    /// How far local time is ahead of UTC at this moment.
    pub fn offset(self, utc: Utc) -> TimeSpan {
        offsets::remembered(self, utc)
    }

    /// The same, looked up in the tables.
    pub(super) fn looked_up(self, utc: Utc) -> TimeSpan {
        let seconds = self.tz_offset(utc.to_chrono()).fix().local_minus_utc();
        TimeSpan::from_ticks(i64::from(self.in_whole_minutes(seconds)) * TICKS_PER_SECOND)
    }

    /// An offset as .NET has it: its distance from the zone's standard offset is cut to minutes. So
    /// Berlin in 1880, at 53 minutes and 28 seconds, counts as 54 minutes ahead.
    fn in_whole_minutes(self, offset: i32) -> i32 {
        if offset % 60 == 0 {
            return offset;
        }
        let standard = self.tz_offset(first_of_last_year(1)).base_utc_offset();
        let standard = standard.num_seconds() as i32; // less than a day
        standard + (offset - standard) / 60 * 60
    }

    /// The offset at this moment, by the zone's rule where the tables end.
    fn tz_offset(self, utc: NaiveDateTime) -> TzOffset {
        let at = |utc: &NaiveDateTime| self.0.offset_from_utc_datetime(utc);
        if utc.year() <= LAST_YEAR_OF_TABLES {
            return at(&utc);
        }
        let [january, july] = [1, 7].map(|month| at(&first_of_last_year(month)));
        if january.fix() == july.fix() { january } else { at(&same_day_before_the_tables_end(utc)) }
    }
}

/// No clock was ever changed and changed back within this time. The shortest that the tables know
/// is almost seven days, in the north of Brazil in 2000; a test looks at every zone.
pub(crate) const STRETCH: TimeSpan = TimeSpan::from_ticks(2 * TICKS_PER_DAY);

fn is_near(one: Utc, other: Utc) -> bool {
    one.since(other).ticks().abs() < STRETCH.ticks()
}

/// chrono-tz's tables of clock changes end with this year, whereas .NET goes on by the zone's rule
/// for ever.
const LAST_YEAR_OF_TABLES: i32 = 2099;

/// The first day of a month in the last year of the tables.
fn first_of_last_year(month: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(LAST_YEAR_OF_TABLES, month, 1).unwrap_or_default().into()
}

/// The same time of the same date in the last year of the tables that has the same calendar.
///
/// The rules of all zones name days such as "the last Sunday in March", so equal calendars have
/// equal clock changes. Within 28 years of one century each of the 14 calendars occurs.
fn same_day_before_the_tables_end(utc: NaiveDateTime) -> NaiveDateTime {
    let calendar =
        |year| NaiveDate::from_ymd_opt(year, 1, 1).map(|day| (day.weekday(), day.leap_year()));
    let years = (LAST_YEAR_OF_TABLES - 27..=LAST_YEAR_OF_TABLES).rev();
    let same = years.into_iter().find(|&year| calendar(year) == calendar(utc.year()));
    same.and_then(|year| utc.with_year(year)).unwrap_or(utc)
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        name.parse().map(Zone).map_err(|_| UnknownZone(name.to_owned()))
    }
}
