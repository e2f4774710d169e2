//! The first process of a job object. It is started before it may run, so that nothing that it
//! starts is outside the job.

use std::io;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command};

use process_wrap::std::{ChildWrapper, CommandWrap, JobObject};

pub(super) struct Head(Box<dyn ChildWrapper>);

impl Head {
    pub fn start(command: Command) -> io::Result<Head> {
        CommandWrap::from(command).wrap(JobObject).spawn().map(Head)
    }

    pub fn pipes(&mut self) -> (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>) {
        (self.0.stdin().take(), self.0.stdout().take(), self.0.stderr().take())
    }

    pub fn end_group(&mut self) {
        let _ = self.0.start_kill();
        // Not the wrapper's wait, which also waits for a message of the job.
        let _ = self.0.inner_mut().wait();
    }

    pub fn how_it_ended(&mut self) -> Option<String> {
        let status = self.0.inner_mut().try_wait().ok()??;
        Some(match status.code() {
            // What the system ends has a status such as 0xC0000005, an access violation.
            Some(code) if code < 0 => format!("with exit code {code:#X}"),
            Some(code) => format!("with exit code {code}"),
            None => "in an unknown way".into(),
        })
    }
}
