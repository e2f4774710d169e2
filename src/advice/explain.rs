//! A policy in plain sentences, exact where people often go wrong.

use super::reason::PairLabels;
use super::words::{every, in_words, without_one};
use crate::Release;
use crate::clock::LocalDateTime;
use crate::dotnet::{TICKS_PER_DAY, TimeSpan};
use crate::policy::{Pair, PairIndex};
use crate::release::SpanArithmetic;
use crate::retention::Options;

/// What a policy does: pair by pair, then the rules for all of them, then three examples with
/// dates. The rules are also those of the other options, of which
/// [`explain_options`](super::explain_options) says what each of them does.
///
/// `text` is what the policy was read from. The examples are counted back from `now`.
pub fn explain(text: &str, options: &Options, now: LocalDateTime) -> Explanation {
    let policy = &options.policy;
    let labels = PairLabels::new(text, policy);
    let mut all: Vec<(PairIndex, Pair)> = policy.iter().collect();
    all.sort_by_key(|(_, pair)| pair.frame());
    // Of equal time frames only the first has an effect.
    let mut pairs = all.clone();
    pairs.dedup_by_key(|(_, pair)| pair.frame());
    if !pairs.is_empty() {
        return Explanation {
            pairs: pair_sentences(&all, &labels),
            rules: rules(&pairs, options.release),
            examples: examples(&pairs, &labels, now),
        };
    }
    if options.keep_time.is_some() || options.keep_versions > 0 {
        let rules = [AFTER_EACH_RUN, DATE_COUNTS, UNCHANGED_FILE].map(str::to_owned).into();
        return Explanation { pairs: Vec::new(), rules, examples: Vec::new() };
    }
    let nothing = match text.is_empty() {
        true => "No policy, no keep-versions and no keep-time is set, so every version is kept.",
        false => "This policy has no pair, so it deletes nothing.",
    };
    Explanation { pairs: vec![nothing.into()], rules: Vec::new(), examples: Vec::new() }
}

const AFTER_EACH_RUN: &str = "Duplicati deletes at the end of each backup, even if the backup \
                              found nothing new. Ages are counted back from that moment.";
const DATE_COUNTS: &str = "The date of the backup counts, never the date of a file in it.";
const UNCHANGED_FILE: &str = "A file that never changed is in every version, so you can restore it \
                              from any version that is kept, however old the file is.";

/// A policy in plain sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// One sentence for each pair, the shortest time frame first, also for one that does nothing.
    pub pairs: Vec<String>,
    /// The rules that apply to all of them.
    pub rules: Vec<String>,
    /// Three backups, and what happens to them.
    pub examples: Vec<String>,
}

fn pair_sentences(pairs: &[(PairIndex, Pair)], labels: &PairLabels) -> Vec<String> {
    let mut before: Option<(PairIndex, Pair)> = None;
    let name = |index| format!("{}:{}", labels.frame(index), labels.interval(index));
    let sentence = |&(index, pair): &(PairIndex, Pair)| {
        if let Some((first, _)) = before.filter(|(_, other)| other.frame() == pair.frame()) {
            let (same, first) = (name(index), name(first));
            return format!(
                "{same}: does nothing, because {first} has the same time frame and is written \
                 before it."
            );
        }
        let which = match (before, pair.is_unlimited()) {
            (None, false) if pair.frame().ticks() == 0 => {
                "of the backups that lie in the future".into()
            }
            (None, false) => format!("of the backups of the last {}", without_one(pair.frame())),
            (None, true) => "of all backups".into(),
            (Some((_, shorter)), false) => format!(
                "of the backups older than {} and up to {}",
                in_words(shorter.frame()),
                in_words(pair.frame())
            ),
            (Some((_, shorter)), true) => {
                format!("of all backups older than {}", in_words(shorter.frame()))
            }
        };
        before = Some((index, pair));
        let kept = match pair.keeps_all() {
            true => "every one is kept".to_owned(),
            false => format!("one is kept {}", every(pair.interval())),
        };
        format!("{}: {which}, {kept}.", name(index))
    };
    pairs.iter().map(sentence).collect()
}

fn rules(pairs: &[(PairIndex, Pair)], release: Release) -> Vec<String> {
    let mut rules = Vec::new();
    let mut rule = |text: &str| rules.push(text.to_owned());
    rule(
        "Time frames overlap: a backup belongs to the shortest time frame that reaches back to it.",
    );
    if pairs.iter().any(|(_, pair)| !pair.keeps_all()) {
        rule(
            "In a time frame Duplicati goes from the oldest backup to the newest. It keeps the \
             oldest, and every other full backup that started at least the interval after the last \
             full one that it kept. A backup that started a second too early is deleted.",
        );
        rule(
            "So of several backups within an interval the first that is far enough from the one \
             kept before it stays, not the last. A backup that you start by hand counts like any \
             other: it is deleted if it is too close to the one before it, and if it is kept, the \
             next scheduled one may be too close to it.",
        );
        rule(
            "A partial backup, which was stopped early, is kept as long as it is in a time frame.",
        );
    }
    match pairs.last() {
        Some((_, longest)) if !longest.is_unlimited() => rule(&format!(
            "A backup older than {} is in no time frame and is deleted, full or partial.",
            in_words(longest.frame())
        )),
        _ => rule("No backup is too old for the last time frame."),
    }
    rule("The newest backup is kept whatever the policy says, unless allow-full-removal is set.");
    rule(&match release.span_arithmetic() {
        SpanArithmetic::Calendar => format!(
            "In {release} months and years are calendar months and years from the start of the \
             year 1: 1M is 31 days, 12M and 1Y are 365 days."
        ),
        _ => format!(
            "In {release} a month is 30 days and a year is 365 days, so 12M is five days shorter \
             than 1Y."
        ),
    });
    rule(
        "U as a time frame has no end. U as an interval keeps every backup, and so does 0s. A time \
         frame of 0s holds only backups that lie in the future. Of two equal time frames the \
         second does nothing.",
    );
    [AFTER_EACH_RUN, DATE_COUNTS, UNCHANGED_FILE].into_iter().for_each(rule);
    rules
}

/// A backup in the middle of the first frame, one in the middle of what the last frame adds (or of
/// the rest of the only one), and one older than all frames, or very old if a frame is unlimited.
fn examples(pairs: &[(PairIndex, Pair)], labels: &PairLabels, now: LocalDateTime) -> Vec<String> {
    const LONG_AGO: i64 = 3650 * TICKS_PER_DAY;
    let reach = |&(_, pair): &(PairIndex, Pair)| {
        if pair.is_unlimited() { LONG_AGO } else { pair.frame().ticks() }
    };
    let reaches: Vec<i64> = pairs.iter().map(reach).collect();
    let (Some(&first), Some(&last)) = (reaches.first(), reaches.last()) else { return Vec::new() };
    let before_last = reaches.iter().rev().nth(1).copied().unwrap_or(first / 2);
    let beyond = last.saturating_add((last / 10).max(TICKS_PER_DAY));
    let whole_days = |age: i64| match age / TICKS_PER_DAY {
        0 => age,
        days => days * TICKS_PER_DAY,
    };
    let ages = [first / 2, before_last / 2 + last / 2, beyond].map(whole_days);
    ages.into_iter()
        .filter_map(|age| example(pairs, labels, now, TimeSpan::from_ticks(age)))
        .collect()
}

fn example(
    pairs: &[(PairIndex, Pair)],
    labels: &PairLabels,
    now: LocalDateTime,
    age: TimeSpan,
) -> Option<String> {
    let backup = format!("A backup of {} is now {} old", now.checked_sub(age).ok()?, in_words(age));
    let Some((index, pair)) =
        pairs.iter().find(|(_, pair)| pair.is_unlimited() || age <= pair.frame())
    else {
        return Some(format!("{backup}. It is in no time frame and is deleted."));
    };
    // An unlimited one reaches back before the year 1.
    let reach = now
        .checked_sub(pair.frame())
        .map_or_else(|_| String::new(), |bound| format!(", which reaches back to {bound}"));
    Some(format!(
        "{backup}. It belongs to {}:{}{reach}.",
        labels.frame(*index),
        labels.interval(*index)
    ))
}
