//! What a fuzzer's input is asked: one function for each target, so that a target is a few lines
//! and the tests can replay its corpus without a fuzzer.
//!
//! Each function takes any input whatever, and what it is to be asked of: implementations, which
//! must also answer alike, or a reader. A violation's text ends with the case as a value or a line
//! that can be pasted.

use std::fmt;
#[cfg(feature = "database")]
use std::path::Path;

use super::case_seed::CaseSeed;
use super::evaluate::Evaluation;
use super::implementation::Implementation;
use super::timeline;
use crate::Release;
use crate::clock::Utc;
use crate::clock::Zone;
use crate::conformance::replay;
use crate::conformance::vector::{Vector, VectorQuestion};
use crate::history::Backup;
use crate::invariants::{ALL, Answer, Case, Check, CheckResult, Part, Violation};
use crate::retention::OPTION_NAMES;
use crate::sources::Listing;
#[cfg(feature = "database")]
use crate::sources::database::Access;

/// Asks all invariants but those over time about a case; all implementations must answer alike.
fn ask(
    implementations: &[&dyn Implementation],
    case: &Case,
    case_seed: Option<&CaseSeed>,
) -> CheckResult {
    let shown = || case_seed.map_or(String::new(), |case_seed| format!("{case_seed:?}\n"));
    let mut first: Option<(&dyn Implementation, Answer)> = None;
    for &implementation in implementations {
        let answer = implementation.answer(case);
        for invariant in ALL {
            let judged = match invariant.check {
                Check::Answer(check) => check(case, &answer),
                Check::Metamorphic { related, check } => related(case, &answer)
                    .map_or(Ok(()), |second| {
                        check((case, &answer), (&second, &implementation.answer(&second)))
                    }),
                Check::Timeline(_) => Ok(()),
            };
            judged.map_err(|violation| {
                let (name, id) = (implementation.name(), invariant.id);
                Violation::new(format!("{name} breaks {id}: {violation}\n{}{case}", shown()))
            })?;
        }
        let (other, same) = first.get_or_insert_with(|| (implementation, answer.clone()));
        if answer != *same {
            let (name, other) = (implementation.name(), other.name());
            return Err(Violation::new(format!("{name} differs from {other}\n{}{case}", shown())));
        }
    }
    Ok(())
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
        ask(
            implementations,
            &Case::new(release, options, vec![Backup::full(now)], Zone::UTC, now),
            None,
        )
    })
}

/// A text in the classic web page, against the hand-written recogniser.
///
/// # Errors
/// The violation of the invariant.
///
/// ```
/// use duplicati_retention::testing::{IMPLEMENTATIONS, fuzz_checks};
/// assert!(fuzz_checks::web_ui_regex("7D:1D\n", IMPLEMENTATIONS).is_ok());
/// ```
pub fn web_ui_regex(text: &str, implementations: &[&dyn Implementation]) -> CheckResult {
    let options = vec![("retention-policy", text.to_owned())];
    let case = Case::new(Release::default(), options, vec![], Zone::UTC, Utc::MIN);
    let about_the_page = ALL.iter().filter(|invariant| invariant.id == "web-page");
    about_the_page.into_iter().try_for_each(|invariant| {
        let Check::Answer(check) = invariant.check else { return Ok(()) };
        implementations
            .iter()
            .try_for_each(|implementation| check(&case, &implementation.answer(&case)))
    })
}

/// A case seed's policy and history, with no other option.
///
/// # Errors
/// The violation of an invariant.
///
/// ```
/// use duplicati_retention::testing::{IMPLEMENTATIONS, CaseSeed, fuzz_checks};
/// assert!(fuzz_checks::retention(&CaseSeed::random(1, 3), IMPLEMENTATIONS).is_ok());
/// ```
pub fn retention(case_seed: &CaseSeed, implementations: &[&dyn Implementation]) -> CheckResult {
    let [_, _, _, switches] = case_seed.options;
    let plain = CaseSeed { options: [0, 0, 0, switches], ..case_seed.clone() };
    ask(implementations, &plain.case(), Some(&plain))
}

/// A case seed with texts for keep-time, keep-versions, version and the two switches: the first
/// five lines of the input, lossily; what follows is the case seed.
///
/// # Errors
/// The violation of an invariant.
///
/// ```
/// use duplicati_retention::testing::{IMPLEMENTATIONS, fuzz_checks};
/// assert!(fuzz_checks::delete_options(b"1D12h\n2\n3-1\n\nOff\n", IMPLEMENTATIONS).is_ok());
/// ```
pub fn delete_options(input: &[u8], implementations: &[&dyn Implementation]) -> CheckResult {
    let mut parts = input.splitn(6, |&byte| byte == b'\n');
    let texts: Vec<String> =
        parts.by_ref().take(5).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let case_seed = CaseSeed::from_bytes(parts.next().unwrap_or_default());
    let case = OPTION_NAMES[1..].iter().zip(&texts).fold(case_seed.case(), |case, (name, text)| {
        // An empty line is an option that is not given at all, but for a switch, which then is on.
        let is_switch = ["allow-full-removal", "disable-time-tolerance"].contains(name);
        if text.is_empty() && !is_switch { case } else { case.with_option(name, text) }
    });
    ask(implementations, &case, None)
}

/// A timeline of time.
///
/// # Errors
/// The violation of an invariant.
///
/// ```
/// use duplicati_retention::testing::{IMPLEMENTATIONS, CaseSeed, fuzz_checks};
/// assert!(fuzz_checks::sequence(&CaseSeed::random(1, 4), IMPLEMENTATIONS).is_ok());
/// ```
pub fn sequence(case_seed: &CaseSeed, implementations: &[&dyn Implementation]) -> CheckResult {
    let mut first = None;
    for &implementation in implementations {
        let mut evaluation = Evaluation::new(implementation, case_seed);
        for invariant in ALL.iter().filter(|invariant| invariant.part == Part::Timeline) {
            evaluation.judge(invariant).map_err(|violation| {
                Violation::new(format!(
                    "{} breaks {}: {violation}\n{case_seed:?}",
                    implementation.name(),
                    invariant.id
                ))
            })?;
        }
        let answers: Vec<Answer> = timeline::simulate(implementation, case_seed)
            .into_iter()
            .map(|(_, answer)| answer)
            .collect();
        let (other, same) = first.get_or_insert_with(|| (implementation.name(), answers.clone()));
        if answers != *same {
            let name = implementation.name();
            return Err(Violation::new(format!(
                "{name} goes another way than {other}\n{case_seed:?}"
            )));
        }
    }
    Ok(())
}

/// Any bytes as a local database, in both ways to open it: it is read or refused, and neither
/// changed nor joined by another file.
///
/// # Errors
/// What was changed.
///
/// ```
/// use duplicati_retention::{sources::database, testing::fuzz_checks};
/// let read = |path: &_, access| drop(database::read(path, access));
/// assert!(fuzz_checks::local_database(b"SQLite format 3\0", read).is_ok());
/// ```
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
        Err(Violation::new("the database was changed, or a file stands beside it"))
    }
}

/// Any bytes as a list of remote files, a name a line: the order of the names and a foreign name
/// make no difference.
///
/// # Errors
/// What differs.
///
/// ```
/// use duplicati_retention::{sources::files, testing::fuzz_checks};
/// let read = |names: &[&str]| files::from_names(names, None);
/// assert!(fuzz_checks::file_listing(b"duplicati-20261123T090000Z.dlist.zip\n", read).is_ok());
/// ```
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
///
/// ```
/// use duplicati_retention::{sources::times, testing::fuzz_checks};
/// let read = |bytes: &[u8]| times::read(bytes);
/// assert!(fuzz_checks::times_text(b"2026-11-23T09:00:00Z partial\n1795424400\n", read).is_ok());
/// ```
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

/// A text as a line of a vector file: it is read or refused, replayed, and its question asked of
/// all invariants.
///
/// # Errors
/// The violation of an invariant. What the line expects is no matter.
///
/// ```
/// use duplicati_retention::testing::{IMPLEMENTATIONS, fuzz_checks};
/// let line = r#"{"id":"r","now":"2026-11-23T10:00:00Z","backups":["2026-11-23T09:00:00Z"],"expect":{}}"#;
/// assert!(fuzz_checks::vector_line(line, IMPLEMENTATIONS).is_ok());
/// ```
pub fn vector_line(text: &str, implementations: &[&dyn Implementation]) -> CheckResult {
    let Ok(vector) = Vector::parse(text) else { return Ok(()) };
    let _ = replay::check(&vector);
    let VectorQuestion::Retention { history, now, options } = &vector.question else {
        return Ok(());
    };
    // A fuzzer finds long lists soon, and they say no more than short ones.
    let backups: Vec<Backup> = history.iter().take(50).collect();
    let known = |(name, text): (&String, &String)| {
        let name = OPTION_NAMES.into_iter().find(|known| known == name)?;
        Some((name, text.clone()))
    };
    let Some(options) = options.iter().map(known).collect::<Option<Vec<_>>>() else {
        return Ok(());
    };
    Release::ALL.into_iter().try_for_each(|release| {
        ask(
            implementations,
            &Case::new(release, options.clone(), backups.clone(), history.zone(), *now),
            None,
        )
    })
}
