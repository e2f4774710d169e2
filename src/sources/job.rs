//! A backup job, from whatever text it stands in: the options that decide, and the schedule.
//!
//! An exported job and an answer of the server are JSON. Any other text, such as an exported
//! command line or a script, has options (`option_text.rs`).

use std::io::{self, Read};

use serde::Deserialize;
use serde_json::Value;

use super::days::{Days, UnknownDay};
use super::lines::{decode, quoted};
use super::option_text::{self, OptionTextError};
use super::os_words;
use crate::DetectedRelease;
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
/// let options = Options::parse(job.options(), job.release.as_ref().unwrap().release)?;
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
    /// The release that exported it.
    pub release: Option<DetectedRelease>,
    /// When it runs; `None` without a schedule.
    pub schedule: Option<JobSchedule>,
    /// Where its first option that decides was found, from 1.
    pub line: Option<usize>,
    /// Whether it is a command line or another text with options, which have the default options
    /// for all jobs in them. An exported job has not.
    pub has_defaults: bool,
    /// What was not read: one clause each.
    pub caveats: Vec<String>,
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
    #[error("{}", os_words(.0))]
    Unreadable(#[from] io::Error),
    /// It was exported with a passphrase.
    #[error(
        "this export is encrypted; export the job again without \"Encrypt file\", or decrypt it \
         with AES Crypt"
    )]
    Encrypted,
    /// It is a database.
    #[error(
        "this is a database, not an exported job; give a job's database with --database, and a \
         job with --job"
    )]
    Database,
    /// It is far larger than any export.
    #[error("this file is larger than 16 MiB, so it is not an exported job")]
    TooLarge,
    /// It is not text in UTF-8 or UTF-16.
    #[error("this is not text; give an exported job, a command line or a script")]
    NotText,
    /// It is JSON of a job with something else in it.
    #[error(
        "this is not an exported job ({0}); choose \"Export\" on the job's page in Duplicati and \
         give that file"
    )]
    NotAnExport(serde_json::Error),
    /// Nothing in it decides what is deleted.
    #[error(
        "there is no job in this file (an object with \"Backup\") and no option that decides, \
         such as --retention-policy=1W:1D; give an exported job, a command line or a script"
    )]
    NoJob,
    /// It has several jobs.
    #[error("there are {} jobs here; choose one with --job-name: {}", .0.len(), list(.0))]
    Several(Vec<String>),
    /// It has no job of the chosen name.
    #[error("no job here has the name {}; there is {}", quoted(wanted), list(present))]
    NoSuchName {
        /// The chosen name.
        wanted: String,
        /// The names that there are.
        present: Vec<String>,
    },
    /// Its options cannot be read.
    #[error(transparent)]
    Options(#[from] OptionTextError),
    /// The time of the next run cannot be read.
    #[error("Schedule.Time: {0}")]
    Time(#[from] TimeTextError),
    /// One of the allowed days is not a day.
    #[error("Schedule.AllowedDays: {0}")]
    Day(#[from] UnknownDay),
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

impl Job {
    /// Reads the only job of a text to its end.
    ///
    /// # Errors
    /// [`JobError`] if there is no job in it, an encrypted one, or several.
    pub fn read(file: impl Read) -> Result<Job, JobError> {
        Job::read_named(file, None)
    }

    /// Reads the job of this name or ID from a text to its end, or the only one.
    ///
    /// # Errors
    /// [`JobError`] if there is no such job in it, an encrypted one, or several.
    ///
    /// ```
    /// use duplicati_retention::sources::Job;
    /// let script = "#!/bin/sh\nduplicati-cli backup s3://b/x /data --retention-policy=\"7D:1D\"\n";
    /// let job = Job::read_named(script.as_bytes(), None)?;
    /// assert_eq!((job.option("retention-policy"), job.line), (Some("7D:1D"), Some(2)));
    /// # Ok::<(), duplicati_retention::sources::JobError>(())
    /// ```
    pub fn read_named(file: impl Read, name: Option<&str>) -> Result<Job, JobError> {
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
        let text = decode(&bytes).ok_or(JobError::NotText)?;
        match exports(&text)? {
            exports if exports.is_empty() => Job::from_options(&text),
            exports => Job::from_export(choose(exports, name)?, &text),
        }
    }

    /// The policy of a text that a person pasted: what follows the name of the option, or the text
    /// without the quotes around it; and a clause for each thing that was left out.
    ///
    /// # Errors
    /// [`JobError`] if the text has an option without a value, or with two.
    pub fn pasted_policy(text: &str) -> Result<(String, Vec<String>), JobError> {
        let found = option_text::find(text)?;
        if let Some(policy) = found.into_iter().find(|option| option.name == OPTION_NAMES[0]) {
            let what =
                "the name of the option and what stands around it were left out; the policy is";
            return Ok((policy.value.clone(), vec![format!("{what} {}", quoted(&policy.value))]));
        }
        let quotes: &[char] = &['"', '\'', '“', '”', '„', '‘', '’', '`', '«', '»'];
        let policy = text.trim().trim_matches(quotes);
        if policy.len() == text.trim().len() || policy.is_empty() {
            return Ok((text.to_owned(), Vec::new()));
        }
        let caveat = "the quotes around the policy were left out; where they are part of the \
                      value, Duplicati refuses it";
        Ok((policy.to_owned(), vec![caveat.to_owned()]))
    }

    fn from_export(export: Value, text: &str) -> Result<Job, JobError> {
        let export = Export::deserialize(export).map_err(JobError::NotAnExport)?;
        let backup = export.backup.ok_or(JobError::NoJob)?;
        let options = decisive(&backup.settings.unwrap_or_default());
        let is_first = |line: &&str| options.iter().any(|(name, _)| line.contains(*name));
        let line = text.lines().position(|line| is_first(&line)).map(|index| index + 1);
        let release = export.created_by_version.map(|version| {
            DetectedRelease::of(&version, "from the job", "the job was exported by")
        });
        Ok(Job {
            name: backup.name.unwrap_or_default(),
            release,
            schedule: export.schedule.map_or(Ok(None), schedule)?,
            line,
            has_defaults: false,
            caveats: Vec::new(),
            options,
        })
    }

    fn from_options(text: &str) -> Result<Job, JobError> {
        let found = option_text::find(text)?;
        let other = |name| found.iter().find(|option| option.name == name);
        let caveats = other("parameters-file").map(|option| {
            let file = quoted(&option.value);
            format!(
                "the options in the parameters file {file} were not read; give that file if they \
                 decide"
            )
        });
        let decisive = found.iter().filter(|option| OPTION_NAMES.contains(&option.name));
        let mut options: Vec<_> =
            decisive.clone().map(|option| (option.name, option.value.clone())).collect();
        let mut line = decisive.map(|option| option.line).min();
        // A file with nothing but a policy.
        let alone = text.trim();
        let is_policy = alone.contains(':') && !alone.contains(char::is_whitespace);
        if options.is_empty() && is_policy && !alone.contains(['/', '\\', '{', '=', '.', '"']) {
            options.push((OPTION_NAMES[0], alone.to_owned()));
            line = text.lines().position(|line| !line.trim().is_empty()).map(|index| index + 1);
        }
        if options.is_empty() && caveats.is_none() && !text.contains("duplicati-cli") {
            return Err(JobError::NoJob);
        }
        Ok(Job {
            name: other("backup-name").map(|option| option.value.clone()).unwrap_or_default(),
            release: None,
            schedule: None,
            line,
            has_defaults: true,
            caveats: caveats.into_iter().collect(),
            options,
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

/// Every job in the JSON of a text: the text itself, or a value that begins a line of it, as on a
/// page.
fn exports(text: &str) -> Result<Vec<Value>, JobError> {
    let mut found = Vec::new();
    let is_json = text.trim_start().starts_with(['{', '[']);
    if is_json {
        match serde_json::from_str::<Value>(text) {
            Ok(value) => {
                add_exports(value, &mut found);
                return Ok(found);
            }
            Err(error) if !text.contains("--") && !text.contains('`') => {
                return Err(JobError::NotAnExport(error));
            }
            Err(_) => {}
        }
    }
    let mut start = 0;
    while let Some(line) = text[start..].split_inclusive('\n').next() {
        let begins = line.trim_start().starts_with(['{', '[']);
        let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
        if let Some(Ok(value)) = begins.then(|| values.next()).flatten() {
            add_exports(value, &mut found);
            start += values.byte_offset();
        } else {
            start += line.len();
        }
    }
    Ok(found)
}

/// The objects with a `Backup`, in whatever the server wraps them.
fn add_exports(value: Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(values) => values.into_iter().for_each(|value| add_exports(value, found)),
        Value::Object(fields) if fields.get("Backup").is_some_and(Value::is_object) => {
            found.push(Value::Object(fields));
        }
        Value::Object(fields) => {
            fields.into_iter().for_each(|(_, value)| add_exports(value, found));
        }
        _ => {}
    }
}

/// The job of this name or ID, or the only one.
fn choose(mut exports: Vec<Value>, name: Option<&str>) -> Result<Value, JobError> {
    let field = |export: &Value, field: &str| {
        export["Backup"][field].as_str().unwrap_or_default().to_owned()
    };
    let present = || exports.iter().map(|export| field(export, "Name")).collect();
    let wanted = match name {
        None if exports.len() > 1 => return Err(JobError::Several(present())),
        None => Some(0),
        Some(name) => exports.iter().position(|export| {
            field(export, "Name").eq_ignore_ascii_case(name) || field(export, "ID") == name
        }),
    };
    match (wanted, name) {
        (Some(index), _) => Ok(exports.swap_remove(index)),
        (None, name) => {
            let wanted = name.unwrap_or_default().to_owned();
            Err(JobError::NoSuchName { wanted, present: present() })
        }
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
    // An older server names the days only in the rule.
    let rule = schedule.rule.unwrap_or_default();
    let of_the_rule = rule.strip_prefix("AllowedWeekDays=").unwrap_or_default();
    let of_the_rule = of_the_rule.split(',').map(str::trim).filter(|day| !day.is_empty());
    let days = schedule.allowed_days.unwrap_or_else(|| of_the_rule.map(str::to_owned).collect());
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
    rule: Option<String>,
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
