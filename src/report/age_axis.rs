//! A history as a line of text: the past on the left, the present on the right.
//!
//! Ages are drawn on a logarithmic scale, because a policy thins the past the more the older it is:
//! a month ago and two months ago are as far apart as a year ago and two years ago. Within the last
//! day the scale is almost even, so that this day does not take half of the line.

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
/// The age up to which the scale is almost even; less where everything is young.
const EVEN_SECONDS: f64 = 86_400.0;

/// A scale from the present at 0 to the oldest age at 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    even: f64,
    whole: f64,
}

impl Scale {
    /// The scale whose end is this age in seconds, above zero.
    pub(super) fn to(oldest: f64) -> Scale {
        let even = EVEN_SECONDS.min(oldest / 8.0);
        Scale { even, whole: (oldest / even).ln_1p() }
    }

    /// Where an age in seconds is.
    pub(super) fn place(self, age: f64) -> f64 {
        (age.max(0.0) / self.even).ln_1p() / self.whole
    }

    /// The age in seconds that is there.
    fn age(self, place: f64) -> f64 {
        (place * self.whole).exp_m1() * self.even
    }
}

/// The line and the marks below it, `width` columns wide, of versions of these ages, youngest
/// first, and of each whether it is deleted.
pub fn draw(
    ages: impl Iterator<Item = (TimeSpan, bool)>,
    oldest: TimeSpan,
    width: usize,
) -> String {
    let oldest = oldest.total_seconds().max(60.0);
    let width = width.max(20);
    // The ages at which the next column to the left begins, youngest first.
    let scale = Scale::to(oldest);
    let begins: Vec<f64> =
        (1..width).map(|column| scale.age((column as f64 - 0.5) / (width - 1) as f64)).collect();
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
    write(width, "now");
    for (seconds, name) in MARKS.into_iter().rev() {
        if seconds as f64 <= oldest {
            write(column(seconds as f64), name);
        }
    }
    let text = |cells: Vec<char>| cells.into_iter().collect::<String>().trim_end().to_owned();
    format!("{}\n{}\n", text(line), text(marks))
}
