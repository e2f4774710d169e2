//! `System.TimeSpan`.

use super::{TICKS_PER_DAY, TICKS_PER_SECOND};

/// A length of time: `System.TimeSpan`, an `i64` count of ticks of 100 ns. It may be negative.
///
/// ```
/// use duplicati_retention::dotnet::TimeSpan;
/// let day = TimeSpan::from_seconds(86_400)?;
/// assert_eq!(day.ticks(), 864_000_000_000);
/// assert_eq!(day.to_string(), "1D");
/// assert_eq!((TimeSpan::from_ticks(day.ticks() - 20_000_000)).to_string(), "23:59:58");
/// # Ok::<(), duplicati_retention::dotnet::SpanOverflow>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan(i64);

/// A span left the range of an `i64` count of ticks (some 29,227 years either way): .NET's
/// `OverflowException`.
///
/// ```
/// use duplicati_retention::dotnet::{SpanOverflow, TimeSpan};
/// assert_eq!(TimeSpan::from_seconds(i64::MAX), Err(SpanOverflow));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the span is longer than 10675199 days, the longest that .NET can hold")]
pub struct SpanOverflow;

impl TimeSpan {
    /// No time at all.
    pub const ZERO: TimeSpan = TimeSpan(0);
    /// `TimeSpan.MaxValue`, 10675199 days and some hours.
    pub const MAX: TimeSpan = TimeSpan(i64::MAX);

    /// A span of this many ticks of 100 ns; every `i64` is one.
    ///
    /// ```
    /// # use duplicati_retention::dotnet::TimeSpan;
    /// assert_eq!(TimeSpan::from_ticks(10_000_000).whole_seconds(), 1);
    /// ```
    pub const fn from_ticks(ticks: i64) -> Self {
        TimeSpan(ticks)
    }

    /// The length in ticks of 100 ns.
    ///
    /// ```
    /// # use duplicati_retention::dotnet::TimeSpan;
    /// assert_eq!(TimeSpan::MAX.ticks(), i64::MAX);
    /// ```
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// The length in seconds; a part of a second is cut off, towards zero.
    ///
    /// ```
    /// # use duplicati_retention::dotnet::TimeSpan;
    /// assert_eq!(TimeSpan::from_ticks(-19_999_999).whole_seconds(), -1);
    /// ```
    pub const fn whole_seconds(self) -> i64 {
        self.0 / TICKS_PER_SECOND
    }

    /// `TotalSeconds`: the length in seconds as an `f64`, rounded as .NET rounds it.
    ///
    /// ```
    /// # use duplicati_retention::dotnet::TimeSpan;
    /// assert_eq!(TimeSpan::from_ticks(15_000_000).total_seconds(), 1.5);
    /// ```
    pub fn total_seconds(self) -> f64 {
        self.0 as f64 / TICKS_PER_SECOND as f64
    }

    /// `TimeSpan.FromSeconds(long)` of .NET 9 and later: exact.
    ///
    /// # Errors
    /// [`SpanOverflow`] beyond ±922,337,203,685 seconds.
    ///
    /// ```
    /// # use duplicati_retention::dotnet::TimeSpan;
    /// assert!(TimeSpan::from_seconds(922_337_203_685).is_ok());
    /// assert!(TimeSpan::from_seconds(922_337_203_686).is_err());
    /// ```
    pub fn from_seconds(seconds: i64) -> Result<Self, SpanOverflow> {
        TimeSpan::from_units(seconds, TICKS_PER_SECOND)
    }

    /// `count` times a unit of `ticks_per_unit`, in the exact integer arithmetic of .NET 9 and
    /// later.
    ///
    /// # Errors
    /// [`SpanOverflow`] if the product leaves `i64`.
    ///
    /// ```
    /// # use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
    /// assert_eq!(TimeSpan::from_units(7, TICKS_PER_DAY)?.to_string(), "7D");
    /// # Ok::<(), duplicati_retention::dotnet::SpanOverflow>(())
    /// ```
    pub fn from_units(count: i64, ticks_per_unit: i64) -> Result<Self, SpanOverflow> {
        count.checked_mul(ticks_per_unit).map(TimeSpan).ok_or(SpanOverflow)
    }

    /// `value` times a unit of `ticks_per_unit`, in the floating-point arithmetic of .NET 8 and
    /// before.
    ///
    /// The product is taken in `f64` and cut off towards zero, so spans above some 28 years of
    /// ticks lose their last digits. A product of exactly 2⁶³ is [`TimeSpan::MAX`].
    ///
    /// # Errors
    /// [`SpanOverflow`] if the product lies beyond ±2⁶³ ticks, or is not a number.
    ///
    /// ```
    /// # use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
    /// assert_eq!(TimeSpan::from_float_units(0.41, 10_000_000)?.ticks(), 4_099_999);
    /// assert_eq!(TimeSpan::from_float_units(9_223_372_036_854_775_808.0, 1)?, TimeSpan::MAX);
    /// # Ok::<(), duplicati_retention::dotnet::SpanOverflow>(())
    /// ```
    pub fn from_float_units(value: f64, ticks_per_unit: i64) -> Result<Self, SpanOverflow> {
        const LIMIT: f64 = i64::MAX as f64; // 2^63: i64::MAX itself is no f64
        let ticks = value * ticks_per_unit as f64;
        if ticks.is_nan() || !(-LIMIT..=LIMIT).contains(&ticks) {
            return Err(SpanOverflow);
        }
        // The cast cuts off towards zero, and turns 2^63 into i64::MAX as .NET does by a test of
        // its own.
        Ok(TimeSpan(ticks as i64))
    }

    /// The sum.
    ///
    /// # Errors
    /// [`SpanOverflow`] if it leaves `i64`.
    ///
    /// ```
    /// # use duplicati_retention::dotnet::TimeSpan;
    /// assert!(TimeSpan::MAX.checked_add(TimeSpan::from_ticks(1)).is_err());
    /// ```
    pub fn checked_add(self, other: TimeSpan) -> Result<Self, SpanOverflow> {
        self.0.checked_add(other.0).map(TimeSpan).ok_or(SpanOverflow)
    }
}

/// For people: days and the clock, exact to the tick, such as `7D`, `23:59:58` or `1D 12:00:00.5`.
impl std::fmt::Display for TimeSpan {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ticks = self.0.unsigned_abs();
        let (days, rest) = (ticks / TICKS_PER_DAY as u64, ticks % TICKS_PER_DAY as u64);
        let (seconds, fraction) = (rest / TICKS_PER_SECOND as u64, rest % TICKS_PER_SECOND as u64);
        let mut text = String::from(if self.0 < 0 { "-" } else { "" });
        if days > 0 {
            text += &format!("{days}D");
        }
        if days == 0 || rest > 0 {
            let space = if days > 0 { " " } else { "" };
            text += &format!(
                "{space}{:02}:{:02}:{:02}",
                seconds / 3600,
                seconds / 60 % 60,
                seconds % 60
            );
        }
        if fraction > 0 {
            text += format!(".{fraction:07}").trim_end_matches('0');
        }
        formatter.pad(&text)
    }
}
