//! The program alone, where there is nothing that holds what it starts.

use std::io;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

pub(super) struct Head(Child);

impl Head {
    pub fn start(mut command: Command) -> io::Result<Head> {
        command.spawn().map(Head)
    }

    pub fn pipes(&mut self) -> (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>) {
        (self.0.stdin.take(), self.0.stdout.take(), self.0.stderr.take())
    }

    pub fn end_group(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    pub fn how_it_ended(&mut self) -> Option<String> {
        self.0.try_wait().ok().flatten().map(|status| status.to_string())
    }
}
