//! What was ever found, as cases in JSON: seeds die when their meaning changes, cases do not.

use std::fs;

use duplicati_retention::invariants::Case;
use duplicati_retention::testing::mutants::{Mutant, Mutation};
use duplicati_retention::testing::{Engine, IMPLEMENTATIONS, Implementation, Reference};

use crate::invariants::ask_case;
use crate::support::root;

fn regressions() -> Vec<Case> {
    let path = root().join("proptests/regressions/cases.jsonl");
    let text = fs::read_to_string(path).expect("the regressions are there");
    text.lines()
        .map(|line| line.parse().unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

#[test]
fn what_was_once_found_is_right_now() {
    let regressions = regressions();
    assert!(!regressions.is_empty());
    for case in regressions {
        for implementation in IMPLEMENTATIONS {
            ask_case(*implementation, case.clone(), |_| true);
        }
        assert_eq!(Engine.answer(&case), Reference.answer(&case), "{case}");
    }
}

#[test]
#[should_panic = "StaleIndices breaks never-back"]
fn a_regression_that_is_a_timeline_is_one_again() {
    let wrong = Mutant::with(Mutation::StaleIndices);
    regressions().into_iter().for_each(|case| ask_case(&wrong, case, |_| true));
}

#[test]
fn a_case_that_cannot_be_read_says_which_field_is_wrong() {
    let error = |line: &str| line.parse::<Case>().expect_err(line).to_string();
    let line = r#"{"release":"2.3.0","time_zone":"UTC","now":"2026-11-23T10:00:00Z","backups":[{"time":"2026-11-23T09:00:00Z"}]}"#;
    assert!(line.parse::<Case>().is_ok());
    assert!(error("{}").starts_with("not a case: missing field `release`"));
    assert!(error(&line.replace("2.3.0", "9")).starts_with("not a case: release: "));
    assert!(error(&line.replace("UTC", "Mars")).starts_with("not a case: time_zone: "));
    assert!(error(&line.replace("T10", "Tten")).starts_with("not a case: now: "));
    assert!(error(&line.replace("T09", "Tnine")).starts_with("not a case: time: "));
    let option = line.replace("\"backups\"", "\"options\":{\"keep\":\"1\"},\"backups\"");
    assert_eq!(error(&option), "not a case: options: no option is called \"keep\"");
}
