//! How many versions to keep of each kind, as restic, Borg, Kopia, Proxmox and people write it:
//! `--keep-daily 7 --keep-weekly 4`, `keep-last=3,keep-daily=13`, `7 daily, 4 weekly`.

/// Which versions are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountedBy {
    /// The newest, whatever their time.
    Last,
    /// One for each hour.
    Hour,
    /// One for each day.
    Day,
    /// One for each week.
    Week,
    /// One for each month.
    Month,
    /// One for each year.
    Year,
}

/// A text that does not say how many versions to keep.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CountsError {
    /// A word that is not understood.
    #[error(
        "{0:?} is not understood; write counts such as \"--keep-daily 7 --keep-weekly 4\" or \
         \"7 daily, 4 weekly\""
    )]
    Word(String),
    /// A rule that counts no versions.
    #[error(
        "{0:?} is a span and not a count; write --all 10D for all versions of the last 10 days"
    )]
    Span(String),
    /// A number without a name, or a name without a number.
    #[error("{0:?} stands alone; each count needs a number and a name, such as 7 daily")]
    Alone(String),
    /// Nothing is counted.
    #[error("nothing is counted; write counts such as \"7 daily, 4 weekly\"")]
    Nothing,
}

/// Words around the counts that say nothing about them.
const IGNORED: [&str; 17] = [
    "restic",
    "forget",
    "borg",
    "prune",
    "kopia",
    "policy",
    "set",
    "global",
    "and",
    "keep",
    "snapshot",
    "snapshots",
    "backup",
    "backups",
    "version",
    "versions",
    "retention",
];

enum Token {
    Number(u32),
    Name(CountedBy),
    Both(u32, CountedBy),
}

/// Reads counts in the order in which they are written; one of zero is left out.
///
/// # Errors
/// [`CountsError`] for the first word that does not belong there.
///
/// ```
/// use duplicati_retention::sources::counts::{self, CountedBy::{Day, Last, Week}};
/// assert_eq!(counts::parse("--keep-daily 7 --keep-weekly=4")?, [(7, Day), (4, Week)]);
/// assert_eq!(counts::parse("keep-last=3,keep-daily=13")?, [(3, Last), (13, Day)]);
/// assert_eq!(counts::parse("7 daily, 4 weekly")?, [(7, Day), (4, Week)]);
/// assert!(counts::parse("--keep-within 10d").is_err());
/// # Ok::<(), counts::CountsError>(())
/// ```
pub fn parse(text: &str) -> Result<Vec<(u32, CountedBy)>, CountsError> {
    let is_between = |letter: char| letter.is_whitespace() || "=:,;/\"'`[]{}()\\".contains(letter);
    let words = text.split(is_between).filter(|word| !word.is_empty());
    let tokens: Vec<(&str, Token)> = words
        .filter_map(|word| Some(token(word).transpose()?.map(|token| (word, token))))
        .collect::<Result<_, _>>()?;
    let mut counts = Vec::new();
    let mut rest = tokens.into_iter();
    // The first word tells whether the number or the name comes first.
    while let Some((word, token)) = rest.next() {
        let alone = || CountsError::Alone(word.to_owned());
        counts.push(match token {
            Token::Both(number, name) => (number, name),
            Token::Number(number) => match rest.next() {
                Some((_, Token::Name(name))) => (number, name),
                _ => return Err(alone()),
            },
            Token::Name(name) => match rest.next() {
                Some((_, Token::Number(number))) => (number, name),
                _ => return Err(alone()),
            },
        });
    }
    counts.retain(|&(number, _)| number > 0);
    if counts.is_empty() { Err(CountsError::Nothing) } else { Ok(counts) }
}

/// What a word is; nothing if it does not matter.
fn token(word: &str) -> Result<Option<Token>, CountsError> {
    let unknown = || CountsError::Word(word.to_owned());
    let bare = word.trim_start_matches('-');
    if let Ok(number) = bare.parse() {
        return Ok(Some(Token::Number(number)));
    }
    let digits = bare.len() - bare.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    if digits > 0 {
        let (number, letter) = bare.split_at(digits);
        let number = number.parse().map_err(|_| unknown())?;
        let name = letter_name(letter).ok_or_else(unknown)?;
        return Ok(Some(Token::Both(number, name)));
    }
    let lower = bare.to_lowercase().replace('_', "-");
    let name = lower.strip_prefix("keep-").unwrap_or(&lower);
    if name.starts_with("within") {
        return Err(CountsError::Span(word.to_owned()));
    }
    let name = match name {
        "last" | "latest" | "newest" => CountedBy::Last,
        "hourly" | "hour" | "hours" => CountedBy::Hour,
        "daily" | "day" | "days" => CountedBy::Day,
        "weekly" | "week" | "weeks" => CountedBy::Week,
        "monthly" | "month" | "months" => CountedBy::Month,
        "yearly" | "year" | "years" | "annual" | "annually" => CountedBy::Year,
        _ if word.len() == 2 && word.starts_with('-') => letter_name(bare).ok_or_else(unknown)?,
        name if IGNORED.contains(&name) => return Ok(None),
        _ => return Err(unknown()),
    };
    Ok(Some(Token::Name(name)))
}

fn letter_name(letter: &str) -> Option<CountedBy> {
    Some(match letter {
        "l" => CountedBy::Last,
        "H" | "h" => CountedBy::Hour,
        "d" | "D" => CountedBy::Day,
        "w" | "W" => CountedBy::Week,
        "m" | "M" => CountedBy::Month,
        "y" | "Y" => CountedBy::Year,
        _ => return None,
    })
}
