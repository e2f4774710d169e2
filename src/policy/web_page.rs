//! The check of the classic web page, in the browser. The new page checks nothing.
//!
//! The page looks for a colon that is not the first character, and then asks two regular
//! expressions, which stand here as they stand there. In JavaScript `\d` and `\w` are ASCII and `$`
//! is the very end of the text; so they are here.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

/// The expression for pairs of a number with a unit, or `U`; a comma may be left out or stand at
/// the end.
///
/// ```
/// use duplicati_retention::policy::web_page;
/// assert!(regex::Regex::new(web_page::PAIRS)?.is_match("7D:U"));
/// # Ok::<(), regex::Error>(())
/// ```
pub const PAIRS: &str = r"^((\d+[smhDWMY]|U):(\d+[smhDWMY]|U),?)+$";
/// The expression for pairs of digits and one word character, with a comma between any two and none
/// at the end.
///
/// ```
/// use duplicati_retention::policy::web_page;
/// assert!(!regex::Regex::new(web_page::COMMAS)?.is_match("7D:U,"));
/// # Ok::<(), regex::Error>(())
/// ```
pub const COMMAS: &str = r"^(\d*\w:\d*\w,)*\d*\w:\d*\w$";

/// Why the classic web page refuses a policy.
///
/// ```
/// use duplicati_retention::policy::web_page::{WebUiError, check};
/// assert_eq!(check(":1D"), Err(WebUiError::NoColon));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebUiError {
    /// There is no colon, or the first one is the first character.
    #[error("it finds no colon behind a time frame")]
    NoColon,
    /// [`PAIRS`] does not match.
    #[error(
        "it wants each time frame and each interval to be one number with one unit, or U, and nothing else"
    )]
    NotPairs,
    /// [`COMMAS`] does not match.
    #[error("it wants exactly one comma between two pairs, and none at the end")]
    NotCommas,
}

/// Asks the classic web page's check about a text.
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

/// The expression with ASCII classes. Both constants above compile; a test asks every vector about
/// them.
fn ascii(expression: &str) -> Option<Regex> {
    RegexBuilder::new(expression).unicode(false).build().ok()
}
