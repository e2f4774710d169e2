//! What a fuzzer's input is asked: one function for each target, so that a target is a few lines and the tests can
//! replay its corpus without a fuzzer.
//!
//! Each function takes any input whatever. A violation's text ends with the case as a value or a line that can be pasted.

use super::course;
use super::foretold;
use super::recipe::Recipe;
use super::replay;
use super::runner::Asked;
use super::subject::{Engine, Mirror, Subject};
use super::vector::{Question, Vector};
use crate::Release;
use crate::dotnet::DateTime;
use crate::history::{Backup, Reading, Zone, files, times};
use crate::invariants::{ALL, Case, Check, Judgement, Part, Violation};
use crate::retention::OPTION_NAMES;

/// This crate's implementations, which must all answer alike.
const IMPLEMENTATIONS: [&dyn Subject; 2] = [&Mirror, &Engine];

/// Asks all invariants but those over time about a case; all implementations must answer alike.
fn ask(case: &Case, recipe: Option<&Recipe>) -> Judgement {
    let shown = || recipe.map_or(String::new(), |recipe| format!("{recipe:?}\n"));
    let first = Mirror.answer(case);
    for subject in IMPLEMENTATIONS {
        let answer = subject.answer(case);
        for invariant in ALL {
            let judged = match invariant.check {
                Check::Answer(check) => check(case, &answer),
                Check::Relation { related, check } => related(case, &answer)
                    .map_or(Ok(()), |second| check((case, &answer), (&second, &subject.answer(&second)))),
                Check::Course(_) => Ok(()),
            };
            judged.map_err(|violation| {
                let (name, id) = (subject.name(), invariant.id);
                Violation::new(format!("{name} breaks {id}: {violation}\n{}{case}", shown()))
            })?;
        }
        if answer != first {
            return Err(Violation::new(format!(
                "{} differs from the mirror\n{}{case}",
                subject.name(),
                shown()
            )));
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
/// assert!(duplicati_retention::conformance::fuzzing::policy_text("1W:1D,,u:\u{2003}8D-1D").is_ok());
/// ```
pub fn policy_text(text: &str) -> Judgement {
    let now = DateTime::from_unix_seconds(1_795_428_000).unwrap_or(DateTime::MAX);
    Release::ALL.into_iter().try_for_each(|release| {
        let options = vec![("retention-policy", text.to_owned())];
        ask(&Case::new(release, options, vec![Backup::full(now)], Zone::UTC, now), None)
    })
}

/// A text in the classic web page, against the hand-written recogniser.
///
/// # Errors
/// The violation of the invariant.
///
/// ```
/// assert!(duplicati_retention::conformance::fuzzing::web_ui_regex("7D:1D\n").is_ok());
/// ```
pub fn web_ui_regex(text: &str) -> Judgement {
    let options = vec![("retention-policy", text.to_owned())];
    let case = Case::new(Release::default(), options, vec![], Zone::UTC, DateTime::MIN);
    let answer = Mirror.answer(&case);
    let about_the_page = ALL.iter().filter(|invariant| invariant.id == "web-page");
    about_the_page.into_iter().try_for_each(|invariant| match invariant.check {
        Check::Answer(check) => check(&case, &answer),
        _ => Ok(()),
    })
}

/// A recipe's policy and history, with no other option.
///
/// # Errors
/// The violation of an invariant.
///
/// ```
/// use duplicati_retention::conformance::{Recipe, fuzzing};
/// assert!(fuzzing::retention(&Recipe::random(1, 3)).is_ok());
/// ```
pub fn retention(recipe: &Recipe) -> Judgement {
    let [_, _, _, switches] = recipe.options;
    let plain = Recipe { options: [0, 0, 0, switches], ..recipe.clone() };
    ask(&plain.case(), Some(&plain))
}

/// A recipe with texts for keep-time, keep-versions, version and the two switches: the first five lines of the input, lossily;
/// what follows is the recipe.
///
/// # Errors
/// The violation of an invariant.
///
/// ```
/// assert!(duplicati_retention::conformance::fuzzing::delete_options(b"1D12h\n2\n3-1\n\nOff\n").is_ok());
/// ```
pub fn delete_options(input: &[u8]) -> Judgement {
    let mut parts = input.splitn(6, |&byte| byte == b'\n');
    let texts: Vec<String> =
        parts.by_ref().take(5).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    let recipe = Recipe::from_bytes(parts.next().unwrap_or_default());
    let case = OPTION_NAMES[1..].iter().zip(&texts).fold(recipe.case(), |case, (name, text)| {
        // An empty line is an option that is not given at all, but for a switch, which then is on.
        if text.is_empty() && !name.contains("-full-") { case } else { case.with_option(name, text) }
    });
    ask(&case, None)
}

/// A course of time.
///
/// # Errors
/// The violation of an invariant.
///
/// ```
/// use duplicati_retention::conformance::{Recipe, fuzzing};
/// assert!(fuzzing::sequence(&Recipe::random(1, 4)).is_ok());
/// ```
pub fn sequence(recipe: &Recipe) -> Judgement {
    for subject in IMPLEMENTATIONS {
        let mut asked = Asked::new(subject, recipe);
        for invariant in ALL.iter().filter(|invariant| invariant.part == Part::Course) {
            asked.judge(invariant).map_err(|violation| {
                Violation::new(format!("{} breaks {}: {violation}\n{recipe:?}", subject.name(), invariant.id))
            })?;
        }
    }
    if course::follow(&Mirror, recipe)
        .iter()
        .map(|(_, answer)| answer)
        .ne(course::follow(&Engine, recipe).iter().map(|(_, answer)| answer))
    {
        return Err(Violation::new(format!("the engine goes another way than the mirror\n{recipe:?}")));
    }
    Ok(())
}

/// A forecast: the same as the reference after each backup, and no gap wider than its bound.
///
/// # Errors
/// What differs.
///
/// ```
/// use duplicati_retention::conformance::{Recipe, fuzzing};
/// assert!(fuzzing::forecast(&Recipe::random(1, 5)).is_ok());
/// ```
pub fn forecast(recipe: &Recipe) -> Judgement {
    foretold::judge_recipe(recipe)
}

/// Any bytes as a local database: they are read or refused, and neither changed nor joined by another file.
///
/// # Errors
/// What was changed.
///
/// ```
/// assert!(duplicati_retention::conformance::fuzzing::local_database(b"SQLite format 3\0").is_ok());
/// ```
#[cfg(feature = "database")]
pub fn local_database(bytes: &[u8]) -> Judgement {
    use crate::history::database::{Access, read};
    let failed = |error: std::io::Error| Violation::new(format!("the test itself failed: {error}"));
    let folder = tempfile::tempdir().map_err(failed)?;
    let path = folder.path().join("job.sqlite");
    std::fs::write(&path, bytes).map_err(failed)?;
    for access in [Access::InPlace, Access::Copy] {
        // An error is a good answer; only a panic, a change or a crash is not.
        let _ = read(&path, access);
    }
    let untouched = std::fs::read(&path).map_err(failed)? == bytes;
    let alone = std::fs::read_dir(folder.path()).map_err(failed)?.count() == 1;
    if untouched && alone {
        Ok(())
    } else {
        Err(Violation::new("the database was changed, or a file stands beside it"))
    }
}

/// Any bytes as a list of remote files, a name a line: the order of the names and a foreign name make no difference.
///
/// # Errors
/// What differs.
///
/// ```
/// assert!(duplicati_retention::conformance::fuzzing::file_listing(b"duplicati-20261123T090000Z.dlist.zip\n").is_ok());
/// ```
pub fn file_listing(bytes: &[u8]) -> Judgement {
    let text = String::from_utf8_lossy(bytes);
    let names: Vec<&str> = text.lines().collect();
    let backups = |names: &[&str]| {
        let reading = files::from_names(names, None).map_err(|error| error.to_string());
        reading.map(|reading| sorted(&reading))
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
        Err(Violation::new(format!("{names:?} is {first:?}, and reversed with a foreign name {second:?}")))
    }
}

fn sorted(reading: &Reading) -> Vec<(DateTime, bool)> {
    let mut all: Vec<_> = reading.backups.iter().map(|backup| (backup.time, backup.partial)).collect();
    all.sort_unstable();
    all
}

/// Any bytes as a list of times: what was read, written out and read again is the same.
///
/// # Errors
/// What differs.
///
/// ```
/// assert!(duplicati_retention::conformance::fuzzing::times_text(b"2026-11-23T09:00:00Z partial\n1795424400\n").is_ok());
/// ```
pub fn times_text(bytes: &[u8]) -> Judgement {
    let Ok(reading) = times::read(bytes) else { return Ok(()) };
    let line = |backup: &Backup| {
        let time = backup.time.to_string().replace(' ', "T");
        let until = backup.locked_until.map(|until| until.to_string().replace(' ', "T"));
        let lock = until.map_or(String::new(), |until| format!(r#","locked_until":"{until}Z""#));
        format!("{{\"time\":\"{time}Z\",\"partial\":{}{lock}}}\n", backup.partial)
    };
    let text: String = reading.backups.iter().map(line).collect();
    let again = times::read(text.as_bytes()).map(|again| again.backups).map_err(|error| error.to_string());
    if again.as_ref() == Ok(&reading.backups) {
        Ok(())
    } else {
        Err(Violation::new(format!("{:?} was written as\n{text}and read as {again:?}", reading.backups)))
    }
}

/// A text as a line of a vector file: it is read or refused, replayed, and its question asked of all invariants.
///
/// # Errors
/// The violation of an invariant. What the line expects is no matter.
///
/// ```
/// assert!(duplicati_retention::conformance::fuzzing::vector_line(r#"{"id":"p","policy":"7D:U","expect":{}}"#).is_ok());
/// ```
pub fn vector_line(text: &str) -> Judgement {
    let Ok(vector) = Vector::parse(text) else { return Ok(()) };
    let _ = replay::check(&vector);
    let Question::Retention { history, now, options } = &vector.question else { return Ok(()) };
    // A fuzzer finds long lists soon, and they say no more than short ones.
    let backups: Vec<Backup> = history.backups().iter().take(50).collect();
    let known = |(name, text): (&String, &String)| {
        let name = OPTION_NAMES.into_iter().find(|known| known == name)?;
        Some((name, text.clone()))
    };
    let Some(options) = options.iter().map(known).collect::<Option<Vec<_>>>() else { return Ok(()) };
    Release::ALL.into_iter().try_for_each(|release| {
        ask(&Case::new(release, options.clone(), backups.clone(), history.zone(), *now), None)
    })
}
