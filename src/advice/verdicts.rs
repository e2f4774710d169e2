//! What each layer says of a job's options, from the page on which they are typed to the deletion.

use std::ops::Range;

use super::fixes::halve_interval;
use super::reason::PairLabels;
use super::text_problems::{TextProblem, structure_problems, text_problems};
use super::words::{in_words, list, sentence};

use crate::Release;
use crate::clock::LocalDateTime;
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan, parse_i32};
use crate::policy::{Pair, PairIndex, Policy, entries, parse_span, web_page};
use crate::retention::{OptionTexts, Options, OptionsError};

/// A place where Duplicati looks at the options of a job, in the order in which a person meets
/// them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// The new web page, the default since 2.2.0.0. It checks nothing.
    NewPage,
    /// The classic web page, which takes the blanks off both ends before it checks a policy.
    ClassicPage,
    /// The server when it saves the job. It does not look at the policy.
    Saving,
    /// The check at the start of each backup and of every other operation.
    BeforeBackup,
    /// The deletion at the end of a backup.
    Deleting,
}

impl Layer {
    /// Every layer, in their order.
    pub const ALL: [Layer; 5] =
        [Layer::NewPage, Layer::ClassicPage, Layer::Saving, Layer::BeforeBackup, Layer::Deleting];

    /// A short name that does not change, such as `classic-page`.
    pub const fn id(self) -> &'static str {
        match self {
            Layer::NewPage => "new-page",
            Layer::ClassicPage => "classic-page",
            Layer::Saving => "saving",
            Layer::BeforeBackup => "before-backup",
            Layer::Deleting => "deleting",
        }
    }
}

/// Why a layer does not let the options pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// A short name that does not change, such as `combined-options`.
    pub id: &'static str,
    /// The place in the text of the policy, in bytes, if it is about one.
    pub place: Option<Range<usize>>,
    /// What happens, in a sentence.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// What to write instead of the whole policy. It passes every layer in every release.
    pub suggestion: Option<String>,
}

/// What every layer says of the options of a job, in one release.
///
/// ```
/// use duplicati_retention::{Release, clock::{Utc, Zone}};
/// use duplicati_retention::advice::{Layer, Verdicts};
/// let now = Zone::UTC.to_local(Utc::from_unix_seconds(1_795_424_400)?);
/// let texts = [("retention-policy", "7D:1D"), ("keep-time", "2Y")].into_iter().collect();
/// let verdicts = Verdicts::of(&texts, None, Release::V2_3_0, now);
/// assert!(verdicts.objections(Layer::Saving).is_empty());
/// assert_eq!(verdicts.objections(Layer::BeforeBackup)[0].id, "combined-options");
/// assert!(!verdicts.runs());
/// # Ok::<(), duplicati_retention::dotnet::OutOfRange>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// The release that was asked.
    pub release: Release,
    /// Whether this release can read every option.
    pub is_readable: bool,
    layers: [Vec<Objection>; Layer::ALL.len()],
}

impl Verdicts {
    /// Asks every layer. `schedule` is the time from one backup to the next as a job has it, and
    /// `now` the local time.
    pub fn of(
        texts: &OptionTexts,
        schedule: Option<&str>,
        release: Release,
        now: LocalDateTime,
    ) -> Verdicts {
        let mut layers = [const { Vec::new() }; Layer::ALL.len()];
        layers[Layer::ClassicPage as usize] = classic_page(texts);
        layers[Layer::Saving as usize] = not_saved(texts, schedule, release);
        // What cannot be read does not keep the rest from being looked at.
        let mut readable = OptionTexts::default();
        for (name, text) in texts.iter() {
            match unreadable(name, text, texts, release) {
                Some((layer, found)) => layers[layer as usize].extend(found),
                None => readable.set(name, text),
            }
        }
        let is_readable = layers[Layer::BeforeBackup as usize].is_empty();
        if let Ok(options) = Options::parse(readable.iter(), release) {
            for (layer, objection) in objections(readable.policy(), &options, now) {
                layers[layer as usize].push(objection);
            }
        }
        Verdicts { release, is_readable, layers }
    }

    /// What this layer objects to; nothing if it lets the options pass.
    pub fn objections(&self, layer: Layer) -> &[Objection] {
        &self.layers[layer as usize]
    }

    /// Whether Duplicati runs with these options: it starts backups and fails in none.
    pub fn runs(&self) -> bool {
        self.blockers().next().is_none()
    }

    /// Why it does not run.
    pub fn blockers(&self) -> impl Iterator<Item = &Objection> {
        let layers = [Layer::BeforeBackup, Layer::Deleting];
        layers.into_iter().flat_map(|layer| self.objections(layer))
    }
}

/// Why Duplicati would not run with options that it can read, and in which layer; `policy` is the
/// text of the policy among them, and `now` the local time.
pub fn objections(policy: &str, options: &Options, now: LocalDateTime) -> Vec<(Layer, Objection)> {
    let before = intervals(policy, &options.policy).chain(combined(options));
    let before = before.map(|objection| (Layer::BeforeBackup, objection));
    let deleting = outside_of_time(policy, options, now);
    before.chain(deleting.map(|objection| (Layer::Deleting, objection))).collect()
}

/// What a release says of an option that it cannot read, and in which layer it does.
fn unreadable(
    name: &str,
    text: &str,
    texts: &OptionTexts,
    release: Release,
) -> Option<(Layer, Vec<Objection>)> {
    if name == "retention-policy" {
        Policy::parse(text, release).err()?;
        let objection = |problem: TextProblem| Objection {
            id: "unreadable-policy",
            place: Some(problem.place),
            message: problem.message,
            remedy: match &problem.suggestion {
                Some(meant) => format!("did you mean {meant}?"),
                None => problem.help,
            },
            suggestion: problem.suggestion,
        };
        let found = text_problems(text, release).into_iter().map(objection).collect();
        return Some((Layer::BeforeBackup, found));
    }
    // How exactly keep-time is counted decides what it may be.
    let switch = texts.iter().filter(|&(name, _)| name == "disable-time-tolerance");
    let error = Options::parse(switch.chain([(name, text)]), release).err()?;
    let (layer, happens, remedy) = match error {
        OptionsError::Versions(_) => (
            Layer::Deleting,
            "Duplicati fails when it deletes",
            "write numbers and ranges, such as 0,4-6, or remove the option".to_owned(),
        ),
        OptionsError::KeepTime(_) => (
            Layer::BeforeBackup,
            "Duplicati refuses to start any backup",
            time_words(text).unwrap_or("write numbers with their units, such as 6M").to_owned(),
        ),
        _ => (
            Layer::BeforeBackup,
            "Duplicati refuses to start any backup",
            "write the number of full backups to keep".to_owned(),
        ),
    };
    let message = format!("{happens}: {error}.");
    let id = "unreadable-option";
    Some((layer, vec![Objection { id, place: None, message, remedy, suggestion: None }]))
}

/// What Duplicati does with a date or `now` where a span belongs, if this is one; it begins with
/// what to write.
pub fn time_words(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("now") {
        return Some(
            "write a span such as 6M. Duplicati takes now for the current time, so it deletes \
             everything but the newest full backup: 2.1 does, but for the last hour, and later \
             releases do with disable-time-tolerance; without it they refuse to run",
        );
    }
    let is_date = text.len() >= 6
        && text.starts_with(|letter: char| letter.is_ascii_digit())
        && text.contains(['-', '/', '.'])
        && text.chars().all(|letter| letter.is_ascii_digit() || "-/.:TZ +".contains(letter));
    is_date.then_some(
        "write a span such as 6M. Duplicati 2.1 reads a date as its machine's language writes it, \
         and deletes what is older; later releases do so with disable-time-tolerance, and without \
         it they refuse to run",
    )
}

fn classic_page(texts: &OptionTexts) -> Vec<Objection> {
    let Some(policy) = texts.get("retention-policy") else { return Vec::new() };
    let refuses = |error| Objection {
        id: "web-page-refuses",
        place: None,
        message: format!("The classic web page does not let you save this policy: {error}."),
        remedy: "set it as the advanced option retention-policy".into(),
        suggestion: None,
    };
    Vec::from_iter(web_page::check(web_page::trim(policy)).err().map(refuses))
}

/// What the server does not save, in every release; `schedule` is the time from one backup to the
/// next as a job has it.
pub fn not_saved(texts: &OptionTexts, schedule: Option<&str>, release: Release) -> Vec<Objection> {
    const LEAST: i64 = 5 * 60 * TICKS_PER_SECOND;
    let mut objections = Vec::new();
    let mut refuse = |message: String, remedy: &str| {
        objections.push(Objection {
            id: "server-does-not-save",
            place: None,
            message: format!(
                "The server does not save {message}. This works only on the command line."
            ),
            remedy: remedy.to_owned(),
            suggestion: None,
        });
    };
    if let Some(text) = texts.get("keep-versions") {
        if parse_i32(text).is_none_or(|number| number <= 0) {
            refuse(
                format!("a job with keep-versions {text}: it must be a whole number above 0"),
                "write the number of full backups to keep, or remove the option",
            );
        }
    }
    let is_long = |text| parse_span(text, release).is_ok_and(|span| span.ticks() > LEAST);
    if let Some(text) = texts.get("keep-time").filter(|text| !is_long(text)) {
        refuse(
            format!("a job with keep-time {text}: it must be a span of more than 5 minutes"),
            "write a longer span, such as 6M for 6 months, or remove the option",
        );
    }
    if let Some(text) = schedule.filter(|text| !is_long(text)) {
        refuse(
            format!("a job with a backup every {text}: it must be a span of more than 5 minutes"),
            "write a longer span, such as 1D, in the job's schedule",
        );
    }
    objections
}

/// More than one of the three options that keep.
fn combined(options: &Options) -> Option<Objection> {
    let set = [
        ("keep-time", options.keep_time.is_some()),
        ("keep-versions", options.keep_versions > 0),
        ("retention-policy", !options.policy.pairs().is_empty()),
    ];
    let set: Vec<&str> =
        set.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name).collect();
    let remove = |&keep: &&str| {
        let others: Vec<&&str> = set.iter().filter(|&&other| other != keep).collect();
        format!("remove {} to keep by {keep}", list(&others))
    };
    (set.len() > 1).then(|| Objection {
        id: "combined-options",
        place: None,
        message: format!(
            "Duplicati refuses to start any backup, because only one of keep-time, keep-versions \
             and retention-policy may be set, and here {} are.",
            list(&set)
        ),
        remedy: set.iter().map(remove).collect::<Vec<_>>().join(", or "),
        suggestion: None,
    })
}

/// Each pair whose interval is not shorter than its time frame.
fn intervals<'a>(text: &'a str, policy: &'a Policy) -> impl Iterator<Item = Objection> + 'a {
    let labels = PairLabels::new(text, policy);
    let structure = structure_problems(text);
    let pairs = policy.iter().zip(entries(text));
    let refused = pairs.filter(|((_, pair), _)| !pair.passes_backup_check());
    refused.map(move |((index, pair), entry)| {
        let id = "interval-not-below-frame";
        let lengths = format!(
            "the interval ({}) is not shorter than the time frame ({})",
            in_words(pair.interval()),
            in_words(pair.frame())
        );
        // Where a comma is missing, the interval is not the one that was meant.
        let is_here = |problem: &&TextProblem| {
            entry.whole.start <= problem.place.start && problem.place.end <= entry.whole.end
        };
        if let Some(problem) = structure.iter().find(is_here) {
            let message = format!(
                "{}. As it is, Duplicati reads one pair and refuses to start any backup, because \
                 {lengths}.",
                sentence(&problem.message)
            );
            let place = Some(problem.place.clone());
            let remedy = problem.help.clone();
            return Objection { id, place, message, remedy, suggestion: None };
        }
        let name = format!("{}:{}", labels.frame(index), labels.interval(index));
        let shorter = halve_interval(text, policy, index);
        let such_as = shorter.as_ref().map_or_else(String::new, |fixed| {
            format!(", such as {}, {},", fixed.text, fixed.what_it_does)
        });
        Objection {
            id,
            place: Some(entry.whole),
            message: format!(
                "Duplicati accepts this policy, but refuses to start any backup: in {name} \
                 {lengths}."
            ),
            remedy: format!(
                "write a shorter interval{such_as} or U to keep everything for {}",
                in_words(pair.frame())
            ),
            suggestion: shorter.map(|fixed| fixed.text),
        }
    })
}

/// What a time frame comes to that reaches back too far.
pub(super) fn before_year_one(labels: &PairLabels, pair: PairIndex, frame: TimeSpan) -> String {
    format!(
        "The time frame of {}:{} ({}) reaches back before the year 1. Every check accepts it, and \
         then every run makes a version and fails.",
        labels.frame(pair),
        labels.interval(pair),
        in_words(frame)
    )
}

pub(super) const WITHOUT_LIMIT: &str = "write U for an unlimited time frame";

pub(super) const KEEP_TIME_OUT_OF_RANGE: &str =
    "keep-time reaches outside the years 1 to 9999: every run makes a version and fails.";

pub(super) const SHORTER_SPAN: &str =
    "write a shorter span, or remove the option to keep every version";

/// What every check lets pass, and what then fails each time something is to be deleted.
fn outside_of_time<'a>(
    text: &'a str,
    options: &'a Options,
    now: LocalDateTime,
) -> impl Iterator<Item = Objection> + 'a {
    let labels = PairLabels::new(text, &options.policy);
    let fails = move |pair: Pair| !pair.is_unlimited() && now.checked_sub(pair.frame()).is_err();
    let pairs = options.policy.iter().zip(entries(text)).filter(move |((_, pair), _)| fails(*pair));
    let pairs = pairs.map(move |((index, pair), entry)| Objection {
        id: "before-year-1",
        place: Some(entry.frame),
        message: before_year_one(&labels, index, pair.frame()),
        remedy: WITHOUT_LIMIT.into(),
        suggestion: None,
    });
    let keep_time = options.keep_time.iter().filter(move |span| span.bound(now).is_err());
    pairs.chain(keep_time.map(|_| Objection {
        id: "keep-time-out-of-range",
        place: None,
        message: KEEP_TIME_OUT_OF_RANGE.into(),
        remedy: SHORTER_SPAN.into(),
        suggestion: None,
    }))
}
