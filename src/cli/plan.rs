//! `plan`: what does the next backup delete, what would a removal now delete, and why?

use std::io::{self, Write};
use std::path::PathBuf;

use comfy_table::{Cell, ContentArrangement};

use super::context::ContextArgs;
use super::exit;
use super::failure::{Failure, write_file};
use super::loss;
use super::next_backup::NextBackupArgs;
use super::options::OptionArgs;
use super::screen::{self, bad, good};
use super::source::SourceArgs;
use crate::advice::{age, argument, count, number, ranges, ranges_in_brief};
use crate::clock::Utc;
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::history::{History, VersionNumber};
use crate::report::{NextBackupReport, PlanReport, age_axis, calendar, write_json};

/// The least width at which reasons find a place beside the other columns.
const WIDTH_FOR_REASONS: usize = 120;

const EXAMPLES: &str = "\
Examples:
  duplicati-retention plan 1W:1D,4W:1W,12M:1M --database ABCDEFGHIJ.sqlite
  duplicati-retention plan 7D:1D --files /mnt/backup --time-zone Europe/Berlin --changes
  rclone lsf remote:backup | duplicati-retention plan 7D:1D --files /dev/stdin

Nothing is deleted: this tells what Duplicati will delete. It does so at the end of each backup,
when there is one version more, so the first answer is what the next backup deletes. The second is
what a removal without a backup would delete now.";

/// What does the next backup delete, what would a removal now delete, and why?
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
    next_backup: NextBackupArgs,

    /// Show only the versions that are deleted, or kept although an option deletes them
    #[arg(long, help_heading = "Answer", conflicts_with = "summary")]
    changes: bool,

    /// Tell what exists only in what is deleted however large the database is
    ///
    /// Of a database of up to 500 MB that is told anyway. It takes some four seconds for a GB.
    #[arg(long, help_heading = "Answer", requires = "database")]
    loss: bool,

    /// Show only the summary
    #[arg(long, help_heading = "Answer")]
    summary: bool,

    /// Print the answer as JSON, which docs/json.md describes
    #[arg(long, help_heading = "Answer", conflicts_with_all = ["changes", "summary"])]
    json: bool,

    /// Also draw a picture into this file
    #[arg(long, value_name = "FILE", help_heading = "Answer")]
    svg: Option<PathBuf>,

    /// Also write a page with everything into this file; it needs no other file
    #[arg(long, value_name = "FILE", help_heading = "Answer")]
    html: Option<PathBuf>,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let input = args.options.input("")?;
    let moment = args.context.moment()?;
    let mut listing = args.source.read(&moment)?;
    let (mut context, assumed) =
        args.context.resolve(moment, input.job.as_ref(), listing.release.as_ref());
    let job = input.job.as_ref();
    let next = args.next_backup.read(job, &context)?;
    context.job = job.map(|file| file.gives(next.gives));
    let options = args.options.read(&input, &context)?;
    args.source.refuse_empty(&listing)?;
    listing.caveats.extend(assumed);
    listing.caveats.extend(args.options.caveats(&input, context.release));
    listing.caveats.extend(next.caveat);
    let history = History::new(listing.backups, context.moment.time_zone);
    let (policy, caveats) = (&input.policy, listing.caveats);
    let mut report =
        PlanReport::with_next_backup(context, policy, &options, history, &next.next, caveats);
    if let Some((path, access)) = args.source.database() {
        loss::add(&mut report, path, access, args.loss);
    }
    type Drawn = fn(&PlanReport) -> String;
    for (path, drawn) in [(&args.svg, PlanReport::svg as Drawn), (&args.html, PlanReport::html)] {
        let Some(path) = path else { continue };
        write_file(path, &drawn(&report))?;
    }
    if args.json { write_json(out, &report) } else { write_text(args, &report, out) }?;
    Ok(exit::of(&report.blockers))
}

fn write_text(args: &Args, report: &PlanReport, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{}", screen::paragraph(&report.context.to_string(), 2))?;
    for notice in report.blockers.iter().chain(&report.dangers) {
        screen::loud(out, &notice.message)?;
    }
    screen::notes(out, &report.caveats)?;
    for answer in report.answers() {
        write!(out, "\n{}", screen::paragraph(&answer, 0))?;
    }
    if let Some(next) = report.next_backup.as_ref().filter(|next| next.between.is_some()) {
        write_between(report, next, out)?;
    }
    if !args.summary {
        out.write_all(table(args, report).as_bytes())?;
    }
    writeln!(out)?;
    summary(report, out)?;
    if let Some(line) = report.age_axis(screen::axis_width()) {
        write!(out, "\n{line}{}", screen::paragraph(age_axis::KEY, 0))?;
    }
    if let Some(days) = report.calendar().text().filter(|_| !args.summary) {
        write!(out, "\nBy day:\n{days}{}", screen::paragraph(calendar::KEY, 0))?;
    }
    let policy = &report.policy;
    match report.policy_warnings {
        0 => Ok(()),
        warnings => {
            let warnings = count(warnings, "warning");
            let text = format!("check has {warnings} about this policy:");
            write!(out, "\n{}", screen::paragraph(&text, 0))?;
            writeln!(out, "  duplicati-retention check {}", argument(policy))
        }
    }
}

/// For which moments of the next backup each version survives.
fn write_between(
    report: &PlanReport,
    next: &NextBackupReport,
    out: &mut impl Write,
) -> io::Result<()> {
    let moment = &report.context.moment;
    let versions = report.summary.versions;
    let periods = next.between.as_deref().unwrap_or_default();
    let first = periods.first().map(|period| period.from);
    // A period begins right after the last second of the one before.
    let begin = |from: Utc| match first == Some(from) {
        true => format!("from {}", moment.local(from)),
        false => {
            let before = from.saturating_add(TimeSpan::from_ticks(-TICKS_PER_SECOND));
            format!("after {}", moment.local(before))
        }
    };
    let mut table = screen::table(["The next backup starts", "Until", "Keeps", "Deletes"]);
    for period in periods {
        let is_kept = |version: &VersionNumber| period.deletes.binary_search(version).is_err();
        let kept = ranges((0..versions).map(VersionNumber::new).filter(is_kept));
        let deleted = ranges(period.deletes.iter().copied());
        let or_none = |text: String| if text.is_empty() { "none".into() } else { text };
        let until = moment.local(period.until).to_string();
        table.add_row([begin(period.from), until, or_none(kept), or_none(deleted)]);
    }
    write!(out, "\n{}", screen::lines(&table))?;
    let survivals = next.survivals(versions);
    let whole = periods.first().zip(periods.last()).map(|(first, last)| (first.from, last.until));
    let always = numbers(&survivals, |times| times.first().copied() == whole);
    let never = numbers(&survivals, <[_]>::is_empty);
    writeln!(out)?;
    for (what, which) in [("Kept at each of these moments", always), ("Never kept", never)] {
        if !which.is_empty() {
            write!(out, "{}", screen::paragraph(&format!("{what}: {which}"), 2))?;
        }
    }
    for (number, times) in survivals.iter().enumerate() {
        if times.is_empty() || times.first().copied() == whole {
            continue;
        }
        let times: Vec<String> = times
            .iter()
            .map(|&(from, until)| format!("{} until {}", begin(from), moment.local(until)))
            .collect();
        let sentence = format!("Version {number} is kept {}", times.join(", and "));
        write!(out, "{}", screen::paragraph(&sentence, 2))?;
    }
    Ok(())
}

/// The versions that survive at such times.
fn numbers(survivals: &[Vec<(Utc, Utc)>], is_so: impl Fn(&[(Utc, Utc)]) -> bool) -> String {
    let numbers = survivals.iter().enumerate().filter(|(_, times)| is_so(times));
    ranges_in_brief(numbers.map(|(number, _)| VersionNumber::new(number)))
}

/// One row a version. Where the screen is too narrow for the reasons, each is on a line of its own
/// below.
fn table(args: &Args, report: &PlanReport) -> String {
    let has_next = report.next_backup.is_some();
    let decisions = if has_next { &["Next backup", "Now"][..] } else { &["Now"] };
    let headings = [&["Version", "Local time", "Kind", "Age", "Time frame"], decisions].concat();
    let mut brief = screen::table(&headings);
    let mut full = screen::table([&headings[..], &["Reason"]].concat());
    let mut reasons = Vec::new();
    for decision in report.versions() {
        let next = decision.next_backup.as_ref();
        let is_deleted = decision.deleted || next.is_some_and(|next| next.deleted);
        if args.changes && !is_deleted && decision.retained_because.is_none() {
            continue;
        }
        let version = &decision.version;
        let pair = next.map_or(decision.policy.pair, |next| next.pair);
        let mut row = vec![
            Cell::new(version.version),
            Cell::new(version.local_time),
            Cell::new(version.kind()),
            Cell::new(age(version.age_seconds)),
            Cell::new(pair.map_or("-".into(), |pair| report.pairs[pair.get()].text())),
        ];
        let verdict = |deleted| if deleted { bad("delete") } else { good("keep") };
        row.extend(next.map(|next| verdict(next.deleted)));
        row.push(verdict(decision.deleted));
        brief.add_row(row.clone());
        let reason = match next {
            Some(next) if next.depends_on_duration => {
                format!("{}; depends on how long the backup takes", next.reason)
            }
            Some(next) => next.reason.clone(),
            None => decision.reason,
        };
        row.push(Cell::new(&reason));
        full.add_row(row);
        reasons.push(reason);
    }
    if full.is_empty() {
        return String::new();
    }
    if screen::width().is_none_or(|width| width >= WIDTH_FOR_REASONS) {
        return format!("\n{}", screen::lines(&full));
    }
    if !screen::fits(&mut brief) {
        return format!("\n{}", screen::list(&full));
    }
    brief.set_content_arrangement(ContentArrangement::Disabled);
    let mut text = String::from("\n");
    for (line, row) in screen::as_printed(&brief).lines().enumerate() {
        text += &format!("{row}\n");
        // Two lines of headings come first.
        if let Some(reason) = line.checked_sub(2).and_then(|index| reasons.get(index)) {
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
    let (kept, deleted, areas) = match &report.next_backup {
        Some(next) => {
            writeln!(out, "With the next backup:")?;
            (next.kept, next.deleted, &next.areas)
        }
        None => (summary.kept, summary.deleted, &summary.areas),
    };
    let versions = count(summary.versions, "version");
    writeln!(out, "{versions}: {} kept, {} deleted.", number(kept), number(deleted))?;
    for area in areas {
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
