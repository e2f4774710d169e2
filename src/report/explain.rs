//! What does a policy mean?

use schemars::JsonSchema;
use serde::Serialize;

use super::context::Context;
use super::diagnostic::{Diagnostic, Notice, blockers};
use crate::advice::{explain, explain_options};
use crate::retention::{OptionTexts, Options, OptionsError};

/// What a policy means, in sentences.
///
/// ```
/// use duplicati_retention::clock::{Utc, Zone};
/// use duplicati_retention::{Release, report::{Context, ExplainReport, Moment}};
/// let moment = Moment {
///     time_zone: Zone::UTC,
///     time_zone_origin: "chosen".into(),
///     now: Utc::from_unix_seconds(1_795_424_400)?,
///     now_origin: "chosen".into(),
/// };
/// let release = Release::default();
/// let context = Context { release, release_origin: "the default".into(), moment, job: None };
/// let texts = [("retention-policy", "7D:U")].into_iter().collect();
/// let report = ExplainReport::new(context, &texts, vec![])?;
/// assert_eq!(report.pairs, ["7D:U: of the backups of the last 7 days, every one is kept."]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExplainReport {
    /// The text of the policy
    pub policy: String,
    /// What the answer depends on.
    #[serde(flatten)]
    pub context: Context,
    /// What the answer does not look at
    pub caveats: Vec<String>,
    /// Why Duplicati would not run with the options: `interval-not-below-frame`,
    /// `combined-options`, `before-year-1`, `keep-time-out-of-range`
    pub blockers: Vec<Notice>,
    /// A sentence for each pair, the shortest time frame first
    pub pairs: Vec<String>,
    /// A sentence for each other option that decides
    pub options: Vec<String>,
    /// What holds for all of them
    pub rules: Vec<String>,
    /// Three backups, and what happens to them
    pub examples: Vec<String>,
}

impl ExplainReport {
    /// The meaning of a policy and of the other options that decide.
    ///
    /// # Errors
    /// An option that the server refuses.
    pub fn new(
        context: Context,
        texts: &OptionTexts,
        caveats: Vec<String>,
    ) -> Result<ExplainReport, Diagnostic> {
        let (release, policy) = (context.release, texts.policy());
        let options = Options::parse(texts.iter(), release).map_err(|error| match error {
            OptionsError::Policy(_) => Diagnostic::refused(policy, release),
            error => Diagnostic::new(error),
        })?;
        let now = context.moment.local(context.moment.now);
        let explained = explain(policy, &options, now);
        Ok(ExplainReport {
            policy: policy.to_owned(),
            blockers: blockers(policy, &options, now),
            context,
            caveats,
            pairs: explained.pairs,
            options: explain_options(texts, release, now),
            rules: explained.rules,
            examples: explained.examples,
        })
    }
}
