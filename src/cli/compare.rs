//! `compare`: what does another policy, or another release, delete that this one does not?

use std::io::{self, Write};

use comfy_table::Cell;

use super::context::{MomentArgs, ReleaseArg};
use super::exit::{DONE, REFUSED};
use super::failure::Failure;
use super::job::{JobArgs, JobFile, pasted};
use super::options;
use super::schedule::ScheduleArgs;
use super::screen;
use super::source::SourceArgs;
use super::zone_data;
use crate::advice::{age, count, list, number};
use crate::dotnet::TimeSpan;
use crate::forecast::Summary;
use crate::report::{
    AgeRangeReport, CompareReport, ComparedSide, DeletedVersion, FrameReport, NowReport,
    OptionReport, Planned, RecoverabilityReport, YearsReport, YearsSideReport, rule_name,
    write_json,
};
use crate::retention::OPTION_NAMES;
use crate::sources::Job;
use crate::{DetectedRelease, Release};

const EXAMPLES: &str = "\
Two policies under one release, or one policy under two releases. With a source this also tells what
only one of them would delete now, and with a schedule what it comes to over the years.

Examples:
  duplicati-retention compare 1W:1D,4W:1W,12M:1M 7D:23h,28D:167h,360D:719h --every 1D --jitter 30s
  duplicati-retention compare 12M:1M --release 2.1 --release 2.3.0 --database ABCDEFGHIJ.sqlite
  duplicati-retention compare --job job.json 7D:1D,U:1W";

const EXPECTED: &str = "\
write two policies, such as compare 7D:1D 14D:1D, or one policy and two releases, such as \
compare 12M:1M --release 2.1 --release 2.3.0; a job counts as a policy";

/// What does another policy delete, or another release, that this one keeps?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, mut_group("PlaceArgs", |place| place.required(false)))]
pub(super) struct Args {
    /// Two policies; one is enough with two releases, or with a job, whose policy it would replace
    ///
    /// keep-versions=3 or keep-time=6M in place of a policy compares with that option. It replaces
    /// whichever of the three a job sets.
    #[arg(value_name = "POLICY")]
    policies: Vec<String>,

    #[command(flatten)]
    job: JobArgs,

    /// The release of Duplicati; two of them are compared [default: that of --job, or 2.3.0]
    #[arg(long = "release", value_name = "RELEASE", help_heading = "Where and when")]
    releases: Vec<Release>,

    #[command(flatten)]
    moment: MomentArgs,

    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    schedule: ScheduleArgs,

    /// Print the answer as JSON, which docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let job = args.job.read()?;
    let job = job.as_ref();
    let moment = args.moment.resolve()?;
    let listing = args.source.read_if_given(&moment)?;
    let found = listing.as_ref().and_then(|listing| listing.release.as_ref());
    let (sides, release_origin, of_the_question) = sides(args, job, found)?;
    if let Some(listing) = &listing {
        args.source.refuse_empty(listing)?;
    }
    let (backups, mut caveats) = match listing {
        Some(listing) => (Some(listing.backups), listing.caveats),
        None => (None, Vec::new()),
    };
    caveats.extend(of_the_question);
    caveats.extend(zone_data::caveat(moment.time_zone, moment.now));
    let release = sides[0].options.release;
    let schedule = match args.schedule.is_given(job) {
        true => Some(args.schedule.read(job, release, moment.now, Planned::before)?),
        false => None,
    };
    caveats.extend(schedule.as_ref().and_then(|schedule| schedule.caveat.clone()));
    let gives = schedule.as_ref().map_or("policy", |schedule| schedule.gives);
    let origin = (moment, release_origin, job.map(|file| file.gives(gives)));
    let planned = schedule.as_ref().map(|schedule| &schedule.planned);
    let report = CompareReport::new(origin, &sides, backups, planned, caveats);
    if args.json { write_json(out, &report) } else { write_text(&report, out) }?;
    let is_blocked = report.sides.iter().any(|side| !side.blockers.is_empty());
    Ok(if is_blocked { REFUSED } else { DONE })
}

/// The two sides, where the release came from, or both, and what was assumed or left out.
fn sides(
    args: &Args,
    job: Option<&JobFile>,
    source: Option<&DetectedRelease>,
) -> Result<([ComparedSide; 2], String, Vec<String>), Failure> {
    let mut caveats: Vec<String> = Vec::new();
    let mut given: Vec<(&'static str, String)> = Vec::new();
    for text in &args.policies {
        given.push(match named_option(text) {
            Some((name, value)) => (name, value.to_owned()),
            None => {
                let (policy, more) = pasted(text)?;
                caveats.extend(more);
                ("retention-policy", policy)
            }
        });
    }
    caveats.extend(job.iter().flat_map(|file| file.job.caveats.clone()));
    let of_the_job = job.map(|file| Rule::OfTheJob(&file.job));
    let alternatives = given.iter().map(|(name, text)| Rule::Named(name, text));
    let rules: Vec<Rule> = of_the_job.into_iter().chain(alternatives).collect();
    match (rules.as_slice(), args.releases.as_slice()) {
        ([rule], &[first, second]) => {
            let side = |release: Release| -> Result<ComparedSide, Failure> {
                let side = side(rule, release, job)?;
                Ok(ComparedSide { name: format!("release {release}"), ..side })
            };
            Ok(([side(first)?, side(second)?], "from --release".into(), caveats))
        }
        ([first, second], &[] | &[_]) => {
            let found = ReleaseArg::one(args.releases.first().copied()).get(job, source);
            caveats.extend(found.caveat);
            let release = found.release;
            let sides = [side(first, release, job)?, side(second, release, job)?];
            Ok((sides, found.origin, caveats))
        }
        _ => Err(Failure::new(EXPECTED)),
    }
}

/// What decides on a side.
enum Rule<'a> {
    /// All that the job sets.
    OfTheJob(&'a Job),
    /// One of the options that exclude each other, with its text. Of a job it takes the place of
    /// the one that the job sets.
    Named(&'static str, &'a str),
}

/// The options of which Duplicati takes only one.
const ONE_OF: [&str; 3] = ["keep-time", "keep-versions", "retention-policy"];

/// One of these options by its name, such as `keep-versions=3`, and its value; a policy is read
/// with whatever stands around it.
fn named_option(text: &str) -> Option<(&'static str, &str)> {
    let bare = text.trim().trim_start_matches('-');
    ["keep-time", "keep-versions"].into_iter().find_map(|name| {
        let value = bare.strip_prefix(name)?.strip_prefix(['=', ' ', ':'])?;
        Some((name, value.trim()))
    })
}

fn side(rule: &Rule, release: Release, job: Option<&JobFile>) -> Result<ComparedSide, Failure> {
    let of_the_job = |name| job.and_then(|file| file.job.option(name));
    let text = |name| match *rule {
        Rule::OfTheJob(job) => job.option(name),
        Rule::Named(own, text) if own == name => Some(text),
        Rule::Named(..) if ONE_OF.contains(&name) => None,
        Rule::Named(..) => of_the_job(name),
    };
    let texts = OPTION_NAMES.into_iter().filter_map(|name| Some((name, text(name)?)));
    // An option that is set to nothing is not set.
    let texts: Vec<(&str, &str)> =
        texts.filter(|(name, text)| !ONE_OF.contains(name) || !text.is_empty()).collect();
    let policy = text("retention-policy").unwrap_or_default();
    let options = options::parse(texts.iter().copied(), policy, release)?;
    let others = OptionReport::list(texts);
    Ok(ComparedSide {
        name: rule_name(policy, &others),
        policy: policy.to_owned(),
        others,
        options,
    })
}

fn write_text(report: &CompareReport, out: &mut impl Write) -> io::Result<()> {
    let [first, second] = report.sides.each_ref().map(|side| side.name.as_str());
    screen::top(out, &report.heading(), &[], &report.caveats)?;
    for side in &report.sides {
        for notice in side.blockers.iter().chain(&side.dangers) {
            screen::loud(out, &format!("With {}: {}", side.name, notice.message))?;
        }
    }
    let headings = ["Age of a backup", first, second].map(str::to_owned).to_vec();
    let row = |range: &AgeRangeReport| {
        let [one, other] = range.outcomes.map(|outcome| outcome.words());
        vec![range.ages(), one, other]
    };
    let rows: Vec<Vec<String>> =
        std::iter::once(headings).chain(report.ages.iter().map(row)).collect();
    writeln!(out, "\n{}", screen::rows(&rows))?;
    for sentence in &report.conclusions {
        write!(out, "{}", screen::paragraph(sentence, 0))?;
    }
    if let Some(now) = &report.now_deleted {
        write_now(report, now, out)?;
    }
    if let Some(years) = &report.over_the_years {
        write_years(report, years, out)?;
    }
    if report.now_deleted.is_none() && report.over_the_years.is_none() {
        let hint = "With a source (--database, --files or --times) this also tells what only one \
                    of them would delete now, and with --every, such as --every 1D, what it comes \
                    to over the years.";
        write!(out, "\n{}", screen::paragraph(hint, 0))?;
    }
    Ok(())
}

/// What both would delete now.
fn write_now(report: &CompareReport, now: &NowReport, out: &mut impl Write) -> io::Result<()> {
    let [first, second] = report.sides.each_ref().map(|side| side.name.as_str());
    if now.versions == 0 {
        return writeln!(out, "\nThere are no backups, so nothing is deleted now.");
    }
    let [deleted, others] = now.deleted.map(number);
    let versions = count(now.versions, "version");
    let sentence = format!(
        "Of {versions}, {deleted} would be deleted now with {first}, and {others} with {second}."
    );
    write!(out, "\n{}", screen::paragraph(&sentence, 0))?;
    if now.only.iter().all(Vec::is_empty) {
        return writeln!(out, "Both delete the same versions.");
    }
    for (side, only) in report.sides.iter().zip(&now.only) {
        let name = &side.name;
        if only.is_empty() {
            writeln!(out, "\nNothing would be deleted only with {name}.")?;
        } else {
            let versions = count(only.len(), "version");
            writeln!(out, "\n{versions} would be deleted only with {name}:")?;
            out.write_all(versions_table(only).as_bytes())?;
        }
    }
    Ok(())
}

fn versions_table(only: &[DeletedVersion]) -> String {
    let mut table = screen::table(["Version", "Local time", "Kind", "Age", "Reason"]);
    for deleted in only {
        table.add_row([
            Cell::new(deleted.version.version),
            Cell::new(deleted.version.local_time),
            Cell::new(deleted.version.kind()),
            Cell::new(age(deleted.version.age_seconds)),
            Cell::new(&deleted.reason),
        ]);
    }
    screen::lines(&table)
}

/// What there is to restore from, side by side, if backups go on for years.
fn write_years(
    report: &CompareReport,
    years: &YearsReport,
    out: &mut impl Write,
) -> io::Result<()> {
    let [first, second] = report.sides.each_ref().map(|side| side.name.as_str());
    write!(out, "\n{}", screen::paragraph(&years.heading(&report.moment), 0))?;
    write!(out, "{}", screen::paragraph(&years.schedule.assumptions, 0))?;
    let mut rows = vec![["".to_owned(), first.to_owned(), second.to_owned()].to_vec()];
    for (name, cell) in TOTALS {
        let cell = |side| cell(side).unwrap_or_else(|| "-".into());
        let [one, other] = years.delivered.each_ref().map(cell);
        rows.push(vec![name.to_owned(), one, other]);
    }
    let found = years.delivered.iter().flat_map(|side| &side.recoverability);
    let mut ages: Vec<TimeSpan> = found.map(|found| found.age_seconds).collect();
    ages.sort_unstable();
    ages.dedup();
    for back in ages {
        let within = |side: &YearsSideReport| {
            let found = side.recoverability.iter().find(|found| found.age_seconds == back);
            // Both look back from the same moments. Of the ages beyond every version a side tells
            // only the first, and one that never has a version tells none.
            found.map_or("out of reach".into(), RecoverabilityReport::always_within)
        };
        let [one, other] = years.delivered.each_ref().map(within);
        rows.push(vec![format!("To go back {}, the version is", age(back)), one, other]);
    }
    write!(out, "\n{}", screen::rows(&rows))?;
    let sentence = match years.delivered.each_ref().map(|side| side.only_in_the_end.len()) {
        [0, 0] => "At the end both keep the same versions.".into(),
        [one, other] => format!(
            "At the end {} exist only with {first}, and {} only with {second}.",
            count(one, "version"),
            number(other)
        ),
    };
    write!(out, "\n{}", screen::paragraph(&sentence, 0))
}

type Total = fn(&YearsSideReport) -> Option<String>;

/// The rows of the table, and what a side has in each.
const TOTALS: [(&str, Total); 6] = [
    ("Versions, usually", |side| Some(number(side.versions?.median))),
    ("Versions, fewest to most", |side| {
        let Summary { min, max, .. } = side.versions?;
        Some(format!("{} to {}", number(min), number(max)))
    }),
    ("Age of the oldest, at least", |side| Some(age(side.oldest_seconds?.min))),
    ("Age of the oldest, at most", |side| Some(age(side.oldest_seconds?.max))),
    ("Usual gap, frame by frame", |side| gaps(side, |gap| gap.median)),
    ("Longest gap, frame by frame", |side| gaps(side, |gap| gap.max)),
];

fn gaps(side: &YearsSideReport, which: fn(Summary<TimeSpan>) -> TimeSpan) -> Option<String> {
    let gap = |frame: &FrameReport| frame.gap_seconds.map_or("-".into(), |gap| age(which(gap)));
    let gaps: Vec<String> = side.frames.iter().map(gap).collect();
    match gaps.is_empty() {
        true => side.gap_seconds.map(|gap| age(which(gap))),
        false => Some(list(&gaps)),
    }
}
