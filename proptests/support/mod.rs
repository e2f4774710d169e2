//! What many tests use.

use std::path::PathBuf;

use duplicati_retention::clock::{LocalDateTime, Utc, Zone};
use proptest::test_runner::Config as ProptestConfig;

#[cfg(feature = "cli")]
mod command;
#[cfg(feature = "database")]
mod real;
#[cfg(feature = "database")]
mod sample_contents;
#[cfg(feature = "database")]
pub mod sample_database;

#[cfg(feature = "cli")]
pub use command::*;
#[cfg(feature = "database")]
pub use real::*;

/// The local time of a moment where that is UTC.
pub fn local(utc: Utc) -> LocalDateTime {
    Zone::UTC.to_local(utc)
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// proptest's settings: so many cases. Its seeds are not stored, for they die when a strategy
/// changes; what is found becomes a case in `proptests/regressions`.
pub fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Compares with a file in `snapshots/`.
#[macro_export]
macro_rules! assert_snapshot {
    ($name:expr, $text:expr) => {
        insta::with_settings!({ snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"), prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, $text);
        })
    };
}
