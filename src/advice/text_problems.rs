//! Everything that is wrong with the text of a policy, at once: what a parser says of it, and what
//! people get wrong that a parser cannot name.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::fixes::{Fix, is_sound, runs_everywhere};
use super::warnings::on_every_layer;
use crate::Release;
use crate::policy::{Policy, PolicyError, PolicyProblem, SpanProblem, entries, parse_span};

/// Something that is wrong with the text of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextProblem {
    /// Where, in bytes; at least one character unless the text ends there.
    pub place: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub help: String,
    /// What to write there instead, if that is likely what was meant. The pair in which it is
    /// is read and passes the check before a backup then.
    pub suggestion: Option<String>,
    /// How to get there.
    pub fixes: Vec<Fix>,
}

/// All that is wrong with a policy's text in this release, in the order of the text; nothing if the
/// release reads it as it was meant.
///
/// ```
/// use duplicati_retention::{Release, advice::text_problems};
/// let problems = text_problems("1w:1d;4W:1W", Release::V2_3_0);
/// let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
/// assert_eq!(messages.len(), 3);
/// assert_eq!(messages[2], "pairs are separated by commas, not by ;");
/// assert_eq!(problems[0].suggestion.as_deref(), Some("1W"));
/// ```
pub fn text_problems(text: &str, release: Release) -> Vec<TextProblem> {
    if let Some(other) = not_a_policy(text) {
        return vec![other];
    }
    let mut problems = structure_problems(text);
    // What stands between commas and colons after that, with the places in the text as it is.
    let fixed = Fixed::new(text, problems.iter().flat_map(|problem| &problem.fixes));
    for error in Policy::errors(&fixed.text, release) {
        problems.push(half_problem(&fixed, error));
    }
    problems.sort_by_key(|problem| problem.place.start);
    problems
}

/// The text that was probably meant, if its problems tell. It is sound: every release, the check
/// before a backup and the classic web page let it pass.
///
/// ```
/// use duplicati_retention::{Release, advice::probably_meant};
/// let meant = |text| probably_meant(text, Release::V2_3_0);
/// assert_eq!(meant("\"1w:1d; 4W:1W\"").as_deref(), Some("1W:1D,4W:1W"));
/// assert_eq!(meant("1W:1D 4W:1W").as_deref(), Some("1W:1D,4W:1W"));
/// assert_eq!(meant("K:30"), None);
/// assert_eq!(meant("1W:1D"), None);
/// ```
pub fn probably_meant(text: &str, release: Release) -> Option<String> {
    let problems = text_problems(text, release);
    if problems.is_empty() || problems.iter().any(|problem| problem.fixes.is_empty()) {
        return None;
    }
    let fixed = Fix::apply(text, problems.into_iter().flat_map(|problem| problem.fixes));
    let tidy: String = fixed.split(|letter: char| letter.is_whitespace()).collect();
    let tidy = tidy.replace('u', "U");
    let in_days = || on_every_layer(&Policy::parse(&tidy, release).ok()?);
    [Some(tidy.clone()), in_days()].into_iter().flatten().find(|text| is_sound(text))
}

/// Something else where a policy belongs: a file, or another option.
fn not_a_policy(text: &str) -> Option<TextProblem> {
    static FILE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let extension = "txt|sqlite3?|db|json|csv|log|zip|aes|xml|sh|bat|ps1|ya?ml";
        Regex::new(&format!(r"(?i)\\|^(~|\.{{0,2}}/)|[a-z_]{{3,}}/|\.({extension})(:|$)")).ok()
    });
    static OPTION: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^\s*[-–—−]{1,2}[A-Za-z]").ok());
    let is = |expression: &LazyLock<Option<Regex>>| {
        expression.as_ref().is_some_and(|expression| expression.is_match(text))
    };
    let (message, help) = if is(&FILE) {
        (
            "this looks like the name of a file, where a policy belongs",
            "write the policy first, and give a file with --job, --database, --files or --times",
        )
    } else if is(&OPTION) {
        (
            "this is another option, where a policy belongs",
            "write a policy such as 7D:1D; goals such as --daily 7D are for the command compose",
        )
    } else {
        return None;
    };
    Some(TextProblem {
        place: 0..text.len(),
        message: message.into(),
        help: help.into(),
        suggestion: None,
        fixes: Vec::new(),
    })
}

const QUOTES: &str = "'\"`´“”„‟‘’‚‛«»‹›";
const SEPARATORS: &str = ";|，、；\n";
const DIVIDERS: &str = "-–—−=/：";

/// What is wrong between the spans: quotes, separators, dividers and missing commas.
pub(super) fn structure_problems(text: &str) -> Vec<TextProblem> {
    let mut problems = Vec::new();
    let quotes: Vec<Range<usize>> = characters(text, QUOTES).collect();
    if let [first, ..] = quotes.as_slice() {
        problems.push(TextProblem {
            place: first.clone(),
            message: "the quotes are part of the value here, and Duplicati refuses them".into(),
            help: "write the policy without quotes".into(),
            suggestion: None,
            fixes: quotes
                .iter()
                .map(|place| Fix { place: place.clone(), text: String::new() })
                .collect(),
        });
    }
    let trimmed = text.len() - text.trim_end().len();
    for place in characters(text, SEPARATORS).filter(|place| place.end <= text.len() - trimmed) {
        let name = match &text[place.clone()] {
            "\n" => "line breaks",
            other => other,
        };
        problems.push(structure(
            place,
            format!("pairs are separated by commas, not by {name}"),
            "write a comma here",
            ",",
        ));
    }
    let mut start = 0;
    for chunk in text.split(|letter| letter == ',' || SEPARATORS.contains(letter)) {
        problems.extend(missing_commas(chunk, start));
        problems.extend(wrong_divider(chunk, start));
        start += chunk.len();
        start += text[start..].chars().next().map_or(0, char::len_utf8);
    }
    problems
}

fn structure(place: Range<usize>, message: String, help: &str, text: &str) -> TextProblem {
    let fixes = vec![Fix { place: place.clone(), text: text.into() }];
    TextProblem { place, message, help: help.into(), suggestion: None, fixes }
}

/// The places of these characters.
fn characters<'t>(text: &'t str, of: &'static str) -> impl Iterator<Item = Range<usize>> + 't {
    let places = text.char_indices().filter(|&(_, letter)| of.contains(letter));
    places.map(|(at, letter)| at..at + letter.len_utf8())
}

/// Several pairs without a comma between them: `1W:1D 4W:1W`.
fn missing_commas(chunk: &str, start: usize) -> Vec<TextProblem> {
    const HALF: &str = r"(?:\d+\s?[A-Za-z]{1,7}|[Uu]|\d+)";
    static PAIR: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&format!(r"{HALF}\s*:\s*{HALF}")).ok());
    let Some(pair) = PAIR.as_ref() else { return Vec::new() };
    let pairs: Vec<_> = pair.find_iter(chunk).collect();
    let is_space =
        |text: &str| text.chars().all(|letter| letter.is_whitespace() || QUOTES.contains(letter));
    let ends = pairs.iter().map(|pair| pair.end());
    let begins = pairs.iter().map(|pair| pair.start()).chain([chunk.len()]);
    if !std::iter::once(0).chain(ends).zip(begins).all(|(end, begin)| is_space(&chunk[end..begin]))
    {
        return Vec::new();
    }
    let missing = |neighbours: &[regex::Match]| {
        let (one, other) = (neighbours[0], neighbours[1]);
        let gap = start + one.end()..start + other.start();
        let mut problem = structure(
            gap.clone(),
            format!("a comma is missing between {} and {}", one.as_str(), other.as_str()),
            "separate pairs with commas, such as 7D:1D,4W:1W",
            ",",
        );
        // The place must not be empty: it is both pairs then.
        if gap.is_empty() {
            problem.place = start + one.start()..start + other.end();
        }
        problem
    };
    pairs.windows(2).map(missing).collect()
}

/// Another sign where the colon belongs: `7D-1D`, `7D=1D`.
fn wrong_divider(chunk: &str, start: usize) -> Option<TextProblem> {
    if chunk.contains(':') {
        return None;
    }
    let place =
        characters(chunk, DIVIDERS).find(|place| !chunk[..place.start].trim().is_empty())?;
    let name = &chunk[place.clone()];
    let halves = [&chunk[..place.start], &chunk[place.end..]];
    let is_half = |half: &str| fixed_span(half).is_some();
    if !halves.into_iter().all(is_half) {
        return None;
    }
    let place = start + place.start..start + place.end;
    let message = format!("a colon separates time frame and interval, not {name}");
    Some(structure(place, message, "write a colon here", ":"))
}

/// A text with fixes, and where its parts were before.
struct Fixed {
    text: String,
    /// For each fix: the end of its place before and after, in the order of the text.
    ends: Vec<(usize, usize)>,
}

impl Fixed {
    fn new<'a>(text: &str, fixes: impl Iterator<Item = &'a Fix>) -> Fixed {
        let mut fixes: Vec<Fix> = fixes.cloned().collect();
        fixes.sort_by_key(|fix| fix.place.start);
        fixes.dedup_by(|later, earlier| later.place.start < earlier.place.end);
        let mut ends = Vec::new();
        let mut shift = 0_isize;
        for fix in &fixes {
            shift += fix.text.len() as isize - fix.place.len() as isize;
            ends.push((fix.place.end, fix.place.end.saturating_add_signed(shift)));
        }
        Fixed { text: Fix::apply(text, fixes), ends }
    }

    fn before(&self, at: usize) -> usize {
        let passed = self.ends.iter().rev().find(|&&(_, after)| after <= at);
        passed.map_or(at, |&(before, after)| before + (at - after))
    }

    fn place_before(&self, place: &Range<usize>) -> Range<usize> {
        let start = self.before(place.start);
        start..self.before(place.end).max(start)
    }
}

/// What a parser says, with what was probably meant.
fn half_problem(fixed: &Fixed, error: PolicyError) -> TextProblem {
    let place = fixed.place_before(&error.range);
    let help = error.expected().to_owned();
    let text = &fixed.text;
    let entry = entries(text)
        .find(|entry| entry.whole.start <= error.range.start && error.range.end <= entry.whole.end);
    // The time frame or the interval with the error.
    let half = entry.as_ref().map(|entry| match &entry.interval {
        Some(interval) if error.range.start >= interval.start => interval.clone(),
        _ => entry.frame.clone(),
    });
    let written = half.clone().map_or("", |half| text[half].trim());
    let is_word = written.starts_with(|letter: char| letter.is_alphabetic())
        && !matches!(error.problem, PolicyProblem::Span(SpanProblem::Now | SpanProblem::Date));
    // A second colon and a span below zero say nothing of what was meant.
    let is_span = matches!(error.problem, PolicyProblem::Span(_));
    let is_fixable = is_span || error.problem == PolicyProblem::NoColon;
    let fix = entry.zip(half).filter(|_| is_fixable).and_then(|(entry, half)| {
        let meant = fixed_span(written)?;
        let Some(interval) = entry.interval else {
            let pair = format!("{meant}:U");
            return is_sound(&pair).then_some((half, pair));
        };
        // The pair must pass with the other half as it was probably meant, too.
        let [frame, interval] = [entry.frame, interval].map(|half| {
            let written = &text[half];
            fixed_span(written).unwrap_or_else(|| written.to_owned())
        });
        runs_everywhere(&format!("{frame}:{interval}")).then_some((half, meant))
    });
    let message = match &fix {
        Some(_) if is_span && written.eq_ignore_ascii_case("U") => {
            "U counts only without a blank beside it".to_owned()
        }
        Some(_) if is_span && written.len() == 1 => {
            format!("a number is missing before {written}")
        }
        None if is_word => format!("{written} is neither a time span nor U"),
        _ => error.to_string(),
    };
    let suggestion = fix.as_ref().map(|(_, meant)| meant.clone());
    let fixes =
        fix.into_iter().map(|(half, meant)| Fix { place: fixed.place_before(&half), text: meant });
    TextProblem { place, message, help, suggestion, fixes: fixes.collect() }
}

/// A time frame or an interval as it was probably meant, if that can be told: the units in their
/// right case and in one letter, a lone unit with a one before it, and `U` without blanks.
fn fixed_span(half: &str) -> Option<String> {
    static TERM: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^(\d*)\s*([A-Za-z]+)\s*").ok());
    let half = half.trim();
    if ["u", "unlimited", "forever", "∞"].iter().any(|word| half.eq_ignore_ascii_case(word)) {
        return Some("U".into());
    }
    let term = TERM.as_ref()?;
    let (mut rest, mut fixed) = (half, String::new());
    while !rest.is_empty() {
        let found = term.captures(rest)?;
        let (number, unit) = (found.get(1)?.as_str(), unit(found.get(2)?.as_str())?);
        fixed += if number.is_empty() { "1" } else { number };
        fixed.push(unit);
        // A unit without a number is only clear by itself.
        if number.is_empty() && found.get(0)?.len() < half.len() {
            return None;
        }
        rest = &rest[found.get(0)?.end()..];
    }
    let is_read = Release::ALL.into_iter().all(|release| parse_span(&fixed, release).is_ok());
    (!fixed.is_empty() && is_read).then_some(fixed)
}

/// The letter of a unit, from a letter in the wrong case or a word. `m` and `M` are both units.
fn unit(word: &str) -> Option<char> {
    Some(match word {
        "s" | "m" | "h" | "D" | "W" | "M" | "Y" => word.chars().next()?,
        _ => match word.to_ascii_lowercase().as_str() {
            "s" | "sec" | "secs" | "second" | "seconds" => 's',
            "min" | "mins" | "minute" | "minutes" => 'm',
            "h" | "hr" | "hrs" | "hour" | "hours" => 'h',
            "d" | "day" | "days" => 'D',
            "w" | "wk" | "wks" | "week" | "weeks" => 'W',
            "mo" | "mon" | "month" | "months" => 'M',
            "y" | "yr" | "yrs" | "year" | "years" => 'Y',
            _ => return None,
        },
    })
}
