//! Lines of a text that someone else wrote: in UTF-8 or UTF-16, of bounded length, and escaped so
//! that they are safe to print.

use std::io::{BufRead, Read};

use super::os_words;

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
    #[error("line {line} cannot be read: {}", os_words(source))]
    Io {
        /// The number of the line.
        line: usize,
        /// What the operating system said.
        source: std::io::Error,
    },
}

/// How the characters of a text are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    /// Two bytes a unit, the low byte first: what PowerShell writes with `>`.
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    /// Told by the byte order mark, or by the zero byte beside the first character, which ASCII
    /// text in UTF-16 has.
    fn of(start: &[u8]) -> Encoding {
        match start {
            [0xFF, 0xFE, ..] => Encoding::Utf16Le,
            [0xFE, 0xFF, ..] => Encoding::Utf16Be,
            [_, 0, ..] => Encoding::Utf16Le,
            [0, ..] => Encoding::Utf16Be,
            _ => Encoding::Utf8,
        }
    }

    fn unit(self, bytes: [u8; 2]) -> u16 {
        if self == Encoding::Utf16Be {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }
    }

    /// The text of these bytes; `None` if they are not valid.
    fn decode(self, bytes: &[u8]) -> Option<String> {
        if self == Encoding::Utf8 {
            return std::str::from_utf8(bytes).ok().map(str::to_owned);
        }
        let pairs = bytes.chunks_exact(2);
        let rest = pairs.remainder();
        let units = pairs.map(|pair| self.unit([pair[0], pair[1]]));
        let text: Result<String, _> = char::decode_utf16(units).collect();
        text.ok().filter(|_| rest.is_empty())
    }
}

/// The whole text in UTF-8 or UTF-16, without a byte order mark; `None` if it is neither.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let text = Encoding::of(bytes).decode(bytes)?;
    Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The lines of an input, one in memory at a time.
pub(crate) struct Lines<R> {
    input: R,
    number: usize,
    encoding: Encoding,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Lines { input, number: 0, encoding: Encoding::Utf8 }
    }

    /// The next line with its number, without its end (`\n` or `\r\n`) and without a byte order
    /// mark at the start.
    pub(crate) fn next(&mut self) -> Result<Option<(usize, String)>, LineError> {
        let Some(bytes) = self.next_bytes()? else { return Ok(None) };
        let text = self.encoding.decode(&bytes).ok_or(LineError::NotUtf8(self.number))?;
        Ok(Some((self.number, self.without_ends(&text).to_owned())))
    }

    /// Like [`Lines::next`], but with U+FFFD for what is not valid: in a listing of files, other
    /// names than those of versions may be in any encoding.
    pub(super) fn next_lossy(&mut self) -> Result<Option<(usize, String)>, LineError> {
        let Some(bytes) = self.next_bytes()? else { return Ok(None) };
        let text = self.encoding.decode(&bytes);
        let text = text.unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned());
        Ok(Some((self.number, self.without_ends(&text).to_owned())))
    }

    fn without_ends<'a>(&self, text: &'a str) -> &'a str {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        if self.number == 1 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text }
    }

    /// The bytes of the next line with its end.
    fn next_bytes(&mut self) -> Result<Option<Vec<u8>>, LineError> {
        self.number += 1;
        let line = self.number;
        let in_line = |source| LineError::Io { line, source };
        if line == 1 {
            self.encoding = Encoding::of(self.input.fill_buf().map_err(in_line)?);
        }
        let mut bytes = Vec::new();
        let longest = LIMIT as u64 + 2; // the two of \r\n
        let mut input = self.input.by_ref().take(longest);
        loop {
            let read = input.read_until(b'\n', &mut bytes).map_err(in_line)?;
            if self.encoding == Encoding::Utf16Le && bytes.len() % 2 == 1 {
                input.by_ref().take(1).read_to_end(&mut bytes).map_err(in_line)?;
            }
            // A byte of another character may look like the end of a line.
            let is_whole = match (self.encoding, bytes.last_chunk::<2>()) {
                (Encoding::Utf8, _) => true,
                (encoding, Some(&last)) => encoding.unit(last) == 0x0A && bytes.len() % 2 == 0,
                (_, None) => false,
            };
            if is_whole || read == 0 {
                break;
            }
        }
        let ends = [&b"\n"[..], b"\n\0", b"\r", b"\r\0"];
        let strip = |rest: usize, end: &&[u8]| {
            rest - if bytes[..rest].ends_with(end) { end.len() } else { 0 }
        };
        if ends.iter().fold(bytes.len(), strip) > LIMIT {
            return Err(LineError::TooLong(line));
        }
        Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
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
