//! `explain`: what does a policy mean?

use std::io::Write;

use super::context::ContextArgs;
use super::failure::Failure;
use super::job::PolicyArgs;
use super::{DONE, screen};
use crate::advice::explain;
use crate::policy::Policy;

/// What does this policy mean, in plain sentences?
#[derive(clap::Args)]
#[command(after_help = "Example:\n  duplicati-retention explain 1W:1D,4W:1W,12M:1M")]
pub(super) struct Args {
    #[command(flatten)]
    policy: PolicyArgs,

    #[command(flatten)]
    context: ContextArgs,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let input = args.policy.read()?;
    let context = args.context.resolve(input.job.as_ref())?;
    let policy = Policy::parse(&input.policy, context.release)
        .map_err(|error| Failure::policy(&input.policy, context.release, &error))?;
    let explanation =
        explain(&input.policy, &policy, context.release, context.zone.to_local(context.now));
    write!(out, "{}", screen::paragraph(&context.to_string(), 2))?;
    if let Some(note) = input.caveat_of_the_policy_alone() {
        write!(out, "{}", screen::paragraph(&format!("Note: {note}"), 6))?;
    }
    for (heading, sentences) in [
        ("Pair by pair, the shortest time frame first:", explanation.pairs),
        ("What holds for all:", explanation.rules),
        ("For example:", explanation.examples),
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
