//! `loss`: what exists only in the versions that would be deleted?

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use comfy_table::{Cell, CellAlignment};
use glob::Pattern;
use indicatif::{ProgressBar, ProgressStyle};

use super::context::ContextArgs;
use super::exit::DONE;
use super::failure::Failure;
use super::options::OptionArgs;
use super::screen;
use crate::advice::{bytes, count, number};
use crate::clock::Utc;
use crate::history::{Backup, History};
use crate::report::{Context, LossReport, LossSummary, LostReport, PlanReport, write_json};
use crate::sources::contents::{self, Listener, Loss, Lost};
use crate::sources::database::{self, Access, DatabaseError};

const EXAMPLES: &str = "\
Examples:
  duplicati-retention loss 1W:1D,4W:1W,12M:1M --database ABCDEFGHIJ.sqlite
  duplicati-retention loss \"\" --version 6-19 --database ABCDEFGHIJ.sqlite --path '*.odt'
  duplicati-retention loss --free --database ABCDEFGHIJ.sqlite

A file is lost if no version that stays has its path. A content is lost if no version that stays has
it, though one has the path. Folders and links do not count. Freed are blocks that no version needs
any longer, before compression; Duplicati gives the space back when it compacts.

Only the database can tell, so there is no other source. It is only read.";

/// What decides which versions would be deleted, which --free does not ask.
const DECIDING: [&str; 8] = [
    "policy",
    "retention_policy",
    "job",
    "keep_time",
    "keep_versions",
    "version",
    "allow_full_removal",
    "disable_time_tolerance",
];

/// What exists only in the versions that would be deleted?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, disable_version_flag = true)]
pub(super) struct Args {
    #[command(flatten)]
    options: OptionArgs,

    /// Instead of a policy: which versions can be deleted without losing a single content?
    #[arg(long, help_heading = None, conflicts_with_all = DECIDING)]
    free: bool,

    /// The job's local database; Duplicati shows its path on the job's page under "Database"
    #[arg(long, value_name = "FILE", help_heading = "Source")]
    database: PathBuf,

    /// Read a private copy of it, made in the folder for temporary files and deleted after
    #[arg(long, help_heading = "Source")]
    copy: bool,

    #[command(flatten)]
    context: ContextArgs,

    /// List only paths of this pattern, such as '*.odt' or '/home/anna/**'
    ///
    /// * is any part of a path, ? any letter. The numbers above the list are for all paths.
    #[arg(long, value_name = "GLOB", help_heading = "Answer")]
    path: Option<Pattern>,

    /// List at most this many, the largest first
    #[arg(long, value_name = "NUMBER", default_value_t = 50, help_heading = "Answer")]
    limit: usize,

    /// Print the answer as JSON, which docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let input =
        if args.free { args.options.policy.read()? } else { args.options.input(", or --free")? };
    let moment = args.context.moment()?;
    let access = if args.copy { Access::Copy } else { Access::InPlace };
    let listing = database::read(&args.database, access).map_err(Failure::new)?;
    let (context, assumed) =
        args.context.resolve(moment, input.job.as_ref(), listing.release.as_ref());
    let mut caveats = listing.caveats;
    caveats.extend(assumed);
    let history = History::new(listing.backups, context.moment.time_zone);
    let report = if args.free {
        free(args, access, context, &history, caveats)?
    } else {
        let options = args.options.read(&input, &context)?;
        caveats.extend(input.caveats_of_no_options());
        let plan = PlanReport::new(context, &input.policy, &options, history.clone(), caveats);
        lost(args, access, plan, &history)?
    };
    if args.json { write_json(out, &report) } else { write_text(&report, out) }?;
    Ok(DONE)
}

fn times(history: &History) -> Vec<Utc> {
    history.iter().map(|Backup { time, .. }| time).collect()
}

/// What a plan loses.
fn lost(
    args: &Args,
    access: Access,
    plan: PlanReport,
    history: &History,
) -> Result<LossReport, Failure> {
    let deleted: Vec<bool> = plan.versions().map(|decision| decision.deleted).collect();
    let mut largest = Largest::new(args.limit, args.path.as_ref());
    let answer = contents::loss(&args.database, access, &times(history), &deleted, &mut largest);
    let (loss, _) = answer.map_err(Failure::new)?;
    let (lost, not_listed) = largest.finish();
    Ok(LossReport {
        policy: Some(plan.policy),
        context: plan.context,
        blockers: plan.blockers,
        dangers: plan.dangers,
        caveats: plan.caveats,
        versions: plan.summary.versions,
        deleted: Some(plan.summary.deleted),
        summary: Some(summary(loss)),
        path: args.path.as_ref().map(|pattern| pattern.as_str().to_owned()),
        lost,
        not_listed,
        free: None,
    })
}

fn summary(loss: Loss) -> LossSummary {
    let Loss { files, contents, bytes, freed_blocks, freed_bytes } = loss;
    LossSummary { files, contents, bytes, freed_blocks, freed_bytes }
}

/// Adds to a plan what is lost with the versions that it deletes, or a caveat that says why that
/// cannot be told. A large database is read for it only if that is asked for.
pub(super) fn add(plan: &mut PlanReport, database: &Path, access: Access, is_asked_for: bool) {
    /// In bytes. `plan` is asked often, and is to answer in a moment.
    const MOST: u64 = 500_000_000;
    let (times, deleted): (Vec<Utc>, Vec<bool>) = plan.first_answer().unzip();
    if !deleted.contains(&true) {
        return;
    }
    let size = fs::metadata(database).map_or(0, |metadata| metadata.len());
    if size > MOST && !is_asked_for {
        plan.caveats.push(format!(
            "the database has {}, so it was not searched for what exists only in the versions \
             that are deleted; --loss tells that",
            bytes(size)
        ));
        return;
    }
    let mut bar = Largest::new(0, None);
    let answer = contents::loss(database, access, &times, &deleted, &mut bar);
    bar.finish();
    match answer {
        Ok((loss, _)) => plan.loss = Some(summary(loss)),
        Err(DatabaseError { problem, .. }) => plan.caveats.push(format!(
            "what exists only in the versions that are deleted cannot be told: {problem}"
        )),
    }
}

/// The versions without which nothing is lost.
fn free(
    args: &Args,
    access: Access,
    context: Context,
    history: &History,
    caveats: Vec<String>,
) -> Result<LossReport, Failure> {
    let mut bar = Largest::new(0, None);
    let answer = contents::free(&args.database, access, &times(history), &mut bar);
    let (numbers, _) = answer.map_err(Failure::new)?;
    bar.finish();
    let free = context.moment.versions(history, &numbers);
    Ok(LossReport {
        policy: None,
        context,
        blockers: Vec::new(),
        dangers: Vec::new(),
        caveats,
        versions: history.len(),
        deleted: None,
        summary: None,
        path: None,
        lost: Vec::new(),
        not_listed: 0,
        free: Some(free),
    })
}

/// Keeps the largest of what is lost, and a bar on a terminal.
struct Largest<'a> {
    limit: usize,
    pattern: Option<&'a Pattern>,
    largest: BinaryHeap<Reverse<LostReport>>,
    seen: u64,
    bar: ProgressBar,
}

impl Largest<'_> {
    fn new(limit: usize, pattern: Option<&Pattern>) -> Largest<'_> {
        let bar = ProgressBar::new(100);
        // The template is a constant, so it is valid.
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} %, {eta} left") {
            bar.set_style(style);
        }
        Largest { limit, pattern, largest: BinaryHeap::new(), seen: 0, bar }
    }

    /// The largest first, and how many there are besides.
    fn finish(self) -> (Vec<LostReport>, u64) {
        self.bar.finish_and_clear();
        let not_listed = self.seen - self.largest.len() as u64;
        let lost = self.largest.into_sorted_vec().into_iter().map(|Reverse(lost)| lost);
        (lost.collect(), not_listed)
    }
}

impl Listener for Largest<'_> {
    fn lost(&mut self, lost: Lost) {
        if self.pattern.is_some_and(|pattern| !pattern.matches(&lost.path)) {
            return;
        }
        self.seen += 1;
        let Lost { path, bytes, hash, path_remains, content_remains } = lost;
        self.largest.push(Reverse(LostReport { bytes, path, hash, path_remains, content_remains }));
        if self.largest.len() > self.limit {
            self.largest.pop();
        }
    }

    fn progress(&mut self, part: f64) {
        self.bar.set_position((part * 100.0) as u64);
    }
}

fn write_text(report: &LossReport, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{}", screen::paragraph(&report.context.to_string(), 2))?;
    for notice in report.blockers.iter().chain(&report.dangers) {
        screen::loud(out, &notice.message)?;
    }
    for caveat in &report.caveats {
        write!(out, "{}", screen::paragraph(&format!("Note: {caveat}"), 6))?;
    }
    writeln!(out)?;
    if let Some(free) = &report.free {
        return write_free(report, free, out);
    }
    if let (Some(summary), Some(deleted)) = (&report.summary, report.deleted) {
        let versions = count(report.versions, "version");
        let mut text = format!("{} of {versions} would be deleted.", number(deleted));
        if deleted > 0 {
            text += &format!(" {}", summary.sentence("them"));
        }
        write!(out, "{}", screen::paragraph(&text, 0))?;
    }
    if report.lost.is_empty() {
        return Ok(());
    }
    let mut table = screen::table(["Size", "Lost", "Path"]);
    for lost in &report.lost {
        let size = Cell::new(bytes(lost.bytes)).set_alignment(CellAlignment::Right);
        table.add_row([size, Cell::new(lost.what()), Cell::new(&lost.path)]);
    }
    write!(out, "\n{}", screen::lines(&table))?;
    if report.not_listed > 0 {
        let more = number(report.not_listed);
        writeln!(out, "\n{more} more are not listed; --limit lists more, --path fewer.")?;
    }
    Ok(())
}

fn write_free(
    report: &LossReport,
    free: &[crate::report::VersionReport],
    out: &mut impl Write,
) -> io::Result<()> {
    let text = format!(
        "{} of {} can be deleted together without losing a content.",
        free.len(),
        count(report.versions, "version")
    );
    write!(out, "{}", screen::paragraph(&text, 0))?;
    if free.is_empty() {
        return Ok(());
    }
    let mut table = screen::table(["Version", "Local time", "Kind"]);
    for version in free {
        table.add_row([
            version.version.to_string(),
            version.local_time.to_string(),
            version.kind().into(),
        ]);
    }
    write!(out, "\n{}", screen::lines(&table))
}
