//! What the runs of a job did, and why a version is gone.

use std::collections::BTreeSet;

use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::report::{Context, Moment, PastQuestion, WhyVersion};
use duplicati_retention::sources::past::PastRun;
use duplicati_retention::sources::runs::{Run, RunResult};
use serde_json::{Value, json};

use super::{DAY, HOUR, ago, backups, context, now, utc};

/// A run that decided now about versions which are so many seconds old, of which it deleted some.
fn run(policy: Option<&str>, ages: &[i64], deleted: &[i64]) -> PastRun {
    let deleted: Vec<Utc> = deleted.iter().copied().map(ago).collect();
    PastRun {
        run: Run {
            id: 1,
            operation: "Backup".into(),
            started: now(),
            result: Some(RunResult {
                began: now(),
                ended: now(),
                decided: Some(now()),
                removed: Some(now()),
                policy: policy.map(str::to_owned),
                release: None,
                deleted: deleted.clone(),
                deleted_count: deleted.len(),
                is_partial: false,
                is_suspended: false,
                messages: vec![],
            }),
        },
        versions: backups(ages),
        written: vec![],
        deleted,
        policy: policy.map(str::to_owned),
        is_logged: true,
    }
}

/// Such a question about the past of a job of which zone, release and options are known.
fn question(options: &[(&str, &str)], runs: Vec<PastRun>) -> PastQuestion {
    let options: Vec<(String, String)> =
        options.iter().map(|&(name, text)| (name.into(), text.into())).collect();
    PastQuestion {
        context: context(),
        zone_is_given: true,
        release_is_given: true,
        options: (!options.is_empty()).then_some(options),
        options_are_of_today: false,
        allow_full_removal: Some(false),
        runs,
        caveats: vec![],
    }
}

#[test]
fn the_releases_that_fit_the_runs_are_found() {
    // A month is 31 days in 2.1, counted by the calendar, and 30 in later releases.
    let age = 30 * DAY + HOUR;
    let later = [Release::V2_2, Release::V2_3_0, Release::V2_3_1];
    for (assumed, deleted, found, fitting) in [
        (Release::V2_1, &[age][..], Release::V2_2, &later[..]),
        (Release::V2_3_0, &[], Release::V2_1, &[Release::V2_1]),
        (Release::V2_1, &[], Release::V2_1, &[Release::V2_1]),
    ] {
        let question = PastQuestion {
            context: Context { release: assumed, ..context() },
            release_is_given: false,
            ..question(&[], vec![run(Some("1M:U"), &[HOUR, age], deleted)])
        };
        let report = question.compare();
        assert_eq!((report.as_predicted, report.differing), (1, 0));
        assert_eq!(report.context.release, found);
        assert_eq!(report.fitting_releases, fitting);
        let is_found = report.context.release_origin == "the first that fits the runs";
        assert_eq!(is_found, found != assumed);
    }
}

#[test]
fn the_zones_that_fit_the_runs_are_found() {
    // By a clock that went forward in this week the version is older than seven days.
    let decided = utc("2026-04-02T12:00:00Z");
    let version = utc("2026-03-26T12:30:00Z");
    let mut run = run(Some("7D:U"), &[], &[]);
    run.deleted = vec![version];
    run.versions = [version, utc("2026-04-02T11:59:00Z")]
        .map(duplicati_retention::history::Backup::full)
        .to_vec();
    let result = run.run.result.as_mut().unwrap();
    (result.began, result.decided, result.removed) = (decided, Some(decided), Some(decided));
    result.deleted_count = 1;
    let fits = |zone: &&chrono_tz::Tz| {
        let zone: Zone = zone.name().parse().unwrap();
        let forward = zone.offset(decided).ticks() - zone.offset(version).ticks();
        forward > 1800 * duplicati_retention::dotnet::TICKS_PER_SECOND
    };
    let fitting: BTreeSet<&str> =
        chrono_tz::TZ_VARIANTS.iter().filter(fits).map(|zone| zone.name()).collect();
    for (assumed, is_found) in [("Europe/Berlin", false), ("UTC", true)] {
        let moment = Moment { time_zone: assumed.parse().unwrap(), ..context().moment };
        let question = PastQuestion {
            context: Context { moment, ..context() },
            zone_is_given: false,
            ..question(&[], vec![run.clone()])
        };
        let report = question.compare();
        assert_eq!((report.as_predicted, report.differing), (1, 0));
        assert_eq!(report.fitting_zones, fitting.len());
        assert!(report.some_zones.iter().all(|zone| fitting.contains(zone.as_str())));
        let moment = report.context.moment;
        assert!(fitting.contains(moment.time_zone.name()));
        assert_eq!(moment.time_zone_origin == "the first that fits the log", is_found);
    }
}

fn why(options: &[(&str, &str)], run: PastRun) -> Vec<WhyVersion> {
    question(options, vec![run]).why(|_, _, _| true).versions
}

#[test]
fn a_version_that_is_gone_says_who_deleted_it() {
    let ages = [HOUR, 8 * DAY];
    let delete = |mut run: PastRun| {
        run.run.operation = "Delete".into();
        run
    };
    let keep_time = &[("keep-time", "7D")][..];
    for (options, run, policy, expected) in [
        (
            &[][..],
            run(Some("7D:U"), &ages, &[8 * DAY]),
            Some("7D:U"),
            " (version 1 of 2 versions then) under the policy 7D:U: outside every frame",
        ),
        (
            keep_time,
            run(None, &ages, &[8 * DAY]),
            None,
            " (version 1 of 2 versions then) under the options that were given: ",
        ),
        (
            &[],
            run(None, &ages, &[8 * DAY]),
            None,
            ". Why cannot be told, because the log does not have the policy",
        ),
        (
            &[],
            delete(run(Some("7D:U"), &ages, &[8 * DAY])),
            None,
            ", which was not a backup but the operation Delete: somebody asked for it.",
        ),
    ] {
        let versions = why(options, run);
        let gone = versions.iter().find(|version| !version.exists).unwrap();
        assert_eq!(gone.policy.as_deref(), policy, "{}", gone.why);
        let expected = format!("Deleted by the run of 2026-11-23 10:00:00{expected}");
        assert!(gone.why.starts_with(&expected), "{}", gone.why);
    }
}

#[test]
fn a_version_that_exists_says_why_the_last_run_kept_it() {
    for (options, policy, told) in [
        (&[][..], Some("7D:U"), Some("7D:U")),
        (&[("keep-time", "7D")], None, None),
        (&[], None, None),
    ] {
        let versions = why(options, run(policy, &[HOUR, 2 * DAY], &[]));
        assert_eq!(versions.len(), 2);
        for version in versions {
            assert_eq!((version.exists, version.policy.as_deref()), (true, told));
            let has_reason = version.why.contains("In the last run: ");
            assert_eq!(has_reason, policy.is_some() || !options.is_empty(), "{}", version.why);
        }
    }
}

#[test]
fn a_vector_of_a_run_has_the_options_that_decided() {
    let ages = [HOUR, 8 * DAY];
    let runs = vec![
        run(Some("7D:U"), &ages, &[8 * DAY]),
        run(Some("7D:U"), &ages, &[]),
        run(None, &ages, &[8 * DAY]),
    ];
    let vectors = question(&[("keep-time", "7D")], runs).vectors(5);
    let told: Vec<(Value, Value)> = vectors
        .iter()
        .map(|vector| serde_json::from_str::<Value>(vector).unwrap())
        .map(|vector| (vector["id"].clone(), vector["options"].clone()))
        .collect();
    // The second did something else.
    assert_eq!(
        told,
        [
            (json!("real-5"), json!({"retention-policy": "7D:U"})),
            (json!("real-7"), json!({"retention-policy": "", "keep-time": "7D"})),
        ]
    );
}
