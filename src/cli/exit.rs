//! The exit codes.

use crate::report::Notice;

/// All went well.
pub(super) const DONE: u8 = 0;
/// The answer is no: Duplicati would not run with the options, a vector fails.
pub(super) const REFUSED: u8 = 1;
/// The question could not be understood, or an input not be read.
pub(super) const UNREADABLE: u8 = 2;
/// Another program that is asked crashed or was too slow.
pub(super) const CRASHED: u8 = 3;

/// What the help says about them.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  Duplicati would not run with the policy or the other options, whatever the command; check
     --deny-warnings: there is a warning (that only the classic web page refuses it is a warning);
     conformance: an answer differs; verify: an invariant is violated
  2  wrong usage, or an input that cannot be read
  3  conformance: the program that was asked crashed or was too slow

Nothing of Duplicati's is ever changed or deleted.";

/// The code of an answer about options that Duplicati may not run with.
pub(super) const fn of(blockers: &[Notice]) -> u8 {
    if blockers.is_empty() { DONE } else { REFUSED }
}
