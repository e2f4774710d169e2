//! The grammar of policies and spans, read once more by other means: regular expressions and
//! splitting where the parser walks.

use std::sync::LazyLock;

use regex::Regex;

use super::calendar::{self, Span, wrapped_days};
use crate::Release;
use crate::dotnet::{DateTime, TICKS_PER_DAY, TICKS_PER_SECOND, kind};
use crate::release::SpanArithmetic;

/// What a policy text means: pairs of ticks, no frame being the unlimited one. None if the release
/// refuses the text.
pub(super) fn meaning(text: &str, release: Release) -> Option<Vec<(Option<i64>, i64)>> {
    let entries = text.split(',').filter(|entry| !entry.is_empty());
    let pair = |entry: &str| {
        let halves: Vec<&str> = entry.split(':').collect();
        if halves.len() < 2 || (release.strict_colons() && halves.len() > 2) {
            return None;
        }
        let is_unlimited = |half: &str| half == "U" || half == "u";
        let frame = if is_unlimited(halves[0]) { None } else { Some(ticks(halves[0], release)?) };
        let interval = if is_unlimited(halves[1]) { 0 } else { ticks(halves[1], release)? };
        // A frame of exactly the longest span is the unlimited one, for that is how Duplicati
        // writes it.
        (frame.unwrap_or(0) >= 0 && interval >= 0)
            .then_some((frame.filter(|&ticks| ticks != i64::MAX), interval))
    };
    entries.map(pair).collect()
}

/// The length of a span in ticks, if the release can read it.
pub(super) fn ticks(text: &str, release: Release) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let arithmetic = release.span_arithmetic();
    let span = read(text)?;
    if arithmetic == SpanArithmetic::Calendar {
        return Some(calendar::moved(DateTime::<kind::Unspecified>::MIN, &span, true)?.ticks());
    }
    let product = |count: i128, unit: i64| match arithmetic {
        SpanArithmetic::Integer => count * i128::from(unit),
        // The one rounding of a product of two f64s is that of the exact product.
        _ => ((count as f64) as i128 * i128::from(unit)) as f64 as i128,
    };
    let terms = match span {
        Span::Now => return None,
        Span::Seconds(seconds) => vec![product(i128::from(seconds), TICKS_PER_SECOND)],
        Span::Terms(terms) => terms
            .into_iter()
            .map(|(factor, unit)| match unit {
                's' => product(i128::from(factor), TICKS_PER_SECOND),
                'm' => product(i128::from(factor), 60 * TICKS_PER_SECOND),
                'h' => product(i128::from(factor), 3600 * TICKS_PER_SECOND),
                _ => product(wrapped_days(factor, unit), TICKS_PER_DAY),
            })
            .collect(),
    };
    let in_range = |ticks: i128| i64::try_from(ticks).ok();
    terms
        .into_iter()
        .try_fold(0_i64, |sum, term| in_range(i128::from(sum) + i128::from(in_range(term)?)))
}

/// The parts of a span that is not empty.
pub(super) fn read(text: &str) -> Option<Span> {
    if let Some(seconds) = integer(text).and_then(|number| i64::try_from(number).ok()) {
        return Some(Span::Seconds(seconds));
    }
    let is_unit = |letter: char| "smhDWMY".contains(letter);
    if text.starts_with(is_unit) {
        return None;
    }
    let mut terms = Vec::new();
    for piece in text.split_inclusive(is_unit) {
        match piece.chars().next_back().filter(|&last| is_unit(last)) {
            Some(unit) => {
                let number = integer(piece[..piece.len() - 1].trim())?;
                terms.push((i32::try_from(number).ok()?, unit));
            }
            None if piece.trim().is_empty() => {}
            None => return None,
        }
    }
    Some(Span::Terms(terms))
}

/// An integer of any size up to 30 digits, in the form that .NET takes.
pub(super) fn integer(text: &str) -> Option<i128> {
    static FORM: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?-u)\A[\t-\r ]*([+-]?)0*([0-9]{0,30})[\t-\r ]*\x00*\z").ok()
    });
    let parts = FORM.as_ref()?.captures(text)?;
    // All digits may have been zeros, but one must have been there.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i128 = if parts[2].is_empty() { 0 } else { parts[2].parse().ok()? };
    Some(if &parts[1] == "-" { -number } else { number })
}

/// Whether the classic web page accepts a policy, as a person would say it: pairs at commas, each
/// `N:N` with N a number and one unit, or `U`.
pub(super) fn web_page_accepts(text: &str) -> bool {
    // The page's two expressions come to this together: the second rules out a missing comma and
    // one at the end, and leaves nothing of its own, for a unit is a word character and so is
    // U.
    let half = |half: &str| {
        let digits = half.len().saturating_sub(1);
        half == "U"
            || (digits > 0
                && half.bytes().take(digits).all(|byte| byte.is_ascii_digit())
                && half.ends_with(['s', 'm', 'h', 'D', 'W', 'M', 'Y']))
    };
    text.split(',')
        .all(|pair| matches!(pair.split(':').collect::<Vec<_>>()[..], [a, b] if half(a) && half(b)))
}

/// The span of keep-time: `now`, a bare number, or numbers each with a unit; since 2.1.0.113 with
/// nothing between.
pub(super) fn keep_time(text: &str, release: Release) -> Option<Span> {
    if is_now(text) {
        return Some(Span::Now);
    }
    static FORM: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\A([0-9]+[smhDWMY])+\n?\z").ok());
    if !release.checks_keep_time() || FORM.as_ref()?.is_match(text) {
        read(text)
    } else {
        read(text).filter(|span| matches!(span, Span::Seconds(_)))
    }
}

/// Whether a text is the word for the present.
pub(super) fn is_now(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("now")
}

/// The ranges of a list of versions.
pub(super) fn version_list(text: &str) -> Option<Vec<(i64, i64)>> {
    let number = |text: &str| integer(text).and_then(|number| i64::try_from(number).ok());
    let range = |entry: &str| {
        if !entry.contains('-') {
            return number(entry).map(|version| (version, version));
        }
        let ends: Option<Vec<i64>> = entry
            .split('-')
            .filter(|part| !part.is_empty())
            .map(|part| number(part.trim()))
            .collect();
        let ends = ends.filter(|ends| ends.len() >= 2)?;
        Some((ends[0].min(ends[1]), ends[0].max(ends[1])))
    };
    text.split(',').filter(|entry| !entry.is_empty()).map(range).collect()
}

/// Whether a switch is on.
pub(super) fn is_on(text: Option<&str>) -> bool {
    text.is_some_and(|text| {
        !["false", "off", "no", "0"].contains(&text.trim().to_ascii_lowercase().as_str())
    })
}
