//! What a forecast concludes, proposes and promises.

use std::num::NonZeroUsize;

use duplicati_retention::Release;
use duplicati_retention::clock::Zone;
use duplicati_retention::dotnet::TimeSpan;
use duplicati_retention::forecast::{Goal, Schedule};
use duplicati_retention::history::{Backup, VersionNumber};
use duplicati_retention::report::{
    ComposeReport, FilePeriod, ForecastQuestion, ForecastReport, NamedGoal, OptionReport, Planned,
};
use duplicati_retention::retention::Options;

use super::{DAY, HOUR, ago, context, days, now, seconds};

pub(super) fn daily() -> Schedule {
    Schedule::every(days(1))
}

/// Backups that start up to a minute late.
fn late() -> Schedule {
    Schedule { jitter: seconds(60), ..daily() }
}

/// A forecast of so many days that end now, with what is in the question besides.
fn forecast_with(
    policy: &str,
    others: &[(&str, &str)],
    schedule: Schedule,
    length: i64,
    change: impl FnOnce(&mut ForecastQuestion),
) -> ForecastReport {
    forecast_and_tell(policy, others, schedule, length, change, |_| ())
}

/// The same, with who is told how many forecasts are done.
fn forecast_and_tell(
    policy: &str,
    others: &[(&str, &str)],
    schedule: Schedule,
    length: i64,
    change: impl FnOnce(&mut ForecastQuestion),
    done: impl FnMut(u64),
) -> ForecastReport {
    let texts = [("retention-policy", policy)].into_iter().chain(others.iter().copied());
    let options = Options::parse(texts, Release::V2_3_0).unwrap();
    let mut question = ForecastQuestion {
        context: context(),
        policy,
        options: &options,
        others: OptionReport::list(others.iter().copied()),
        planned: Planned::before(now(), schedule, days(length), 1).unwrap(),
        start: None,
        caveats: vec![],
        forecasts: 1,
        ages: &[],
        within: &[],
        file: None,
    };
    change(&mut question);
    question.answer(NonZeroUsize::MIN, done)
}

pub(super) fn forecast(policy: &str, schedule: Schedule, length: i64) -> ForecastReport {
    forecast_with(policy, &[], schedule, length, |_| ())
}

#[test]
fn a_gap_as_long_as_requested_is_not_too_long() {
    let report = forecast("7D:1D", daily(), 60);
    assert!(report.conclusion.unwrap().starts_with("In this forecast no gap was longer"));
    assert!(report.suggestion.is_none());
}

#[test]
fn what_is_proposed_changes_only_what_helps() {
    // In 28D nothing is wrong, and its interval is written as before.
    let report = forecast("7D:24h,28D:2D,60D:72h", daily(), 150);
    assert_eq!(report.suggestion.unwrap().policy, "7D:24h,28D:2D,60D:U");
    let conclusion = report.conclusion.unwrap();
    assert!(conclusion.contains("(U instead of 72h in 60D)"), "{conclusion}");
    assert!(!conclusion.contains("Backups themselves"), "none was late: {conclusion}");
}

#[test]
fn late_backups_are_told_where_no_policy_helps() {
    let weekdays = Schedule { days: "mon,tue,wed,thu,fri".parse().unwrap(), ..daily() };
    let conclusion = forecast("7D:U", weekdays, 60).conclusion.unwrap();
    assert!(conclusion.contains("Backups themselves were up to 3 days apart"), "{conclusion}");
}

#[test]
fn what_is_proposed_is_forecast_as_often_and_only_the_question_counts_as_done() {
    let mut done = Vec::new();
    let thrice = |question: &mut ForecastQuestion| question.forecasts = 3;
    let report = forecast_and_tell("7D:1D", &[], late(), 60, thrice, |number| done.push(number));
    assert_eq!(done, [1, 2, 3]);
    let frames = report.suggestion.unwrap().frames;
    let as_asked = forecast_with("7D:U", &[], late(), 60, thrice).frames;
    assert_eq!(format!("{frames:?}"), format!("{as_asked:?}"));
}

#[test]
fn what_is_proposed_passes_every_layer() {
    // The classic web page refuses two terms.
    assert_eq!(forecast("7D12h:1D", late(), 60).suggestion.unwrap().policy, "180h:U");
}

#[test]
fn a_forecast_that_is_too_short_proposes_nothing() {
    let report = forecast("1W:1D,5Y:1M", late(), 60);
    assert!(report.conclusion.unwrap().contains("too short"));
    assert!(report.suggestion.is_none() && report.files.is_none());
}

#[test]
fn no_bound_is_promised_where_partial_backups_go_between_full_ones() {
    let partly = Schedule { partial: 0.1, ..daily() };
    let full = Backup::full(ago(DAY));
    let partial = Backup { partial: true, ..full };
    let number = &[("keep-versions", "5")][..];
    for (policy, others, schedule, start, is_promised) in [
        ("", number, daily(), None, true),
        ("", number, daily(), Some(full), true),
        ("", number, partly, None, false),
        ("", number, daily(), Some(partial), false),
        ("7D:1D", &[], partly, None, true),
        ("7D:1D", &[], daily(), Some(partial), true),
    ] {
        let report = forecast_with(policy, others, schedule, 60, |question| {
            if let Some(start) = start {
                question.planned = Planned::after(now(), schedule, days(60), 1).unwrap();
                question.start = Some(vec![start]);
            }
        });
        let bound = report.files.unwrap().bound_seconds;
        assert_eq!(bound.is_some(), is_promised, "{policy}, {start:?}");
    }
}

#[test]
fn a_version_surely_has_a_file_only_if_made_while_it_existed() {
    // It was made on the first of four days, and deleted on the last.
    let file = FilePeriod {
        not_before: ago(10 * DAY),
        from: ago(9 * DAY),
        until: ago(7 * DAY),
        not_after: ago(6 * DAY),
    };
    let full = |days_ago: f64| Backup::full(ago((days_ago * DAY as f64) as i64));
    let versions = vec![
        full(5.5),
        full(6.5),
        full(7.5),
        Backup { partial: true, ..full(8.0) },
        full(8.5),
        full(9.5),
        full(10.5),
    ];
    let report = forecast_with("30D:U", &[], daily(), 60, |question| {
        question.planned = Planned::after(now(), daily(), days(60), 1).unwrap();
        question.start = Some(versions);
        question.file = Some(file);
    });
    let found = report.file.unwrap().versions.unwrap();
    let told: Vec<(usize, bool)> =
        found.iter().map(|found| (found.version.get(), found.is_certain)).collect();
    assert_eq!(told, [(1, false), (2, true), (3, false), (4, true), (5, false)]);
    assert_eq!(found[0].version, VersionNumber::new(1));
    assert!(found.iter().all(|found| found.deleted_on.is_some()));
}

#[test]
fn what_an_option_keeps_is_told_only_of_one_that_deletes() {
    for (others, rows, note) in [
        (&[("keep-versions", "3")][..], 2, "keep-versions counts backups, not days"),
        (&[("keep-time", "9D")], 2, "With keep-time every version stays until it is too old"),
        (&[("allow-full-removal", "true")], 0, "No option deletes anything here"),
        (&[], 0, "No option deletes anything here"),
    ] {
        let report = forecast_with("", others, daily(), 60, |_| ());
        assert_eq!(report.option_rows().len(), rows, "{others:?}");
        assert!(report.note_on_frames().starts_with(note), "{}", report.note_on_frames());
    }
    let policy = forecast_with("7D:1D", &[("keep-versions", "90")], daily(), 60, |_| ());
    assert!(policy.option_rows().is_empty(), "the table of frames has it");
}

#[test]
fn numbers_that_never_change_are_told_as_one() {
    let report = forecast_with("", &[("keep-versions", "3")], daily(), 60, |_| ());
    assert_eq!(
        report.totals().unwrap(),
        "There are always 3 versions in all. The oldest is 2D old after a backup, and up to 3D \
         before the next one."
    );
    let report = forecast("7D:2D", daily(), 60);
    assert_eq!(
        report.totals().unwrap(),
        "There are usually 4 versions in all, at least 4 and at most 5. The oldest is between 6D \
         and 7D old after a backup, and up to 8D before the next one."
    );
}

#[test]
fn keep_versions_is_proposed_only_if_the_trial_reaches_its_number() {
    for (number, expected) in [(50, Some("50")), (95, None)] {
        let reach = days(i64::from(number));
        let goal = NamedGoal {
            name: format!("--keep-last {number}"),
            usual_pair: format!("{number}D:U"),
            goal: Goal { interval: TimeSpan::ZERO, reach },
        };
        let planned = Planned::before(now(), late(), days(100), 1).unwrap();
        let report =
            ComposeReport::new(context(), &[goal], Some(number), &planned, vec![]).unwrap();
        let simplest = report.simplest.map(|option| (option.name, option.text));
        let expected = expected.map(|text| ("keep-versions".to_owned(), text.to_owned()));
        assert_eq!(simplest, expected);
    }
}

#[test]
fn keep_time_replaces_a_policy_that_keeps_everything_for_a_time() {
    for (interval, expected) in [(0, Some("32D")), (7 * DAY, None)] {
        let goal = NamedGoal {
            name: "--all 30D".into(),
            usual_pair: "30D:U".into(),
            goal: Goal { interval: seconds(interval), reach: days(30) },
        };
        let planned = Planned::before(now(), late(), days(100), 1).unwrap();
        let report = ComposeReport::new(context(), &[goal], None, &planned, vec![]).unwrap();
        let simplest = report.simplest.map(|option| (option.name, option.text));
        assert_eq!(simplest, expected.map(|text| ("keep-time".into(), text.into())));
    }
}

#[test]
fn only_what_is_to_come_waits_for_the_next_run() {
    let next = ago(-30 * DAY);
    for waits_for_next in [false, true] {
        let schedule = Schedule { next: Some(next), waits_for_next, ..daily() };
        let first = |planned: Planned| planned.starts(Zone::UTC)[0].time;
        assert_eq!(first(Planned::after(now(), schedule, days(60), 1).unwrap()), next);
        let schedule = Schedule { next: Some(ago(30 * DAY + HOUR)), ..schedule };
        let before = first(Planned::before(now(), schedule, days(60), 1).unwrap());
        assert_eq!(before, ago(59 * DAY + HOUR));
    }
}
