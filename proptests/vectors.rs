//! The answers of Duplicati's own code, all of them, for all releases, by the mirror and by the engine.

use std::fs;

use duplicati_retention::conformance::{
    replay::{self, Planner},
    vector::Vector,
};
use duplicati_retention::retention::{delete_handler, reference};

/// Replays a file and returns how many vectors passed; the differences of the others fail the test.
fn replay_all(name: &str) -> usize {
    let path = format!("{}/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let vectors: Vec<Vector> = text.lines().map(|line| Vector::parse(line).expect(line)).collect();
    for (who, plan) in [("the mirror", reference::plan as Planner), ("the engine", delete_handler::plan)] {
        let of_each = vectors.iter().flat_map(|vector| replay::check_with(vector, plan));
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
