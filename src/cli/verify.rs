//! `verify`: do this program's answers keep every invariant?

use std::io::Write;

use indicatif::ProgressBar;

use super::exit::{DONE, REFUSED};
use super::failure::Failure;
use crate::testing::verify::{self, Tally};

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
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    // It is drawn only if standard error is a terminal.
    let bar = ProgressBar::new(args.cases);
    let tallies = verify::run(args.cases, args.seed, |done| bar.set_position(done));
    bar.finish_and_clear();
    write_tallies(&tallies, args.seed, out)
}

fn write_tallies(tallies: &[Tally], seed: u64, out: &mut impl Write) -> Result<u8, Failure> {
    for tally in tallies {
        let result = match (&tally.failure, tally.cases) {
            (Some(_), _) => "VIOLATED",
            // No case met its conditions, so nothing is known of it.
            (None, 0) => "not asked",
            (None, _) => "kept",
        };
        writeln!(out, "{:<26} {:>9} cases   {result}", tally.invariant.id, tally.cases)?;
    }
    let violated: Vec<_> =
        tallies.iter().filter_map(|tally| Some((tally, tally.failure.as_ref()?))).collect();
    for (tally, failure) in &violated {
        writeln!(out, "\n{}: {}", tally.invariant.id, tally.invariant.statement)?;
        writeln!(out, "  {}: {}", failure.implementation, failure.violation)?;
        writeln!(out, "  {}", failure.case)?;
        let cases = failure.number;
        writeln!(out, "  again: duplicati-retention verify --cases {cases} --seed {seed}")?;
    }
    let not_asked =
        tallies.iter().filter(|tally| tally.failure.is_none() && tally.cases == 0).count();
    let kept = tallies.len() - violated.len() - not_asked;
    let rest = match not_asked {
        0 => String::new(),
        _ => format!("; {not_asked} not asked: take more cases"),
    };
    writeln!(out, "\n{kept} of {} invariants kept{rest}", tallies.len())?;
    Ok(if violated.is_empty() { DONE } else { REFUSED })
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
        let code = write_tallies(&tallies, 5, &mut out).unwrap_or(DONE);
        let text = String::from_utf8_lossy(&out);
        assert_eq!(code, REFUSED);
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
