//! Vector files, and files that are written.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;
use crate::conformance::vector::Vector;
use crate::sources::lines::Lines;

/// The vectors of this project, so that they are at hand wherever the command is.
const BUILT_IN: [(&str, &str); 3] = [
    ("policy.jsonl", include_str!("../../../vectors/policy.jsonl")),
    ("retention.jsonl", include_str!("../../../vectors/retention.jsonl")),
    ("corners.jsonl", include_str!("../../../vectors/corners.jsonl")),
];

/// The vectors of these files, or of this project if there are none.
pub(super) fn vectors(paths: &[PathBuf]) -> Result<Vec<Vector>, Failure> {
    let mut vectors = Vec::new();
    let mut add = |vector| {
        vectors.push(vector);
        Ok(())
    };
    if paths.is_empty() {
        for (name, text) in BUILT_IN {
            each_line(Path::new(name), text.as_bytes(), &mut add)?;
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
    if path.is_dir() {
        return Err(in_file(path, &"this is a folder; a vector file is expected"));
    }
    let file = File::open(path).map_err(|error| in_file(path, &error))?;
    each_line(path, BufReader::new(file), &mut take)
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

/// Reads a small text file.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| in_file(path, &error))
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| in_file(path, &error))
}

pub(super) fn in_file(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("{}: {error}", path.display()))
}
