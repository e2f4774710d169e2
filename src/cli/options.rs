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
#[command(mut_group("PolicyPlaceArgs", |policy| policy.required(false)))]
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
    /// The policy, or the job that has it; an option that decides is enough as well.
    pub fn input(&self) -> Result<PolicyInput, Failure> {
        let others = [&self.keep_time, &self.keep_versions, &self.version];
        if !self.policy.is_given() && others.iter().all(|option| option.is_none()) {
            return Err(Failure::new(
                "say what is to decide: a policy such as 1W:1D,4W:1W,12M:1M, a job with --job, or \
                 --keep-time or --keep-versions",
            ));
        }
        self.policy.read()
    }

    /// The options as the release of the context reads them: those of the job, and in their place
    /// those of the command line.
    pub fn read(&self, input: &PolicyInput, context: &Context) -> Result<Options, Failure> {
        parse(self.texts(input), &input.policy, context.release)
    }

    /// The names and texts of the options that are set, the policy first. One that is set to
    /// nothing is not set.
    pub fn texts<'a>(&'a self, input: &'a PolicyInput) -> Vec<(&'static str, &'a str)> {
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
            let is_switch = matches!(name, "allow-full-removal" | "disable-time-tolerance");
            (is_switch || !text.is_empty()).then_some((name, text))
        });
        texts.collect()
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
