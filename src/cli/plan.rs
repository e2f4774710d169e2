//! `plan`: what would be deleted now, and why?

mod json;
mod text;

use std::io::Write;

use super::DONE;
use super::context::{Context, ContextArgs};
use super::failure::{Failure, Remark};
use super::source::SourceArgs;
use crate::advice::{Alarm, PairLabels, alarms};
use crate::history::History;
use crate::retention::{Options, OptionsError, Plan, PlanError, delete_handler};

const EXAMPLES: &str = "\
Examples:
  duplicati-retention plan 1W:1D,4W:1W,12M:1M --database ABCDEFGHIJ.sqlite
  duplicati-retention plan 7D:1D --files /mnt/backup --time-zone Europe/Berlin --changes
  rclone lsf remote:backup | duplicati-retention plan 7D:1D --files /dev/stdin

Nothing is deleted: this only tells what Duplicati would delete if its removal ran at this moment.
It runs at the end of each backup, when there is one version more.";

/// What would be deleted now, and why?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, disable_version_flag = true)]
pub(super) struct Args {
    /// The text of the retention policy, such as 1W:1D,4W:1W,12M:1M; an empty text for none
    policy: String,

    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    context: ContextArgs,

    #[command(flatten)]
    options: OptionArgs,

    /// Show only the versions that are deleted, or spared from it
    #[arg(long, help_heading = "Answer", conflicts_with = "summary")]
    changes: bool,

    /// Show only the summary
    #[arg(long, help_heading = "Answer")]
    summary: bool,

    /// Answer in JSON, as docs/json.md describes
    #[arg(long, help_heading = "Answer", conflicts_with_all = ["changes", "summary"])]
    json: bool,
}

/// Duplicati's other options that decide, with their names and texts.
#[derive(clap::Args)]
#[command(next_help_heading = "Options of Duplicati that decide too")]
struct OptionArgs {
    /// Delete what is older, such as 6M, but never the newest full backup
    #[arg(long, value_name = "SPAN", allow_hyphen_values = true)]
    keep_time: Option<String>,

    /// Keep so many full backups
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    keep_versions: Option<String>,

    /// Delete these versions, such as 0,4-6
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    version: Option<String>,

    /// Let even the last version go
    #[arg(long, value_name = "SWITCH", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    allow_full_removal: Option<String>,

    /// Take keep-time to the second
    #[arg(long, value_name = "SWITCH", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    disable_time_tolerance: Option<String>,
}

/// Everything that an answer is made of.
struct Answer<'a> {
    args: &'a Args,
    context: Context,
    options: Options,
    history: History,
    notes: Vec<String>,
    plan: Plan,
    labels: PairLabels,
    alarms: Vec<Alarm>,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let context = args.context.resolve()?;
    let options = args.options(&context)?;
    let reading = args.source.read()?;
    let history = History::new(reading.backups, context.zone);
    let plan = delete_handler::plan(&history, &options, context.now).map_err(|error| args.failure(error))?;
    let labels = PairLabels::new(&args.policy, &options.policy);
    let alarms = alarms(&history, &plan, context.now);
    let answer = Answer { args, context, options, history, notes: reading.notes, plan, labels, alarms };
    if args.json {
        json::write(&answer, out)?
    } else {
        text::write(&answer, out)?
    }
    Ok(DONE)
}

impl Args {
    fn options(&self, context: &Context) -> Result<Options, Failure> {
        let given = &self.options;
        let texts = [
            ("retention-policy", Some(&self.policy)),
            ("keep-time", given.keep_time.as_ref()),
            ("keep-versions", given.keep_versions.as_ref()),
            ("version", given.version.as_ref()),
            ("allow-full-removal", given.allow_full_removal.as_ref()),
            ("disable-time-tolerance", given.disable_time_tolerance.as_ref()),
        ];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, text?.as_str())));
        Options::parse(texts, context.release).map_err(|error| match error {
            OptionsError::Policy(error) => {
                let remark = Remark::policy(&self.policy, &error);
                let message =
                    format!("the server of {} refuses this policy: {}", context.release, remark.message);
                Failure::Input(Remark { message, ..remark })
            }
            error => Failure::new(error),
        })
    }

    /// Why there is no plan, with the place in the policy where it is to blame.
    fn failure(&self, error: PlanError) -> Failure {
        let mut remark = Remark::error(error.to_string());
        if let PlanError::FrameBeforeYearOne { pair, .. } = error {
            let entry = crate::policy::entries(&self.policy).nth(pair);
            remark.place = entry.map(|entry| (self.policy.clone(), entry.frame));
            remark.help = Some("write U for an unlimited time frame".into());
        }
        Failure::Input(remark)
    }
}
