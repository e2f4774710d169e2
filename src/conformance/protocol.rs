//! The lines of the conformance protocol: what is asked, and what is answered.
//! `docs/conformance.md` describes them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::vector::{BackupLine, Expected, VectorError};
use crate::Release;
use crate::clock::Utc;
use crate::clock::Zone;
use crate::dotnet::TICKS_PER_SECOND;
use crate::history::Backup;
use crate::invariants::{Answer, Case, NoPlan};
use crate::policy::Policy;
use crate::retention::OPTION_NAMES;
use crate::sources::times::parse_time;

/// The version of the protocol that is spoken here.
///
/// ```
/// assert_eq!(duplicati_retention::conformance::protocol::VERSION, 1);
/// ```
pub const VERSION: u64 = 1;

/// What a question is about.
///
/// ```
/// use duplicati_retention::conformance::protocol::Ask;
/// assert_eq!(serde_json::to_string(&Ask::Plan)?, r#""plan""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ask {
    /// Is this policy valid, and what does it mean?
    Parse,
    /// What is deleted?
    Plan,
}

impl Ask {
    /// Its name in the protocol.
    ///
    /// ```
    /// assert_eq!(duplicati_retention::conformance::protocol::Ask::Plan.name(), "plan");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Ask::Parse => "parse",
            Ask::Plan => "plan",
        }
    }
}

/// What an implementation says of itself.
///
/// ```
/// use duplicati_retention::conformance::protocol::Hello;
/// let hello: Hello = serde_json::from_str(r#"{"protocol":1,"implementation":"mine","releases":["2.3.0"],"asks":["plan"]}"#)?;
/// assert!(hello.features.is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
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
    /// What more it answers and takes: `order` and `locks`.
    #[serde(default)]
    pub features: Vec<String>,
}

impl Hello {
    /// What `conformance serve` says.
    ///
    /// ```
    /// # use duplicati_retention::conformance::protocol::Hello;
    /// assert!(Hello::ours("mirror").features.contains(&"locks".to_owned()));
    /// ```
    pub fn ours(name: &str) -> Hello {
        Hello {
            protocol: VERSION,
            implementation: format!("duplicati-retention ({name})"),
            version: env!("CARGO_PKG_VERSION").into(),
            releases: Release::ALL.map(|release| release.name().to_owned()).into(),
            asks: vec!["parse".into(), "plan".into()],
            features: vec!["order".into(), "locks".into()],
        }
    }

    /// Whether it answers this kind of question.
    ///
    /// ```
    /// # use duplicati_retention::conformance::protocol::{Ask, Hello};
    /// let hello = Hello { asks: vec!["plan".into()], ..Hello::default() };
    /// assert!(hello.answers(Ask::Plan) && !hello.answers(Ask::Parse));
    /// ```
    pub fn answers(&self, ask: Ask) -> bool {
        self.asks.iter().any(|name| name == ask.name())
    }

    /// Whether it has a feature.
    ///
    /// ```
    /// # use duplicati_retention::conformance::protocol::Hello;
    /// let hello = Hello { features: vec!["locks".into()], ..Hello::default() };
    /// assert!(hello.has("locks") && !hello.has("order"));
    /// ```
    pub fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|name| name == feature)
    }
}

/// The line that asks for the [`Hello`].
///
/// ```
/// assert_eq!(duplicati_retention::conformance::protocol::hello_line(), r#"{"ask":"hello","protocol":1}"#);
/// ```
pub fn hello_line() -> String {
    format!(r#"{{"ask":"hello","protocol":{VERSION}}}"#)
}

/// The line of a question about a case: of its policy's text alone, or of all that it has.
///
/// ```
/// use duplicati_retention::testing::CaseSeed;
/// use duplicati_retention::conformance::protocol::{Ask, question_line};
/// let case = CaseSeed::new([0; 4], &[[0; 3]], &[], &[], [0; 4]).case();
/// let line = question_line(Ask::Parse, &case, "p1", false);
/// assert_eq!(line, r#"{"ask":"parse","id":"p1","policy":"7D:1D","release":"2.3.0"}"#);
/// ```
pub fn question_line(ask: Ask, case: &Case, id: &str, with_locks: bool) -> String {
    let release = case.release().name();
    if ask == Ask::Parse {
        return json!({"ask": "parse", "id": id, "release": release, "policy": case.policy_text()})
            .to_string();
    }
    let backup = |backup: &Backup| BackupOut {
        time: rfc_3339(backup.time),
        partial: backup.partial,
        locked_until: backup.locked_until.filter(|_| with_locks).map(rfc_3339),
    };
    let question = PlanOut {
        ask: "plan",
        id,
        release,
        time_zone: case.history().zone().name(),
        now: rfc_3339(case.now()),
        options: case.options().iter().map(|(name, text)| (*name, text.as_str())).collect(),
        backups: case.versions().iter().map(backup).collect(),
    };
    serde_json::to_string(&question).unwrap_or_default() // texts and booleans cannot fail
}

#[derive(Serialize)]
struct PlanOut<'a> {
    ask: &'static str,
    id: &'a str,
    release: &'static str,
    time_zone: &'static str,
    now: String,
    options: BTreeMap<&'static str, &'a str>,
    backups: Vec<BackupOut>,
}

#[derive(Serialize)]
struct BackupOut {
    time: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    partial: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    locked_until: Option<String>,
}

/// A time as the protocol writes it: `2026-11-23T10:00:00.5Z`.
///
/// ```
/// use duplicati_retention::{clock::Utc, conformance::protocol::rfc_3339};
/// assert_eq!(rfc_3339(Utc::from_unix_seconds(1_795_428_000)?), "2026-11-23T10:00:00Z");
/// # Ok::<(), duplicati_retention::dotnet::OutOfRange>(())
/// ```
pub fn rfc_3339(time: Utc) -> String {
    use chrono::{Datelike, Timelike};
    let date = time.to_chrono();
    let (year, month, day) = (date.year(), date.month(), date.day());
    let (hour, minute, second) = (date.hour(), date.minute(), date.second());
    let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    let fraction = time.ticks() % TICKS_PER_SECOND;
    if fraction > 0 {
        text += format!(".{fraction:07}").trim_end_matches('0');
    }
    text + "Z"
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
    /// The case that is asked about; a question about a policy has no backups.
    pub fn case(self, ask: Ask, release: Release) -> Result<Case, VectorError> {
        match (ask, self.policy, self.backups, self.time_zone, self.now) {
            (Ask::Parse, Some(policy), ..) => Ok(Case::new(
                release,
                vec![("retention-policy", policy)],
                vec![],
                Zone::UTC,
                Utc::MIN,
            )),
            (Ask::Plan, _, Some(backups), Some(zone), Some(now)) => {
                let zone: Zone = zone.parse().map_err(super::vector::field("time_zone"))?;
                let now = parse_time(&now).map_err(super::vector::field("now"))?;
                let backups = super::vector::backups(backups)?;
                let options = static_names(self.options.unwrap_or_default())?;
                Ok(Case::new(release, options, backups, zone, now))
            }
            _ => Err(VectorError::Shape),
        }
    }
}

pub(super) fn static_names(
    options: BTreeMap<String, String>,
) -> Result<Vec<(&'static str, String)>, VectorError> {
    let named =
        |(name, text): (String, String)| match OPTION_NAMES.iter().find(|known| **known == name) {
            Some(known) => Ok((*known, text)),
            None => Err(super::vector::field("options")(format!("no option is called {name:?}"))),
        };
    options.into_iter().map(named).collect()
}

/// An implementation's answer as the protocol and the vectors have it.
///
/// ```
/// use duplicati_retention::testing::{Reference, CaseSeed, Implementation};
/// use duplicati_retention::conformance::protocol::{Ask, told};
/// let case = CaseSeed::new([0; 4], &[[0; 3]], &[], &[], [0; 4]).case();
/// let answer = told(Ask::Parse, &Reference.answer(&case));
/// assert_eq!(answer.pairs, Some(vec![(Some(604_800), 86_400)]));
/// ```
pub fn told(ask: Ask, answer: &Answer) -> Expected {
    use super::vector::Failure;
    let failed = |error| Expected { error: Some(error), ..Expected::default() };
    match (ask, &answer.policy, &answer.plan) {
        (Ask::Parse, Ok(policy), _) => Expected {
            pairs: Some(pairs(policy)),
            accepted_for_backup: Some(answer.passes_backup_check),
            ..Expected::default()
        },
        (Ask::Parse, Err(_), _) | (Ask::Plan, _, Err(NoPlan::Options)) => failed(Failure::Parse),
        (Ask::Plan, _, Err(NoPlan::Fails | NoPlan::Crash(_))) => failed(Failure::Plan),
        (Ask::Plan, _, Ok(plan)) => {
            let deleted =
                plan.decisions.iter().enumerate().filter(|(_, decision)| decision.deleted);
            Expected {
                deletes: Some(deleted.map(|(version, _)| version).collect()),
                retention_policy_deletes: Some(plan.policy_deletes.clone()),
                ..Expected::default()
            }
        }
    }
}

/// The pairs of a policy in whole seconds, as the protocol has them.
pub(super) fn pairs(policy: &Policy) -> Vec<(Option<i64>, i64)> {
    let pair = |pair: &crate::policy::Pair| {
        (
            (!pair.is_unlimited()).then(|| pair.frame().whole_seconds()),
            pair.interval().whole_seconds(),
        )
    };
    policy.pairs().iter().map(pair).collect()
}
