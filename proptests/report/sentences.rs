//! What single values of an answer say.

use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::dotnet::TimeSpan;
use duplicati_retention::history::VersionNumber;
use duplicati_retention::report::{
    AfterRun, FileAgeReport, FileReport, FileVersionReport, FilesReport, LossSummary,
    NextBackupReport, OutcomeReport, PeriodReport,
};

use super::{DAY, ago, days, moment, seconds, utc};

fn numbers(numbers: &[usize]) -> Vec<VersionNumber> {
    numbers.iter().copied().map(VersionNumber::new).collect()
}

#[test]
fn a_sentence_has_no_fraction_of_a_second() {
    let local = moment().local_second(utc("2026-11-23T10:00:59.5Z"));
    assert_eq!(local.to_string(), "2026-11-23 10:00:59");
}

#[test]
fn a_run_says_how_it_compares() {
    let time = utc("2026-11-20T01:00:00Z");
    for (comparison, because, only_predicted, only_deleted, expected) in [
        ("as-predicted", None, &[][..], &[][..], "as predicted"),
        ("cannot-be-told", Some("it failed"), &[], &[], "cannot be told, because it failed"),
        ("differs", None, &[time], &[], "differs: predicted, but not deleted: 2026-11-20 01:00:00"),
        ("differs", None, &[], &[time], "differs: deleted, but not predicted: 2026-11-20 01:00:00"),
        (
            "differs",
            None,
            &[time],
            &[time],
            "differs: predicted, but not deleted: 2026-11-20 01:00:00; \
             deleted, but not predicted: 2026-11-20 01:00:00",
        ),
    ] {
        let run = AfterRun {
            operation: "Backup".into(),
            started: time,
            decided: None,
            policy: None,
            versions: 0,
            deleted: vec![],
            comparison,
            because: because.map(str::to_owned),
            only_predicted: only_predicted.to_vec(),
            only_deleted: only_deleted.to_vec(),
        };
        assert_eq!(run.words(|time| Zone::UTC.to_local(time)), expected);
    }
}

#[test]
fn a_loss_is_told_in_a_sentence() {
    for (files, contents, freed_bytes, expected) in [
        (0, 0, 0, "Every file and every content in it is in another version, too; nothing is"),
        (1, 0, 5, "1 file exists only in it, "),
        (0, 1, 5, "1 content of files that stay exists only in it, "),
        (2, 0, 5, "2 files exist only in it, "),
        (1, 1, 5, "1 file and 1 content of other files exist only in it, "),
    ] {
        let summary = LossSummary { files, contents, bytes: 5, freed_blocks: 1, freed_bytes };
        let sentence = summary.sentence("it");
        assert!(sentence.starts_with(expected), "{sentence}");
    }
}

#[test]
fn what_becomes_of_an_age_is_told_in_words() {
    for (outcome, interval_seconds, newest, expected) in [
        ("all-kept", None, None, "every backup is kept"),
        ("one-each-interval", Some(days(2)), None, "one is kept every 2 days"),
        ("newest-kept", None, Some(1), "the newest of all is kept"),
        ("newest-kept", None, Some(3), "those among the 3 newest are kept"),
        ("deleted", None, None, "deleted"),
    ] {
        let outcome = OutcomeReport { outcome, interval_seconds, newest };
        assert_eq!(outcome.words(), expected);
    }
}

#[test]
fn a_chance_is_never_rounded_to_never_or_always() {
    let chances = vec![0.0, 0.000_9, 0.001, 0.5, 0.999, 0.999_1, 1.0];
    let ages = vec![FileAgeReport { age_seconds: days(7), always_from_seconds: None, chances }];
    let report = FilesReport {
        always_from_seconds: days(9),
        until_seconds: days(9),
        bound_seconds: None,
        lengths_seconds: vec![days(1)],
        ages,
    };
    assert_eq!(
        report.rows()[1],
        [
            "7D ago",
            "out of reach",
            "never",
            "below 0.1 %",
            "0.1 %",
            "50.0 %",
            "99.9 %",
            "above 99.9 %",
            "always"
        ]
    );
}

#[test]
fn a_file_says_in_which_versions_it_is() {
    let version = |number: usize, is_certain: bool, deleted_on: Option<Utc>| FileVersionReport {
        version: VersionNumber::new(number),
        time: utc("2026-07-12T01:00:00Z"),
        is_certain,
        deleted_on,
    };
    let deleted_on = Some(utc("2026-12-01T01:00:00Z"));
    let kept = "version 3 of 2026-07-12 01:00:00 (kept until the end)";
    let deleted = "version 4 of 2026-07-12 01:00:00 (deleted on 2026-12-01 01:00:00)";
    let perhaps = "Perhaps it is also in version 4 of 2026-07-12 01:00:00 (deleted on 2026-12-01 \
                   01:00:00): that depends on the time of day at which it was made or deleted, and \
                   a partial backup may lack it.";
    let from = utc("2026-07-10T00:00:00Z");
    let base = FileReport {
        from,
        until: utc("2026-07-20T00:00:00Z"),
        length_seconds: days(10),
        deleted_ago_seconds: days(50),
        versions: None,
        chance: None,
        always_from_seconds: None,
    };
    let name =
        "The file that existed at least from 2026-07-10 00:00:00 to 2026-07-20 00:00:00 (10D)";
    for (report, expected) in [
        (
            base.clone(),
            format!(
                "{name} was deleted 50D ago. This forecast is too short to tell whether it is in a \
                 version."
            ),
        ),
        (
            FileReport { chance: Some(0.25), ..base.clone() },
            format!(
                "{name} was deleted 50D ago. Such a file was in a version 25.0 % of the time. No \
                 length is always enough: that age is out of reach."
            ),
        ),
        (
            FileReport {
                chance: Some(1.0),
                always_from_seconds: Some(days(9)),
                ..base.clone()
            },
            format!(
                "{name} was deleted 50D ago. Such a file was in a version always of the time. A \
                 file that existed for 9D always was."
            ),
        ),
        (
            FileReport { versions: Some(vec![]), ..base.clone() },
            format!("{name} is in no version for sure."),
        ),
        (
            FileReport {
                versions: Some(vec![version(3, true, None), version(4, true, deleted_on)]),
                ..base.clone()
            },
            format!("{name} is in 2 versions: {kept} and {deleted}."),
        ),
        (
            FileReport {
                versions: Some(vec![version(3, true, None), version(4, false, deleted_on)]),
                ..base.clone()
            },
            format!("{name} is in 1 version: {kept}. {perhaps}"),
        ),
        (
            FileReport { versions: Some(vec![]), until: from, ..base.clone() },
            "The file of about 2026-07-10 00:00:00, for which no time is certain, is in no version \
             for sure."
                .to_owned(),
        ),
        (
            // It was made and deleted on one day.
            FileReport { versions: Some(vec![]), until: utc("2026-07-09T00:00:00Z"), ..base },
            "The file of about 2026-07-09 00:00:00, for which no time is certain, is in no version \
             for sure."
                .to_owned(),
        ),
    ] {
        assert_eq!(report.sentence(&moment()), expected);
    }
}

/// A next backup at noon of which nothing is known.
fn next_backup() -> NextBackupReport {
    NextBackupReport {
        start: utc("2026-11-23T12:00:00Z"),
        start_origin: "from --every".into(),
        guessed: false,
        duration_seconds: TimeSpan::ZERO,
        same_until: None,
        kept: 1,
        deleted: 0,
        deletes: vec![],
        depend_on_duration: vec![],
        areas: vec![],
        between: None,
    }
}

#[test]
fn the_next_backup_says_what_it_deletes() {
    for (kept, deletes, expected) in [
        (1, &[][..], "The next backup deletes no version."),
        (0, &[0], "The next backup deletes the only version."),
        (0, &[0, 1], "The next backup deletes all 2 versions of today."),
        (1, &[1, 2], "The next backup deletes 2 of 3 versions: 1-2."),
    ] {
        let deletes = numbers(deletes);
        let (deleted, versions) = (deletes.len(), kept + deletes.len());
        let report = NextBackupReport { kept, deleted, deletes, ..next_backup() };
        assert_eq!(report.sentences(versions, &moment())[0], expected);
    }
}

#[test]
fn the_next_backup_says_on_which_moment_it_depends() {
    for (same_until, depend_on_duration, expected) in [
        (None, &[][..], &["It is expected at 2026-11-23 12:00:00 (from --every)."][..]),
        (
            Some(utc("2026-11-23T12:00:00Z")),
            &[],
            &["It is expected at 2026-11-23 12:00:00 (from --every). It deletes something else \
               if it starts a second later."],
        ),
        (
            Some(utc("2026-11-23T13:00:00Z")),
            &[2],
            &[
                "It is expected at 2026-11-23 12:00:00 (from --every). It deletes the same if it \
                 starts until 2026-11-23 13:00:00.",
                "Whether version 2 is deleted depends on how long the backup takes, if it takes up \
                 to 2 hours: Duplicati decides at its end.",
            ],
        ),
        (
            None,
            &[2, 3],
            &[
                "It is expected at 2026-11-23 12:00:00 (from --every).",
                "Which of the versions 2-3 are deleted depends on how long the backup takes, if it \
                 takes up to 2 hours: Duplicati decides at its end.",
            ],
        ),
    ] {
        let report = NextBackupReport {
            same_until,
            depend_on_duration: numbers(depend_on_duration),
            duration_seconds: seconds(7200),
            ..next_backup()
        };
        assert_eq!(report.sentences(4, &moment())[1..], *expected);
    }
}

#[test]
fn times_in_which_a_version_survives_are_joined_only_if_they_touch() {
    let day = |day: i64| ago(-day * DAY);
    let second_before = |day: i64| ago(1 - day * DAY);
    let period = |number: i64, deletes: &[usize]| PeriodReport {
        from: day(number),
        until: second_before(number + 1),
        deletes: numbers(deletes),
    };
    let between = Some(vec![period(0, &[2]), period(1, &[1, 2]), period(2, &[2])]);
    let report = NextBackupReport { between, ..next_backup() };
    assert_eq!(
        report.survivals(3),
        [
            vec![(day(0), second_before(3))],
            vec![(day(0), second_before(1)), (day(2), second_before(3))],
            vec![],
        ]
    );
}
