//! A plan as a page: one file, without scripts, and nothing that is fetched.

use super::html::{begin, end, paragraph, table};
use super::plan::{PlanReport, VersionDecision};
use super::plan_svg;
use crate::advice::age;

/// The page.
pub(super) fn page(report: &PlanReport) -> String {
    let mut page = begin(&report.title());
    for notice in report.blockers.iter().chain(&report.dangers) {
        paragraph(&mut page, &notice.message);
    }
    for answer in report.answers() {
        paragraph(&mut page, &answer);
    }
    page += &format!("<figure>\n{}</figure>\n", plan_svg::draw(report));
    for caveat in &report.caveats {
        paragraph(&mut page, &format!("Note: {caveat}"));
    }
    let headings =
        ["Version", "Local time", "Kind", "Age", "Time frame", "Next backup", "Now", "Reason"];
    let rows: Vec<Vec<String>> = report.versions().map(|version| row(report, version)).collect();
    if !rows.is_empty() {
        table(&mut page, "Every version", &headings.map(str::to_owned), &rows);
    }
    end(page, &report.context)
}

fn row(report: &PlanReport, version: VersionDecision) -> Vec<String> {
    let verdict = |is_deleted| if is_deleted { "delete" } else { "keep" }.to_owned();
    let now = verdict(version.deleted);
    let (pair, then, reason) = match version.next_backup {
        Some(next) => (next.pair, verdict(next.deleted), next.reason),
        None => (version.policy.pair, "-".into(), version.reason),
    };
    let kind = version.version.kind().to_owned();
    let version = version.version;
    vec![
        version.version.to_string(),
        version.local_time.to_string(),
        kind,
        age(version.age_seconds),
        pair.map_or("-".into(), |pair| report.pairs[pair.get()].text()),
        then,
        now,
        reason,
    ]
}
