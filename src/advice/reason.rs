//! The reason for a decision in words, with its numbers.

use super::verdicts::{KEEP_TIME_OUT_OF_RANGE, SHORTER_SPAN, WITHOUT_LIMIT, before_year_one};
use super::words::{age, in_words, list, sentence};
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::history::VersionNumber;
use crate::policy::{PairIndex, Policy, entries};
use crate::retention::{
    Blocker, Decision, KeepVersionsReason, PlanError, RetainedBecause, Verdict,
};

/// The names of a policy's pairs in a sentence: as they were written.
#[derive(Clone, Debug)]
pub struct PairLabels {
    labels: Vec<(String, String)>,
    longest: Option<(PairIndex, TimeSpan)>,
}

impl PairLabels {
    /// The labels for a policy and the text that it was read from.
    pub fn new(text: &str, policy: &Policy) -> PairLabels {
        let as_written = |place: std::ops::Range<usize>, meaning: &str| match text[place].trim() {
            "" => meaning.to_owned(),
            written => written.to_owned(),
        };
        let label = |(entry, pair): (crate::policy::Entry, &crate::policy::Pair)| {
            let meaning = pair.to_string();
            let (frame, interval) = meaning.split_once(':').unwrap_or_default();
            (
                as_written(entry.frame, frame),
                entry.interval.map_or(interval.into(), |place| as_written(place, interval)),
            )
        };
        let frames = policy.iter().map(|(index, pair)| (index, pair.frame()));
        PairLabels {
            labels: entries(text).zip(policy.pairs()).map(label).collect(),
            longest: frames.max_by_key(|&(_, frame)| frame),
        }
    }

    /// The time frame of a pair, as written.
    pub fn frame(&self, pair: PairIndex) -> &str {
        self.labels.get(pair.get()).map_or("", |(frame, _)| frame)
    }

    /// The interval of a pair, as written.
    pub fn interval(&self, pair: PairIndex) -> &str {
        self.labels.get(pair.get()).map_or("", |(_, interval)| interval)
    }

    /// The longest time frame, as written.
    pub fn longest_frame(&self) -> &str {
        self.longest.map_or("", |(pair, _)| self.frame(pair))
    }

    fn outside(&self, span: TimeSpan) -> String {
        let longest = self.longest.map_or(TimeSpan::ZERO, |(_, frame)| frame);
        let beyond = span.ticks().saturating_sub(longest.ticks());
        // Close to the bound a short form would say "7D old, the longest frame is 7D".
        let old = match beyond {
            ..TICKS_PER_SECOND => "less than a second too".into(),
            TICKS_PER_SECOND..TICKS_PER_DAY => in_words(span),
            _ => age(span),
        };
        format!("outside every frame: {old} old, the longest frame is {}", self.longest_frame())
    }
}

/// Why a version is deleted or kept, in words and with the numbers.
pub fn reason(decision: &Decision, labels: &PairLabels) -> String {
    reason_with(decision, labels, |version| format!("version {version}"))
}

/// The same, where versions have other names.
pub fn reason_with(
    decision: &Decision,
    labels: &PairLabels,
    name: impl Fn(VersionNumber) -> String,
) -> String {
    let mut against = Vec::new();
    if !decision.policy.keeps() {
        against.push(verdict(decision.policy, labels, &name));
    }
    if decision.named {
        against.push("listed in the option version".to_owned());
    }
    if let Some(reason) = decision.keep_time {
        let beyond = match reason.beyond.whole_seconds() {
            0 => "less than a second".into(),
            _ => in_words(reason.beyond),
        };
        against.push(format!("{beyond} older than keep-time allows"));
    }
    against.extend(decision.keep_versions.map(|reason| match reason {
        KeepVersionsReason::NumberReached => {
            "keep-versions: enough newer full backups are kept".to_owned()
        }
        KeepVersionsReason::PartialBetweenFull => {
            "keep-versions: partial, between two full backups that are kept".to_owned()
        }
    }));
    let all = against.join("; ");
    match decision.retained_because {
        None if against.is_empty() => verdict(decision.policy, labels, &name),
        None => all,
        Some(RetainedBecause::LastVersion) => {
            format!("kept, because no other version would be left ({all})")
        }
        Some(RetainedBecause::Locked { until }) => {
            format!("kept, because it is locked until {until} UTC ({all})")
        }
        Some(RetainedBecause::NotFound) => {
            format!("kept, because Duplicati does not find it by the time that it has ({all})")
        }
    }
}

fn verdict(
    verdict: Verdict,
    labels: &PairLabels,
    name: &impl Fn(VersionNumber) -> String,
) -> String {
    let after = |pair, after: VersionNumber, distance: TimeSpan| {
        let distance = match distance {
            TimeSpan::ZERO => "at the same time as".into(),
            _ => format!("{} after", in_words(distance)),
        };
        format!("{distance} {}, the interval is {}", name(after), labels.interval(pair))
    };
    match verdict {
        Verdict::NoPolicy => "no option deletes it".into(),
        Verdict::Newest => "the newest is kept".into(),
        Verdict::NewestOutsideEveryFrame { age } | Verdict::OutsideEveryFrame { age } => {
            labels.outside(age)
        }
        Verdict::OldestInFrame { .. } => "the oldest in its frame".into(),
        Verdict::NoFullBefore { .. } => "no older full backup in its frame".into(),
        Verdict::KeepAll { .. } => "its frame keeps everything".into(),
        Verdict::FarEnough { pair, after: last, distance } => after(pair, last, distance),
        Verdict::TooClose { pair, after: last, distance } => {
            let only = if distance > TimeSpan::ZERO { "only " } else { "" };
            format!("{only}{}", after(pair, last, distance))
        }
        Verdict::Partial { pair, after: last, distance } => {
            format!("partial backups in a frame are kept; {}", after(pair, last, distance))
        }
    }
}

/// Why Duplicati would not carry out a plan, in words.
pub fn blocker(blocker: &Blocker, labels: &PairLabels) -> String {
    match blocker {
        Blocker::IntervalNotBelowFrame { pair } => format!(
            "Duplicati refuses to run with this policy: in {}:{} the interval is not shorter than \
             the time frame. What follows is what its removal code would do.",
            labels.frame(*pair),
            labels.interval(*pair)
        ),
        Blocker::Combined { options } => format!(
            "Duplicati refuses to run when more than one of {} is set. What follows is what its \
             removal code would do.",
            list(options)
        ),
        Blocker::CannotDecide { error: PlanError::FrameBeforeYearOne { pair, frame } } => format!(
            "{} {}. Nothing is deleted.",
            before_year_one(labels, *pair, *frame),
            sentence(WITHOUT_LIMIT)
        ),
        Blocker::CannotDecide { error: PlanError::KeepTimeOutOfRange } => {
            format!("{KEEP_TIME_OUT_OF_RANGE} {}. Nothing is deleted.", sentence(SHORTER_SPAN))
        }
        Blocker::CountedTwice { version } => format!(
            "Two options delete version {version}. Release 2.1 lists it twice, then fails and \
             deletes nothing. What follows is what the options ask for."
        ),
        Blocker::SameTime { version } => format!(
            "Duplicati deletes versions by their time. At the time that it has for version \
             {version} there are more or fewer versions than it would delete, so it fails and \
             deletes nothing. What follows is what it decides."
        ),
    }
}
