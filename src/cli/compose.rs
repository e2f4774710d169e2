//! `compose`: the policy that delivers what was asked.

use std::io::{self, Write};

use super::context::ContextArgs;
use super::exit;
use super::failure::Failure;
use super::job::JobArgs;
use super::schedule::ScheduleArgs;
use super::screen;
use crate::Release;
use crate::advice::{age, in_words, list, number, written};
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::forecast::{Goal, Summary};
use crate::policy::parse_span;
use crate::report::{ComposeReport, CoverageReport, NamedGoal, OptionReport, Planned, write_json};
use crate::sources::counts::{self, CountedBy};

const EXAMPLES: &str = "\
A goal is reached if, whatever moment of its span you want to go back to, there is a version from at
most its interval before. Spans are counted from now and overlap: --daily 3M --weekly 2Y keeps daily
versions for 3 months, and weekly ones from then to 2 years.

A count such as --keep-daily 7 asks for one version for each of the last 7 days. All counts of
another program can be given as one text, as they are written for it.

Examples:
  duplicati-retention compose --all 7D --daily 3M --weekly 2Y --monthly forever --every 1D
  duplicati-retention compose --hourly 2D --daily 30D --yearly forever --every 1h
  duplicati-retention compose --keep-daily 7 --keep-weekly 4 --keep-monthly 12 --every 1D
  duplicati-retention compose \"keep-last=3,keep-daily=13,keep-yearly=9\" --every 1D";

/// Which policy delivers what you want, and what would the usual text deliver?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    goals: GoalArgs,

    #[command(flatten)]
    counts: CountArgs,

    #[command(flatten)]
    job: JobArgs,

    #[command(flatten)]
    context: ContextArgs,

    #[command(flatten)]
    schedule: ScheduleArgs,

    /// Print the answer as JSON, which docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Goals (one or more; a span, or forever)")]
struct GoalArgs {
    /// Every backup of the last SPAN
    #[arg(long, value_name = "SPAN")]
    all: Option<String>,

    /// One for each hour of the last SPAN
    #[arg(long, value_name = "SPAN")]
    hourly: Option<String>,

    /// One for each day of the last SPAN
    #[arg(long, value_name = "SPAN")]
    daily: Option<String>,

    /// One for each week of the last SPAN
    #[arg(long, value_name = "SPAN")]
    weekly: Option<String>,

    /// One for each month (30 days) of the last SPAN
    #[arg(long, value_name = "SPAN")]
    monthly: Option<String>,

    /// One for each year (365 days) of the last SPAN
    #[arg(long, value_name = "SPAN")]
    yearly: Option<String>,
}

/// How many versions to keep of each kind.
#[derive(clap::Args)]
#[command(next_help_heading = "Counts, in place of goals or beside them")]
struct CountArgs {
    /// Counts as restic, Borg, Kopia, Proxmox or people write them, as one text
    #[arg(value_name = "COUNTS", allow_hyphen_values = true)]
    counts: Option<String>,

    /// The newest versions
    #[arg(long, value_name = "NUMBER", alias = "keep-latest")]
    keep_last: Option<String>,

    /// One for each of the last hours
    #[arg(long, value_name = "NUMBER")]
    keep_hourly: Option<String>,

    /// One for each of the last days
    #[arg(long, value_name = "NUMBER")]
    keep_daily: Option<String>,

    /// One for each of the last weeks
    #[arg(long, value_name = "NUMBER")]
    keep_weekly: Option<String>,

    /// One for each of the last months
    #[arg(long, value_name = "NUMBER")]
    keep_monthly: Option<String>,

    /// One for each of the last years
    #[arg(long, value_name = "NUMBER", alias = "keep-annual")]
    keep_yearly: Option<String>,
}

/// The intervals of goals: the name, the unit of a count, the interval in the usual text, and how
/// long it is.
const INTERVALS: [(&str, &str, &str, i64); 6] = [
    ("all", "", "U", 0),
    ("hourly", "h", "1h", 3600 * TICKS_PER_SECOND),
    ("daily", "D", "1D", TICKS_PER_DAY),
    ("weekly", "W", "1W", 7 * TICKS_PER_DAY),
    ("monthly", "M", "1M", 30 * TICKS_PER_DAY),
    ("yearly", "Y", "1Y", 365 * TICKS_PER_DAY),
];

/// What differs from the programs from which counts are known.
const NOTE_ON_COUNTS: &str = "\
other programs keep one version for each calendar day, week or month in which there is one. \
Duplicati knows no calendar: it counts days from each run back, keeps versions by their distance, a \
month is 30 days and a year 365, and a day without a backup is not made up for by an older one. So \
there may be a version more or fewer";

/// The goals, those for the shortest interval first, and how they were read.
struct ReadGoals {
    goals: Vec<NamedGoal>,
    notes: Vec<String>,
    /// How many of the newest versions are wanted, if nothing else is.
    newest: Option<u32>,
}

impl Args {
    fn read_goals(&self, release: Release, every: TimeSpan) -> Result<ReadGoals, Failure> {
        let mut goals = Vec::new();
        let mut notes = Vec::new();
        for ((name, unit, ..), text) in INTERVALS.into_iter().zip(self.goals.texts()) {
            let Some(text) = text else { continue };
            let is_bare = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
            if is_bare && unit.is_empty() {
                return Err(Failure::new(format!(
                    "--{name} {text}: a span such as {text}D is expected; for the {text} newest \
                     versions write --keep-last {text}"
                )));
            }
            let span = if is_bare { format!("{text}{unit}") } else { text.clone() };
            if is_bare {
                notes.push(format!("--{name} {text} is taken as --{name} {span}"));
            }
            goals.push(goal(name, &format!("--{name} {span}"), &span, release)?);
        }
        let counts = self.counts.read()?;
        for &(number, by) in &counts {
            let (name, option, unit) = match by {
                CountedBy::Last => ("all", "last", None),
                CountedBy::Hour => ("hourly", "hourly", Some("h")),
                CountedBy::Day => ("daily", "daily", Some("D")),
                CountedBy::Week => ("weekly", "weekly", Some("W")),
                CountedBy::Month => ("monthly", "monthly", Some("M")),
                CountedBy::Year => ("yearly", "yearly", Some("Y")),
            };
            let span = match unit {
                Some(unit) => format!("{number}{unit}"),
                // Backups are counted in steps of the schedule.
                None => {
                    let ticks = every.ticks().saturating_mul(number.into());
                    written(TimeSpan::from_ticks(ticks))
                }
            };
            goals.push(goal(name, &format!("--keep-{option} {number}"), &span, release)?);
        }
        if goals.is_empty() {
            return Err(Failure::new(EXPECTED));
        }
        if !counts.is_empty() {
            notes.push(NOTE_ON_COUNTS.into());
        }
        let newest = match counts.as_slice() {
            [(number, CountedBy::Last)] if goals.len() == 1 => Some(*number),
            _ => None,
        };
        goals.sort_by_key(|named| named.goal.interval);
        Ok(ReadGoals { goals, notes, newest })
    }
}

const EXPECTED: &str = "\
say what is wanted: one or more of --all, --hourly, --daily, --weekly, --monthly and --yearly, each \
with a span such as 30D, or counts such as --keep-daily 7";

/// A goal of this interval.
fn goal(interval: &str, name: &str, text: &str, release: Release) -> Result<NamedGoal, Failure> {
    let found = INTERVALS.into_iter().find(|&(other, ..)| other == interval);
    let (_, _, usual, ticks) = found.unwrap_or(INTERVALS[0]);
    let reach =
        read_reach(text, release).map_err(|error| Failure::new(format!("{name}: {error}")))?;
    let frame = if reach == TimeSpan::MAX { "U" } else { text };
    let goal = Goal { interval: TimeSpan::from_ticks(ticks), reach };
    Ok(NamedGoal { usual_pair: format!("{frame}:{usual}"), name: name.to_owned(), goal })
}

impl GoalArgs {
    /// The texts, in the order of [`INTERVALS`].
    fn texts(&self) -> [&Option<String>; 6] {
        [&self.all, &self.hourly, &self.daily, &self.weekly, &self.monthly, &self.yearly]
    }
}

impl CountArgs {
    fn read(&self) -> Result<Vec<(u32, CountedBy)>, Failure> {
        let given = [
            ("last", &self.keep_last),
            ("hourly", &self.keep_hourly),
            ("daily", &self.keep_daily),
            ("weekly", &self.keep_weekly),
            ("monthly", &self.keep_monthly),
            ("yearly", &self.keep_yearly),
        ];
        // A text with all counts that begins with --keep-daily= counts as that option's value.
        let given = given
            .into_iter()
            .filter_map(|(name, value)| Some(format!("--keep-{name}={}", value.as_ref()?)));
        let text: Vec<String> = self.counts.iter().cloned().chain(given).collect();
        match text.is_empty() {
            true => Ok(Vec::new()),
            false => counts::parse(&text.join(" ")).map_err(Failure::new),
        }
    }
}

/// How far back a goal reaches.
fn read_reach(text: &str, release: Release) -> Result<TimeSpan, String> {
    if text.eq_ignore_ascii_case("forever") || text.eq_ignore_ascii_case("U") {
        return Ok(TimeSpan::MAX);
    }
    let span = parse_span(text, release)
        .map_err(|error| format!("{error}; a span such as 7D or 2Y, or forever, is expected"))?;
    if span <= TimeSpan::ZERO {
        return Err("a span above zero such as 7D, or forever, is expected".into());
    }
    Ok(span)
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let job = args.job.read()?;
    let (mut context, assumed) = args.context.resolve(args.context.moment()?, job.as_ref(), None);
    context.job = job.as_ref().map(|file| file.gives("schedule"));
    let (release, now) = (context.release, context.moment.now);
    let schedule = args.schedule.read(job.as_ref(), release, now, Planned::before)?;
    let planned = &schedule.planned;
    let ReadGoals { goals, notes, newest } = args.read_goals(release, planned.schedule.every)?;
    let caveats = schedule.caveat.into_iter().chain(assumed).chain(notes).collect();
    let report = ComposeReport::new(context, &goals, newest, planned, caveats)?;
    let report = match &job {
        Some(file) => report.in_job(&file.job),
        None => report,
    };
    if args.json { write_json(out, &report) } else { write_text(&report, out) }?;
    Ok(exit::of(&report.blockers))
}

fn write_text(report: &ComposeReport, out: &mut impl Write) -> io::Result<()> {
    let ComposeReport { policy, usual_policy, schedule, covered, condition, .. } = report;
    for notice in &report.blockers {
        screen::loud(out, &notice.message)?;
    }
    if !report.blockers.is_empty() {
        screen::loud(out, "So it is with the policy that follows among the options of the job.")?;
    }
    writeln!(out, "{policy}\n")?;
    write!(out, "{}", screen::paragraph(&report.context.to_string(), 2))?;
    for caveat in &report.caveats {
        write!(out, "{}", screen::paragraph(&format!("Note: {caveat}"), 6))?;
    }
    write!(out, "{}", screen::paragraph(&schedule.assumptions, 2))?;
    let tried = format!(
        "Tried out with {}, beside the usual text {usual_policy}.",
        schedule.backups(report.backups)
    );
    write!(out, "{}", screen::paragraph(&tried, 2))?;
    let headings = ["Goal", "Promised gap", "Longest gap", "Longest gap with the usual text"];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    for goal in &report.goals {
        rows.push(vec![
            goal.goal.clone(),
            in_words(goal.promised_gap_seconds),
            longest(goal.delivered),
            longest(goal.delivered_by_usual_policy),
        ]);
    }
    let versions =
        |summary: Option<Summary<usize>>| number(summary.map_or(0, |summary| summary.median));
    rows.push(vec![
        "Versions".into(),
        "-".into(),
        versions(report.versions),
        versions(report.versions_with_usual_policy),
    ]);
    write!(out, "\n{}", screen::rows(&rows))?;

    let mut say = |sentence: &str| write!(out, "\n{}", screen::paragraph(sentence, 0));
    if let Some(OptionReport { name, text: value }) = &report.simplest {
        let what = match name.as_str() {
            "keep-versions" => "keeps just what was asked for",
            _ => "kept the same versions in this trial, or one more",
        };
        say(&format!(
            "Simplest: the option {name} with {value} {what}. Duplicati takes only one of \
             keep-time, keep-versions and retention-policy."
        ))?;
    }
    if !covered.is_empty() {
        say(&format!("{} needs no pair: the other goals cover it.", list(covered)))?;
    }
    let gap = "A gap is how long before a moment the version may be to which you can go back.";
    if !report.is_filled {
        say(&format!(
            "{gap} This trial is too short to fill the longest time frame, so it confirms nothing: \
             give it more with --for. The promises rest on the condition that {condition}."
        ))?;
    } else if report.promises_kept {
        say(&format!(
            "{gap} Every promise was kept in this trial, and holds as long as {condition}."
        ))?;
    } else {
        say("Not every promise was kept in this trial, because the clock was changed.")?;
    }
    if !report.usual_policy_runs {
        say(&format!(
            "Duplicati refuses every backup with the usual text {usual_policy}, because an \
             interval is not shorter than its time frame."
        ))?;
    }
    say(
        "Intervals are a little shorter than the goals, so that a backup which starts early is not \
         deleted. Time frames are longer by one interval, so that their oldest version is always \
         old enough. Every release, the check before a backup and the classic web page accept this \
         text.",
    )
}

/// How near to any moment the version is, and whether there always was one.
fn longest(coverage: CoverageReport) -> String {
    let gap = age(coverage.longest_gap_seconds);
    match coverage.short_seconds {
        TimeSpan::ZERO => gap,
        short => format!("{gap}, and ends {} early", age(short)),
    }
}
