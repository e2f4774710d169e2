//! The pairs of a policy, as written and as read.

use schemars::JsonSchema;
use serde::Serialize;

use crate::advice::{PairLabels, every, in_words};
use crate::dotnet::TimeSpan;
use crate::policy::Policy;

/// A pair of time frame and interval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PairReport {
    /// The time frame as written
    pub frame: String,
    /// The interval as written
    pub interval: String,
    /// The time frame; `null` if it is unlimited
    pub frame_seconds: Option<TimeSpan>,
    /// The interval; 0 keeps every backup
    pub interval_seconds: TimeSpan,
}

impl PairReport {
    /// The pairs of a policy and of the text that it was read from, in the order of the text.
    pub fn of(policy: &Policy, labels: &PairLabels) -> Vec<PairReport> {
        policy
            .iter()
            .map(|(index, pair)| PairReport {
                frame: labels.frame(index).to_owned(),
                interval: labels.interval(index).to_owned(),
                frame_seconds: (!pair.is_unlimited()).then(|| pair.frame()),
                interval_seconds: pair.interval(),
            })
            .collect()
    }

    /// The pair as it is written.
    pub fn text(&self) -> String {
        format!("{}:{}", self.frame, self.interval)
    }

    /// How far the time frame reaches back, in words.
    pub fn reach(&self) -> String {
        self.frame_seconds.map_or("without limit".into(), in_words)
    }

    /// What is requested: `every backup`, `one every 7 days`.
    pub fn requested(&self) -> String {
        match self.interval_seconds {
            TimeSpan::ZERO => "every backup".into(),
            interval => format!("one {}", every(interval)),
        }
    }
}
