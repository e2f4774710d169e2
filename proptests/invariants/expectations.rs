//! Expectations checked by hand: which answers break them, and which only seem to.

use duplicati_retention::history::Backup;
use duplicati_retention::invariants::{Answer, Case, Check, CheckResult, EXPECTATIONS};
use duplicati_retention::policy::{Pair, Policy};
use duplicati_retention::retention::Decisions;

use super::examples::{NEWEST, ago, answer, but, case, hours, pairs};

fn check_one(id: &str, case: &Case, answer: &Answer) -> CheckResult {
    let expectation = EXPECTATIONS.iter().find(|expectation| expectation.id == id).expect(id);
    let Check::Answer(check) = expectation.check else {
        panic!("{id} is not checked by one answer")
    };
    check(case, answer)
}

/// A full backup each day, at times an hour early, of which the third is deleted.
fn a_day_lost(policy: &str, ages: [i64; 5]) -> (Case, Answer) {
    let case = case(policy, &ages.map(|age| (age, 'f')));
    let all = answer(Policy::new(case.pairs().unwrap().to_vec()), &[NEWEST; 5]);
    (case, but(&all, |plan: &mut Decisions| plan.decisions[2].deleted = true))
}

#[test]
fn a_day_is_lost_where_full_backups_and_the_interval_are_daily() {
    const DAYS: [i64; 5] = [0, 25, 48, 72, 96];
    let lost =
        |(case, answer): (Case, Answer)| check_one("jitter-loses-no-day", &case, &answer).is_err();
    assert!(lost(a_day_lost("30D:1D", DAYS)));
    assert!(!lost(a_day_lost("30D:2D", DAYS)), "an interval of two days");
    assert!(!lost(a_day_lost("30D:1D,60D:1D", DAYS)), "two pairs");
    assert!(!lost(a_day_lost("30D:1D", [0, 25, 47, 69, 93])), "two hours early");
    assert!(!lost(a_day_lost("30D:1D", [0, 26, 50, 74, 98])), "two hours late");
    let (full, answer) = a_day_lost("30D:1D", DAYS);
    let mut backups = full.backups().to_vec();
    backups[3] = Backup { partial: true, ..backups[3] };
    assert!(!lost((full.with_backups(backups, ago(0)), answer)), "a partial backup");
}

#[test]
fn a_frame_is_as_long_as_its_number_says() {
    let broken = |text: &str, frame: i64| {
        check_one(
            "number-is-not-wrapped",
            &case(text, &[]),
            &answer(pairs(&[(Some(frame), 24)]), &[]),
        )
        .is_err()
    };
    for (text, days) in [("2W:1D", 14), ("3M:1D", 84), ("2Y:1D", 730)] {
        assert!(broken(text, days * 24 - 1) && !broken(text, days * 24), "{text}");
    }
    // A month may have less than 30 days, and other units are not looked at.
    assert!(!broken("2D:1D", 1) && !broken("48h:1D", 1));
    let both = |first, second| {
        let policy = Policy::new(
            [first, second].map(|frame| Pair::new(hours(frame), hours(1)).unwrap()).to_vec(),
        );
        check_one("number-is-not-wrapped", &case("1D:1h,,1W:1h", &[]), &answer(policy, &[]))
            .is_err()
    };
    assert!(both(24, 24) && !both(24, 168));
}

#[test]
fn the_page_the_server_and_the_check_before_a_backup_should_agree() {
    let refused = answer(pairs(&[]), &[]);
    let refused = Answer { policy: Some(Err(None)), ..refused };
    for (text, read) in [
        ("1D", refused),
        ("", answer(pairs(&[]), &[])),
        ("7D:1D", answer(pairs(&[(Some(168), 24)]), &[])),
    ] {
        for (page, runs) in [(true, true), (true, false), (false, true), (false, false)] {
            let says = Answer {
                web_page_accepts: Some(page),
                passes_backup_check: Some(runs),
                ..read.clone()
            };
            let broken = ["web-page-then-server", "server-then-web-page", "accepted-runs"]
                .map(|expectation| check_one(expectation, &case(text, &[]), &says).is_err());
            let right = match (text, page, runs) {
                ("1D", true, _) => [true, false, false],
                ("7D:1D", false, true) => [false, true, false],
                ("" | "7D:1D", true, false) => [false, false, true],
                _ => [false; 3],
            };
            assert_eq!(broken, right, "{text:?}: the page accepts {page}, the backup runs {runs}");
        }
    }
}
