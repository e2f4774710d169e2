//! Times as people and programs write them: anywhere in a line, with or without a zone, with the
//! parts of the date in the order of a country.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use regex::{Captures, Regex};

use super::lines::quoted;
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::dotnet::TimeSpan;

/// In which order a date's day, month and year are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DateOrder {
    /// `31.12.2026`: most of the world.
    DayMonthYear,
    /// `12/31/2026`: the United States.
    MonthDayYear,
    /// `26-12-31`. A year of four digits in front needs no order.
    YearMonthDay,
}

impl DateOrder {
    /// All of them.
    pub const ALL: [DateOrder; 3] =
        [DateOrder::DayMonthYear, DateOrder::MonthDayYear, DateOrder::YearMonthDay];

    /// The name that the command line uses: `dmy`, `mdy` or `ymd`.
    pub const fn name(self) -> &'static str {
        match self {
            DateOrder::DayMonthYear => "dmy",
            DateOrder::MonthDayYear => "mdy",
            DateOrder::YearMonthDay => "ymd",
        }
    }
}

impl FromStr for DateOrder {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = DateOrder::ALL.into_iter().find(|order| order.name() == text);
        named.ok_or_else(|| "write dmy, mdy or ymd".to_owned())
    }
}

/// A time as it is written: local if it names no offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenTime {
    text: String,
    /// The three parts of the date, as numbers and as digits written.
    date: [(i32, usize); 3],
    /// Whether the parts are separated by dots, which no country that begins with the month does.
    dotted: bool,
    clock: NaiveTime,
    /// Seconds ahead of UTC.
    offset: Option<i64>,
    has_seconds: bool,
}

/// A local time that does not tell the moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LocalTimeError {
    /// It has no offset, and no zone is known.
    #[error(
        "{0} has no time zone; give the zone with --time-zone, or add Z for UTC or the offset \
         from UTC like +01:00"
    )]
    NoZone(String),
    /// The clock was set back, so it came twice.
    #[error(
        "{text} came twice in {zone}, because the clock was set back; write the one you mean: {} or {}",
        moments[0].rfc_3339(), moments[1].rfc_3339()
    )]
    Twice {
        /// The time as it is written.
        text: String,
        /// The name of the zone.
        zone: &'static str,
        /// Both moments.
        moments: [Utc; 2],
    },
    /// The clock was set forward, so it never came.
    #[error(
        "{text} never came in {zone}, because the clock was set forward; is this the right zone?"
    )]
    Never {
        /// The time as it is written.
        text: String,
        /// The name of the zone.
        zone: &'static str,
    },
    /// There is no such date, in any order of its parts or in the chosen one.
    #[error("{0} is not a date of the years 1 to 9999")]
    NoDate(String),
    /// Two orders of the date's parts make sense.
    #[error(
        "{0} can be two dates; give the order of day, month and year with --date-order dmy, mdy \
         or ymd"
    )]
    TwoDates(String),
}

/// Before or after noon, as .NET writes it in English, Chinese, Japanese, Korean and Greek.
const NOON: &str = r"(?:[ap]\.?\s?m\b\.?|上午|下午|午前|午後|오전|오후|[πμ]\.?μ\.?)";
const AFTER_NOON: [&str; 5] = ["p", "下午", "午後", "오후", "μ"];

static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?xi)
        \b (?: (?P<cy>\d{{4}}) (?P<cm>\d\d) (?P<cd>\d\d) T (?P<ch>\d\d) (?P<cn>\d\d) (?P<cs>\d\d)
        | (?P<a>\d{{1,4}}) (?P<separator>[-/.])\s? (?P<b>\d{{1,2}}) [-/.]\s? (?P<c>\d{{1,4}}) \.? (?:\s?г\.)?
          (?: T | [\s,]+ ) (?: (?P<before>{NOON}) \s* )?
          (?P<h>\d{{1,2}}) (?: [:.] | \s?h\s? ) (?P<n>\d\d)
          (?: (?: [:.] | \s?min\s? ) (?P<s>\d\d) (?: [.,]0+\b )? (?: \s?s\b )? )?
          (?: \s* (?P<after>{NOON}) )?
        )
        (?P<offset> Z\b | \s?[+-]\d\d(?: :?\d\d )?\b )?"
    ))
    .ok()
});

impl WrittenTime {
    /// The first time in a text, and where it stands.
    pub fn find(text: &str) -> Option<(Range<usize>, WrittenTime)> {
        let mut start = 0;
        // A match whose clock or offset is impossible does not hide what follows it.
        while let Some(captures) = TIME.as_ref()?.captures_at(text, start) {
            let place = captures.get(0)?.range();
            let is_alone =
                text[place.end..].chars().next().is_none_or(|next| !next.is_alphanumeric());
            if let Some(time) = WrittenTime::of(&captures).filter(|_| is_alone) {
                return Some((place, time));
            }
            start = place.end;
        }
        None
    }

    fn of(captures: &Captures) -> Option<WrittenTime> {
        let text = |name| captures.name(name).map(|part| part.as_str());
        let number = |name| text(name).and_then(|digits| digits.parse::<u32>().ok());
        let part = |name| Some((number(name)? as i32, text(name)?.len()));
        let is_compact = text("cy").is_some();
        let names = if is_compact { ["cy", "cm", "cd"] } else { ["a", "b", "c"] };
        let date = [part(names[0])?, part(names[1])?, part(names[2])?];
        let mut hour = number("h").or_else(|| number("ch"))?;
        if let Some(noon) = text("before").or_else(|| text("after")) {
            if !(1..=12).contains(&hour) {
                return None;
            }
            let noon = noon.to_lowercase();
            let is_after = AFTER_NOON.iter().any(|after| noon.starts_with(after));
            hour = hour % 12 + if is_after { 12 } else { 0 };
        }
        let seconds = number("s").or_else(|| number("cs"));
        let minute = number("n").or_else(|| number("cn"))?;
        let clock = NaiveTime::from_hms_opt(hour, minute, seconds.unwrap_or(0))?;
        let offset = match text("offset") {
            Some(offset) => Some(seconds_ahead(offset.trim())?),
            None => None,
        };
        Some(WrittenTime {
            text: text_of(captures),
            date,
            dotted: text("separator") == Some("."),
            clock,
            offset,
            has_seconds: seconds.is_some(),
        })
    }

    /// Whether it has no offset, so that a zone decides which moment it is.
    pub fn is_local(&self) -> bool {
        self.offset.is_none()
    }

    /// How far it says that it is ahead of UTC.
    pub fn offset(&self) -> Option<TimeSpan> {
        self.offset.and_then(|seconds| TimeSpan::from_seconds(seconds).ok())
    }

    /// Whether it tells the seconds.
    pub fn has_seconds(&self) -> bool {
        self.has_seconds
    }

    /// Whether the date begins with a year of four digits, so that its order is certain.
    pub fn has_year_first(&self) -> bool {
        self.date[0].1 == 4
    }

    /// The moment, if the date's parts are in this order.
    ///
    /// # Errors
    /// [`LocalTimeError`] if there is no such moment, or two.
    pub fn moment(&self, order: DateOrder, zone: Option<Zone>) -> Result<Utc, LocalTimeError> {
        let no_date = || LocalTimeError::NoDate(quoted(&self.text));
        let written = self.date_in(order).ok_or_else(no_date)?.and_time(self.clock);
        if let Some(offset) = self.offset {
            let utc = written.checked_sub_signed(TimeDelta::seconds(offset)).ok_or_else(no_date)?;
            return Utc::from_chrono(utc).map_err(|_| no_date());
        }
        let zone = zone.ok_or_else(|| LocalTimeError::NoZone(quoted(&self.text)))?;
        local_moment(written, &self.text, zone)
    }

    /// The only order in which all these times are dates, none of them lies after `latest`, and,
    /// if they come newest first, each is at most the one before.
    ///
    /// # Errors
    /// [`LocalTimeError`] if no time is found, or if two give different dates; with the index.
    pub fn order_of(
        times: &[WrittenTime],
        latest: Option<Utc>,
        newest_first: bool,
    ) -> Result<DateOrder, (usize, LocalTimeError)> {
        let written = |time: &WrittenTime, order| Some(time.date_in(order)?.and_time(time.clock));
        let latest = latest.map(|utc| utc.to_chrono() + TimeDelta::days(1)); // wherever it is local
        let mut orders = DateOrder::ALL.to_vec();
        for (index, time) in times.iter().enumerate() {
            orders.retain(|&order| time.date_in(order).is_some());
            if orders.is_empty() {
                return Err((index, LocalTimeError::NoDate(quoted(&time.text))));
            }
        }
        let narrow = |orders: Vec<DateOrder>, is_likely: &dyn Fn(DateOrder) -> bool| {
            let likely: Vec<DateOrder> =
                orders.iter().copied().filter(|&order| is_likely(order)).collect();
            if likely.is_empty() { orders } else { likely }
        };
        orders = narrow(orders, &|order| {
            times
                .iter()
                .all(|time| latest.is_none_or(|latest| written(time, order) <= Some(latest)))
        });
        orders = narrow(orders, &|order| {
            !newest_first
                || times.windows(2).all(|two| written(&two[0], order) >= written(&two[1], order))
        });
        let Some((&first, others)) = orders.split_first() else {
            return Ok(DateOrder::YearMonthDay);
        };
        for (index, time) in times.iter().enumerate() {
            if others.iter().any(|&other| time.date_in(other) != time.date_in(first)) {
                return Err((index, LocalTimeError::TwoDates(quoted(&time.text))));
            }
        }
        Ok(first)
    }

    fn date_in(&self, order: DateOrder) -> Option<NaiveDate> {
        let [(a, digits), (b, _), (c, last_digits)] = self.date;
        let (year, month, day, year_digits) = match order {
            _ if digits > 2 => (a, b, c, digits),
            DateOrder::MonthDayYear if self.dotted => return None,
            DateOrder::DayMonthYear => (c, b, a, last_digits),
            DateOrder::MonthDayYear => (c, a, b, last_digits),
            DateOrder::YearMonthDay if last_digits > 2 => return None,
            DateOrder::YearMonthDay => (a, b, c, digits),
        };
        let year = match year_digits {
            4 => year,
            2 => 2000 + year,
            _ => return None,
        };
        NaiveDate::from_ymd_opt(year, month as u32, day as u32)
    }
}

impl fmt::Display for WrittenTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// The moment at which the clocks of a zone show this.
pub(super) fn local_moment(
    written: NaiveDateTime,
    text: &str,
    zone: Zone,
) -> Result<Utc, LocalTimeError> {
    let local =
        LocalDateTime::from_chrono(written).map_err(|_| LocalTimeError::NoDate(quoted(text)))?;
    match zone.moments(local).as_slice() {
        [one] => Ok(*one),
        &[first, second, ..] => {
            let (text, zone) = (quoted(text), zone.name());
            Err(LocalTimeError::Twice { text, zone, moments: [first, second] })
        }
        [] => Err(LocalTimeError::Never { text: quoted(text), zone: zone.name() }),
    }
}

fn text_of(captures: &Captures) -> String {
    captures.get(0).map_or("", |whole| whole.as_str()).trim().to_owned()
}

/// `Z`, `+01`, `+0100` or `+01:00`, in seconds.
fn seconds_ahead(offset: &str) -> Option<i64> {
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return Some(0);
    }
    let hours: i64 = digits[..2].parse().ok()?;
    let minutes: i64 = digits.get(2..4).map_or(Some(0), |minutes| minutes.parse().ok())?;
    let seconds = (hours * 60 + minutes) * 60;
    (hours < 24 && minutes < 60).then_some(if offset.starts_with('-') { -seconds } else { seconds })
}
