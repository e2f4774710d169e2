//! A backup job, from the file that Duplicati's page exports: the options that decide, and the
//! schedule.

use std::io::{self, Read};

use serde::Deserialize;

use super::days::{Days, UnknownDay};
use crate::Release;
use crate::clock::Utc;
use crate::retention::OPTION_NAMES;
use crate::sources::times::{TimeTextError, parse_time};

/// No export is larger: it lists sources and filters, but no files.
const MOST_BYTES: u64 = 16 << 20;

/// A backup job, as far as retention looks at it. Everything else in the file is passed over.
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
    /// Its name, as it stands on the page.
    pub name: String,
    /// The release that exported it, if it is one that is mirrored.
    pub release: Option<Release>,
    /// When it runs; nothing if it is not scheduled.
    pub schedule: Option<JobSchedule>,
    options: Vec<(&'static str, String)>,
}

/// When a job runs.
///
/// ```
/// use duplicati_retention::sources::{Days, JobSchedule};
/// let daily = JobSchedule { repeat: "1D".into(), next: None, days: Days::ALL };
/// assert_eq!(daily.clone(), daily);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobSchedule {
    /// The time from one backup to the next, as a span's text such as `1D`; never empty.
    pub repeat: String,
    /// The next run, in UTC.
    pub next: Option<Utc>,
    /// The days on which it may run.
    pub days: Days,
}

/// Why a file is not read as a job.
///
/// ```
/// use duplicati_retention::sources::{Job, JobError};
/// assert!(matches!(Job::read(&b"AES\x02\x00"[..]), Err(JobError::Encrypted)));
/// ```
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// It cannot be read at all.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
    /// It was exported with a passphrase.
    #[error(
        "this export is encrypted; export the job once more without \"Encrypt file\", or decrypt it with AES Crypt"
    )]
    Encrypted,
    /// It is a database.
    #[error("this is a database, not the export of a job; a job's database is given by --database")]
    Database,
    /// It is far larger than any export.
    #[error("this is larger than 16 MiB, which no export of a job is")]
    TooLarge,
    /// It is no JSON, or JSON of another kind.
    #[error(
        "this is not the export of a job ({0}); expected is the file that \"Export\" on the job's page makes"
    )]
    NotAnExport(serde_json::Error),
    /// It is JSON without a job in it.
    #[error(
        "there is no \"Backup\" in this file; expected is the file that \"Export\" on the job's page makes"
    )]
    NoBackup,
    /// The time of the next run cannot be read.
    #[error("Schedule.Time: {0}")]
    Time(#[from] TimeTextError),
    /// One of the allowed days is none.
    #[error("Schedule.AllowedDays: {0}")]
    Day(#[from] UnknownDay),
}

impl Job {
    /// Reads an export to its end.
    ///
    /// # Errors
    /// [`JobError`] if it is no export, or an encrypted one.
    ///
    /// ```
    /// use duplicati_retention::sources::Job;
    /// assert_eq!(Job::read(&br#"{"Backup":{"Name":"Photos"}}"#[..])?.name, "Photos");
    /// assert!(Job::read(&b"{}"[..]).is_err());
    /// # Ok::<(), duplicati_retention::forecast::JobError>(())
    /// ```
    pub fn read(file: impl Read) -> Result<Job, JobError> {
        let mut bytes = Vec::new();
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        // Duplicati itself tells an encrypted export by these three.
        if bytes.starts_with(b"AES") {
            return Err(JobError::Encrypted);
        }
        if bytes.starts_with(b"SQLite format 3\0") {
            return Err(JobError::Database);
        }
        if bytes.len() as u64 > MOST_BYTES {
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

    /// The options that decide, by their names in [`OPTION_NAMES`], each once, with their texts.
    ///
    /// ```
    /// use duplicati_retention::sources::Job;
    /// let job = br#"{"Backup":{"Settings":[{"Name":"keep-time","Value":"6M"},{"Name":"dblock-size","Value":"50MB"}]}}"#;
    /// assert_eq!(Job::read(&job[..])?.options().collect::<Vec<_>>(), [("keep-time", "6M")]);
    /// # Ok::<(), duplicati_retention::forecast::JobError>(())
    /// ```
    pub fn options(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options.iter().map(|(name, text)| (*name, text.as_str()))
    }

    /// The text of one of these options, if the job has it.
    ///
    /// ```
    /// use duplicati_retention::sources::Job;
    /// let job = br#"{"Backup":{"Settings":[{"Name":"keep-time","Value":"6M"}]}}"#;
    /// assert_eq!(Job::read(&job[..])?.option("keep-time"), Some("6M"));
    /// # Ok::<(), duplicati_retention::forecast::JobError>(())
    /// ```
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options().find(|&(other, _)| other == name).map(|(_, text)| text)
    }
}

/// The settings that decide. One whose name is written with dashes wins over one without, and of
/// equals the last.
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
    // A job with an empty text never runs by itself.
    let Some(repeat) = schedule.repeat.filter(|repeat| !repeat.is_empty()) else { return Ok(None) };
    let time = |text: String| match parse_time(&text) {
        // Times are in UTC, whether they say so or not.
        Err(TimeTextError::NoOffset(_)) => parse_time(&(text + "Z")),
        time => time,
    };
    // The first moment of all is .NET's way to say that there is none.
    let next = schedule.time.map(time).transpose()?.filter(|&time| time > Utc::MIN);
    let days = schedule.allowed_days.unwrap_or_default();
    Ok(Some(JobSchedule { repeat, next, days: Days::named(days.iter().map(String::as_str))? }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "an object with the parts Schedule and Backup")]
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
