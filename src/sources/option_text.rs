//! Options of Duplicati in any text: an exported command line, a script of any shell, a unit of
//! systemd, a compose file, a parameters file, a page.
//!
//! One rule for all of them: the name of the option, a mark between, and a value that is quoted or
//! ends with a blank.

use std::sync::LazyLock;

use regex::Regex;

use super::lines::quoted;
use crate::policy::OPTION_NAMES;

/// An option in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LocatedOption {
    pub name: &'static str,
    pub value: String,
    /// The line that it stands in, from 1.
    pub line: usize,
}

/// Why the options of a text are not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionTextError {
    /// An option has two values.
    #[error(
        "{name} is {} in line {} and {} in line {}; give only the part that you mean, or the policy itself",
        quoted(&values[0].0), values[0].1, quoted(&values[1].0), values[1].1
    )]
    Differ {
        /// The option.
        name: &'static str,
        /// Two values, and their lines.
        values: [(String, usize); 2],
    },
    /// The value is that of a variable which the text does not set.
    #[error(
        "line {line}: the value of {name} is that of the variable {}, which this text does not \
         set; give the value itself",
        quoted(variable)
    )]
    Variable {
        /// The option.
        name: &'static str,
        /// The variable.
        variable: String,
        /// The line.
        line: usize,
    },
}

/// The options that are looked for. A number of `version` stands in too many texts for another
/// reason.
const NAMES: [&str; 7] = [
    "retention-policy",
    "keep-time",
    "keep-versions",
    "allow-full-removal",
    "disable-time-tolerance",
    "backup-name",
    "parameters-file",
];

static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let names = NAMES.map(|name| name.replace('-', "[-_]")).join("|");
    Regex::new(&format!(
        r"(?i)(?P<dashes>[-–—‒―−]{{1,2}})?\b(?P<name>(?:[A-Z0-9]+_+)?(?:{names}))\b"
    ))
    .ok()
});

/// Marks that a value may stand in. Typographic ones come from pages.
const QUOTES: [(&str, &str); 13] = [
    ("\\\"", "\\\""),
    ("&quot;", "&quot;"),
    ("\"\"", "\"\""),
    ("\"", "\""),
    ("'", "'"),
    ("`", "`"),
    ("“", "”"),
    ("”", "”"),
    ("„", "“"),
    ("‘", "’"),
    ("’", "’"),
    ("«", "»"),
    ("″", "″"),
];

/// The decisive options of a text, each once, and the name of the backup.
///
/// # Errors
/// [`OptionTextError`] if an option has two values, or one that the text does not tell.
pub(super) fn find(text: &str) -> Result<Vec<LocatedOption>, OptionTextError> {
    let mut found: Vec<LocatedOption> = Vec::new();
    for option in all(text) {
        let option = with_variable(option, text)?;
        match found.iter().find(|other| other.name == option.name) {
            Some(other) if other.value != option.value && OPTION_NAMES.contains(&option.name) => {
                let values = [(other.value.clone(), other.line), (option.value, option.line)];
                return Err(OptionTextError::Differ { name: option.name, values });
            }
            Some(_) => {}
            None => found.push(option),
        }
    }
    Ok(found)
}

/// Every option that is not in a comment.
fn all(text: &str) -> Vec<LocatedOption> {
    let mut options = Vec::new();
    let mut end = 0;
    for found in NAME.iter().flat_map(|name| name.captures_iter(text)) {
        let (Some(whole), Some(written)) = (found.get(0), found.name("name")) else { continue };
        // What is inside another option's value is not an option.
        if whole.start() < end || is_in_comment(text, whole.start()) {
            continue;
        }
        let spelt = written.as_str().to_lowercase().replace('_', "-");
        let Some(name) = NAMES.into_iter().find(|name| spelt.ends_with(name)) else { continue };
        let has_dashes = found.name("dashes").is_some();
        // A part of a path, or of the name of another option.
        if text[..whole.start()].ends_with('/') || text[whole.end()..].starts_with('-') {
            continue;
        }
        let outer = QUOTES.iter().find(|(open, _)| text[..whole.start()].ends_with(open));
        let is_switch = ["allow-full-removal", "disable-time-tolerance"].contains(&name);
        let value =
            match value_after(&text[whole.end()..], outer.map(|&(_, close)| close), has_dashes) {
                Some((value, after))
                    if is_value(name, value) || text[whole.end()..].starts_with('=') =>
                {
                    end = text.len() - after.len();
                    let before = &text[..whole.start()];
                    match kept_quote(before, &text[whole.end()..]) {
                        Some(quote) => format!("{quote}{value}{quote}"),
                        None => value.to_owned(),
                    }
                }
                _ if is_switch && has_dashes => "true".to_owned(),
                _ => continue,
            };
        let line = text[..whole.start()].matches('\n').count() + 1;
        options.push(LocatedOption { name, value, line });
    }
    options
}

/// The quote around a value that is part of it, because nothing takes it off: quotes of the other
/// kind stand around the whole option, or it is a word of a systemd unit, where only quotes around
/// a whole word are taken off.
fn kept_quote(before: &str, rest: &str) -> Option<char> {
    let quote = rest.strip_prefix('=')?.chars().next().filter(|mark| ['"', '\''].contains(mark))?;
    let is_inside = before.ends_with(['"', '\'']) && !before.ends_with(quote);
    let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
    let is_unit = line.starts_with("Exec") && before.ends_with(char::is_whitespace);
    (is_inside || is_unit).then_some(quote)
}

/// Whether the text can be a value of this option, and not the next word of a sentence.
fn is_value(name: &str, value: &str) -> bool {
    let starts_with_digit = value.starts_with(|first: char| first.is_ascii_digit());
    let is_variable = value.starts_with(['$', '%']);
    is_variable
        || match name {
            "retention-policy" => value.contains(':') && !value.contains(char::is_whitespace),
            "keep-time" | "keep-versions" => starts_with_digit,
            "allow-full-removal" | "disable-time-tolerance" => {
                ["true", "false", "yes", "no", "on", "off", "1", "0"]
                    .contains(&value.to_lowercase().as_str())
            }
            _ => false,
        }
}

/// The value after a name, and what stands after it. `outer` is the mark that closes a whole
/// option.
fn value_after<'a>(
    rest: &'a str,
    outer: Option<&str>,
    has_dashes: bool,
) -> Option<(&'a str, &'a str)> {
    let start = match rest.strip_prefix('=') {
        Some(value) if has_dashes || !value.starts_with([' ', '\t']) => 1,
        _ => {
            // `NAME = VALUE`, `"NAME": VALUE`, `"NAME", "VALUE"`, `NAME VALUE`, and a line that
            // goes on below.
            let between = |mark: char| {
                mark.is_whitespace()
                    || matches!(mark, '"' | '\'' | '=' | ':' | ',' | '\\' | '^' | '`' | '-')
            };
            let value = rest.trim_start_matches(between);
            let between = &rest[..rest.len() - value.len()];
            let opening = between.len() - between.trim_end_matches(['"', '\'']).len();
            let is_split =
                between.chars().any(|mark| mark.is_whitespace() || matches!(mark, '=' | ':' | ','));
            if !is_split || value.is_empty() {
                return None;
            }
            between.len() - opening.min(1)
        }
    };
    let value = &rest[start..];
    let line = value.split(['\n', '\r']).next().unwrap_or_default();
    let quote = QUOTES.iter().find(|(open, _)| line.starts_with(open));
    if let Some((open, close)) =
        quote.filter(|(open, _)| !rest.starts_with('=') || outer != Some(*open))
    {
        let inside = &line[open.len()..];
        let inside = inside.split(close).next().unwrap_or_default();
        return Some((inside, &value[open.len()..][inside.len()..]));
    }
    let is_end = |place: usize, mark: char| {
        let closes = outer.is_some_and(|outer| line[place..].starts_with(outer));
        let is_quote = matches!(mark, '"' | '\'' | '”' | '“' | '’' | '`');
        closes
            || mark.is_whitespace()
            || is_quote
            || matches!(mark, '<' | '>' | '|' | '&' | ')' | ']')
    };
    let length = match line.strip_prefix("${").and_then(|rest| rest.find('}')) {
        Some(end) => end + 3,
        None => line
            .char_indices()
            .find(|&(place, mark)| is_end(place, mark))
            .map_or(line.len(), |found| found.0),
    };
    let (value, after) = value.split_at(length);
    let bare = value.trim_end_matches(['\\', '^', ',', ';', '.', '}']);
    Some((if value.starts_with("${") { value } else { bare }, after))
}

/// Whether the rest of the line is a comment, in any of the languages.
fn is_in_comment(text: &str, place: usize) -> bool {
    let before = text[..place].rsplit('\n').next().unwrap_or_default().trim_start();
    let lower = before.to_lowercase();
    let begins =
        ["#", "//", "::", "rem ", "@rem ", ";", "<!--"].iter().any(|mark| lower.starts_with(mark));
    let is_shebang = lower.starts_with("#!");
    let is_unquoted =
        |part: &str| part.matches('"').count() % 2 == 0 && part.matches('\'').count() % 2 == 0;
    let follows = before.find(" #").is_some_and(|mark| is_unquoted(&before[..mark]));
    begins && !is_shebang || follows
}

/// The option with the value of the variable that stands in its place, if one does.
fn with_variable(option: LocatedOption, text: &str) -> Result<LocatedOption, OptionTextError> {
    let Some((variable, default)) = variable(&option.value) else { return Ok(option) };
    let before = r#"^[ \t]*(?:export |set "?|local |declare |readonly |\$(?:env:|script:|global:)?|- |Environment="?)*"#;
    let name = regex::escape(variable);
    let assigned = Regex::new(&format!(r"(?im){before}{name}[ \t]*[=:][ \t]*")).ok();
    let assigned = assigned.and_then(|pattern| pattern.find(text)).and_then(|place| {
        let text = format!("={}", &text[place.end()..]);
        let (value, _) = value_after(&text, None, true)?;
        Some(value.to_owned()).filter(|value| self::variable(value).is_none())
    });
    match assigned.or(default.map(str::to_owned)) {
        Some(value) => Ok(LocatedOption { value, ..option }),
        None => Err(OptionTextError::Variable {
            name: option.name,
            variable: variable.to_owned(),
            line: option.line,
        }),
    }
}

/// The variable that a value is, in sh, PowerShell or cmd.exe, and its default.
fn variable(value: &str) -> Option<(&str, Option<&str>)> {
    let braced = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let percent = value.strip_prefix('%').and_then(|rest| rest.strip_suffix('%'));
    let name = braced.or(percent).or_else(|| value.strip_prefix('$'))?;
    let (name, default) = match name.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (name, None),
    };
    let name = name.strip_prefix("env:").unwrap_or(name);
    let is_name =
        !name.is_empty() && name.chars().all(|mark| mark.is_alphanumeric() || mark == '_');
    is_name.then_some((name, default))
}
