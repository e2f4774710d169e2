//! A backup job, from the file that Duplicati exports: the options that decide, and the schedule.

use std::io::{self, Read};

use serde::Deserialize;

use super::days::{Days, UnknownDay};
use crate::Release;
use crate::clock::Utc;
use crate::policy::OPTION_NAMES;
use crate::sources::times::{TimeTextError, parse_time};

/// No export is larger: it lists sources and filters, but not files.
const MAX_BYTES: u64 = 16 << 20;

/// The parts of a backup job that matter to retention. Everything else in the file is ignored.
///
/// ```
/// use duplicati_retention::dotnet::TICKS_PER_DAY;
/// use duplicati_retention::{Release, policy::parse_span, retention::Options, sources::Job, forecast::Schedule};
/// let job = Job::read(&br#"{
///     "CreatedByVersion": "2.3.0.1",
///     "Schedule": { "Time": "2026-11-24T01:00:00Z", "Repeat": "1D", "AllowedDays": ["mon", "tue"] },
///     "Backup": { "Name": "Documents", "Settings": [{ "Name": "--retention-policy", "Value": "7D:1D" }] }
/// }"#[..])?;
/// let options = Options::parse(job.options(), job.release.unwrap_or_default())?;
/// assert_eq!(options.policy.to_string(), "7D:1D");
/// let JobSchedule { repeat, next, days } = job.schedule.unwrap();
/// let schedule = Schedule { next, days, ..Schedule::every(parse_span(&repeat, Release::V2_3_0)?) };
/// assert_eq!(schedule.every.ticks(), TICKS_PER_DAY);
/// # use duplicati_retention::sources::JobSchedule;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its name in Duplicati.
    pub name: String,
    /// The release that exported it, if this crate knows it.
    pub release: Option<Release>,
    /// When it runs; `None` without a schedule.
    pub schedule: Option<JobSchedule>,
    options: Vec<(&'static str, String)>,
}

/// When a job runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobSchedule {
    /// The time from one backup to the next, as the text of a time span such as `1D`; never empty.
    pub repeat: String,
    /// The next run.
    pub next: Option<Utc>,
    /// The days on which it may run.
    pub days: Days,
}

/// Why a file cannot be read as a job.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// The file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
    /// It was exported with a passphrase.
    #[error(
        "this export is encrypted; export the job again without \"Encrypt file\", or decrypt it with AES Crypt"
    )]
    Encrypted,
    /// It is a database.
    #[error("this is a database, not an exported job; give a job's database with --database")]
    Database,
    /// It is far larger than any export.
    #[error("this file is larger than 16 MiB, so it is not an exported job")]
    TooLarge,
    /// It is not JSON, or JSON of another kind.
    #[error(
        "this is not an exported job ({0}); choose \"Export\" on the job's page in Duplicati and give that file"
    )]
    NotAnExport(serde_json::Error),
    /// It is JSON without a job in it.
    #[error(
        "this file has no \"Backup\"; choose \"Export\" on the job's page in Duplicati and give that file"
    )]
    NoBackup,
    /// The time of the next run cannot be read.
    #[error("Schedule.Time: {0}")]
    Time(#[from] TimeTextError),
    /// One of the allowed days is not a day.
    #[error("Schedule.AllowedDays: {0}")]
    Day(#[from] UnknownDay),
}

impl Job {
    /// Reads an export to its end.
    ///
    /// # Errors
    /// [`JobError`] if it is not an export, or an encrypted one.
    pub fn read(file: impl Read) -> Result<Job, JobError> {
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        // Duplicati recognises an encrypted export by these three bytes.
        if bytes.starts_with(b"AES") {
            return Err(JobError::Encrypted);
        }
        if bytes.starts_with(b"SQLite format 3\0") {
            return Err(JobError::Database);
        }
        if bytes.len() as u64 > MAX_BYTES {
            return Err(JobError::TooLarge);
        }
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        let export: Export = serde_json::from_slice(text).map_err(JobError::NotAnExport)?;
        let backup = export.backup.ok_or(JobError::NoBackup)?;
        Ok(Job {
            name: backup.name.unwrap_or_default(),
            release: export.created_by_version.and_then(|version| version.parse().ok()),
            schedule: export.schedule.map_or(Ok(None), schedule)?,
            options: decisive(&backup.settings.unwrap_or_default()),
        })
    }

    /// The options that decide, by their names in [`OPTION_NAMES`], each once, with their values.
    pub fn options(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options.iter().map(|(name, text)| (*name, text.as_str()))
    }

    /// The value of one of these options, if the job has it.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options().find(|&(other, _)| other == name).map(|(_, text)| text)
    }
}

/// The settings that decide. A name with dashes has priority over one without, and the last of
/// several wins.
fn decisive(settings: &[Setting]) -> Vec<(&'static str, String)> {
    let option = |name: &'static str| {
        let with_dashes = |setting: &&Setting| setting.name.strip_prefix("--") == Some(name);
        let without = |setting: &&Setting| setting.name == name;
        let setting =
            settings.iter().rfind(with_dashes).or_else(|| settings.iter().rfind(without))?;
        Some((name, setting.value.clone().unwrap_or_default()))
    };
    OPTION_NAMES.into_iter().filter_map(option).collect()
}

fn schedule(schedule: ExportedSchedule) -> Result<Option<JobSchedule>, JobError> {
    // A job with an empty text is not scheduled.
    let Some(repeat) = schedule.repeat.filter(|repeat| !repeat.is_empty()) else { return Ok(None) };
    let time = |text: String| match parse_time(&text) {
        // Times are in UTC, even if they do not say so.
        Err(TimeTextError::NoOffset(_)) => parse_time(&(text + "Z")),
        time => time,
    };
    // .NET writes DateTime.MinValue for a missing time.
    let next = schedule.time.map(time).transpose()?.filter(|&time| time > Utc::MIN);
    let days = schedule.allowed_days.unwrap_or_default();
    Ok(Some(JobSchedule { repeat, next, days: Days::named(days.iter().map(String::as_str))? }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object with Schedule and Backup")]
struct Export {
    created_by_version: Option<String>,
    schedule: Option<ExportedSchedule>,
    backup: Option<ExportedBackup>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object for Schedule")]
struct ExportedSchedule {
    time: Option<String>,
    repeat: Option<String>,
    allowed_days: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object for Backup")]
struct ExportedBackup {
    name: Option<String>,
    settings: Option<Vec<Setting>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a setting with Name and Value")]
struct Setting {
    #[serde(default)]
    name: String,
    value: Option<String>,
}
