//! The head of a process group.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

pub(super) struct Head(Child);

impl Head {
    pub fn start(mut command: Command) -> io::Result<Head> {
        command.process_group(0).spawn().map(Head)
    }

    pub fn pipes(&mut self) -> (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>) {
        (self.0.stdin.take(), self.0.stdout.take(), self.0.stderr.take())
    }

    pub fn end_group(&mut self) {
        if let Some(group) = self.number() {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    /// The status if it has ended, without taking it: the group keeps its number until it is waited
    /// for.
    pub fn how_it_ended(&mut self) -> Option<String> {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let status = waitid(WaitId::Pid(self.number()?), look).ok()??;
        Some(match (status.exit_status(), status.terminating_signal()) {
            (Some(code), _) => format!("with exit code {code}"),
            (_, Some(signal)) => format!("by signal {signal}"),
            _ => "in an unknown way".into(),
        })
    }

    fn number(&self) -> Option<Pid> {
        Pid::from_raw(i32::try_from(self.0.id()).ok()?)
    }
}
