//! What an answer depends on besides the question, and where each came from.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use super::job::JobUse;
use crate::Release;
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};

/// The release, the time zone and the present.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Context {
    /// The release of Duplicati
    pub release: Release,
    /// Where the release came from, such as `from --release`
    pub release_origin: String,
    /// The time zone and the present.
    #[serde(flatten)]
    pub moment: Moment,
    /// The job that was asked about; `null` without one
    pub job: Option<JobUse>,
}

/// The time zone and the present.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Moment {
    /// The time zone of the machine that Duplicati runs on
    pub time_zone: Zone,
    /// Where the time zone came from, such as `from --time-zone`
    pub time_zone_origin: String,
    /// The present
    pub now: Utc,
    /// Where the present came from, such as `from --now`
    pub now_origin: String,
}

impl Moment {
    /// What the local clock shows at a moment.
    pub fn local(&self, time: Utc) -> LocalDateTime {
        self.time_zone.to_local(time)
    }

    /// The same for a sentence, without a fraction of a second.
    pub fn local_second(&self, time: Utc) -> LocalDateTime {
        let fraction = time.ticks().rem_euclid(TICKS_PER_SECOND);
        self.local(time.saturating_add(TimeSpan::from_ticks(-fraction)))
    }

    /// Everything in a line; `releases` is what is said of the release.
    pub(super) fn sentence(&self, releases: &str, job: Option<&JobUse>) -> String {
        let Moment { time_zone, time_zone_origin, now, now_origin } = self;
        let fixed = time_zone.fixed_distance();
        let fixed = fixed.map(|distance| format!(", which is {distance} all year"));
        let job = job.map(|job| format!(", {} from {job}", job.gives)).unwrap_or_default();
        format!(
            "Time zone {}{} ({time_zone_origin}), {releases}, now {} ({now_origin}){job}",
            time_zone.name(),
            fixed.unwrap_or_default(),
            self.local_second(*now)
        )
    }
}

/// The line at the top of an answer.
impl fmt::Display for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Context { release, release_origin, moment, job } = self;
        let release = format!("release {release} ({release_origin})");
        formatter.write_str(&moment.sentence(&release, job.as_ref()))
    }
}
