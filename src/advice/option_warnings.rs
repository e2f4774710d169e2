//! Warnings about the options beside the policy: what Duplicati makes of a text that it does not
//! refuse.

use super::verdicts::{Objection, time_words};
use super::warnings::Warning;
use super::words::{count, in_words};
use crate::Release;
use crate::dotnet::{TICKS_PER_DAY, parse_i32, parse_i64};
use crate::policy::{Unit, parse_span, terms};
use crate::retention::{KeepTime, OptionTexts, parse_switch};

/// What is probably not meant in the options beside the policy; `saving` is what the server objects
/// to when it saves them.
///
/// ```
/// use duplicati_retention::{Release, advice::option_warnings};
/// let texts = [("keep-versions", "abc"), ("allow-full-removal", "maybe")].into_iter().collect();
/// let found = option_warnings(&texts, Release::V2_3_0, &[]);
/// let ids: Vec<_> = found.iter().map(|warning| warning.id).collect();
/// assert_eq!(ids, ["not-set", "switch-is-on"]);
/// ```
pub fn option_warnings(
    texts: &OptionTexts,
    release: Release,
    saving: &[Objection],
) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut add = |id, reason: String, fix: String| {
        found.push(Warning { id, place: None, reason, fix });
    };
    for objection in saving {
        add(objection.id, objection.message.clone(), objection.remedy.clone());
    }
    for (name, text) in texts.iter() {
        match name {
            "keep-versions" => match parse_i32(text) {
                Some(1..) => {}
                None if release.strict_numbers() => {}
                number => {
                    let why = match number {
                        Some(_) => "is not above 0",
                        None => "is not a whole number",
                    };
                    add(
                        "not-set",
                        format!(
                            "keep-versions: {text} {why}, so the option counts as not set and \
                             keeps every version."
                        ),
                        "write the number of full backups to keep, or remove the option".into(),
                    );
                }
            },
            "keep-time" => keep_time(text, release, &mut add),
            "allow-full-removal" | "disable-time-tolerance" => {
                let known = ["", "true", "on", "yes", "1"];
                if parse_switch(text)
                    && !known.iter().any(|on| text.trim().eq_ignore_ascii_case(on))
                {
                    add(
                        "switch-is-on",
                        format!(
                            "{name}: every text but false, off, no and 0 turns this on, and so \
                             does {text}."
                        ),
                        "write true or false".into(),
                    );
                }
            }
            _ => {}
        }
    }
    found
}

fn keep_time(text: &str, release: Release, add: &mut impl FnMut(&'static str, String, String)) {
    const MOST_MONTHS: i32 = 36;
    if let Some(seconds) = parse_i64(text) {
        add(
            "bare-number",
            format!("keep-time: a number without a unit is a number of seconds, here {seconds}."),
            format!("write the unit, such as {}D for days", seconds.unsigned_abs().max(1)),
        );
    } else if let Some(words) = time_words(text) {
        if KeepTime::parse(text, release, true).is_ok() {
            let reason = format!("keep-time: {text} is a moment, not a span of time.");
            add("moment-for-span", reason, words.into());
        }
    } else {
        let mut terms = terms(text);
        if let (Some(Ok(term)), None) = (terms.next(), terms.next()) {
            if term.unit == Unit::Minute && (1..=MOST_MONTHS).contains(&term.factor) {
                add(
                    "minutes-for-months",
                    format!(
                        "keep-time: a small m means minutes, here {}. You probably mean months.",
                        count(term.factor, "minute")
                    ),
                    format!(
                        "write {}M for months; if you mean minutes, ignore this warning",
                        term.factor
                    ),
                );
            }
        }
        if let Ok(span) = parse_span(text, release) {
            if span.ticks() < TICKS_PER_DAY && span.ticks() > 0 {
                add(
                    "short-keep-time",
                    format!(
                        "keep-time: everything older than {} is deleted, but the newest full \
                         backup.",
                        in_words(span)
                    ),
                    "if you mean days or months, write the unit, such as 30D or 6M".into(),
                );
            }
        }
    }
}
