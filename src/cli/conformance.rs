//! `conformance`: does an implementation answer as Duplicati does?

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::PathBuf;

use super::failure::Failure;
use super::{DONE, REFUSED};
use crate::conformance::replay;
use crate::conformance::vector::Vector;
use crate::history::lines::Lines;

/// Compare answers with those of Duplicati's own code
#[derive(clap::Subcommand)]
pub(super) enum Args {
    /// Ask this program every question of vector files, and tell each difference
    ///
    /// A vector file has one case a line, in JSON; docs/conformance.md describes it. The last line says how many cases
    /// passed and failed; the exit code is 1 if any failed.
    #[command(
        after_help = "Example:\n  duplicati-retention conformance replay vectors/policy.jsonl vectors/retention.jsonl"
    )]
    Replay {
        /// The vector files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let Args::Replay { files } = args;
    let (mut passed, mut failed) = (0_u64, 0_u64);
    for path in files {
        let in_file = |error: String| Failure::new(format!("{}: {error}", path.display()));
        if path.is_dir() {
            return Err(in_file("this is a folder; a vector file is expected".into()));
        }
        let file = File::open(path).map_err(|error| in_file(error.to_string()))?;
        let mut lines = Lines::new(BufReader::new(file));
        while let Some(line) = lines.next().map_err(|error| in_file(error.to_string()))? {
            let (number, text) = line;
            if text.trim().is_empty() {
                continue;
            }
            let vector = Vector::parse(&text).map_err(|error| in_file(format!("line {number}: {error}")))?;
            let differences = replay::check(&vector);
            for difference in &differences {
                writeln!(out, "{difference}")?;
            }
            if differences.is_empty() { passed += 1 } else { failed += 1 }
        }
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    Ok(if failed == 0 { DONE } else { REFUSED })
}
