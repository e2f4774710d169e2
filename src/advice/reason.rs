//! The reason of a decision in words, with its numbers.

use super::words::{age, list};
use crate::dotnet::{TICKS_PER_DAY, TimeSpan};
use crate::history::VersionNumber;
use crate::policy::{PairIndex, Policy, entries};
use crate::retention::{Blocker, Decision, KeepVersionsReason, RetainedBecause, Verdict};

/// How the pairs of a policy are called in a sentence: as they were written.
///
/// ```
/// use duplicati_retention::{Release, advice::PairLabels, policy::{PairIndex, Policy}};
/// let text = "1W:1D, 12M:";
/// let labels = PairLabels::new(text, &Policy::parse("1W:1D,12M:", Release::V2_3_0)?);
/// assert_eq!(labels.frame(PairIndex::new(1)), "12M");
/// assert_eq!(labels.interval(PairIndex::new(1)), "U"); // nothing was written: the meaning
/// assert_eq!(labels.longest_frame(), "12M");
/// # Ok::<(), duplicati_retention::policy::PolicyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct PairLabels {
    labels: Vec<(String, String)>,
    longest: Option<(PairIndex, TimeSpan)>,
}

impl PairLabels {
    /// The labels for a policy and the text that it was read from.
    ///
    /// ```
    /// # use duplicati_retention::{advice::PairLabels, policy::Policy};
    /// PairLabels::new("", &Policy::default());
    /// ```
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
    ///
    /// ```
    /// # use duplicati_retention::{advice::PairLabels, policy::Policy};
    /// assert_eq!(PairLabels::new("", &Policy::default()).longest_frame(), "");
    /// ```
    pub fn longest_frame(&self) -> &str {
        self.longest.map_or("", |(pair, _)| self.frame(pair))
    }

    fn outside(&self, span: TimeSpan) -> String {
        let longest = self.longest.map_or(TimeSpan::ZERO, |(_, frame)| frame);
        // Close to the bound a short form would say "7D old, the longest frame is 7D".
        let is_close = span.ticks().saturating_sub(longest.ticks()) < TICKS_PER_DAY;
        // A part of a second counts only where nothing else tells the two apart.
        let to_the_second = TimeSpan::from_seconds(span.whole_seconds()).unwrap_or(span);
        let exact = if to_the_second > longest { to_the_second } else { span };
        let old = if is_close { exact.to_string() } else { age(span) };
        format!("outside every frame: {old} old, the longest frame is {}", self.longest_frame())
    }
}

/// Why a version is deleted or stays, in words and with the numbers.
///
/// ```
/// use duplicati_retention::clock::Utc;
/// use duplicati_retention::history::{Backup, History};
/// use duplicati_retention::clock::Zone;
/// use duplicati_retention::policy::Policy;
/// use duplicati_retention::{Release, advice::{PairLabels, reason}, retention::{Options}};
///
/// let at = |seconds: i64| Backup::full(Utc::from_unix_seconds(seconds).unwrap());
/// let history = History::new(vec![at(200_000), at(86_398), at(0)], Zone::UTC);
/// let options = Options::parse([("retention-policy", "7D:1D")], Release::V2_3_0)?;
/// let plan = retention::plan(&history, &options, Utc::from_unix_seconds(200_000)?)?;
/// let labels = PairLabels::new("7D:1D", &options.policy);
/// assert_eq!(reason(&plan.decision(VersionNumber::new(1)), &labels), "23:59:58 after version 2, the interval is 1D");
/// assert_eq!(reason(&plan.decision(VersionNumber::new(2)), &labels), "oldest in its frame");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn reason(decision: &Decision, labels: &PairLabels) -> String {
    let mut against = Vec::new();
    if !decision.policy.keeps() {
        against.push(verdict(decision.policy, labels));
    }
    if decision.named {
        against.push("named by the option version".to_owned());
    }
    if let Some(reason) = decision.keep_time {
        against.push(format!("{} older than keep-time allows", reason.beyond));
    }
    match decision.keep_versions {
        Some(KeepVersionsReason::NumberReached) => {
            against.push("keep-versions: enough newer full backups stay".to_owned());
        }
        Some(KeepVersionsReason::PartialBetweenFull) => {
            against.push("keep-versions: partial, between two full backups that stay".to_owned());
        }
        None => {}
    }
    match decision.retained_because {
        None if against.is_empty() => verdict(decision.policy, labels),
        None => against.join("; "),
        Some(RetainedBecause::LastVersion) => {
            format!("retained_because, because nothing else would be left ({})", against.join("; "))
        }
        Some(RetainedBecause::Locked { until }) => {
            format!("retained_because, locked until {until} UTC ({})", against.join("; "))
        }
    }
}

fn verdict(verdict: Verdict, labels: &PairLabels) -> String {
    let after = |pair, after: VersionNumber, distance: TimeSpan| {
        format!("{distance} after version {after}, the interval is {}", labels.interval(pair))
    };
    match verdict {
        Verdict::NoPolicy => "no option deletes it".into(),
        Verdict::Newest => "the newest stays".into(),
        Verdict::NewestOutsideEveryFrame { age } | Verdict::OutsideEveryFrame { age } => {
            labels.outside(age)
        }
        Verdict::OldestInFrame { .. } => "oldest in its frame".into(),
        Verdict::NoFullBefore { .. } => "no full backup before it in its frame".into(),
        Verdict::KeepAll { .. } => "its frame keeps everything".into(),
        Verdict::FarEnough { pair, after: last, distance }
        | Verdict::TooClose { pair, after: last, distance } => after(pair, last, distance),
        Verdict::Partial { pair, after: last, distance } => {
            format!("partial ones in a frame stay; {}", after(pair, last, distance))
        }
    }
}

/// Why Duplicati would not carry a plan out, in words.
///
/// ```
/// use duplicati_retention::{Release, advice::{PairLabels, blocker}, policy::Policy, retention::Blocker};
/// let labels = PairLabels::new("1D:1D", &Policy::parse("1D:1D", Release::V2_3_0)?);
/// let sentence = blocker(&Blocker::IntervalNotBelowFrame { pair: PairIndex::new(0) }, &labels);
/// assert!(sentence.starts_with("Duplicati refuses to run with this policy: in 1D:1D "));
/// # Ok::<(), duplicati_retention::policy::PolicyError>(())
/// ```
pub fn blocker(blocker: &Blocker, labels: &PairLabels) -> String {
    match blocker {
        Blocker::IntervalNotBelowFrame { pair } => format!(
            "Duplicati refuses to run with this policy: in {}:{} the interval is not shorter than the time frame. \
             Below is what its removal code would do.",
            labels.frame(*pair),
            labels.interval(*pair)
        ),
        Blocker::Combined { options } => format!(
            "Duplicati refuses to run with more than one of {} set. Below is what its removal code would do.",
            list(options)
        ),
        Blocker::CountedTwice { version } => format!(
            "Two options delete version {version}: release 2.1 counts it twice, then fails and deletes nothing. \
             Below is what was asked of it."
        ),
        Blocker::SameTime { version } => format!(
            "Version {version} has the same time as another one. Duplicati can decide upon it, but fails when it deletes it."
        ),
    }
}
