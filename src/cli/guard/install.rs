//! `guard install`: what to put into a job. It changes nothing.

use std::env;
use std::io::Write;
use std::path::PathBuf;

use super::super::exit::DONE;
use super::super::failure::Failure;
use super::super::job::JobFile;
use super::super::screen;
use super::{LimitArgs, OnBreach};
use crate::sources::os_words;

const EXAMPLES: &str = "\
Examples:
  duplicati-retention guard install --max-deletes 5 --reach-back 30D
  duplicati-retention guard install Documents.json --max-share 20% --on-breach abort";

/// Print the options that put the guard into a job; nothing is changed
#[derive(Clone, clap::Args)]
#[command(after_help = EXAMPLES, disable_version_flag = true)]
pub(super) struct Args {
    /// The job, as the file that "Export" on its page makes: the answer names it
    job: Option<PathBuf>,

    #[command(flatten)]
    limits: LimitArgs,

    /// Where this program is on the machine that Duplicati runs on [default: where it is here]
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let job = JobFile::read_if_given(args.job.as_deref(), None)?;
    let program = match &args.program {
        Some(program) => program.clone(),
        None => env::current_exe().map_err(|error| {
            Failure::new(format!(
                "this program does not know its path: {}; give --program",
                os_words(&error)
            ))
        })?,
    };
    let program = program.to_str().ok_or_else(|| {
        Failure::new(format!("the path {} is not valid text; give --program", program.display()))
    })?;
    let value = args.limits.command_line(program)?;
    let name = job.map_or("the job".into(), |file| format!("the job \"{}\"", file.job.name));
    let mut say = |text: &str| out.write_all(screen::paragraph(text, 0).as_bytes());
    say(&format!(
        "Set these two options of {name}, under \"Advanced options\" on the last page of its \
         settings, or behind `backup` on the command line:\n"
    ))?;
    for line in [
        format!("  --run-script-before-required={}", for_a_shell(&value)),
        "  --run-script-with-arguments=true\n".into(),
    ] {
        writeln!(out, "{line}")?;
    }
    let mut say = |text: &str| out.write_all(screen::paragraph(text, 0).as_bytes());
    say(&format!(
        "On the page of the job, the value of the first is, without more quotes: {value}\n"
    ))?;
    for text in [
        "Duplicati knows run-script-with-arguments since 2.1.0. An older release takes a path \
         only: give it the path of a script that starts the guard, with the same output and exit \
         code.\n",
        "Why run-script-before-required: if the guard cannot be started, is ended, or takes \
         longer than the 60 seconds that Duplicati allows, a required script ends the operation \
         before it starts, and nothing is deleted. With run-script-before Duplicati warns in \
         these cases, backs up, and deletes without the guard.\n",
        "If a missing backup is worse for you than a wrong deletion, use --run-script-before with \
         the same value instead.\n",
        "The user that Duplicati runs as must be allowed to run the program. Start a backup by \
         hand: a line with \"duplicati-retention\" in its log shows that the guard ran.",
    ] {
        say(text)?;
    }
    Ok(DONE)
}

impl LimitArgs {
    /// The command line that starts the guard with these limits.
    fn command_line(&self, program: &str) -> Result<String, Failure> {
        let mut words = vec![program.to_owned(), "guard".into()];
        let mut add = |name: &str, value: String| words.extend([format!("--{name}"), value]);
        if let Some(number) = self.max_deletes {
            add("max-deletes", number.to_string());
        }
        if let Some(share) = self.max_share {
            add("max-share", format!("{share}%"));
        }
        if let Some(number) = self.keep_at_least {
            add("keep-at-least", number.to_string());
        }
        if let Some(age) = &self.reach_back {
            add("reach-back", age.text.clone());
        }
        if let Some(file) = &self.only_known {
            let absolute = std::path::absolute(file).map_err(|error| {
                let why = os_words(&error);
                Failure::new(format!("{}: {why}; give a path of a file", file.display()))
            })?;
            add("only-known", absolute.to_string_lossy().into_owned());
        }
        for danger in &self.accept {
            add("accept", danger.clone());
        }
        match self.on_breach {
            OnBreach::Suspend => {}
            OnBreach::Abort => add("on-breach", "abort".into()),
            OnBreach::Warn => add("on-breach", "warn".into()),
        }
        Ok(words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "))
    }
}

/// A word as Duplicati splits a command line: in quotes if it has blanks.
fn quoted(word: &str) -> String {
    if word.contains(char::is_whitespace) { format!("\"{word}\"") } else { word.to_owned() }
}

/// A value as a shell reads it.
fn for_a_shell(value: &str) -> String {
    if value.contains('"') { format!("'{value}'") } else { format!("\"{value}\"") }
}
