//! The model in `proof/`, of which theorems are proved, and the invariants name each other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use duplicati_retention::invariants::{ALL, Part};

/// A file of `proof/`; none in a package, which has no model.
fn read(path: &str) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("proof");
    folder.is_dir().then(|| fs::read_to_string(folder.join(path)).unwrap())
}

fn in_backquotes(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The section of the README with this heading.
fn section<'a>(readme: &'a str, heading: &str) -> &'a str {
    let (_, rest) = readme.split_once(&format!("\n## {heading}\n")).unwrap();
    rest.split("\n## ").next().unwrap_or(rest)
}

/// The first two cells of each row of a section's table.
fn rows(section: &str) -> impl Iterator<Item = (&str, &str)> {
    section.lines().filter(|line| line.starts_with("| ")).skip(2).map(|line| {
        let mut cells = line.split('|').skip(1).map(str::trim);
        (cells.next().unwrap_or(""), cells.next().unwrap_or(""))
    })
}

#[test]
fn each_invariant_that_a_theorem_names_exists() {
    let Some(statements) = read("theories/Statements.v") else { return };
    let known: BTreeSet<&str> = ALL.iter().map(|invariant| invariant.id).collect();
    let unknown: Vec<_> = in_backquotes(&statements).difference(&known).copied().collect();
    assert!(unknown.is_empty(), "theorems name {unknown:?}, which are not invariants");
}

#[test]
fn each_invariant_about_decisions_is_proved_or_said_not_to_be() {
    let Some(statements) = read("theories/Statements.v") else { return };
    let readme = read("README.md").unwrap();
    let reasons: Vec<(&str, &str)> = rows(section(&readme, "What is not proved")).collect();
    assert!(reasons.iter().all(|(_, reason)| reason.len() > 10), "{reasons:?}");
    let mut named: Vec<&str> = in_backquotes(&statements).into_iter().collect();
    named.extend(reasons.iter().map(|(id, _)| id.trim_matches('`')));
    let of_decisions =
        |part| matches!(part, Part::Policy | Part::Plan | Part::Metamorphic | Part::Timeline);
    for invariant in ALL.iter().filter(|invariant| of_decisions(invariant.part)) {
        let times = named.iter().filter(|&&id| id == invariant.id).count();
        assert_eq!(times, 1, "{} is proved or listed as not proved, once", invariant.id);
    }
}

#[test]
fn the_readme_has_each_theorem_and_no_other() {
    let Some(theorems) = read("theories/Theorems.v") else { return };
    let readme = read("README.md").unwrap();
    let proved: BTreeSet<&str> = theorems
        .lines()
        .filter_map(|line| line.strip_prefix("Definition "))
        .filter_map(|rest| rest.split(' ').next())
        .collect();
    let told: BTreeSet<&str> = rows(section(&readme, "What is proved"))
        .flat_map(|(cell, _)| in_backquotes(cell))
        .collect();
    assert!(proved.len() > 30);
    assert_eq!(told, proved);
}
