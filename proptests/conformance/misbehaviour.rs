//! Whatever an implementation does, the runner ends in time, says what happened, and leaves no
//! process behind.

use std::time::{Duration, Instant};

use super::ask_script;
use crate::support::Run;

/// Answers hello and then goes on with whatever follows.
const HELLO: &str = r#"read -r line; echo '{"protocol":1,"implementation":"bad","releases":["2.3.0"],"asks":["parse","plan"]}'; "#;
/// A second, which is enough for a shell even on a busy machine.
const LIMIT: [&str; 4] = ["--time-limit", "1", "--cases", "500"];
/// What a run may take that waits for the limit at most thrice: for the window, for the single
/// question, and at the end.
const SOON: Duration = Duration::from_secs(30);

/// A run that must end with a crash, and say this.
fn crashes(script: &str, word: &str, says: &str) -> Run {
    let start = Instant::now();
    let run = ask_script(&LIMIT, script, word);
    assert_eq!(run.code, 3, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains(says), "{says:?} is not in:\n{}", run.stdout);
    assert!(start.elapsed() < SOON, "it took {:?}", start.elapsed());
    run
}

/// The same after hello.
fn crashes_after_hello(script: &str, word: &str, says: &str) -> Run {
    crashes(&format!("{HELLO}{script}"), word, says)
}

#[test]
fn a_slow_implementation_is_a_crash() {
    crashes_after_hello(
        "while read -r line; do sleep 1.73101; echo '{}'; done",
        "1.73101",
        "did not answer within 1s",
    );
}

#[test]
fn an_implementation_that_hangs_is_ended_with_all_it_started() {
    crashes_after_hello(
        "sleep 73102 & (sleep 73102; sleep 73102) & wait",
        "73102",
        "did not answer within 1s",
    );
}

#[test]
fn a_child_that_dies_is_a_crash_with_its_exit_code_and_stderr() {
    let run = crashes_after_hello(
        "echo 'index out of range' >&2; exit 7",
        "73103",
        "it ended early, with exit code 7",
    );
    assert!(run.stdout.contains("| index out of range"), "{}", run.stdout);
    crashes_after_hello("kill -9 $$", "73104", "it ended early, by signal 9");
}

#[test]
fn an_implementation_that_dies_before_hello_is_a_crash() {
    crashes("echo 'no such module' >&2; exit 1", "73105", "| no such module");
    crashes("sleep 73106", "73106", "Does it send each answer at once");
}

#[test]
fn garbage_is_a_crash() {
    crashes_after_hello(
        "while read -r line; do echo '<html>'; done",
        "73107",
        "not a JSON object: \"<html>\"",
    );
    crashes_after_hello("while read -r line; do echo 7; done", "73108", "not a JSON object: \"7\"");
    crashes_after_hello(
        r"while read -r line; do printf '\377\376\n'; done",
        "73109",
        "not a JSON object",
    );
    crashes_after_hello("while read -r line; do echo; done", "73110", "not a JSON object: \"\"");
}

#[test]
fn answering_twice_is_a_crash() {
    let script = r#"read -r line; echo "$line" | "$0" conformance serve; "$0" conformance serve | while read -r line; do
        printf '%s\n%s\n' "$line" "$line"; done"#;
    crashes(script, "73111", "answers come in order");
}

#[test]
fn answers_in_another_order_are_a_crash() {
    let script = r#"while read -r line; do echo '{"id":"another","deletes":[]}'; done"#;
    crashes_after_hello(script, "73112", "it answered \"\\\"another\\\"\" where \"0\" was asked");
}

#[test]
fn a_flood_of_answers_is_a_crash() {
    crashes_after_hello(r#"yes '{"id":"x"}' # 73113"#, "73113", "answers come in order");
    crashes("yes '{}'", "73114", "its answer to hello is not understood");
}

#[test]
fn a_line_without_end_is_a_crash() {
    crashes_after_hello("cat /dev/zero", "73115", "longer than 1 MiB");
}

#[test]
fn a_flood_of_standard_error_does_no_harm() {
    let script = r#"yes 'much ado 73116' >&2 & exec "$0" conformance serve"#;
    let run = ask_script(&["--time-limit", "60", "--cases", "500"], script, "73116");
    assert_eq!(run.code, 0, "{}", run.stdout);
}

#[test]
fn only_the_end_of_a_flood_of_standard_error_is_shown() {
    let script = "i=0; while [ $i -lt 20000 ]; do echo much ado about nothing; i=$((i+1)); done >&2; echo the end >&2; exit 1";
    let run = crashes_after_hello(script, "73117", "| the end");
    assert!(run.stdout.len() < 10_000, "{} bytes are shown", run.stdout.len());
}

#[test]
fn the_standard_error_of_a_child_cannot_steer_the_terminal() {
    let run = crashes_after_hello(r"printf 'red \033[31m\r\n' >&2; exit 1", "73118", "| red [31m");
    assert!(!run.stdout.contains('\r'), "{}", run.stdout);
}

#[test]
fn an_implementation_that_never_reads_is_a_crash() {
    let hello = r#"echo '{"protocol":1,"implementation":"deaf","releases":["2.3.0"],"asks":["plan"]}'; sleep 73119"#;
    crashes(hello, "73119", "did not answer within 1s");
}

#[test]
fn an_implementation_that_closes_its_input_is_a_crash() {
    // Closed before hello is answered, so that no question finds its way into the pipe.
    let script = format!("{}sleep 73120", HELLO.replace("echo", "exec <&-; echo"));
    crashes(&script, "73120", "did not answer within 1s; it had closed its input");
}

#[test]
fn an_implementation_that_closes_its_output_is_a_crash() {
    crashes_after_hello(
        "exec >&-; sleep 73121 >&-",
        "73121",
        "it closed its output early, but did not end",
    );
}

#[test]
fn an_implementation_that_does_not_end_with_its_input_is_a_crash() {
    crashes(
        r#""$0" conformance serve; sleep 73122"#,
        "73122",
        "it did not end within 1s after its input had ended",
    );
}

#[test]
fn an_implementation_that_says_more_than_it_was_asked_is_a_crash() {
    crashes(
        r#""$0" conformance serve; echo goodbye"#,
        "73123",
        "it said more than it was asked: \"goodbye\"",
    );
}

#[test]
fn another_protocol_or_no_known_release_is_a_crash() {
    let hello = |rest: &str| {
        format!(r#"read -r line; echo '{{"implementation":"x","asks":["plan"],{rest}}}'"#)
    };
    crashes(
        &hello(r#""protocol":2,"releases":["2.3.0"]"#),
        "73124",
        "protocol 2, but 1 is spoken here",
    );
    crashes(
        &hello(r#""protocol":1,"releases":["1.0"]"#),
        "73125",
        "it offers no release to ask for",
    );
}

#[test]
fn the_question_that_crashed_is_found_among_all_on_their_way() {
    // The implementation ends without an answer as soon as it sees this vector.
    let script = r#"sed -u '/"now":"2031-11-02T06:37:06.5Z"/Q' | "$0" conformance serve"#;
    let run =
        ask_script(&["--time-limit", "60", "--cases", "300", "--keep-going"], script, "73126");
    assert_eq!(run.code, 3, "{}", run.stdout);
    // The vector is asked of four releases.
    assert_eq!(run.stdout.matches("Crash at retention-102-0@").count(), 4, "{}", run.stdout);
    assert!(run.stdout.contains(" 0 wrong, 4 crashes"), "{}", run.stdout);
}

#[test]
fn an_implementation_that_crashes_again_and_again_is_given_up() {
    let script = format!("{HELLO}exit 1");
    let run =
        ask_script(&["--time-limit", "5", "--cases", "5000", "--keep-going"], &script, "73127");
    assert!(run.code == 3 && run.stdout.contains(", 10 crashes"), "{}", run.stdout);
}
