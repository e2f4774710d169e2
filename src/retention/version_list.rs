//! The option `version`: numbers and ranges of versions, such as `0,4-6`.

use std::ops::Range;

use crate::dotnet::{parse_i64, trim};
use crate::history::VersionNumber;

/// A list of version numbers and ranges. Numbers that no version has are ignored.
///
/// ```
/// use duplicati_retention::{history::VersionNumber, retention::VersionList};
/// let list: VersionList = "0, 6-4".parse()?;
/// let named = (0..9).filter(|&version| list.contains(VersionNumber::new(version)));
/// assert_eq!(named.collect::<Vec<_>>(), [0, 4, 5, 6]);
/// # Ok::<(), duplicati_retention::retention::VersionListError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionList {
    ranges: Vec<(i64, i64)>,
}

/// An entry of the list is neither a number nor a range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{entry:?} is neither a version number nor a range, such as 3 or 4-6")]
pub struct VersionListError {
    entry: String,
}

impl VersionList {
    /// Whether the list names this version.
    pub fn contains(&self, version: VersionNumber) -> bool {
        let version = version.get() as i64; // a history is never as long as i64::MAX
        self.ranges.iter().any(|&(first, last)| (first..=last).contains(&version))
    }

    /// The named versions of a history of this length, in any order; ranges may overlap.
    pub(super) fn ranges_within(
        &self,
        length: usize,
    ) -> impl Iterator<Item = Range<VersionNumber>> + '_ {
        let clip =
            move |number: i64| VersionNumber::new(usize::try_from(number).unwrap_or(0).min(length));
        self.ranges.iter().map(move |&(first, last)| clip(first)..clip(last.saturating_add(1)))
    }
}

impl std::str::FromStr for VersionList {
    type Err = VersionListError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let entries = text.split(',').filter(|entry| !entry.is_empty());
        let ranges = entries
            .map(|entry| range(entry).ok_or_else(|| VersionListError { entry: entry.to_owned() }));
        Ok(VersionList { ranges: ranges.collect::<Result<_, _>>()? })
    }
}

/// Duplicati looks for a hyphen first and drops empty parts, so `-1` is half a range and an error.
fn range(entry: &str) -> Option<(i64, i64)> {
    if !entry.contains('-') {
        return parse_i64(entry).map(|number| (number, number));
    }
    let parts = entry.split('-').filter(|part| !part.is_empty()).map(|part| parse_i64(trim(part)));
    match parts.collect::<Option<Vec<_>>>()?.as_slice() {
        // More than two parts are accepted; the rest is ignored.
        [first, last, ..] => Some((*first.min(last), *first.max(last))),
        _ => None,
    }
}
