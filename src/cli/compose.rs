//! `compose`: the policy that delivers what was asked.

use std::io::{self, Write};

use super::context::ContextArgs;
use super::exit;
use super::failure::Failure;
use super::job::JobArgs;
use super::schedule::ScheduleArgs;
use super::screen;
use crate::advice::{age, in_words, list, number};
use crate::dotnet::TimeSpan;
use crate::forecast::Summary;
use crate::report::{
    ComposeReport, CoverageReport, GoalTexts, Goals, OptionReport, Planned, write_json,
};

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

impl Args {
    fn goals(&self) -> GoalTexts {
        let GoalArgs { all, hourly, daily, weekly, monthly, yearly } = &self.goals;
        let span = |name: &str| match name {
            "all" => all.clone(),
            "hourly" => hourly.clone(),
            "daily" => daily.clone(),
            "weekly" => weekly.clone(),
            "monthly" => monthly.clone(),
            _ => yearly.clone(),
        };
        GoalTexts::new(span, self.counts.text())
    }
}

impl CountArgs {
    /// All counts as one text.
    fn text(&self) -> String {
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
        self.counts.iter().cloned().chain(given).collect::<Vec<_>>().join(" ")
    }
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let job = args.job.read()?;
    let (mut context, assumed) = args.context.resolve(args.context.moment()?, job.as_ref(), None);
    context.job = job.as_ref().map(|file| file.gives("schedule"));
    let (release, now) = (context.release, context.moment.now);
    let schedule = args.schedule.read(job.as_ref(), release, now, Planned::before)?;
    let planned = &schedule.planned;
    let Goals { goals, notes, newest } = args.goals().read(release, planned.schedule.every)?;
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
