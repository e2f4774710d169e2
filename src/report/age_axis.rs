//! A history as a line of text: the past on the left, the present on the right.
//!
//! Ages are drawn on a logarithmic scale, because a policy thins the past the more the older it is:
//! an hour ago and two hours ago are as far apart as a year ago and two years ago.

use crate::dotnet::TimeSpan;

const KEPT: char = '●';
const DELETED: char = '×';
const BOTH: char = '◐';
const NOTHING: char = '·';

/// What the signs of the line mean.
pub const KEY: &str = "● kept   × deleted   ◐ both   (ages on a logarithmic scale)";

/// Ages that are named below the line, in seconds.
pub(super) const MARKS: [(i64, &str); 9] = [
    (3600, "1h"),
    (86_400, "1D"),
    (7 * 86_400, "1W"),
    (30 * 86_400, "30D"),
    (90 * 86_400, "90D"),
    (365 * 86_400, "1Y"),
    (2 * 365 * 86_400, "2Y"),
    (5 * 365 * 86_400, "5Y"),
    (10 * 365 * 86_400, "10Y"),
];
/// Whatever is younger stands at the right end.
pub(super) const YOUNGEST_SECONDS: f64 = 900.0;

/// The line and the marks below it, `width` columns wide, of versions of these ages, youngest
/// first, and of each whether it is deleted.
pub fn draw(
    ages: impl Iterator<Item = (TimeSpan, bool)>,
    oldest: TimeSpan,
    width: usize,
) -> String {
    let oldest = oldest.total_seconds().max(2.0 * YOUNGEST_SECONDS);
    let width = width.max(20);
    // The ages at which the next column to the left begins, youngest first.
    let per_column = (oldest / YOUNGEST_SECONDS).ln() / (width - 1) as f64;
    let begins: Vec<f64> = (1..width)
        .map(|column| YOUNGEST_SECONDS * ((column as f64 - 0.5) * per_column).exp())
        .collect();
    let column = |seconds: f64| width - 1 - begins.partition_point(|&begin| begin <= seconds);

    let mut line = vec![NOTHING; width];
    let mut place = 0;
    for (age, is_deleted) in ages {
        // Places only ever move to the left.
        while begins.get(place).is_some_and(|&begin| begin <= age.total_seconds()) {
            place += 1;
        }
        let mark = if is_deleted { DELETED } else { KEPT };
        let cell = &mut line[width - 1 - place];
        *cell = if *cell == NOTHING || *cell == mark { mark } else { BOTH };
    }
    let mut marks = vec![' '; width];
    let mut write = |column: usize, text: &str| {
        let start = column.min(width - text.len());
        let end = start + text.len();
        // A mark needs a blank on both sides.
        if marks[start.saturating_sub(1)..(end + 1).min(width)].iter().all(|&cell| cell == ' ') {
            marks[start..end]
                .iter_mut()
                .zip(text.chars())
                .for_each(|(cell, letter)| *cell = letter);
        }
    };
    write(width - 1, "now");
    for (seconds, name) in MARKS.into_iter().rev() {
        if seconds as f64 <= oldest {
            write(column(seconds as f64), name);
        }
    }
    let text = |cells: Vec<char>| cells.into_iter().collect::<String>().trim_end().to_owned();
    format!("{}\n{}\n", text(line), text(marks))
}
