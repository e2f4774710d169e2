//! What Windows does in its own way. The rest of the suite runs there too, but for what asks the
//! command with the help of Unix programs.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use duplicati_retention::conformance::process::{Fault, Program, Session};

#[test]
fn a_program_that_hangs_is_ended_with_all_it_started() {
    let folder = tempfile::tempdir().expect("a folder");
    let held = folder.path().join("held");
    // The shell has the file open, and so has what it starts.
    let script = format!("ping -n 600 127.0.0.1 > {}", held.display());
    let mut program = Program::new(vec!["cmd".into(), "/c".into(), script.into()]);
    program.limit = Duration::from_secs(3);
    let crash = Session::start(&program).err().expect("it does not answer");
    assert!(matches!(crash.fault, Fault::TooSlow(..)), "{crash}");
    // Only a file that nobody has open can be deleted.
    let ended = Instant::now();
    while let Err(error) = fs::remove_file(&held) {
        assert!(ended.elapsed() < Duration::from_secs(5), "something still runs: {error}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_program_that_ends_early_is_reported_with_its_exit_code() {
    let program = Program::new(vec!["cmd".into(), "/c".into(), "exit 7".into()]);
    let crash = Session::start(&program).err().expect("it does not answer");
    assert_eq!(crash.to_string(), "it ended early, with exit code 7");
}
