//! What the guard tells Duplicati: lines on standard output and an exit code.
//!
//! Duplicati reads a line `--name=value` as an option of this one operation, and `LOG:WARN text` as
//! a warning of it; every other line is ignored.

use std::io::{self, Write};

/// An answer to Duplicati.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// Whether this run must not delete.
    pub suspends: bool,
    /// Lines for Duplicati's log, each with its level.
    pub log: Vec<(Level, String)>,
    /// The exit code. Not 0 ends the operation, at least where the script is required.
    pub code: u8,
}

/// How much a line of Duplicati's log matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Information,
    Warning,
    Error,
}

/// 5 and above end the operation with an error even where the script is not required.
pub(super) const ENDS_THE_OPERATION: u8 = 5;

/// All three, because one of them alone would be a second retention option for some jobs.
const NO_RETENTION: [&str; 3] = ["--retention-policy=", "--keep-time=", "--keep-versions=0"];

impl Answer {
    /// Nothing is deleted in this run, because something is not known.
    pub fn suspended(why: impl AsRef<str>) -> Answer {
        let text = format!(
            "nothing is deleted in this run, because what it would delete cannot be told: {}",
            why.as_ref()
        );
        Answer { suspends: true, log: vec![(Level::Warning, text)], code: 0 }
    }

    /// Writes the answer, each line with the end that the platform's lines have.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        const END: &str = if cfg!(windows) { "\r\n" } else { "\n" };
        let mut text = String::new();
        if self.suspends {
            for line in NO_RETENTION {
                text += &format!("{line}{END}");
            }
        }
        for (level, line) in &self.log {
            let level = match level {
                Level::Information => "INFO",
                Level::Warning => "WARN",
                Level::Error => "ERROR",
            };
            // One line each: no text may begin a line of its own, which could be an option.
            let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
            text += &format!("LOG:{level} duplicati-retention: {line}{END}");
        }
        out.write_all(text.as_bytes())?;
        out.flush()
    }
}
