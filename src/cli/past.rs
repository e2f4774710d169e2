//! What is asked about the past of a job: `audit --after` and `why`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use comfy_table::Cell;

use super::context::MomentArgs;
use super::exit::{DONE, REFUSED};
use super::failure::Failure;
use super::screen::{self, bad, good};
use crate::Release;
use crate::advice::count;
use crate::clock::{LocalDateTime, Utc};
use crate::history::VersionNumber;
use crate::report::{AfterReport, Context, PastQuestion, write_json};
use crate::sources::database::Access;
use crate::sources::past;
use crate::sources::times::parse_time;

const EXAMPLES: &str = "\
Examples:
  duplicati-retention why 2026-03-11 --database ABCDEFGHIJ.sqlite
  duplicati-retention why 2026-03-11T01:00:43Z --database ABCDEFGHIJ.sqlite --time-zone \
                        Europe/Berlin

The database has what each run did, for as long as Duplicati's option log-retention allows (30 days
unless it is set), and for each run with a retention policy also the policy.";

/// The options of the job, where the log of a run does not say them.
#[derive(clap::Args)]
#[command(next_help_heading = "Options of the job, for runs whose log does not have them")]
pub(super) struct PastArgs {
    /// The retention policy; the log of a run has it, if there is one
    #[arg(long, value_name = "POLICY")]
    policy: Option<String>,

    /// keep-time, which the log does not have
    #[arg(long, value_name = "SPAN")]
    keep_time: Option<String>,

    /// keep-versions, which the log does not have
    #[arg(long, value_name = "NUMBER")]
    keep_versions: Option<String>,

    /// allow-full-removal [default: what fits]
    #[arg(long, value_name = "SWITCH", num_args = 0..=1)]
    #[arg(require_equals = true, default_missing_value = "true")]
    allow_full_removal: Option<String>,
}

/// Why is a version gone?
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, disable_version_flag = true)]
pub(super) struct WhyArgs {
    /// Which version: its time in RFC 3339, the beginning of its local time such as 2026-03-11, or
    /// its number
    ///
    /// A number is that of today, or of a version that is gone the one that it had when it was
    /// deleted.
    #[arg(value_name = "TIME|NUMBER")]
    version: String,

    /// The job's local database; Duplicati shows its path on the job's page under "Database"
    #[arg(long, value_name = "FILE", help_heading = "Source")]
    database: PathBuf,

    /// Read a private copy of it, made in the folder for temporary files and deleted after
    #[arg(long, help_heading = "Source")]
    copy: bool,

    #[command(flatten)]
    past: PastArgs,

    /// The release of Duplicati [default: the one that ran last, or what fits]
    #[arg(long, value_name = "RELEASE", help_heading = "Where and when")]
    release: Option<Release>,

    #[command(flatten)]
    moment: MomentArgs,

    /// Print the answer as JSON, which docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,
}

impl PastArgs {
    /// Whether any is given.
    fn options(&self) -> Option<Vec<(String, String)>> {
        let given = [
            ("retention-policy", &self.policy),
            ("keep-time", &self.keep_time),
            ("keep-versions", &self.keep_versions),
        ];
        let given: Vec<(String, String)> = given
            .into_iter()
            .filter_map(|(name, text)| Some((name.to_owned(), text.clone()?)))
            .collect();
        (!given.is_empty()).then_some(given)
    }

    pub fn question(
        &self,
        database: &Path,
        access: Access,
        release: Option<Release>,
        moment: &MomentArgs,
    ) -> Result<PastQuestion, Failure> {
        let (runs, caveats) = past::read(database, access).map_err(Failure::new)?;
        let ran = runs.iter().rev().find_map(|run| run.run.result.as_ref()?.release);
        let (known, release_origin) = match (release, ran) {
            (Some(release), _) => (release, "from --release"),
            (None, Some(release)) => (release, "the one that ran last"),
            (None, None) => (Release::default(), "the default"),
        };
        let zone_is_given = moment.zone_is_given();
        let context = Context {
            release: known,
            release_origin: release_origin.into(),
            moment: moment.resolve()?,
            job: None,
        };
        Ok(PastQuestion {
            context,
            zone_is_given,
            release_is_given: release.or(ran).is_some(),
            options: self.options(),
            options_are_of_today: false,
            allow_full_removal: self
                .allow_full_removal
                .as_deref()
                .map(crate::retention::parse_switch),
            runs,
            caveats,
        })
    }
}

pub(super) fn after(
    question: PastQuestion,
    json: bool,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let report = question.compare();
    if json { write_json(&mut *out, &report) } else { write_after(&report, out) }?;
    Ok(if report.differing > 0 { REFUSED } else { DONE })
}

/// What the runs of a job did.
pub(super) fn write_after(report: &AfterReport, out: &mut impl Write) -> io::Result<()> {
    screen::top(out, &report.context.to_string(), &[], &report.caveats)?;
    let releases: Vec<_> = report.fitting_releases.iter().map(ToString::to_string).collect();
    let switch = if report.allow_full_removal { " with allow-full-removal" } else { "" };
    let zones = match report.fitting_zones {
        0 | 1 => "this time zone".to_owned(),
        zones => format!("{zones} time zones, such as {},", report.some_zones.join(", ")),
    };
    let fits = format!(
        "The runs fit {zones} and {} {}{switch}.",
        if releases.len() == 1 { "the release" } else { "the releases" },
        releases.join(", ")
    );
    write!(out, "{}", screen::paragraph(&fits, 0))?;
    let mut table = screen::table(["Started", "Policy", "Versions", "Deleted", "Prediction"]);
    let local = |time| report.context.moment.local(time);
    for run in &report.runs {
        let words = run.words(local);
        table.add_row([
            Cell::new(local(run.started)),
            Cell::new(run.policy.as_deref().unwrap_or("-")),
            Cell::new(run.versions),
            Cell::new(run.deleted.len()),
            match run.comparison {
                "as-predicted" => good(words),
                "differs" => bad(words),
                _ => Cell::new(words),
            },
        ]);
    }
    writeln!(out, "\n{}", screen::lines(&table))?;
    let text = format!(
        "{}: {} as predicted, {} differ, {} cannot be told.",
        count(report.runs.len(), "run"),
        report.as_predicted,
        report.differing,
        report.unknown
    );
    write!(out, "{}", screen::paragraph(&text, 0))
}

pub(super) fn why(args: &WhyArgs, out: &mut impl Write) -> Result<u8, Failure> {
    let access = if args.copy { Access::Copy } else { Access::InPlace };
    let question = args.past.question(&args.database, access, args.release, &args.moment)?;
    /// A larger number is a time in Unix seconds.
    const MOST_VERSIONS: usize = 10_000_000;
    let wanted = args.version.trim();
    let number = wanted.parse().ok().filter(|&number: &usize| number < MOST_VERSIONS);
    let exact = parse_time(wanted).ok();
    let beginning = wanted.replacen('T', " ", 1);
    let is_date =
        beginning.len() >= 7 && beginning.starts_with(|letter: char| letter.is_ascii_digit());
    if exact.is_none() && !is_date {
        return Err(Failure::new(format!(
            "{wanted:?} is not the time of a version; write one like 2026-03-11T01:00:43Z, the \
             beginning of its local time, such as 2026-03-11, or its number"
        )));
    }
    let is_meant = |time: Utc, local: LocalDateTime, its: VersionNumber| match (number, exact) {
        (Some(number), _) => its.get() == number,
        (None, Some(exact)) => time == exact,
        (None, None) => local.to_string().starts_with(&beginning),
    };
    let report = question.why(is_meant);
    if args.json {
        write_json(&mut *out, &report)?;
    } else {
        screen::top(out, &report.context.to_string(), &[], &report.caveats)?;
        for version in &report.versions {
            let text = format!("The version of {}: {}", version.local_time, version.why);
            write!(out, "\n{}", screen::paragraph(&text, 0))?;
        }
        if report.versions.is_empty() {
            let which = if number.is_some() { "with the number" } else { "of" };
            let text = format!(
                "No version {which} {wanted} exists, and the database has no run that deleted \
                 one. It may never have been made, or log-retention removed what was logged about \
                 it."
            );
            write!(out, "\n{}", screen::paragraph(&text, 0))?;
        }
    }
    Ok(if report.versions.is_empty() { REFUSED } else { DONE })
}
