//! `explain`: what does a policy mean?

use std::io::Write;

use super::context::ContextArgs;
use super::exit::DONE;
use super::failure::Failure;
use super::job::PolicyArgs;
use super::screen;
use crate::report::{ExplainReport, write_json};

/// What does this policy mean, in plain sentences?
#[derive(clap::Args)]
#[command(after_help = "Example:\n  duplicati-retention explain 1W:1D,4W:1W,12M:1M")]
pub(super) struct Args {
    #[command(flatten)]
    policy: PolicyArgs,

    #[command(flatten)]
    context: ContextArgs,

    /// Print the answer as JSON, which docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let input = args.policy.read()?;
    let context = args.context.resolve(input.job.as_ref())?;
    let caveats = input.caveat_of_the_policy_alone().into_iter().collect();
    let report = ExplainReport::new(context, &input.policy, caveats)?;
    if args.json {
        write_json(out, &report)?;
        return Ok(DONE);
    }
    screen::top(out, &report.context.to_string(), &report.caveats)?;
    for (heading, sentences) in [
        ("Pair by pair, the shortest time frame first:", &report.pairs),
        ("Rules for all pairs:", &report.rules),
        ("For example:", &report.examples),
    ] {
        if !sentences.is_empty() {
            writeln!(out, "\n{heading}")?;
        }
        for sentence in sentences {
            write!(out, "{}", screen::paragraph(&format!("- {sentence}"), 2))?;
        }
    }
    Ok(DONE)
}
