//! `forecast`: what does a policy deliver over the years?

use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};

use super::context::ContextArgs;
use super::exit::DONE;
use super::failure::Failure;
use super::job::PolicyArgs;
use super::schedule::ScheduleArgs;
use super::screen;
use super::source::recognise;
use crate::Release;
use crate::dotnet::TimeSpan;
use crate::report::{
    FRAME_HEADINGS, ForecastQuestion, ForecastReport, Planned, csv, html, span_text, svg,
    write_json,
};

const EXAMPLES: &str = "\
Retention runs at the end of every backup, so what is left was thinned again and again. This does so
for years, and shows what is left: how many versions, how far apart, and how near to an age.

Examples:
  duplicati-retention forecast 1W:1D,4W:1W,12M:1M --every 1D --jitter 30s
  duplicati-retention forecast 7D:1h,U:1D --every 1h --miss 5% --off \"2W every 1Y\" --for 10Y
  duplicati-retention forecast 1W:1D,4W:1W --every 1D --from ABCDEFGHIJ.sqlite --html forecast.html
  duplicati-retention forecast 1W:1D,4W:1W --every 1D --miss 5% --runs 1000 --age 14D --within 2D";

/// What does a policy deliver over the years, if retention runs after every backup?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    policy: PolicyArgs,

    #[command(flatten)]
    context: ContextArgs,

    #[command(flatten)]
    schedule: ScheduleArgs,

    #[command(flatten)]
    question: QuestionArgs,

    #[command(flatten)]
    answer: AnswerArgs,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Forecast")]
struct QuestionArgs {
    /// The backups that exist now: a job's database, a folder or a list of remote files, or a list
    /// of times
    ///
    /// The content tells which it is; - is a list on standard input. With it the forecast begins
    /// now; without it, the forecast begins without backups and ends now.
    #[arg(long, value_name = "PATH")]
    from: Option<PathBuf>,

    /// How many forecasts to put together; the second takes the next seed, and so on
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    runs: u64,

    /// An age to go back to, such as 14D; can be repeated [default: 1D, 3D, 7D, 14D, 30D, 90D, 1Y
    /// and 3Y]
    #[arg(long = "age", value_name = "SPAN", value_delimiter = ',')]
    ages: Vec<String>,

    /// Tell how often a version is within this distance of such an age; can be repeated
    #[arg(long, value_name = "SPAN", value_delimiter = ',')]
    within: Vec<String>,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Answer")]
struct AnswerArgs {
    /// Print the answer as JSON, which docs/json.md describes
    #[arg(long)]
    json: bool,

    /// Print the time frames as a table for a spreadsheet, which docs/usage.md describes
    #[arg(long, conflicts_with = "json")]
    csv: bool,

    /// Also draw a picture into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

    /// Also write a page with everything into this file; it needs no other file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let input = args.policy.read()?;
    let job = input.job.as_ref();
    let mut context = args.context.resolve(job)?;
    let (release, now) = (context.release, context.moment.now);
    let [ages, within] = args.question.spans(release)?;
    let listing = args.question.from.as_deref().map(recognise).transpose()?;
    let listing = listing.map(|listing| listing.recorded(context.moment.time_zone));
    // Without versions the present is where the forecast ends, so that its picture looks back from
    // now.
    let period = if listing.is_some() { Planned::after } else { Planned::before };
    let schedule = args.schedule.read(job, release, now, period)?;
    context.job = job.map(|file| file.gives(schedule.gives));
    let (start, caveats) = listing.map(|listing| (listing.backups, listing.caveats)).unzip();
    let mut caveats = caveats.unwrap_or_default();
    caveats.extend(input.caveat_of_the_policy_alone());
    caveats.extend(schedule.caveat);
    let question = ForecastQuestion {
        context,
        policy: &input.policy,
        planned: schedule.planned,
        start,
        caveats,
        forecasts: args.question.runs,
        ages: &ages,
        within: &within,
    };
    let report = answer(question)?;
    // A file that cannot be written is told before an answer is given that looks complete.
    let AnswerArgs { svg, html, .. } = &args.answer;
    for (path, drawn) in [(svg, svg::draw as fn(&_) -> _), (html, html::page)] {
        let Some(path) = path else { continue };
        fs::write(path, drawn(&report)).map_err(|error| {
            Failure::at(path.display(), format!("this file cannot be written: {error}"))
        })?;
    }
    match (args.answer.json, args.answer.csv) {
        (true, _) => write_json(out, &report),
        (_, true) => out.write_all(csv::table(&report).as_bytes()),
        _ => write_text(&report, out),
    }?;
    Ok(DONE)
}

/// All forecasts, behind a progress bar if there are many and somebody looks on.
fn answer(question: ForecastQuestion) -> Result<ForecastReport, Failure> {
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let runs = question.forecasts;
    let bar = if runs > 1 { ProgressBar::new(runs) } else { ProgressBar::hidden() };
    // The template is a constant, so it is valid.
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} forecasts, {eta} left") {
        bar.set_style(style);
    }
    let report = question.answer(threads, |done| bar.set_position(done));
    bar.finish_and_clear();
    Ok(report?)
}

impl QuestionArgs {
    /// The ages, and how near a version should be to them.
    fn spans(&self, release: Release) -> Result<[Vec<TimeSpan>; 2], Failure> {
        let read = |option: &str, texts: &[String]| -> Result<Vec<TimeSpan>, Failure> {
            let span = |text: &String| span_text(option, text, release, TimeSpan::ZERO);
            texts.iter().map(|text| Ok(span(text)?)).collect()
        };
        Ok([read("--age", &self.ages)?, read("--within", &self.within)?])
    }
}

fn write_text(report: &ForecastReport, out: &mut impl Write) -> io::Result<()> {
    screen::top(out, &report.context.to_string(), &report.caveats)?;
    writeln!(out, "{}", screen::paragraph(&report.summary(), 2))?;
    if !report.frames.is_empty() {
        let mut table = screen::table(FRAME_HEADINGS);
        table.add_rows(report.frames.iter().map(|frame| report.frame_row(frame)));
        writeln!(out, "{}", screen::lines(&table))?;
    }
    write!(out, "{}", screen::paragraph(&report.note_on_frames(), 0))?;
    if let Some(text) = report.totals() {
        write!(out, "\n{}", screen::paragraph(&text, 0))?;
    }
    if let [headings, rows @ ..] = report.recoverability_rows().as_slice() {
        let mut table = screen::table(headings);
        table.add_rows(rows);
        write!(out, "\n{}", screen::lines(&table))?;
    }
    if let Some(line) = report.age_axis(screen::axis_width()) {
        write!(out, "\nVersions at the end, by age on a logarithmic scale:\n{line}")?;
    }
    if let Some(text) = &report.conclusion {
        write!(out, "\n{}", screen::paragraph(text, 0))?;
    }
    Ok(())
}
