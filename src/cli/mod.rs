//! The command: arguments, reading places, and reports as text; a file for each subcommand.
//!
//! Nothing is decided here. This is the only module that reads the clock, the environment and the
//! machine's zone, and the only one that prints. Start with [`run`]; `context.rs` is where the
//! zone, the release and the present come from, and `screen.rs` what tables and paragraphs look
//! like.

mod audit;
mod check;
mod compare;
mod compose;
mod conformance;
mod context;
mod exit;
mod expiry;
mod explain;
mod failure;
mod forecast;
mod guard;
mod job;
mod loss;
mod next_backup;
mod options;
mod past;
mod plan;
mod schedule;
mod schema;
mod screen;
mod source;
mod verify;
mod zone_data;

use std::io::{BufWriter, Write};
use std::process::ExitCode;
use std::sync::LazyLock;

use clap::{CommandFactory, Parser, Subcommand};

use crate::clock::ZONE_DATA_VERSION;
use exit::{DONE, EXIT_CODES, UNREADABLE};
use failure::Failure;

/// The version, and what else an answer depends on that is built in.
static VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{} (time zones of {ZONE_DATA_VERSION})", env!("CARGO_PKG_VERSION")));

/// See what a Duplicati retention policy will delete, and why, before it happens
#[derive(Parser)]
#[command(name = "duplicati-retention", version = VERSION.as_str(), after_help = EXIT_CODES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(check::Args),
    Explain(explain::Args),
    Plan(Box<plan::Args>),
    Forecast(Box<forecast::Args>),
    #[command(visible_alias = "when")]
    Expiry(Box<expiry::Args>),
    Compose(Box<compose::Args>),
    Compare(Box<compare::Args>),
    Loss(Box<loss::Args>),
    Audit(Box<audit::Args>),
    Guard(Box<guard::Args>),
    Why(Box<past::WhyArgs>),
    #[command(subcommand)]
    Conformance(conformance::Args),
    Verify(verify::Args),
    Schema(schema::Args),
    /// Print completions for a shell
    #[command(after_help = "Example:\n  duplicati-retention completions bash > \
                            /etc/bash_completion.d/duplicati-retention")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    #[command(after_help = "Example:\n  duplicati-retention man | man -l -")]
    Man,
}

/// Run the command with the arguments of this process.
pub fn run() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    if guard::is_asked(&arguments) {
        return guard::answer(arguments);
    }
    let wants_json = wants_json();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            let text = match wants_json {
                true => Failure::from(error).json(),
                false => screen::error_lines(&error.render().ansi().to_string()),
            };
            let _ = anstream::stderr().write_all(text.as_bytes());
            return ExitCode::from(UNREADABLE);
        }
        Err(error) => error.exit(),
    };
    let mut out = BufWriter::new(anstream::stdout().lock());
    let result = dispatch(cli.command, &mut out).and_then(|code| {
        out.flush()?;
        Ok(code)
    });
    match result {
        Ok(code) => ExitCode::from(code),
        Err(failure) if failure.is_closed_pipe() => ExitCode::from(DONE),
        Err(failure) => {
            // What was said before the failure comes first.
            let _ = out.flush();
            let text = if wants_json { failure.json() } else { failure.render() };
            let _ = anstream::stderr().write_all(text.as_bytes());
            ExitCode::from(UNREADABLE)
        }
    }
}

/// Whether the answer is wanted as JSON, and so an error. For `conformance` the option names a
/// file.
fn wants_json() -> bool {
    let mut args = std::env::args_os().skip(1).take_while(|arg| arg != "--").peekable();
    args.peek().is_some_and(|command| command != "conformance") && args.any(|arg| arg == "--json")
}

fn dispatch(command: Command, out: &mut impl Write) -> Result<u8, Failure> {
    match command {
        Command::Check(args) => check::run(&args, out),
        Command::Explain(args) => explain::run(&args, out),
        Command::Plan(args) => plan::run(&args, out),
        Command::Forecast(args) => forecast::run(&args, out),
        Command::Expiry(args) => expiry::run(&args, out),
        Command::Compose(args) => compose::run(&args, out),
        Command::Compare(args) => compare::run(&args, out),
        Command::Loss(args) => loss::run(&args, out),
        Command::Audit(args) => audit::run(&args, out),
        Command::Guard(args) => guard::run(&args, out),
        Command::Why(args) => past::why(&args, out),
        Command::Conformance(args) => conformance::run(&args, out),
        Command::Verify(args) => verify::run(&args, out),
        Command::Schema(args) => schema::run(&args, out),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "duplicati-retention", &mut script);
            out.write_all(&script)?;
            Ok(DONE)
        }
        Command::Man => {
            man(out)?;
            Ok(DONE)
        }
    }
}

/// The man page of the command and, below it, of each subcommand.
fn man(out: &mut impl Write) -> Result<(), Failure> {
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(out)?;
    for subcommand in command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help")
    {
        let man = clap_mangen::Man::new(subcommand.clone());
        writeln!(out, ".SH \"{}\"", subcommand.get_name().to_uppercase())?;
        man.render_description_section(out)?;
        man.render_options_section(out)?;
    }
    Ok(())
}
