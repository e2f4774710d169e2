//! What is said of a forecast, on the screen and on a page alike.

use super::Answer;
use crate::advice::{about, age, age_or_less, in_words, list};
use crate::dotnet::TimeSpan;
use crate::forecast::{FrameDelivered, Summary};

/// How many backups there were, and since when they count.
pub(super) fn timeline(answer: &Answer) -> String {
    let Answer { context, found, length, planned, .. } = answer;
    let Summary { min: least, max: most, .. } = found.backups;
    let backups = if least == most { most.to_string() } else { format!("{least} to {most}") };
    let forecasts = match answer.runs {
        1 => String::new(),
        runs => format!("{runs} forecasts of "),
    };
    let beginning = match answer.given {
        Some(1) => ", after 1 version that is there now".to_owned(),
        Some(given) => format!(", after {given} versions that are there now"),
        None => String::new(),
    };
    let state = match found.delivered.steady_from() {
        Some(from) => {
            format!(
                "counted since the longest time frame was full, {}",
                context.zone.to_local(from)
            )
        }
        None => {
            "too short for the longest time frame to fill, so counted over the last tenth".into()
        }
    };
    format!("{forecasts}{backups} backups in {length}, one each {planned}{beginning}; {state}.")
}

/// The head of the table of frames.
pub(super) const FRAMES: [&str; 7] = [
    "Frame",
    "Requested: one each",
    "Usual gap",
    "Worst gap",
    "Worst possible",
    "Versions",
    "(least to most)",
];

/// Why there is no such table.
pub(super) fn no_frame(answer: &Answer) -> &'static str {
    if answer.policy.pairs().is_empty() {
        "There is no pair in this policy, so nothing is deleted."
    } else {
        "No backup was made, so retention never ran."
    }
}

/// A row of the table of frames.
pub(super) fn frame(answer: &Answer, frame: &FrameDelivered) -> [String; 7] {
    let none = || "-".to_owned();
    let bound = frame.gap.and_then(|_| answer.bound(frame.pair));
    [
        answer.labels.frame(frame.pair).to_owned(),
        answer.labels.interval(frame.pair).to_owned(),
        frame.gap.map_or_else(none, |gap| about(gap.median)),
        frame.gap.map_or_else(none, |gap| about(gap.max)),
        bound.map_or_else(none, age_or_less),
        frame.versions.median.to_string(),
        format!("{} to {}", frame.versions.min, frame.versions.max),
    ]
}

/// What the worst possible gap rests on.
pub(super) fn bound(answer: &Answer) -> String {
    match answer.found.longest {
        Some(longest) => format!(
            "Worst possible is what no schedule can exceed whose backups are at most {} apart by local time, as these are.",
            in_words(longest)
        ),
        None => "The worst possible gap cannot be told: by local time a backup starts before an earlier one. That is so where a clock \
                 is set back between two backups, but not with --time-zone UTC, and where a version's time is still to come."
            .into(),
    }
}

/// How many versions there are in all, and how far they reach back.
pub(super) fn in_all(answer: &Answer) -> Option<String> {
    let Summary { min: least, median: usual, max: most } = answer.found.delivered.versions()?;
    let oldest = answer.found.delivered.oldest()?;
    let (young, old) = (age(oldest.min), age(oldest.max));
    Some(format!(
        "In all {usual} versions, from {least} to {most}. The oldest is always {young} old or older, at most {old}."
    ))
}

/// The table of ages, with its head; empty if there is none.
pub(super) fn reach(answer: &Answer) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for reach in answer.found.delivered.reach() {
        let spans = [reach.age, reach.within[0], reach.within[1], reach.within[2]].map(age);
        let chances = reach.chances.iter().map(|chance| part(*chance));
        rows.push(spans.into_iter().chain(chances).collect());
    }
    if !rows.is_empty() {
        let head = [
            "To go back",
            "half of the time within",
            "95 of 100 times within",
            "every time within",
        ]
        .map(str::to_owned);
        let chances = answer.within.iter().map(|&span| format!("within {}", age(span)));
        rows.insert(0, head.into_iter().chain(chances).collect());
    }
    rows
}

/// How often something was so of the moments that were looked at; never rounded to all or nothing.
fn part(chance: f64) -> String {
    let percent = chance * 100.0;
    match percent {
        _ if chance <= 0.0 => "never".into(),
        _ if chance >= 1.0 => "every time".into(),
        _ if percent < 0.1 => "below 0.1 %".into(),
        _ if percent > 99.9 => "above 99.9 %".into(),
        _ => format!("{percent:.1} %"),
    }
}

/// Where promise and delivery part, why, and which change would suggest_margin it.
pub(super) fn promise(answer: &Answer) -> Option<String> {
    let Answer { labels, planned, found, policy, .. } = answer;
    let frames = found.delivered.frames();
    // A schedule cannot deliver more often than it runs.
    let step = planned
        .schedule
        .every
        .checked_add(planned.schedule.jitter)
        .unwrap_or(planned.schedule.every);
    let input = |frame: &FrameDelivered| policy.pair(frame.pair).interval().max(step);
    let filled: Vec<&FrameDelivered> = frames.iter().filter(|frame| frame.gap.is_some()).collect();
    let worst = |frame: &FrameDelivered| frame.gap.map_or(TimeSpan::ZERO, |gap| gap.max);
    let parted: Vec<&FrameDelivered> =
        filled.iter().copied().filter(|frame| worst(frame) > input(frame)).collect();
    if filled.is_empty() {
        return None;
    }
    if parted.is_empty() {
        return Some(
            "Promise and delivery agree: in every frame the next version follows within the interval that was asked for, or \
             within a step of the schedule where that is longer."
                .into(),
        );
    }
    let names = list(&parted.iter().map(|frame| labels.frame(frame.pair)).collect::<Vec<_>>());
    let spans = |frames: &[&FrameDelivered], span: fn(Summary<TimeSpan>) -> TimeSpan| {
        list(
            &frames
                .iter()
                .filter_map(|frame| frame.gap)
                .map(|gap| about(span(gap)))
                .collect::<Vec<_>>(),
        )
    };
    let mut text = format!(
        "Promise and delivery part in {names}, with gaps of up to {}: ",
        spans(&parted, |gap| gap.max)
    );
    let late = found.longest.filter(|&longest| longest > step).map(|longest| {
        format!(
            "backups themselves were up to {} apart, which no policy can close.",
            about(longest)
        )
    });
    let Some(mended) = &answer.mended else {
        text += &late.unwrap_or_else(|| {
            "what lies in a frame was thinned before, by the shorter frames and the steps of the schedule, so the next version may \
             come a step late. Intervals that are a little shorter would not close that."
                .into()
        });
        return Some(text);
    };
    let better = mended.found.delivered.frames();
    let better: Vec<&FrameDelivered> =
        better.iter().filter(|other| parted.iter().any(|frame| frame.pair == other.pair)).collect();
    let changes: Vec<String> = policy
        .iter()
        .map(|(pair, _)| pair)
        .filter(|&pair| labels.interval(pair) != mended.labels.interval(pair))
        .map(|pair| format!("{} for {}", mended.labels.interval(pair), labels.interval(pair)))
        .collect();
    text += &format!(
        "a backup that starts early is nearer than the interval to the one before, and goes. Write {}, that is {}: the usual gaps \
         are {} then instead of {}, the worst {}.",
        mended.text,
        list(&changes),
        spans(&better, |gap| gap.median),
        spans(&parted, |gap| gap.median),
        spans(&better, |gap| gap.max),
    );
    if let Some(late) = late {
        text += &format!(" Some gaps stay: {late}");
    }
    Some(text)
}
