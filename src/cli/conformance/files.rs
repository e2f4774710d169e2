//! Vector files, and files that are written.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use crate::cli::failure::{Failure, open};
use crate::conformance::vector::Vector;
use crate::sources::lines::Lines;
use crate::sources::os_words;

/// The vectors of this project, which `build.rs` compresses.
const BUILT_IN: [(&str, &[u8]); 3] = [
    ("policy.jsonl", include_bytes!(concat!(env!("OUT_DIR"), "/policy.jsonl.gz"))),
    ("retention.jsonl", include_bytes!(concat!(env!("OUT_DIR"), "/retention.jsonl.gz"))),
    ("corners.jsonl", include_bytes!(concat!(env!("OUT_DIR"), "/corners.jsonl.gz"))),
];

/// The vectors of these files, or of this project if there are none.
pub(super) fn vectors(paths: &[PathBuf]) -> Result<Vec<Vector>, Failure> {
    let mut vectors = Vec::new();
    let mut add = |vector| {
        vectors.push(vector);
        Ok(())
    };
    if paths.is_empty() {
        for (name, compressed) in BUILT_IN {
            each_line(Path::new(name), BufReader::new(GzDecoder::new(compressed)), &mut add)?;
        }
    }
    for path in paths {
        each_vector(path, &mut add)?;
    }
    Ok(vectors)
}

/// Reads a vector file as a stream.
pub(super) fn each_vector(
    path: &Path,
    mut take: impl FnMut(Vector) -> Result<(), Failure>,
) -> Result<(), Failure> {
    each_line(path, BufReader::new(open(path, "a vector file is expected")?), &mut take)
}

fn each_line(
    path: &Path,
    input: impl BufRead,
    take: &mut impl FnMut(Vector) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut lines = Lines::new(input);
    while let Some((number, text)) = lines.next().map_err(|error| in_file(path, &error))? {
        if !text.trim().is_empty() {
            let vector = Vector::parse(&text);
            take(vector.map_err(|error| in_file(path, &format!("line {number}: {error}")))?)?;
        }
    }
    Ok(())
}

/// Reads the failures that are known: on each line the id of a vector or of an invariant, and a
/// reason; blank lines and lines that start with `#` are skipped.
pub(super) fn known(path: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| in_file(path, &os_words(&error)))?;
    let mut known = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = |problem: String| in_file(path, &format!("line {number}: {problem}"));
        let (id, reason) = line.split_once(char::is_whitespace).ok_or_else(|| {
            wrong(format!(
                "a reason is missing after {line:?}; write an id, a blank and why it fails"
            ))
        })?;
        if known.insert(id.to_owned(), reason.trim().to_owned()).is_some() {
            return Err(wrong(format!("{id:?} is listed twice")));
        }
    }
    Ok(known)
}

fn in_file(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::at(path.display(), error)
}
