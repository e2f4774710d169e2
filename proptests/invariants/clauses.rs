//! The clauses of `docs/semantics.md` and the invariants belong together.

use std::collections::{BTreeMap, BTreeSet};

use duplicati_retention::invariants::ALL;

/// Each clause's number and the invariants that it names.
fn clauses(page: &str) -> BTreeMap<String, Vec<String>> {
    let paragraphs = page.split("\n\n").filter(|paragraph| paragraph.starts_with("**"));
    let clause = |paragraph: &str| {
        let number =
            paragraph.trim_start_matches("**").split(".**").next().unwrap_or("").to_owned();
        let names = paragraph.split_once("Checked by: ").map_or("", |(_, names)| names);
        (number, names.split('`').skip(1).step_by(2).map(str::to_owned).collect())
    };
    paragraphs.map(clause).collect()
}

#[test]
fn each_clause_has_an_invariant_and_each_invariant_a_clause() {
    let page = include_str!("../../docs/semantics.md");
    let clauses = clauses(page);
    assert_eq!(clauses.len(), page.matches("\n**").count(), "two clauses have one number");
    let known: BTreeSet<String> = ALL.iter().map(|invariant| invariant.id.to_owned()).collect();
    let without: Vec<_> =
        clauses.iter().filter(|(_, names)| names.is_empty()).map(|(number, _)| number).collect();
    assert!(without.is_empty(), "clauses without an invariant: {without:?}");
    let named: BTreeSet<String> = clauses.into_values().flatten().collect();
    assert_eq!(named, known);
}

#[test]
fn a_clause_without_an_invariant_would_be_seen() {
    let page = "**1.1.** One.\nChecked by: `a`, `b`.\n\n**1.2.** Two.\n";
    let expected =
        [("1.1".to_owned(), vec!["a".to_owned(), "b".to_owned()]), ("1.2".to_owned(), vec![])];
    assert_eq!(clauses(page), BTreeMap::from(expected));
}
