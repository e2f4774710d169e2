//! `check`: does Duplicati run with a policy, what does it mean, and what is wrong with it?

use std::io::{self, Write};

use comfy_table::Cell;
use miette::Severity;

use super::context::{ReleaseArg, present};
use super::exit::{DONE, REFUSED};
use super::failure::{Failure, render};
use super::options::OptionArgs;
use super::screen::{self, bad, good};
use crate::advice::{count, list};
use crate::clock::Zone;
use crate::report::{
    CheckQuestion, CheckReport, LayerReport, OptionReport, caveat_of_the_defaults, write_json,
};

const EXAMPLES: &str = "\
A policy is a list of pairs, TIMEFRAME:INTERVAL,TIMEFRAME:INTERVAL,…: of the backups of the last
TIMEFRAME, one is kept for each INTERVAL. A backup in no time frame is deleted. Both are a number
and a unit (s m h D W M Y, where capitals matter), or U: an unlimited time frame, or an interval
that keeps every backup.

Examples:
  duplicati-retention check 1W:1D,4W:1W,12M:1M
  duplicati-retention check --release 2.1 7D:1D,

Exit codes: 0 the chosen release runs with it; 1 it cannot read it, refuses to run with it or fails
each time it deletes, or with --deny-warnings there is a warning; 2 wrong usage.";

/// Does Duplicati run with this policy, in which release, and what does it mean?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, mut_group("PolicyPlaceArgs", |policy| policy.required(false)))]
pub(super) struct Args {
    #[command(flatten)]
    options: OptionArgs,

    #[command(flatten)]
    release: ReleaseArg,

    /// Exit with 1 if there is any warning
    #[arg(long)]
    deny_warnings: bool,

    /// Print the answer as JSON, which docs/json.md describes
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let input = args.options.input("")?;
    let job = input.job.as_ref();
    let found = args.release.get(job, None);
    let schedule = job.and_then(|file| file.job.schedule.as_ref());
    let mut caveats = input.caveats_of_no_options();
    caveats.extend(found.caveat);
    caveats.extend(job.and_then(|file| caveat_of_the_defaults(&file.job)));
    let question = CheckQuestion {
        texts: args.options.texts(&input),
        schedule: schedule.map(|schedule| schedule.repeat.clone()),
        release: found.release,
        release_origin: found.origin,
        job: job.map(|file| file.gives("options")),
        caveats,
        // The zone makes no difference to what reaches back before the year 1.
        local_now: Zone::UTC.to_local(present()?),
    };
    let report = question.answer();
    if args.json { write_json(out, &report) } else { write_text(&report, out) }?;
    let is_denied = args.deny_warnings && !report.warnings.is_empty();
    Ok(if report.is_accepted() && !is_denied { DONE } else { REFUSED })
}

fn write_text(report: &CheckReport, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{}", screen::paragraph(&heading(report), 2))?;
    screen::notes(out, &report.caveats)?;
    write!(out, "\n{}", layers(report))?;
    let meanings = report.meanings();
    if !meanings.is_empty() {
        let mut table = screen::table(["Pair", "In release", "Reaches back", "Keeps"]);
        for (pair, releases) in meanings {
            table.add_row([pair.text(), releases, pair.reach(), pair.requested()]);
        }
        write!(out, "\n{}", screen::lines(&table))?;
    }
    let mut gap = "\n";
    for sentence in &report.meaning {
        write!(out, "{}{}", std::mem::take(&mut gap), screen::paragraph(sentence, 2))?;
    }
    for error in &report.errors {
        write!(out, "\n{}", render(error, Severity::Error, screen::width()))?;
    }
    for warning in &report.warnings {
        write!(out, "\n{}", render(warning, Severity::Warning, screen::width()))?;
    }
    if let Some(meant) = &report.suggestion {
        write!(out, "\n{}", screen::paragraph(&format!("Did you mean {meant}?"), 0))?;
    }
    let warnings = match report.warnings.len() {
        0 => "no warnings".into(),
        number => count(number, "warning"),
    };
    let conclusion = format!("{}; {warnings}.", report.conclusion());
    write!(out, "\n{}", screen::paragraph(&conclusion, 0))
}

/// The release, and what was checked.
fn heading(report: &CheckReport) -> String {
    let CheckReport { policy, options, release, release_origin, job, .. } = report;
    let mut checked: Vec<String> =
        options.iter().map(|OptionReport { name, text }| format!("{name} {text}")).collect();
    let what = match (policy.is_empty(), checked.is_empty()) {
        (false, true) => "policy",
        (true, true) => "no option that deletes",
        _ => "options",
    };
    if !policy.is_empty() && !checked.is_empty() {
        checked.insert(0, format!("policy {policy}"));
    }
    let from = job.as_ref().map(|job| format!(" from {job}")).unwrap_or_default();
    let checked = match what {
        "policy" => format!(": {policy}"),
        "options" => format!(": {}", list(&checked)),
        _ => String::new(),
    };
    format!("Release {release} ({release_origin}), {what}{from}{checked}")
}

/// What each layer says, release by release.
fn layers(report: &CheckReport) -> String {
    let mut table = screen::table([
        "Release",
        "New web page",
        "Classic web page",
        "Server on saving",
        "Check before a backup",
        "Deleting",
    ]);
    for server in &report.servers {
        let cell = |layer: &LayerReport| match layer.verdict {
            "not-checked" => Cell::new("not checked"),
            "not-reached" => bad("-"),
            "accepts" => good("accepts"),
            verdict => bad(verdict),
        };
        let cells = server.layers.iter().map(cell);
        table.add_row([Cell::new(server.release)].into_iter().chain(cells));
    }
    screen::lines(&table)
}
