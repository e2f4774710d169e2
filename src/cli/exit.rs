//! The exit codes.

/// All went well.
pub(super) const DONE: u8 = 0;
/// The answer is no: a policy is refused, a vector fails.
pub(super) const REFUSED: u8 = 1;
/// The question could not be understood, or an input not be read.
pub(super) const UNREADABLE: u8 = 2;
/// Another program that is asked crashed or was too slow.
pub(super) const CRASHED: u8 = 3;

/// What the help says about them.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  check: the server of the chosen release refuses the policy, or with --deny-warnings there is a
     warning (that only the web page refuses it is a warning); conformance: an answer differs;
     verify: an invariant is violated
  2  wrong usage, or an input that cannot be read
  3  conformance: the program that was asked crashed or was too slow

Nothing of Duplicati's is ever changed or deleted.";
