//! What the options beside the policy do, in plain sentences.

use super::words::{in_words, number};
use crate::Release;
use crate::clock::LocalDateTime;
use crate::policy::parse_span;
use crate::retention::{KeepTime, OptionTexts, Options, parse_switch};

/// A sentence for each option beside the policy that decides, as this release reads it; nothing for
/// one that it cannot read. `now` is the local time.
///
/// ```
/// use duplicati_retention::{Release, clock::{Utc, Zone}, advice::explain_options};
/// let now = Zone::UTC.to_local(Utc::from_unix_seconds(1_795_424_400)?); // 2026-11-23 09:00
/// let texts = [("keep-versions", "3")].into_iter().collect();
/// let sentences = explain_options(&texts, Release::V2_3_0, now);
/// assert!(sentences[0].starts_with("keep-versions 3: the 3 newest full backups are kept"));
/// # Ok::<(), duplicati_retention::dotnet::OutOfRange>(())
/// ```
pub fn explain_options(texts: &OptionTexts, release: Release, now: LocalDateTime) -> Vec<String> {
    let switch = texts.iter().filter(|&(name, _)| name == "disable-time-tolerance");
    let sentence = |(name, text)| {
        let options = Options::parse(switch.clone().chain([(name, text)]), release).ok()?;
        match name {
            "keep-versions" => keep_versions(options.keep_versions, text),
            "keep-time" => keep_time(text, &options, now),
            "version" => Some(format!(
                "version {text}: each run deletes the versions that have these numbers then, \
                 whatever the other options keep."
            )),
            "allow-full-removal" if parse_switch(text) => Some(
                "allow-full-removal: even the newest version may be deleted, if the other options \
                 keep none."
                    .into(),
            ),
            _ => None,
        }
    };
    texts.iter().filter_map(sentence).collect()
}

fn keep_versions(versions: i32, text: &str) -> Option<String> {
    Some(match versions {
        ..=0 => format!("keep-versions {text}: this counts as not set and deletes nothing."),
        1 => "keep-versions 1: the newest full backup is kept, however old it is. Every older \
              version is deleted, full or partial. A partial one that is newer is kept."
            .into(),
        versions => format!(
            "keep-versions {text}: the {} newest full backups are kept, however old they are. \
             Every older version is deleted, full or partial, and so is a partial one between two \
             of them. A partial one that is newer than all of them is kept.",
            number(versions)
        ),
    })
}

fn keep_time(text: &str, options: &Options, now: LocalDateTime) -> Option<String> {
    let keep_time = options.keep_time.as_ref()?;
    let exactly = KeepTime::parse(text, options.release, true).ok()?;
    let (mut bound, mut tolerance) = (String::new(), String::new());
    if let (Ok(from), Ok(exact)) = (keep_time.bound(now), exactly.bound(now)) {
        bound = format!(" Now that is what started before {}.", from.to_chrono().format("%F %T"));
        if exact.since(from).whole_seconds() > 0 {
            tolerance = format!(", with a tolerance of {}", in_words(exact.since(from)));
        }
    }
    let span = parse_span(text, options.release);
    let older = span.map_or_else(|_| text.to_owned(), in_words);
    let calendar = match text.contains(['M', 'Y']) {
        true => " Months and years count by the calendar.",
        false => "",
    };
    Some(format!(
        "keep-time {text}: every version older than {older} is deleted{tolerance}, full or \
         partial, but never the newest full backup.{calendar}{bound}"
    ))
}
