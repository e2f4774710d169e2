//! Versions on a calendar of days: what is there, and from which days nothing is.
//!
//! A line for each month, a sign for each day. It is one column wide for each day, so that it fits
//! on the narrowest screen.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{Datelike, NaiveDate};

use super::svg::escape;
use crate::advice::{count, number};
use crate::clock::LocalDateTime;

/// What the signs of the calendar mean.
pub const KEY: &str = "● kept   × deleted   ◐ both   · no version";

/// The days of a calendar.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// How many versions of a day are kept, and how many are deleted.
    days: BTreeMap<NaiveDate, (usize, usize)>,
    /// The last day that there is.
    today: NaiveDate,
}

/// The same of a calendar on which nothing is deleted.
pub const KEY_OF_KEPT: &str = "● a version   · none";

/// A line of a calendar.
enum Line {
    Month { year: i32, month: u32, days: Vec<Day> },
    Gap { months: usize },
}

/// More lines are not shown as text, nor in the picture of a plan.
pub(super) const MOST_LINES: usize = 24;

/// A day of a month.
struct Day {
    date: NaiveDate,
    kept: usize,
    deleted: usize,
}

impl Day {
    fn sign(&self) -> char {
        match (self.kept, self.deleted) {
            (0, 0) => '·',
            (_, 0) => '●',
            (0, _) => '×',
            _ => '◐',
        }
    }

    fn class(&self) -> &'static str {
        match (self.kept, self.deleted) {
            (0, 0) => "none",
            (_, 0) => "there",
            (0, _) => "gone",
            _ => "both",
        }
    }
}

impl Calendar {
    /// The calendar of versions that were made at these local times, and of each whether it is
    /// deleted, up to today.
    pub fn new(
        versions: impl IntoIterator<Item = (LocalDateTime, bool)>,
        today: LocalDateTime,
    ) -> Calendar {
        let mut days: BTreeMap<NaiveDate, (usize, usize)> = BTreeMap::new();
        for (time, is_deleted) in versions {
            let (kept, deleted) = days.entry(time.to_chrono().date()).or_default();
            *(if is_deleted { deleted } else { kept }) += 1;
        }
        Calendar { days, today: today.to_chrono().date() }
    }

    /// From the first month with a version to this one, or to the last with a version.
    fn lines(&self) -> Vec<Line> {
        let number = |date: NaiveDate| date.year() * 12 + date.month0() as i32;
        let (Some(first), Some(last)) = (self.days.keys().next(), self.days.keys().next_back())
        else {
            return Vec::new();
        };
        let last = self.today.max(*last);
        let mut lines: Vec<Line> = Vec::new();
        for month_number in number(*first)..=number(last) {
            let (year, month) =
                (month_number.div_euclid(12), month_number.rem_euclid(12) as u32 + 1);
            let dates = (1..=31).filter_map(|day| NaiveDate::from_ymd_opt(year, month, day));
            let day = |date: NaiveDate| {
                let (kept, deleted) = self.days.get(&date).copied().unwrap_or_default();
                Day { date, kept, deleted }
            };
            let days: Vec<Day> = dates.filter(|&date| date <= last).map(day).collect();
            let is_empty = days.iter().all(|day| day.kept + day.deleted == 0);
            match (is_empty, lines.last_mut()) {
                (true, Some(Line::Gap { months })) => *months += 1,
                (true, _) => lines.push(Line::Gap { months: 1 }),
                (false, _) => lines.push(Line::Month { year, month, days }),
            }
        }
        lines
    }

    /// The calendar as text of at most 39 columns, with the last two years of it; nothing without a
    /// version.
    pub fn text(&self) -> Option<String> {
        let (older, shown) = self.latest(MOST_LINES);
        let mut text = String::from("        1   5    10   15   20   25   30\n");
        if shown.is_empty() {
            return None;
        }
        if let Some(older) = older {
            let _ = writeln!(text, "        {older}");
        }
        for line in &shown {
            // Writing to a string cannot fail.
            let _ = match line {
                Line::Month { year, month, days } => {
                    let signs: String = days.iter().map(Day::sign).collect();
                    writeln!(text, "{year:04}-{month:02} {signs}")
                }
                Line::Gap { months } => writeln!(text, "        {}", without_version(*months)),
            };
        }
        Some(text)
    }

    /// The last lines, at most this many, and what is older in words.
    fn latest(&self, most: usize) -> (Option<String>, Vec<Line>) {
        let mut lines = self.lines();
        let shown = lines.split_off(lines.len().saturating_sub(most));
        let days = lines.iter().flat_map(|line| match line {
            Line::Month { days, .. } => days.as_slice(),
            Line::Gap { .. } => &[],
        });
        let (kept, deleted) =
            days.fold((0, 0), |(kept, deleted), day| (kept + day.kept, deleted + day.deleted));
        let older = match deleted {
            0 => format!("({})", count(kept, "older version")),
            _ => format!("(older: {} of {} kept)", number(kept), number(kept + deleted)),
        };
        ((!lines.is_empty()).then_some(older), shown)
    }

    /// How high the drawing of at most so many lines is.
    pub fn height(&self, most: usize) -> f64 {
        let (older, lines) = self.latest(most);
        (lines.len() + usize::from(older.is_some())) as f64 * LINE + 24.0
    }

    /// The last lines of the calendar, at most so many, as a part of a drawing, its upper left
    /// corner at this place and so wide. Its days have the classes `there`, `gone`, `both` and
    /// `none`.
    pub fn draw(&self, svg: &mut String, (left, top): (f64, f64), width: f64, most: usize) {
        let step = (width - NAMES) / 31.0;
        let (older, lines) = self.latest(most);
        for day in [1, 5, 10, 15, 20, 25, 30] {
            let x = left + NAMES + (f64::from(day) - 0.5) * step;
            let _ = writeln!(
                svg,
                "<text x=\"{x:.1}\" y=\"{:.1}\" class=\"quiet middle\">{day}</text>",
                top + 10.0
            );
        }
        let words = |text: String| (text, Vec::new());
        let line = |line| match line {
            Line::Month { year, month, days } => (format!("{year:04}-{month:02}"), days),
            Line::Gap { months } => words(without_version(months)),
        };
        let lines = older.map(words).into_iter().chain(lines.into_iter().map(line));
        for (place, (name, days)) in lines.enumerate() {
            let y = top + 18.0 + place as f64 * LINE;
            let _ = writeln!(
                svg,
                "<text x=\"{left:.1}\" y=\"{:.1}\" class=\"quiet\">{}</text>",
                y + 13.0,
                escape(&name)
            );
            for (column, day) in days.iter().enumerate() {
                let _ = writeln!(
                    svg,
                    "<rect class=\"{}\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{:.1}\" \
                     height=\"{}\" rx=\"3\"><title>{}: {} kept, {} deleted</title></rect>",
                    day.class(),
                    left + NAMES + column as f64 * step,
                    step - 2.0,
                    LINE - 3.0,
                    day.date,
                    day.kept,
                    day.deleted,
                );
            }
        }
    }
}

fn without_version(months: usize) -> String {
    format!("({} without a version)", count(months, "month"))
}

/// From one month to the next, in a drawing.
const LINE: f64 = 18.0;
/// How wide the names of months are.
const NAMES: f64 = 72.0;
