//! A job's options in any text that people have.

use duplicati_retention::sources::Job;
use proptest::prelude::*;

fn read(text: &str) -> Result<Job, String> {
    Job::read(text.as_bytes()).map_err(|error| error.to_string())
}

#[track_caller]
fn assert_policy(text: &str, line: usize) {
    let job = read(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(
        (job.option("retention-policy"), job.line),
        (Some("1W:1D,4W:1W"), Some(line)),
        "{text}"
    );
}

#[test]
fn a_policy_is_found_in_a_script_of_any_kind() {
    for text in [
        "duplicati-cli backup s3://b/x /data --retention-policy=1W:1D,4W:1W --dbpath=/x.sqlite",
        "duplicati-cli backup s3://b/x /data --retention-policy=\"1W:1D,4W:1W\"",
        "duplicati-cli backup s3://b/x /data '--retention-policy=1W:1D,4W:1W' --x",
        "duplicati-cli backup s3://b/x /data \"--retention-policy=1W:1D,4W:1W\"",
        "--retention-policy 1W:1D,4W:1W",
        "--retention-policy='1W:1D,4W:1W'",
        "–retention-policy=1W:1D,4W:1W",
        "retention-policy=1W:1D,4W:1W",
        "ExecStart=/usr/bin/duplicati-cli backup x /y --retention-policy=1W:1D,4W:1W \\",
        "      - CLI_ARGS=--retention-policy=1W:1D,4W:1W",
        "command: [\"backup\", \"--retention-policy=1W:1D,4W:1W\", \"--x\"]",
        "command: [\"backup\", \"--retention-policy\", \"1W:1D,4W:1W\"]",
        "command: \"backup x /y --retention-policy=1W:1D,4W:1W\"",
        "  - --retention-policy=1W:1D,4W:1W",
        "retention-policy: 1W:1D,4W:1W",
        "{\"args\": \"--retention-policy=\\\"1W:1D,4W:1W\\\"\"}",
        "& $exe backup $target '--retention-policy=1W:1D,4W:1W' `",
        "RETENTION_POLICY=\"1W:1D,4W:1W\"",
        "<p>Use <code>--retention-policy=1W:1D,4W:1W</code></p>",
        "1W:1D,4W:1W",
    ] {
        assert_policy(text, 1);
    }
    assert_policy(
        "#!/bin/sh\n# --retention-policy=1D:1h\nduplicati-cli backup \\\n  --retention-policy \\\n  1W:1D,4W:1W",
        4,
    );
    assert_policy(
        "REM --retention-policy=1D:1h\r\nx.exe backup --retention-policy=1W:1D,4W:1W ^\r\n --x",
        2,
    );
    // What begins as JSON does is not always JSON.
    assert_policy("[Unit]\n[Service]\nExecStart=x backup --retention-policy=1W:1D,4W:1W", 3);
    assert_policy("[My job](x)\n`retention-policy: 1W:1D,4W:1W`", 2);
    assert_policy("retention-policy= 1W:1D,4W:1W", 1);
    assert_policy("MY_POLICY=1W:1D,4W:1W\nx --retention-policy=$MY_POLICY", 2);
    assert_policy("P=1W:1D,4W:1W\nduplicati-cli backup --retention-policy=\"$P\"", 2);
    assert_policy("set P=1W:1D,4W:1W\r\nx.exe backup --retention-policy=%P%", 2);
    assert_policy("$p = \"1W:1D,4W:1W\"\nx backup --retention-policy=$p", 2);
    assert_policy("x backup --retention-policy=${P:-1W:1D,4W:1W}", 1);
}

#[test]
fn other_options_are_found_too_and_sentences_are_not() {
    let job = read("a.exe backup \"file://E:\\backup\\\\\" --keep-versions=7 --allow-full-removal --backup-name=\"My job\"").unwrap();
    assert_eq!(
        job.options().collect::<Vec<_>>(),
        [("keep-versions", "7"), ("allow-full-removal", "true")]
    );
    assert_eq!(job.name, "My job");
    for text in
        ["", "the option --retention-policy deletes versions", "no job", "{\"a\":1}", "[1,2]"]
    {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn an_option_has_the_value_that_a_shell_would_give_it() {
    for (text, expected) in [
        ("x --keep-versions 7", &[("keep-versions", "7")][..]),
        ("keep-time: 1Y", &[("keep-time", "1Y")]),
        ("x --allow-full-removal --y", &[("allow-full-removal", "true")]),
        ("x --allow-full-removal false --y", &[("allow-full-removal", "false")]),
        ("disable-time-tolerance: no", &[("disable-time-tolerance", "no")]),
        ("x --keep-versions= 7", &[("keep-versions", "")]),
        // A part of a value that is a variable is left to whoever reads the value.
        ("x --retention-policy=$P,4W:1W", &[("retention-policy", "$P,4W:1W")]),
        ("x --retention-policy=$", &[("retention-policy", "$")]),
        // What stands in another option's value is no option, and what follows it is one.
        ("x --backup-name=\"keep-versions=7\" --keep-time=1Y", &[("keep-time", "1Y")]),
        ("x --parameters-file=a/keep-versions=7 --keep-time=1Y", &[("keep-time", "1Y")]),
        ("x --backup-name=\"a\"--keep-time=1Y", &[("keep-time", "1Y")]),
        ("x --backup-name=&quot;a\n--keep-time=1Y", &[("keep-time", "1Y")]),
        // A comment, and a mark in quotes that begins none.
        ("x --keep-time=1Y # --keep-versions=7", &[("keep-time", "1Y")]),
        ("x --a=\"b\" --keep-time=1Y # --keep-versions=7", &[("keep-time", "1Y")]),
        ("x --a='b' --keep-time=1Y # --keep-versions=7", &[("keep-time", "1Y")]),
        ("x --a=\"b # c\" --keep-time=1Y", &[("keep-time", "1Y")]),
        ("x --a='b # c' --keep-time=1Y", &[("keep-time", "1Y")]),
    ] {
        let job = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(job.options().collect::<Vec<_>>(), expected, "{text}");
    }
    for text in [
        "see https://forum.example/retention-policy: 7D:1D",
        "x --keep-versions-of=7",
        "retention-policy= ",
        "\"keep-versions\"7",
        "{\"Backup\": {",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn a_file_of_up_to_16_mebibytes_is_read() {
    let mut export = br#"{"Backup":{"Name":"A","Settings":[]}}"#.to_vec();
    export.resize(16 << 20, b' ');
    assert_eq!(Job::read(&export[..]).unwrap().name, "A");
    export.push(b' ');
    assert!(Job::read(&export[..]).unwrap_err().to_string().contains("larger than 16 MiB"));
}

#[test]
fn two_values_of_an_option_are_an_error_with_both_lines() {
    let error = read("x --retention-policy=7D:1D\ny\nz --retention-policy=U:1W").unwrap_err();
    assert!(
        error.starts_with("retention-policy is \"7D:1D\" in line 1 and \"U:1W\" in line 3"),
        "{error}"
    );
    assert!(read("x --retention-policy=7D:1D\nx --retention-policy=7D:1D").is_ok());
    let error = read("x --retention-policy=$POLICY").unwrap_err();
    assert!(error.contains("the variable \"POLICY\", which this text does not set"), "{error}");
}

#[test]
fn an_export_is_found_in_what_the_server_wraps_it_in_and_on_a_page() {
    let export = r#"{"Backup":{"ID":"1","Name":"A","Settings":[{"Name":"retention-policy","Value":"1W:1D,4W:1W"}]},"Schedule":{"Repeat":"1D","Rule":"AllowedWeekDays=Monday,Friday"}}"#;
    for text in [
        export.to_owned(),
        format!("[{export}]"),
        format!("{{\"success\":true,\"data\":{export}}}"),
        format!("{{\"success\":true,\"data\":[{export}]}}"),
        format!("\u{feff}{export}"),
    ] {
        assert_policy(&text, 1);
    }
    assert_policy(&format!("# My job\n\n```json\n{export}\n```\n"), 4);
    let days = read(export).unwrap().schedule.unwrap().days;
    assert_eq!(days.to_string(), "mon,fri");
    let utf_16: Vec<u8> =
        format!("\u{feff}{export}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(Job::read(&utf_16[..]).unwrap().name, "A");
}

#[test]
fn of_several_jobs_one_is_chosen_by_name_or_id() {
    let job =
        |id, name: &str| format!(r#"{{"Backup":{{"ID":"{id}","Name":"{name}","Settings":[]}}}}"#);
    let text = format!("[{},{}]", job(1, "Photos"), job(2, "Mails"));
    assert_eq!(
        read(&text).unwrap_err(),
        "there are 2 jobs here; choose one with --job-name: \"Photos\", \"Mails\""
    );
    let named = |name| Job::read_named(text.as_bytes(), Some(name)).map(|job| job.name);
    assert_eq!(named("mails").unwrap(), "Mails");
    assert_eq!(named("1").unwrap(), "Photos");
    assert!(named("Music").unwrap_err().to_string().contains("no job here has the name \"Music\""));
}

#[test]
fn a_pasted_policy_is_freed_from_what_stands_around_it() {
    for text in [
        "--retention-policy=1W:1D",
        "retention-policy=1W:1D",
        "'1W:1D'",
        "“1W:1D”",
        "–retention-policy=1W:1D",
    ] {
        let (policy, caveats) = Job::pasted_policy(text).unwrap();
        assert_eq!((policy.as_str(), caveats.len()), ("1W:1D", 1), "{text}");
    }
    for text in ["", "1W:1D", "1W:1D;4W:1W", "7D:1D,", " 7D:1D"] {
        assert_eq!(Job::pasted_policy(text).unwrap(), (text.to_owned(), vec![]));
    }
}

proptest! {
    #[test]
    fn no_text_makes_reading_a_job_panic(
        text in "(--|retention-policy|keep-versions|[=: \n\"'$%{}\\\\,`#-]|1W:1D|\\{\"Backup\":|\\}|é|”)*",
    ) {
        let _ = read(&text);
        let _ = Job::pasted_policy(&text);
    }
}

/// Only quotes that something takes off before Duplicati gets the value are not part of it.
#[test]
fn quotes_that_nothing_takes_off_are_part_of_the_value() {
    for text in [
        "command: [\"backup\", \"--retention-policy='1W:1D,4W:1W'\", \"--x\"]",
        "      - \"--retention-policy='1W:1D,4W:1W'\"",
        "ExecStart=/usr/bin/duplicati-cli backup x /y --retention-policy='1W:1D,4W:1W' --x",
    ] {
        let job = read(text).unwrap();
        assert_eq!(job.option("retention-policy"), Some("'1W:1D,4W:1W'"), "{text}");
    }
    for text in [
        "duplicati-cli backup x /y --retention-policy='1W:1D,4W:1W' --x",
        "ExecStart=/bin/duplicati-cli backup x /y \"--retention-policy=1W:1D,4W:1W\" --x",
    ] {
        assert_policy(text, 1);
    }
}
