//! What does a policy mean?

use schemars::JsonSchema;
use serde::Serialize;

use super::context::Context;
use super::diagnostic::Diagnostic;
use crate::advice::explain;
use crate::policy::Policy;

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
/// let report = ExplainReport::new(context, "7D:U", vec![])?;
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
    /// A sentence for each pair that has an effect, the shortest time frame first
    pub pairs: Vec<String>,
    /// What holds for all of them
    pub rules: Vec<String>,
    /// Three backups, and what happens to them
    pub examples: Vec<String>,
}

impl ExplainReport {
    /// The meaning of a policy.
    ///
    /// # Errors
    /// A policy that the server refuses.
    pub fn new(
        context: Context,
        policy: &str,
        caveats: Vec<String>,
    ) -> Result<ExplainReport, Diagnostic> {
        let release = context.release;
        let read = Policy::parse(policy, release)
            .map_err(|error| Diagnostic::refused(policy, release, &error))?;
        let explained = explain(policy, &read, release, context.moment.local(context.moment.now));
        Ok(ExplainReport {
            policy: policy.to_owned(),
            context,
            caveats,
            pairs: explained.pairs,
            rules: explained.rules,
            examples: explained.examples,
        })
    }
}
