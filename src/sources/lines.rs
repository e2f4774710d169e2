//! Lines of a text that someone else wrote: in UTF-8, of bounded length, and escaped so that they
//! are safe to print.

use std::io::{BufRead, Read};

/// The longest line that is read, in bytes. Times and file names are much shorter.
const LIMIT: usize = 1 << 20;
/// How much of a text an error quotes, in characters.
const QUOTED: usize = 80;

/// A line that cannot be read. Lines are counted from 1.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// The line is longer than 1 MiB. The rest of it was not read.
    #[error(
        "line {0} is longer than 1 MiB; write one time, one file name or one case on each line"
    )]
    TooLong(usize),
    /// The line is not UTF-8.
    #[error("line {0} is not UTF-8 text; save the list with the encoding UTF-8")]
    NotUtf8(usize),
    /// The input could not be read.
    #[error("line {line} cannot be read: {source}")]
    Io {
        /// The number of the line.
        line: usize,
        /// What the operating system said.
        source: std::io::Error,
    },
}

/// The lines of an input, one in memory at a time.
pub(crate) struct Lines<R> {
    input: R,
    number: usize,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Lines { input, number: 0 }
    }

    /// The next line with its number, without its end (`\n` or `\r\n`) and without a byte order
    /// mark at the start.
    pub(crate) fn next(&mut self) -> Result<Option<(usize, String)>, LineError> {
        self.number += 1;
        let line = self.number;
        let mut bytes = Vec::new();
        let longest = LIMIT as u64 + 2; // the two of \r\n
        let read = self.input.by_ref().take(longest).read_until(b'\n', &mut bytes);
        if read.map_err(|source| LineError::Io { line, source })? == 0 {
            return Ok(None);
        }
        let ended = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let content = ended.strip_suffix(b"\r").unwrap_or(ended);
        if content.len() > LIMIT {
            return Err(LineError::TooLong(line));
        }
        let text = std::str::from_utf8(content).map_err(|_| LineError::NotUtf8(line))?;
        let text = if line == 1 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
        Ok(Some((line, text.to_owned())))
    }
}

/// The text in quotation marks for an error: cut short, and with control characters escaped.
pub(super) fn quoted(text: &str) -> String {
    format!("{:?}", shortened(text))
}

/// Like [`quoted`], but without quotation marks.
pub(super) fn printable(text: &str) -> String {
    let escape = |character: char| match character {
        '"' | '\'' | '\\' => character.to_string(),
        _ => character.escape_debug().to_string(),
    };
    shortened(text).chars().map(escape).collect()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
