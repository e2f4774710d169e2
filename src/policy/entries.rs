//! How a policy text is split into entries and their parts, before any of them is parsed.

use std::ops::Range;

/// The text between two commas, as places (in bytes) in the whole text.
///
/// ```
/// use duplicati_retention::policy::entries;
/// let text = "7D:1D,,4W:1W:9";
/// let entry = entries(text).nth(1).unwrap();
/// assert_eq!(&text[entry.whole.clone()], "4W:1W:9");
/// assert_eq!(&text[entry.frame.clone()], "4W");
/// assert_eq!(entry.interval.map(|place| &text[place]), Some("1W"));
/// assert_eq!(entry.rest.map(|place| &text[place]), Some("9"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The entry without its commas; never empty.
    pub whole: Range<usize>,
    /// The text before the first colon, or all of it without a colon.
    pub frame: Range<usize>,
    /// The text between the first colon and the second or the end; `None` without a colon.
    pub interval: Option<Range<usize>>,
    /// The text after a second colon.
    pub rest: Option<Range<usize>>,
}

/// The entries of a policy text, in order: split at `,`, without the empty ones.
///
/// If [`Policy::parse`](super::Policy::parse) accepts the text, its n-th pair is the n-th entry.
pub fn entries(text: &str) -> impl Iterator<Item = Entry> {
    let mut start = 0;
    text.split(',').filter_map(move |entry| {
        let whole = start..start + entry.len();
        start = whole.end + 1;
        (!entry.is_empty()).then(|| split(text, whole))
    })
}

fn split(text: &str, whole: Range<usize>) -> Entry {
    let colon = |from: usize| text[from..whole.end].find(':').map(|at| from + at);
    let Some(first) = colon(whole.start) else {
        return Entry { frame: whole.clone(), whole, interval: None, rest: None };
    };
    let second = colon(first + 1);
    Entry {
        frame: whole.start..first,
        interval: Some(first + 1..second.unwrap_or(whole.end)),
        rest: second.map(|at| at + 1..whole.end),
        whole,
    }
}
