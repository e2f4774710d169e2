//! `int.TryParse` and `long.TryParse` with `NumberStyles.Integer` and the invariant culture, and
//! `string.Trim`.

use std::ops::RangeInclusive;

/// Reads a text as `int.TryParse(text, NumberStyles.Integer, InvariantCulture)` does.
///
/// Allows white space (U+0009 to U+000D and U+0020) on both sides, one `+` or `-` before the
/// digits, and any number of U+0000 at the very end. Only ASCII digits count. `None` for anything
/// else, and for a number that does not fit into an `i32`.
///
/// ```
/// use duplicati_retention::dotnet::parse_i32;
/// assert_eq!(parse_i32(" -7\n"), Some(-7));
/// assert_eq!(parse_i32("7\0\0"), Some(7));
/// assert_eq!(parse_i32("2147483648"), None);
/// assert_eq!(parse_i32("٣"), None);
/// ```
pub fn parse_i32(text: &str) -> Option<i32> {
    let number = parse(text, i64::from(i32::MIN)..=i64::from(i32::MAX))?;
    Some(number as i32)
}

/// Reads a text as `long.TryParse(text, NumberStyles.Integer, InvariantCulture)` does; see
/// [`parse_i32`].
pub fn parse_i64(text: &str) -> Option<i64> {
    parse(text, i64::MIN..=i64::MAX)
}

fn parse(text: &str, range: RangeInclusive<i64>) -> Option<i64> {
    let rest = skip_white(text.as_bytes());
    let (negative, digits_and_tail) = match rest {
        [b'-', tail @ ..] => (true, tail),
        [b'+', tail @ ..] => (false, tail),
        _ => (false, rest),
    };
    let count = digits_and_tail.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, tail) = digits_and_tail.split_at(count);
    // The order matters: white space may precede the NULs, but not follow them.
    if digits.is_empty() || skip_white(tail).iter().any(|&byte| byte != 0) {
        return None;
    }
    let mut number = 0_i64;
    for digit in digits {
        let digit = i64::from(digit - b'0');
        number = number.checked_mul(10)?;
        number = if negative { number.checked_sub(digit) } else { number.checked_add(digit) }?;
    }
    range.contains(&number).then_some(number)
}

fn skip_white(bytes: &[u8]) -> &[u8] {
    let count = bytes.iter().take_while(|byte| matches!(byte, 0x09..=0x0D | 0x20)).count();
    &bytes[count..]
}

/// Removes white space from both ends as `string.Trim()` does.
///
/// Unlike in [`parse_i32`], this is Unicode's white space: U+00A0 and U+2003 count.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_white_space)
}

/// Whether `char.IsWhiteSpace` takes a character for white space.
pub fn is_white_space(character: char) -> bool {
    // .NET's list (the categories Zs, Zl and Zp, U+0009 to U+000D, U+0085) is Unicode's White_Space
    // property.
    character.is_whitespace()
}
