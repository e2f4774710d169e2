//! The conformance kit, with real child processes.

mod corpora;
mod misbehaviour;
mod ports;
mod replay;
mod reports;
mod run;
mod serve;
mod shards;
mod small;

use std::path::Path;
use std::process::Command;

use crate::support::{Run, command, root, run_with, write_file};

/// The command itself, as an implementation.
pub const OURS: &str = env!("CARGO_BIN_EXE_duplicati-retention");

/// A file with some of the vectors, so that a run is short.
pub fn some_vectors(folder: &Path) -> String {
    let mut lines = Vec::new();
    for name in ["policy.jsonl", "retention.jsonl", "corners.jsonl"] {
        let text = std::fs::read_to_string(root().join("vectors").join(name))
            .expect("the vectors are there");
        lines.extend(text.lines().take(60).map(str::to_owned));
    }
    write_file(folder, "some.jsonl", lines.join("\n").as_bytes())
}

/// `conformance run` with these options, asking a shell script, in which `$0` is this command and
/// `$1` a word of this test alone.
pub fn ask_script(options: &[&str], script: &str, word: &str) -> Run {
    let folder = tempfile::tempdir().expect("a folder for a test");
    let vectors = some_vectors(folder.path());
    let mut run = command();
    run.args(["conformance", "run", "--vectors", &vectors]).args(options);
    run.args(["--", "sh", "-c", script, OURS, word]);
    let run = run_with(&mut run, b"");
    assert_eq!(processes_with(word), Vec::<String>::new(), "processes are left behind");
    run
}

/// The command lines of running processes with this word; none where that is not known.
fn processes_with(word: &str) -> Vec<String> {
    let output = Command::new("ps").args(["-eo", "stat=,args="]).output();
    let Ok(output) = output else { return Vec::new() };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // The digits of a word can also be a part of somebody else's hash.
    let is_word = |(from, found): (usize, &str), line: &str| {
        let is_part = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
        let (before, after) = (&line[..from], &line[from + found.len()..]);
        !is_part(before.chars().next_back()) && !is_part(after.chars().next())
    };
    // What has ended and was only not waited for yet by whoever inherited it is not a process any
    // more.
    let is_running = |line: &&str| {
        line.match_indices(word).any(|found| is_word(found, line)) && !line.starts_with('Z')
    };
    text.lines().filter(is_running).map(str::to_owned).collect()
}
