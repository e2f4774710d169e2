//! `check`: is a policy valid, what does it mean, and what is wrong with it?

use std::io::{self, Write};

use comfy_table::Cell;
use miette::Severity;

use super::context::{ReleaseArg, present};
use super::exit::{DONE, REFUSED};
use super::failure::{Failure, render};
use super::job::PolicyArgs;
use super::screen::{self, bad, good};
use crate::advice::count;
use crate::clock::Zone;
use crate::report::{CheckReport, write_json};

const EXAMPLES: &str = "\
A policy is a list of pairs, TIMEFRAME:INTERVAL,TIMEFRAME:INTERVAL,…: of the backups of the last
TIMEFRAME, one is kept for each INTERVAL. A backup in no time frame is deleted. Both are a number
and a unit (s m h D W M Y, where capitals matter), or U: an unlimited time frame, or an interval
that keeps every backup.

Examples:
  duplicati-retention check 1W:1D,4W:1W,12M:1M
  duplicati-retention check --release 2.1 7D:1D,

Exit codes: 0 accepted; 1 the server of the chosen release refuses the policy, or with
--deny-warnings there is a warning; 2 wrong usage.";

/// Is this policy valid, in which release, and what does it mean?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    policy: PolicyArgs,

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
    let input = args.policy.read()?;
    let job = input.job.as_ref();
    let report = CheckReport::new(
        &input.policy,
        args.release.get(job),
        job.map(|file| file.gives("policy")),
        input.caveat_of_the_policy_alone().into_iter().collect(),
        // The zone makes no difference to what reaches back before the year 1.
        Zone::UTC.to_local(present()?),
    );
    if args.json { write_json(out, &report) } else { write_text(&report, out) }?;
    let is_denied = args.deny_warnings && !report.warnings.is_empty();
    Ok(if report.is_accepted() && !is_denied { DONE } else { REFUSED })
}

fn write_text(report: &CheckReport, out: &mut impl Write) -> io::Result<()> {
    let CheckReport { policy, release, release_origin, job, warnings, .. } = report;
    let from = job.as_ref().map(|job| format!(" from {job}")).unwrap_or_default();
    writeln!(out, "Release {release} ({release_origin}), policy{from}: {policy}")?;
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
    for error in report.errors() {
        write!(out, "\n{}", render(&error, Severity::Error, screen::width()))?;
    }
    for warning in warnings {
        write!(out, "\n{}", render(warning, Severity::Warning, screen::width()))?;
    }
    let verdict = if report.is_accepted() { "accepts" } else { "refuses" };
    let warnings = match warnings.len() {
        0 => "no warnings".into(),
        number => count(number, "warning"),
    };
    writeln!(out, "\nThe server of {release} {verdict} this policy; {warnings}.")
}

/// What each layer says, release by release. The web page is the same for all of them.
fn layers(report: &CheckReport) -> String {
    let mut table =
        screen::table(["Release", "Server", "Check before a backup", "Classic web page"]);
    for server in &report.servers {
        let (accepts, before_backup) = match (server.accepted, server.accepted_for_backup) {
            (true, true) => (good("accepts"), good("passes")),
            (true, false) => (good("accepts"), bad("refuses")),
            (false, _) => (bad("refuses"), bad("-")),
        };
        let web_page = if report.web_page.accepted { good("accepts") } else { bad("refuses") };
        table.add_row([Cell::new(server.release), accepts, before_backup, web_page]);
    }
    screen::lines(&table)
}
