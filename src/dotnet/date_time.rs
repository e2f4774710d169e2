//! `System.DateTime`.

use std::fmt;
use std::marker::PhantomData;

use chrono::{Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use super::ticks::{TICKS_PER_DAY, TICKS_PER_SECOND};
use super::time_span::TimeSpan;

/// What .NET calls the kind of a date: the clock that it was read from.
///
/// .NET keeps the kind beside the ticks and ignores it when it compares or subtracts. Here it is
/// part of the type, so dates of two kinds neither compare nor subtract.
pub trait Kind: Copy + Ord + std::hash::Hash + fmt::Debug + 'static {}

/// The kinds of a [`DateTime`].
pub mod kind {
    macro_rules! kinds {
        ($($(#[$doc:meta])* $name:ident)*) => {
            $(
                $(#[$doc])*
                #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
                pub enum $name {}
                impl super::Kind for $name {}
            )*
        };
    }

    kinds! {
        /// A date without a clock: a point to count from.
        Unspecified
        /// Read in UTC.
        Utc
        /// Read as the local time of a machine.
        Local
    }
}

/// A date and time of day of one kind: `System.DateTime`, ticks of 100 ns since 0001-01-01T00:00.
///
/// Every value is in .NET's range, from the year 1 to the end of 9999.
///
/// ```
/// use duplicati_retention::dotnet::{DateTime, TICKS_PER_DAY};
/// let february = <DateTime>::MIN.add_units(31, TICKS_PER_DAY)?;
/// assert_eq!(february.to_string(), "0001-02-01 00:00:00");
/// assert!(<DateTime>::MAX.add_units(1, TICKS_PER_DAY).is_err());
/// # Ok::<(), duplicati_retention::dotnet::OutOfRange>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime<K = kind::Unspecified>(i64, PhantomData<K>);

/// A time left the years 1 to 9999: .NET's `ArgumentOutOfRangeException`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the time lies outside the years 1 to 9999, all that .NET can hold")]
pub struct OutOfRange;

/// Ticks from 0001-01-01 to 1970-01-01.
const UNIX_EPOCH: i64 = 621_355_968_000_000_000;

impl<K: Kind> DateTime<K> {
    /// `DateTime.MinValue`: 0001-01-01T00:00.
    pub const MIN: Self = DateTime(0, PhantomData);
    /// `DateTime.MaxValue`: a tick before the year 10000.
    pub const MAX: Self = DateTime(3_155_378_975_999_999_999, PhantomData);

    /// The time this many ticks of 100 ns after 0001-01-01T00:00.
    ///
    /// # Errors
    /// [`OutOfRange`] outside 0 to 3,155,378,975,999,999,999.
    pub const fn from_ticks(ticks: i64) -> Result<Self, OutOfRange> {
        if ticks < Self::MIN.0 || ticks > Self::MAX.0 {
            Err(OutOfRange)
        } else {
            Ok(DateTime(ticks, PhantomData))
        }
    }

    /// Ticks of 100 ns since 0001-01-01T00:00.
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// The time from chrono's type for a date without a zone, cut to whole ticks.
    ///
    /// # Errors
    /// [`OutOfRange`] outside the years 1 to 9999.
    pub fn from_chrono(time: NaiveDateTime) -> Result<Self, OutOfRange> {
        let days = i64::from(time.num_days_from_ce()) - 1;
        // chrono writes a leap second as a nanosecond of 10⁹ and more; as ticks it is the next
        // second.
        let ticks = i64::from(time.num_seconds_from_midnight()) * TICKS_PER_SECOND
            + i64::from(time.nanosecond() / 100);
        // chrono's years reach further than an `i64` of ticks.
        let midnight = days.checked_mul(TICKS_PER_DAY).ok_or(OutOfRange)?;
        DateTime::from_ticks(midnight.checked_add(ticks).ok_or(OutOfRange)?)
    }

    /// The same time in chrono's type for a date without a zone.
    pub fn to_chrono(self) -> NaiveDateTime {
        let (days, ticks) = (self.0 / TICKS_PER_DAY, self.0 % TICKS_PER_DAY);
        let date = NaiveDate::from_num_days_from_ce_opt(days as i32 + 1).unwrap_or(NaiveDate::MAX);
        let (seconds, rest) = (ticks / TICKS_PER_SECOND, ticks % TICKS_PER_SECOND);
        let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds as u32, rest as u32 * 100);
        date.and_time(time.unwrap_or_default())
    }

    /// `a - b` of two dates of one clock; never overflows.
    pub const fn since(self, earlier: Self) -> TimeSpan {
        TimeSpan::from_ticks(self.0 - earlier.0)
    }

    /// `date + span`.
    ///
    /// # Errors
    /// [`OutOfRange`] if the sum leaves the years 1 to 9999.
    pub fn checked_add(self, span: TimeSpan) -> Result<Self, OutOfRange> {
        DateTime::from_ticks(self.0.checked_add(span.ticks()).ok_or(OutOfRange)?)
    }

    /// `date - span`.
    ///
    /// # Errors
    /// [`OutOfRange`] if the difference leaves the years 1 to 9999.
    pub fn checked_sub(self, span: TimeSpan) -> Result<Self, OutOfRange> {
        DateTime::from_ticks(self.0.checked_sub(span.ticks()).ok_or(OutOfRange)?)
    }

    /// `date + span`, stopping at the ends of the range as `ToLocalTime` does.
    pub fn saturating_add(self, span: TimeSpan) -> Self {
        let ticks = self.0.saturating_add(span.ticks()).clamp(Self::MIN.0, Self::MAX.0);
        DateTime(ticks, PhantomData)
    }

    /// Appends each of these times, moved by the span, and returns true; or returns false, unless
    /// all of them lie between `before` and the last, and those two stay in range when moved.
    pub(crate) fn append_moved<To: Kind>(
        before: Self,
        times: &[Self],
        span: TimeSpan,
        moved: &mut Vec<DateTime<To>>,
    ) -> bool {
        let Some(&last) = times.last() else { return true };
        if before.checked_add(span).is_err() || last.checked_add(span).is_err() {
            return false;
        }
        let (low, high) = (before.0.min(last.0), before.0.max(last.0));
        // Negative as soon as one time is outside. Two plain loops without a branch, so that each
        // takes several times at once.
        let outside =
            times.iter().fold(0, |outside, time| outside | (time.0 - low) | (high - time.0));
        if outside >= 0 {
            moved.extend(times.iter().map(|time| DateTime(time.0 + span.ticks(), PhantomData)));
        }
        outside >= 0
    }

    /// `AddSeconds`, `AddMinutes`, `AddHours` and `AddDays`: `count` units of `ticks_per_unit`
    /// later.
    ///
    /// .NET takes the count as a `double`, yet counts whole units exactly (since .NET 7).
    ///
    /// # Errors
    /// [`OutOfRange`] if the result leaves the years 1 to 9999.
    pub fn add_units(self, count: i64, ticks_per_unit: i64) -> Result<Self, OutOfRange> {
        let ticks = count.checked_mul(ticks_per_unit).ok_or(OutOfRange)?;
        self.checked_add(TimeSpan::from_ticks(ticks))
    }

    /// `AddMonths`: the same day and time of day this many months later, or the last day of the
    /// month if that is shorter.
    ///
    /// Not reversible: 31 January plus a month minus a month is 28 January.
    ///
    /// # Errors
    /// [`OutOfRange`] if the result leaves the years 1 to 9999.
    ///
    /// ```
    /// # use duplicati_retention::dotnet::{DateTime, TICKS_PER_DAY};
    /// let january_31 = <DateTime>::MIN.add_units(30, TICKS_PER_DAY)?;
    /// assert_eq!(january_31.add_months(1)?.to_string(), "0001-02-28 00:00:00");
    /// # Ok::<(), duplicati_retention::dotnet::OutOfRange>(())
    /// ```
    pub fn add_months(self, months: i32) -> Result<Self, OutOfRange> {
        let (from, step) = (self.to_chrono(), Months::new(months.unsigned_abs()));
        let to = if months.is_negative() {
            from.checked_sub_months(step)
        } else {
            from.checked_add_months(step)
        };
        let day = to.ok_or(OutOfRange)?.date().and_time(NaiveTime::MIN);
        // The ticks of the day are added here, because chrono counts days only.
        DateTime::from_chrono(day)?.checked_add(TimeSpan::from_ticks(self.0 % TICKS_PER_DAY))
    }

    /// `AddYears`: the same day this many years later; 29 February becomes the 28th in a year that
    /// is not a leap year.
    ///
    /// # Errors
    /// [`OutOfRange`] if the result leaves the years 1 to 9999.
    pub fn add_years(self, years: i32) -> Result<Self, OutOfRange> {
        self.add_months(years.checked_mul(12).ok_or(OutOfRange)?)
    }
}

/// The same ticks read as another kind: `DateTime.SpecifyKind`. Only a [`Zone`](crate::clock::Zone)
/// knows what to add.
impl<K: Kind> DateTime<K> {
    pub(crate) const fn specify_kind<To: Kind>(self) -> DateTime<To> {
        DateTime(self.0, PhantomData)
    }
}

impl DateTime<kind::Utc> {
    /// The time this many seconds after 1970-01-01T00:00Z.
    ///
    /// # Errors
    /// [`OutOfRange`] outside -62,135,596,800 to 253,402,300,799.
    pub fn from_unix_seconds(seconds: i64) -> Result<Self, OutOfRange> {
        let since_epoch = seconds.checked_mul(TICKS_PER_SECOND).ok_or(OutOfRange)?;
        DateTime::from_ticks(since_epoch.checked_add(UNIX_EPOCH).ok_or(OutOfRange)?)
    }

    /// Whole seconds since 1970-01-01T00:00Z; a fraction of a second is cut off, towards the past.
    pub const fn unix_seconds(self) -> i64 {
        (self.0 - UNIX_EPOCH).div_euclid(TICKS_PER_SECOND)
    }

    /// As RFC 3339 writes it, with a fraction only if there is one: `2026-11-23T09:00:00.5Z`.
    pub fn rfc_3339(self) -> String {
        self.to_string().replacen(' ', "T", 1) + "Z"
    }
}

/// For people: `2026-11-23 10:00:00`, with a fraction only if there is one.
impl<K: Kind> fmt::Display for DateTime<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By hand: this is most of what it costs to write a question of the conformance protocol.
        let time = self.to_chrono();
        let (year, month, day) = (time.year(), time.month(), time.day());
        let (hour, minute, second) = (time.hour(), time.minute(), time.second());
        let mut text = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
        let fraction = self.0 % TICKS_PER_SECOND;
        if fraction > 0 {
            text += format!(".{fraction:07}").trim_end_matches('0');
        }
        formatter.pad(&text)
    }
}

/// The kind and the time: `Utc(2026-11-23 09:00:00)`.
impl<K: Kind> fmt::Debug for DateTime<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = std::any::type_name::<K>().rsplit("::").next().unwrap_or_default();
        write!(formatter, "{kind}({self})")
    }
}
