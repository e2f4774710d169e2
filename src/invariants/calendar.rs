//! Calendar and spans, calculated once more: a check shares no date arithmetic with what it checks.

use crate::dotnet::{DateTime, Kind, TICKS_PER_DAY, TICKS_PER_SECOND};

/// A span as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Span {
    /// The present, which keep-time knows.
    Now,
    /// A bare number.
    Seconds(i64),
    /// Numbers with their units.
    Terms(Vec<(i32, char)>),
}

/// A number of days, weeks, fixed months or fixed years in days, as 32 bits count them.
pub(super) fn wrapped_days(factor: i32, unit: char) -> i128 {
    let days = match unit {
        'W' => 7,
        'M' => 30,
        'Y' => 365,
        _ => 1,
    };
    let wrapped = (i128::from(factor) * days).rem_euclid(1 << 32);
    if wrapped >= 1 << 31 { wrapped - (1 << 32) } else { wrapped }
}

/// Days from 0001-01-01 to the first of a month; months count from 0 and may be any number.
fn days_before(year: i64, month: i64) -> i64 {
    let years = year - 1;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    years * 365 + years / 4 - years / 100
        + years / 400
        + lengths[..month as usize].iter().sum::<i64>()
}

/// The date a number of months later, the day cut to the month's length; none outside the years 1
/// to 9999.
fn add_months(ticks: i64, months: i128) -> Option<i64> {
    let (days, of_day) = (ticks / TICKS_PER_DAY, ticks % TICKS_PER_DAY);
    // By the mean length of a year it is this one or the next.
    let mut year = days * 400 / 146_097 + 1;
    if days_before(year + 1, 0) <= days {
        year += 1;
    }
    let month = (0..12).rev().find(|&month| days_before(year, month) <= days)?;
    let day = days - days_before(year, month);
    let count = i64::try_from(i128::from((year - 1) * 12 + month) + months).ok()?;
    let (year, month) = (count.div_euclid(12) + 1, count.rem_euclid(12));
    if !(1..=9999).contains(&year) {
        return None;
    }
    let next = if month == 11 { days_before(year + 1, 0) } else { days_before(year, month + 1) };
    let first = days_before(year, month);
    Some((first + day.min(next - first - 1)) * TICKS_PER_DAY + of_day)
}

/// A date moved by a span, unit by unit; none if it leaves the years 1 to 9999 on the way.
pub(super) fn moved<K: Kind>(from: DateTime<K>, span: &Span, forward: bool) -> Option<DateTime<K>> {
    let toward = |step: i128| if forward { step } else { -step };
    let by = |ticks: i64, step: i128| {
        let sum = i128::from(ticks) + toward(step);
        i64::try_from(sum).ok().filter(|&sum| DateTime::<K>::from_ticks(sum).is_ok())
    };
    let ticks = match span {
        Span::Now => from.ticks(),
        Span::Seconds(seconds) => {
            by(from.ticks(), i128::from(*seconds) * i128::from(TICKS_PER_SECOND))?
        }
        Span::Terms(terms) => {
            terms.iter().try_fold(from.ticks(), |ticks, &(factor, unit)| match unit {
                'Y' => add_months(ticks, toward(i128::from(factor) * 12)),
                'M' => add_months(ticks, toward(factor.into())),
                's' => by(ticks, i128::from(factor) * i128::from(TICKS_PER_SECOND)),
                'm' => by(ticks, i128::from(factor) * 60 * i128::from(TICKS_PER_SECOND)),
                'h' => by(ticks, i128::from(factor) * 3600 * i128::from(TICKS_PER_SECOND)),
                _ => by(ticks, wrapped_days(factor, unit) * i128::from(TICKS_PER_DAY)),
            })?
        }
    };
    DateTime::from_ticks(ticks).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_months_agree_with_a_table_of_known_dates() {
        let day = |year: i64, month: i64, day: i64| {
            (days_before(year, month - 1) + day - 1) * TICKS_PER_DAY
        };
        assert_eq!(day(1970, 1, 1), 621_355_968_000_000_000);
        assert_eq!(add_months(day(2024, 1, 31), 1), Some(day(2024, 2, 29)));
        assert_eq!(add_months(day(2023, 3, 31), -1), Some(day(2023, 2, 28)));
        assert_eq!(add_months(day(1900, 1, 30), 1), Some(day(1900, 2, 28)));
        assert_eq!(add_months(day(2000, 1, 31), 1), Some(day(2000, 2, 29)));
        assert_eq!(add_months(day(2000, 12, 31), 12), Some(day(2001, 12, 31)));
        assert_eq!(add_months(day(9999, 12, 31), 1), None);
        assert_eq!(add_months(day(1, 1, 1), -1), None);
        // The last day of each year and the first of the next, to and fro.
        for year in 1..9999 {
            assert_eq!(add_months(day(year, 12, 31), 1), Some(day(year + 1, 1, 31)), "{year}");
            assert_eq!(add_months(day(year + 1, 1, 1), -1), Some(day(year, 12, 1)), "{year}");
        }
    }
}
