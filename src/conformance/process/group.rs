//! A implementation and all that it starts, as one process group.
//!
//! Where there are no process groups, only the implementation itself is ended.

use std::io;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use std::thread;
use std::time::Duration;

/// The implementation and what it started. Dropping it ends them.
pub(super) struct Group {
    head: Child,
    /// Whether the head was waited for. Until then its number belongs to it and to its group, and
    /// to nobody else.
    is_over: bool,
}

impl Group {
    /// Starts a program as the head of a process group of its own.
    pub fn start(command: &mut Command) -> io::Result<Group> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        Ok(Group { head: command.spawn()?, is_over: false })
    }

    /// The head's pipes, once.
    pub fn pipes(&mut self) -> (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>) {
        (self.head.stdin.take(), self.head.stdout.take(), self.head.stderr.take())
    }

    /// Ends the whole group and waits for its head.
    pub fn end(&mut self) {
        if !std::mem::replace(&mut self.is_over, true) {
            #[cfg(unix)]
            if let Some(group) = self.number() {
                let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            }
            let _ = self.head.kill();
            let _ = self.head.wait();
        }
    }

    /// How the head ended, whose output has ended; it may take a step longer than its output.
    pub fn how_it_ended(&mut self) -> String {
        const LOOKS: u32 = 40;
        for _ in 0..LOOKS {
            if let Some(how) = self.look() {
                return format!("it ended early, {how}");
            }
            thread::sleep(Duration::from_millis(5));
        }
        "it closed its output early, but did not end".into()
    }

    #[cfg(unix)]
    fn number(&self) -> Option<rustix::process::Pid> {
        rustix::process::Pid::from_raw(i32::try_from(self.head.id()).ok()?)
    }

    /// The status of the head if it has ended, without taking it: the group keeps its number until
    /// it is waited for.
    #[cfg(unix)]
    fn look(&mut self) -> Option<String> {
        use rustix::process::{WaitId, WaitIdOptions, waitid};
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let status = waitid(WaitId::Pid(self.number()?), look).ok()??;
        Some(match (status.exit_status(), status.terminating_signal()) {
            (Some(code), _) => format!("with exit code {code}"),
            (_, Some(signal)) => format!("by signal {signal}"),
            _ => "in an unknown way".into(),
        })
    }

    #[cfg(not(unix))]
    fn look(&mut self) -> Option<String> {
        self.head.try_wait().ok().flatten().map(|status| status.to_string())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}
