//! The job that a question was about, and what a person should know about it.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::Release;
use crate::advice::{self, every};
use crate::dotnet::TimeSpan;
use crate::policy::{Unit, parse_span, terms};
use crate::retention::OptionTexts;
use crate::sources::Job;

/// A job from which a part of the question came.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct JobUse {
    /// Its name
    pub name: String,
    /// The file that it was read from
    pub file: String,
    /// The line of its first option that decides, from 1; `null` if it has none
    pub line: Option<usize>,
    /// What was taken from it, such as `policy and schedule`
    pub gives: String,
}

impl fmt::Display for JobUse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => formatter.write_str(&self.file)?,
            name => write!(formatter, "job {name:?} ({}", self.file)?,
        }
        if let Some(line) = self.line {
            write!(formatter, ", line {line}")?;
        }
        formatter.write_str(if self.name.is_empty() { "" } else { ")" })
    }
}

/// What to say of a job without any option that deletes.
fn keeps_everything(job: &Job) -> String {
    let nothing = "the job sets none of retention-policy, keep-time and keep-versions, so it keeps \
                   every version";
    let unless = "unless a default option for all jobs deletes some: an exported job does not have \
                  these, but the command line that Duplicati exports does";
    if job.has_defaults { nothing.into() } else { format!("{nothing}, {unless}") }
}

/// What to say of a job whose default options are not known, where the question is whether
/// Duplicati accepts it.
pub fn caveat_of_the_defaults(job: &Job) -> Option<String> {
    let sets = |name: &&str| job.option(name).is_some_and(|text| !text.is_empty());
    let own = ["retention-policy", "keep-time", "keep-versions"].into_iter().find(sets)?;
    caveat_of_the_defaults_with(job, own)
}

/// The same of a job that has this retention option.
pub(super) fn caveat_of_the_defaults_with(job: &Job, own: &str) -> Option<String> {
    (!job.has_defaults).then(|| {
        format!(
            "an exported job does not have the default options for all jobs. If one of them is a \
             retention option other than {own}, every backup fails, and this answer cannot know \
             it: check the command line that Duplicati exports, which has them"
        )
    })
}

/// What to say of a job where all its options are looked at, and none of them deletes.
pub fn caveat_of_no_options(job: &Job) -> Option<String> {
    let texts: OptionTexts = job.options().collect();
    let deletes = ["retention-policy", "keep-time", "keep-versions", "version"];
    (!deletes.into_iter().any(|name| texts.get(name).is_some())).then(|| keeps_everything(job))
}

/// What to say of a job's schedule where Duplicati counts its steps by the calendar.
pub fn caveat_of_the_repeat(job: &Job) -> Option<String> {
    let repeat = &job.schedule.as_ref()?.repeat;
    let by_the_calendar =
        terms(repeat).flatten().any(|term| matches!(term.unit, Unit::Month | Unit::Year));
    let span = parse_span(repeat, release_of(job)).ok()?;
    by_the_calendar.then(|| {
        format!(
            "Duplicati counts the job's {repeat} by the calendar; here a backup starts {}",
            every(span)
        )
    })
}

/// What to say of backups that follow each other too fast for the server to save the schedule.
pub fn caveat_of_a_short_schedule(every: TimeSpan) -> Option<String> {
    (every.whole_seconds() <= 300).then(|| {
        format!(
            "the server does not save a job with a backup {}: it must be more than 5 minutes",
            advice::every(every)
        )
    })
}

fn release_of(job: &Job) -> Release {
    job.release.as_ref().map_or(Release::default(), |found| found.release)
}
