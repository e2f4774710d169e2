//! A run as data.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::answered::Answered;
use crate::cli::failure::Failure;
use crate::conformance::protocol::question_line;
use crate::conformance::run::{Counterexample, Likeness, ViolatedInvariant};

/// What `conformance run --json` writes.
#[derive(Serialize)]
struct ConformanceReport<'a> {
    implementation: &'a str,
    version: &'a str,
    releases: Vec<&'static str>,
    seed: u64,
    /// How many questions were answered.
    answers: u64,
    right: u64,
    wrong: u64,
    wrong_as_expected: u64,
    /// Why answers were not checked, and how many.
    not_checked: &'a BTreeMap<String, u64>,
    /// How many cases were asked with their related cases and timelines.
    evaluated: u64,
    /// Whether everything was asked.
    complete: bool,
    counterexamples: Vec<CounterexampleReport>,
    crashes: Vec<CrashReport<'a>>,
    expected_to_fail_but_passes: Vec<&'a str>,
    exit_code: u8,
}

#[derive(Serialize)]
struct CounterexampleReport {
    id: String,
    /// The smallest case, as it was asked.
    question: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    right: Option<String>,
    violates: Vec<ViolationReport>,
    looks_like: Vec<LikenessReport>,
}

#[derive(Serialize)]
struct ViolationReport {
    invariant: &'static str,
    violation: String,
}

#[derive(Serialize)]
struct LikenessReport {
    mutation: String,
    sentence: &'static str,
    /// On how many cases the implementation and the mutation answer alike.
    alike: usize,
    /// Of how many.
    of: usize,
}

#[derive(Serialize)]
struct CrashReport<'a> {
    id: Option<&'a str>,
    message: String,
    stderr: &'a str,
}

pub(super) fn text(answered: &Answered) -> Result<String, Failure> {
    let report = &answered.report;
    let counterexamples = answered.counterexamples.iter();
    let value = ConformanceReport {
        implementation: &report.hello.implementation,
        version: &report.hello.version,
        releases: report.releases.iter().map(|release| release.name()).collect(),
        seed: answered.config.seed,
        answers: report.answered(),
        right: report.passed,
        wrong: report.failed,
        wrong_as_expected: report.known,
        not_checked: &report.skipped,
        evaluated: report.evaluated,
        complete: !report.is_partial,
        counterexamples: counterexamples
            .map(|found| counterexample_report(found, answered))
            .collect::<Result<_, _>>()?,
        crashes: report
            .crashes
            .iter()
            .map(|(question, crash)| CrashReport {
                id: question.as_ref().map(|question| question.id.as_str()),
                message: crash.to_string(),
                stderr: &crash.stderr,
            })
            .collect(),
        expected_to_fail_but_passes: answered.stale.iter().map(|(id, _)| id.as_str()).collect(),
        exit_code: answered.code(),
    };
    Ok(serde_json::to_string_pretty(&value).map_err(Failure::new)? + "\n")
}

/// One counterexample alone.
pub(super) fn counterexample(found: &Counterexample, all: &Answered) -> Result<String, Failure> {
    serde_json::to_string_pretty(&counterexample_report(found, all)?).map_err(Failure::new)
}

fn counterexample_report(
    found: &Counterexample,
    all: &Answered,
) -> Result<CounterexampleReport, Failure> {
    let question = question_line(found.ask, &found.case, &found.id, &all.report.hello);
    let violation = |violated: &ViolatedInvariant| ViolationReport {
        invariant: violated.id,
        violation: violated.violation.clone(),
    };
    let likeness = |likeness: &Likeness| LikenessReport {
        mutation: format!("{:?}", likeness.mutation),
        sentence: likeness.mutation.sentence(),
        alike: likeness.alike,
        of: likeness.of,
    };
    let mismatch = found.mismatch.as_ref();
    Ok(CounterexampleReport {
        id: found.id.clone(),
        question: serde_json::from_str(&question).map_err(Failure::new)?,
        answered: mismatch.map(|(response, _)| response.to_string()),
        right: mismatch.map(|(_, right)| right.to_string()),
        violates: found.violated.iter().map(violation).collect(),
        looks_like: found.like.iter().map(likeness).collect(),
    })
}
