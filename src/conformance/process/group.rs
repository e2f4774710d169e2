//! An implementation and all that it starts, ended as a whole: a process group on Unix, a job
//! object on Windows. Elsewhere only the implementation itself is ended.

#[cfg_attr(unix, path = "group/unix.rs")]
#[cfg_attr(windows, path = "group/windows.rs")]
#[cfg_attr(not(any(unix, windows)), path = "group/alone.rs")]
mod head;

use std::io;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command};
use std::thread;
use std::time::Duration;

use head::Head;

/// The implementation and what it started. Dropping it ends them.
pub(super) struct Group {
    head: Head,
    /// Whether the head was waited for. Until then its number belongs to it and to its group, and
    /// to nobody else.
    is_over: bool,
}

impl Group {
    /// Starts a program as the head of a group of its own.
    pub fn start(command: Command) -> io::Result<Group> {
        Ok(Group { head: Head::start(command)?, is_over: false })
    }

    /// The head's pipes, once.
    pub fn pipes(&mut self) -> (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>) {
        self.head.pipes()
    }

    /// Ends the whole group and waits for its head.
    pub fn end(&mut self) {
        if !std::mem::replace(&mut self.is_over, true) {
            self.head.end_group();
        }
    }

    /// How the head ended, whose output has ended; it may take a step longer than its output.
    pub fn how_it_ended(&mut self) -> String {
        const LOOKS: u32 = 40;
        for _ in 0..LOOKS {
            if let Some(how) = self.head.how_it_ended() {
                return format!("it ended early, {how}");
            }
            thread::sleep(Duration::from_millis(5));
        }
        "it closed its output early, but did not end".into()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}
