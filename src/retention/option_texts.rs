//! The options that decide, as texts: what a job, a command line or a page has in them.

use crate::policy::OPTION_NAMES;

/// The texts of the options that decide, by their names.
///
/// An option whose text is empty is not set, but for the two switches, which an empty text turns
/// on.
///
/// ```
/// use duplicati_retention::retention::OptionTexts;
/// let mut texts = OptionTexts::default();
/// texts.set("keep-versions", "");
/// texts.set("allow-full-removal", "");
/// texts.set("retention-policy", "7D:1D");
/// assert_eq!(texts.get("keep-versions"), None);
/// assert_eq!(texts.get("allow-full-removal"), Some(""));
/// assert_eq!(texts.policy(), "7D:1D");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OptionTexts(Vec<(&'static str, String)>);

impl OptionTexts {
    /// The text of one option, if it is set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|&(other, _)| other == name).map(|(_, text)| text)
    }

    /// The text of the policy; empty without one.
    pub fn policy(&self) -> &str {
        self.get("retention-policy").unwrap_or_default()
    }

    /// Sets one option in the place of an earlier text of it. A name that is not in
    /// [`OPTION_NAMES`] is ignored: it decides nothing.
    pub fn set(&mut self, name: &str, text: &str) {
        let Some(name) = OPTION_NAMES.into_iter().find(|&known| known == name) else { return };
        self.0.retain(|&(other, _)| other != name);
        self.0.push((name, text.to_owned()));
    }

    /// The options that are set, in the order of [`OPTION_NAMES`].
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        let set = |name| {
            let (_, text) = self.0.iter().find(|&&(other, _)| other == name)?;
            let is_switch = ["allow-full-removal", "disable-time-tolerance"].contains(&name);
            (is_switch || !text.is_empty()).then_some((name, text.as_str()))
        };
        OPTION_NAMES.into_iter().filter_map(set)
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for OptionTexts {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(options: I) -> OptionTexts {
        let mut texts = OptionTexts::default();
        options.into_iter().for_each(|(name, text)| texts.set(name, text));
        texts
    }
}
