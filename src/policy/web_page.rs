//! The check of the classic web page, in the browser. The new page checks nothing.
//!
//! The page looks for a colon that is not the first character, and then tests two regular
//! expressions, which are copied here. In JavaScript `\d` and `\w` are ASCII and `$` is the very
//! end of the text; the same holds here.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

/// The expression for pairs of a number with a unit, or `U`. A comma may be missing or be the last
/// character.
pub const PAIRS: &str = r"^((\d+[smhDWMY]|U):(\d+[smhDWMY]|U),?)+$";
/// The expression for pairs of digits and one word character, with a comma between any two and none
/// at the end.
pub const COMMAS: &str = r"^(\d*\w:\d*\w,)*\d*\w:\d*\w$";

/// Why the classic web page refuses a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebUiError {
    /// There is no colon, or the first one is the first character.
    #[error("there is no colon after a time frame")]
    NoColon,
    /// [`PAIRS`] does not match.
    #[error(
        "each time frame and each interval must be one number with one unit, or U, and nothing else"
    )]
    NotPairs,
    /// [`COMMAS`] does not match.
    #[error("there must be exactly one comma between two pairs, and no comma at the end")]
    NotCommas,
}

/// What is left of a typed text when the page checks it: AngularJS takes off both ends what
/// JavaScript counts as white space.
///
/// ```
/// use duplicati_retention::policy::web_page::{check, trim};
/// assert!(check(" 7D:1D\u{feff}").is_err() && check(trim(" 7D:1D\u{feff}")).is_ok());
/// ```
pub fn trim(typed: &str) -> &str {
    // Unlike Rust, JavaScript counts the byte order mark, but not U+0085.
    let is_space =
        |letter: char| (letter.is_whitespace() || letter == '\u{feff}') && letter != '\u{85}';
    typed.trim_matches(is_space)
}

/// The classic web page's check of a text, after [`trim`].
///
/// # Errors
/// The first of its three conditions that fails.
///
/// ```
/// use duplicati_retention::policy::web_page::{WebUiError, check};
/// assert_eq!(check("1W:1D,4W:1W,12M:1M"), Ok(()));
/// assert_eq!(check("1W:1D,"), Err(WebUiError::NotCommas));
/// assert_eq!(check("1D12h:1h"), Err(WebUiError::NotPairs)); // though the server accepts it
/// ```
pub fn check(text: &str) -> Result<(), WebUiError> {
    static EXPRESSIONS: LazyLock<[Option<Regex>; 2]> = LazyLock::new(|| [PAIRS, COMMAS].map(ascii));
    let matches = |index: usize| {
        EXPRESSIONS[index].as_ref().is_some_and(|expression| expression.is_match(text))
    };
    if matches!(text.find(':'), None | Some(0)) {
        Err(WebUiError::NoColon)
    } else if !matches(0) {
        Err(WebUiError::NotPairs)
    } else if !matches(1) {
        Err(WebUiError::NotCommas)
    } else {
        Ok(())
    }
}

/// The expression with ASCII classes. Both constants above compile: a test replays every vector
/// with them.
fn ascii(expression: &str) -> Option<Regex> {
    RegexBuilder::new(expression).unicode(false).build().ok()
}
