//! The command that runs the suite outside the tests.

use duplicati_retention::invariants::ALL;

use crate::support::run;

#[test]
fn verify_lists_every_invariant_with_its_cases_and_succeeds() {
    let answer = run(&["verify", "--cases", "100", "--seed", "3"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    let kept: Vec<&str> = answer
        .stdout
        .lines()
        .filter(|line| line.ends_with(" kept") && !line.contains("invariants"))
        .collect();
    assert_eq!(kept.len(), ALL.len());
    for (line, invariant) in kept.iter().zip(ALL) {
        assert!(line.starts_with(&format!("{} ", invariant.id)), "{line}");
    }
    assert!(
        answer.stdout.ends_with(&format!("{0} of {0} invariants kept\n", ALL.len())),
        "{}",
        answer.stdout
    );
}

#[test]
fn verify_of_one_seed_says_the_same_every_time() {
    let once = || run(&["verify", "--cases", "50", "--seed", "4"]).stdout;
    assert_eq!(once(), once());
}

#[test]
fn an_invariant_that_no_case_asked_is_not_called_kept() {
    let one_case = run(&["verify", "--cases", "1"]);
    let count = |result: &str| {
        one_case.stdout.lines().filter(|line| line.ends_with(&format!("  {result}"))).count()
    };
    let (kept, not_asked) = (count("kept"), count("not asked"));
    assert!(kept > 0 && not_asked > 0, "{}", one_case.stdout);
    assert!(one_case.stdout.contains(&format!(
        "\n{kept} of {} invariants kept; {not_asked} not asked",
        kept + not_asked
    )));
    let none = run(&["verify", "--cases", "0"]);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("--cases"), "{}", none.stderr);
}
