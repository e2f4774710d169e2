//! `explain`: what does a policy mean, and what did it do?

use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use super::context::ContextArgs;
use super::exit::{self, DONE};
use super::failure::{Failure, open};
use super::options::OptionArgs;
use super::screen;
use crate::advice::count;
use crate::report::{ExplainReport, LogReport, LogRunReport, write_json};
use crate::sources::{DateOrder, log};

const EXAMPLES: &str = "\
Examples:
  duplicati-retention explain 1W:1D,4W:1W,12M:1M
  duplicati-retention explain --keep-time 6M
  duplicati-retention explain --log duplicati.log --time-zone Europe/Berlin";

/// What do a policy and the other options mean, in plain sentences, or what did Duplicati delete by
/// them?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(mut_group("PolicyPlaceArgs", |place| place.required(false)))]
pub(super) struct Args {
    #[command(flatten)]
    options: OptionArgs,

    /// Explain what the runs in a log of Duplicati's deleted, and by which rule; - is standard
    /// input
    ///
    /// The log file, or the result of a backup, with the lines that Duplicati writes when it
    /// applies a policy: "Backups to consider: …". It needs the log level Information.
    #[arg(long, value_name = "FILE", conflicts_with = "PolicyPlaceArgs", help_heading = None)]
    log: Option<PathBuf>,

    /// With --log: the order of day, month and year, where it can be two: dmy, mdy or ymd
    #[arg(long, value_name = "ORDER", requires = "log", help_heading = None)]
    date_order: Option<DateOrder>,

    #[command(flatten)]
    context: ContextArgs,

    /// Print the answer as JSON, which docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    if let Some(path) = &args.log {
        return explain_log(args, path, out);
    }
    let input = args.options.input(", or a log of Duplicati's with --log")?;
    let (context, assumed) = args.context.resolve(args.context.moment()?, input.job.as_ref(), None);
    let mut caveats = args.options.caveats(&input, context.release);
    caveats.extend(assumed);
    let report = ExplainReport::new(context, &args.options.texts(&input), caveats)?;
    let code = exit::of(&report.blockers);
    if args.json {
        write_json(out, &report)?;
        return Ok(code);
    }
    screen::top(out, &report.context.to_string(), &report.blockers, &report.caveats)?;
    for (heading, sentences) in [
        ("Pair by pair, the shortest time frame first:", &report.pairs),
        ("Other options:", &report.options),
        ("Rules:", &report.rules),
        ("For example:", &report.examples),
    ] {
        if !sentences.is_empty() {
            write!(out, "\n{}", screen::paragraph(heading, 0))?;
        }
        for sentence in sentences {
            write!(out, "{}", screen::paragraph(&format!("- {sentence}"), 2))?;
        }
    }
    Ok(code)
}

fn explain_log(args: &Args, path: &Path, out: &mut impl Write) -> Result<u8, Failure> {
    let runs = match path == Path::new("-") {
        true => log::read(io::stdin().lock()),
        false => log::read(BufReader::new(open(path, "a log is a file")?)),
    };
    let (context, assumed) = args.context.resolve(args.context.moment()?, None, None);
    let runs = runs.map_err(|error| Failure::at(path.display(), error))?;
    let mut report = LogReport::new(context, &runs, args.date_order)
        .map_err(|diagnostic| Failure::at(path.display(), diagnostic.message))?;
    report.caveats.extend(assumed);
    if args.json {
        write_json(out, &report)?;
        return Ok(DONE);
    }
    screen::top(out, &report.context.to_string(), &[], &report.caveats)?;
    for run in &report.runs {
        write_run(run, out)?;
    }
    Ok(DONE)
}

/// What a run deleted, and whether that is what the policy says.
fn write_run(run: &LogRunReport, out: &mut impl Write) -> io::Result<()> {
    let LogRunReport { line, local_time, policy, versions, deleted, not_deleted, failure, .. } =
        run;
    let what = match deleted.len() {
        0 => "nothing".to_owned(),
        number => count(number, "version"),
    };
    let heading = format!(
        "{local_time}, line {line}: the policy {policy} was applied to {} beside the newest, and \
         deleted {what}.",
        count(*versions, "version")
    );
    write!(out, "\n{}", screen::paragraph(&heading, 2))?;
    if !deleted.is_empty() {
        let mut table = screen::table(["Deleted version of", "Rule", "Reason"]);
        for deletion in deleted {
            let unknown = "not this policy: another option, or a number given to delete";
            table.add_row([
                deletion.local_time.to_string(),
                deletion.pair.clone().unwrap_or_else(|| "-".into()),
                deletion.reason.clone().unwrap_or_else(|| unknown.into()),
            ]);
        }
        write!(out, "{}", screen::lines(&table))?;
    }
    if let Some(failure) = failure {
        screen::loud(out, failure)?;
    }
    if let [first, ..] = not_deleted.as_slice() {
        let sentence = format!(
            "By the rules known here this policy also deletes {}, such as that of {first}. The \
             log does not say which versions are partial unless its level is Profiling; the zone \
             or the release may be another, too.",
            count(not_deleted.len(), "version")
        );
        write!(out, "{}", screen::paragraph(&sentence, 2))?;
    }
    Ok(())
}
