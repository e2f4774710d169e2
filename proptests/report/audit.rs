//! What is said of one job of a machine.

use duplicati_retention::Release;
use duplicati_retention::history::Backup;
use duplicati_retention::report::{AuditQuestion, AuditReport, AuditedJob, AuditedOption, Status};
use duplicati_retention::sources::{Days, JobSchedule};

use super::{DAY, ago, backups, moment, seconds, utc};

/// A job with these options, two recent versions and no schedule.
fn job(options: &[(&str, &str)]) -> AuditQuestion {
    let option = |&(name, value): &(&str, &str)| AuditedOption {
        name: name.into(),
        value: (value != "encrypted").then(|| value.into()),
        for_all_jobs: false,
    };
    AuditQuestion {
        name: "Photos".into(),
        place: "server".into(),
        database: None,
        options: Some(options.iter().map(option).collect()),
        schedule: None,
        release: (Release::V2_3_0, "from --release".into()),
        versions: Ok(backups(&[DAY, 3 * DAY])),
        synchronises: false,
        duration: seconds(60),
        last_backup: None,
        last_error: None,
        findings: vec![],
    }
}

fn schedule(repeat: &str) -> Option<JobSchedule> {
    Some(JobSchedule { repeat: repeat.into(), next: None, days: Days::ALL })
}

fn audited(question: AuditQuestion) -> AuditedJob {
    audited_with_pictures(question, false)
}

fn audited_with_pictures(question: AuditQuestion, draws: bool) -> AuditedJob {
    AuditReport::new(moment(), vec![], vec![], vec![question], draws).jobs.remove(0)
}

fn finding(job: &AuditedJob, id: &str) -> Option<Status> {
    job.findings.iter().find(|finding| finding.id == id).map(|finding| finding.status)
}

#[test]
fn the_options_that_keep_are_named_in_a_line() {
    for (options, expected) in [
        (&[][..], "none"),
        (&[("retention-policy", "7D:2D")], "7D:2D"),
        (&[("retention-policy", "7D:2D"), ("keep-time", "3M")], "7D:2D + keep-time 3M"),
        (&[("retention-policy", ""), ("keep-versions", "3")], "keep-versions 3"),
        (&[("keep-time", "3M"), ("allow-full-removal", "true")], "keep-time 3M"),
        (&[("version", "0"), ("retention-policy", "")], "none"),
        (&[("keep-time", "encrypted")], "keep-time (encrypted)"),
    ] {
        assert_eq!(audited(job(options)).policy(), expected, "{options:?}");
    }
    assert_eq!(audited(AuditQuestion { options: None, ..job(&[]) }).policy(), "unknown");
}

#[test]
fn who_refuses_the_options_is_told() {
    for (policy, expected) in [
        ("7D:2D", "accepted"),
        ("1D:1D", "refused"),
        ("7D12h:2D", "refused by web page"),
        ("7D:2D:1D", "refused by 2.3.1, web page"),
    ] {
        assert_eq!(audited(job(&[("retention-policy", policy)])).verdict(), expected, "{policy}");
    }
    assert_eq!(audited(job(&[])).verdict(), "-");
}

#[test]
fn only_a_policy_with_warnings_is_sent_to_check() {
    let warned = audited(job(&[("retention-policy", "7D:1D")]));
    assert_eq!(finding(&warned, "policy-warnings"), Some(Status::Warning));
    for options in [&[("retention-policy", "7D:2D")][..], &[("keep-time", "3M")], &[]] {
        assert_eq!(audited(job(options)).findings.len(), 0, "{options:?}");
    }
}

#[test]
fn keep_versions_of_zero_is_not_a_second_option() {
    for (keep_versions, expected) in
        [("", None), ("0", None), (" 0 ", None), ("3", Some(Status::Danger))]
    {
        let options = [("retention-policy", "7D:2D"), ("keep-versions", keep_versions)];
        let job = audited(job(&options));
        assert_eq!(finding(&job, "two-retention-options"), expected, "{keep_versions:?}");
        assert_eq!(job.fails, expected.is_some());
    }
}

#[test]
fn a_failure_counts_unless_a_backup_succeeded_after_it() {
    let backup = utc("2026-11-22T01:00:00Z");
    for (failed, expected) in [
        (Some("2026-11-21T01:00:00Z"), ("failed-before", Status::Ok)),
        (Some("2026-11-22T01:00:00Z"), ("last-run-failed", Status::Danger)),
        (Some("2026-11-23T01:00:00Z"), ("last-run-failed", Status::Danger)),
        (None, ("last-run-failed", Status::Danger)),
    ] {
        let job = audited(AuditQuestion {
            last_backup: Some(backup),
            last_error: Some((failed.map(utc), "No space left".into())),
            ..job(&[])
        });
        assert_eq!(finding(&job, expected.0), Some(expected.1), "{failed:?}");
        assert_eq!(job.findings.len(), 1);
    }
}

#[test]
fn a_lock_is_a_warning_and_a_loss_a_danger() {
    let options = [("retention-policy", "7D:2D")];
    let old = Backup::full(ago(500 * DAY));
    let locked = Backup { locked_until: Some(ago(-500 * DAY)), ..old };
    let newer = Backup::full(ago(400 * DAY));
    let of = |old| audited(AuditQuestion { versions: Ok(vec![newer, old]), ..job(&options) });
    assert_eq!(finding(&of(locked), "lock-retains"), Some(Status::Warning));
    assert_eq!(finding(&of(old), "all-but-one-deleted"), Some(Status::Danger));
}

#[test]
fn what_is_left_in_the_long_run_is_told() {
    for (options, repeat, expected, seconds) in [
        (&[][..], "1D", "everything is kept", None),
        (&[("keep-versions", "3")], "1D", "3 versions, 2D at least", Some(2 * DAY)),
        (&[("keep-versions", "3")], "0D", "3 versions, without a schedule", None),
        (&[("keep-versions", "3")], "soon", "3 versions, without a schedule", None),
        (&[("keep-versions", "-3")], "1D", "everything is kept", None),
        (&[("keep-time", "3D")], "1D", "3D, by keep-time", Some(3 * DAY)),
        (&[("retention-policy", "7D:2D,U:1W")], "0D", "without limit", None),
        (&[("retention-policy", "7D:2D")], "0D", "at most 7 days", Some(7 * DAY)),
    ] {
        let job = audited(AuditQuestion { schedule: schedule(repeat), ..job(options) });
        let told = job.long_run_seconds.map(|span| span.whole_seconds());
        assert_eq!((job.long_run.as_str(), told), (expected, seconds), "{options:?}, {repeat}");
    }
}

#[test]
fn years_of_a_backup_every_few_minutes_are_not_simulated() {
    for (repeat, is_simulated) in [("14m", false), ("15m", true)] {
        let options = [("retention-policy", "3h:1h")];
        let question = AuditQuestion { schedule: schedule(repeat), ..job(&options) };
        let audited = audited_with_pictures(question, true);
        assert_eq!(audited.forecast.is_some(), is_simulated, "{repeat}");
    }
}

#[test]
fn the_long_run_is_that_of_the_jobs_own_schedule() {
    let schedule = JobSchedule {
        repeat: "1D".into(),
        next: Some(utc("2026-11-24T04:05:00Z")),
        days: "tue".parse().unwrap(),
    };
    let options = [("retention-policy", "8W:1W")];
    let question = AuditQuestion { schedule: Some(schedule), ..job(&options) };
    let forecast = audited_with_pictures(question, true).forecast.unwrap();
    assert_eq!(forecast.schedule.days.as_deref(), Some("tue"));
    assert!(forecast.schedule.assumptions.contains("at 04:05:00 local time"));
    assert_eq!(forecast.backups.median, 261, "one each week");
}
