//! `audit --batch`: questions in lines of JSON, for a fleet.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use super::super::exit::{DONE, REFUSED};
use super::super::failure::{Failure, open};
use crate::report::BatchReport;
use crate::sources::LineError;
use crate::sources::lines::Lines;

/// Answers each line of a file, in order, with one in memory at a time; `-` is standard input.
pub(super) fn run(path: &Path, out: &mut impl Write) -> Result<u8, Failure> {
    if path == Path::new("-") {
        return answer(io::stdin().lock(), out);
    }
    let file = open(path, "the questions are a file")?;
    answer(BufReader::new(file), out)
}

fn answer(input: impl BufRead, out: &mut impl Write) -> Result<u8, Failure> {
    let mut lines = Lines::new(input);
    let mut code = DONE;
    loop {
        let report = match lines.next() {
            Ok(None) => return Ok(code),
            Ok(Some((_, text))) if text.trim().is_empty() => continue,
            Ok(Some((line, text))) => BatchReport::answer(line, &text),
            // Only the line is not text; the next one may be.
            Err(error @ LineError::NotUtf8(line)) => {
                BatchReport::failed(serde_json::Value::Null, line, error.to_string())
            }
            Err(error) => return Err(Failure::new(error)),
        };
        if report.error.is_some() {
            code = REFUSED;
        }
        serde_json::to_writer(&mut *out, &report).map_err(io::Error::from)?;
        writeln!(out)?;
    }
}
