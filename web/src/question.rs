//! What the page asks: the same things as the command's arguments, as texts.

use std::collections::BTreeMap;

use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::policy::OPTION_NAMES;
use duplicati_retention::report::{
    Context, Diagnostic, Moment, NamedGoal, Period, Planned, ScheduleQuestion,
};
use duplicati_retention::retention::{Options, OptionsError};
use duplicati_retention::sources::times::parse_time;
use serde::Deserialize;

/// A question of the page.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Question {
    /// The command that would answer it, or `timeline`.
    pub ask: String,
    /// The text of the policy.
    pub policy: String,
    /// The release.
    pub release: String,
    /// The time zone.
    pub time_zone: String,
    /// The present.
    pub now: String,
    /// When backups are made.
    pub schedule: ScheduleTexts,
    /// Whether a forecast begins with the versions that were dropped.
    pub from_dropped: bool,
    /// The other options that decide, by name.
    pub options: BTreeMap<String, String>,
    /// The policy to compare with.
    pub other_policy: Option<String>,
    /// The release to compare with, in place of another policy.
    pub other_release: Option<String>,
    /// The goals of a policy: how far back, by kind.
    pub goals: BTreeMap<String, String>,
}

/// A schedule as it is typed: an empty text leaves what the command takes by default.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ScheduleTexts {
    pub every: String,
    pub days: String,
    pub at: String,
    pub jitter: String,
    pub miss: String,
    pub off: String,
    pub partial: String,
    pub r#for: String,
    pub seed: String,
}

impl ScheduleTexts {
    fn read(&self) -> Result<ScheduleQuestion, Diagnostic> {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let default = ScheduleQuestion::default();
        let share = |option, text| read(option, text, ScheduleQuestion::share);
        Ok(ScheduleQuestion {
            every: given(&self.every),
            days: read("--days", &self.days, str::parse)?,
            at: read("--at", &self.at, ScheduleQuestion::time_of_day)?,
            jitter: given(&self.jitter).unwrap_or(default.jitter),
            miss: share("--miss", &self.miss)?.unwrap_or(default.miss),
            off: given(&self.off),
            partial: share("--partial", &self.partial)?.unwrap_or(default.partial),
            length: given(&self.r#for).unwrap_or(default.length),
            seed: read("--seed", &self.seed, str::parse)?.unwrap_or(default.seed),
        })
    }
}

/// What a text that is not empty means.
fn read<T, E: ToString>(
    option: &str,
    text: &str,
    meaning: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, Diagnostic> {
    let wrong = |error: E| Diagnostic::new(format!("{option} {text}: {}", error.to_string()));
    if text.is_empty() { Ok(None) } else { meaning(text).map(Some).map_err(wrong) }
}

impl Question {
    /// When backups are made, with the present at this end of the period.
    pub fn planned(&self, period: Period) -> Result<Planned, Diagnostic> {
        self.schedule.read()?.read(None, self.release()?, self.now()?, period)
    }

    /// The release, the zone and the present, as the command would have them from its arguments.
    pub fn context(&self) -> Result<Context, Diagnostic> {
        Ok(Context {
            release: self.release()?,
            release_origin: "from --release".into(),
            moment: self.moment()?,
            job: None,
        })
    }

    /// The chosen release.
    pub fn release(&self) -> Result<Release, Diagnostic> {
        self.release.parse().map_err(Diagnostic::new)
    }

    /// The present.
    pub fn now(&self) -> Result<Utc, Diagnostic> {
        parse_time(&self.now).map_err(|error| Diagnostic::new(format!("--now: {error}")))
    }

    /// The zone and the present.
    pub fn moment(&self) -> Result<Moment, Diagnostic> {
        let zone: Zone = self.time_zone.parse().map_err(Diagnostic::new)?;
        Ok(Moment {
            time_zone: zone,
            time_zone_origin: "from --time-zone".into(),
            now: self.now()?,
            now_origin: "from --now".into(),
        })
    }

    /// All options, with this policy and release.
    pub fn options(&self, policy: &str, release: Release) -> Result<Options, Diagnostic> {
        let text = |name: &'static str| match name {
            "retention-policy" => Some((name, policy)),
            other => Some((other, self.options.get(other)?.as_str())),
        };
        Options::parse(OPTION_NAMES.into_iter().filter_map(text), release).map_err(|error| {
            match error {
                OptionsError::Policy(error) => Diagnostic::refused(policy, release, &error),
                error => Diagnostic::new(error),
            }
        })
    }

    /// The goals, those for the shortest interval first.
    pub fn goals(&self, release: Release) -> Result<Vec<NamedGoal>, Diagnostic> {
        let goal = |(kind, ..): (&'static str, _, _)| {
            let text = self.goals.get(kind).filter(|text| !text.is_empty())?;
            Some(NamedGoal::read(kind, text, release))
        };
        NamedGoal::KINDS.into_iter().filter_map(goal).collect()
    }
}
