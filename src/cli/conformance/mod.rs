//! `conformance`: does an implementation answer as Duplicati does?

mod answered;
mod counterexample;
mod files;
mod json;
mod junit;
mod merge;
mod run;
mod smoke;

use std::io::Write;
use std::path::PathBuf;

use super::exit::{DONE, REFUSED};
use super::failure::Failure;
use crate::Release;
use crate::conformance::{generate_vector, replay, serve};
use crate::testing::mutants::{Mutant, Mutation};
use crate::testing::{Engine, Reference};

/// Test an implementation of Duplicati's retention, this one or any other
#[derive(clap::Subcommand)]
pub(super) enum Args {
    Run(run::Args),
    /// Ask every question of vector files, and tell each difference
    ///
    /// A vector file has one case a line, in JSON; docs/conformance.md describes it. Without a
    /// command this program is asked; the last line says how many cases passed and failed, and
    /// the exit code is 1 if any failed. With a command it is the same as run with these files,
    /// no random cases and --keep-going.
    #[command(after_help = "Examples:
  duplicati-retention conformance replay vectors/policy.jsonl vectors/retention.jsonl vectors/corners.jsonl
  duplicati-retention conformance replay vectors/retention.jsonl -- python3 my_adapter.py")]
    Replay {
        /// The vector files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,

        #[command(flatten)]
        command: run::OptionalCommand,
    },
    Smoke(smoke::Args),
    /// Answer the conformance protocol on standard input and output with an implementation of this
    /// program
    ///
    /// So the kit can be tried without writing anything, and anything else be compared with this
    /// program.
    #[command(after_help = "Examples:
  duplicati-retention conformance serve < questions.jsonl
  duplicati-retention conformance run -- duplicati-retention conformance serve --with mutant:BoundExclusive")]
    Serve {
        /// Which implementation: reference, version by version; engine, the fast one; or mutant:ID,
        /// a mutant, which is wrong on purpose, such as mutant:BoundExclusive
        #[arg(long, value_name = "IMPLEMENTATION", default_value = "reference")]
        #[arg(value_parser = served)]
        with: Served,
    },
    /// Make one report of those of all parts, which run and verify write with --shard
    ///
    /// The reports are those of verify --json, of conformance run --json or of conformance run
    /// --junit. One that is missing, or there twice, or of another run is an error.
    #[command(after_help = "Example:
  duplicati-retention conformance merge part-0.json part-1.json

Exit codes: 0 every part is right; 1 a part is not; 2 the reports do not belong together; 3 the
program crashed in a part.")]
    Merge {
        /// The reports of all parts, in any order
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Write fresh vectors: random cases with the answers of this program, in the format of the
    /// vector files
    #[command(
        after_help = "Example:\n  duplicati-retention conformance vectors --seed 7 --cases 1000 > \
                      fresh.jsonl"
    )]
    Vectors {
        /// Where the random cases start; the same seed gives the same vectors
        #[arg(long, value_name = "NUMBER", default_value_t = 1)]
        seed: u64,

        /// How many vectors
        #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
        cases: u64,

        /// Only the answers of this release; may be given more than once [default: all]
        #[arg(long, value_name = "RELEASE")]
        release: Vec<Release>,
    },
}

/// An implementation of this crate.
#[derive(Clone, Copy, Debug)]
pub(super) enum Served {
    Reference,
    Engine,
    Mutant(Mutation),
}

fn served(text: &str) -> Result<Served, String> {
    let id = match (text, text.strip_prefix("mutant:")) {
        ("reference", _) => return Ok(Served::Reference),
        ("engine", _) => return Ok(Served::Engine),
        (_, Some(id)) => id,
        _ => return Err("reference, engine or mutant:ID is expected".into()),
    };
    let names = || Mutation::ALL.iter().map(|mutation| format!("{mutation:?}"));
    let place = names().position(|name| name == id);
    place.map(|place| Served::Mutant(Mutation::ALL[place])).ok_or_else(|| {
        let all = names().collect::<Vec<_>>().join(", ");
        format!("no mutant is called {id:?}; these are: {all}")
    })
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    match args {
        Args::Run(args) => run::run(args, out),
        Args::Smoke(args) => smoke::run(args, out),
        Args::Merge { files } => merge::run(files, out),
        Args::Replay { files, command } if command.is_given() => run::replay(files, command, out),
        Args::Replay { files, .. } => replay_ours(files, out),
        Args::Serve { with } => {
            // Not `out`: these answers are for a program and have no colours.
            let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
            match with {
                Served::Reference => serve(&Reference, input, output),
                Served::Engine => serve(&Engine, input, output),
                Served::Mutant(mutation) => serve(&Mutant::with(*mutation), input, output),
            }?;
            Ok(DONE)
        }
        Args::Vectors { seed, cases, release } => {
            let releases = if release.is_empty() { Release::ALL.to_vec() } else { release.clone() };
            for number in 0..*cases {
                writeln!(out, "{}", generate_vector(*seed, number, &releases))?;
            }
            Ok(DONE)
        }
    }
}

fn replay_ours(paths: &[PathBuf], out: &mut impl Write) -> Result<u8, Failure> {
    let (mut passed, mut failed) = (0_u64, 0_u64);
    for path in paths {
        files::each_vector(path, |vector| {
            let differences = replay::check(&vector);
            for difference in &differences {
                writeln!(out, "{difference}")?;
            }
            if differences.is_empty() {
                passed += 1
            } else {
                failed += 1
            }
            Ok(())
        })?;
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    Ok(if failed == 0 { DONE } else { REFUSED })
}
