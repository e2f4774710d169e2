//! The lines of the conformance protocol: what is asked, and what is answered.
//! `docs/conformance.md` describes them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::vector::VectorError;
use crate::Release;
use crate::invariants::line::{BackupLine, CaseLine};
use crate::invariants::{Case, FieldError};

/// The version of the protocol that is spoken here.
pub const VERSION: u64 = 1;

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ask {
    /// Is this policy valid, and what does it mean?
    Parse,
    /// What is deleted?
    Plan,
    /// Does Duplicati begin a backup with these options at all?
    Validate,
}

impl Ask {
    /// Every kind.
    pub const ALL: [Ask; 3] = [Ask::Parse, Ask::Plan, Ask::Validate];

    /// Its name in the protocol.
    pub const fn name(self) -> &'static str {
        match self {
            Ask::Parse => "parse",
            Ask::Plan => "plan",
            Ask::Validate => "validate",
        }
    }
}

/// What an implementation says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The version of the protocol that it speaks.
    pub protocol: u64,
    /// Its name.
    pub implementation: String,
    /// Its version.
    #[serde(default)]
    pub version: String,
    /// The releases that it answers for; names that are unknown here are ignored.
    pub releases: Vec<String>,
    /// What it can be asked; names that are unknown here are ignored.
    pub asks: Vec<String>,
    /// What more it answers and takes: `order`, `locks`, `unsorted` and `deleting`.
    #[serde(default)]
    pub features: Vec<String>,
}

impl Hello {
    /// What `conformance serve` says.
    pub fn ours(name: &str) -> Hello {
        Hello {
            protocol: VERSION,
            implementation: format!("duplicati-retention ({name})"),
            version: env!("CARGO_PKG_VERSION").into(),
            releases: Release::ALL.map(|release| release.name().to_owned()).into(),
            asks: Ask::ALL.map(|ask| ask.name().to_owned()).into(),
            features: ["order", "locks", "unsorted", "deleting"].map(str::to_owned).into(),
        }
    }

    /// Whether it answers this kind of question.
    pub fn answers(&self, ask: Ask) -> bool {
        self.asks.iter().any(|name| name == ask.name())
    }

    /// Whether it has a feature.
    pub fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|name| name == feature)
    }
}

/// The case of the options alone that a backup looks at before it begins.
pub(super) fn before_a_backup(case: &Case) -> Case {
    let options = case.without_option("version").without_option("allow-full-removal");
    options.with_backups(Vec::new(), case.now())
}

/// The case of options alone: without backups, at some present long after the year 1.
pub(super) fn case_of_options(
    release: Release,
    options: BTreeMap<String, String>,
) -> Result<Case, FieldError> {
    Case::from_fields(release, options, Vec::new(), "UTC", "2026-11-23T10:00:00Z")
}

/// The line that asks for the [`Hello`].
pub fn hello_line() -> String {
    line(&HelloLine { ask: "hello", protocol: VERSION })
}

/// The line of a question about a case: of its policy's text or its options alone, or of
/// everything. It has no more than an implementation takes that introduced itself like this.
///
/// ```
/// use duplicati_retention::testing::{CaseSeed, PairSeed};
/// use duplicati_retention::conformance::protocol::{Ask, Hello, question_line};
/// let case = CaseSeed { pairs: vec![PairSeed::default()], ..CaseSeed::default() }.case();
/// let line = question_line(Ask::Parse, &case, "p1", &Hello::default());
/// assert_eq!(line, r#"{"ask":"parse","id":"p1","release":"2.3.0","policy":"7D:1D"}"#);
/// ```
pub fn question_line(ask: Ask, case: &Case, id: &str, hello: &Hello) -> String {
    let release = case.release().name();
    if ask == Ask::Parse {
        return line(&PolicyLine { ask, id, release, policy: case.policy_text() });
    }
    if ask == Ask::Validate {
        let options = case.options().iter().map(|(name, text)| (*name, text.as_str())).collect();
        return line(&OptionsLine { ask, id, release, options });
    }
    let backups = if hello.has("unsorted") { case.backups() } else { case.versions() };
    let mut backups = backups.to_vec();
    if !hello.has("locks") {
        backups.iter_mut().for_each(|backup| backup.locked_until = None);
    }
    line(&PlanLine { ask, case: case.line(id, &backups) })
}

/// Texts, numbers and booleans cannot fail to be written.
fn line(fields: &impl Serialize) -> String {
    serde_json::to_string(fields).unwrap_or_default()
}

#[derive(Serialize)]
struct HelloLine {
    ask: &'static str,
    protocol: u64,
}

#[derive(Serialize)]
struct PolicyLine<'a> {
    ask: Ask,
    id: &'a str,
    release: &'static str,
    policy: &'a str,
}

#[derive(Serialize)]
struct OptionsLine<'a> {
    ask: Ask,
    id: &'a str,
    release: &'static str,
    options: BTreeMap<&'static str, &'a str>,
}

#[derive(Serialize)]
struct PlanLine {
    ask: Ask,
    #[serde(flatten)]
    case: CaseLine,
}

/// A line that an implementation reads.
#[derive(Deserialize)]
pub(super) struct QuestionLine<'a> {
    #[serde(borrow)]
    pub ask: Cow<'a, str>,
    #[serde(default)]
    pub id: Value,
    #[serde(borrow)]
    pub release: Option<Cow<'a, str>>,
    policy: Option<String>,
    #[serde(borrow)]
    time_zone: Option<Cow<'a, str>>,
    #[serde(borrow)]
    now: Option<Cow<'a, str>>,
    options: Option<BTreeMap<String, String>>,
    backups: Option<Vec<BackupLine>>,
}

impl QuestionLine<'_> {
    /// The case that is asked about; a question about a policy or about options has no backups.
    pub fn case(self, ask: Ask, release: Release) -> Result<Case, VectorError> {
        if let (Ask::Validate, Some(options)) = (ask, &self.options) {
            return Ok(case_of_options(release, options.clone())?);
        }
        match (ask, self.policy, self.backups, self.time_zone, self.now) {
            (Ask::Parse, Some(policy), ..) => Ok(Case::of_policy(release, policy)),
            (Ask::Plan, _, Some(backups), Some(zone), Some(now)) => {
                let options = self.options.unwrap_or_default();
                Ok(Case::from_fields(release, options, backups, &zone, &now)?)
            }
            _ => Err(VectorError::Shape),
        }
    }
}
