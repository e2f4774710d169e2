//! `plan`: what would be deleted now, and why?

mod json;
mod text;

use std::io::Write;

use super::DONE;
use super::context::{Context, ContextArgs};
use super::failure::Failure;
use super::options::{OptionArgs, no_plan};
use super::source::SourceArgs;
use crate::advice::{Danger, PairLabels, dangers};
use crate::history::History;
use crate::retention::{Options, Plan};

const EXAMPLES: &str = "\
Examples:
  duplicati-retention plan 1W:1D,4W:1W,12M:1M --database ABCDEFGHIJ.sqlite
  duplicati-retention plan 7D:1D --files /mnt/backup --time-zone Europe/Berlin --changes
  rclone lsf remote:backup | duplicati-retention plan 7D:1D --files /dev/stdin

Nothing is deleted: this only tells what Duplicati would delete if its removal ran at this moment.
It runs at the end of each backup, when there is one version more.";

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

    /// Show only the versions that are deleted, or spared from it
    #[arg(long, help_heading = "Answer", conflicts_with = "summary")]
    changes: bool,

    /// Show only the summary
    #[arg(long, help_heading = "Answer")]
    summary: bool,

    /// Answer in JSON, as docs/json.md describes
    #[arg(long, help_heading = "Answer", conflicts_with_all = ["changes", "summary"])]
    json: bool,
}

/// Everything that an answer is made of.
struct Answer<'a> {
    args: &'a Args,
    context: Context,
    /// The text of the policy.
    policy: String,
    options: Options,
    history: History,
    caveats: Vec<String>,
    plan: Plan,
    labels: PairLabels,
    dangers: Vec<Danger>,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let input = args.options.policy.read()?;
    let context = args.context.resolve(input.job.as_ref())?;
    let options = args.options.read(&input, &context)?;
    let mut listing = args.source.read()?;
    listing.caveats.extend(input.caveat_of_no_options());
    let history = History::new(listing.backups, context.zone);
    let policy = input.policy;
    let plan = crate::retention::plan(&history, &options, context.now)
        .map_err(|error| no_plan(&policy, error))?;
    let labels = PairLabels::new(&policy, &options.policy);
    let dangers = dangers(&history, &plan, context.now);
    let answer = Answer {
        args,
        context,
        policy,
        options,
        history,
        caveats: listing.caveats,
        plan,
        labels,
        dangers,
    };
    if args.json {
        json::write(&answer, out)?
    } else {
        text::write(&answer, out)?
    }
    Ok(DONE)
}
