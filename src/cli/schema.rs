//! `schema`: the JSON Schema of an answer.

use std::io::Write;

use super::exit::DONE;
use super::failure::Failure;
use crate::report::{NAMES, schema};

/// Print the JSON Schema of an answer
#[derive(clap::Args)]
#[command(after_help = "Example:\n  duplicati-retention schema plan > plan.schema.json")]
pub(super) struct Args {
    /// The command that gives the answer; without it, the commands are listed
    #[arg(value_parser = NAMES)]
    name: Option<String>,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    match args.name.as_deref().and_then(schema) {
        Some(schema) => writeln!(out, "{:#}", schema.to_value())?,
        None => NAMES.iter().try_for_each(|name| writeln!(out, "{name}"))?,
    }
    Ok(DONE)
}
