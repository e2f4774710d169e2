//! What a log of Duplicati's deleted, and by which rule.

use duplicati_retention::report::{Context, LogReport, LogRunReport, Moment};
use duplicati_retention::sources::{DateOrder, log};

use super::context;

/// The run of a log with these lines of times.
fn explained(zone: &str, time: &str, pairs: &str, times: [&str; 3]) -> LogRunReport {
    let [considered, partial, deleted] = times;
    let log = format!(
        "{time} - [Information]: Time frames and intervals pairs: {pairs}\n\
         {time} - [Information]: Backups to consider: {considered}\n\
         {time} - [Profiling]: Keeping partial backup: {partial}\n\
         {time} - [Information]: All backups to delete: {deleted}\n"
    );
    let runs = log::read(log.as_bytes()).unwrap();
    let moment = Moment { time_zone: zone.parse().unwrap(), ..context().moment };
    let context = Context { moment, ..context() };
    let mut report = LogReport::new(context, &runs, Some(DateOrder::MonthDayYear)).unwrap();
    assert_eq!(report.runs.len(), 1);
    report.runs.remove(0)
}

#[test]
fn a_log_of_another_zone_is_told() {
    let caveats = |zone: &str, time: &str| {
        let line = "[Information]: Backups to consider: 11/21/2026 09:00:00";
        let runs = log::read(format!("{time} - {line}\n").as_bytes()).unwrap();
        let moment = Moment { time_zone: zone.parse().unwrap(), ..context().moment };
        let report = LogReport::new(Context { moment, ..context() }, &runs, None).unwrap();
        report.caveats.concat()
    };
    let elsewhere = caveats("UTC", "2026-11-23 10:00:00 +05");
    assert!(elsewhere.starts_with("the log was written in another zone than UTC"), "{elsewhere}");
    assert_eq!(caveats("Europe/Berlin", "2026-11-23 10:00:00 +01"), "");
}

/// The versions that were deleted, and of each whether the policy explains it; and those that the
/// policy would delete besides.
fn told(run: &LogRunReport) -> (Vec<(String, bool)>, Vec<String>) {
    assert_eq!(run.failure, None);
    let deleted = run.deleted.iter();
    (
        deleted.map(|one| (one.local_time.to_string(), one.reason.is_some())).collect(),
        run.not_deleted.iter().map(ToString::to_string).collect(),
    )
}

#[test]
fn a_partial_backup_that_a_log_names_is_not_thinned() {
    let (daily, versions) = ("7.00:00:00 / 1.00:00:00", "11/21/2026 09:00:00, 11/20/2026 10:00:00");
    let time = "2026-11-23 10:00:00 +00";
    let run = explained("UTC", time, daily, [versions, "11/21/2026 09:00:00", ""]);
    assert_eq!(told(&run), (vec![], vec![]));
    // Without this line it looks like a full one.
    let run = explained("UTC", time, daily, [versions, "", ""]);
    assert_eq!(told(&run), (vec![], vec!["2026-11-21 09:00:00".to_owned()]));
}

#[test]
fn a_log_does_not_tell_the_fraction_of_its_second() {
    let versions = "11/16/2026 10:00:01, 11/16/2026 10:00:00, 11/16/2026 09:59:59";
    let [second, first] = ["11/16/2026 10:00:00", "11/16/2026 09:59:59"];
    for (deleted, is_explained) in [
        // On the second, and within it.
        (vec![first], vec![true]),
        (vec![second, first], vec![true, true]),
        // Not a second later.
        (vec!["11/16/2026 10:00:01", second, first], vec![false, false, true]),
    ] {
        let run = explained(
            "UTC",
            "2026-11-23 10:00:00 +00",
            "7.00:00:00 / Keep all",
            [versions, "", &deleted.join(", ")],
        );
        let (found, not_deleted) = told(&run);
        let found: Vec<bool> = found.iter().map(|(_, is_explained)| *is_explained).collect();
        assert_eq!((found, not_deleted), (is_explained, vec![]));
    }
}

#[test]
fn the_version_that_is_not_in_a_log_is_the_newest_by_the_clock() {
    // The clock went back from three to two, and the newest version is of the first pass.
    let run = explained(
        "Europe/Berlin",
        "2026-10-25 02:10:30 +01",
        "1.00:00:00 / 00:25:00",
        [
            "10/25/2026 02:30:00, 10/25/2026 02:10:00, 10/25/2026 02:00:00",
            "",
            "10/25/2026 02:10:00",
        ],
    );
    assert_eq!(told(&run), (vec![("2026-10-25 02:10:00".to_owned(), true)], vec![]));
}
