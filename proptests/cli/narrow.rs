//! At 40 columns no word is cut and no line is longer, in every command.

use std::collections::BTreeSet;

use crate::support::{command, run_with};

const HISTORY: [&str; 2] = ["--times", "samples/times.txt"];
const WHEN: [&str; 4] = ["--now", "2026-11-23T10:00:00Z", "--time-zone", "Europe/Berlin"];
const POLICY: &str = "1W:1D,4W:1W,12M:1M";

/// What the command prints at this width.
fn printed(args: &[&str], columns: usize) -> String {
    let mut command = command();
    let answer = run_with(command.args(args).env("COLUMNS", columns.to_string()), b"");
    answer.stdout + &answer.stderr
}

/// What a text is made of: commas may end a line.
fn words(text: &str) -> BTreeSet<String> {
    let is_between = |letter: char| letter.is_whitespace() || letter == ',';
    text.split(is_between).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[test]
fn no_word_is_cut_and_no_line_too_long() {
    let daily = ["--every", "1D", "--jitter", "30s", "--for", "2Y"];
    let every_command: [Vec<&str>; 11] = [
        [&["plan", POLICY][..], &HISTORY, &WHEN].concat(),
        [&["plan", "7D:1D", "--version", "0,2"][..], &HISTORY, &WHEN].concat(),
        [
            &["plan", POLICY, "--next-between", "2026-11-24T10:00:00Z", "2027-01-24T10:00:00Z"][..],
            &HISTORY,
            &WHEN,
        ]
        .concat(),
        [&["expiry", POLICY, "--every", "1D"][..], &HISTORY, &WHEN].concat(),
        [&["forecast", POLICY][..], &daily, &WHEN].concat(),
        [&["compare", POLICY, "30D:1D"][..], &HISTORY, &daily, &WHEN].concat(),
        [&["compose", "--all", "7D", "--weekly", "1Y"][..], &daily, &WHEN].concat(),
        [&["explain", POLICY][..], &WHEN].concat(),
        vec!["check", POLICY],
        vec!["check", "7D:1D,4w:1W"],
        vec!["plan", "7D:1D", "--times", "/no/such/file"],
    ];
    for args in every_command {
        let (narrow, wide) = (printed(&args, 40), printed(&args, 400));
        for line in narrow.lines() {
            // What is to be copied, and a name without blanks, stays in one piece.
            let is_one_word = line.split_whitespace().count() == 1;
            let is_command = line.contains("duplicati-retention ");
            let is_fine = line.chars().count() <= 40 || is_one_word || is_command;
            assert!(is_fine, "{args:?}: {line:?} in\n{narrow}");
        }
        let wide = words(&wide);
        let drawn = |word: &&String| word.contains(['·', '-', '●', '×']) || word.ends_with(':');
        let cut: Vec<String> = words(&narrow)
            .into_iter()
            .filter(|word| word.contains(char::is_alphanumeric))
            .filter(|word| !drawn(&word) && !wide.contains(word))
            .collect();
        assert!(cut.is_empty(), "{args:?}: {cut:?} in\n{narrow}");
    }
}

/// On Windows a console is measured in another way: `.ci/windows` does the same there.
#[cfg(unix)]
#[test]
fn an_answer_keeps_to_the_width_of_its_terminal() {
    let mut terminal = std::process::Command::new("python3");
    let args = [&["explain", POLICY][..], &WHEN].concat();
    let script = ["proptests/cli/terminal.py", "50", env!("CARGO_BIN_EXE_duplicati-retention")];
    terminal.args(script).args(&args).current_dir(crate::support::root());
    let answer = run_with(terminal.env("NO_COLOR", "1"), b"");
    assert_eq!(answer.stdout, printed(&args, 50), "{}", answer.stderr);
    assert_ne!(answer.stdout, printed(&args, 100));
}

#[test]
fn a_table_is_as_narrow_as_its_words_and_rows_allow() {
    let compare =
        |columns| printed(&[&["compare", "7D:1D", "14D:1D"][..], &WHEN].concat(), columns);
    let rule = |text: &str| {
        text.lines()
            .find(|line| line.chars().all(|sign| sign == '-') && !line.is_empty())
            .map(str::len)
    };
    // "backup", "deleted" and "deleted", with three blanks between them.
    assert_eq!((rule(&compare(25)), rule(&compare(26))), (None, Some(26)));
    assert!(
        compare(25).contains("\nAge of a backup: up to\n  7 days\n  7D:1D: one is kept\n    every")
    );
    // "older than 14 days" and twice "one is kept every day".
    let row = "\nup to 7 days         one is kept every day   one is kept every day\n";
    assert!(compare(66).contains(row) && !compare(65).contains(row));
    assert_eq!((rule(&compare(67)), rule(&compare(68))), (Some(66), Some(68)));
    // Of a plan the rows are moved together before it becomes a list.
    let plan = |columns| printed(&[&["plan", POLICY][..], &HISTORY, &WHEN].concat(), columns);
    let heading = |columns: usize| {
        let text = plan(columns);
        let is_narrow = |line: &str| line.chars().count() <= columns;
        assert!(text.lines().all(is_narrow), "{columns}: {text}");
        text.lines().find(|line| line.starts_with("Version  ")).map(str::to_owned)
    };
    let least = (60..120).find(|&columns| heading(columns).is_some()).unwrap();
    assert_eq!(rule(&plan(least)), Some(least));
    let wide = least + 6;
    assert!(heading(wide - 1).unwrap().ends_with("Next backup  Now"));
    assert!(heading(wide).unwrap().ends_with("Next backup   Now"));
    assert!((least..120).all(|columns| heading(columns).is_some()));
    // No columns at all are no width.
    assert_eq!(
        printed(&["explain", POLICY, WHEN[0], WHEN[1], WHEN[2], WHEN[3]], 0)
            .lines()
            .next()
            .unwrap(),
        run_with(command().arg("explain").arg(POLICY).args(WHEN), b"")
            .stdout
            .lines()
            .next()
            .unwrap()
    );
}
