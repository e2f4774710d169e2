//! What to write instead, and whether that holds: no suggestion is made that was not tried.

use std::ops::Range;

use super::reason::PairLabels;
use super::words::{count, in_words, without_one};
use crate::Release;
use crate::dotnet::TimeSpan;
use crate::policy::{PairIndex, Policy, web_page};

/// What to write in the place of a part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The part, in bytes.
    pub place: Range<usize>,
    /// What to write there.
    pub text: String,
}

impl Fix {
    /// The text with all these fixes; of two that overlap the first counts.
    ///
    /// ```
    /// use duplicati_retention::advice::Fix;
    /// let fix = |place, text: &str| Fix { place, text: text.into() };
    /// assert_eq!(Fix::apply("1w:1d", [fix(0..2, "1W"), fix(3..5, "1D")]), "1W:1D");
    /// ```
    pub fn apply(text: &str, fixes: impl IntoIterator<Item = Fix>) -> String {
        let mut fixes: Vec<Fix> = fixes.into_iter().collect();
        fixes.sort_by_key(|fix| fix.place.start);
        let (mut fixed, mut end) = (String::new(), 0);
        for fix in fixes {
            if let Some(between) = text.get(end..fix.place.start) {
                fixed += between;
                fixed += &fix.text;
                end = fix.place.end;
            }
        }
        fixed + text.get(end..).unwrap_or_default()
    }
}

/// Whether a text may be suggested: every release reads it and starts backups with it, no time
/// frame reaches back before the year 1, and the classic web page lets you save it.
///
/// ```
/// use duplicati_retention::advice::is_sound;
/// assert!(is_sound("7D:23h,4W:U"));
/// assert!(!is_sound("7D:29D") && !is_sound("5000Y:1D") && !is_sound("7D:1D,") && !is_sound(""));
/// ```
pub fn is_sound(text: &str) -> bool {
    web_page::check(text).is_ok() && runs_everywhere(text)
}

/// The same without the classic web page.
pub(super) fn runs_everywhere(text: &str) -> bool {
    // No present is further from the year 1 than this.
    const LONGEST_DAYS: i64 = 365 * 1900;
    let in_release = |release| {
        Policy::parse(text, release).is_ok_and(|policy| {
            policy.passes_backup_check()
                && policy.pairs().iter().all(|pair| {
                    pair.is_unlimited() || pair.frame().whole_seconds() / 86_400 <= LONGEST_DAYS
                })
        })
    };
    Release::ALL.into_iter().all(in_release)
}

/// A pair that passes in the place of one that does not, and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FixedPair {
    pub text: String,
    pub what_it_does: String,
}

/// The pair with an interval of half its time frame.
pub(super) fn halve_interval(text: &str, policy: &Policy, index: PairIndex) -> Option<FixedPair> {
    let frame = policy.pair(index).frame();
    let half = in_large_units(frame.whole_seconds() / 2)?;
    let fixed = format!("{}:{}", PairLabels::new(text, policy).frame(index), half.0);
    let shorter = policy.pairs().iter().map(|pair| pair.frame()).filter(|&other| other < frame);
    let shorter = shorter.max().unwrap_or(TimeSpan::ZERO);
    let most = (frame.whole_seconds() - shorter.whole_seconds()) / half.1 + 1;
    let most = count(most, "version");
    let what_it_does = match shorter {
        TimeSpan::ZERO => format!("which keeps at most {most} of the last {}", without_one(frame)),
        _ => format!(
            "which keeps at most {most} between {} and {} old",
            in_words(shorter),
            in_words(frame)
        ),
    };
    is_sound(&fixed).then_some(FixedPair { text: fixed, what_it_does })
}

/// So many seconds or a little less, in a unit of which there are at least two; and their seconds.
fn in_large_units(seconds: i64) -> Option<(String, i64)> {
    let units = [(86_400, 'D'), (3600, 'h'), (60, 'm'), (1, 's')];
    let (unit, letter) = units.into_iter().find(|(unit, _)| seconds >= 2 * unit || *unit == 1)?;
    (seconds > 0).then(|| (format!("{}{letter}", seconds / unit), seconds / unit * unit))
}
