//! `System.TimeSpan`.

use super::ticks::TICKS_PER_SECOND;

/// A length of time: `System.TimeSpan`, an `i64` count of ticks of 100 ns. It may be negative.
///
/// ```
/// use duplicati_retention::dotnet::TimeSpan;
/// let day = TimeSpan::from_seconds(86_400)?;
/// assert_eq!(day.ticks(), 864_000_000_000);
/// assert_eq!(day.to_string(), "1D");
/// assert_eq!(TimeSpan::from_ticks(day.ticks() - 20_000_000).to_string(), "23h 59m 58s");
/// # Ok::<(), duplicati_retention::dotnet::SpanOverflow>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan(i64);

/// A span left the range of an `i64` count of ticks (some 29,227 years either way): .NET's
/// `OverflowException`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the span is longer than 10675199 days, the longest that .NET can hold")]
pub struct SpanOverflow;

impl TimeSpan {
    /// No time at all.
    pub const ZERO: TimeSpan = TimeSpan(0);
    /// `TimeSpan.MaxValue`, 10675199 days and some hours.
    pub const MAX: TimeSpan = TimeSpan(i64::MAX);

    /// The span of this many ticks of 100 ns.
    pub const fn from_ticks(ticks: i64) -> Self {
        TimeSpan(ticks)
    }

    /// The length in ticks of 100 ns.
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// The length in seconds; a fraction of a second is cut off, towards zero.
    pub const fn whole_seconds(self) -> i64 {
        self.0 / TICKS_PER_SECOND
    }

    /// `TotalSeconds`: the length in seconds as an `f64`, rounded as .NET rounds it.
    pub fn total_seconds(self) -> f64 {
        self.0 as f64 / TICKS_PER_SECOND as f64
    }

    /// `TimeSpan.FromSeconds(long)` of .NET 9 and later: exact.
    ///
    /// # Errors
    /// [`SpanOverflow`] beyond ±922,337,203,685 seconds.
    pub fn from_seconds(seconds: i64) -> Result<Self, SpanOverflow> {
        TimeSpan::from_units(seconds, TICKS_PER_SECOND)
    }

    /// `count` times a unit of `ticks_per_unit`, in the exact integer arithmetic of .NET 9 and
    /// later.
    ///
    /// # Errors
    /// [`SpanOverflow`] if the product leaves `i64`.
    pub fn from_units(count: i64, ticks_per_unit: i64) -> Result<Self, SpanOverflow> {
        count.checked_mul(ticks_per_unit).map(TimeSpan).ok_or(SpanOverflow)
    }

    /// `value` times a unit of `ticks_per_unit`, in the floating-point arithmetic of .NET 8 and
    /// before.
    ///
    /// The product is computed in `f64` and cut off towards zero, so spans above about 28 years
    /// lose their last digits. A product of exactly 2⁶³ is [`TimeSpan::MAX`].
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
        const LIMIT: f64 = i64::MAX as f64; // 2^63, because an f64 cannot hold i64::MAX
        let ticks = value * ticks_per_unit as f64;
        if ticks.is_nan() || !(-LIMIT..=LIMIT).contains(&ticks) {
            return Err(SpanOverflow);
        }
        // The cast cuts off towards zero, and turns 2^63 into i64::MAX, as .NET does explicitly.
        Ok(TimeSpan(ticks as i64))
    }

    /// The sum.
    ///
    /// # Errors
    /// [`SpanOverflow`] if it leaves `i64`.
    pub fn checked_add(self, other: TimeSpan) -> Result<Self, SpanOverflow> {
        self.0.checked_add(other.0).map(TimeSpan).ok_or(SpanOverflow)
    }
}

/// For people, exact to the tick: `7D`, `23h 59m 58s`, `1D 12h 0.5s`.
impl std::fmt::Display for TimeSpan {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const UNITS: [(u64, char); 3] = [(86_400, 'D'), (3600, 'h'), (60, 'm')];
        let ticks = self.0.unsigned_abs();
        let mut seconds = ticks / TICKS_PER_SECOND as u64;
        let mut parts = Vec::new();
        for (unit, letter) in UNITS {
            if seconds >= unit {
                parts.push(format!("{}{letter}", seconds / unit));
            }
            seconds %= unit;
        }
        let fraction = ticks % TICKS_PER_SECOND as u64;
        if fraction > 0 {
            parts.push(format!("{seconds}.{fraction:07}").trim_end_matches('0').to_owned() + "s");
        } else if seconds > 0 || parts.is_empty() {
            parts.push(format!("{seconds}s"));
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        formatter.pad(&format!("{sign}{}", parts.join(" ")))
    }
}
