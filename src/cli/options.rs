//! The policy and Duplicati's other options that decide, as arguments.

use super::failure::Failure;
use super::job::{PolicyArgs, PolicyInput};
use crate::Release;
use crate::advice::{not_saved, option_warnings, time_words};
use crate::report::{Context, Diagnostic};
use crate::retention::{OptionTexts, Options, OptionsError};

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
    /// The policy, the job, or neither if another option decides.
    ///
    /// `others` is what else a command may be given instead, for the error.
    pub fn input(&self, others: &str) -> Result<PolicyInput, Failure> {
        let input = self.policy.read()?;
        let decides = [&self.keep_time, &self.keep_versions, &self.version];
        if input.is_missing() && decides.into_iter().all(Option::is_none) {
            return Err(Failure::new(format!(
                "give a policy such as 7D:1D, a job with --job, or another option that deletes, \
                 such as --keep-time 6M or --keep-versions 10{others}"
            )));
        }
        Ok(input)
    }

    /// The texts of the options: those of the job, and in their place those of the command line.
    pub fn texts(&self, input: &PolicyInput) -> OptionTexts {
        let job = input.job.as_ref().map(|file| &file.job);
        let mut texts: OptionTexts = job.iter().flat_map(|job| job.options()).collect();
        let given = [
            ("retention-policy", Some(&input.policy)),
            ("keep-time", self.keep_time.as_ref()),
            ("keep-versions", self.keep_versions.as_ref()),
            ("version", self.version.as_ref()),
            ("allow-full-removal", self.allow_full_removal.as_ref()),
            ("disable-time-tolerance", self.disable_time_tolerance.as_ref()),
        ];
        for (name, text) in given {
            text.into_iter().for_each(|text| texts.set(name, text));
        }
        texts
    }

    /// What is to be known of how Duplicati reads the policy and the options beside it.
    pub fn caveats(&self, input: &PolicyInput, release: Release) -> Vec<String> {
        let texts = self.texts(input);
        let found = option_warnings(&texts, release, &not_saved(&texts, None, release));
        let found = found.into_iter().map(|warning| {
            let mut reason = warning.reason.trim_end_matches('.').to_owned();
            // A note goes on behind a colon.
            reason.get_mut(..1).into_iter().for_each(str::make_ascii_lowercase);
            reason
        });
        input.caveats_of_no_options().into_iter().chain(found).collect()
    }

    /// The options as the release of the context reads them.
    pub fn read(&self, input: &PolicyInput, context: &Context) -> Result<Options, Failure> {
        parse(self.texts(input).iter(), &input.policy, context.release)
    }
}

/// The options of these names and texts; the policy is among them.
pub(super) fn parse<'a>(
    texts: impl IntoIterator<Item = (&'a str, &'a str)>,
    policy: &str,
    release: Release,
) -> Result<Options, Failure> {
    let texts: Vec<(&str, &str)> = texts.into_iter().collect();
    let keep_time = texts.iter().find(|(name, _)| *name == "keep-time").map(|&(_, text)| text);
    Options::parse(texts.iter().copied(), release).map_err(|error| match error {
        OptionsError::Policy(_) => Diagnostic::refused(policy, release).into(),
        OptionsError::KeepTime(_) => {
            let help = keep_time.and_then(time_words).map(str::to_owned);
            Diagnostic { help, ..Diagnostic::new(error) }.into()
        }
        error => Failure::new(error),
    })
}
