//! A schedule and goals as a person writes them, as texts.

use serde::Deserialize;

use super::compose::NamedGoal;
use super::diagnostic::Diagnostic;
use super::schedule::Planned;
use crate::Release;
use crate::advice::in_words;
use crate::clock::Utc;
use crate::dotnet::{OutOfRange, TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::forecast::{Goal, Off, Schedule};
use crate::policy::parse_span;
use crate::sources::Days;

/// A schedule in the words of `forecast`. An empty text leaves the default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScheduleText {
    /// The time from one backup to the next, such as `1D`
    pub every: String,
    /// The days on which a backup may start, such as `mon,tue`; every day by default
    pub days: String,
    /// The local time of day, such as `02:00`
    pub at: String,
    /// By how much a backup may start late
    pub jitter: String,
    /// The share of the backups that do not happen, such as `5%`
    pub miss: String,
    /// Times without backups, such as `2W every 1Y`
    pub off: String,
    /// The share of the backups that are stopped before they are complete
    pub partial: String,
    /// How long backups go on, 5 years by default
    #[serde(rename = "for")]
    pub length: String,
    /// The number from which all chance is drawn, 1 by default
    pub seed: String,
}

/// Where the present is in the period: [`Planned::after`] or [`Planned::before`].
type Period = fn(Utc, Schedule, TimeSpan, u64) -> Result<Planned, OutOfRange>;

impl ScheduleText {
    /// The schedule, from the present or until then.
    ///
    /// # Errors
    /// A text that cannot be read, with the name of its option.
    ///
    /// ```
    /// use duplicati_retention::{Release, clock::Utc, report::{Planned, ScheduleText}};
    /// let now = Utc::from_unix_seconds(1_795_424_400)?;
    /// let mut text = ScheduleText { every: "1D".into(), ..ScheduleText::default() };
    /// let planned = text.read(Release::V2_3_0, now, Planned::before)?;
    /// assert_eq!(planned.from.to_string(), "2021-11-24 09:00:00");
    /// text.jitter = "2D".into();
    /// let error = text.read(Release::V2_3_0, now, Planned::before).unwrap_err();
    /// assert_eq!(error.message, "--jitter 2D: less than --every is expected");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(&self, release: Release, now: Utc, period: Period) -> Result<Planned, Diagnostic> {
        let minute = TimeSpan::from_ticks(60 * TICKS_PER_SECOND);
        if self.every.is_empty() {
            return Err(Diagnostic::new(
                "the time from one backup to the next is needed: give it with --every, such as \
                 --every 1D",
            ));
        }
        let every = span_text("--every", &self.every, release, minute)?;
        let jitter = span_text("--jitter", or(&self.jitter, "0s"), release, TimeSpan::ZERO)?;
        if jitter >= every {
            return Err(wrong("--jitter", &self.jitter, "less than --every is expected"));
        }
        let schedule = Schedule {
            every,
            at: self.time_of_day(every)?,
            next: None,
            days: match self.days.as_str() {
                "" => Days::ALL,
                days => days.parse().map_err(|error| wrong("--days", days, error))?,
            },
            jitter,
            miss: share("--miss", &self.miss)?,
            off: self.off(release)?,
            partial: share("--partial", &self.partial)?,
        };
        let length = span_text("--for", or(&self.length, "5Y"), release, every)?;
        let seed = or(&self.seed, "1");
        let seed = seed.parse().map_err(|_| wrong("--seed", seed, "a whole number is expected"))?;
        period(now, schedule, length, seed).map_err(|error| wrong("--for", &self.length, error))
    }

    fn time_of_day(&self, every: TimeSpan) -> Result<Option<TimeSpan>, Diagnostic> {
        if self.at.is_empty() {
            return Ok(None);
        }
        if every.ticks() % TICKS_PER_DAY != 0 {
            return Err(Diagnostic::new(format!(
                "--at is for a schedule of whole days, and --every is {}",
                self.every
            )));
        }
        let time = chrono::NaiveTime::parse_from_str(&self.at, "%H:%M")
            .map_err(|_| wrong("--at", &self.at, "a time of day such as 02:00 is expected"))?;
        let seconds = i64::from(chrono::Timelike::num_seconds_from_midnight(&time));
        Ok(Some(TimeSpan::from_ticks(seconds * TICKS_PER_SECOND)))
    }

    fn off(&self, release: Release) -> Result<Option<Off>, Diagnostic> {
        if self.off.is_empty() {
            return Ok(None);
        }
        let second = TimeSpan::from_ticks(TICKS_PER_SECOND);
        let quoted = format!("{:?}", self.off);
        let (length, each) = self.off.split_once(" every ").ok_or_else(|| {
            wrong("--off", &quoted, "two spans are expected, such as \"2W every 1Y\"")
        })?;
        let length = span_text("--off", length.trim(), release, second)?;
        let each = span_text("--off", each.trim(), release, second)?;
        if length >= each {
            return Err(wrong("--off", &quoted, "the first span must be shorter than the second"));
        }
        Ok(Some(Off { length, each }))
    }
}

impl NamedGoal {
    /// The goals that have a name: it, the interval of the usual pair, and the interval in seconds.
    pub const KINDS: [(&str, &str, i64); 6] = [
        ("all", "U", 0),
        ("hourly", "1h", 3600),
        ("daily", "1D", 86_400),
        ("weekly", "1W", 7 * 86_400),
        ("monthly", "1M", 30 * 86_400),
        ("yearly", "1Y", 365 * 86_400),
    ];

    /// The goal of one of these kinds that reaches back this far: a span, or `forever`.
    ///
    /// # Errors
    /// A text that is not a span above zero, or an unknown kind.
    ///
    /// ```
    /// use duplicati_retention::{Release, report::NamedGoal};
    /// assert_eq!(NamedGoal::read("daily", "3M", Release::V2_3_0)?.usual_pair, "3M:1D");
    /// # Ok::<(), duplicati_retention::report::Diagnostic>(())
    /// ```
    pub fn read(kind: &str, text: &str, release: Release) -> Result<NamedGoal, Diagnostic> {
        let name = format!("--{kind} {text}");
        let wrong = |problem: String| Diagnostic::new(format!("{name}: {problem}"));
        let known = NamedGoal::KINDS.into_iter().find(|&(known, ..)| known == kind);
        let (_, letter, seconds) = known.ok_or_else(|| wrong("an unknown kind of goal".into()))?;
        let is_for_ever = text.eq_ignore_ascii_case("forever") || text.eq_ignore_ascii_case("U");
        let reach = match is_for_ever {
            true => TimeSpan::MAX,
            false => parse_span(text, release).map_err(|error| {
                wrong(format!("{error}; a span such as 7D or 2Y, or forever, is expected"))
            })?,
        };
        if reach <= TimeSpan::ZERO {
            return Err(wrong("a span above zero such as 7D, or forever, is expected".into()));
        }
        let frame = if is_for_ever { "U" } else { text };
        let interval = TimeSpan::from_ticks(seconds * TICKS_PER_SECOND);
        let goal = Goal { interval, reach };
        Ok(NamedGoal { usual_pair: format!("{frame}:{letter}"), goal, name })
    }
}

/// A span of this length or more, such as `1D`; `option` is what it is called in an error.
///
/// # Errors
/// Another text.
pub fn span_text(
    option: &str,
    text: &str,
    release: Release,
    least: TimeSpan,
) -> Result<TimeSpan, Diagnostic> {
    let span = parse_span(text, release)
        .map_err(|error| wrong(option, text, format!("{error}; write a span such as 1D or 12h")))?;
    match span < least {
        true => Err(wrong(option, text, format!("write {} or more", in_words(least)))),
        false => Ok(span),
    }
}

/// A share from a text such as `5%`, or none.
fn share(option: &str, text: &str) -> Result<f64, Diagnostic> {
    let written = or(text, "0");
    let number = written.strip_suffix('%').unwrap_or(written).parse::<f64>().ok();
    let part = number.map(|number| number / 100.0).filter(|part| (0.0..=1.0).contains(part));
    part.ok_or_else(|| wrong(option, text, "a percentage from 0% to 100% is expected"))
}

fn or<'a>(text: &'a str, default: &'a str) -> &'a str {
    if text.is_empty() { default } else { text }
}

fn wrong(option: &str, text: &str, problem: impl ToString) -> Diagnostic {
    Diagnostic::new(format!("{option} {text}: {}", problem.to_string()))
}
