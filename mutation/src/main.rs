//! Mutation testing with a single build. `cargo mutants` lists the mutants; all of them are compiled
//! into one copy of the program, each behind a condition, and an environment variable chooses one at
//! run time. So a mutant costs the tests that reach it, not a build.

mod build;
mod deferral;
mod mutant;
mod schema;
mod tests;
mod trial;
mod workers;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, absolute};

use anyhow::{Context, Result, ensure};
use clap::Parser;

use mutant::{Mutant, Verdict, Verdicts};
use tests::{Outcome, Place};
use trial::{Candidate, Trial};
use workers::Workers;

/// Say which mutants no test catches. Run it in the project's folder; the verdicts are in
/// target/mutation, and a run that was interrupted goes on where it was.
#[derive(Parser)]
struct Arguments {
    /// The files or folders to mutate, for example src/report; by default all that .cargo/mutants.toml
    /// names
    paths: Vec<String>,
    /// Only tests whose name contains this text
    #[arg(long = "test", value_name = "TEXT")]
    filters: Vec<String>,
    /// Try again what no test has caught
    #[arg(long)]
    again: bool,
    /// Leave out tests that take longer by themselves
    #[arg(long, default_value_t = 10.0, value_name = "SECONDS")]
    longest: f64,
    /// Give a mutant up after this time
    #[arg(long, default_value_t = 60.0, value_name = "SECONDS")]
    budget: f64,
    /// How many tests run at once
    #[arg(long, default_value_t = 2)]
    workers: usize,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    ensure!(Path::new(".cargo/mutants.toml").exists(), "run this in the project's folder");
    let folder = absolute("target/mutation")?;
    let place = Place { tree: folder.join("tree"), temporary: folder.join("temporary") };
    fs::create_dir_all(&place.temporary)?;
    let mutants = mutant::list(&arguments.paths)?;
    let verdicts = Verdicts::read(folder.clone());
    if arguments.again {
        verdicts.forget_survivors(&mutants)?;
    }
    let programs = build::build(&folder, &mutants, &verdicts)?;

    let workers = Workers(arguments.workers);
    let tests = programs.iter().map(|program| tests::list(program, &arguments.filters));
    let tests = tests.collect::<Result<Vec<_>>>()?.concat();
    let record = folder.join("tests.jsonl");
    let measured = place.measure(tests, &record, arguments.longest, &workers)?;
    let (usable, left_out): (Vec<_>, Vec<_>) = measured
        .into_iter()
        .partition(|test| test.outcome == Outcome::Passed && test.seconds <= arguments.longest);
    for test in left_out {
        println!("left out: {} ({:?} after {:.1} s)", test.test.name, test.outcome, test.seconds);
    }

    let candidates = usable.into_iter().map(Candidate::new).collect();
    let trial = Trial { place, candidates, budget: arguments.budget };
    let numbered: Vec<_> = (1..).zip(&mutants).collect();
    let is_open = |(_, mutant): &&(usize, &Mutant)| verdicts.of(mutant).is_none();
    let open: Vec<_> = numbered.iter().filter(is_open).collect();
    workers.map(&open, "mutants tried", |(number, mutant)| {
        verdicts.add(mutant, trial.verdict(*number, mutant)?)
    })?;
    print_table(&mutants, &verdicts).context("a mutant without a verdict")
}

/// How many mutants of each module have which verdict.
fn print_table(mutants: &[Mutant], verdicts: &Verdicts) -> Option<()> {
    let mut modules: BTreeMap<&str, [usize; Verdict::ALL.len()]> = BTreeMap::new();
    for mutant in mutants {
        modules.entry(mutant.module()).or_default()[verdicts.of(mutant)? as usize] += 1;
    }
    println!("module, mutants, {:?}", Verdict::ALL);
    for (module, counts) in modules {
        println!("{module}, {}, {counts:?}", counts.iter().sum::<usize>());
    }
    Some(())
}
