//! What is read from each of the two clocks.

use crate::dotnet::{DateTime, kind};

/// A moment: when a backup started, the end of a lock, the present. Duplicati stores whole seconds.
pub type Utc = DateTime<kind::Utc>;

/// What a clock shows in a [`Zone`](super::Zone). In a repeated hour two moments have one local
/// time, and in a skipped hour a local time has no moment.
pub type LocalDateTime = DateTime<kind::Local>;
