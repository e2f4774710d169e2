//! `verify`: do this program's answers keep every invariant?

use std::io::{self, Write};

use indicatif::ProgressBar;

use super::exit::{DONE, REFUSED};
use super::failure::Failure;
use super::screen;
use crate::advice::number;
use crate::report::{FailureReport, InvariantReport, VerifyReport, write_json};
use crate::testing::{
    self, IMPLEMENTATIONS, Shard,
    verify::{self, Tally},
};

const EXAMPLES: &str = "\
Examples:
  duplicati-retention verify
  duplicati-retention verify --cases 100000 --seed 7

Exit codes: 0 every invariant holds; 1 one is violated; 2 wrong usage.";

/// Check this program against every property of Duplicati's behaviour, with random cases
///
/// docs/semantics.md says which clause each invariant belongs to. A failure is printed with the
/// smallest case found and the command that finds it again.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// How many random cases
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    cases: u64,

    /// Which random cases: the same seed gives the same ones
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,

    /// Ask only a part of the cases: its number, counted from 0, and how many parts there are, such
    /// as 0/8
    ///
    /// conformance merge makes one report of all parts.
    #[arg(long, value_name = "I/N", default_value_t = Shard::WHOLE, hide_default_value = true)]
    shard: Shard,

    /// Print the answer as JSON, which docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    // It is drawn only if standard error is a terminal.
    let numbers = args.shard.part(args.cases);
    let bar = ProgressBar::new(numbers.end - numbers.start);
    let done = |done| bar.set_position(done);
    let tallies = verify::run_part(verify::threads(), IMPLEMENTATIONS, numbers, args.seed, done);
    bar.finish_and_clear();
    let report = report(&tallies, args.seed, args.cases, args.shard);
    if args.json { write_json(out, &report) } else { write_text(&report, out) }?;
    Ok(if report.violated == 0 { DONE } else { REFUSED })
}

fn report(tallies: &[Tally], seed: u64, cases: u64, shard: Shard) -> VerifyReport {
    let failure = |failure: &testing::verify::Failure| FailureReport {
        implementation: failure.implementation.clone(),
        violation: failure.violation.to_string(),
        case: failure.case.to_string(),
        cases: failure.number,
    };
    let invariant = |tally: &Tally| InvariantReport {
        invariant: tally.invariant.id.into(),
        statement: tally.invariant.statement.into(),
        cases: tally.cases,
        failure: tally.failure.as_ref().map(failure),
    };
    let invariants: Vec<InvariantReport> = tallies.iter().map(invariant).collect();
    VerifyReport::new(seed, cases, shard, invariants)
}

fn write_text(report: &VerifyReport, out: &mut impl Write) -> io::Result<()> {
    let mut rows = vec![["Invariant", "Cases", "Result"].map(str::to_owned).to_vec()];
    for InvariantReport { invariant, cases, failure, .. } in &report.invariants {
        let result = match (failure, cases) {
            (Some(_), _) => "VIOLATED",
            (None, 0) => "not asked",
            (None, _) => "kept",
        };
        rows.push(vec![invariant.to_string(), number(*cases as usize), result.to_owned()]);
    }
    write!(out, "{}", screen::rows(&rows))?;
    for InvariantReport { invariant, statement, failure, .. } in &report.invariants {
        let Some(failure) = failure else { continue };
        writeln!(out, "\n{invariant}: {statement}")?;
        writeln!(out, "  {}: {}", failure.implementation, failure.violation)?;
        writeln!(out, "  {}", failure.case)?;
        let (cases, seed) = (failure.cases, report.seed);
        writeln!(out, "  again: duplicati-retention verify --cases {cases} --seed {seed}")?;
    }
    let rest = match report.not_asked {
        0 => String::new(),
        count => format!("; {count} not asked: take more cases"),
    };
    writeln!(out, "\n{} of {} invariants kept{rest}", report.kept, report.invariants.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::mutants::{Mutant, Mutation};

    #[test]
    fn a_violation_is_shown_with_the_command_that_finds_it_again() {
        let wrong = Mutant::with(Mutation::OutsideKept);
        let tallies = verify::run_with(&[&wrong], 200, 5, |_| {});
        let mut out = Vec::new();
        let report = report(&tallies, 5, 200, Shard::WHOLE);
        assert!(report.violated > 0);
        write_text(&report, &mut out).unwrap();
        let text = String::from_utf8_lossy(&out);
        let failed = tallies.iter().find(|tally| tally.invariant.id == "survivors-in-frame");
        let failure = failed.and_then(|tally| tally.failure.as_ref()).map(|failure| failure.number);
        let number = failure.unwrap_or_default();
        assert!(
            text.contains(&format!("again: duplicati-retention verify --cases {number} --seed 5")),
            "{text}"
        );
        let again = verify::run_with(&[&wrong], number, 5, |_| {});
        assert!(again.iter().any(|tally| {
            tally.invariant.id == "survivors-in-frame" && tally.failure.is_some()
        }));
    }
}
