//! A case: everything that decides.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use super::grammar;
use super::line::{BackupLine, CaseLine, FieldError, known_options};
use crate::Release;
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::dotnet::TimeSpan;
use crate::history::{Backup, History};
use crate::policy::Pair;
use crate::sources::times::parse_time;

/// The option texts, the backups, the present and the release: one question in full.
///
/// Its display is a line of JSON that can be read again, pasted into a vector file and replayed.
///
/// ```
/// use duplicati_retention::{Release, invariants::Case, history::Backup, clock::{Utc, Zone}};
/// let noon = Utc::from_unix_seconds(1_795_435_200)?;
/// let options = vec![("retention-policy", "7D:1D".to_owned())];
/// let case = Case::new(Release::V2_3_0, options, vec![Backup::full(noon)], Zone::UTC, noon);
/// assert_eq!(case.option("retention-policy"), Some("7D:1D"));
/// let line = case.to_string();
/// assert!(line.contains(r#""now":"2026-11-23T12:00:00Z""#));
/// assert_eq!(line.parse::<Case>()?, case);
/// # Ok::<(), Box<dyn std::error::Error>>(())
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
    /// The recorded time of each version, once somebody has asked.
    recorded: OnceLock<Vec<Utc>>,
    /// What the policy means, once somebody has asked.
    pairs: OnceLock<Option<Arc<[Pair]>>>,
}

/// A text that is not a case.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// It is not JSON, or a field is missing.
    #[error("not a case: {0}")]
    Json(#[from] serde_json::Error),
    /// A field's text has no meaning.
    #[error("not a case: {0}")]
    Field(#[from] FieldError),
}

impl Case {
    /// The case of these options, by name and text, and of these backups in any order.
    pub fn new(
        release: Release,
        options: Vec<(&'static str, String)>,
        backups: Vec<Backup>,
        zone: Zone,
        now: Utc,
    ) -> Case {
        let history = History::new(backups.clone(), zone);
        // Sorted once more: a check must not lean on how a history keeps its backups.
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
            recorded: OnceLock::new(),
            pairs: OnceLock::new(),
        }
    }

    /// The case of a policy's text alone: no backups, and nothing is known of the present.
    pub fn of_policy(release: Release, text: impl Into<String>) -> Case {
        let options = vec![("retention-policy", text.into())];
        Case::new(release, options, Vec::new(), Zone::UTC, Utc::MIN)
    }

    /// The case that fields of JSON say.
    pub(crate) fn from_fields(
        release: Release,
        options: BTreeMap<String, String>,
        backups: Vec<BackupLine>,
        zone: &str,
        now: &str,
    ) -> Result<Case, FieldError> {
        Ok(Case::new(
            release,
            known_options(options)?,
            backups.into_iter().map(Backup::try_from).collect::<Result<_, _>>()?,
            zone.parse().map_err(FieldError::of("time_zone"))?,
            parse_time(now).map_err(FieldError::of("now"))?,
        ))
    }

    /// The release that is asked.
    pub const fn release(&self) -> Release {
        self.release
    }

    /// The options by name and text; one that is missing here is not set.
    pub fn options(&self) -> &[(&'static str, String)] {
        &self.options
    }

    /// The text of one option, if it is set.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(set, _)| *set == name).map(|(_, text)| text.as_str())
    }

    /// The text of the retention policy; empty if it is not set.
    pub fn policy_text(&self) -> &str {
        self.option("retention-policy").unwrap_or("")
    }

    /// The fields of the case, with these backups.
    pub(crate) fn line(&self, id: &str, backups: &[Backup]) -> CaseLine {
        let text = |(name, text): &(&str, String)| ((*name).to_owned(), text.clone());
        CaseLine {
            id: id.to_owned(),
            release: self.release.name().into(),
            time_zone: self.history.zone().name().into(),
            now: self.now.rfc_3339(),
            options: self.options.iter().map(text).collect(),
            backups: backups.iter().map(BackupLine::from).collect(),
        }
    }

    /// What the policy means, read by the invariants' own means: its pairs in the order of the
    /// text, or nothing if the release refuses the text.
    pub fn pairs(&self) -> Option<&[Pair]> {
        let read = || {
            let span = TimeSpan::from_ticks;
            let pair = |&(frame, interval): &(Option<i64>, i64)| {
                Pair::new(frame.map_or(TimeSpan::MAX, span), span(interval))
            };
            grammar::meaning(self.policy_text(), self.release)?
                .iter()
                .map(pair)
                .collect::<Result<_, _>>()
                .ok()
        };
        self.pairs.get_or_init(read).as_deref()
    }

    /// Whether no other option than the policy deletes anything.
    pub(super) fn only_the_policy_deletes(&self) -> bool {
        ["keep-time", "keep-versions", "version"]
            .iter()
            .all(|name| self.option(name).is_none_or(str::is_empty))
    }

    /// Whether nothing but the policy decides: no other option deletes and no backup is locked.
    pub fn only_the_policy_decides(&self) -> bool {
        self.only_the_policy_deletes()
            && self.backups.iter().all(|backup| backup.locked_until.is_none())
    }

    /// The backups in the order in which they were listed.
    pub fn backups(&self) -> &[Backup] {
        &self.backups
    }

    /// The backups in the order of their version numbers: newest first by true time.
    pub fn versions(&self) -> &[Backup] {
        &self.versions
    }

    /// The local time at which a version started. Panics if the version does not exist.
    pub fn local_time(&self, version: usize) -> LocalDateTime {
        self.local_times[version]
    }

    /// The time that Duplicati has for a version after its way through local time. Panics if the
    /// version does not exist.
    pub fn recorded(&self, version: usize) -> Utc {
        let zone = self.history.zone();
        let all = || self.versions.iter().map(|backup| zone.recorded(backup.time)).collect();
        self.recorded.get_or_init(all)[version]
    }

    /// The backups as an implementation takes them.
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// The present, to the tick.
    pub const fn now(&self) -> Utc {
        self.now
    }

    /// The present in local time.
    pub const fn local_now(&self) -> LocalDateTime {
        self.local_now
    }

    /// The versions newest first by local time; equal times in the order of their numbers.
    pub fn by_local_time(&self) -> &[usize] {
        &self.by_local_time
    }

    /// The same case with one option's text replaced.
    #[must_use]
    pub fn with_option(&self, name: &'static str, text: &str) -> Case {
        let mut case = self.without_option(name);
        case.options.push((name, text.to_owned()));
        case
    }

    /// The same case with one option not set.
    #[must_use]
    pub fn without_option(&self, name: &str) -> Case {
        let mut case = Case { pairs: OnceLock::new(), ..self.clone() };
        case.options.retain(|(set, _)| *set != name);
        case
    }

    /// The same case asked of another release.
    #[must_use]
    pub fn with_release(&self, release: Release) -> Case {
        Case { release, pairs: OnceLock::new(), ..self.clone() }
    }

    /// The same case with other backups at another present.
    #[must_use]
    pub fn with_backups(&self, backups: Vec<Backup>, now: Utc) -> Case {
        let zone = self.history.zone();
        let case = Case::new(self.release, self.options.clone(), backups, zone, now);
        Case { pairs: self.pairs.clone(), ..case }
    }

    /// The same case in another time zone.
    #[must_use]
    pub fn with_zone(&self, zone: Zone) -> Case {
        let (options, backups) = (self.options.clone(), self.backups.clone());
        Case::new(self.release, options, backups, zone, self.now)
    }
}

impl PartialEq for Case {
    fn eq(&self, other: &Case) -> bool {
        let asked = |case: &Case| (case.release, case.now, case.history.zone());
        asked(self) == asked(other)
            && self.options == other.options
            && self.backups == other.backups
    }
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line("case", &self.backups);
        formatter.write_str(&serde_json::to_string(&line).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Case {
    type Err = CaseError;

    /// Reads what [`Display`](fmt::Display) writes.
    fn from_str(line: &str) -> Result<Case, CaseError> {
        let line: CaseLine = serde_json::from_str(line)?;
        let release = line.release.parse().map_err(FieldError::of("release"))?;
        Ok(Case::from_fields(release, line.options, line.backups, &line.time_zone, &line.now)?)
    }
}
