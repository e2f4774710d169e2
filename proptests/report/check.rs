//! What `check` says of the options of a job, and of its schedule.

use duplicati_retention::Release;
use duplicati_retention::report::{CheckQuestion, CheckReport, caveat_of_the_repeat};
use duplicati_retention::sources::Job;

use super::moment;

fn check(policy: &str, release: Release) -> CheckReport {
    let question = CheckQuestion {
        texts: [("retention-policy", policy)].into_iter().collect(),
        schedule: None,
        release,
        release_origin: "from --release".into(),
        job: None,
        caveats: vec![],
        local_now: moment().local(moment().now),
    };
    question.answer()
}

#[test]
fn each_pair_that_is_refused_is_told_once() {
    let places: Vec<_> = check("1D:1D,2D:2D", Release::V2_3_0)
        .errors
        .iter()
        .map(|error| error.place.as_ref().map(|place| (place.start, place.end)))
        .collect();
    assert_eq!(places, [Some((0, 5)), Some((6, 11))]);
}

#[test]
fn a_reason_has_the_lengths_of_the_chosen_release() {
    // 2.1 counts months by the calendar.
    for (release, length) in
        [(Release::V2_1, "31 days"), (Release::V2_2, "30 days"), (Release::V2_3_1, "30 days")]
    {
        let errors = check("1M:31D", release).errors;
        assert_eq!(errors.len(), 1);
        let message = &errors[0].message;
        assert!(message.contains(&format!("the time frame ({length})")), "{message}");
    }
}

#[test]
fn a_monthly_schedule_is_counted_as_its_release_does() {
    for (version, every) in [("2.1.0.5", "31 days"), ("2.3.0.1", "30 days")] {
        let job = format!(
            r#"{{"CreatedByVersion":"{version}","Schedule":{{"Repeat":"1M"}},
            "Backup":{{"Name":"Photos","Settings":[]}}}}"#
        );
        let job = Job::read(job.as_bytes()).unwrap();
        let caveat = caveat_of_the_repeat(&job).unwrap();
        assert!(caveat.ends_with(&format!("here a backup starts every {every}")), "{caveat}");
    }
}
