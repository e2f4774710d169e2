//! `forecast`: what does a policy deliver over the years?

use std::io::Write;

use comfy_table::Cell;
use serde_json::{Value, json};

use super::check::pair_json;
use super::context::{Context, ContextArgs};
use super::failure::Failure;
use super::job::PolicyArgs;
use super::schedule::{Planned, ScheduleArgs};
use super::{DONE, screen, timeline};
use crate::advice::{PairLabels, age, on_every_layer};
use crate::dotnet::{DateTime, TimeSpan};
use crate::forecast::{Delivered, FrameDelivered, Range, Reach, mend, simulate};
use crate::history::History;
use crate::policy::Policy;
use crate::retention::{Options, delete_handler};

const EXAMPLES: &str = "\
Retention runs at the end of every backup, so what survives was thinned again and again. This does
that for years, and shows what is left: how many versions, how far apart, how near to a given age.

Examples:
  duplicati-retention forecast 1W:1D,4W:1W,12M:1M --every 1D --jitter 30s
  duplicati-retention forecast 7D:1h,U:1D --every 1h --miss 5% --off \"2W every 1Y\" --for 10Y";

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

    /// Answer in JSON, as docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,
}

/// Everything that an answer is made of.
struct Answer<'a> {
    args: &'a Args,
    context: Context,
    /// The text of the policy.
    text: String,
    policy: Policy,
    planned: Planned,
    notes: Vec<String>,
    /// How many backups were made.
    backups: usize,
    found: Forecast,
    /// A policy that closes gaps, as text, and its forecast.
    mended: Option<(String, Forecast)>,
}

/// A forecast of one policy.
struct Forecast {
    delivered: Delivered,
    /// What is there in the end.
    history: History,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let asked = args.policy.read()?;
    let mut context = args.context.resolve(asked.job.as_ref())?;
    let policy = Policy::parse(&asked.policy, context.release)
        .map_err(|error| Failure::policy(&asked.policy, context.release, &error))?;
    let planned = args.schedule.read(asked.job.as_ref(), &mut context)?;
    let schedule = planned.schedule;
    let length = args.schedule.length(&planned, &context)?;
    // The present is where the forecast ends, so that its picture looks back from now.
    let until = context.now;
    let from = until
        .checked_sub(length)
        .map_err(|error| Failure::new(format!("--for {}: {error}", args.schedule.length)))?;
    let starts = schedule.starts(context.zone, from, until, args.schedule.seed);
    let forecast = |policy: &Policy| {
        let mut delivered = Delivered::new(policy, &starts);
        let there = simulate(policy, &History::new(vec![], context.zone), &starts, |there, now| {
            delivered.look_at(there, now);
        })
        .map_err(Failure::new)?;
        Ok::<_, Failure>(Forecast {
            delivered,
            history: History::new(there.backups().collect(), context.zone),
        })
    };
    let found = forecast(&policy)?;
    let mended = match mend(&policy, &schedule) {
        Some(policy) => match on_every_layer(&policy) {
            Some(text) => Some((text, forecast(&policy)?)),
            None => None,
        },
        None => None,
    };
    // Worth a word only if it closes a gap by half a schedule's step or more.
    let worst = |forecast: &Forecast| forecast.delivered.frames().iter().map(gap_at_most).max();
    let mended = mended.filter(|(_, better)| match (worst(&found), worst(better)) {
        (Some(old), Some(new)) => old.ticks() - new.ticks() > schedule.every.ticks() / 2,
        _ => false,
    });
    let notes = asked.note_of_the_policy_alone().into_iter().chain(planned.note.clone()).collect();
    let text = asked.policy;
    let answer = Answer { args, context, text, policy, planned, notes, backups: starts.len(), found, mended };
    if args.json { write_json(&answer, out) } else { write_text(&answer, out) }?;
    Ok(DONE)
}

fn gap_at_most(frame: &FrameDelivered) -> TimeSpan {
    frame.gap.map_or(TimeSpan::ZERO, |gap| gap.most)
}

fn write_text(answer: &Answer, out: &mut impl Write) -> Result<(), Failure> {
    let Answer { args, context, text, policy, planned, notes, backups, found, mended } = answer;
    let (delivered, labels) = (&found.delivered, PairLabels::new(text, policy));
    write!(out, "{}", screen::paragraph(&context.to_string(), 2))?;
    for note in notes {
        write!(out, "{}", screen::paragraph(&format!("Note: {note}"), 6))?;
    }
    let state = match delivered.steady_from() {
        Some(from) => {
            format!("counted since the longest time frame was full, {}", context.zone.to_wall(from))
        }
        None => "too short for the longest time frame to fill, so counted over the last tenth".into(),
    };
    let ran = format!("{backups} backups in {}, one each {planned}; {state}.", args.schedule.length);
    writeln!(out, "{}", screen::paragraph(&ran, 2))?;

    let mut table =
        screen::table(["Frame", "Asked: one each", "Usual gap", "Worst gap", "Versions", "(least to most)"]);
    for frame in delivered.frames() {
        let (usual, worst) =
            frame.gap.map_or(("-".into(), "-".into()), |gap| (age(gap.usual), age(gap.most)));
        table.add_row([
            Cell::new(labels.frame(frame.pair)),
            Cell::new(labels.interval(frame.pair)),
            Cell::new(usual),
            Cell::new(worst),
            Cell::new(frame.versions.usual),
            Cell::new(format!("{} to {}", frame.versions.least, frame.versions.most)),
        ]);
    }
    if table.is_empty() {
        writeln!(out, "There is no pair in this policy, so nothing is deleted.")?;
    } else {
        write!(out, "{}", screen::lines(&table))?;
    }
    if let (Some(versions), Some(oldest)) = (delivered.versions(), delivered.oldest()) {
        let Range { least, usual, most } = versions;
        let (young, old) = (age(oldest.least), age(oldest.most));
        let text = format!(
            "In all {usual} versions, from {least} to {most}. The oldest is always {young} old or older, at most {old}."
        );
        write!(out, "\n{}", screen::paragraph(&text, 2))?;
    }
    let reach = delivered.reach();
    if !reach.is_empty() {
        let mut table = screen::table([
            "To go back",
            "half of the time within",
            "95 of 100 times within",
            "always within",
        ]);
        for Reach { age: back, within } in reach {
            table.add_row([age(back), age(within[0]), age(within[1]), age(within[2])]);
        }
        write!(out, "\n{}", screen::lines(&table))?;
    }
    let width = screen::width().unwrap_or(timeline::WIDTH).min(timeline::WIDTH);
    // Nothing is planned here: an empty policy keeps what is there, which is what the picture shows.
    let plan =
        delete_handler::plan(&found.history, &Options::default(), context.now).map_err(Failure::new)?;
    if let Some(line) = timeline::draw(&found.history, &plan, context.now, width) {
        write!(out, "\nWhat is there in the end, by age on a logarithmic scale:\n{line}")?;
    }
    if let Some((text, better)) = mended {
        let gaps = |forecast: &Forecast| -> Vec<String> {
            forecast.delivered.frames().iter().map(|frame| age(gap_at_most(frame))).collect()
        };
        let sentence = format!(
            "A backup that starts early is nearer than the interval to the one before and goes, which leaves gaps of {}. With {text} they \
             are {} at the most.",
            crate::advice::list(&gaps(found)),
            crate::advice::list(&gaps(better))
        );
        write!(out, "\n{}", screen::paragraph(&sentence, 0))?;
    }
    Ok(())
}

fn write_json(answer: &Answer, out: &mut impl Write) -> Result<(), Failure> {
    let Answer { args, context, text, policy, backups, found, mended, .. } = answer;
    let utc = |time: DateTime| time.to_string().replace(' ', "T") + "Z";
    let spans =
        |range: Range<TimeSpan>| json!([range.least, range.usual, range.most].map(TimeSpan::whole_seconds));
    let counts = |range: Range<usize>| json!([range.least, range.usual, range.most]);
    let frames = |forecast: &Forecast| -> Vec<Value> {
        let frame = |frame: &FrameDelivered| json!({ "pair": frame.pair, "versions": counts(frame.versions), "gap_seconds": frame.gap.map(spans) });
        forecast.delivered.frames().iter().map(frame).collect()
    };
    let reach = |reach: &Reach| json!({ "age_seconds": reach.age.whole_seconds(), "within_seconds": reach.within.map(TimeSpan::whole_seconds) });
    let delivered = &found.delivered;
    let json = json!({
        "policy": text,
        "job": context.job,
        "pairs": policy.pairs().iter().map(pair_json).collect::<Vec<_>>(),
        "release": context.release.name(),
        "time_zone": context.zone.name(),
        "now": utc(context.now),
        "seed": args.schedule.seed,
        "backups": backups,
        "steady_from": delivered.steady_from().map(utc),
        "runs": delivered.runs(),
        "frames": frames(found),
        "versions": delivered.versions().map(counts),
        "oldest_seconds": delivered.oldest().map(spans),
        "reach": delivered.reach().iter().map(reach).collect::<Vec<_>>(),
        "in_the_end": found.history.backups().iter().map(|backup| utc(backup.time)).collect::<Vec<_>>(),
        "mended": mended.as_ref().map(|(text, better)| json!({ "policy": text, "frames": frames(better) })),
    });
    serde_json::to_writer_pretty(&mut *out, &json).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}
