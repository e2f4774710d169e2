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
use crate::policy::{OPTION_NAMES, Pair};
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
    texts: Arc<Texts>,
    moment: Arc<Moment>,
}

/// What is asked of which release, which cases with other backups share.
#[derive(Clone, Debug)]
struct Texts {
    release: Release,
    options: Vec<(&'static str, String)>,
    /// What the policy means, once somebody has asked.
    pairs: OnceLock<Option<Vec<Pair>>>,
}

/// Backups and a present, which cases with other options share. What follows from them is worked
/// out once somebody asks for it.
#[derive(Debug)]
struct Moment {
    backups: Vec<Backup>,
    zone: Zone,
    now: Utc,
    local_now: LocalDateTime,
    history: OnceLock<History>,
    versions: OnceLock<Vec<Backup>>,
    local_times: OnceLock<Vec<LocalDateTime>>,
    by_local_time: OnceLock<Vec<usize>>,
    /// The recorded time of each version.
    recorded: OnceLock<Vec<Utc>>,
}

impl Moment {
    fn new(backups: Vec<Backup>, zone: Zone, now: Utc) -> Moment {
        Moment {
            backups,
            zone,
            now,
            local_now: zone.to_local(now),
            history: OnceLock::new(),
            versions: OnceLock::new(),
            local_times: OnceLock::new(),
            by_local_time: OnceLock::new(),
            recorded: OnceLock::new(),
        }
    }

    // Sorted once more: a check must not lean on how a history keeps its backups.
    fn versions(&self) -> &[Backup] {
        self.versions.get_or_init(|| {
            let mut versions = self.backups.clone();
            versions.sort_by_key(|backup| Reverse(backup.time));
            versions
        })
    }

    fn local_times(&self) -> &[LocalDateTime] {
        let local_time = |backup: &Backup| self.zone.to_local(backup.time);
        self.local_times.get_or_init(|| self.versions().iter().map(local_time).collect())
    }

    fn by_local_time(&self) -> &[usize] {
        self.by_local_time.get_or_init(|| {
            let local_times = self.local_times();
            let mut order: Vec<usize> = (0..local_times.len()).collect();
            order.sort_by_key(|&version| Reverse(local_times[version]));
            order
        })
    }

    fn recorded(&self) -> &[Utc] {
        let recorded = |backup: &Backup| self.zone.recorded(backup.time);
        self.recorded.get_or_init(|| self.versions().iter().map(recorded).collect())
    }
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
        let texts = Texts { release, options, pairs: OnceLock::new() };
        Case { texts: Arc::new(texts), moment: Arc::new(Moment::new(backups, zone, now)) }
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
    pub fn release(&self) -> Release {
        self.texts.release
    }

    /// The options by name and text; one that is missing here is not set.
    pub fn options(&self) -> &[(&'static str, String)] {
        &self.texts.options
    }

    /// The text of one option, if it is set.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options().iter().find(|(set, _)| *set == name).map(|(_, text)| text.as_str())
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
            release: self.release().name().into(),
            time_zone: self.zone().name().into(),
            now: self.now().rfc_3339(),
            options: self.options().iter().map(text).collect(),
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
            grammar::meaning(self.policy_text(), self.release())?
                .iter()
                .map(pair)
                .collect::<Result<_, _>>()
                .ok()
        };
        self.texts.pairs.get_or_init(read).as_deref()
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
            && self.backups().iter().all(|backup| backup.locked_until.is_none())
    }

    /// The backups in the order in which they were listed.
    pub fn backups(&self) -> &[Backup] {
        &self.moment.backups
    }

    /// The backups in the order of their version numbers: newest first by true time.
    pub fn versions(&self) -> &[Backup] {
        self.moment.versions()
    }

    /// The local time at which a version started. Panics if the version does not exist.
    pub fn local_time(&self, version: usize) -> LocalDateTime {
        self.moment.local_times()[version]
    }

    /// The time that Duplicati has for a version after its way through local time. Panics if the
    /// version does not exist.
    pub fn recorded(&self, version: usize) -> Utc {
        self.moment.recorded()[version]
    }

    /// The backups as an implementation takes them.
    pub fn history(&self) -> &History {
        let Moment { backups, zone, history, .. } = &*self.moment;
        history.get_or_init(|| History::new(backups.clone(), *zone))
    }

    /// The time zone of the machine.
    pub fn zone(&self) -> Zone {
        self.moment.zone
    }

    /// The present, to the tick.
    pub fn now(&self) -> Utc {
        self.moment.now
    }

    /// The present in local time.
    pub fn local_now(&self) -> LocalDateTime {
        self.moment.local_now
    }

    /// The versions newest first by local time; equal times in the order of their numbers.
    pub fn by_local_time(&self) -> &[usize] {
        self.moment.by_local_time()
    }

    /// The same case with one option's text replaced.
    #[must_use]
    pub fn with_option(&self, name: &'static str, text: &str) -> Case {
        let mut case = self.without_option(name);
        Arc::make_mut(&mut case.texts).options.push((name, text.to_owned()));
        case
    }

    /// The same case with one option not set.
    #[must_use]
    pub fn without_option(&self, name: &str) -> Case {
        let mut case = self.clone();
        let texts = Arc::make_mut(&mut case.texts);
        texts.options.retain(|(set, _)| *set != name);
        if name == OPTION_NAMES[0] {
            texts.pairs = OnceLock::new();
        }
        case
    }

    /// The same case asked of another release.
    #[must_use]
    pub fn with_release(&self, release: Release) -> Case {
        let options = self.options().to_vec();
        let texts = Arc::new(Texts { release, options, pairs: OnceLock::new() });
        Case { texts, ..self.clone() }
    }

    /// The same case with other backups at another present.
    #[must_use]
    pub fn with_backups(&self, backups: Vec<Backup>, now: Utc) -> Case {
        let moment = Arc::new(Moment::new(backups, self.zone(), now));
        Case { moment, ..self.clone() }
    }

    /// Whether the same release is asked with the same options.
    pub(crate) fn has_texts_of(&self, other: &Case) -> bool {
        Arc::ptr_eq(&self.texts, &other.texts)
            || (self.release() == other.release() && self.options() == other.options())
    }

    /// The same case in another time zone.
    #[must_use]
    pub fn with_zone(&self, zone: Zone) -> Case {
        let moment = Arc::new(Moment::new(self.backups().to_vec(), zone, self.now()));
        Case { moment, ..self.clone() }
    }
}

impl PartialEq for Case {
    fn eq(&self, other: &Case) -> bool {
        let at = |case: &Case| (case.now(), case.zone());
        self.has_texts_of(other) && at(self) == at(other) && self.backups() == other.backups()
    }
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line("case", self.backups());
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
