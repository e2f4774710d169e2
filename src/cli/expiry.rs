//! `expiry`: on which day will each version be deleted?

use std::io::{self, Write};

use comfy_table::Cell;

use super::context::ContextArgs;
use super::exit;
use super::failure::Failure;
use super::options::OptionArgs;
use super::schedule::ScheduleArgs;
use super::screen;
use super::source::SourceArgs;
use crate::advice::{count, ranges_in_brief};
use crate::history::{History, VersionNumber};
use crate::report::{ExpiryReport, Planned, caveat_of_a_short_schedule, write_json};

const EXAMPLES: &str = "\
From now on backups are made as scheduled, and retention runs after each of them, until every
version that exists now is deleted or the time is over.

Example:
  duplicati-retention expiry 1W:1D,4W:1W,12M:1M --database ABCDEFGHIJ.sqlite --every 1D --at 02:00";

/// When will each version that exists now be deleted, and by which rule?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, disable_version_flag = true)]
#[command(mut_group("PolicyPlaceArgs", |policy| policy.required(false)))]
pub(super) struct Args {
    #[command(flatten)]
    options: OptionArgs,

    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    context: ContextArgs,

    #[command(flatten)]
    schedule: ScheduleArgs,

    /// Print the answer as JSON, which docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let input = args.options.input("")?;
    let job = input.job.as_ref();
    let moment = args.context.moment()?;
    let mut listing = args.source.read(&moment)?;
    let (mut context, assumed) = args.context.resolve(moment, job, listing.release.as_ref());
    let options = args.options.read(&input, &context)?;
    let (release, now) = (context.release, context.moment.now);
    let mut schedule = args.schedule.exact().read(job, release, now, Planned::after)?;
    context.job = job.map(|file| file.gives(schedule.gives));
    args.source.refuse_empty(&listing)?;
    listing.caveats.extend(assumed);
    listing.caveats.extend(args.options.caveats(&input, context.release));
    listing.caveats.extend(schedule.caveat);
    listing.caveats.extend(caveat_of_a_short_schedule(schedule.planned.schedule.every));
    let history = History::new(listing.backups, context.moment.time_zone);
    if let Some(newest) = history.iter().next() {
        let planned = &mut schedule.planned;
        planned.schedule = planned.schedule.counted_from(newest.time);
    }
    let report = ExpiryReport::new(
        context,
        &input.policy,
        &options,
        &history,
        &schedule.planned,
        listing.caveats,
    );
    if args.json { write_json(out, &report) } else { write_text(&report, out) }?;
    Ok(exit::of(&report.blockers))
}

fn write_text(report: &ExpiryReport, out: &mut impl Write) -> io::Result<()> {
    let moment = &report.context.moment;
    screen::top(out, &report.context.to_string(), &report.blockers, &report.caveats)?;
    write!(out, "{}", screen::paragraph(&report.schedule.assumptions, 2))?;
    if report.versions.is_empty() {
        return writeln!(out, "\nThere are no backups, so nothing is deleted.");
    }
    let mut table = screen::table(["Version", "Local time", "Kind", "Deleted on", "Rule"]);
    for expiry in &report.versions {
        let deleted_on = match expiry.deleted_on {
            Some(time) => moment.local_second(time).to_string(),
            None => format!("after {}", moment.local_second(report.schedule.until)),
        };
        table.add_row([
            Cell::new(expiry.version.version),
            Cell::new(expiry.version.local_time),
            Cell::new(expiry.version.kind()),
            Cell::new(deleted_on),
            Cell::new(expiry.rule.as_deref().unwrap_or("-")),
        ]);
    }
    write!(out, "\n{}", screen::lines(&table))?;
    let Some(next) = report.next_run else { return Ok(()) };
    let is_next = |expiry: &&crate::report::ExpiryVersion| expiry.deleted_on == Some(next);
    let first: Vec<VersionNumber> =
        report.versions.iter().filter(is_next).map(|expiry| expiry.version.version).collect();
    let what = match first.as_slice() {
        [] => "none of these versions".to_owned(),
        [one] => format!("version {one}"),
        many => {
            let versions = count(many.len(), "version");
            format!("{versions}: {}", ranges_in_brief(many.iter().copied()))
        }
    };
    let next = moment.local_second(next);
    let sentence = format!("The next run, after the backup of {next}, deletes {what}.");
    write!(out, "\n{}", screen::paragraph(&sentence, 0))
}
