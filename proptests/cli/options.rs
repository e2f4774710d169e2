//! Duplicati's other options, where no vector asks: what they accept, what fails, what retains a
//! version, what is refused.

use crate::support::local;
use duplicati_retention::Release;
use duplicati_retention::clock::Utc;
use duplicati_retention::clock::Zone;
use duplicati_retention::history::{Backup, History, VersionNumber};
use duplicati_retention::policy::PairIndex;
use duplicati_retention::retention::{
    Blocker, KeepTime, Options, Plan, PlanError, RetainedBecause, Verdict, VersionList,
    parse_switch,
};
use duplicati_retention::sources::times::parse_time;

const DAY: i64 = 86_400;

fn time(text: &str) -> Utc {
    parse_time(text).unwrap()
}

fn now() -> Utc {
    time("2026-11-23T10:00:00Z")
}

/// A full backup so many seconds before now.
fn ago(seconds: i64) -> Backup {
    Backup::full(Utc::from_unix_seconds(now().unix_seconds() - seconds).unwrap())
}

fn try_plan(
    backups: Vec<Backup>,
    options: &[(&str, &str)],
    release: Release,
) -> Result<Plan, PlanError> {
    let options = Options::parse(options.iter().copied(), release).unwrap();
    duplicati_retention::retention::plan(&History::new(backups, Zone::UTC), &options, now())
}

fn plan(backups: Vec<Backup>, options: &[(&str, &str)]) -> Plan {
    try_plan(backups, options, Release::V2_3_0).unwrap()
}

fn deletes(plan: &Plan) -> Vec<usize> {
    plan.deletes().map(VersionNumber::get).collect()
}

#[test]
fn a_lock_keeps_a_version_until_it_ends_and_only_since_2_3() {
    let locked = |until: &str| Backup { locked_until: Some(time(until)), ..ago(9 * DAY) };
    let backups = |until| vec![ago(0), locked(until), ago(10 * DAY)];
    let policy = [("retention-policy", "7D:U")];
    let with = |until, release| deletes(&try_plan(backups(until), &policy, release).unwrap());
    assert_eq!(with("2026-11-23T10:00:01Z", Release::V2_3_0), [2]);
    assert_eq!(with("2026-11-23T10:00:01Z", Release::V2_3_1), [2]);
    assert_eq!(with("2026-11-23T10:00:00Z", Release::V2_3_0), [1, 2]);
    assert_eq!(with("2026-11-23T10:00:01Z", Release::V2_2), [1, 2]);
    assert_eq!(with("2026-11-23T10:00:01Z", Release::V2_1), [1, 2]);
    let retained_because =
        plan(backups("2030-01-01T00:00:00Z"), &policy).decision(VersionNumber::new(1));
    assert_eq!(
        retained_because.retained_because,
        Some(RetainedBecause::Locked { until: time("2030-01-01T00:00:00Z") })
    );
}

#[test]
fn a_lock_does_not_protect_the_last_version_twice() {
    // All are named, so the guard retains version 0; the lock then retains version 1 as well.
    let locked = Backup { locked_until: Some(time("2030-01-01T00:00:00Z")), ..ago(DAY) };
    let plan = plan(vec![ago(0), locked, ago(2 * DAY)], &[("version", "0-2")]);
    assert_eq!(deletes(&plan), [2]);
    assert_eq!(
        plan.decision(VersionNumber::NEWEST).retained_because,
        Some(RetainedBecause::LastVersion)
    );
}

#[test]
fn the_guard_keeps_version_0_unless_full_removal_is_allowed() {
    let all = [("version", "0-9")];
    assert_eq!(deletes(&plan(vec![ago(0), ago(DAY)], &all)), [1]);
    assert_eq!(deletes(&plan(vec![ago(0)], &all)), [0_usize; 0]);
    assert_eq!(
        deletes(&plan(vec![ago(0)], &[("version", "0"), ("allow-full-removal", "true")])),
        [0]
    );
    assert_eq!(
        deletes(&plan(vec![ago(0)], &[("version", "0"), ("allow-full-removal", "false")])),
        [0_usize; 0]
    );
}

#[test]
fn a_frame_before_the_year_1_fails_every_run() {
    let fails =
        |policy: &str, backups| try_plan(backups, &[("retention-policy", policy)], Release::V2_3_0);
    let error = fails("7D:U,5000Y:1Y", vec![ago(0)]).unwrap_err();
    assert!(
        matches!(error, PlanError::FrameBeforeYearOne { pair, .. } if pair == PairIndex::new(1)),
        "{error}"
    );
    // Without a backup nothing is looked at.
    assert!(fails("5000Y:1Y", vec![]).is_ok());
    // The very start of time is still reached: 2026-11-23T10:00 is so many seconds after it.
    let all_of_time = now().ticks() / 10_000_000;
    assert!(fails(&format!("{all_of_time}:U"), vec![ago(0)]).is_ok());
    assert!(fails(&format!("{}:U", all_of_time + 1), vec![ago(0)]).is_err());
}

#[test]
fn keep_time_that_leaves_all_of_time_fails_every_run() {
    let fails = |text| try_plan(vec![ago(0)], &[("keep-time", text)], Release::V2_3_0);
    assert_eq!(fails("9000Y").unwrap_err(), PlanError::KeepTimeOutOfRange);
    assert_eq!(fails("922337203685").unwrap_err(), PlanError::KeepTimeOutOfRange);
    assert!(fails("2025Y").is_ok());
}

#[test]
fn keep_time_takes_only_numbers_with_units_or_seconds() {
    let is_read = |text| KeepTime::parse(text, Release::V2_3_0, false).is_ok();
    for text in ["1D", "1D12h", "86400", " 86400 ", "-5", "1D\n", "2147483647s"] {
        assert!(is_read(text), "{text:?}");
    }
    for text in [
        "",
        " ",
        "D",
        "1d",
        "1D 12h",
        " 1D",
        "1D12",
        "1D\n\n",
        "2147483648s",
        "٣D",
        "U",
        "now",
        "2026-11-23",
    ] {
        assert!(!is_read(text), "{text:?}");
    }
    // 2.1 counts the tolerance from the year 1, which a negative span leaves.
    // It finds that out when keep-time is applied.
    let bound = |disabled| {
        let keep_time = KeepTime::parse("-5", Release::V2_1, disabled).unwrap();
        keep_time.bound(Zone::UTC.to_local(ago(0).time))
    };
    assert!(bound(false).is_err() && bound(true).is_ok());
}

#[test]
fn the_tolerance_of_keep_time_is_a_hundredth_and_at_most_an_hour() {
    let tolerance = |text| {
        let bound = |disabled| {
            KeepTime::parse(text, Release::V2_3_0, disabled).unwrap().bound(local(now())).unwrap()
        };
        bound(true).since(bound(false)).ticks()
    };
    assert_eq!(tolerance("41s"), 4_099_999);
    assert_eq!(tolerance("100s"), 10_000_000);
    assert_eq!(tolerance("100h"), 36_000_000_000);
    assert_eq!(tolerance("1Y"), 36_000_000_000);
    assert_eq!(tolerance("-500"), -50_000_000);
}

#[test]
fn keep_time_counts_months_by_the_calendar() {
    let bound = |text| {
        let keep_time = KeepTime::parse(text, Release::V2_3_0, true).unwrap();
        keep_time.bound(local(time("2026-03-31T10:00:00.5Z"))).unwrap().to_string()
    };
    assert_eq!(bound("1M"), "2026-02-28 10:00:00.5");
    assert_eq!(bound("1M1D"), "2026-02-27 10:00:00.5");
    assert_eq!(bound("1D1M"), "2026-02-28 10:00:00.5");
    assert_eq!(bound("2Y1M"), "2024-02-29 10:00:00.5");
    assert_eq!(bound("613566757W"), "2026-03-28 10:00:00.5"); // wraps around to 3 days
}

#[test]
fn a_version_list_is_read_as_duplicati_reads_it() {
    let named = |text: &str| -> Vec<usize> {
        let list: VersionList = text.parse().unwrap();
        (0..12).filter(|&version| list.contains(VersionNumber::new(version))).collect()
    };
    assert_eq!(named(""), [0_usize; 0]);
    assert_eq!(named("0,4-6,"), [0, 4, 5, 6]);
    assert_eq!(named(" 3 - 1 ,+9"), [1, 2, 3, 9]);
    assert_eq!(named("1--3"), [1, 2, 3]);
    assert_eq!(named("1-2-9"), [1, 2]);
    assert_eq!(named("10-9223372036854775807"), [10, 11]);
    for text in ["x", " ", "1,", "-1", "4-", "1-x", "9223372036854775808", "1.5"] {
        assert_eq!(text.parse::<VersionList>().is_err(), text != "1,", "{text:?}");
    }
}

#[test]
fn a_switch_is_on_unless_it_is_said_to_be_off() {
    for text in ["", "true", "1", "yes", "on", "maybe"] {
        assert!(parse_switch(text), "{text:?}");
    }
    for text in ["false", "FALSE", "0", "no", "off", " off "] {
        assert!(!parse_switch(text), "{text:?}");
    }
}

#[test]
fn keep_versions_needs_a_number_in_2_1_only() {
    let number = |text, release| {
        Options::parse([("keep-versions", text)], release).map(|options| options.keep_versions)
    };
    assert!(number("x", Release::V2_1).is_err());
    assert_eq!(number("", Release::V2_1), Ok(0));
    assert_eq!(number("x", Release::V2_2), Ok(0));
    assert_eq!(number(" -3 ", Release::V2_2), Ok(-3));
    let kept = plan(vec![ago(0), ago(DAY)], &[("keep-versions", "-3")]);
    assert_eq!(deletes(&kept), [0_usize; 0]);
}

#[test]
fn keep_versions_counts_full_backups_and_drops_partial_ones_between() {
    let partial = |seconds| Backup { partial: true, ..ago(seconds) };
    let backups = vec![partial(0), ago(1), partial(2), ago(3), partial(4), ago(5)];
    let kept = |number| deletes(&plan(backups.clone(), &[("keep-versions", number)]));
    assert_eq!(kept("1"), [2, 3, 4, 5]);
    assert_eq!(kept("2"), [2, 4, 5]);
    assert_eq!(kept("3"), [2, 4]);
    // The number is not reached: nothing follows the last full one.
    assert_eq!(kept("4"), [2, 4]);
    assert_eq!(kept("6"), [0_usize; 0]);
    let tail = vec![ago(0), ago(1), partial(2), partial(3)];
    assert_eq!(deletes(&plan(tail, &[("keep-versions", "3")])), [0_usize; 0]);
}

#[test]
fn what_duplicati_refuses_to_run_with_is_planned_and_said() {
    let refused = plan(vec![ago(0), ago(3600), ago(7200)], &[("retention-policy", "7D:U,1D:1D")]);
    assert_eq!(refused.blockers(), [Blocker::IntervalNotBelowFrame { pair: PairIndex::new(1) }]);
    assert_eq!(deletes(&refused), [1]);
    let combined = plan(
        vec![ago(0)],
        &[("retention-policy", "7D:U"), ("keep-time", "1D"), ("keep-versions", "3")],
    );
    let options = vec!["keep-time", "keep-versions", "retention-policy"];
    assert_eq!(combined.blockers(), [Blocker::Combined { options }]);
    // An empty policy and a number of zero are not set.
    assert!(
        plan(
            vec![ago(0)],
            &[("retention-policy", ","), ("keep-time", "1D"), ("keep-versions", "0")]
        )
        .blockers()
        .is_empty()
    );
}

#[test]
fn only_2_1_fails_on_a_version_that_two_options_delete() {
    let options = [("retention-policy", "7D:U"), ("version", "1")];
    let twice = |backups, release| try_plan(backups, &options, release).unwrap();
    let three = || vec![ago(0), ago(8 * DAY), ago(9 * DAY)];
    // The policy deletes version 2 as well, so with three versions the list is as long as these.
    assert_eq!(twice(three(), Release::V2_1).blockers(), []);
    let four = vec![ago(0), ago(8 * DAY), ago(1), ago(2)];
    let two = vec![ago(0), ago(8 * DAY)];
    let named = [("retention-policy", "7D:U"), ("version", "3")];
    let plan = try_plan(four, &named, Release::V2_1).unwrap();
    assert_eq!(plan.blockers(), [Blocker::CountedTwice { version: VersionNumber::new(3) }]);
    // The guard counts the list, and takes the repeat out.
    let plan = twice(two.clone(), Release::V2_1);
    assert_eq!((deletes(&plan), plan.blockers()), (vec![1], &[][..]));
    assert_eq!(twice(two, Release::V2_2).blockers(), []);
}

#[test]
fn of_versions_with_one_time_one_alone_cannot_be_deleted() {
    let plan_of =
        |policy| plan(vec![ago(0), ago(8 * DAY), ago(8 * DAY)], &[("retention-policy", policy)]);
    assert_eq!((deletes(&plan_of("7D:U")), plan_of("7D:U").blockers()), (vec![1, 2], &[][..]));
    assert_eq!(plan_of("9D:1D").blockers(), [Blocker::SameTime { version: VersionNumber::new(1) }]);
    assert_eq!(plan_of("9D:U").blockers(), []);
}

#[test]
fn in_the_night_of_a_clock_change_the_true_newest_is_deleted() {
    let backups = ["2026-10-25T01:10:00Z", "2026-10-25T00:40:00Z", "2026-10-24T23:10:00Z"];
    let backups = backups.map(|text| Backup::full(time(text))).to_vec();
    let history = History::new(backups, "Europe/Berlin".parse().unwrap());
    let options = Options::parse([("retention-policy", "7D:1D")], Release::V2_3_0).unwrap();
    let plan =
        duplicati_retention::retention::plan(&history, &options, time("2026-10-25T01:15:00Z"))
            .unwrap();
    assert_eq!(deletes(&plan), [0]);
    assert_eq!(plan.decision(VersionNumber::new(1)).policy, Verdict::Newest);
}

#[test]
fn an_option_of_another_name_is_an_error() {
    let error = Options::parse([("keep-forever", "true")], Release::V2_3_0).unwrap_err();
    assert!(error.to_string().contains("keep-forever"));
}
