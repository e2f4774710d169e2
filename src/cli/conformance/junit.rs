//! A run as build servers read it.

use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};

use super::answered::Answered;
use super::json;
use crate::cli::failure::Failure;
use crate::conformance::run::VectorStatus;
use crate::testing::Shard;

/// What the whole is called.
pub(super) const SUITES: &str = "duplicati-retention conformance";

/// A test case for each vector, one for all random cases, and one for each crash that has no
/// question.
pub(super) fn text(answered: &Answered) -> Result<String, Failure> {
    let report = &answered.report;
    let mut vectors = TestSuite::new("vectors");
    for (id, outcome) in &report.vectors {
        let status = match outcome {
            VectorStatus::Passed => TestCaseStatus::success(),
            VectorStatus::Skipped => TestCaseStatus::skipped(),
            VectorStatus::Failed => failure(id, answered),
            VectorStatus::Crashed => TestCaseStatus::non_success(NonSuccessKind::Error),
        };
        vectors.add_test_case(TestCase::new(id.as_str(), status));
    }
    let mut random = TestSuite::new("random cases");
    let wrong: Vec<_> = report.wrong.iter().filter(|wrong| !wrong.question.is_vector).collect();
    for wrong in &wrong {
        random.add_test_case(TestCase::new(
            wrong.question.id.as_str(),
            failure(&wrong.question.id, answered),
        ));
    }
    if wrong.is_empty() && report.violated.is_empty() {
        let (seed, shard) = (answered.config.seed, answered.config.shard);
        let all = match shard == Shard::WHOLE {
            true => format!("seed {seed}"),
            false => format!("seed {seed}, part {shard}"),
        };
        random.add_test_case(TestCase::new(all, TestCaseStatus::success()));
    }
    for found in &report.violated {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(format!("{}: {}", found.invariant.id, found.violation));
        describe(&mut status, &found.id, answered);
        random.add_test_case(TestCase::new(found.id.as_str(), status));
    }
    for (question, crash) in &report.crashes {
        let id = question.as_ref().map_or("crash", |question| question.id.as_str());
        if !report.vectors.contains_key(id) {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(crash.to_string()).set_description(crash.stderr.clone());
            random.add_test_case(TestCase::new(id, status));
        }
    }
    for (id, reason) in answered.stale() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(format!("is expected to fail ({reason}), but passes"));
        random.add_test_case(TestCase::new(id.as_str(), status));
    }
    let mut suites = Suites::new(SUITES);
    suites.add_test_suites([vectors, random]);
    suites.to_string().map_err(Failure::new)
}

/// A failed test case: known, or with what was found.
fn failure(id: &str, answered: &Answered) -> TestCaseStatus {
    let plain = id.rsplit_once('@').map_or(id, |(plain, _)| plain);
    let wrong = answered.report.wrong.iter().find(|wrong| wrong.question.id == id);
    let Some(wrong) = wrong else {
        let mut status = TestCaseStatus::skipped();
        let reason = answered.known.get(id).or_else(|| answered.known.get(plain));
        status.set_message(reason.map_or("known to fail", String::as_str));
        return status;
    };
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(format!("answered: {}; right is: {}", wrong.response, wrong.right));
    describe(&mut status, id, answered);
    status
}

/// Adds what was found out about a failure.
fn describe(status: &mut TestCaseStatus, id: &str, answered: &Answered) {
    let found = answered.counterexamples.iter().find(|counterexample| counterexample.id == id);
    let text = found.and_then(|found| json::counterexample(found, answered).ok());
    if let Some(text) = text {
        status.set_description(text);
    }
}
