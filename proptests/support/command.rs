//! Runs the command as a child process.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::root;

/// What a run of the command left behind.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// The command, with nothing in its environment that changes an answer.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duplicati-retention"));
    for name in ["COLUMNS", "NO_COLOR", "CLICOLOR_FORCE", "TZ"] {
        command.env_remove(name);
    }
    command.current_dir(root());
    command
}

pub fn run(args: &[&str]) -> Run {
    run_with(command().args(args), b"")
}

/// Runs a command with this on its standard input.
pub fn run_with(command: &mut Command, input: &[u8]) -> Run {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let mut stdin = child.stdin.take().expect("its standard input is ours");
    let input = input.to_vec();
    // A thread of its own, since the command may answer before it has read everything; it may also
    // never read it.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("the command ends");
    writer.join().expect("the writer ends");
    Run {
        code: output.status.code().expect("no signal ended the command"),
        stdout: String::from_utf8(output.stdout).expect("the answer is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("the error is UTF-8"),
    }
}

/// A plan at a fixed time in Berlin, of times given on standard input.
pub fn plan(policy: &str, more: &[&str], times: &str) -> Run {
    let fixed = ["--times", "-", "--now", "2026-11-23T10:00:00Z", "--time-zone", "Europe/Berlin"];
    run_with(command().args(["plan", policy]).args(fixed).args(more), times.as_bytes())
}

/// A file of this content in a folder.
pub fn write_file(folder: &Path, name: &str, content: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).expect("a file is written");
    path.to_str().expect("the path is UTF-8").to_owned()
}
