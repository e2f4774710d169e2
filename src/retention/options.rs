//! The options of Duplicati that decide what is deleted, from their names and texts.

use super::keep_time::{KeepTime, KeepTimeError};
use super::version_list::{VersionList, VersionListError};
use crate::Release;
use crate::dotnet::parse_i32;
use crate::policy::{OPTION_NAMES, Policy, PolicyError};

/// Everything that decides, beside the history and the present.
///
/// ```
/// use duplicati_retention::{Release, retention::Options};
/// let texts = [("retention-policy", "7D:1D"), ("allow-full-removal", "true")];
/// let options = Options::parse(texts, Release::V2_3_0)?;
/// assert!(options.allow_full_removal);
/// # Ok::<(), duplicati_retention::retention::OptionsError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The release that decides.
    pub release: Release,
    /// `retention-policy`; empty if not set.
    pub policy: Policy,
    /// `keep-time`, with its tolerance unless `disable-time-tolerance` is set.
    pub keep_time: Option<KeepTime>,
    /// `keep-versions`: how many full backups to keep; 0 or less if not set.
    pub keep_versions: i32,
    /// `version`: versions to delete, by number.
    pub versions: VersionList,
    /// `allow-full-removal`: whether the last version may be deleted.
    pub allow_full_removal: bool,
}

/// An option that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionsError {
    /// A name that is not in [`OPTION_NAMES`].
    #[error(
        "{0:?} is not an option that decides what is deleted; those are {names}",
        names = OPTION_NAMES.join(", ")
    )]
    Unknown(String),
    /// The policy is refused.
    #[error("retention-policy: {0}")]
    Policy(#[from] PolicyError),
    /// The span of keep-time is refused.
    #[error("keep-time: {0}")]
    KeepTime(#[from] KeepTimeError),
    /// 2.1 wants a number; later releases read any other text as zero.
    #[error("keep-versions: {0:?} is not a whole number from -2147483648 to 2147483647")]
    KeepVersions(String),
    /// The list of versions is refused.
    #[error("version: {0}")]
    Versions(#[from] VersionListError),
}

impl Options {
    /// Reads options by their names and texts, as this release does. An empty text is an option not
    /// set, but for a switch.
    ///
    /// # Errors
    /// [`OptionsError`] for the first option that cannot be read.
    ///
    /// ```
    /// # use duplicati_retention::{Release, retention::Options};
    /// assert!(Options::parse([("keep-versions", "many")], Release::V2_1).is_err());
    /// assert_eq!(Options::parse([("keep-versions", "many")], Release::V2_2)?.keep_versions, 0);
    /// # Ok::<(), duplicati_retention::retention::OptionsError>(())
    /// ```
    pub fn parse<'a>(
        texts: impl IntoIterator<Item = (&'a str, &'a str)>,
        release: Release,
    ) -> Result<Options, OptionsError> {
        let mut options = Options { release, ..Options::default() };
        let (mut keep_time, mut disable_tolerance) = ("", false);
        for (name, text) in texts {
            match name {
                "retention-policy" => options.policy = Policy::parse(text, release)?,
                "keep-time" => keep_time = text,
                "keep-versions" => options.keep_versions = keep_versions(text, release)?,
                "version" => options.versions = text.parse()?,
                "allow-full-removal" => options.allow_full_removal = parse_switch(text),
                "disable-time-tolerance" => disable_tolerance = parse_switch(text),
                _ => return Err(OptionsError::Unknown(name.to_owned())),
            }
        }
        if !keep_time.is_empty() {
            options.keep_time = Some(KeepTime::parse(keep_time, release, disable_tolerance)?);
        }
        Ok(options)
    }
}

/// A policy alone.
impl From<Policy> for Options {
    fn from(policy: Policy) -> Options {
        Options { policy, ..Options::default() }
    }
}

fn keep_versions(text: &str, release: Release) -> Result<i32, OptionsError> {
    match parse_i32(text) {
        Some(number) => Ok(number),
        None if text.is_empty() || !release.strict_numbers() => Ok(0),
        None => Err(OptionsError::KeepVersions(text.to_owned())),
    }
}

/// Reads a switch as Duplicati does: on, unless the text is one of `false`, `off`, `no` and `0`, in
/// any case.
///
/// ```
/// use duplicati_retention::retention::parse_switch;
/// assert!(parse_switch("") && parse_switch("anything"));
/// assert!(!parse_switch(" Off "));
/// ```
pub fn parse_switch(text: &str) -> bool {
    let text = crate::dotnet::trim(text);
    !["false", "off", "no", "0"].iter().any(|off| text.eq_ignore_ascii_case(off))
}
