//! `audit`: every job of a machine, worst first.

mod after;
mod batch;
mod collect;
mod places;

use std::io::{self, Write};
use std::path::PathBuf;

use comfy_table::Cell;

use super::context::MomentArgs;
use super::exit::{DONE, REFUSED, UNREADABLE};
use super::failure::{Failure, write_file};
use super::past::PastArgs;
use super::screen::{self, bad, good};
use super::zone_data;
use crate::Release;
use crate::report::{AUDIT_HEADINGS, AuditReport, AuditedJob, Status, audit_page, write_json};
use crate::sources::database::Access;
use collect::{Collected, Reader};

const EXAMPLES: &str = "\
Examples:
  duplicati-retention audit
  duplicati-retention audit /mnt/copy/Duplicati --time-zone Europe/Berlin
  duplicati-retention audit exports/ --json-lines
  duplicati-retention audit --batch - < questions.jsonl > answers.jsonl

Without a place, this looks where Duplicati keeps its data: in the folder that DUPLICATI_HOME names,
in the user's folder, in that of the service, and in those of the usual containers. Every file is
only read.

Exit codes: 0 if every job could be looked at and has no danger; 1 if a job has a danger; 2 if there
is no danger, but of a job it cannot be told.";

/// Look at every job: what is wrong with it, and what its next run deletes
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, disable_version_flag = true)]
pub(super) struct Args {
    /// Duplicati's data folder, a server's database (Duplicati-server.sqlite), an exported job or a
    /// folder of them, or a job's database [default: where Duplicati keeps its data]
    #[arg(value_name = "PLACE")]
    places: Vec<PathBuf>,

    /// Instead of jobs: answer a line of JSON for each line of JSON in this file; - is standard
    /// input
    ///
    /// A question has policy (or options), times, time_zone and now; id, which comes back, and
    /// release are optional. An error is the answer of its line, and makes the exit code 1.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["places", "server_datafolder", "after"])]
    batch: Option<PathBuf>,

    /// The same as a place: the option of Duplicati's server
    #[arg(long, value_name = "FOLDER")]
    server_datafolder: Option<PathBuf>,

    /// Read a private copy of each database, made in the folder for temporary files and deleted
    /// after
    #[arg(long)]
    copy: bool,

    /// The release of Duplicati [default: the one that ran last, if the database says so, or 2.3.0]
    #[arg(long, value_name = "RELEASE", help_heading = "Where and when")]
    release: Option<Release>,

    #[command(flatten)]
    moment: MomentArgs,

    /// Did each earlier run of each job delete what is predicted for it?
    ///
    /// Exit code 1 if one did not, and 2 if a job's database cannot be read. The zone and the
    /// release are the first that fit.
    #[arg(long, help_heading = "Afterwards", conflicts_with_all = ["html", "json_lines"])]
    after: bool,

    /// With --after: print the runs that did what is predicted as vectors, without names or paths
    #[arg(long, help_heading = "Afterwards", requires = "after", conflicts_with = "json")]
    as_vectors: bool,

    #[command(flatten)]
    past: PastArgs,

    /// Print the answer as JSON, which docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,

    /// Print a line of JSON for each job, for a monitoring system or a fleet
    #[arg(long, help_heading = "Answer", conflicts_with = "json")]
    json_lines: bool,

    /// Also write a page with a picture for each job into this file; it needs no other file
    #[arg(long, value_name = "FILE", help_heading = "Answer")]
    html: Option<PathBuf>,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    if let Some(path) = &args.batch {
        return batch::run(path, out);
    }
    let (places, Collected { questions, mut caveats }) = args.collect()?;
    if args.after {
        return after::run(args, places, questions, caveats, out);
    }
    let moment = args.moment.resolve()?;
    caveats.extend(zone_data::caveat(moment.time_zone, moment.now));
    let report = AuditReport::new(moment, places, caveats, questions, args.html.is_some());
    if let Some(path) = &args.html {
        write_file(path, &audit_page(&report))?;
    }
    if args.json {
        write_json(&mut *out, &report)?;
    } else if args.json_lines {
        for line in report.lines() {
            serde_json::to_writer(&mut *out, &line).map_err(io::Error::from)?;
            writeln!(out)?;
        }
    } else {
        write_text(&report, out)?;
    }
    Ok(match report.status() {
        Status::Danger => REFUSED,
        Status::Unknown => UNREADABLE,
        Status::Ok | Status::Warning => DONE,
    })
}

impl Args {
    /// The places, and the jobs that they have.
    fn collect(&self) -> Result<(Vec<String>, Collected), Failure> {
        let mut places: Vec<PathBuf> =
            self.places.iter().chain(&self.server_datafolder).cloned().collect();
        if places.is_empty() {
            places = places::server_databases();
        }
        if places.is_empty() {
            let folders: Vec<String> =
                places::folders().iter().map(|folder| folder.display().to_string()).collect();
            return Err(Failure::new(format!(
                "no Duplicati-server.sqlite was found in {}; name Duplicati's data folder, or the \
                 file",
                folders.join(", ")
            )));
        }
        let reader = Reader { access: self.access(), release: self.release };
        let mut collected = Collected::default();
        for place in &places {
            match reader.collect(place, &mut collected) {
                // One place of several that cannot be read must not hide the others.
                Err(failure) if places.len() > 1 => {
                    collected.questions.push(collect::unreadable(place, &failure));
                }
                result => result?,
            }
        }
        let places = places.iter().map(|place| place.display().to_string()).collect();
        Ok((places, collected))
    }

    fn access(&self) -> Access {
        if self.copy { Access::Copy } else { Access::InPlace }
    }
}

fn write_text(report: &AuditReport, out: &mut impl Write) -> io::Result<()> {
    screen::top(out, &report.basis(), &[], &report.caveats)?;
    if report.jobs.is_empty() {
        return writeln!(out, "\nThere are no jobs.");
    }
    let mut table = screen::table(AUDIT_HEADINGS);
    for job in &report.jobs {
        table.add_row(job.row().into_iter().enumerate().map(|(column, text)| match column {
            1 if job.status == Status::Ok => good(text),
            1 => bad(text),
            _ => Cell::new(text),
        }));
    }
    writeln!(out, "\n{}", screen::lines(&table).trim_end())?;
    for job in report.jobs.iter().filter(|job| !job.findings.is_empty()) {
        findings(job, out)?;
    }
    Ok(())
}

fn findings(job: &AuditedJob, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n{}", job.name)?;
    for finding in &job.findings {
        if finding.status == Status::Danger {
            screen::loud(out, &finding.message)?;
        } else {
            let word = if finding.status == Status::Unknown { "??" } else { " *" };
            write!(out, "{}", screen::paragraph(&format!("{word} {}", finding.message), 3))?;
        }
    }
    Ok(())
}
