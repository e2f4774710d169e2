//! The library's reports, and with each the words that the command would print.

use std::num::NonZeroUsize;
use std::ops::Range;

use duplicati_retention::clock::Zone;
use duplicati_retention::history::History;
use duplicati_retention::policy::entries;
use duplicati_retention::report::{
    CheckQuestion, CheckReport, CompareReport, ComparedSide, ComposeReport, Context, Diagnostic,
    ExplainReport, ForecastQuestion, ForecastReport, Goals, OptionReport, PairReport, PlanReport,
    Planned, TimelineReport, caveat_of_a_short_schedule, rule_name,
};
use duplicati_retention::sources::Listing;
use serde::Serialize;

use crate::dropped::Dropped;
use crate::question::Question;

/// A report of any kind.
#[derive(Serialize)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum Report {
    Check(Box<CheckReport>),
    Explain(Box<ExplainReport>),
    Plan(Box<PlanReport>),
    Forecast(Box<ForecastReport>),
    Compose(Box<ComposeReport>),
    Compare(Box<CompareReport>),
    Timeline(Box<TimelineReport>),
}

impl Report {
    /// The report that answers a question.
    ///
    /// # Errors
    /// What the command would print in its place.
    pub fn of(question: &Question, dropped: &Dropped) -> Result<Report, Diagnostic> {
        let boxed = |report: Result<_, _>| report.map(Box::new);
        match question.ask.as_str() {
            "check" => check(question).map(Box::new).map(Report::Check),
            "explain" => {
                let report = ExplainReport::new(
                    question.context()?,
                    &question.texts(&question.policy),
                    vec![],
                );
                report.map(Box::new).map(Report::Explain)
            }
            "plan" => boxed(plan(question, dropped)).map(Report::Plan),
            "forecast" => forecast(question, dropped).map(Box::new).map(Report::Forecast),
            "compose" => compose(question).map(Box::new).map(Report::Compose),
            "compare" => compare(question, dropped).map(Box::new).map(Report::Compare),
            "timeline" => timeline(question, dropped).map(Box::new).map(Report::Timeline),
            other => Err(Diagnostic::new(format!("{other:?} is not something to ask"))),
        }
    }
}

fn check(question: &Question) -> Result<CheckReport, Diagnostic> {
    let asked = CheckQuestion {
        texts: question.texts(&question.policy),
        schedule: None,
        release: question.release()?,
        release_origin: "from --release".to_owned(),
        job: None,
        caveats: vec![],
        // As in the command, the zone makes no difference here.
        local_now: Zone::UTC.to_local(question.now()?),
    };
    Ok(asked.answer())
}

fn plan(question: &Question, dropped: &Dropped) -> Result<PlanReport, Diagnostic> {
    let context = question.context()?;
    let options = question.options(&question.policy, context.release)?;
    let listing = dropped.listing(&context.moment)?.unwrap_or_default();
    let history = History::new(listing.backups, context.moment.time_zone);
    Ok(PlanReport::new(context, &question.policy, &options, history, listing.caveats))
}

/// The schedule of a forecast: from now on with versions to begin with, else up to now.
fn planned(question: &Question) -> Result<Planned, Diagnostic> {
    let period = if question.from_dropped { Planned::after } else { Planned::before };
    question.planned(period)
}

/// The versions with which a forecast begins.
fn start(
    question: &Question,
    dropped: &Dropped,
    context: &Context,
) -> Result<Option<Listing>, Diagnostic> {
    if question.from_dropped { dropped.listing(&context.moment) } else { Ok(None) }
}

fn forecast(question: &Question, dropped: &Dropped) -> Result<ForecastReport, Diagnostic> {
    let context = question.context()?;
    let (start, mut caveats) = match start(question, dropped, &context)? {
        Some(listing) => (Some(listing.backups), listing.caveats),
        None => (None, vec![]),
    };
    let planned = planned(question)?;
    caveats.extend(caveat_of_a_short_schedule(planned.schedule.every));
    let options = question.options(&question.policy, context.release)?;
    let asked = ForecastQuestion {
        context,
        policy: &question.policy,
        options: &options,
        others: OptionReport::list(question.texts(&question.policy).iter()),
        planned,
        start,
        caveats,
        forecasts: 1,
        ages: &[],
        within: &[],
        file: None,
    };
    Ok(asked.answer(NonZeroUsize::MIN, |_| {}))
}

fn timeline(question: &Question, dropped: &Dropped) -> Result<TimelineReport, Diagnostic> {
    let context = question.context()?;
    let start = start(question, dropped, &context)?.unwrap_or_default().backups;
    let options = question.options(&question.policy, context.release)?;
    TimelineReport::new(context, &question.policy, &options, &planned(question)?, start)
}

fn compose(question: &Question) -> Result<ComposeReport, Diagnostic> {
    let context = question.context()?;
    let planned = question.planned(Planned::before)?;
    let Goals { goals, notes, newest } = question.goals(context.release, planned.schedule.every)?;
    ComposeReport::new(context, &goals, newest, &planned, notes)
}

fn compare(question: &Question, dropped: &Dropped) -> Result<CompareReport, Diagnostic> {
    let (release, policy) = (question.release()?, question.policy.as_str());
    let side = |name: String, policy: &str, release| {
        let options = question.options(policy, release)?;
        let others = OptionReport::list(question.texts(policy).iter());
        Ok::<_, Diagnostic>(ComparedSide { name, policy: policy.to_owned(), others, options })
    };
    let sides = match (&question.other_release, &question.other_policy) {
        (Some(other), _) => {
            let other = other.parse().map_err(Diagnostic::new)?;
            [release, other].map(|release| side(format!("release {release}"), policy, release))
        }
        (None, other) => {
            let other = other.as_deref().unwrap_or_default();
            [policy, other].map(|policy| {
                let others = OptionReport::list(question.texts(policy).iter());
                side(rule_name(policy, &others), policy, release)
            })
        }
    };
    let [first, second] = sides;
    let moment = question.moment()?;
    let (backups, caveats) = match dropped.listing(&moment)? {
        Some(listing) => (Some(listing.backups), listing.caveats),
        None => (None, vec![]),
    };
    let planned = match question.schedule.every.is_empty() {
        true => None,
        false => Some(question.planned(Planned::before)?),
    };
    let origin = (moment, "from --release".to_owned(), None);
    Ok(CompareReport::new(origin, &[first?, second?], backups, planned.as_ref(), caveats))
}

/// A report, and what is said beside it.
#[derive(Serialize)]
pub struct Answer<'a> {
    report: &'a Report,
    words: Words,
}

/// What the command would print, where the report has only numbers for it.
#[derive(Serialize)]
#[serde(untagged)]
enum Words {
    Check {
        entries: Vec<Place>,
        meanings: Vec<[String; 4]>,
    },
    Forecast {
        title: String,
        summary: String,
        frames: Vec<[String; 7]>,
        note: String,
        totals: Option<String>,
        recoverability: Vec<Vec<String>>,
    },
    Compare {
        heading: String,
        ages: Vec<[String; 3]>,
        years: Option<String>,
    },
    Pairs {
        pairs: Vec<[String; 3]>,
    },
    Nothing {},
}

/// Where the parts of an entry are in the text, in bytes.
#[derive(Serialize)]
struct Place {
    whole: Range<usize>,
    frame: Range<usize>,
    interval: Option<Range<usize>>,
}

/// A report with its words.
pub fn answer<'a>(question: &Question, report: &'a Report) -> Answer<'a> {
    let words = match report {
        Report::Check(check) => Words::Check {
            entries: entries(&question.policy)
                .map(|entry| Place {
                    whole: entry.whole,
                    frame: entry.frame,
                    interval: entry.interval,
                })
                .collect(),
            meanings: check
                .meanings()
                .into_iter()
                .map(|(pair, releases)| [pair.text(), releases, pair.reach(), pair.requested()])
                .collect(),
        },
        Report::Forecast(forecast) => Words::Forecast {
            title: forecast.title(),
            summary: forecast.summary(),
            frames: forecast.frames.iter().map(|frame| forecast.frame_row(frame)).collect(),
            note: forecast.note_on_frames(),
            totals: forecast.totals(),
            recoverability: forecast.recoverability_rows(),
        },
        Report::Compare(compare) => Words::Compare {
            heading: compare.heading(),
            ages: compare
                .ages
                .iter()
                .map(|range| {
                    let [one, other] = range.outcomes.map(|outcome| outcome.words());
                    [range.ages(), one, other]
                })
                .collect(),
            years: compare.over_the_years.as_ref().map(|years| years.heading(&compare.moment)),
        },
        Report::Timeline(timeline) => Words::Pairs { pairs: pairs(&timeline.pairs) },
        _ => Words::Nothing {},
    };
    Answer { report, words }
}

fn pairs(pairs: &[PairReport]) -> Vec<[String; 3]> {
    pairs.iter().map(|pair| [pair.text(), pair.reach(), pair.requested()]).collect()
}
