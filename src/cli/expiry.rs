//! `when`: on which day will each version be deleted?

use std::io::Write;

use comfy_table::Cell;
use serde_json::{Value, json};

use super::context::{Context, ContextArgs};
use super::failure::Failure;
use super::options::{OptionArgs, no_plan};
use super::schedule::ScheduleArgs;
use super::source::SourceArgs;
use super::{DONE, screen};
use crate::advice::{PairLabels, list};
use crate::clock::Utc;
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::forecast::{Expiry, expiries};
use crate::history::{History, VersionNumber};
use crate::retention::{Decision, Verdict};

const EXAMPLES: &str = "\
Backups go on from now as scheduled, and retention runs after each of them, until every version that is there
now is gone or the time is up.

Example:
  duplicati-retention when 1W:1D,4W:1W,12M:1M --database ABCDEFGHIJ.sqlite --every 1D --at 02:00";

/// When will each version that is there now be deleted, and by which rule?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, disable_version_flag = true)]
pub(super) struct Args {
    #[command(flatten)]
    options: OptionArgs,

    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    context: ContextArgs,

    #[command(flatten)]
    schedule: ScheduleArgs,

    /// Answer in JSON, as docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let input = args.options.policy.read()?;
    let mut context = args.context.resolve(input.job.as_ref())?;
    let options = args.options.read(&input, &context)?;
    let planned = args.schedule.read(input.job.as_ref(), &mut context)?;
    let schedule = planned.schedule;
    let length = args.schedule.length(&planned, &context)?;
    let mut listing = args.source.read()?;
    listing.caveats.extend(input.caveat_of_no_options());
    listing.caveats.extend(planned.caveat);
    let history = History::new(listing.backups, context.zone);
    let second = TimeSpan::from_ticks(TICKS_PER_SECOND);
    let from = context.now.checked_add(second).map_err(Failure::new)?;
    let until = context
        .now
        .checked_add(length)
        .map_err(|error| Failure::new(format!("--for {}: {error}", args.schedule.length)))?;
    let starts = schedule.starts(context.zone, from, until, args.schedule.seed);
    let gone =
        expiries(&history, &options, &starts).map_err(|error| no_plan(&input.policy, error))?;
    let answer = Answer {
        labels: PairLabels::new(&input.policy, &options.policy),
        next: starts.first().map(|start| start.time),
        caveats: listing.caveats,
        context,
        history,
        until,
        gone,
    };
    if args.json { write_json(&answer, out) } else { write_text(&answer, out) }?;
    Ok(DONE)
}

/// Everything that an answer is made of.
struct Answer {
    context: Context,
    history: History,
    caveats: Vec<String>,
    labels: PairLabels,
    /// The first run, in UTC.
    next: Option<Utc>,
    /// The end of what was looked at, in UTC.
    until: Utc,
    gone: Vec<Option<Expiry>>,
}

/// The rule by which a version goes.
fn rule(decision: &Decision, labels: &PairLabels) -> String {
    let mut rules = Vec::new();
    match decision.policy {
        Verdict::TooClose { pair, .. } => {
            rules.push(format!("thinned by {}:{}", labels.frame(pair), labels.interval(pair)));
        }
        Verdict::OutsideEveryFrame { .. } | Verdict::NewestOutsideEveryFrame { .. } => {
            rules.push(format!("older than {}", labels.longest_frame()));
        }
        _ => {}
    }
    if decision.keep_time.is_some() {
        rules.push("keep-time".into());
    }
    if decision.keep_versions.is_some() {
        rules.push("keep-versions".into());
    }
    list(&rules)
}

fn write_text(answer: &Answer, out: &mut impl Write) -> Result<(), Failure> {
    let Answer { context, history, caveats, labels, next, until, gone } = answer;
    let local_time = |time: Utc| context.zone.to_local(time);
    write!(out, "{}", screen::paragraph(&context.to_string(), 2))?;
    for note in caveats {
        write!(out, "{}", screen::paragraph(&format!("Note: {note}"), 6))?;
    }
    if history.is_empty() {
        writeln!(out, "\nThere are no backups, so nothing is deleted.")?;
        return Ok(());
    }
    let mut table = screen::table(["Version", "Local time", "Kind", "Goes on", "Rule"]);
    for (version, expiry) in history.versions().zip(gone) {
        let (date, rule) = match expiry {
            Some(expiry) => (local_time(expiry.time).to_string(), rule(&expiry.decision, labels)),
            None => (format!("after {}", local_time(*until)), "-".into()),
        };
        let kind = if history.backup(version).partial { "partial" } else { "full" };
        table.add_row([
            Cell::new(version),
            Cell::new(history.local_time(version)),
            Cell::new(kind),
            Cell::new(date),
            Cell::new(rule),
        ]);
    }
    write!(out, "\n{}", screen::lines(&table))?;
    if let Some(next) = *next {
        let first: Vec<usize> =
            (0..gone.len()).filter(|&v| gone[v].is_some_and(|gone| gone.time == next)).collect();
        let what = match first.as_slice() {
            [] => "none of these versions".to_owned(),
            [one] => format!("version {one}"),
            many => format!("{} versions: {}", many.len(), list(many)),
        };
        let sentence =
            format!("The next run, after the backup of {}, deletes {what}.", local_time(next));
        write!(out, "\n{}", screen::paragraph(&sentence, 0))?;
    }
    Ok(())
}

fn write_json(answer: &Answer, out: &mut impl Write) -> Result<(), Failure> {
    let Answer { context, history, labels, next, gone, .. } = answer;
    let utc = |time: Utc| time.to_string().replace(' ', "T") + "Z";
    let version = |(version, expiry): (VersionNumber, &Option<Expiry>)| {
        json!({
            "version": version,
            "time": utc(history.backup(version).time),
            "partial": history.backup(version).partial,
            "goes": expiry.map(|expiry| utc(expiry.time)),
            "rule": expiry.map(|expiry| rule(&expiry.decision, labels)),
        })
    };
    let json = json!({
        "job": context.job,
        "release": context.release.name(),
        "time_zone": context.zone.name(),
        "now": utc(context.now),
        "next_run": next.map(utc),
        "versions": history.versions().zip(gone).map(version).collect::<Vec<Value>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &json).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}
