//! One concept has one name: the words that this project gave up do not come back, neither in code
//! nor in documents nor in what the command prints.

use std::fs;
use std::path::{Path, PathBuf};

use regex::{Regex, RegexSet};

use crate::support::{root, run};

/// Expressions for what was given up, and what to write instead.
const GIVEN_UP: &[(&str, &str)] = &[
    // Names that became other names.
    (r"\b[Mm]irror(s|ed|ing)?\b", "reference implementation, reproduce"),
    (r"\b[Ss]ubjects?\b", "implementation"),
    (r"\b([Ff]lawed|[Ff]laws?)\b", "mutants, mutation"),
    (r"\b[Mm]istakes?\b", "mutation"),
    (r"\b[Rr]ecipes?\b", "case seed"),
    (r"\b[Cc]ourses?\b", "timeline"),
    (r"\b[Ff]oretold\b", "ForecastCheck"),
    (r"\b(WISHES|[Ww]ish(es|ed)?)\b", "expectation, goal"),
    (r"\bFulfilment\b", "Coverage"),
    (r"\bCheck::Relation\b", "Check::Metamorphic"),
    (r"\b([Jj]udge(s|d|ment|ments)?|Judging)\b", "check, CheckResult"),
    (r"\bAsked\b", "Evaluation, Requested"),
    (r"\bdelete handler\b", "retention::plan"),
    (r"\bPolicy Answer\b", "PolicyOutcome"),
    (r"\bSearched\b", "PlanIndex"),
    (r"\b[Ss]pare[ds]?\b", "RetainedBecause, retain, protect"),
    (r"\b[Rr]efusals?\b", "blockers"),
    (r"\bwalls?\b", "local time"),
    (r"\b[Aa]larms?\b", "dangers"),
    (r"\bDepartures\b", "Expiries"),
    (r"\b[Mm]end(s|ed|ing)?\b", "suggest_margin, fix"),
    (r"\bRhythm\b", "Cadence"),
    (r"\b(fresh vector|Remark)\b", "generate_vector, Diagnostic"),
    (r"\b(judged|conditions|wishes) by hand\b|\bsafety\.rs\b", "the files in proptests/invariants"),
    (
        r"\b(struct|enum|trait) (Band|Broken|Course|Cut|Fate|Finding|Found|Given|Item|Kept|Problem|Reach|Reading|Row|Runs|Spread|Told|Wrong)\b",
        "the vocabulary of the module",
    ),
    // Turns of phrase that nobody who grew up with English writes.
    (r"\b[Tt]his room\b", "this module"),
    (r"\b[Ss]o many (backups|versions|full|runs|years|months|of)\b", "this many"),
    (r"\b[Tt]here is none\b", "say what is missing"),
    (
        r"\b(it|that|text|which) is no (\w*[aeiou]\w*n|date|file|job|JSON|lock|pair|plan|policy|span|time)\b",
        "is not a",
    ),
    (r"\bthrows of the dice\b|\bas it stands\b", "plain words"),
];

/// What people and compilers read. Recorded output is checked where it is printed.
const PLACES: &[&str] = &[
    "src",
    "proptests",
    "examples",
    "benches",
    "fuzz/fuzz_targets",
    "mutation/src",
    "docs",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "Cargo.toml",
    ".cargo",
    ".config",
];

/// The text files at or below a path, but for this one.
fn files(path: &Path) -> Vec<PathBuf> {
    let is_text = |path: &Path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        matches!(extension, Some("rs" | "md" | "toml" | "py" | "mjs"))
    };
    if path.is_file() {
        let keep = is_text(path) && !path.ends_with("cli/vocabulary.rs");
        return Vec::from_iter(keep.then(|| path.to_owned()));
    }
    let entries = fs::read_dir(path).into_iter().flatten();
    entries.flat_map(|entry| files(&entry.expect("a folder can be read").path())).collect()
}

/// The help of a command and of every command below it.
fn help(command: &[&str]) -> Vec<(String, String)> {
    let text = run(&[command, &["--help"]].concat()).stdout;
    let below = text.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names: Vec<String> = below
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .filter(|name| name != "help")
        .collect();
    let below = names.iter().flat_map(|name| help(&[command, &[name.as_str()]].concat()));
    let below: Vec<_> = below.collect();
    [vec![(format!("{} --help", command.join(" ")), text)], below].concat()
}

/// The words of a line, also those inside a name: `the_kill_matrix` and `KillMatrix`.
fn words(line: &str) -> String {
    let humps = Regex::new("([a-z])([A-Z])").expect("valid");
    humps.replace_all(&line.replace('_', " "), "$1 $2").into_owned()
}

/// Each line of a text that has a word that was given up, with its place and what to write instead.
fn hits(place: &str, text: &str) -> Vec<String> {
    let set = RegexSet::new(GIVEN_UP.iter().map(|(expression, _)| expression)).expect("valid");
    let lines = text.lines().enumerate();
    let hit = |(number, line): (usize, &str)| {
        let line = &words(line);
        let index = set.matches(line).into_iter().next()?;
        let (expression, instead) = GIVEN_UP[index];
        let word = Regex::new(expression).expect("valid").find(line)?.as_str().to_owned();
        Some(format!("{place}:{}: {word:?}; write: {instead}", number + 1))
    };
    lines.filter_map(hit).collect()
}

#[test]
fn words_that_were_given_up_do_not_come_back() {
    let mut found: Vec<String> = Vec::new();
    for path in PLACES.iter().flat_map(|place| files(&root().join(place))) {
        let text = fs::read_to_string(&path).expect("a source is UTF-8");
        let name = path.strip_prefix(root()).expect("below the root").display().to_string();
        found.extend(hits(&name, &text));
    }
    for (command, text) in help(&[]) {
        found.extend(hits(&command, &text));
    }
    assert!(found.is_empty(), "{} lines:\n{}", found.len(), found.join("\n"));
}

#[test]
fn a_word_that_was_given_up_is_noticed() {
    let text =
        "as_the_mirror_does\nFine: a span is no longer used.\nIt is so many years.\nOneMistake\n";
    let hits = hits("here", text);
    assert_eq!(hits.len(), 3, "{hits:?}");
    assert!(hits[0].starts_with("here:1: \"mirror\"; write: reference implementation"));
    let all: Vec<String> = help(&[]).into_iter().map(|(command, _)| command).collect();
    assert!(all.contains(&"conformance run --help".to_owned()), "{all:?}");
}
