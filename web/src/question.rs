//! What the page asks: the same things as the command's arguments, as texts.

use std::collections::BTreeMap;

use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::dotnet::TimeSpan;
use duplicati_retention::report::{
    Context, Diagnostic, GoalTexts, Goals, Moment, Period, Planned, ScheduleQuestion,
};
use duplicati_retention::retention::{OptionTexts, Options, OptionsError};
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
    /// The goals of a policy: how far back, by name; and `counts`, as other programs write them.
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
            jitter: given(&self.jitter),
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

    /// The texts of all options, with this policy.
    pub fn texts(&self, policy: &str) -> OptionTexts {
        let others = self.options.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        others.chain([("retention-policy", policy)]).collect()
    }

    /// All options, with this policy and release.
    pub fn options(&self, policy: &str, release: Release) -> Result<Options, Diagnostic> {
        Options::parse(self.texts(policy).iter(), release).map_err(|error| match error {
            OptionsError::Policy(_) => Diagnostic::refused(policy, release),
            error => Diagnostic::new(error),
        })
    }

    /// The goals, for a schedule with this time from one backup to the next.
    pub fn goals(&self, release: Release, every: TimeSpan) -> Result<Goals, Diagnostic> {
        let given = |name: &str| self.goals.get(name).map(|text| text.trim().to_owned());
        let span = |name: &str| given(name).filter(|text| !text.is_empty());
        GoalTexts::new(span, given("counts").unwrap_or_default()).read(release, every)
    }
}
