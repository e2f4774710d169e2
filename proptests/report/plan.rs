//! What a plan says of the next backup and of each version.

use duplicati_retention::Release;
use duplicati_retention::clock::Zone;
use duplicati_retention::forecast::Schedule;
use duplicati_retention::history::{Backup, History, VersionNumber};
use duplicati_retention::report::{AreaReport, NextBackup, PlanReport};
use duplicati_retention::retention::Options;

use super::{DAY, HOUR, backups, context, seconds};

/// The plan of versions that are so many seconds old.
pub(super) fn plan(options: &[(&str, &str)], seconds_ago: &[i64]) -> PlanReport {
    plan_of(options, backups(seconds_ago))
}

fn plan_of(options: &[(&str, &str)], backups: Vec<Backup>) -> PlanReport {
    plan_with(options, backups, &NextBackup::default())
}

fn plan_with(options: &[(&str, &str)], backups: Vec<Backup>, next: &NextBackup) -> PlanReport {
    let policy = options.iter().find(|(name, _)| *name == "retention-policy");
    let policy = policy.map_or("", |(_, text)| text);
    let options = Options::parse(options.iter().copied(), Release::V2_3_0).unwrap();
    let history = History::new(backups, Zone::UTC);
    PlanReport::with_next_backup(context(), policy, &options, history, next, vec![])
}

/// Each area with its pair, its versions and how many of them are deleted.
fn areas(areas: &[AreaReport]) -> Vec<(&str, Option<usize>, usize, usize)> {
    let area = |area: &AreaReport| -> (&'static str, Option<usize>, usize, usize) {
        (area.area, area.pair.map(|pair| pair.get()), area.versions, area.deleted)
    };
    areas.iter().map(area).collect()
}

#[test]
fn a_backup_takes_an_hour_at_most_unless_somebody_says_otherwise() {
    assert_eq!(NextBackup::default().duration.to_string(), "1h");
}

#[test]
fn each_version_can_be_asked_for_by_its_number() {
    let report = plan(&[("retention-policy", "7D:1D")], &[HOUR, 5 * HOUR, 100 * DAY]);
    for (number, expected) in report.versions().enumerate() {
        let version = report.version(VersionNumber::new(number)).unwrap();
        assert_eq!(version.version.version, expected.version.version);
        assert_eq!((version.deleted, version.reason), (expected.deleted, expected.reason));
    }
    assert!(report.version(VersionNumber::new(3)).is_none());
}

#[test]
fn areas_are_told_from_the_shortest_time_frame_on() {
    let report = plan(
        &[("retention-policy", "28D:7D,7D:2D")],
        &[HOUR, 2 * DAY, 3 * DAY, 20 * DAY, 100 * DAY],
    );
    assert_eq!(
        areas(&report.summary.areas),
        [
            ("frame", Some(1), 2, 1),
            ("frame", Some(0), 1, 0),
            ("outside-every-frame", None, 1, 1),
            ("newest", None, 1, 0),
        ]
    );
}

#[test]
fn the_areas_of_the_next_backup_count_the_versions_of_today() {
    let policy = [("retention-policy", "7D:1D")];
    // The new version is the newest.
    let next = plan(&policy, &[12 * HOUR, 30 * HOUR, 100 * DAY]).next_backup.unwrap();
    assert_eq!(areas(&next.areas), [("frame", Some(0), 2, 1), ("outside-every-frame", None, 1, 1)]);
    // A version of the future stays the newest, and the new one is deleted beside another.
    let schedule = Some((Schedule::every(seconds(2 * HOUR)), "from --every".into()));
    let next = NextBackup { schedule, ..NextBackup::default() };
    let versions = backups(&[-3 * HOUR, 2 * HOUR, 100 * DAY]);
    let next = plan_with(&policy, versions, &next).next_backup.unwrap();
    assert_eq!(
        areas(&next.areas),
        [("frame", Some(0), 1, 0), ("outside-every-frame", None, 1, 1), ("newest", None, 1, 0),]
    );
}

#[test]
fn a_next_backup_that_leaves_nothing_of_today_is_a_danger() {
    let is_danger = |seconds_ago: &[i64]| {
        let report = plan(&[("retention-policy", "7D:1D")], seconds_ago);
        report.dangers.iter().any(|danger| danger.id == "nothing-of-today-left")
    };
    assert!(is_danger(&[100 * DAY]));
    assert!(is_danger(&[100 * DAY, 101 * DAY]));
    assert!(!is_danger(&[DAY, 2 * DAY, 3 * DAY, 101 * DAY]));
    assert!(!is_danger(&[]));
}

#[test]
fn a_backup_that_is_due_this_second_is_due() {
    for (newest, is_due) in [(23 * HOUR, false), (24 * HOUR, true), (25 * HOUR, true)] {
        let ages: Vec<i64> = (0..5).map(|day| newest + day * DAY).collect();
        let next = plan(&[("retention-policy", "7D:U")], &ages).next_backup.unwrap();
        assert_eq!(next.start_origin.contains("it is due"), is_due, "{}", next.start_origin);
    }
}

#[test]
fn the_page_of_a_plan_has_a_row_for_each_version() {
    let partial = Backup { partial: true, ..backups(&[5 * HOUR])[0] };
    let mut versions = backups(&[30 * HOUR, 100 * DAY]);
    versions.push(partial);
    let page = plan_of(&[("retention-policy", "7D:U")], versions).html();
    let cell = regex::Regex::new("<td data-name=\"[^\"]*\">([^<]*)</td>").unwrap();
    let cells: Vec<&str> =
        cell.captures_iter(&page).map(|found| found.get(1).unwrap().as_str()).collect();
    let rows: Vec<&[&str]> = cells.chunks(8).collect();
    assert_eq!(rows.len(), 3);
    let now = ["0", "2026-11-23 05:00:00", "partial", "5h", "7D:U", "keep", "keep"];
    assert_eq!(rows[0][..7], now);
    let old = ["2", "2026-08-15 10:00:00", "full", "100D", "-", "delete", "delete"];
    assert_eq!(rows[2][..7], old);
    assert!(rows[2][7].starts_with("outside every frame: "), "{}", rows[2][7]);
    // A removal by hand is not about the next backup.
    let by_hand = [("retention-policy", "7D:U"), ("version", "1")];
    let page = plan(&by_hand, &[5 * HOUR, 30 * HOUR]).html();
    assert!(page.contains("<td data-name=\"Next backup\">-</td><td data-name=\"Now\">delete</td>"));
    assert!(!plan(&by_hand, &[]).html().contains("<table"));
}
