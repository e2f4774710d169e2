//! What earlier runs are compared with.

use duplicati_retention::Release;
use duplicati_retention::advice::{Assumptions, Comparison, zone_fits};
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::history::Backup;
use duplicati_retention::sources::past::PastRun;
use duplicati_retention::sources::runs::{Run, RunResult};

use super::{DAY, at};

/// 2026-11-23 09:00.
const BEGIN: i64 = 1_795_424_400;

/// A run of 80 seconds with the policy `7D:U` that deleted these versions.
fn run(versions: &[i64], deleted: &[i64], first_line: String) -> PastRun {
    let times = |seconds: &[i64]| -> Vec<Utc> { seconds.iter().copied().map(at).collect() };
    let result = RunResult {
        began: at(BEGIN),
        ended: at(BEGIN + 80),
        decided: Some(at(BEGIN)),
        removed: Some(at(BEGIN + 80)),
        policy: None,
        release: None,
        deleted: times(deleted),
        deleted_count: deleted.len(),
        is_partial: false,
        is_suspended: false,
        messages: vec![first_line],
    };
    PastRun {
        run: Run { id: 1, operation: "Backup".into(), started: at(BEGIN), result: Some(result) },
        versions: times(versions).into_iter().map(Backup::full).collect(),
        written: vec![],
        deleted: times(deleted),
        policy: Some("7D:U".into()),
        is_logged: true,
    }
}

#[test]
fn the_moment_of_the_decision_is_found_within_the_removal() {
    let assumptions = Assumptions {
        zone: Zone::UTC,
        release: Release::V2_3_0,
        options: None,
        allow_full_removal: false,
    };
    // They leave the time frame 35 seconds after the begin, and ten seconds after the end.
    let [during, after] = [35, 90].map(|seconds| BEGIN - 7 * DAY + seconds);
    let run = run(&[BEGIN, after, during], &[during], String::new());
    assert_eq!(assumptions.compare(&run), Comparison::AsPredicted);
    assert_eq!(assumptions.predict(&run).unwrap().decided, at(BEGIN + 40));
}

#[test]
fn a_zone_fits_if_its_clock_showed_what_was_logged_within_minutes() {
    for (seconds, fits) in [(0, true), (-419, true), (419, true), (420, false), (900, false)] {
        let time = at(BEGIN + seconds);
        let run = run(&[], &[], format!("{time} +00 - The operation Backup has started"));
        assert_eq!(zone_fits(Zone::UTC, &run), fits, "{time}");
    }
    // Nothing is logged that tells.
    assert!(zone_fits(Zone::UTC, &run(&[], &[], "hello".into())));
}
