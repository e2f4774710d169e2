//! `forecast`: what does a policy deliver over the years?

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use indicatif::{ProgressBar, ProgressStyle};

use super::context::ContextArgs;
use super::exit;
use super::failure::{Failure, write_file};
use super::options::OptionArgs;
use super::schedule::ScheduleArgs;
use super::screen;
use super::source::ListArgs;
use crate::Release;
use crate::clock::LocalDateTime;
use crate::dotnet::TimeSpan;
use crate::report::{
    Diagnostic, FRAME_HEADINGS, FilePeriod, ForecastQuestion, ForecastReport, Moment, OptionReport,
    Planned, calendar, caveat_of_a_short_schedule, csv, html, span_text, svg, write_json,
};

const EXAMPLES: &str = "\
Retention runs at the end of every backup, so what is left was thinned again and again. This does so
for years, and shows what is left: how many versions, how far apart, how far back you can go, and
whether a file that was deleted is still in one.

Examples:
  duplicati-retention forecast 1W:1D,4W:1W,12M:1M --every 1D --jitter 30s
  duplicati-retention forecast 7D:1h,U:1D --every 1h --miss 5% --off \"2W every 1Y\" --for 10Y
  duplicati-retention forecast 1W:1D,4W:1W --every 1D --from ABCDEFGHIJ.sqlite --html forecast.html
  duplicati-retention forecast 1W:1D,4W:1W --every 1D --miss 5% --runs 1000 --age 14D --within 2D
  duplicati-retention forecast 1W:1D,4W:1W,12M:1M --every 1D --file 2026-07-10..2026-07-20
  duplicati-retention forecast --keep-versions 10 --every 1D";

/// What does a policy deliver over the years, if retention runs after every backup?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, disable_version_flag = true)]
pub(super) struct Args {
    #[command(flatten)]
    options: OptionArgs,

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
    /// The backups that exist now: a job's database, a folder of remote files, or a list of files
    /// or times in any text
    ///
    /// The content tells which it is; - is a list on standard input. With it the forecast begins
    /// now; without it, the forecast begins without backups and ends now.
    #[arg(long, value_name = "PATH", visible_alias = "database")]
    from: Option<PathBuf>,

    #[command(flatten)]
    list: ListArgs,

    /// How many forecasts to put together; the second takes the next seed, and so on
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    runs: u64,

    /// An age to go back to, such as 14D; can be repeated [default: 1D, 3D, 7D, 14D, 30D, 90D, 1Y
    /// and 3Y]
    #[arg(long = "age", value_name = "SPAN", value_delimiter = ',')]
    ages: Vec<String>,

    /// Tell how often the version that you can go back to is at most this much older than such an
    /// age; can be repeated
    #[arg(long, value_name = "SPAN", value_delimiter = ',')]
    within: Vec<String>,

    /// Is a file still in a version that existed from one day to another? With --from that is told
    /// of the versions that exist, without it how often it is so
    ///
    /// Two days such as 2026-07-10..2026-07-20, or two local times such as
    /// 2026-07-10T08:00..2026-07-20T17:30. The file was deleted at the second.
    #[arg(long, value_name = "FROM..UNTIL")]
    file: Option<String>,
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
    let input = args.options.input("")?;
    let job = input.job.as_ref();
    let moment = args.context.moment()?;
    let from = args.question.from.as_deref();
    let listing = from.map(|path| args.question.list.recognise(path, &moment)).transpose()?;
    let found = listing.as_ref().and_then(|listing| listing.release.as_ref());
    let (mut context, assumed) = args.context.resolve(moment, job, found);
    let (release, now) = (context.release, context.moment.now);
    let options = args.options.read(&input, &context)?;
    let [ages, within] = args.question.spans(release)?;
    let file = args.question.file.as_deref();
    let file = file.map(|text| file_period(text, &context.moment)).transpose()?;
    // Without versions the present is where the forecast ends, so that its picture looks back from
    // now.
    let period = if listing.is_some() { Planned::after } else { Planned::before };
    let schedule = args.schedule.read(job, release, now, period)?;
    context.job = job.map(|file| file.gives(schedule.gives));
    let (start, caveats) = listing.map(|listing| (listing.backups, listing.caveats)).unzip();
    let mut caveats = caveats.unwrap_or_default();
    caveats.extend(assumed);
    caveats.extend(args.options.caveats(&input, release));
    caveats.extend(schedule.caveat);
    caveats.extend(caveat_of_a_short_schedule(schedule.planned.schedule.every));
    let question = ForecastQuestion {
        context,
        policy: &input.policy,
        options: &options,
        others: OptionReport::list(args.options.texts(&input).iter()),
        planned: schedule.planned,
        start,
        caveats,
        forecasts: args.question.runs,
        ages: &ages,
        within: &within,
        file,
    };
    let report = answer(question);
    // A file that cannot be written is told before an answer is given that looks complete.
    let AnswerArgs { svg, html, .. } = &args.answer;
    for (path, drawn) in [(svg, svg::draw as fn(&_) -> _), (html, html::page)] {
        let Some(path) = path else { continue };
        write_file(path, &drawn(&report))?;
    }
    match (args.answer.json, args.answer.csv) {
        (true, _) => write_json(out, &report),
        (_, true) => out.write_all(csv::table(&report).as_bytes()),
        _ => write_text(&report, out),
    }?;
    Ok(exit::of(&report.blockers))
}

/// All forecasts, behind a progress bar if there are many and somebody looks on.
fn answer(question: ForecastQuestion) -> ForecastReport {
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let runs = question.forecasts;
    let bar = if runs > 1 { ProgressBar::new(runs) } else { ProgressBar::hidden() };
    // The template is a constant, so it is valid.
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} forecasts, {eta} left") {
        bar.set_style(style);
    }
    let report = question.answer(threads, |done| bar.set_position(done));
    bar.finish_and_clear();
    report
}

impl QuestionArgs {
    /// The ages, and how near a version should be to them.
    fn spans(&self, release: Release) -> Result<[Vec<TimeSpan>; 2], Failure> {
        let read = |option: &str, texts: &[String]| -> Result<Vec<TimeSpan>, Diagnostic> {
            let read = |text: &String| span_text(option, text, release, TimeSpan::ZERO);
            texts.iter().map(read).collect()
        };
        Ok([read("--age", &self.ages)?, read("--within", &self.within)?])
    }
}

/// The period in which a file existed, from two days or local times.
fn file_period(text: &str, moment: &Moment) -> Result<FilePeriod, Failure> {
    let wrong = |why: &str| Failure::new(format!("--file {text}: {why}"));
    let expected = "two days such as 2026-07-10..2026-07-20 are expected, or two local times such \
                    as 2026-07-10T08:00..2026-07-20T17:30";
    let (from, until) = text.split_once("..").ok_or_else(|| wrong(expected))?;
    let read = |text: &str| -> Option<(LocalDateTime, bool)> {
        let text = text.trim();
        if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Some((LocalDateTime::from_chrono(day.and_time(NaiveTime::MIN)).ok()?, true));
        }
        let time = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
            .into_iter()
            .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?;
        Some((LocalDateTime::from_chrono(time).ok()?, false))
    };
    let (from, until) = read(from).zip(read(until)).ok_or_else(|| wrong(expected))?;
    let period = FilePeriod::new(from, until, moment.time_zone)
        .map_err(|error| wrong(&error.to_string()))?;
    if period.not_before > period.not_after {
        return Err(wrong("the first is after the second"));
    }
    if period.until > moment.now {
        return Err(wrong(&format!(
            "the file is deleted only after now, {}; give one that was deleted before, or a later \
             --now",
            moment.local(moment.now)
        )));
    }
    Ok(period)
}

fn write_text(report: &ForecastReport, out: &mut impl Write) -> io::Result<()> {
    screen::top(out, &report.context.to_string(), &report.blockers, &report.caveats)?;
    write!(out, "{}", screen::paragraph(&report.schedule.assumptions, 2))?;
    writeln!(out, "{}", screen::paragraph(&report.summary(), 2))?;
    if !report.frames.is_empty() {
        let headings = FRAME_HEADINGS.map(str::to_owned).to_vec();
        let frames = report.frames.iter().map(|frame| report.frame_row(frame).to_vec());
        let rows: Vec<Vec<String>> = std::iter::once(headings).chain(frames).collect();
        writeln!(out, "{}", screen::rows(&rows))?;
    }
    let rows = report.option_rows();
    if !rows.is_empty() {
        writeln!(out, "{}", screen::rows(&rows))?;
    }
    write!(out, "{}", screen::paragraph(&report.note_on_frames(), 0))?;
    if let Some(text) = report.totals() {
        write!(out, "\n{}", screen::paragraph(&text, 0))?;
    }
    let rows = report.recoverability_rows();
    if !rows.is_empty() {
        let note = screen::paragraph(ForecastReport::NOTE_ON_RECOVERABILITY, 0);
        write!(out, "\n{note}\n{}", screen::rows(&rows))?;
    }
    if let Some(file) = &report.file {
        let text = file.sentence(&report.context.moment);
        write!(out, "\n{}", screen::paragraph(&text, 0))?;
    }
    if let Some(files) = &report.files {
        let text = files.sentence(report.bound_condition.as_deref());
        write!(out, "\n{}\n{}", screen::paragraph(&text, 0), screen::rows(&files.rows()))?;
    }
    if let Some(line) = report.age_axis(screen::axis_width()) {
        let heading = "Versions at the end, by age on a logarithmic scale:";
        write!(out, "\n{}{line}", screen::paragraph(heading, 0))?;
    }
    if let Some(days) = report.calendar().text() {
        let key = screen::paragraph(calendar::KEY_OF_KEPT, 0);
        write!(out, "\nVersions at the end, by day:\n{days}{key}")?;
    }
    if let Some(text) = &report.conclusion {
        write!(out, "\n{}", screen::paragraph(text, 0))?;
    }
    Ok(())
}
