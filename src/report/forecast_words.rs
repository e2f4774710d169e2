//! What is said of a forecast, on the screen and on a page alike.

use super::age_axis;
use super::forecast::{ForecastReport, FrameReport, RecoverabilityReport};
use super::pairs::PairReport;
use crate::advice::{about, age, age_or_less, count, in_words, number};
use crate::forecast::Summary;

/// The headings of [`ForecastReport::frame_row`].
pub const FRAME_HEADINGS: [&str; 7] = [
    "Time frame",
    "Requested",
    "Usual gap",
    "Longest gap",
    "Longest possible",
    "Versions",
    "Fewest to most",
];

impl ForecastReport {
    /// The policy and the schedule.
    pub fn title(&self) -> String {
        let policy = if self.policy.is_empty() { "no policy" } else { &self.policy };
        format!("{policy} with a backup {}", self.schedule)
    }

    /// How many backups there were, and since when they count.
    pub fn summary(&self) -> String {
        let Summary { min, max, .. } = self.backups;
        let mut text = match self.forecasts {
            1 => String::new(),
            forecasts => format!("{} forecasts of ", number(forecasts as usize)),
        };
        if min != max {
            text += &format!("{} to ", number(min));
        }
        text += &self.schedule.backups(max);
        if let Some(versions) = self.versions_at_start {
            text += &format!(", after the {} of now", count(versions, "version"));
        }
        text += "; ";
        text += &match self.steady_from {
            Some(from) => format!(
                "counted since the longest time frame was full, {}",
                self.context.moment.local(from)
            ),
            None => "too short for the longest time frame to fill, so the last tenth counts".into(),
        };
        text + "."
    }

    /// The pair of a frame.
    pub fn pair(&self, frame: &FrameReport) -> &PairReport {
        &self.pairs[frame.pair.get()]
    }

    /// A row of the table of frames.
    pub fn frame_row(&self, frame: &FrameReport) -> [String; 7] {
        let nothing = || "-".to_owned();
        let gap = frame.gap_seconds;
        [
            self.pair(frame).frame.clone(),
            self.pair(frame).requested(),
            gap.map_or_else(nothing, |gap| about(gap.median)),
            gap.map_or_else(nothing, |gap| about(gap.max)),
            frame.gap_bound_seconds.map_or_else(nothing, age_or_less),
            number(frame.versions.median),
            format!("{} to {}", number(frame.versions.min), number(frame.versions.max)),
        ]
    }

    /// What the longest possible gap rests on, or why there is no table of frames.
    pub fn note_on_frames(&self) -> String {
        if self.pairs.is_empty() {
            return "This policy has no pair, so nothing is deleted.".into();
        }
        if self.frames.is_empty() {
            return "No backup was made, so retention never ran.".into();
        }
        match self.longest_distance_seconds {
            Some(longest) => format!(
                "No schedule can exceed the longest possible gap if its backups are at most {} \
                 apart by local time, as these are.",
                in_words(longest)
            ),
            None => "The longest possible gap cannot be told, because by local time a backup \
                     starts before an earlier one. That happens where a clock is set back between \
                     two backups (never with --time-zone UTC), and where the time of a version is \
                     in the future."
                .into(),
        }
    }

    /// How many versions there are in all, and how far they reach back.
    pub fn totals(&self) -> Option<String> {
        let Summary { min, median, max } = self.versions?;
        let oldest = self.oldest_seconds.map(|oldest| [oldest.min, oldest.max].map(age))?;
        let versions = count(median, "version");
        let many = match min == max {
            true => format!("There are always {versions} in all"),
            false => {
                let (min, max) = (number(min), number(max));
                format!("There are usually {versions} in all, at least {min} and at most {max}")
            }
        };
        Some(match &oldest {
            [min, max] if min == max => format!("{many}. The oldest is {min} old."),
            [min, max] => format!("{many}. The oldest is between {min} and {max} old."),
        })
    }

    /// How near a version is to some ages: a row of headings, and a row for each age; nothing
    /// without an age.
    pub fn recoverability_rows(&self) -> Vec<Vec<String>> {
        let row = |found: &RecoverabilityReport| {
            let spans = [
                found.age_seconds,
                found.half_within_seconds,
                found.most_within_seconds,
                found.always_within_seconds,
            ];
            spans
                .map(age)
                .into_iter()
                .chain(found.chances.iter().map(|&part| often(part)))
                .collect()
        };
        let mut rows: Vec<Vec<String>> = self.recoverability.iter().map(row).collect();
        if !rows.is_empty() {
            let headings = [
                "To go back",
                "Half of the time within",
                "95 % of the time within",
                "Always within",
            ];
            let within = self.within_seconds.iter().map(|&span| format!("Within {}", age(span)));
            rows.insert(0, headings.map(str::to_owned).into_iter().chain(within).collect());
        }
        rows
    }

    /// The versions that exist at the end, by age, as a line of text.
    pub fn age_axis(&self, width: usize) -> Option<String> {
        let age = |&time| self.schedule.until.since(time);
        let oldest = age(self.in_the_end.last()?);
        let ages = self.in_the_end.iter().map(|time| (age(time), false));
        Some(age_axis::draw(ages, oldest, width))
    }
}

/// How often something was so; never rounded to all or nothing.
fn often(part: f64) -> String {
    let percent = part * 100.0;
    match percent {
        _ if part <= 0.0 => "never".into(),
        _ if part >= 1.0 => "always".into(),
        _ if percent < 0.1 => "below 0.1 %".into(),
        _ if percent > 99.9 => "above 99.9 %".into(),
        _ => format!("{percent:.1} %"),
    }
}
