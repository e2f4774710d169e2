//! A run as data.

use super::answered::Answered;
use crate::cli::failure::Failure;
use crate::conformance::protocol::question_line;
use crate::conformance::run::{Counterexample, Likeness, ViolatedInvariant};
use crate::report::{
    ConformanceReport, CounterexampleReport, CrashReport, LikenessReport, NotCheckedReport,
    ViolationReport, write_json,
};

/// What `conformance run --json` writes.
pub(super) fn text(answered: &Answered) -> Result<String, Failure> {
    let report = &answered.report;
    let not_checked = report
        .skipped
        .iter()
        .map(|(reason, &answers)| NotCheckedReport { reason: reason.clone(), answers });
    let crashes = report.crashes.iter().map(|(question, crash)| CrashReport {
        id: question.as_ref().map(|question| question.id.clone()),
        message: crash.to_string(),
        stderr: crash.stderr.clone(),
    });
    let found = answered.counterexamples.iter();
    to_text(&ConformanceReport {
        implementation: report.hello.implementation.clone(),
        version: report.hello.version.clone(),
        releases: report.releases.iter().map(|release| release.name().to_owned()).collect(),
        seed: answered.config.seed,
        cases: answered.config.cases,
        shard: answered.config.shard,
        answers: report.answered(),
        right: report.passed,
        wrong: report.failed,
        wrong_as_expected: report.known,
        not_checked: not_checked.collect(),
        evaluated: report.evaluated,
        complete: !report.is_partial,
        counterexamples: found.map(|found| counterexample_report(found, answered)).collect(),
        crashes: crashes.collect(),
        expected_to_fail_but_passes: answered.not_met.iter().map(|(id, _)| id.clone()).collect(),
        exit_code: answered.code(),
    })
}

/// One counterexample alone.
pub(super) fn counterexample(found: &Counterexample, all: &Answered) -> Result<String, Failure> {
    to_text(&counterexample_report(found, all))
}

fn to_text(value: &impl serde::Serialize) -> Result<String, Failure> {
    let mut text = Vec::new();
    write_json(&mut text, value)?;
    String::from_utf8(text).map_err(Failure::new)
}

fn counterexample_report(found: &Counterexample, all: &Answered) -> CounterexampleReport {
    let violation = |violated: &ViolatedInvariant| ViolationReport {
        invariant: violated.id.to_owned(),
        violation: violated.violation.clone(),
    };
    let likeness = |likeness: &Likeness| LikenessReport {
        mutation: format!("{:?}", likeness.mutation),
        sentence: likeness.mutation.sentence().to_owned(),
        alike: likeness.alike,
        of: likeness.of,
    };
    let mismatch = found.mismatch.as_ref();
    CounterexampleReport {
        id: found.id.clone(),
        question: question_line(found.ask, &found.case, &found.id, &all.report.hello),
        answered: mismatch.map(|(response, _)| response.to_string()),
        right: mismatch.map(|(_, right)| right.to_string()),
        violates: found.violated.iter().map(violation).collect(),
        looks_like: found.like.iter().map(likeness).collect(),
    }
}
