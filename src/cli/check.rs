//! `check`: is a policy valid, what does it mean, and what is wrong with it?

use std::io::Write;

use miette::Severity;
use serde_json::json;

use super::context::{ReleaseArg, present};
use super::failure::{Diagnostic, Failure};
use super::job::{PolicyArgs, PolicyInput};
use super::screen::{self, bad, good};
use super::{DONE, REFUSED};
use crate::Release;
use crate::advice::{Assessment, Warning, list, warnings};
use crate::clock::Zone;
use crate::policy::{Pair, Policy, entries};

const EXAMPLES: &str = "\
A policy is pairs of time frame and interval, FRAME:INTERVAL,FRAME:INTERVAL,…: among the backups of
the last FRAME, keep one each INTERVAL. What lies in no frame is deleted. A span is a number and a
unit (s m h D W M Y, in this case), or U: an unlimited frame, or an interval that keeps everything.

Examples:
  duplicati-retention check 1W:1D,4W:1W,12M:1M
  duplicati-retention check --release 2.1 7D:1D,

Exit codes: 0 accepted; 1 refused by the server of the chosen release, or warned about with
--deny-warnings; 2 wrong usage.";

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

    /// Answer in JSON, as docs/json.md describes
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let input = args.policy.read()?;
    let (release, release_text) = args.release.get(input.job.as_ref());
    let assessment = Assessment::of(&input.policy);
    let warnings = warnings(&input.policy, release, Zone::UTC.to_local(present()?));
    if args.json {
        write_json(&input, release, &assessment, &warnings, out)?;
    } else {
        write_heading(&input, &release_text, out)?;
        write_text(&input.policy, release, &assessment, &warnings, out)?;
    }
    let is_refused =
        assessment.server(release).is_err() || (args.deny_warnings && !warnings.is_empty());
    Ok(if is_refused { REFUSED } else { DONE })
}

fn write_heading(input: &PolicyInput, release: &str, out: &mut impl Write) -> Result<(), Failure> {
    let origin = input.job.as_ref().map(|file| format!(" from {file}")).unwrap_or_default();
    writeln!(out, "Policy {}{origin}, {release}", input.policy)?;
    if let Some(note) = input.caveat_of_the_policy_alone() {
        write!(out, "{}", screen::paragraph(&format!("Note: {note}"), 6))?;
    }
    Ok(writeln!(out)?)
}

fn write_text(
    policy: &str,
    release: Release,
    assessment: &Assessment,
    warnings: &[Warning],
    out: &mut impl Write,
) -> Result<(), Failure> {
    out.write_all(layers(assessment).as_bytes())?;
    if let Some(meanings) = meanings(policy, assessment) {
        writeln!(out, "\n{meanings}")?;
    }
    for diagnostic in errors(policy, assessment) {
        write!(out, "\n{}", diagnostic.render(screen::width()))?;
    }
    for warning in warnings {
        let diagnostic = Diagnostic {
            message: warning.reason.clone(),
            help: Some(warning.fix.clone()),
            id: Some(warning.id),
            severity: Severity::Warning,
            place: warning.place.clone().map(|place| (policy.to_owned(), place)),
        };
        write!(out, "\n{}", diagnostic.render(screen::width()))?;
    }
    let verdict = match assessment.server(release) {
        Ok(_) => "accepts this policy",
        Err(_) => "refuses this policy",
    };
    let count = match warnings.len() {
        0 => "no warnings".into(),
        1 => "1 warning".into(),
        count => format!("{count} warnings"),
    };
    writeln!(out, "\nThe server of {release} {verdict}; {count}.")?;
    Ok(())
}

/// What each layer says, release by release. The web page is the same for all of them.
fn layers(assessment: &Assessment) -> String {
    let mut table =
        screen::table(["Release", "Server", "Check before a backup", "Classic web page"]);
    for release in Release::ALL {
        let (server, before_backup) = match assessment.server(release) {
            Ok(policy) if policy.passes_backup_check() => (good("accepts"), good("passes")),
            Ok(_) => (good("accepts"), bad("refuses")),
            Err(_) => (bad("refuses"), bad("-")),
        };
        let web_page = if assessment.web_page.is_ok() { good("accepts") } else { bad("refuses") };
        table.add_row([comfy_table::Cell::new(release), server, before_backup, web_page]);
    }
    screen::lines(&table)
}

/// What each pair means in exact spans, in each release; nothing if there are no pairs.
fn meanings(text: &str, assessment: &Assessment) -> Option<String> {
    let (accept, _) = assessment.by_acceptance();
    let policies: Vec<&Policy> =
        accept.iter().filter_map(|&release| assessment.server(release).ok()).collect();
    let first = policies.first().filter(|policy| !policy.pairs().is_empty())?;
    let mut table = screen::table(["Pair", "In release", "Reaches back", "Keeps one each"]);
    for (index, entry) in entries(text).enumerate().take(first.pairs().len()) {
        let pairs: Vec<(Release, Pair)> = accept
            .iter()
            .zip(&policies)
            .map(|(&release, policy)| (release, policy.pairs()[index]))
            .collect();
        for alike in pairs.chunk_by(|one, other| one.1 == other.1) {
            let releases: Vec<Release> = alike.iter().map(|&(release, _)| release).collect();
            let pair = alike[0].1;
            let frame =
                if pair.is_unlimited() { "without limit".into() } else { pair.frame().to_string() };
            let interval =
                if pair.keeps_all() { "(everything)".into() } else { pair.interval().to_string() };
            table.add_row([text[entry.whole.clone()].to_owned(), list(&releases), frame, interval]);
        }
    }
    Some(screen::lines(&table).trim_end().to_owned())
}

/// Each error once, with the releases that have it.
fn errors(text: &str, assessment: &Assessment) -> Vec<Diagnostic> {
    let (_, refuse) = assessment.by_acceptance();
    let errors: Vec<_> = refuse
        .iter()
        .filter_map(|&release| Some((release, assessment.server(release).err()?)))
        .collect();
    errors
        .chunk_by(|one, other| one.1 == other.1)
        .map(|alike| {
            let releases: Vec<Release> = alike.iter().map(|&(release, _)| release).collect();
            let diagnostic = Diagnostic::policy(text, alike[0].1);
            let by = if releases.len() == Release::ALL.len() {
                "every release".into()
            } else {
                list(&releases)
            };
            Diagnostic { message: format!("refused by {by}: {}", diagnostic.message), ..diagnostic }
        })
        .collect()
}

fn write_json(
    input: &PolicyInput,
    release: Release,
    assessment: &Assessment,
    warnings: &[Warning],
    out: &mut impl Write,
) -> Result<(), Failure> {
    let server = |release: Release| match assessment.server(release) {
        Ok(policy) => json!({
            "release": release.name(),
            "accepted": true,
            "accepted_for_backup": policy.passes_backup_check(),
            "pairs": policy.pairs().iter().map(pair_json).collect::<Vec<_>>(),
        }),
        Err(error) => json!({
            "release": release.name(),
            "accepted": false,
            "error": {
                "message": error.to_string(),
                "start": error.range.start,
                "end": error.range.end,
                "expected": error.expected(),
                "suggestion": error.suggestion,
            },
        }),
    };
    let warning = |warning: &Warning| {
        json!({
            "id": warning.id,
            "start": warning.place.as_ref().map(|place| place.start),
            "end": warning.place.as_ref().map(|place| place.end),
            "reason": warning.reason,
            "fix": warning.fix,
        })
    };
    let answer = json!({
        "policy": input.policy,
        "job": input.job_name(),
        "release": release.name(),
        "servers": Release::ALL.map(server),
        "web_page": match assessment.web_page {
            Ok(()) => json!({ "accepted": true }),
            Err(blocker) => json!({ "accepted": false, "reason": blocker.to_string() }),
        },
        "warnings": warnings.iter().map(warning).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &answer).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}

/// A pair as in the vector format: whole seconds, null for unlimited, 0 for keep-all.
pub(super) fn pair_json(pair: &Pair) -> serde_json::Value {
    let frame = (!pair.is_unlimited()).then(|| pair.frame().whole_seconds());
    json!([frame, pair.interval().whole_seconds()])
}
