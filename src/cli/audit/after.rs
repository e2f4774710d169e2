//! `audit --after`: did the runs of each job do what is predicted for them?

use std::io::{self, Write};
use std::path::Path;

use super::super::exit::{DONE, REFUSED, UNREADABLE};
use super::super::failure::Failure;
use super::super::{past, screen};
use super::Args;
use crate::advice::count;
use crate::report::{AfterJob, AfterJobsReport, AuditQuestion, PastQuestion, write_json};

/// Answers for one job, whose database was named, or for all jobs.
pub(super) fn run(
    args: &Args,
    places: Vec<String>,
    questions: Vec<AuditQuestion>,
    caveats: Vec<String>,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    if let [AuditQuestion { database: Some(database), options: None, .. }] = questions.as_slice() {
        let question = args.past(database)?;
        if !args.as_vectors {
            return past::after(question, args.json, out);
        }
        write_vectors(question, 1, out)?;
        return Ok(DONE);
    }
    let mut jobs = Vec::new();
    let mut number = 1;
    for job in questions.into_iter().filter(|job| !job.synchronises) {
        let (after, problem) = match args.past_of(&job) {
            Ok(question) if args.as_vectors => {
                number = write_vectors(question, number, out)?;
                continue;
            }
            Ok(question) => (Some(question.compare()), None),
            Err(problem) => (None, Some(problem)),
        };
        jobs.push(AfterJob { name: job.name, database: job.database, problem, after });
    }
    if args.as_vectors {
        return Ok(DONE);
    }
    let report = AfterJobsReport::new(args.moment.resolve()?, places, caveats, jobs);
    if args.json { write_json(&mut *out, &report) } else { write_text(&report, out) }?;
    let is_unreadable = report.jobs.iter().any(|job| job.problem.is_some());
    Ok(match report.total(|after| after.differing) {
        0 if is_unreadable => UNREADABLE,
        0 => DONE,
        _ => REFUSED,
    })
}

impl Args {
    fn past(&self, database: &str) -> Result<PastQuestion, Failure> {
        self.past.question(Path::new(database), self.access(), self.release, &self.moment)
    }

    /// The question about a job, with the options that it has now where no others are given.
    fn past_of(&self, job: &AuditQuestion) -> Result<PastQuestion, String> {
        let Some(database) = &job.database else {
            return Err(job.versions.clone().err().unwrap_or_default());
        };
        let mut question = self.past(database).map_err(|failure| failure.to_string())?;
        let options = job.options.as_ref().filter(|_| question.options.is_none());
        let texts = options.into_iter().flatten().filter(|option| {
            ["retention-policy", "keep-time", "keep-versions"].contains(&option.name.as_str())
        });
        // An option whose text is encrypted may have decided anything.
        let texts: Option<Vec<_>> =
            texts.map(|option| Some((option.name.clone(), option.value.clone()?))).collect();
        if options.is_some() {
            question.options = texts;
            question.options_are_of_today = true;
        }
        Ok(question)
    }
}

/// Writes the vectors of a job, and gives the number of the next run.
fn write_vectors(question: PastQuestion, first: usize, out: &mut impl Write) -> io::Result<usize> {
    let next = first + question.runs.len();
    for line in question.vectors(first) {
        writeln!(out, "{line}")?;
    }
    Ok(next)
}

fn write_text(report: &AfterJobsReport, out: &mut impl Write) -> io::Result<()> {
    screen::top(out, &report.moment.basis(&report.places), &[], &report.caveats)?;
    if report.jobs.is_empty() {
        return writeln!(out, "\nThere are no jobs.");
    }
    for job in &report.jobs {
        writeln!(out, "\n{}", job.name)?;
        if let Some(problem) = &job.problem {
            let text = format!("?? What its runs did cannot be told: {problem}.");
            write!(out, "{}", screen::paragraph(&text, 3))?;
        }
        if let Some(after) = &job.after {
            past::write_after(after, out)?;
        }
    }
    let total = |number: fn(&crate::report::AfterReport) -> usize| report.total(number);
    let text = format!(
        "{} with {}: {} as predicted, {} differ, {} cannot be told.",
        count(report.jobs.len(), "job"),
        count(total(|after| after.runs.len()), "run"),
        total(|after| after.as_predicted),
        total(|after| after.differing),
        total(|after| after.unknown)
    );
    write!(out, "\n{}", screen::paragraph(&text, 0))
}
