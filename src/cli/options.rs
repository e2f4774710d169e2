//! The policy and Duplicati's other options that decide, as arguments.

use super::context::Context;
use super::failure::{Failure, Remark};
use crate::policy::entries;
use crate::retention::{Options, OptionsError, PlanError};

/// Duplicati's other options that decide, with their names and texts.
#[derive(clap::Args)]
#[command(next_help_heading = "Options of Duplicati that decide too")]
pub(super) struct OptionArgs {
    /// The text of the retention policy, such as 1W:1D,4W:1W,12M:1M; an empty text for none
    #[arg(help_heading = None)]
    pub policy: String,

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
    /// The options as the release of the context reads them.
    pub fn read(&self, context: &Context) -> Result<Options, Failure> {
        let texts = [
            ("retention-policy", Some(&self.policy)),
            ("keep-time", self.keep_time.as_ref()),
            ("keep-versions", self.keep_versions.as_ref()),
            ("version", self.version.as_ref()),
            ("allow-full-removal", self.allow_full_removal.as_ref()),
            ("disable-time-tolerance", self.disable_time_tolerance.as_ref()),
        ];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, text?.as_str())));
        Options::parse(texts, context.release).map_err(|error| match error {
            OptionsError::Policy(error) => Failure::policy(&self.policy, context.release, &error),
            error => Failure::new(error),
        })
    }

    /// Why there is no plan, with the place in the policy where it is to blame.
    pub fn failure(&self, error: PlanError) -> Failure {
        let mut remark = Remark::error(error.to_string());
        if let PlanError::FrameBeforeYearOne { pair, .. } = error {
            let entry = entries(&self.policy).nth(pair);
            remark.place = entry.map(|entry| (self.policy.clone(), entry.frame));
            remark.help = Some("write U for an unlimited time frame".into());
        }
        Failure::Input(remark)
    }
}
