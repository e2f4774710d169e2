//! A run as data: for build servers, and as JSON.

use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Value, json};

use super::run::Answered;
use crate::cli::failure::Failure;
use crate::conformance::protocol::question_line;
use crate::conformance::run::{Counterexample, VectorStatus, sentence};

pub(super) fn json(told: &Answered) -> String {
    let report = &told.report;
    let crash = |(item, crash): &(Option<crate::conformance::run::Question>, _)| {
        let crash: &crate::conformance::process::Crash = crash;
        json!({
            "id": item.as_ref().map(|item| item.id.as_str()),
            "message": crash.to_string(),
            "stderr": crash.stderr,
        })
    };
    let value = json!({
        "implementation": report.hello.implementation,
        "version": report.hello.version,
        "releases": report.releases.iter().map(|release| release.name()).collect::<Vec<_>>(),
        "seed": told.config.seed,
        "answers": report.answered(),
        "right": report.passed,
        "wrong": report.failed,
        "wrong_as_expected": report.known,
        "not_judged": report.skipped,
        "complete": !report.is_partial,
        "findings": told.findings.iter().map(|it| finding(it, told)).collect::<Vec<_>>(),
        "crashes": report.crashes.iter().map(crash).collect::<Vec<_>>(),
        "expected_to_fail_but_passes": told.stale.iter().map(|(id, _)| id).collect::<Vec<_>>(),
        "exit_code": told.code(),
    });
    format!("{value:#}\n")
}

fn finding(finding: &Counterexample, told: &Answered) -> Value {
    let question =
        question_line(finding.ask, &finding.case, &finding.id, told.report.hello.has("locks"));
    json!({
        "id": finding.id,
        "question": serde_json::from_str::<Value>(&question).unwrap_or_default(),
        "answered": finding.given.to_string(),
        "right": sentence(&finding.right),
        "breaks": finding.broken.iter().map(|broken| broken.id).collect::<Vec<_>>(),
        "looks_like": finding.like.iter().map(|likeness| json!({
            "mutation": format!("{:?}", likeness.mutation),
            "sentence": likeness.mutation.sentence(),
            "alike": likeness.alike,
            "of": likeness.of,
        })).collect::<Vec<_>>(),
        "case_seed": finding.case_seed.as_ref().map(|case_seed| format!("{case_seed:?}")),
    })
}

/// A test case for each vector, one for all random cases, and one for each crash that has no
/// question.
pub(super) fn junit(told: &Answered) -> Result<String, Failure> {
    let report = &told.report;
    let mut vectors = TestSuite::new("vectors");
    for (id, outcome) in &report.vectors {
        let status = match outcome {
            VectorStatus::Passed => TestCaseStatus::success(),
            VectorStatus::Skipped => TestCaseStatus::skipped(),
            VectorStatus::Failed => failure(id, told),
            VectorStatus::Crashed => TestCaseStatus::non_success(NonSuccessKind::Error),
        };
        vectors.add_test_case(TestCase::new(id.as_str(), status));
    }
    let mut random = TestSuite::new("random cases");
    let wrong: Vec<_> =
        report.wrong.iter().filter(|wrong| wrong.item.case_seed.is_some()).collect();
    for wrong in &wrong {
        random.add_test_case(TestCase::new(wrong.item.id.as_str(), failure(&wrong.item.id, told)));
    }
    if wrong.is_empty() {
        let all = format!("seed {}", told.config.seed);
        random.add_test_case(TestCase::new(all, TestCaseStatus::success()));
    }
    for (item, crash) in &report.crashes {
        let id = item.as_ref().map_or("crash", |item| item.id.as_str());
        if !report.vectors.contains_key(id) {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(crash.to_string()).set_description(crash.stderr.clone());
            random.add_test_case(TestCase::new(id, status));
        }
    }
    for (id, reason) in &told.stale {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(format!("is expected to fail ({reason}), but passes"));
        random.add_test_case(TestCase::new(id.as_str(), status));
    }
    let mut suites = Suites::new("duplicati-retention conformance");
    suites.add_test_suites([vectors, random]);
    suites.to_string().map_err(Failure::new)
}

/// A failed test case: known, or with what was found.
fn failure(id: &str, told: &Answered) -> TestCaseStatus {
    let plain = id.rsplit_once('@').map_or(id, |(plain, _)| plain);
    let wrong = told.report.wrong.iter().find(|wrong| wrong.item.id == id);
    let Some(wrong) = wrong else {
        let mut status = TestCaseStatus::skipped();
        let reason = told.known.get(id).or_else(|| told.known.get(plain));
        status.set_message(reason.map_or("known to fail", String::as_str));
        return status;
    };
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(format!("answered: {}; right is: {}", wrong.given, sentence(&wrong.right)));
    if let Some(finding) = told.findings.iter().find(|finding| finding.id == id) {
        status.set_description(format!("{:#}", self::finding(finding, told)));
    }
    status
}
