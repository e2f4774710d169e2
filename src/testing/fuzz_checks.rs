//! What a fuzzer's input is asked: one function for each target, so that a target is a few lines
//! and the tests can replay its corpus without a fuzzer.
//!
//! Each function takes any input whatever, and what it is to be asked of: implementations, which
//! must also answer alike, or a reader. A violation's text ends with the case as a line that can be
//! replayed.

use std::fmt;
#[cfg(feature = "database")]
use std::path::Path;

use arbitrary::Arbitrary;

use super::case_seed::CaseSeed;
use super::evaluate::{Evaluation, check};
use super::implementation::Implementation;
use crate::Release;
use crate::clock::{Utc, Zone};
use crate::history::Backup;
use crate::invariants::{ALL, AnswerPart, Case, Check, CheckResult, Invariant, Violation};
use crate::sources::Listing;
#[cfg(feature = "database")]
use crate::sources::database::Access;

/// Asks all invariants but those over time about a case; all implementations must answer alike.
///
/// # Errors
/// The violation of an invariant, or that two answers differ, with the case.
pub fn case(case: &Case, implementations: &[&dyn Implementation]) -> CheckResult {
    ask(case, implementations, |check| !matches!(check, Check::Timeline(_)))
}

fn ask(
    case: &Case,
    implementations: &[&dyn Implementation],
    is_asked: fn(&Check) -> bool,
) -> CheckResult {
    let keeps_all = |implementation: &dyn Implementation, evaluation: &Evaluation| {
        ALL.iter().filter(|invariant| is_asked(&invariant.check)).try_for_each(|invariant| {
            evaluation.check(invariant).unwrap_or(Ok(())).map_err(|violation| {
                let (name, id) = (implementation.name(), invariant.id);
                Violation::new(format!("{name} breaks {id}: {violation}\n{case}"))
            })
        })
    };
    let Some((&one, others)) = implementations.split_first() else { return Ok(()) };
    let first = Evaluation::new(one, case.clone());
    keeps_all(one, &first)?;
    let Some(&other) = others.iter().find(|other| !first.is_alike(**other)) else { return Ok(()) };
    keeps_all(other, &Evaluation::new(other, case.clone()))?;
    let (name, other) = (one.name(), other.name());
    Err(Violation::new(format!("{other} differs from {name}\n{case}")))
}

/// A text as a policy, in every release.
///
/// # Errors
/// The violation of an invariant.
///
/// ```
/// use duplicati_retention::testing::{IMPLEMENTATIONS, fuzz_checks};
/// assert!(fuzz_checks::policy_text("1W:1D,,u:\u{2003}8D-1D", IMPLEMENTATIONS).is_ok());
/// ```
pub fn policy_text(text: &str, implementations: &[&dyn Implementation]) -> CheckResult {
    let now = Utc::from_unix_seconds(1_795_428_000).unwrap_or(Utc::MAX);
    Release::ALL.into_iter().try_for_each(|release| {
        let options = vec![("retention-policy", text.to_owned())];
        let backups = vec![Backup::full(now)];
        self::case(&Case::new(release, options, backups, Zone::UTC, now), implementations)
    })
}

/// A text in the classic web page, against the hand-written recogniser.
///
/// # Errors
/// The violation of the invariant.
pub fn web_ui_regex(text: &str, implementations: &[&dyn Implementation]) -> CheckResult {
    let options = vec![("retention-policy", text.to_owned())];
    let case = Case::new(Release::default(), options, vec![], Zone::UTC, Utc::MIN);
    let needs_the_page = |invariant: &&Invariant| invariant.needs == [AnswerPart::WebPage];
    ALL.iter().filter(needs_the_page).try_for_each(|invariant| {
        implementations
            .iter()
            .try_for_each(|&implementation| check(implementation, &case, invariant))
    })
}

/// A seed's policy and history, with no other option but the switches.
///
/// # Errors
/// The violation of an invariant.
pub fn retention(seed: &CaseSeed, implementations: &[&dyn Implementation]) -> CheckResult {
    let (keep_time, keep_versions, version) = (None, None, None);
    let plain = CaseSeed { keep_time, keep_versions, version, ..seed.clone() };
    case(&plain.case(), implementations)
}

/// A case and any texts for its other options.
#[derive(Clone, Debug, Default, PartialEq, Eq, Arbitrary)]
pub struct OptionTexts {
    /// The text of keep-time.
    pub keep_time: Option<String>,
    /// The text of keep-versions.
    pub keep_versions: Option<String>,
    /// The text of version.
    pub version: Option<String>,
    /// The text of allow-full-removal.
    pub allow_full_removal: Option<String>,
    /// The text of disable-time-tolerance.
    pub disable_time_tolerance: Option<String>,
    /// The case; its own options give way to the texts.
    pub case: CaseSeed,
}

/// A case with any texts for its options.
///
/// # Errors
/// The violation of an invariant.
pub fn delete_options(texts: &OptionTexts, implementations: &[&dyn Implementation]) -> CheckResult {
    let set = [
        ("keep-time", &texts.keep_time),
        ("keep-versions", &texts.keep_versions),
        ("version", &texts.version),
        ("allow-full-removal", &texts.allow_full_removal),
        ("disable-time-tolerance", &texts.disable_time_tolerance),
    ];
    let set = set.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
    let case = set.fold(texts.case.case(), |case, (name, text)| case.with_option(name, text));
    self::case(&case, implementations)
}

/// A timeline.
///
/// # Errors
/// The violation of an invariant.
pub fn sequence(seed: &CaseSeed, implementations: &[&dyn Implementation]) -> CheckResult {
    ask(&seed.timeline(), implementations, |check| matches!(check, Check::Timeline(_)))
}

/// Any bytes as a local database, in both ways to open it: it is read or refused, and neither
/// changed nor joined by another file.
///
/// # Errors
/// What was changed.
#[cfg(feature = "database")]
pub fn local_database(bytes: &[u8], read: impl Fn(&Path, Access)) -> CheckResult {
    let failed = |error: std::io::Error| Violation::new(format!("the test itself failed: {error}"));
    let folder = tempfile::tempdir().map_err(failed)?;
    let path = folder.path().join("job.sqlite");
    std::fs::write(&path, bytes).map_err(failed)?;
    // An error is a good answer; only a panic, a change or a crash is not.
    read(&path, Access::InPlace);
    read(&path, Access::Copy);
    let untouched = std::fs::read(&path).map_err(failed)? == bytes;
    let alone = std::fs::read_dir(folder.path()).map_err(failed)?.count() == 1;
    if untouched && alone {
        Ok(())
    } else {
        Err(Violation::new("the database was changed, or a file was created beside it"))
    }
}

/// Any bytes as a list of remote files, a name a line: the order of the names and a foreign name
/// make no difference.
///
/// # Errors
/// What differs.
pub fn file_listing<E: fmt::Display>(
    bytes: &[u8],
    read: impl Fn(&[&str]) -> Result<Listing, E>,
) -> CheckResult {
    let text = String::from_utf8_lossy(bytes);
    let names: Vec<&str> = text.lines().collect();
    let backups = |names: &[&str]| {
        read(names).map(|listing| sorted(&listing)).map_err(|error| error.to_string())
    };
    let first = backups(&names);
    let mut others = names.clone();
    others.reverse();
    others.push("photo.jpg");
    let second = backups(&others);
    // A wrong listing is refused either way, perhaps with another count of foreign names.
    if first.as_ref().ok() == second.as_ref().ok() {
        Ok(())
    } else {
        Err(Violation::new(format!(
            "{names:?} is {first:?}, and reversed with a foreign name {second:?}"
        )))
    }
}

fn sorted(listing: &Listing) -> Vec<(Utc, bool)> {
    let mut all: Vec<_> =
        listing.backups.iter().map(|backup| (backup.time, backup.partial)).collect();
    all.sort_unstable();
    all
}

/// Any bytes as a list of times: what was read, written out and read again is the same.
///
/// # Errors
/// What differs.
pub fn times_text<E: fmt::Display>(
    bytes: &[u8],
    read: impl Fn(&[u8]) -> Result<Listing, E>,
) -> CheckResult {
    let Ok(listing) = read(bytes) else { return Ok(()) };
    let line = |backup: &Backup| {
        let time = backup.time.to_string().replace(' ', "T");
        let until = backup.locked_until.map(|until| until.to_string().replace(' ', "T"));
        let lock = until.map_or(String::new(), |until| format!(r#","locked_until":"{until}Z""#));
        format!("{{\"time\":\"{time}Z\",\"partial\":{}{lock}}}\n", backup.partial)
    };
    let text: String = listing.backups.iter().map(line).collect();
    let again = read(text.as_bytes()).map(|again| again.backups).map_err(|error| error.to_string());
    if again.as_ref() == Ok(&listing.backups) {
        Ok(())
    } else {
        Err(Violation::new(format!(
            "{:?} was written as\n{text}and read as {again:?}",
            listing.backups
        )))
    }
}
