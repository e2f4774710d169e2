//! Waits for an answer, but not for ever and not for a crash.

use std::panic::{self, UnwindSafe};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// What the work gives, if it gives something in time; else why not, in a clause.
pub(super) fn watch<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + UnwindSafe + 'static,
) -> Result<T, String> {
    // What a crash prints would become a warning with a text that helps nobody.
    panic::set_hook(Box::new(|_| ()));
    let (sender, receiver) = mpsc::channel();
    let started = thread::Builder::new()
        .spawn(move || drop(sender.send(panic::catch_unwind(work).map_err(|_| ()))));
    if let Err(error) = started {
        return Err(format!("the work could not be started: {error}"));
    }
    match receiver.recv_timeout(limit) {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(())) | Err(RecvTimeoutError::Disconnected) => {
            Err("this program failed inside; please report it".into())
        }
        Err(RecvTimeoutError::Timeout) => {
            Err(format!("it took longer than {} seconds", limit.as_secs()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_and_a_late_answer_are_reasons_and_not_the_end() {
        let limit = Duration::from_secs(5);
        assert_eq!(watch(limit, || 7), Ok(7));
        let crash = watch(limit, || -> u8 { panic!("inside") });
        assert!(crash.unwrap_err().contains("failed inside"));
        let late = watch(Duration::from_millis(20), || thread::sleep(Duration::from_secs(600)));
        assert!(late.unwrap_err().contains("took longer"));
        let _ = panic::take_hook();
    }
}
