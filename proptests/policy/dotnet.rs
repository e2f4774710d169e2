//! The ends of what .NET's types hold, and the tick as the least part: what no case of a backup
//! comes near.

use chrono::{NaiveDate, NaiveDateTime};
use duplicati_retention::clock::Utc;
use duplicati_retention::dotnet::{
    DateTime, OutOfRange, SpanOverflow, TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan, is_white_space,
    parse_i64, trim,
};

/// 2026-11-23T09:00:00.0000123, and in the last tenth of a second of the year 1.
const WITH_A_FRACTION: [i64; 2] = [639_310_212_000_000_123, 315_359_999_000_007];

#[test]
fn a_date_time_reaches_from_the_first_tick_to_the_last() {
    let last = <DateTime>::MAX.ticks();
    assert_eq!(<DateTime>::from_ticks(0), Ok(<DateTime>::MIN));
    assert_eq!(<DateTime>::from_ticks(last), Ok(<DateTime>::MAX));
    assert_eq!(<DateTime>::from_ticks(last + 1), Err(OutOfRange));
    assert_eq!(Utc::MAX.unix_seconds(), 253_402_300_799);
    assert_eq!(Utc::from_unix_seconds(253_402_300_800), Err(OutOfRange));
}

#[test]
fn chrono_has_the_same_time_to_the_tick() {
    for ticks in WITH_A_FRACTION {
        let time = <DateTime>::from_ticks(ticks).unwrap();
        assert_eq!(<DateTime>::from_chrono(time.to_chrono()), Ok(time));
    }
    let now = <DateTime>::from_ticks(WITH_A_FRACTION[0]).unwrap().to_chrono();
    assert_eq!(now.to_string(), "2026-11-23 09:00:00.000012300");
    assert_eq!(<DateTime>::MAX.to_chrono().to_string(), "9999-12-31 23:59:59.999999900");
}

#[test]
fn chronos_other_years_are_out_of_range() {
    let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap().into();
    for time in
        [day(0), day(10_000), day(40_000), day(-40_000), NaiveDateTime::MIN, NaiveDateTime::MAX]
    {
        assert_eq!(<DateTime>::from_chrono(time), Err(OutOfRange), "{time}");
    }
}

#[test]
fn a_step_by_the_calendar_ends_in_its_years() {
    let day = |count| <DateTime>::MIN.add_units(count, TICKS_PER_DAY).unwrap();
    assert_eq!(<DateTime>::MIN.add_months(0), Ok(<DateTime>::MIN));
    assert_eq!(day(31).add_months(-1), Ok(<DateTime>::MIN));
    assert_eq!(
        <DateTime>::MIN.add_months(9_999 * 12 - 1).unwrap().to_string(),
        "9999-12-01 00:00:00"
    );
    assert_eq!(
        <DateTime>::MAX.add_years(-9_998).unwrap().to_string(),
        "0001-12-31 23:59:59.9999999"
    );
    for months in [9_999 * 12, -1, 120_001, i32::MAX, i32::MIN] {
        assert_eq!(<DateTime>::MIN.add_months(months), Err(OutOfRange), "{months}");
    }
    for years in [9_999, -1, 10_001, i32::MAX, i32::MIN] {
        assert_eq!(<DateTime>::MIN.add_years(years), Err(OutOfRange), "{years}");
    }
}

#[test]
fn times_and_spans_are_shown_to_the_tick() {
    let shown = |ticks| <DateTime>::from_ticks(ticks).unwrap().to_string();
    assert_eq!(
        WITH_A_FRACTION.map(shown),
        ["2026-11-23 09:00:00.0000123", "0001-12-31 23:59:59.9000007"]
    );
    assert_eq!(format!("{:?}", Utc::MIN), "Utc(0001-01-01 00:00:00)");
    let shown = |ticks| TimeSpan::from_ticks(ticks).to_string();
    assert_eq!(
        [
            0,
            1,
            -TICKS_PER_SECOND,
            3_661 * TICKS_PER_SECOND,
            TICKS_PER_DAY + 5_000_000,
            -TICKS_PER_DAY
        ]
        .map(shown),
        ["0s", "0.0000001s", "-1s", "1h 1m 1s", "1D 0.5s", "-1D"]
    );
}

#[test]
fn a_span_of_seconds_is_exact_or_too_long() {
    const MAX: i64 = 922_337_203_685;
    for seconds in [0, 1, -1, MAX, -MAX] {
        assert_eq!(TimeSpan::from_seconds(seconds).map(TimeSpan::whole_seconds), Ok(seconds));
    }
    assert_eq!(TimeSpan::from_seconds(MAX + 1), Err(SpanOverflow));
    assert_eq!(TimeSpan::from_ticks(-15_000_000).total_seconds(), -1.5);
    assert_eq!(TimeSpan::from_ticks(-19_999_999).whole_seconds(), -1);
}

#[test]
fn a_long_is_read_to_its_ends_and_without_a_blank_after_the_sign() {
    assert_eq!(parse_i64("+9223372036854775807"), Some(i64::MAX));
    assert_eq!(parse_i64("9223372036854775808"), None);
    assert_eq!(parse_i64("- 1"), None);
}

#[test]
fn white_space_is_that_of_unicode() {
    assert_eq!(trim("\u{a0} 1\u{2003}"), "1");
    assert!(is_white_space('\u{3000}'));
    assert!(!is_white_space('\u{200b}') && !is_white_space('\0'));
}
