//! What a person wants of a policy, as it is typed.

use super::compose::NamedGoal;
use super::diagnostic::Diagnostic;
use crate::Release;
use crate::advice::written;
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::forecast::Goal;
use crate::policy::parse_span;
use crate::sources::counts::{self, CountedBy};

/// Goals in the words of `compose`, not yet read: what a span means depends on the release.
#[derive(Clone, Debug, Default)]
pub struct GoalTexts {
    /// How far back, such as `30D` or `forever`; in the order of the intervals.
    spans: [Option<String>; 6],
    /// How many versions to keep of each kind, as other programs write it; empty if none is
    /// counted.
    counts: String,
}

/// What a person wants, those goals first whose interval is the shortest.
#[derive(Clone, Debug)]
pub struct Goals {
    /// The goals.
    pub goals: Vec<NamedGoal>,
    /// How they were read, where that is not plain.
    pub notes: Vec<String>,
    /// How many of the newest versions are wanted, if nothing else is.
    pub newest: Option<u32>,
}

/// One version for each of these, in the order of [`CountedBy`].
struct Interval {
    /// What a goal is called.
    name: &'static str,
    /// The unit of a span that is this many of these; empty where that depends on the schedule.
    unit: &'static str,
    /// The interval in the pair that people would write.
    usual: &'static str,
    ticks: i64,
}

const INTERVALS: [Interval; 6] = [
    Interval { name: "all", unit: "", usual: "U", ticks: 0 },
    Interval { name: "hourly", unit: "h", usual: "1h", ticks: 3600 * TICKS_PER_SECOND },
    Interval { name: "daily", unit: "D", usual: "1D", ticks: TICKS_PER_DAY },
    Interval { name: "weekly", unit: "W", usual: "1W", ticks: 7 * TICKS_PER_DAY },
    Interval { name: "monthly", unit: "M", usual: "1M", ticks: 30 * TICKS_PER_DAY },
    Interval { name: "yearly", unit: "Y", usual: "1Y", ticks: 365 * TICKS_PER_DAY },
];

/// What differs from the programs from which counts are known.
const NOTE_ON_COUNTS: &str = "other programs keep one version for each calendar day, week or month in which there is one. \
     Duplicati knows no calendar: it counts days from each run back, keeps versions by their \
     distance, a month is 30 days and a year 365, and a day without a backup is not made up for \
     by an older one. So there may be a version more or fewer";

const EXPECTED: &str = "say what is wanted: one or more of --all, --hourly, --daily, --weekly, --monthly and \
     --yearly, each with a span such as 30D, or counts such as --keep-daily 7";

impl GoalTexts {
    /// The texts, from what there is for each name: `all`, `hourly`, `daily`, `weekly`, `monthly`
    /// and `yearly`.
    pub fn new(span: impl Fn(&str) -> Option<String>, counts: String) -> GoalTexts {
        GoalTexts { spans: INTERVALS.map(|interval| span(interval.name)), counts }
    }

    /// The goals, for a schedule with this time from one backup to the next.
    ///
    /// # Errors
    /// A text that cannot be read, with the name of its option; or nothing is wanted.
    pub fn read(&self, release: Release, every: TimeSpan) -> Result<Goals, Diagnostic> {
        let mut goals = Vec::new();
        let mut notes = Vec::new();
        for (interval, text) in INTERVALS.iter().zip(&self.spans) {
            let (name, Some(text)) = (interval.name, text) else { continue };
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
            if is_number && interval.unit.is_empty() {
                return Err(Diagnostic::new(format!(
                    "--{name} {text}: a span such as {text}D is expected; for the {text} newest \
                     versions write --keep-last {text}"
                )));
            }
            let span = if is_number { format!("{text}{}", interval.unit) } else { text.clone() };
            if is_number {
                notes.push(format!("--{name} {text} is taken as --{name} {span}"));
            }
            goals.push(interval.goal(format!("--{name} {span}"), &span, release)?);
        }
        let counts = match self.counts.is_empty() {
            true => vec![],
            false => counts::parse(&self.counts).map_err(Diagnostic::new)?,
        };
        for &(number, by) in &counts {
            let interval = &INTERVALS[by as usize];
            let (name, span) = match by {
                // Backups are counted in steps of the schedule.
                CountedBy::Last => {
                    let ticks = every.ticks().saturating_mul(number.into());
                    ("last", written(TimeSpan::from_ticks(ticks)))
                }
                _ => (interval.name, format!("{number}{}", interval.unit)),
            };
            goals.push(interval.goal(format!("--keep-{name} {number}"), &span, release)?);
        }
        if goals.is_empty() {
            return Err(Diagnostic::new(EXPECTED));
        }
        if !counts.is_empty() {
            notes.push(NOTE_ON_COUNTS.into());
        }
        let newest = match counts.as_slice() {
            [(number, CountedBy::Last)] if goals.len() == 1 => Some(*number),
            _ => None,
        };
        goals.sort_by_key(|named| named.goal.interval);
        Ok(Goals { goals, notes, newest })
    }
}

impl Interval {
    /// The goal of this name that reaches as far back as the text says.
    fn goal(&self, name: String, text: &str, release: Release) -> Result<NamedGoal, Diagnostic> {
        let reach =
            reach(text, release).map_err(|error| Diagnostic::new(format!("{name}: {error}")))?;
        let frame = if reach == TimeSpan::MAX { "U" } else { text };
        let goal = Goal { interval: TimeSpan::from_ticks(self.ticks), reach };
        Ok(NamedGoal { usual_pair: format!("{frame}:{}", self.usual), name, goal })
    }
}

/// How far back a goal reaches.
fn reach(text: &str, release: Release) -> Result<TimeSpan, String> {
    if text.eq_ignore_ascii_case("forever") || text.eq_ignore_ascii_case("U") {
        return Ok(TimeSpan::MAX);
    }
    let span = parse_span(text, release)
        .map_err(|error| format!("{error}; a span such as 7D or 2Y, or forever, is expected"))?;
    match span <= TimeSpan::ZERO {
        true => Err("a span above zero such as 7D, or forever, is expected".into()),
        false => Ok(span),
    }
}
