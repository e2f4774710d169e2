//! `compose`: the policy that delivers what was asked.

use std::io::{self, Write};
use std::path::PathBuf;

use super::context::ContextArgs;
use super::exit::DONE;
use super::failure::Failure;
use super::job::JobFile;
use super::schedule::ScheduleArgs;
use super::screen;
use crate::Release;
use crate::advice::{age, in_words, list, number};
use crate::dotnet::TimeSpan;
use crate::forecast::Summary;
use crate::report::{ComposeReport, CoverageReport, NamedGoal, Planned, write_json};

const EXAMPLES: &str = "\
A goal is reached if, whatever moment of its span you want to go back to, there is a version from at
most its interval before. Spans are counted from now and overlap: --daily 3M --weekly 2Y keeps daily
versions for 3 months, and weekly ones from then to 2 years.

Examples:
  duplicati-retention compose --all 7D --daily 3M --weekly 2Y --monthly forever --every 1D
  duplicati-retention compose --hourly 2D --daily 30D --yearly forever --every 1h";

/// Which policy delivers what you want, and what would the usual text deliver?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    goals: GoalArgs,

    /// Take the schedule from a job: the file that "Export" on the job's page makes
    #[arg(long, value_name = "FILE", help_heading = None)]
    job: Option<PathBuf>,

    #[command(flatten)]
    context: ContextArgs,

    #[command(flatten)]
    schedule: ScheduleArgs,

    /// Print the answer as JSON, which docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = true)]
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

impl GoalArgs {
    /// The goals, those for the shortest interval first.
    fn read(&self, release: Release) -> Result<Vec<NamedGoal>, Failure> {
        let GoalArgs { all, hourly, daily, weekly, monthly, yearly } = self;
        let texts = [all, hourly, daily, weekly, monthly, yearly];
        NamedGoal::KINDS
            .into_iter()
            .zip(texts)
            .filter_map(|((kind, ..), text)| text.as_ref().map(|text| (kind, text)))
            .map(|(kind, text)| Ok(NamedGoal::read(kind, text, release)?))
            .collect()
    }
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let job = args.job.as_deref().map(JobFile::read).transpose()?;
    let mut context = args.context.resolve(job.as_ref())?;
    context.job = job.as_ref().map(|file| file.gives("schedule"));
    let goals = args.goals.read(context.release)?;
    let (release, now) = (context.release, context.moment.now);
    let schedule = args.schedule.read(job.as_ref(), release, now, Planned::before)?;
    let caveats = schedule.caveat.into_iter().collect();
    let report = ComposeReport::new(context, &goals, &schedule.planned, caveats)?;
    if args.json { write_json(out, &report) } else { write_text(&report, out) }?;
    Ok(DONE)
}

fn write_text(report: &ComposeReport, out: &mut impl Write) -> io::Result<()> {
    let ComposeReport { policy, usual_policy, schedule, covered, condition, .. } = report;
    writeln!(out, "{policy}\n")?;
    write!(out, "{}", screen::paragraph(&report.context.to_string(), 2))?;
    let tried = format!(
        "Tried out with {}, beside the usual text {usual_policy}.",
        schedule.backups(report.backups)
    );
    write!(out, "{}", screen::paragraph(&tried, 2))?;
    screen::notes(out, &report.caveats)?;
    let mut table =
        screen::table(["Goal", "Promised gap", "Longest gap", "Longest gap with the usual text"]);
    for goal in &report.goals {
        table.add_row([
            goal.goal.clone(),
            in_words(goal.promised_gap_seconds),
            longest(goal.delivered),
            longest(goal.delivered_by_usual_policy),
        ]);
    }
    let versions =
        |summary: Option<Summary<usize>>| number(summary.map_or(0, |summary| summary.median));
    table.add_row([
        "Versions".into(),
        String::new(),
        versions(report.versions),
        versions(report.versions_with_usual_policy),
    ]);
    write!(out, "\n{}", screen::lines(&table))?;

    let mut say = |sentence: &str| write!(out, "\n{}", screen::paragraph(sentence, 0));
    if !covered.is_empty() {
        say(&format!("{} needs no pair: the other goals cover it.", list(covered)))?;
    }
    if report.promises_kept {
        say(&format!(
            "A gap is how long before a moment the version may be to which you can go back. Every \
             promise was kept in this trial, and holds as long as {condition}.",
        ))?;
    } else {
        say("Not every promise was kept in this trial, because the clock was changed.")?;
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
