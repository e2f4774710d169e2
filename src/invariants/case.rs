//! A case: all that decides. And an answer to it, whoever gave it.

use std::cmp::Reverse;
use std::fmt;

use crate::Release;
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::dotnet::TICKS_PER_SECOND;
use crate::history::{Backup, History};
use crate::policy::{Policy, PolicyError};
use crate::retention::Decisions;

/// The option texts, the backups, the present and the release: one question in full.
///
/// Its display is a line of a vector file without an expectation, so it can be pasted into one.
///
/// ```
/// use duplicati_retention::{Release, invariants::Case, history::Backup, clock::{Utc, Zone}};
/// let noon = Utc::from_unix_seconds(1_795_435_200)?;
/// let options = vec![("retention-policy", "7D:1D".to_owned())];
/// let case = Case::new(Release::V2_3_0, options, vec![Backup::full(noon)], Zone::UTC, noon);
/// assert_eq!(case.option("retention-policy"), Some("7D:1D"));
/// assert!(case.to_string().contains(r#""now":"2026-11-23T12:00:00Z""#));
/// # Ok::<(), duplicati_retention::dotnet::OutOfRange>(())
/// ```
#[derive(Clone, Debug)]
pub struct Case {
    release: Release,
    options: Vec<(&'static str, String)>,
    backups: Vec<Backup>,
    now: Utc,
    history: History,
    versions: Vec<Backup>,
    local_times: Vec<LocalDateTime>,
    local_now: LocalDateTime,
    by_local_time: Vec<usize>,
}

impl Case {
    /// The case of these options, by name and text, and of these backups in any order; `now` is in
    /// UTC.
    ///
    /// ```
    /// # use duplicati_retention::{Release, invariants::Case, clock::{Utc, Zone}};
    /// let case = Case::new(Release::V2_1, vec![], vec![], Zone::UTC, Utc::MIN);
    /// assert!(case.history().is_empty());
    /// ```
    pub fn new(
        release: Release,
        options: Vec<(&'static str, String)>,
        backups: Vec<Backup>,
        zone: Zone,
        now: Utc,
    ) -> Case {
        let history = History::new(backups.clone(), zone);
        // Told from the backups once more, for the judge is not to lean on how a history keeps
        // them.
        let mut versions = backups.clone();
        versions.sort_by_key(|backup| Reverse(backup.time));
        let local_times: Vec<LocalDateTime> =
            versions.iter().map(|backup| zone.to_local(backup.time)).collect();
        let mut by_local_time: Vec<usize> = (0..versions.len()).collect();
        by_local_time.sort_by_key(|&version| Reverse(local_times[version]));
        Case {
            release,
            options,
            backups,
            now,
            local_now: zone.to_local(now),
            history,
            versions,
            local_times,
            by_local_time,
        }
    }

    /// The release that is asked.
    ///
    /// ```
    /// # use duplicati_retention::{Release, invariants::Case, clock::{Utc, Zone}};
    /// let case = Case::new(Release::V2_1, vec![], vec![], Zone::UTC, Utc::MIN);
    /// assert_eq!(case.release(), Release::V2_1);
    /// ```
    pub const fn release(&self) -> Release {
        self.release
    }

    /// The options by name and text; what is not here is not set.
    ///
    /// ```
    /// # use duplicati_retention::{Release, invariants::Case, clock::{Utc, Zone}};
    /// let case = Case::new(Release::V2_1, vec![], vec![], Zone::UTC, Utc::MIN);
    /// assert!(case.options().is_empty());
    /// ```
    pub fn options(&self) -> &[(&'static str, String)] {
        &self.options
    }

    /// The text of one option, if it is set.
    ///
    /// ```
    /// # use duplicati_retention::{Release, invariants::Case, clock::{Utc, Zone}};
    /// let case = Case::new(Release::V2_1, vec![], vec![], Zone::UTC, Utc::MIN);
    /// assert_eq!(case.option("keep-time"), None);
    /// ```
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(set, _)| *set == name).map(|(_, text)| text.as_str())
    }

    /// The text of the retention policy; empty if it is not set.
    ///
    /// ```
    /// # use duplicati_retention::{Release, invariants::Case, clock::{Utc, Zone}};
    /// let case = Case::new(Release::V2_1, vec![], vec![], Zone::UTC, Utc::MIN);
    /// assert_eq!(case.policy_text(), "");
    /// ```
    pub fn policy_text(&self) -> &str {
        self.option("retention-policy").unwrap_or("")
    }

    /// The backups in the order in which they were given.
    ///
    /// ```
    /// # use duplicati_retention::{Release, invariants::Case, history::Backup, clock::{Utc, Zone}};
    /// let backups = vec![Backup::full(Utc::MIN), Backup::full(Utc::MAX)];
    /// let case = Case::new(Release::V2_1, vec![], backups.clone(), Zone::UTC, Utc::MIN);
    /// assert_eq!(case.backups(), backups);
    /// ```
    pub fn backups(&self) -> &[Backup] {
        &self.backups
    }

    /// The backups in the order of their version numbers: newest first by true time.
    ///
    /// ```
    /// # use duplicati_retention::{Release, invariants::Case, history::Backup, clock::{Utc, Zone}};
    /// let backups = vec![Backup::full(Utc::MIN), Backup::full(Utc::MAX)];
    /// let case = Case::new(Release::V2_1, vec![], backups, Zone::UTC, Utc::MIN);
    /// assert_eq!(case.versions()[0].time, Utc::MAX);
    /// ```
    pub fn versions(&self) -> &[Backup] {
        &self.versions
    }

    /// What the local clock showed when a version started. Panics if there is no such version.
    ///
    /// ```
    /// # use duplicati_retention::{Release, invariants::Case, history::Backup, clock::{Utc, Zone}};
    /// let case = Case::new(Release::V2_1, vec![], vec![Backup::full(Utc::MIN)], Zone::UTC, Utc::MIN);
    /// assert_eq!(case.local_time(0), Utc::MIN);
    /// ```
    pub fn local_time(&self, version: usize) -> LocalDateTime {
        self.local_times[version]
    }

    /// The backups as an implementation takes them.
    ///
    /// ```
    /// # use duplicati_retention::{Release, invariants::Case, clock::{Utc, Zone}};
    /// let case = Case::new(Release::V2_1, vec![], vec![], Zone::UTC, Utc::MIN);
    /// assert_eq!(case.history().len(), 0);
    /// ```
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// The present in UTC, to the tick.
    ///
    /// ```
    /// # use duplicati_retention::{Release, invariants::Case, clock::{Utc, Zone}};
    /// let case = Case::new(Release::V2_1, vec![], vec![], Zone::UTC, Utc::MIN);
    /// assert_eq!(case.now(), Utc::MIN);
    /// ```
    pub const fn now(&self) -> Utc {
        self.now
    }

    /// The present by local time.
    ///
    /// ```
    /// # use duplicati_retention::{clock::Utc, Release, invariants::Case};
    /// let now = Utc::from_unix_seconds(0)?;
    /// let case = Case::new(Release::V2_1, vec![], vec![], "Asia/Kathmandu".parse().unwrap(), now);
    /// assert_eq!(case.local_now().to_string(), "1970-01-01 05:30:00");
    /// # Ok::<(), duplicati_retention::dotnet::OutOfRange>(())
    /// ```
    pub const fn local_now(&self) -> LocalDateTime {
        self.local_now
    }

    /// The versions newest first by local time; equal times in the order of their numbers.
    ///
    /// ```
    /// # use duplicati_retention::{Release, invariants::Case, clock::{Utc, Zone}};
    /// let case = Case::new(Release::V2_1, vec![], vec![], Zone::UTC, Utc::MIN);
    /// assert!(case.by_local_time().is_empty());
    /// ```
    pub fn by_local_time(&self) -> &[usize] {
        &self.by_local_time
    }

    /// The same case with one option's text replaced.
    ///
    /// ```
    /// # use duplicati_retention::{Release, invariants::Case, clock::{Utc, Zone}};
    /// let case = Case::new(Release::V2_1, vec![], vec![], Zone::UTC, Utc::MIN);
    /// assert_eq!(case.with_option("version", "0").option("version"), Some("0"));
    /// ```
    #[must_use]
    pub fn with_option(&self, name: &'static str, text: &str) -> Case {
        let mut case = self.clone();
        case.options.retain(|(set, _)| *set != name);
        case.options.push((name, text.to_owned()));
        case
    }

    /// The same case asked of another release.
    ///
    /// ```
    /// # use duplicati_retention::{Release, invariants::Case, clock::{Utc, Zone}};
    /// let case = Case::new(Release::V2_1, vec![], vec![], Zone::UTC, Utc::MIN);
    /// assert_eq!(case.with_release(Release::V2_2).release(), Release::V2_2);
    /// ```
    #[must_use]
    pub fn with_release(&self, release: Release) -> Case {
        Case { release, ..self.clone() }
    }

    /// The same case with other backups at another present.
    ///
    /// ```
    /// # use duplicati_retention::{Release, invariants::Case, clock::{Utc, Zone}};
    /// let case = Case::new(Release::V2_1, vec![], vec![], Zone::UTC, Utc::MIN);
    /// assert_eq!(case.with_backups(vec![], Utc::MAX).now(), Utc::MAX);
    /// ```
    #[must_use]
    pub fn with_backups(&self, backups: Vec<Backup>, now: Utc) -> Case {
        Case::new(self.release, self.options.clone(), backups, self.history.zone(), now)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let backup = |backup: &Backup| {
            let mut fields = serde_json::Map::new();
            fields.insert("time".into(), rfc_3339(backup.time).into());
            if backup.partial {
                fields.insert("partial".into(), true.into());
            }
            if let Some(until) = backup.locked_until {
                fields.insert("locked_until".into(), rfc_3339(until).into());
            }
            serde_json::Value::from(fields)
        };
        let options: serde_json::Map<String, serde_json::Value> = self
            .options
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.as_str().into()))
            .collect();
        let backups: Vec<_> = self.versions.iter().map(backup).collect();
        write!(
            formatter,
            r#"{{"id":"case","release":"{}","time_zone":"{}","now":"{}","options":{},"backups":{}}}"#,
            self.release,
            self.history.zone().name(),
            rfc_3339(self.now),
            serde_json::Value::from(options),
            serde_json::Value::from(backups),
        )
    }
}

fn rfc_3339(time: Utc) -> String {
    let mut text = time.to_chrono().format("%Y-%m-%dT%H:%M:%S").to_string();
    let fraction = time.ticks() % TICKS_PER_SECOND;
    if fraction > 0 {
        text += format!(".{fraction:07}").trim_end_matches('0');
    }
    text + "Z"
}

/// What an implementation says to a [`Case`].
///
/// ```
/// use duplicati_retention::invariants::{Answer, NoPlan};
/// let answer = Answer::crash("index out of range");
/// assert!(matches!(answer.plan, Err(NoPlan::Crash(_))));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How it reads the text of the policy. An error's place is optional: not everybody tells it.
    pub policy: Result<Policy, Option<PolicyError>>,
    /// How it writes that policy; empty if it refuses the text.
    pub shown: String,
    /// Whether the classic web page accepts the text.
    pub web_page_accepts: bool,
    /// Whether the policy passes the check before a backup; false if it refuses the text.
    pub passes_backup_check: bool,
    /// What it decides.
    pub plan: Result<Decisions, NoPlan>,
}

/// Why nothing was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoPlan {
    /// An option cannot be read.
    Options,
    /// The whole operation fails.
    Fails,
    /// The implementation broke down, which is never right.
    Crash(String),
}

impl Answer {
    /// The answer of an implementation that broke down.
    ///
    /// ```
    /// # use duplicati_retention::invariants::Answer;
    /// assert!(Answer::crash("stack overflow").policy.is_err());
    /// ```
    pub fn crash(message: &str) -> Answer {
        Answer {
            policy: Err(None),
            shown: String::new(),
            web_page_accepts: false,
            passes_backup_check: false,
            plan: Err(NoPlan::Crash(message.to_owned())),
        }
    }
}
