//! `compare`: what does another policy, or another release, delete that this one does not?

use std::io::{self, Write};
use std::path::PathBuf;

use comfy_table::Cell;

use super::context::{MomentArgs, ReleaseArg};
use super::exit::DONE;
use super::failure::Failure;
use super::job::JobFile;
use super::options;
use super::schedule::ScheduleArgs;
use super::screen;
use super::source::SourceArgs;
use crate::Release;
use crate::advice::{age, count, list, number};
use crate::dotnet::TimeSpan;
use crate::forecast::Summary;
use crate::report::{
    CompareReport, ComparedSide, DeletedVersion, FrameReport, NowReport, Planned, YearsReport,
    YearsSideReport, write_json,
};
use crate::retention::OPTION_NAMES;

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
    #[arg(value_name = "POLICY")]
    policies: Vec<String>,

    /// Compare with the policy of a job: the file that "Export" on the job's page makes, not
    /// encrypted
    #[arg(long, value_name = "FILE")]
    job: Option<PathBuf>,

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
    let job = args.job.as_deref().map(JobFile::read).transpose()?;
    let job = job.as_ref();
    let (sides, release_origin) = sides(args, job)?;
    let moment = args.moment.resolve()?;
    let listing = args.source.read_if_given()?;
    let listing = listing.map(|listing| listing.recorded(moment.time_zone));
    let (backups, caveats) = listing.map(|listing| (listing.backups, listing.caveats)).unzip();
    let mut caveats = caveats.unwrap_or_default();
    let release = sides[0].options.release;
    let schedule = match args.schedule.is_given(job) {
        true => Some(args.schedule.read(job, release, moment.now, Planned::before)?),
        false => None,
    };
    caveats.extend(schedule.as_ref().and_then(|schedule| schedule.caveat.clone()));
    let mut of_the_job = job.iter().flat_map(|file| file.job.options());
    if of_the_job.any(|(name, _)| name != "retention-policy") {
        caveats.push(
            "what is deleted now depends on all options of the job, the rest on the policies alone"
                .into(),
        );
    }
    let gives = schedule.as_ref().map_or("policy", |schedule| schedule.gives);
    let origin = (moment, release_origin, job.map(|file| file.gives(gives)));
    let planned = schedule.as_ref().map(|schedule| &schedule.planned);
    let report = CompareReport::new(origin, &sides, backups, planned, caveats)?;
    if args.json { write_json(out, &report) } else { write_text(&report, out) }?;
    Ok(DONE)
}

/// The two sides, and where the release came from, or both.
fn sides(args: &Args, job: Option<&JobFile>) -> Result<([ComparedSide; 2], String), Failure> {
    let of_the_job = job.map(|file| file.job.option("retention-policy").unwrap_or_default());
    let policies: Vec<&str> =
        of_the_job.into_iter().chain(args.policies.iter().map(String::as_str)).collect();
    match (policies.as_slice(), args.releases.as_slice()) {
        (&[policy], &[first, second]) => {
            let side = |release: Release| side(format!("release {release}"), policy, release, job);
            Ok(([side(first)?, side(second)?], "from --release".into()))
        }
        (&[first, second], &[] | &[_]) => {
            let (release, origin) = ReleaseArg::one(args.releases.first().copied()).get(job);
            let side = |policy: &str| side(named(policy), policy, release, job);
            Ok(([side(first)?, side(second)?], origin))
        }
        _ => Err(Failure::new(EXPECTED)),
    }
}

fn named(policy: &str) -> String {
    if policy.is_empty() { "no policy".into() } else { policy.into() }
}

fn side(
    name: String,
    policy: &str,
    release: Release,
    job: Option<&JobFile>,
) -> Result<ComparedSide, Failure> {
    let text = |name| match name {
        "retention-policy" => Some((name, policy)),
        other => Some((other, job?.job.option(other)?)),
    };
    let options = options::parse(OPTION_NAMES.into_iter().filter_map(text), policy, release)?;
    Ok(ComparedSide { name, policy: policy.to_owned(), options })
}

fn write_text(report: &CompareReport, out: &mut impl Write) -> io::Result<()> {
    let [first, second] = report.sides.each_ref().map(|side| side.name.as_str());
    screen::top(out, &report.heading(), &report.caveats)?;
    let mut table = screen::table(["Age of a backup", first, second]);
    for range in &report.ages {
        let [one, other] = range.outcomes.map(|outcome| outcome.words());
        table.add_row([range.ages(), one, other]);
    }
    writeln!(out, "\n{}", screen::lines(&table))?;
    for sentence in &report.conclusions {
        write!(out, "{}", screen::paragraph(sentence, 0))?;
    }
    let mut gap = "\n";
    for side in &report.sides {
        for notice in side.blockers.iter().chain(&side.dangers) {
            write!(out, "{}", std::mem::take(&mut gap))?;
            screen::loud(out, &format!("With {}: {}", side.name, notice.message))?;
        }
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
    let mut table = screen::table(["", first, second]);
    for (name, cell) in TOTALS {
        let cell = |side| cell(side).unwrap_or_else(|| "-".into());
        let [one, other] = years.delivered.each_ref().map(cell);
        table.add_row([name.to_owned(), one, other]);
    }
    let found = years.delivered.iter().flat_map(|side| &side.recoverability);
    let mut ages: Vec<TimeSpan> = found.map(|found| found.age_seconds).collect();
    ages.sort_unstable();
    ages.dedup();
    for back in ages {
        let within = |side: &YearsSideReport| {
            let found = side.recoverability.iter().find(|found| found.age_seconds == back);
            found.map_or("out of reach".into(), |found| {
                format!("always within {}", age(found.always_within_seconds))
            })
        };
        let [one, other] = years.delivered.each_ref().map(within);
        table.add_row([format!("To go back {}", age(back)), one, other]);
    }
    write!(out, "\n{}", screen::lines(&table))?;
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
    (!gaps.is_empty()).then(|| list(&gaps))
}
