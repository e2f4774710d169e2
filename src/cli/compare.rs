//! `compare`: what does another policy, or another release, delete that this one does not?

mod json;
mod text;

use std::io::Write;
use std::path::PathBuf;

use super::DONE;
use super::context::{Context, MomentArgs, ReleaseArg};
use super::failure::Failure;
use super::job::JobFile;
use super::options::{self, no_plan};
use super::schedule::{Planned, ScheduleArgs};
use super::source::SourceArgs;
use crate::Release;
use crate::advice::{AgeRange, PairLabels, age_ranges, only_deleted_by};
use crate::forecast::ComparedForecast;
use crate::history::{History, VersionNumber};
use crate::retention::{OPTION_NAMES, Options, Plan};

const EXAMPLES: &str = "\
Two policies under one release, or one policy under two releases. With a source it also tells what
else would be deleted now, with a schedule what else over the years.

Examples:
  duplicati-retention compare 1W:1D,4W:1W,12M:1M 7D:23h,28D:167h,360D:719h --every 1D --jitter 30s
  duplicati-retention compare 12M:1M --release 2.1 --release 2.3.0 --database ABCDEFGHIJ.sqlite
  duplicati-retention compare --job job.json 7D:1D,U:1W";

const EXPECTED: &str = "two policies, or one policy and two releases, are expected, such as compare 7D:1D 14D:1D, or \
                        compare 12M:1M --release 2.1 --release 2.3.0; a job counts as a policy";

/// What does another policy delete, or another release, that this one keeps?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, mut_group("PlaceArgs", |place| place.required(false)))]
pub(super) struct Args {
    /// Two policies; one is enough for two releases, or with a job, whose policy it would take the
    /// place of
    #[arg(value_name = "POLICY")]
    policies: Vec<String>,

    /// Compare with the policy of a job: the file that "Export" on the job's page makes, not
    /// encrypted
    #[arg(long, value_name = "FILE")]
    job: Option<PathBuf>,

    /// Duplicati's release; two of them are compared [default: that of --job, or 2.3.0]
    #[arg(long = "release", value_name = "RELEASE", help_heading = "Where and when")]
    releases: Vec<Release>,

    #[command(flatten)]
    moment: MomentArgs,

    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    schedule: ScheduleArgs,

    /// Answer in JSON, as docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,
}

/// One of the two that are compared.
struct Side {
    /// How it is called in the answer.
    name: String,
    release: Release,
    /// The text of the policy.
    policy: String,
    options: Options,
    labels: PairLabels,
}

/// What both would delete now.
struct Now {
    history: History,
    plans: [Plan; 2],
    /// What only the first deletes, and what only the second.
    only: [Vec<VersionNumber>; 2],
}

/// What both come to over the years.
struct Years {
    planned: Planned,
    length: String,
    seed: u64,
    backups: usize,
    outcomes: [ComparedForecast; 2],
}

/// Everything that an answer is made of.
struct Answer {
    context: Context,
    sides: [Side; 2],
    age_ranges: Vec<AgeRange>,
    caveats: Vec<String>,
    now: Now,
    /// Whether there was a source; without one there are no versions.
    has_source: bool,
    years: Option<Years>,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let job = args.job.as_deref().map(JobFile::read).transpose()?;
    let (sides, release_text) = sides(args, job.as_ref())?;
    let mut context = args.moment.resolve((sides[0].release, release_text), job.as_ref())?;
    let listing = args.source.read_if_given()?;
    let has_source = listing.is_some();
    let listing = listing.unwrap_or_default();
    let mut caveats = listing.caveats;
    let now = now(&sides, History::new(listing.backups, context.zone), &context)?;
    let years = match args.schedule.is_given(job.as_ref()) {
        true => Some(years(args, job.as_ref(), &sides, &mut context)?),
        false => None,
    };
    caveats.extend(years.as_ref().and_then(|years| years.planned.caveat.clone()));
    let mut of_the_job = job.iter().flat_map(|file| file.job.options());
    if of_the_job.any(|(name, _)| name != "retention-policy") {
        caveats.push(
            "only what is deleted now looks at all that the job sets, the rest at the policies alone".into(),
        );
    }
    let age_ranges = age_ranges(&sides[0].options.policy, &sides[1].options.policy);
    let answer = Answer { context, sides, age_ranges, caveats, now, has_source, years };
    if args.json { json::write(&answer, out) } else { text::write(&answer, out) }?;
    Ok(DONE)
}

/// The two sides, and a text that says which release it is, or which two.
fn sides(args: &Args, job: Option<&JobFile>) -> Result<([Side; 2], String), Failure> {
    let of_the_job = job.map(|file| file.job.option("retention-policy").unwrap_or_default());
    let policies: Vec<&str> =
        of_the_job.into_iter().chain(args.policies.iter().map(String::as_str)).collect();
    match (policies.as_slice(), args.releases.as_slice()) {
        (&[policy], &[first, second]) => {
            let side = |release: Release| side(format!("release {release}"), policy, release, job);
            Ok((
                [side(first)?, side(second)?],
                format!("releases {first} and {second} (from --release)"),
            ))
        }
        (&[first, second], &[] | &[_]) => {
            let (release, text) = ReleaseArg::one(args.releases.first().copied()).get(job);
            let side = |policy: &str| side(named(policy), policy, release, job);
            Ok(([side(first)?, side(second)?], text))
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
) -> Result<Side, Failure> {
    let text = |name| match name {
        "retention-policy" => Some((name, policy)),
        other => Some((other, job?.job.option(other)?)),
    };
    let options = options::parse(OPTION_NAMES.into_iter().filter_map(text), policy, release)?;
    let labels = PairLabels::new(policy, &options.policy);
    Ok(Side { name, release, policy: policy.to_owned(), options, labels })
}

fn now(sides: &[Side; 2], history: History, context: &Context) -> Result<Now, Failure> {
    let plan = |side: &Side| {
        crate::retention::plan(&history, &side.options, context.now)
            .map_err(|error| no_plan(&side.policy, error))
    };
    let plans = [plan(&sides[0])?, plan(&sides[1])?];
    let only = only_deleted_by(&plans[0], &plans[1]);
    Ok(Now { history, plans, only })
}

fn years(
    args: &Args,
    job: Option<&JobFile>,
    sides: &[Side; 2],
    context: &mut Context,
) -> Result<Years, Failure> {
    let planned = args.schedule.read(job, context)?;
    let length = args.schedule.length(&planned, context)?;
    // As in a forecast, the present is where it ends.
    let until = context.now;
    let from = until
        .checked_sub(length)
        .map_err(|error| Failure::new(format!("--for {}: {error}", args.schedule.length)))?;
    let starts = planned.schedule.starts(context.zone, from, until, args.schedule.seed);
    let policies = sides.each_ref().map(|side| &side.options.policy);
    let outcomes = ComparedForecast::of_both(policies, context.zone, &starts)
        .map_err(|(side, error)| no_plan(&sides[side].policy, error))?;
    let (length, seed) = (args.schedule.length.clone(), args.schedule.seed);
    Ok(Years { planned, length, seed, backups: starts.len(), outcomes })
}
