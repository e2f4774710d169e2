//! `guard`: started by Duplicati before a backup, it suspends the deletion of a run that would
//! break a limit.
//!
//! Whatever goes wrong, the answer is to suspend: nothing is deleted by accident. So this does not
//! go the way of the other commands, whose failures end with a message on standard error.
//! `answer.rs` is what Duplicati is told, `decide.rs` how that is found, `watch.rs` what happens to
//! a crash, and `install.rs` what a person puts into a job.

mod announced;
mod answer;
mod decide;
mod environment;
mod install;
mod watch;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};

use super::Cli;
use super::context::MomentArgs;
use super::exit::{DONE, UNREADABLE};
use super::failure::Failure;
use crate::Release;
use crate::advice::Limits;
use crate::dotnet::TimeSpan;
use crate::policy::parse_span;
use answer::{Answer, ENDS_THE_OPERATION};
use environment::Occasion;

const EXAMPLES: &str = "\
Put it into a job:
  duplicati-retention guard install --max-deletes 5 --reach-back 30D

Duplicati starts the guard before each operation and tells it about the job in environment
variables. The guard acts on backups only. It plans what this backup's removal will delete, with one
version more and at the expected end of the backup. If that breaks a limit, it prints options that
suspend the removal of this one run. If it cannot find out, it suspends as well.

Without a limit it still suspends what `plan` marks with !!, such as that only partial backups would
be left. A run that deletes nothing breaks no limit.

Exit codes: 0, or 5 with --on-breach abort, and where the answer cannot be written. Nothing is
written to standard error, because Duplicati makes a warning of it.";

/// Suspend a deletion that breaks a limit: Duplicati starts this before a backup
#[derive(Clone, clap::Args)]
#[command(after_help = EXAMPLES, disable_version_flag = true)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    limits: LimitArgs,

    #[command(flatten)]
    moment: MomentArgs,

    /// The release of Duplicati [default: the one that ran last, if the database says so, or 2.3.0]
    #[arg(long, value_name = "RELEASE", help_heading = "Where and when")]
    release: Option<Release>,

    /// Suspend if there is no answer after this time, from 1 to 45 seconds
    ///
    /// Duplicati itself waits for 60 seconds, and then goes on without an answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 20, help_heading = "Answer")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=45))]
    time_limit: u64,
}

#[derive(Clone, Subcommand)]
enum Command {
    Install(install::Args),
}

#[derive(Clone, Default, clap::Args)]
#[command(next_help_heading = "Limits")]
struct LimitArgs {
    /// Delete at most this many versions in a run
    #[arg(long, value_name = "NUMBER")]
    max_deletes: Option<usize>,

    /// Delete at most this share of the versions in a run, such as 20%
    #[arg(long, value_name = "SHARE", value_parser = percent)]
    max_share: Option<f64>,

    /// Leave at least this many versions
    #[arg(long, value_name = "NUMBER")]
    keep_at_least: Option<usize>,

    /// Leave a version that is at least this old, such as 30D
    ///
    /// Where no version is that old yet, leave the oldest one.
    #[arg(long, value_name = "SPAN", value_parser = span)]
    reach_back: Option<Span>,

    /// Delete only what an earlier run announced
    ///
    /// A run announces what it and the next run would delete, and writes it to this file, which
    /// belongs to the guard alone. It may be the same for several jobs.
    #[arg(long, value_name = "FILE")]
    only_known: Option<PathBuf>,

    /// Accept a danger that `plan` marks with !!, by its ID, such as all-but-one-deleted
    #[arg(long, value_name = "DANGER")]
    #[arg(value_parser = [
        "only-partial-left", "all-but-one-deleted", "all-deleted", "newest-in-future",
        "newest-deleted",
    ])]
    accept: Vec<String>,

    /// What to do with a run that breaks a limit
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = OnBreach::Suspend)]
    on_breach: OnBreach,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum OnBreach {
    /// Back up, delete nothing in this run, and warn
    #[default]
    Suspend,
    /// End the operation with an error before the backup
    Abort,
    /// Back up, delete, and warn
    Warn,
}

impl LimitArgs {
    fn limits(&self) -> Limits {
        Limits {
            max_deletes: self.max_deletes,
            max_share: self.max_share,
            keep_at_least: self.keep_at_least,
            reach_back: self.reach_back.as_ref().map(|age| age.span),
            accepted: self.accept.clone(),
        }
    }
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).trim().parse::<f64>().ok();
    let share = number.filter(|number| (0.0..=100.0).contains(number));
    share.ok_or_else(|| "write a share from 0% to 100%, such as 20%".into())
}

/// A time span, and its text as it was given.
#[derive(Clone, Debug)]
struct Span {
    text: String,
    span: TimeSpan,
}

fn span(text: &str) -> Result<Span, String> {
    let span = parse_span(text, Release::default()).map_err(|error| error.to_string())?;
    let is_positive = span > TimeSpan::ZERO;
    let given = Span { text: text.to_owned(), span };
    is_positive.then_some(given).ok_or_else(|| "write a time span such as 30D".into())
}

/// The command as a person starts it: `guard install`. Everything else is [`answer`].
pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    match &args.command {
        Some(Command::Install(args)) => install::run(args, out),
        None => Ok(ENDS_THE_OPERATION),
    }
}

/// Whether these arguments of the process ask for the guard.
pub(super) fn is_asked(arguments: &[OsString]) -> bool {
    let word = |index: usize| arguments.get(index).and_then(|word| word.to_str());
    word(1) == Some("guard") && word(2) != Some("install")
}

/// Answers Duplicati, whatever happens.
pub(super) fn answer(arguments: Vec<OsString>) -> ExitCode {
    let answer = match Cli::try_parse_from(arguments) {
        Ok(Cli { command: super::Command::Guard(args), .. }) => {
            let limit = Duration::from_secs(args.time_limit);
            watch::watch(limit, move || decide::decide(&args)).unwrap_or_else(Answer::suspended)
        }
        // `guard --help`, which no job asks for.
        Err(error) if !error.use_stderr() => {
            let printed = error.print();
            return ExitCode::from(if printed.is_ok() { DONE } else { UNREADABLE });
        }
        Err(error) => {
            let text = error.render().to_string();
            let problem = text.split("\n\n").next().unwrap_or_default();
            Answer::suspended(problem.trim_start_matches("error: "))
        }
        Ok(_) => Answer::suspended("the arguments are not those of the guard"),
    };
    // Not a BufWriter: what is written must be written when this returns.
    match answer.write(&mut io::stdout().lock()) {
        Ok(()) => ExitCode::from(answer.code),
        // An answer that does not arrive suspends nothing, so the operation has to end.
        Err(_) => ExitCode::from(ENDS_THE_OPERATION),
    }
}

impl Occasion {
    /// What to say without a look at the job.
    fn without_a_plan(&self) -> Option<Answer> {
        match self {
            Occasion::Backup => None,
            Occasion::Another => Some(Answer::default()),
            Occasion::NoDuplicati => Some(Answer::suspended(
                "Duplicati did not say which operation this is; `guard` is for its option \
                 run-script-before-required, and `guard install` shows how to set it",
            )),
        }
    }
}
