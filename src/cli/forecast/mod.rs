//! `forecast`: what does a policy deliver over the years?

mod csv;
mod html;
mod json;
mod svg;
mod text;
mod words;

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use super::DONE;
use super::context::{Context, ContextArgs};
use super::failure::Failure;
use super::job::PolicyArgs;
use super::schedule::{Planned, ScheduleArgs};
use super::source;
use crate::advice::{PairLabels, on_every_layer};
use crate::clock::Utc;
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::forecast::{Forecast, ForecastResult, Schedule, gap_bound, suggest_margin};
use crate::history::History;
use crate::policy::{PairIndex, Policy};
use crate::sources::Listing;

const EXAMPLES: &str = "\
Retention runs at the end of every backup, so what survives was thinned again and again. This does
that for years, and shows what is left: how many versions, how far apart, how near to a given age.

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
    /// The backups that are there now: a job's database, a folder or a list of remote files, or a
    /// list of times
    ///
    /// What it is, is seen from its content; - is a list on standard input. With it the forecast
    /// begins now; without it, it begins with nothing and ends now.
    #[arg(long, value_name = "PATH")]
    from: Option<PathBuf>,

    /// So many forecasts, each with other chances, put together; the second takes the next seed,
    /// and so on
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    runs: u64,

    /// An age to go back to, such as 14D; may be given several times [default: 1D, 3D, 7D, 14D,
    /// 30D, 90D, 1Y and 3Y]
    #[arg(long = "age", value_name = "SPAN", value_delimiter = ',')]
    ages: Vec<String>,

    /// Tell how often a version is at most so far from such an age; may be given several times
    #[arg(long, value_name = "SPAN", value_delimiter = ',')]
    within: Vec<String>,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Answer")]
struct AnswerArgs {
    /// Answer in JSON, as docs/json.md describes
    #[arg(long)]
    json: bool,

    /// Answer with the time frames as a table for a spreadsheet, as docs/usage.md describes
    #[arg(long, conflicts_with = "json")]
    csv: bool,

    /// Draw a picture into this file as well
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

    /// Write a page with everything into this file as well; it needs no other file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Everything that an answer is made of.
struct Answer {
    context: Context,
    /// The policy as written.
    text: String,
    policy: Policy,
    labels: PairLabels,
    planned: Planned,
    /// How long backups go on, as written.
    length: String,
    seed: u64,
    runs: u64,
    /// How many versions were there in the beginning, if a history was given.
    given: Option<usize>,
    caveats: Vec<String>,
    /// The spans of --within.
    within: Vec<TimeSpan>,
    /// The end of the forecast, in UTC.
    until: Utc,
    found: ForecastResult,
    mended: Option<Mended>,
}

/// A policy that closes gaps, and its forecast.
struct Mended {
    text: String,
    labels: PairLabels,
    found: ForecastResult,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let input = args.policy.read()?;
    let mut context = args.context.resolve(input.job.as_ref())?;
    let policy = Policy::parse(&input.policy, context.release)
        .map_err(|error| Failure::policy(&input.policy, context.release, &error))?;
    let planned = args.schedule.read(input.job.as_ref(), &mut context)?;
    let schedule = planned.schedule;
    let length = args.schedule.length(&planned, &context)?;
    let (ages, within) = args.question.spans(&context)?;
    let listing = args.question.from.as_deref().map(source::recognise).transpose()?;
    let outside = |error| Failure::new(format!("--for {}: {error}", args.schedule.length));
    let (from, until) = match listing {
        Some(_) => {
            let second = TimeSpan::from_ticks(TICKS_PER_SECOND);
            (context.now.saturating_add(second), context.now.checked_add(length).map_err(outside)?)
        }
        // The present is where the forecast ends, so that its picture looks back from now.
        None => (context.now.checked_sub(length).map_err(outside)?, context.now),
    };
    let given = listing.as_ref().map(|listing| listing.backups.len());
    let Listing { backups, mut caveats } = listing.unwrap_or_default();
    caveats.extend(input.caveat_of_the_policy_alone());
    caveats.extend(planned.caveat.clone());
    let history = History::new(backups, context.zone);
    let forecast = |policy: &Policy| {
        let seed = args.schedule.seed;
        let (history, schedule, ages, within) = (&history, &schedule, &ages[..], &within[..]);
        let forecast = Forecast { policy, history, schedule, from, until, seed, ages, within };
        run_all(&forecast, args.question.runs)
    };
    let found = forecast(&policy)?;
    let mended = suggest_margin(&policy, &schedule)
        .and_then(|policy| Some((on_every_layer(&policy)?, policy)));
    let mended = match mended {
        Some((text, policy)) => {
            let labels = PairLabels::new(&text, &policy);
            Some(Mended { text, labels, found: forecast(&policy)? })
        }
        None => None,
    };
    let answer = Answer {
        labels: PairLabels::new(&input.policy, &policy),
        mended: mended.filter(|mended| is_better(&mended.found, &found, &schedule)),
        text: input.policy.clone(),
        length: args.schedule.length.clone(),
        seed: args.schedule.seed,
        runs: args.question.runs,
        context,
        policy,
        planned,
        given,
        caveats,
        within,
        until,
        found,
    };
    // A file that cannot be written is told before an answer is given that looks complete.
    if let Some(path) = &args.answer.svg {
        write_file(path, &svg::draw(&answer))?;
    }
    if let Some(path) = &args.answer.html {
        write_file(path, &html::page(&answer))?;
    }
    match (args.answer.json, args.answer.csv) {
        (true, _) => json::write(&answer, out),
        (_, true) => csv::write(&answer, out),
        _ => text::write(&answer, out),
    }?;
    Ok(DONE)
}

/// All forecasts, behind a progress bar if there are many and somebody looks on.
fn run_all(forecast: &Forecast, runs: u64) -> Result<ForecastResult, Failure> {
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let bar = if runs > 1 { ProgressBar::new(runs) } else { ProgressBar::hidden() };
    // The template is a constant, so it is valid.
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} forecasts, {eta} left") {
        bar.set_style(style);
    }
    let found = forecast.run(runs, threads, |done| bar.set_position(done)).map_err(Failure::new);
    bar.finish_and_clear();
    found
}

/// Whether another policy closes gaps by half a schedule's step or more: in the shortest frame
/// where that changes, whose versions the longer ones get; by the worst gap, or else by the usual
/// one.
fn is_better(better: &ForecastResult, found: &ForecastResult, schedule: &Schedule) -> bool {
    let half = schedule.every.ticks() / 2;
    let (old, new) = (found.delivered.frames(), better.delivered.frames());
    let gaps = old.iter().zip(&new).filter_map(|(old, new)| old.gap.zip(new.gap));
    let closed = gaps.flat_map(|(old, new)| [(old.max, new.max), (old.median, new.median)]);
    let mut changes = closed.map(|(old, new)| old.ticks() - new.ticks());
    changes.find(|change| change.abs() > half).is_some_and(|change| change > 0)
}

fn write_file(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| {
        Failure::new(format!("{}: this file cannot be written: {error}", path.display()))
    })
}

impl QuestionArgs {
    /// The ages, and how near a version should be to them.
    fn spans(&self, context: &Context) -> Result<(Vec<TimeSpan>, Vec<TimeSpan>), Failure> {
        let read = |option: &str, texts: &[String]| -> Result<Vec<TimeSpan>, Failure> {
            texts
                .iter()
                .map(|text| super::schedule::span(option, text, context, TimeSpan::ZERO))
                .collect()
        };
        Ok((read("--age", &self.ages)?, read("--within", &self.within)?))
    }
}

impl Answer {
    /// The widest gap that any schedule can cause in the frame of a pair, if it can be told.
    fn bound(&self, pair: PairIndex) -> Option<TimeSpan> {
        self.found.longest.map(|longest| gap_bound(self.policy.pairs(), pair, longest))
    }
}
