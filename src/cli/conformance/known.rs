//! The list of failures that are known: ids of vectors or of invariants, each with a reason.

use std::collections::BTreeMap;
use std::path::Path;

use super::files;
use crate::cli::failure::Failure;

/// Reads the list: an id and a reason a line; blank lines and lines that start with `#` are
/// skipped.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let mut known = BTreeMap::new();
    for (number, line) in (1..).zip(files::read(path)?.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((id, reason)) = line.split_once(char::is_whitespace) else {
            let problem = format!(
                "line {number}: a reason is missing after {line:?}; write an id, a blank and why it fails"
            );
            return Err(files::in_file(path, &problem));
        };
        if known.insert(id.to_owned(), reason.trim().to_owned()).is_some() {
            return Err(files::in_file(path, &format!("line {number}: {id:?} is listed twice")));
        }
    }
    Ok(known)
}
