//! The answers of Duplicati's own code, all of them, for all releases, by the reference and by the
//! engine.

use std::fs;

use duplicati_retention::Release;
use duplicati_retention::conformance::{protocol::Ask, replay, vector::Vector};
use duplicati_retention::testing::{IMPLEMENTATIONS, fuzz_checks};

fn lines(name: &str) -> Vec<String> {
    let path = format!("{}/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().map(str::to_owned).collect()
}

/// Replays a file and returns how many vectors passed; the differences of the others fail the test.
fn replay_all(name: &str) -> usize {
    let vectors: Vec<Vector> =
        lines(name).iter().map(|line| Vector::parse(line).expect(line)).collect();
    for &implementation in IMPLEMENTATIONS {
        let who = implementation.name();
        let of_each = vectors.iter().flat_map(|vector| replay::check_with(vector, implementation));
        let differences: Vec<String> = of_each.map(|difference| difference.to_string()).collect();
        assert!(
            differences.is_empty(),
            "{} differences of {who}:\n{}",
            differences.len(),
            differences.join("\n")
        );
    }
    vectors.len()
}

#[test]
fn every_policy_vector_passes() {
    assert_eq!(replay_all("policy.jsonl"), 3_000);
}

#[test]
fn every_retention_vector_passes() {
    assert_eq!(replay_all("retention.jsonl"), 2_500);
}

#[test]
fn every_corner_vector_passes() {
    assert_eq!(replay_all("corners.jsonl"), 3_000);
}

/// The file has an answer for every release, and says of each one that fails while deleting.
#[test]
fn the_plans_that_fail_are_those_that_failed() {
    let mut failed = 0;
    for line in lines("corners.jsonl") {
        let vector = Vector::parse(&line).expect(&line);
        for (&release, expected) in &vector.expect {
            let case = vector.case(release);
            for implementation in IMPLEMENTATIONS {
                let fails = implementation.answer(&case).fails_while_deleting();
                assert_eq!(fails, expected.deleting.is_some(), "{}, {release}", vector.id);
            }
            failed += usize::from(expected.deleting.is_some());
        }
    }
    assert!(failed > 500, "{failed}");
}

/// The texts that Duplicati's own code was asked, checked once more: its answers, which are the
/// reference's, keep the invariants.
#[test]
fn the_answers_to_policies_keep_every_invariant() {
    for line in lines("policy.jsonl") {
        let vector = Vector::parse(&line).expect(&line);
        assert_eq!(vector.ask, Ask::Parse);
        let case = vector.case(Release::default());
        fuzz_checks::policy_text(case.policy_text(), IMPLEMENTATIONS)
            .unwrap_or_else(|violation| panic!("{line}\n{violation}"));
    }
}
