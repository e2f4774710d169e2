//! A thread for each pipe of an implementation, none of which holds more than a bounded amount.
//!
//! They end when the pipe does, which the end of the process group sees to. Nobody waits for them.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::process::{ChildStderr, ChildStdin, ChildStdout};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How many questions may be on their way at once. It bounds what is held in memory for an
/// implementation.
pub const WINDOW: usize = 256;

/// The longest answer that is read, in bytes.
const LONGEST_LINE: u64 = 1 << 20;
/// How many answers wait to be looked at, at most.
const WAITING_ANSWERS: usize = 64;
/// How much of the standard error is kept, in bytes.
const KEPT_OF_STDERR: usize = 4096;
/// How much of a line is shown, in characters.
const SHOWN_OF_LINE: usize = 200;

/// What came from an implementation's standard output.
#[derive(Debug)]
pub(super) enum Said {
    /// A line without its end.
    Line(Vec<u8>),
    /// The start of a line that is too long.
    TooLong(Vec<u8>),
    /// There is no more.
    End,
}

/// Lines that are sent here go to the implementation, together where several wait.
pub(super) fn write(stdin: ChildStdin, closed: Arc<AtomicBool>) -> SyncSender<String> {
    let (sender, lines) = sync_channel(WINDOW + 1); // and one for hello
    thread::spawn(move || closed.store(write_all(stdin, &lines).is_err(), Ordering::Relaxed));
    sender
}

fn write_all(stdin: ChildStdin, lines: &Receiver<String>) -> io::Result<()> {
    let mut stdin = BufWriter::new(stdin);
    while let Ok(line) = lines.recv() {
        writeln!(stdin, "{line}")?;
        while let Ok(line) = lines.try_recv() {
            writeln!(stdin, "{line}")?;
        }
        stdin.flush()?;
    }
    Ok(())
}

/// What the implementation says, line by line; while nobody takes it, no more is read.
pub(super) fn read(stdout: ChildStdout) -> Receiver<Said> {
    let (sender, answers) = sync_channel(WAITING_ANSWERS);
    thread::spawn(move || {
        let mut stdout = BufReader::with_capacity(1 << 16, stdout);
        loop {
            let mut line = Vec::new();
            let read = stdout.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', &mut line);
            let said = match read {
                Ok(0) | Err(_) => Said::End,
                Ok(_) if line.ends_with(b"\n") => {
                    line.pop();
                    Said::Line(line)
                }
                Ok(length) if length as u64 > LONGEST_LINE => Said::TooLong(line),
                // The last line, without its end.
                Ok(_) => Said::Line(line),
            };
            let is_last = !matches!(said, Said::Line(_));
            if sender.send(said).is_err() || is_last {
                return;
            }
        }
    });
    answers
}

/// The end of an implementation's standard error, all of which is read, so that it never blocks.
#[derive(Debug, Default)]
pub(super) struct Tail {
    bytes: Mutex<VecDeque<u8>>,
    ended: AtomicBool,
}

pub(super) fn keep_tail(mut stderr: ChildStderr) -> Arc<Tail> {
    let tail = Arc::new(Tail::default());
    let kept = tail.clone();
    thread::spawn(move || {
        let mut chunk = [0; 1 << 14];
        while let Ok(length @ 1..) = stderr.read(&mut chunk) {
            let mut bytes = kept.bytes.lock().unwrap_or_else(PoisonError::into_inner);
            bytes.extend(&chunk[length.saturating_sub(KEPT_OF_STDERR)..length]);
            let surplus = bytes.len().saturating_sub(KEPT_OF_STDERR);
            bytes.drain(..surplus);
        }
        kept.ended.store(true, Ordering::Release);
    });
    tail
}

impl Tail {
    /// What was kept. The implementation has ended; what it wrote last is waited for, but not for
    /// long.
    pub fn text(&self) -> String {
        for _ in 0..50 {
            if self.ended.load(Ordering::Acquire) {
                break;
            }
            thread::sleep(Duration::from_millis(2));
        }
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(bytes.make_contiguous()).trim_end().to_owned()
    }
}

/// The start of a line, safe to show.
pub(crate) fn shown(line: &[u8]) -> String {
    // Four bytes are the most that a character has.
    let text = String::from_utf8_lossy(&line[..line.len().min(4 * SHOWN_OF_LINE)]);
    let start: String = text.chars().take(SHOWN_OF_LINE).collect();
    format!("{start:?}{}", if start.len() < line.len() { "…" } else { "" })
}
