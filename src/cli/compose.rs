//! `compose`: the policy that delivers what was asked.

use std::io::Write;
use std::path::PathBuf;

use comfy_table::Cell;
use serde_json::{Value, json};

use super::context::{Context, ContextArgs};
use super::failure::Failure;
use super::job::JobFile;
use super::schedule::{Planned, ScheduleArgs};
use super::{DONE, screen};
use crate::Release;
use crate::advice::{age, in_words, list, on_every_layer};
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::forecast::{
    Composed, Condition, Coverage, Goal, GoalResult, Impossible, Promise, compose, coverage,
};
use crate::policy::{Policy, parse_span};

const EXAMPLES: &str = "\
A goal is kept if, whatever moment of that time one wants to go back to, there is a version from at
most so long before it. Time frames are counted from now and hold one another: daily for 3M, then
weekly for 2Y, is weekly from 3M to 2Y.

Examples:
  duplicati-retention compose --all 7D --daily 3M --weekly 2Y --monthly forever --every 1D --jitter 10m
  duplicati-retention compose --hourly 2D --daily 30D --yearly forever --every 1h";

/// Which policy delivers what you want, and what would the usual text deliver?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    goals: WishArgs,

    /// Take the schedule from a job: the file that "Export" on the job's page makes
    #[arg(long, value_name = "FILE", help_heading = None)]
    job: Option<PathBuf>,

    #[command(flatten)]
    context: ContextArgs,

    #[command(flatten)]
    schedule: ScheduleArgs,

    /// Answer in JSON, as docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = true)]
#[command(next_help_heading = "Wishes (one or more; a span, or forever)")]
struct WishArgs {
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

/// A goal, and how it was asked.
struct PolicyInput {
    /// Such as `--daily 3M`.
    argument: String,
    /// The pair that people would write for it.
    pair: String,
    goal: Goal,
}

impl WishArgs {
    /// The goals, those for the shortest interval first.
    fn read(&self, context: &Context) -> Result<Vec<PolicyInput>, Failure> {
        const HOUR: i64 = 3600 * TICKS_PER_SECOND;
        [
            ("all", &self.all, "U", 0),
            ("hourly", &self.hourly, "1h", HOUR),
            ("daily", &self.daily, "1D", TICKS_PER_DAY),
            ("weekly", &self.weekly, "1W", 7 * TICKS_PER_DAY),
            ("monthly", &self.monthly, "1M", 30 * TICKS_PER_DAY),
            ("yearly", &self.yearly, "1Y", 365 * TICKS_PER_DAY),
        ]
        .into_iter()
        .filter_map(|(name, reach, letter, interval)| {
            let text = reach.as_deref()?;
            let argument = format!("--{name} {text}");
            let input = match read_reach(text, context.release) {
                Ok(reach) => {
                    let frame = if reach == TimeSpan::MAX { "U" } else { text };
                    let goal = Goal { interval: TimeSpan::from_ticks(interval), reach };
                    Ok(PolicyInput { pair: format!("{frame}:{letter}"), argument, goal })
                }
                Err(error) => Err(Failure::new(format!("{argument}: {error}"))),
            };
            Some(input)
        })
        .collect()
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

/// Everything that an answer is made of.
struct Answer<'a> {
    args: &'a Args,
    context: Context,
    planned: Planned,
    input: Vec<PolicyInput>,
    composed: Composed,
    /// Its text, which every layer of every release reads alike.
    text: String,
    /// How many backups were made.
    backups: usize,
    found: Coverage,
    /// The text that people would have written, and what becomes of the same goals under it.
    usual: (String, Coverage),
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let job = args.job.as_deref().map(JobFile::read).transpose()?;
    let mut context = args.context.resolve(job.as_ref())?;
    let input = args.goals.read(&context)?;
    let planned = args.schedule.read(job.as_ref(), &mut context)?;
    if let Some(file) = &job {
        context.takes("schedule", file);
    }
    let length = args.schedule.length(&planned, &context)?;
    let schedule = planned.schedule;
    let until = context.now;
    let from = until
        .checked_sub(length)
        .map_err(|error| Failure::new(format!("--for {}: {error}", args.schedule.length)))?;
    let goals: Vec<Goal> = input.iter().map(|input| input.goal).collect();
    let composed = compose(&goals, &schedule, context.zone, (from, until), args.schedule.seed)
        .map_err(|impossible| refused(&input, impossible))?;
    let text = on_every_layer(&composed.policy).ok_or_else(|| {
        Failure::new(format!(
            "no text for {} means the same in every release of Duplicati",
            composed.policy
        ))
    })?;

    let starts = schedule.starts(context.zone, from, until, args.schedule.seed);
    let promised: Vec<Goal> = composed.promises.iter().map(|promise| promise.goal).collect();
    let try_out =
        |policy: &Policy| coverage(policy, &promised, context.zone, &starts).map_err(Failure::new);
    let found = try_out(&composed.policy)?;
    let is_promised = |input: &&PolicyInput| promised.contains(&input.goal);
    let pairs: Vec<&str> =
        input.iter().filter(is_promised).map(|input| input.pair.as_str()).collect();
    let usual = pairs.join(",");
    let policy = Policy::parse(&usual, context.release)
        .map_err(|error| Failure::policy(&usual, context.release, &error))?;
    let usual = (usual, try_out(&policy)?);
    let answer = Answer {
        args,
        context,
        planned,
        input,
        composed,
        text,
        backups: starts.len(),
        found,
        usual,
    };
    if args.json { write_json(&answer, out) } else { write_text(&answer, out) }?;
    Ok(DONE)
}

fn refused(input: &[PolicyInput], impossible: Impossible) -> Failure {
    let (Impossible::TooFine { goal, .. } | Impossible::TooShort { goal }) = impossible;
    let argument =
        input.iter().find(|input| input.goal == goal).map_or("", |input| &input.argument);
    let instead = match impossible {
        Impossible::TooFine { .. } => "; --all keeps every one there is",
        Impossible::TooShort { .. } => "",
    };
    Failure::new(format!("{argument}: {impossible}{instead}"))
}

impl Answer<'_> {
    fn argument(&self, goal: Goal) -> &str {
        self.input.iter().find(|input| input.goal == goal).map_or("", |input| &input.argument)
    }

    /// Whether the forecast confirms each promise.
    fn is_kept(&self) -> bool {
        let kept = |(promise, kept): (&Promise, &GoalResult)| {
            kept.gap <= promise.gap && kept.short == TimeSpan::ZERO
        };
        self.composed.promises.iter().zip(&self.found.goals).all(kept)
    }

    /// Wishes that need no pair, because another one covers them.
    fn covered(&self) -> Vec<&str> {
        let is_covered = |input: &&PolicyInput| {
            self.composed.promises.iter().all(|promise| promise.goal != input.goal)
        };
        self.input.iter().filter(is_covered).map(|input| input.argument.as_str()).collect()
    }
}

/// How near to any moment the version is, and whether there always was one.
fn worst(kept: &GoalResult) -> String {
    let gap = age(kept.gap);
    if kept.short == TimeSpan::ZERO {
        gap
    } else {
        format!("{gap}, and ends {} early", age(kept.short))
    }
}

fn write_text(answer: &Answer, out: &mut impl Write) -> Result<(), Failure> {
    let Answer {
        args,
        context,
        planned,
        composed,
        text,
        backups,
        found,
        usual: (usual, there),
        ..
    } = answer;
    writeln!(out, "{text}\n")?;
    write!(out, "{}", screen::paragraph(&context.to_string(), 2))?;
    let ran = format!(
        "Tried out with {backups} backups in {}, one each {planned}, beside {usual}, which is how one would write it.",
        args.schedule.length
    );
    write!(out, "{}", screen::paragraph(&ran, 2))?;
    if let Some(note) = &planned.caveat {
        write!(out, "{}", screen::paragraph(&format!("Note: {note}"), 6))?;
    }
    writeln!(out)?;

    let mut table =
        screen::table(["Goal", "Promised gap", "Worst gap", "Worst gap as one would write it"]);
    for (promise, (here, there)) in
        composed.promises.iter().zip(found.goals.iter().zip(&there.goals))
    {
        table.add_row([
            Cell::new(answer.argument(promise.goal)),
            Cell::new(in_words(promise.gap)),
            Cell::new(worst(here)),
            Cell::new(worst(there)),
        ]);
    }
    let versions =
        |found: &Coverage| found.versions.map_or(0, |versions| versions.median).to_string();
    table.add_row(["Versions", "", &versions(found), &versions(there)]);
    write!(out, "{}", screen::lines(&table))?;

    let mut say = |sentence: &str| write!(out, "\n{}", screen::paragraph(sentence, 0));
    let covered = answer.covered();
    if !covered.is_empty() {
        say(&format!("Nothing needs to be done for {}, which the others cover.", list(&covered)))?;
    }
    if answer.is_kept() {
        say(&format!(
            "A gap is how long before a moment the version may be that one can go back to. The promises were kept, and hold as long as {}.",
            condition(composed.condition)
        ))?;
    } else {
        say("Not every promise was kept in this forecast, because the clock was changed.")?;
    }
    say(
        "Intervals are a little shorter than what was asked, so that a backup which starts early is not deleted; time frames are \
         longer by one interval, so that their oldest version is always as old as was asked. Every release, the check before a \
         backup and the classic web page accept this text.",
    )?;
    Ok(())
}

fn condition(condition: Condition) -> String {
    match condition {
        Condition::Punctual(late) => {
            format!(
                "no backup is missed and none starts more than {} from its time",
                in_words(late)
            )
        }
        Condition::Apart(apart) => {
            format!("two backups are never more than {} apart", in_words(apart))
        }
    }
}

fn write_json(answer: &Answer, out: &mut impl Write) -> Result<(), Failure> {
    let Answer { args, context, composed, text, backups, found, usual: (usual, there), .. } =
        answer;
    let kept = |found: &Coverage, index: usize| {
        let kept = found.goals[index];
        json!({ "worst_gap_seconds": kept.gap.whole_seconds(), "short_seconds": kept.short.whole_seconds() })
    };
    let goal = |(index, promise): (usize, &Promise)| {
        let Promise { goal, gap } = promise;
        json!({
            "goal": answer.argument(*goal),
            "interval_seconds": goal.interval.whole_seconds(),
            "reach_seconds": (!goal.is_for_ever()).then(|| goal.reach.whole_seconds()),
            "promised_gap_seconds": gap.whole_seconds(),
            "delivered": kept(found, index),
            "delivered_as_usually_written": kept(there, index),
        })
    };
    let versions =
        |found: &Coverage| found.versions.map(|range| [range.min, range.median, range.max]);
    let json = json!({
        "policy": text,
        "usually_written": usual,
        "release": context.release.name(),
        "time_zone": context.zone.name(),
        "seed": args.schedule.seed,
        "backups": backups,
        "condition": condition(composed.condition),
        "kept": answer.is_kept(),
        "covered": answer.covered(),
        "goals": composed.promises.iter().enumerate().map(goal).collect::<Vec<Value>>(),
        "versions": versions(found),
        "versions_as_usually_written": versions(there),
    });
    serde_json::to_writer_pretty(&mut *out, &json).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}
