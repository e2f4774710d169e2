//! The policy and Duplicati's other options that decide, as arguments.

use super::context::Context;
use super::failure::{Diagnostic, Failure};
use super::job::{PolicyArgs, PolicyInput};
use crate::Release;
use crate::policy::entries;
use crate::retention::{Options, OptionsError, PlanError};

/// Duplicati's other options that decide, with their names and texts.
#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Options of Duplicati that decide too")]
pub(super) struct OptionArgs {
    #[command(flatten)]
    pub policy: PolicyArgs,

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
        OptionsError::Policy(error) => Failure::policy(policy, release, &error),
        error => Failure::new(error),
    })
}

/// Why there is no plan, with the place in the policy where it is to blame.
pub(super) fn no_plan(policy: &str, error: PlanError) -> Failure {
    let mut diagnostic = Diagnostic::error(error.to_string());
    if let PlanError::FrameBeforeYearOne { pair, .. } = error {
        let entry = entries(policy).nth(pair.get());
        diagnostic.place = entry.map(|entry| (policy.to_owned(), entry.frame));
        diagnostic.help = Some("write U for an unlimited time frame".into());
    }
    Failure::Input(diagnostic)
}
