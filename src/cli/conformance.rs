//! `conformance`: does an implementation answer as Duplicati does?

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::PathBuf;

use super::failure::Failure;
use super::{DONE, REFUSED};
use crate::conformance::flawed::{Flawed, Mistake};
use crate::conformance::vector::Vector;
use crate::conformance::{Mirror, replay, serve};
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
    /// Answer the conformance protocol on standard input and output with an implementation of this program
    ///
    /// So the kit can be tried without writing anything, and anything else be compared with this program.
    #[command(
        after_help = "Example:\n  echo '{\"ask\":\"parse\",\"id\":1,\"release\":\"2.3.0\",\"policy\":\"7D:1D\"}' |\n    duplicati-retention conformance serve"
    )]
    Serve {
        /// Which implementation: reference, the mirror; or flaw:ID, one that makes a mistake on purpose, such as
        /// flaw:BoundExclusive
        #[arg(long, value_name = "IMPLEMENTATION", default_value = "reference", value_parser = implementation)]
        with: Implementation,
    },
}

/// An implementation of this crate.
#[derive(Clone, Copy, Debug)]
pub(super) enum Implementation {
    Reference,
    Flaw(Mistake),
}

fn implementation(text: &str) -> Result<Implementation, String> {
    match (text, text.strip_prefix("flaw:")) {
        ("reference", _) => Ok(Implementation::Reference),
        (_, Some(id)) => {
            let named = Mistake::ALL.iter().find(|mistake| format!("{mistake:?}") == id);
            named.map(|&mistake| Implementation::Flaw(mistake)).ok_or_else(|| {
                let all = Mistake::ALL.iter().map(|mistake| format!("{mistake:?}")).collect::<Vec<_>>();
                format!("no flaw is called {id:?}; there are {}", all.join(", "))
            })
        }
        _ => Err("reference or flaw:ID is expected".into()),
    }
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let files = match args {
        Args::Replay { files } => files,
        Args::Serve { with } => {
            // Not `out`: these answers are for a program, and nobody is to look through them for colours.
            let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
            match with {
                Implementation::Reference => serve(&Mirror, input, output)?,
                Implementation::Flaw(mistake) => serve(&Flawed::making(*mistake), input, output)?,
            }
            return Ok(DONE);
        }
    };
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
