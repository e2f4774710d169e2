//! Time spans and lists in words.

use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::history::VersionNumber;

/// An age in its two largest units, rounded down: `2Y 3D`, `34D 5h`, `12m 3s`. A year is 365 days.
/// A negative age, in the future, is `in …`.
pub fn age(span: TimeSpan) -> String {
    const UNITS: [(u64, char); 5] =
        [(365 * 86_400, 'Y'), (86_400, 'D'), (3600, 'h'), (60, 'm'), (1, 's')];
    let mut seconds = span.ticks().unsigned_abs() / TICKS_PER_SECOND as u64;
    let largest = UNITS.iter().position(|&(unit, _)| seconds >= unit).unwrap_or(UNITS.len() - 1);
    let mut parts = Vec::new();
    for (unit, letter) in UNITS.into_iter().skip(largest).take(2) {
        if seconds >= unit || parts.is_empty() {
            parts.push(format!("{}{letter}", seconds / unit));
        }
        seconds %= unit;
    }
    let future = if span.ticks() < 0 { "in " } else { "" };
    format!("{future}{}", parts.join(" "))
}

/// An upper limit in two units like [`age`], but rounded up: `2D 1h` for two days and a second.
pub fn age_or_less(span: TimeSpan) -> String {
    in_steps(span, |step| step - 1)
}

/// A span in two units like [`age`], but rounded to the nearest: `2D` for two days minus a second.
pub fn about(span: TimeSpan) -> String {
    in_steps(span, |step| step / 2)
}

/// The span plus a part of a step, cut to whole steps of the second unit that is shown.
fn in_steps(span: TimeSpan, more: fn(i64) -> i64) -> String {
    // The length of span, and the step of its second unit.
    const STEPS: [(i64, i64); 3] = [(365 * 86_400, 86_400), (86_400, 3600), (3600, 60)];
    let step = STEPS
        .into_iter()
        .find(|&(from, _)| span.whole_seconds() >= from)
        .map_or(1, |(_, step)| step);
    let step = step * TICKS_PER_SECOND;
    let up = span.ticks().saturating_add(more(step));
    age(TimeSpan::from_ticks(up - up.rem_euclid(step)))
}

/// A span in words, cut to whole seconds: `7 days`, `1 hour`, `1 day and 12 hours`. Whole years
/// are told as such from 2 years on; a year is 365 days.
pub fn in_words(span: TimeSpan) -> String {
    const YEAR: u64 = 365 * 86_400;
    let seconds = span.ticks().unsigned_abs() / TICKS_PER_SECOND as u64;
    let (years, rest) = (seconds / YEAR, seconds % YEAR);
    if years >= 2 && rest == 0 {
        return count(years, "year");
    }
    let parts = [
        (seconds / 86_400, "day"),
        (seconds / 3600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
        (seconds % 60, "second"),
    ];
    let parts = parts.into_iter().filter(|&(number, _)| number > 0);
    let words: Vec<String> = parts.map(|(number, unit)| count(number, unit)).collect();
    if words.is_empty() { count(0_u64, "second") } else { list(&words) }
}

/// How often something happens that happens once in a span: `every day`, `every 6 hours`.
pub fn every(span: TimeSpan) -> String {
    format!("every {}", without_one(span))
}

/// A number and what it counts.
pub fn count(count: impl TryInto<u64>, what: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    format!("{} {what}{}", number(count), if count == 1 { "" } else { "s" })
}

/// A number with its thousands apart, such as `1,826`.
pub fn number(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A size in the decimal unit that fits it: `200 bytes`, `1.2 GB`, `332 MB`.
pub fn bytes(number: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if number < 1000 {
        return count(number, "byte");
    }
    let mut size = number as f64 / 1000.0;
    let mut units = UNITS.into_iter();
    // What rounds to 1000 is one of the next unit.
    while size >= 999.5 {
        size /= 1000.0;
        units.next();
    }
    let digits = usize::from(size < 9.95);
    format!("{size:.digits$} {}", units.next().unwrap_or("EB"))
}

/// A span after "every" or "last": `day` for one day, otherwise like [`in_words`].
pub fn without_one(span: TimeSpan) -> String {
    let words = in_words(span);
    words.strip_prefix("1 ").filter(|one| !one.contains(' ')).map_or(words.clone(), str::to_owned)
}

/// Versions as ranges, as the option `version` takes them: `12-48,51`. They must be in order.
///
/// ```
/// use duplicati_retention::{advice::ranges, history::VersionNumber};
/// assert_eq!(ranges([0, 4, 5, 6].map(VersionNumber::new)), "0,4-6");
/// ```
pub fn ranges(versions: impl IntoIterator<Item = VersionNumber>) -> String {
    texts_of_ranges(versions).join(",")
}

/// The same for a sentence, which does not get arbitrarily long.
pub fn ranges_in_brief(versions: impl IntoIterator<Item = VersionNumber>) -> String {
    const MOST: usize = 40;
    let ranges = texts_of_ranges(versions);
    match ranges.len().checked_sub(MOST) {
        None | Some(0) => ranges.join(","),
        Some(more) => format!("{} and {more} more ranges", ranges[..MOST].join(",")),
    }
}

fn texts_of_ranges(versions: impl IntoIterator<Item = VersionNumber>) -> Vec<String> {
    let mut ranges: Vec<(VersionNumber, VersionNumber)> = Vec::new();
    for version in versions {
        match ranges.last_mut() {
            Some((_, last)) if last.older() == version => *last = version,
            _ => ranges.push((version, version)),
        }
    }
    let text = |(first, last)| match first == last {
        true => format!("{first}"),
        false => format!("{first}-{last}"),
    };
    ranges.into_iter().map(text).collect()
}

/// Names in a sentence: `a`, `a and b`, `a, b and c`.
pub fn list<T: ToString>(items: &[T]) -> String {
    let names: Vec<String> = items.iter().map(T::to_string).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

/// A text as an argument in a command that works in sh, PowerShell and cmd.exe: without quotes
/// where none are needed.
///
/// ```
/// use duplicati_retention::advice::argument;
/// assert_eq!(argument("1W:1D,4W:U"), "1W:1D,4W:U");
/// assert_eq!(argument("7D:1D, 4W:1W"), "\"7D:1D, 4W:1W\"");
/// ```
pub fn argument(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || ":,._/+=".contains(letter);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        // In double quotes the three agree on everything that a policy can have in it.
        false => format!("\"{text}\""),
    }
}

/// A text with a capital at its beginning.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
