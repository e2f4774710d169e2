//! The policy and Duplicati's other options that decide, as arguments.

use super::failure::Failure;
use super::job::{PolicyArgs, PolicyInput};
use crate::Release;
use crate::report::{Context, Diagnostic};
use crate::retention::{Options, OptionsError};

/// Duplicati's other options that decide, with their names and texts.
#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Other options of Duplicati that decide")]
pub(super) struct OptionArgs {
    #[command(flatten)]
    pub policy: PolicyArgs,

    /// Delete what is older than this, such as 6M, but never the newest full backup
    #[arg(long, value_name = "SPAN", allow_hyphen_values = true)]
    keep_time: Option<String>,

    /// Keep this number of full backups
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    keep_versions: Option<String>,

    /// Delete these versions, such as 0,4-6
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    version: Option<String>,

    /// Allow Duplicati to delete even the last version
    #[arg(long, value_name = "SWITCH", num_args = 0..=1)]
    #[arg(require_equals = true, default_missing_value = "true")]
    allow_full_removal: Option<String>,

    /// Count keep-time to the second
    #[arg(long, value_name = "SWITCH", num_args = 0..=1)]
    #[arg(require_equals = true, default_missing_value = "true")]
    disable_time_tolerance: Option<String>,
}

impl OptionArgs {
    /// The options as the release of the context reads them: those of the job, and in their place
    /// those of the command line.
    pub fn read(&self, input: &PolicyInput, context: &Context) -> Result<Options, Failure> {
        let given = [
            ("retention-policy", Some(&input.policy)),
            ("keep-time", self.keep_time.as_ref()),
            ("keep-versions", self.keep_versions.as_ref()),
            ("version", self.version.as_ref()),
            ("allow-full-removal", self.allow_full_removal.as_ref()),
            ("disable-time-tolerance", self.disable_time_tolerance.as_ref()),
        ];
        let job = input.job.as_ref().map(|file| &file.job);
        let texts = given.into_iter().filter_map(|(name, text)| {
            let text = text.map(String::as_str).or_else(|| job?.option(name))?;
            Some((name, text))
        });
        parse(texts, &input.policy, context.release)
    }
}

/// The options of these names and texts; the policy is among them.
pub(super) fn parse<'a>(
    texts: impl IntoIterator<Item = (&'a str, &'a str)>,
    policy: &str,
    release: Release,
) -> Result<Options, Failure> {
    Options::parse(texts, release).map_err(|error| match error {
        OptionsError::Policy(error) => Diagnostic::refused(policy, release, &error).into(),
        error => Failure::new(error),
    })
}
