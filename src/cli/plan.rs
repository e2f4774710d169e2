//! `plan`: what would be deleted now, and why?

use std::io::{self, Write};

use comfy_table::{Cell, ContentArrangement};

use super::context::ContextArgs;
use super::exit::DONE;
use super::failure::Failure;
use super::options::OptionArgs;
use super::screen::{self, bad, good};
use super::source::SourceArgs;
use crate::advice::{age, count, number};
use crate::history::History;
use crate::report::{PlanReport, age_axis, write_json};

/// The least width at which reasons find a place beside the other columns.
const WIDTH_FOR_REASONS: usize = 120;

const EXAMPLES: &str = "\
Examples:
  duplicati-retention plan 1W:1D,4W:1W,12M:1M --database ABCDEFGHIJ.sqlite
  duplicati-retention plan 7D:1D --files /mnt/backup --time-zone Europe/Berlin --changes
  rclone lsf remote:backup | duplicati-retention plan 7D:1D --files /dev/stdin

Nothing is deleted: this tells what Duplicati would delete if its removal ran now. Duplicati runs it
at the end of each backup, when there is one version more.";

/// What would be deleted now, and why?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, disable_version_flag = true)]
pub(super) struct Args {
    #[command(flatten)]
    options: OptionArgs,

    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    context: ContextArgs,

    /// Show only the versions that are deleted, or kept although an option deletes them
    #[arg(long, help_heading = "Answer", conflicts_with = "summary")]
    changes: bool,

    /// Show only the summary
    #[arg(long, help_heading = "Answer")]
    summary: bool,

    /// Print the answer as JSON, which docs/json.md describes
    #[arg(long, help_heading = "Answer", conflicts_with_all = ["changes", "summary"])]
    json: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let input = args.options.policy.read()?;
    let context = args.context.resolve(input.job.as_ref())?;
    let options = args.options.read(&input, &context)?;
    let mut listing = args.source.read()?.recorded(context.moment.time_zone);
    listing.caveats.extend(input.caveat_of_no_options());
    let history = History::new(listing.backups, context.moment.time_zone);
    let report = PlanReport::new(context, &input.policy, &options, history, listing.caveats)?;
    if args.json { write_json(out, &report) } else { write_text(args, &report, out) }?;
    Ok(DONE)
}

fn write_text(args: &Args, report: &PlanReport, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{}", screen::paragraph(&report.context.to_string(), 2))?;
    for notice in report.blockers.iter().chain(&report.dangers) {
        screen::loud(out, &notice.message)?;
    }
    screen::notes(out, &report.caveats)?;
    if !args.summary {
        out.write_all(table(args, report).as_bytes())?;
    }
    writeln!(out)?;
    summary(report, out)?;
    if let Some(line) = report.age_axis(screen::axis_width()) {
        writeln!(out, "\n{line}{}", age_axis::KEY)?;
    }
    let policy = &report.policy;
    match report.policy_warnings {
        0 => Ok(()),
        warnings => writeln!(
            out,
            "\ncheck has {} about this policy:\n  duplicati-retention check '{policy}'",
            count(warnings, "warning")
        ),
    }
}

/// One row a version. Where the screen is too narrow for the reasons, each is on a line of its own
/// below.
fn table(args: &Args, report: &PlanReport) -> String {
    const HEADINGS: [&str; 7] =
        ["Version", "Local time", "Kind", "Age", "Time frame", "Decision", "Reason"];
    let reasons_below = screen::width().is_some_and(|width| width < WIDTH_FOR_REASONS);
    let columns = if reasons_below { HEADINGS.len() - 1 } else { HEADINGS.len() };
    let mut table = screen::table(&HEADINGS[..columns]);
    let mut below = Vec::new();
    for decision in report.versions() {
        if args.changes && !decision.deleted && decision.retained_because.is_none() {
            continue;
        }
        let version = &decision.version;
        let mut row = vec![
            Cell::new(version.version),
            Cell::new(version.local_time),
            Cell::new(version.kind()),
            Cell::new(age(version.age_seconds)),
            Cell::new(
                decision.policy.pair.map_or("-".into(), |pair| report.pairs[pair.get()].text()),
            ),
            if decision.deleted { bad("delete") } else { good("keep") },
        ];
        if reasons_below {
            below.push(decision.reason)
        } else {
            row.push(Cell::new(decision.reason))
        }
        table.add_row(row);
    }
    if table.is_empty() {
        return String::new();
    }
    table.set_content_arrangement(ContentArrangement::Disabled);
    let mut text = String::from("\n");
    for (line, row) in screen::lines(&table).lines().enumerate() {
        text += &format!("{row}\n");
        // Two lines of headings come first.
        if let Some(reason) = line.checked_sub(2).and_then(|index| below.get(index)) {
            text += &screen::paragraph(&format!("          {reason}"), 10);
        }
    }
    text
}

/// How many versions are kept and deleted, in all and frame by frame.
fn summary(report: &PlanReport, out: &mut impl Write) -> io::Result<()> {
    let summary = &report.summary;
    if summary.versions == 0 {
        return writeln!(out, "There are no backups, so nothing is deleted.");
    }
    let (kept, deleted) = (number(summary.kept), number(summary.deleted));
    writeln!(out, "{}: {kept} kept, {deleted} deleted.", count(summary.versions, "version"))?;
    for area in &summary.areas {
        let name = match (area.pair, area.area) {
            (Some(pair), _) => format!("in {}", report.pairs[pair.get()].text()),
            (None, "newest") => "the newest".into(),
            (None, _) => "in no time frame".into(),
        };
        let kept = area.versions - area.deleted;
        writeln!(out, "  {name}: {} of {} kept", number(kept), number(area.versions))?;
    }
    Ok(())
}
