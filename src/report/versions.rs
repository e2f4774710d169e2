//! A version as answers show it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::clock::{LocalDateTime, Utc};
use crate::dotnet::TimeSpan;
use crate::history::{History, VersionNumber};

/// A version of a job.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VersionReport {
    /// Duplicati's number; 0 is the newest
    pub version: VersionNumber,
    /// When the backup started
    pub time: Utc,
    /// What the local clock showed then
    pub local_time: LocalDateTime,
    /// How old it is by the local clock, as the decision counts it
    pub age_seconds: TimeSpan,
    /// Whether the backup was stopped before it was complete
    pub partial: bool,
    /// The end of the object lock on its remote file; `null` without one
    pub locked_until: Option<Utc>,
}

impl VersionReport {
    /// A version of a history, at this local time.
    pub(super) fn of(history: &History, version: VersionNumber, local_now: LocalDateTime) -> Self {
        let backup = history.backup(version);
        let local_time = history.local_time(version);
        VersionReport {
            version,
            time: backup.time,
            local_time,
            age_seconds: local_now.since(local_time),
            partial: backup.partial,
            locked_until: backup.locked_until,
        }
    }

    /// `partial` or `full`.
    pub fn kind(&self) -> &'static str {
        if self.partial { "partial" } else { "full" }
    }
}

impl super::context::Moment {
    /// These versions of a history, by their numbers.
    pub fn versions(&self, history: &History, numbers: &[usize]) -> Vec<VersionReport> {
        let local_now = self.local(self.now);
        let report = |&number| VersionReport::of(history, VersionNumber::new(number), local_now);
        numbers.iter().map(report).collect()
    }
}
