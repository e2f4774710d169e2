//! The options that decide, as a person gave them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::advice::list;

/// An option of Duplicati that decides, as it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OptionReport {
    /// Its name, such as `keep-versions`
    pub name: String,
    /// Its text
    pub text: String,
}

impl OptionReport {
    /// The options besides the policy, of names and texts.
    pub fn list<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<OptionReport> {
        let others = texts.into_iter().filter(|&(name, _)| name != "retention-policy");
        let option = |(name, text): (&str, &str)| OptionReport {
            name: name.to_owned(),
            text: text.to_owned(),
        };
        others.map(option).collect()
    }
}

/// What the options that delete are called together: the text of the policy, `keep-versions 3`, or
/// `no option that deletes`.
pub fn rule_name(policy: &str, options: &[OptionReport]) -> String {
    let policy = (!policy.is_empty()).then(|| policy.to_owned());
    let others = options
        .iter()
        .filter(|option| matches!(option.name.as_str(), "keep-time" | "keep-versions"))
        .map(|option| format!("{} {}", option.name, option.text));
    let names: Vec<String> = policy.into_iter().chain(others).collect();
    if names.is_empty() { "no policy".into() } else { list(&names) }
}
