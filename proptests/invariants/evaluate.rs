//! What runs the cases: shrinking, counting, and telling differences.

use arbitrary::{Arbitrary, Unstructured};
use duplicati_retention::conformance::replay;
use duplicati_retention::conformance::vector::Vector;
use duplicati_retention::invariants::Check;
use duplicati_retention::testing::mutants::{Mutant, Mutation};
use duplicati_retention::testing::{
    CaseSeed, Engine, Implementation, Reference, Size, kill_matrix, shrink, verify,
};

#[test]
fn shrinking_removes_halves_and_lowers_as_far_as_it_still_fails() {
    let big =
        CaseSeed::new([255, 240, 9, 9], &[[9; 3]; 3], &[5, 6, 7], &[[7; 3]; 5], [8, 60, 8, 8]);
    // The first number is reached only step by step, the second only by halves.
    let small = shrink(&big, |case_seed| {
        case_seed.head[0] >= 250
            && [240, 120, 60].contains(&case_seed.head[1])
            && case_seed.options[1] >= 59
            && case_seed.pairs.len() >= 2
            && case_seed.pieces.len() >= 2
            && case_seed.backups.iter().any(|backup| backup[2] == 7)
    });
    assert_eq!(
        small,
        CaseSeed::new([250, 60, 0, 0], &[[0; 3]; 2], &[0, 0], &[[0, 0, 7]], [0, 59, 0, 0])
    );
    let small = shrink(&big, |case_seed| case_seed.head[2] > 0);
    assert_eq!(small, CaseSeed::new([0, 0, 1, 0], &[], &[], &[], [0; 4]));
}

#[test]
fn a_size_counts_the_entries_that_are_not_empty() {
    let case_seed =
        CaseSeed::new([0; 4], &[[0, 3, 0]; 2], &[], &[[0; 3], [1, 0, 0], [2, 0, 0]], [0; 4]);
    assert_eq!(Size::of(&case_seed), Size { backups: 3, pairs: 2 });
    let small = |backups, pairs| Size { backups, pairs }.is_small();
    assert_eq!([small(4, 3), small(5, 3), small(4, 4)], [true, false, false]);
}

/// What a fuzzer found is kept as bytes, and must stay the case that it was.
#[test]
fn a_recipe_is_the_same_in_bytes() {
    let bytes = [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 9, 10, 11, 12, 13, 14, 15, 16, 17];
    let case_seed = CaseSeed::new(
        [1, 2, 3, 4],
        &[[9, 10, 11]],
        &[12, 13],
        &[[14, 15, 16], [17, 0, 0]],
        [5, 6, 7, 8],
    );
    assert_eq!(CaseSeed::from_bytes(&bytes), case_seed);
    assert_eq!(case_seed.to_bytes(), [&bytes[..], &[0, 0]].concat());
    // Numbers beyond the most begin again, six pairs and forty pieces being the most; of backups
    // the first forty count.
    let numbers = |pairs, pieces| {
        let case_seed = CaseSeed::from_bytes(&[&[0; 8], &[pairs, pieces][..], &[0; 1000]].concat());
        (case_seed.pairs.len(), case_seed.pieces.len(), case_seed.backups.len())
    };
    assert_eq!(
        [numbers(6, 40), numbers(7, 41), numbers(8, 42)],
        [(6, 40, 40), (0, 0, 40), (1, 1, 40)]
    );
    let beyond = CaseSeed::new([0; 4], &[[1; 3]; 9], &[1; 50], &[[1; 3]; 50], [0; 4]).to_bytes();
    assert_eq!((beyond[8], beyond[9], beyond.len()), (6, 40, 10 + 6 * 3 + 40 + 40 * 3));
}

#[test]
fn a_fuzzers_bytes_are_a_recipe() {
    let bytes = CaseSeed::random(1, 5).to_bytes();
    let case_seed =
        CaseSeed::arbitrary(&mut Unstructured::new(&bytes)).expect("any bytes are a case_seed");
    assert_eq!(case_seed, CaseSeed::random(1, 5));
}

#[test]
fn each_subject_has_its_name() {
    let wrong = Mutant::with(Mutation::OutsideKept);
    let names = [&Reference as &dyn Implementation, &Engine, &Mutant::unmutated(), &wrong]
        .map(Implementation::name);
    assert_eq!(names, ["mirror", "engine", "no mutation", "OutsideKept"]);
}

#[test]
fn verify_counts_each_case_until_one_fails() {
    let mut done = Vec::new();
    let wrong = Mutant::with(Mutation::OutsideKept);
    let tallies = verify::run_with(&[&wrong], 40, 1, |count| done.push(count));
    assert_eq!(done, (1..=40).collect::<Vec<u64>>());
    let row = kill_matrix::mutant_result(Mutation::OutsideKept, 1, 40);
    for tally in tallies.iter().filter(|tally| matches!(tally.invariant.check, Check::Answer(_))) {
        let kill = row.kills.iter().find(|kill| kill.invariant == tally.invariant.id);
        assert_eq!(
            tally.failure.as_ref().map(|failure| failure.number),
            kill.map(|kill| kill.cases)
        );
        assert_eq!(tally.cases, kill.map_or(40, |kill| kill.cases), "{}", tally.invariant.id);
    }
    assert!(row.kills.len() > 3, "{row}");
    let both = verify::run(3, 1, |_| {});
    assert_eq!(both.iter().map(|tally| tally.cases).max(), Some(2 * 3));
}

/// Some rows of the kill matrix after few cases, when counterexamples are still being replaced by
/// smaller ones.
#[test]
fn rows_of_the_kill_matrix_are_as_recorded() {
    let mutations = [
        Mutation::TiesMerged,
        Mutation::StaleIndices,
        Mutation::OutsideKept,
        Mutation::FramesOverlap,
    ];
    let rows = mutations.map(|mutation| kill_matrix::mutant_result(mutation, 1, 3000).to_string());
    crate::snapshot("mutant_results", &rows.join("\n"));
}

#[test]
fn a_counterexample_is_replaced_only_by_a_smaller_one() {
    let order = |cases| {
        let kills = kill_matrix::mutant_result(Mutation::TiesMerged, 1, cases).kills;
        kills.into_iter().find(|kill| kill.invariant == "order").expect("it is noticed")
    };
    let first = order(100);
    assert_eq!((first.cases, first.size.backups), (36, 5));
    assert_eq!(order(1_500).case_seed, first.case_seed);
}

#[test]
fn the_kill_matrix_has_a_row_for_each_mistake_in_their_order() {
    let rows = kill_matrix::mutant_results(1, 1, 2);
    assert!(rows.iter().map(|row| row.mutation).eq(Mutation::ALL.iter().copied()));
}

/// The fields that differ, when the engine is asked this question with this expectation.
fn told(question: &str, expected: &str) -> String {
    let line = format!(r#"{{"id":"one",{question},"expect":{{"2.3.0":{expected}}}}}"#);
    let vector = Vector::parse(&line).unwrap_or_else(|error| panic!("{line}: {error}"));
    replay::check(&vector).iter().map(|difference| difference.field).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_difference_says_what_should_be_and_what_is() {
    let line = r#"{"id":"one","policy":"7D:1D","web_ui_accepts":false,"expect":{"2.3.0":{"accepted_for_backup":false}}}"#;
    let says: Vec<String> =
        replay::check(&Vector::parse(line).unwrap()).iter().map(ToString::to_string).collect();
    assert_eq!(
        says,
        [
            "one, web page: web_ui_accepts should be false, but is true",
            "one, 2.3.0: accepted_for_backup should be false, but is true",
        ]
    );
}

#[test]
fn a_replay_tells_each_answer_that_differs() {
    let policy = r#""policy":"7D:1D""#;
    assert_eq!(told(policy, r#"{"pairs":[[604800,86400]],"accepted_for_backup":true}"#), "");
    assert_eq!(told(policy, r#"{"pairs":[[604800,86401]],"accepted_for_backup":true}"#), "pairs");
    assert_eq!(told(policy, r#"{"accepted_for_backup":false}"#), "accepted_for_backup");
    assert_eq!(told(policy, r#"{"error":"parse"}"#), "error");
    assert_eq!(told(r#""policy":"7D:1D","web_ui_accepts":false"#, "{}"), "web_ui_accepts");
    let retention = r#""time_zone":"UTC","now":"2026-11-23T10:00:00Z","options":{"retention-policy":"1s:U","version":"2"},
        "backups":[{"time":"2026-11-03T00:00:00Z"},{"time":"2026-11-02T00:00:00Z"},{"time":"2026-11-01T00:00:00Z"}]"#;
    assert_eq!(told(retention, r#"{"retention_policy_deletes":[1,2],"deletes":[2,1]}"#), "");
    assert_eq!(told(retention, r#"{"deletes":[2]}"#), "deletes");
    assert_eq!(
        told(retention, r#"{"retention_policy_deletes":[2,1]}"#),
        "retention_policy_deletes"
    );
    assert_eq!(told(retention, r#"{"error":"plan"}"#), "error");
    assert_eq!(
        told(
            r#""time_zone":"UTC","now":"2026-11-23T10:00:00Z","options":{"version":"x"},"backups":[]"#,
            "{}"
        ),
        "error"
    );
}
