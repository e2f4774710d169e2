//! An audit as a page: a table, and a picture for each job.

use std::fmt::Write;

use super::age_axis;
use super::audit::{AuditReport, AuditedJob};
use super::html::{STYLE, paragraph, table};
use super::svg::{draw, escape};

/// The headings of the table of an audit.
pub const HEADINGS: [&str; 8] = [
    "Job",
    "Status",
    "Policy",
    "Verdict",
    "Versions",
    "Next run deletes",
    "Oldest now",
    "In the long run",
];

/// The page, without scripts and without anything that is fetched.
pub fn audit_page(report: &AuditReport) -> String {
    let title = format!("Audit of Duplicati's jobs on {}", report.moment.local(report.moment.now));
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta \
         name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\">\n<title>{title}</title>\n<style>{STYLE}pre{{overflow-x:auto;\
         line-height:1.2}}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    );
    let rows: Vec<Vec<String>> = report.jobs.iter().map(|job| job.row().into()).collect();
    table(&mut page, "All jobs, worst first", &HEADINGS.map(str::to_owned), &rows);
    for job in &report.jobs {
        // Writing to a string cannot fail.
        let _ = writeln!(page, "<h2>{}</h2>", escape(&job.name));
        for finding in &job.findings {
            paragraph(&mut page, &format!("{}: {}", finding.status.name(), finding.message));
        }
        if let Some(axis) = &job.axis {
            paragraph(&mut page, "The versions by age, and what the next run deletes of them:");
            let _ = writeln!(page, "<pre>{}{}</pre>", escape(axis), age_axis::KEY);
        }
        if let Some(forecast) = &job.forecast {
            let _ = writeln!(page, "<figure>\n{}</figure>", draw(forecast));
        }
    }
    for caveat in &report.caveats {
        paragraph(&mut page, &format!("Note: {caveat}"));
    }
    let _ = writeln!(page, "<footer><p>{}</p></footer>\n</body>\n</html>", escape(&report.basis()));
    page
}

impl AuditedJob {
    /// Its row below [`HEADINGS`].
    pub fn row(&self) -> [String; 8] {
        let number =
            |number: Option<usize>| number.map_or("unknown".into(), |number| number.to_string());
        let oldest = match (self.versions, self.oldest_seconds) {
            (Some(_), Some(oldest)) => crate::advice::age(oldest),
            (Some(_), None) => "-".into(),
            (None, _) => "unknown".into(),
        };
        [
            self.name.clone(),
            self.status.name().into(),
            self.policy(),
            self.verdict(),
            number(self.versions),
            number(self.next_deletes),
            oldest,
            self.long_run.clone(),
        ]
    }
}
