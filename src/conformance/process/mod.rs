//! An implementation that is another program: started, asked over its standard input and output,
//! and ended for good.
//!
//! Whatever the program does, nothing here waits for it without end, keeps more of what it says
//! than a bounded amount, or leaves it behind: the time for each answer is limited, each pipe has a
//! thread of its own with a bounded queue, and the program is the head of a process group, on
//! Windows of a job object, that is ended as a whole.
//!
//! Start with [`Session`]; `pipes.rs` has the threads and `group.rs` the process group.

mod group;
mod pipes;

use std::ffi::OsString;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use super::protocol::{self, Hello};
use group::Group;
pub use pipes::WINDOW;
pub(crate) use pipes::shown;
use pipes::{Said, Tail};

/// How often a wait looks up whether the run is to stop.
const LOOK_UP: Duration = Duration::from_millis(50);

/// How to start an implementation, and how long it may take.
#[derive(Clone, Debug)]
pub struct Program {
    /// The command and its arguments.
    pub command: Vec<OsString>,
    /// How long it may take for each answer.
    pub limit: Duration,
    /// Set by whoever wants every wait to end.
    pub stop: Arc<AtomicBool>,
}

impl Program {
    /// This command, with ten seconds for each answer.
    pub fn new(command: Vec<OsString>) -> Program {
        Program { command, limit: Duration::from_secs(10), stop: Arc::default() }
    }

    /// Whether every wait is to end.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// An implementation that does not answer as the protocol wants it, with the end of what it wrote
/// to its standard error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct Crash {
    /// What it did.
    pub fault: Fault,
    /// The end of its standard error, at most some kilobytes.
    pub stderr: String,
}

/// What an implementation can do beside answering.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The program does not exist, or may not be run.
    #[error("it cannot be started: {0}")]
    NotStarted(String),
    /// It took longer than the time limit.
    #[error("it did not answer within {0:?}{1}")]
    TooSlow(Duration, &'static str),
    /// It ended, or closed its output.
    #[error("{0}")]
    Ended(String),
    /// A line that is not a JSON object.
    #[error("it answered with a line that is not a JSON object: {0}")]
    NotJson(String),
    /// An answer to something else than what was asked.
    #[error(
        "it answered {got} where {asked} was asked; answers come in order, one for each question"
    )]
    OutOfOrder {
        /// The question's id.
        asked: String,
        /// The answer's id.
        got: String,
    },
    /// A line that has no end.
    #[error("it answered with a line longer than 1 MiB: {0}")]
    TooLong(String),
    /// A line that nobody asked for.
    #[error("it said more than it was asked: {0}")]
    TooMuch(String),
    /// It does not speak this protocol.
    #[error("its answer to hello is not understood: {0}")]
    Hello(String),
    /// It goes on when there is nothing more to answer.
    #[error("it did not end within {0:?} after its input had ended")]
    NeverEnds(Duration),
    /// Nobody wants to know any more.
    #[error("the run was stopped")]
    Stopped,
}

/// A running implementation. Dropping it ends the program and everything that it started in its
/// process group.
///
/// ```
/// use duplicati_retention::conformance::process::{Program, Session};
/// let hello = r#"{"protocol":1,"implementation":"an echo","releases":["2.3.0"],"asks":["plan"]}"#;
/// let script = format!("read line; echo '{hello}'; exec cat");
/// let mut session = Session::start(&Program::new(vec!["sh".into(), "-c".into(), script.into()]))?;
/// session.ask("{}".into());
/// assert_eq!(session.answer()?, b"{}");
/// session.close()?;
/// # Ok::<(), duplicati_retention::conformance::process::Crash>(())
/// ```
pub struct Session {
    group: Group,
    questions: Option<SyncSender<String>>,
    answers: Receiver<Said>,
    stderr: Arc<Tail>,
    input_closed: Arc<AtomicBool>,
    program: Program,
    /// What it says of itself.
    pub hello: Hello,
}

impl Session {
    /// Starts the program and says hello.
    ///
    /// # Errors
    /// [`Crash`] if it does not start or does not speak the protocol.
    pub fn start(program: &Program) -> Result<Session, Crash> {
        let not_started =
            |error: String| Crash { fault: Fault::NotStarted(error), stderr: String::new() };
        let [name, args @ ..] = program.command.as_slice() else {
            return Err(not_started("no command is given".into()));
        };
        let mut command = Command::new(name);
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut group = Group::start(command)
            .map_err(|error| not_started(format!("{}: {error}", name.to_string_lossy())))?;
        let (Some(stdin), Some(stdout), Some(stderr)) = group.pipes() else {
            return Err(not_started("it has no pipes".into()));
        };
        let input_closed = Arc::new(AtomicBool::new(false));
        let mut session = Session {
            group,
            questions: Some(pipes::write(stdin, input_closed.clone())),
            answers: pipes::read(stdout),
            stderr: pipes::keep_tail(stderr),
            input_closed,
            program: program.clone(),
            hello: Hello::default(),
        };
        session.ask(protocol::hello_line());
        let line = session.answer()?;
        session.hello = match serde_json::from_slice::<Hello>(&line) {
            Ok(hello) if hello.protocol == protocol::VERSION => hello,
            Ok(hello) => {
                let version = format!(
                    "protocol {}, but {} is spoken here",
                    hello.protocol,
                    protocol::VERSION
                );
                return Err(session.crash(Fault::Hello(version)));
            }
            Err(error) => {
                return Err(
                    session.crash(Fault::Hello(format!("{error}, in {}", pipes::shown(&line))))
                );
            }
        };
        Ok(session)
    }

    /// Sends a question. No more than [`WINDOW`] may be unanswered.
    pub fn ask(&self, line: String) {
        // If nobody reads any more, the missing answer will tell.
        let _ = self.questions.as_ref().map(|questions| questions.send(line));
    }

    /// Waits for the next line.
    ///
    /// # Errors
    /// [`Crash`] if it does not come in time.
    pub fn answer(&mut self) -> Result<Vec<u8>, Crash> {
        match self.next()? {
            Said::Line(line) => Ok(line),
            Said::TooLong(start) => Err(self.crash(Fault::TooLong(pipes::shown(&start)))),
            Said::End => {
                let how = self.group.how_it_ended();
                Err(self.crash(Fault::Ended(how)))
            }
        }
    }

    /// Ends the input, and waits until the program has ended.
    ///
    /// # Errors
    /// [`Crash`] if it says more than it was asked, or goes on.
    pub fn close(mut self) -> Result<(), Crash> {
        self.questions = None;
        match self.next() {
            Ok(Said::End) => Ok(()),
            Ok(Said::Line(line) | Said::TooLong(line)) => {
                Err(self.crash(Fault::TooMuch(pipes::shown(&line))))
            }
            Err(Crash { fault: Fault::TooSlow(limit, _), .. }) => {
                Err(self.crash(Fault::NeverEnds(limit)))
            }
            Err(crash) => Err(crash),
        }
    }

    /// Says that this is what the implementation did wrong, with its standard error.
    pub fn crash(&mut self, fault: Fault) -> Crash {
        self.group.end();
        Crash { fault, stderr: self.stderr.text() }
    }

    fn next(&mut self) -> Result<Said, Crash> {
        let deadline = Instant::now() + self.program.limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.answers.recv_timeout(left.min(LOOK_UP)) {
                Ok(said) => return Ok(said),
                Err(RecvTimeoutError::Disconnected) => return Ok(Said::End),
                Err(RecvTimeoutError::Timeout) if self.program.is_stopped() => {
                    return Err(self.crash(Fault::Stopped));
                }
                Err(RecvTimeoutError::Timeout) if left.is_zero() => {
                    let closed = self.input_closed.load(Ordering::Relaxed);
                    let input = if closed { "; it had closed its input" } else { "" };
                    return Err(self.crash(Fault::TooSlow(self.program.limit, input)));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}
