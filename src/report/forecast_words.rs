//! What is said of a forecast, on the screen and on a page alike.

use super::age_axis;
use super::calendar::Calendar;
use super::forecast::{ForecastReport, FrameReport, RecoverabilityReport};
use super::pairs::PairReport;
use super::rules::rule_name;
use crate::advice::{about, age, age_or_less, count, number};
use crate::dotnet::TimeSpan;
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
    /// The policy, or what else decides, and the schedule.
    pub fn title(&self) -> String {
        format!("{} with a backup {}", rule_name(&self.policy, &self.options), self.schedule)
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
            Some(from) => {
                let what = match self.pairs.is_empty() {
                    true => "",
                    false => "since the longest time frame was full, ",
                };
                format!("counted {what}from {} on", self.context.moment.local(from))
            }
            None => format!(
                "too short for {} to show its effect, so only the last tenth is shown",
                rule_name(&self.policy, &self.options)
            ),
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

    fn decides(&self, option: &str) -> bool {
        self.options.iter().any(|given| given.name == option)
    }

    /// What keep-time and keep-versions come to, where no policy is set: a row of headings, and a
    /// row; nothing without them, or without a run.
    pub fn option_rows(&self) -> Vec<Vec<String>> {
        let is_told = self.decides("keep-time") || self.decides("keep-versions");
        let (Some(versions), true) = (self.versions, self.pairs.is_empty() && is_told) else {
            return Vec::new();
        };
        let span = |span: Option<TimeSpan>| span.map_or("-".to_owned(), age);
        let headings = [
            "Option",
            "Usual gap",
            "Longest gap",
            "Versions",
            "Fewest to most",
            "Oldest, after a backup",
            "Oldest, before the next",
        ];
        let row = [
            rule_name(&self.policy, &self.options),
            self.gap_seconds.map_or("-".to_owned(), |gap| about(gap.median)),
            self.gap_seconds.map_or("-".to_owned(), |gap| about(gap.max)),
            number(versions.median),
            format!("{} to {}", number(versions.min), number(versions.max)),
            span(self.oldest_seconds.map(|oldest| oldest.median)),
            span(self.oldest_before_next_seconds.map(|oldest| oldest.max)),
        ];
        vec![headings.map(str::to_owned).to_vec(), row.to_vec()]
    }

    /// What the longest possible gap rests on, or why there is no table of frames.
    pub fn note_on_frames(&self) -> String {
        if self.runs == 0 {
            return "No backup was made, so retention never ran.".into();
        }
        if self.pairs.is_empty() {
            return match (self.decides("keep-versions"), self.decides("keep-time")) {
                (true, _) => {
                    "keep-versions counts backups, not days: one more by hand deletes the \
                              oldest version, and each pause leaves it for longer."
                        .into()
                }
                (_, true) => {
                    "With keep-time every version stays until it is too old, and the next \
                              backup after that deletes it."
                        .into()
                }
                _ => "No option deletes anything here, so every version is kept.".into(),
            };
        }
        match &self.bound_condition {
            Some(condition) => {
                format!("No gap can exceed the longest possible one, as long as {condition}.")
            }
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
        let before = self.oldest_before_next_seconds.map_or(String::new(), |before| {
            format!(", and up to {} before the next one", age(before.max))
        });
        Some(match &oldest {
            [min, max] if min == max => {
                format!("{many}. The oldest is {min} old after a backup{before}.")
            }
            [min, max] => {
                format!("{many}. The oldest is between {min} and {max} old after a backup{before}.")
            }
        })
    }

    /// How long before some ages a version is: a row of headings, and a row for each age; nothing
    /// without an age.
    pub fn recoverability_rows(&self) -> Vec<Vec<String>> {
        let row = |found: &RecoverabilityReport| {
            let within =
                [found.half_within_seconds, found.most_within_seconds, found.always_within_seconds];
            let chances = found.chances.iter().map(|&part| often(part));
            let beyond = (found.chances.len()..self.within_seconds.len()).map(|_| "-".to_owned());
            std::iter::once(age(found.age_seconds))
                .chain(within.map(|span| found.distance(span)))
                .chain(chances)
                .chain(beyond)
                .collect()
        };
        let mut rows: Vec<Vec<String>> = self.recoverability.iter().map(row).collect();
        if !rows.is_empty() {
            let headings = [
                "To go back",
                "Half of the time at most",
                "95 % of the time at most",
                "Always at most",
            ];
            let within = self.within_seconds.iter().map(|&span| format!("Within {}", age(span)));
            rows.insert(0, headings.map(str::to_owned).into_iter().chain(within).collect());
        }
        rows
    }

    /// What the rows of [`recoverability_rows`](ForecastReport::recoverability_rows) measure.
    pub const NOTE_ON_RECOVERABILITY: &str = "How much older than that the version is that you \
                                              can go back to, which is the newest one at or \
                                              before that moment:";

    /// The versions that exist at the end, on a calendar.
    pub fn calendar(&self) -> Calendar {
        let local = |time| self.context.moment.local(time);
        let days = self.in_the_end.iter().map(|&time| (local(time), false));
        Calendar::new(days, local(self.schedule.until))
    }

    /// The versions that exist at the end, by age, as a line of text.
    pub fn age_axis(&self, width: usize) -> Option<String> {
        let age = |&time| self.schedule.until.since(time);
        let oldest = age(self.in_the_end.last()?);
        let ages = self.in_the_end.iter().map(|time| (age(time), false));
        Some(age_axis::draw(ages, oldest, width))
    }
}

impl RecoverabilityReport {
    /// One of the distances in words.
    pub(super) fn distance(&self, span: Option<TimeSpan>) -> String {
        match (span, self.reached) {
            (Some(span), _) => age_or_less(span),
            (None, None) => "not known".into(),
            (None, Some(_)) => "out of reach".into(),
        }
    }

    /// How long before the age a version always is, in words.
    pub fn always_within(&self) -> String {
        match self.always_within_seconds {
            Some(span) => format!("at most {} older", age_or_less(span)),
            None => self.distance(None),
        }
    }
}

/// How often something was so; never rounded to all or nothing.
pub(super) fn often(part: f64) -> String {
    let percent = part * 100.0;
    match percent {
        _ if part <= 0.0 => "never".into(),
        _ if part >= 1.0 => "always".into(),
        _ if percent < 0.1 => "below 0.1 %".into(),
        _ if percent > 99.9 => "above 99.9 %".into(),
        _ => format!("{percent:.1} %"),
    }
}
