//! `explain`: what does a policy mean?

use std::io::Write;

use super::context::ContextArgs;
use super::exit;
use super::failure::Failure;
use super::options::OptionArgs;
use super::screen;
use crate::report::{ExplainReport, write_json};

const EXAMPLES: &str = "\
Examples:
  duplicati-retention explain 1W:1D,4W:1W,12M:1M
  duplicati-retention explain --keep-time 6M";

/// What do this policy and the other options mean, in plain sentences?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, mut_group("PolicyArgs", |policy| policy.required(false)))]
pub(super) struct Args {
    #[command(flatten)]
    options: OptionArgs,

    #[command(flatten)]
    context: ContextArgs,

    /// Print the answer as JSON, which docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let input = args.options.input()?;
    let context = args.context.resolve(input.job.as_ref())?;
    let caveats = args.options.caveats(&input, context.release);
    let report = ExplainReport::new(context, &args.options.texts(&input), caveats)?;
    let code = exit::of(&report.blockers);
    if args.json {
        write_json(out, &report)?;
        return Ok(code);
    }
    screen::top(out, &report.context.to_string(), &report.blockers, &report.caveats)?;
    for (heading, sentences) in [
        ("Pair by pair, the shortest time frame first:", &report.pairs),
        ("Other options:", &report.options),
        ("Rules:", &report.rules),
        ("For example:", &report.examples),
    ] {
        if !sentences.is_empty() {
            writeln!(out, "\n{heading}")?;
        }
        for sentence in sentences {
            write!(out, "{}", screen::paragraph(&format!("- {sentence}"), 2))?;
        }
    }
    Ok(code)
}
