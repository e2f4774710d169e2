//! Answers that are wrong in a single point: each condition of an invariant is checked.

use duplicati_retention::history::VersionNumber;
use duplicati_retention::invariants::{Answer, Case, NoPlan};
use duplicati_retention::policy::{PairIndex, PolicyError, PolicyProblem};
use duplicati_retention::retention::{RetainedBecause, Verdict};

use super::examples::{
    NEWEST, OLDEST, ago, answer, but, case, far, hours, option, pairs, undecided, week,
};
use super::preconditions::of_answer;

fn partial(after: usize, distance: i64) -> Verdict {
    Verdict::Partial {
        pair: PairIndex::new(0),
        after: VersionNumber::new(after),
        distance: hours(distance),
    }
}

/// A partial version exactly a day after the oldest of its frame, in two frames of a week.
fn two_frames() -> (Case, Answer) {
    let case =
        case("7D:1D,14D:1D", &[(0, 'f'), (50, 'f'), (76, 'p'), (100, 'f'), (200, 'f'), (230, 'f')]);
    let second = PairIndex::new(1);
    let policy = pairs(&[(Some(168), 24), (Some(336), 24)]);
    let verdicts = [
        NEWEST,
        far(3, 50),
        far(3, 24),
        OLDEST,
        Verdict::FarEnough { pair: second, after: VersionNumber::new(5), distance: hours(30) },
        Verdict::OldestInFrame { pair: second },
    ];
    (case, answer(policy, &verdicts))
}

#[test]
fn each_condition_of_an_invariant_is_checked() {
    let (week_case, of_week) = week();
    let (frames_case, of_frames) = two_frames();
    let claims = |right: &Answer, version: usize, verdict: Verdict| {
        but(right, |plan| plan.decisions[version].policy = verdict)
    };
    let gone = |right: &Answer, versions: &[usize]| {
        but(right, |plan| {
            plan.policy_deletes = versions.iter().copied().map(VersionNumber::new).collect();
        })
    };
    let error_at = |range| {
        let error = PolicyError { problem: PolicyProblem::NoColon, range };
        let undecided = undecided(&answer(pairs(&[]), &[]), NoPlan::Options);
        Answer { policy: Some(Err(Some(error))), ..undecided }
    };
    let (too_far, no_policy) = option("keep-time", "9000Y", &[(0, 'f')]);
    let outside = case("7D:1D", &[(400, 'f')]);
    let of_outside = answer(pairs(&[(Some(168), 24)]), &[NEWEST]);
    let (locked_case, locked) = option("version", "1", &[(0, 'f'), (9, 'l')]);
    let retained = |because| {
        but(&locked, |plan| {
            plan.decisions[1].named = true;
            plan.decisions[1].retained_because = Some(because);
        })
    };
    let sixth = Answer { deletes: Some(Ok(vec![VersionNumber::new(5)])), ..of_week.clone() };
    let mut violations = String::new();
    for (id, case, right, wrong) in [
        // Measured from another frame, from a partial version, from one that is deleted.
        ("reason-numbers", &frames_case, &of_frames, claims(&of_frames, 1, far(4, 150))),
        ("reason-numbers", &frames_case, &of_frames, claims(&of_frames, 1, far(2, 26))),
        ("reason-numbers", &week_case, &of_week, claims(&of_week, 1, far(2, 12))),
        ("reason-numbers", &week_case, &of_week, {
            claims(&of_week, 4, Verdict::OutsideEveryFrame { age: hours(401) })
        }),
        // As far as the interval is far enough.
        ("reason-claims", &frames_case, &of_frames, claims(&of_frames, 2, partial(3, 24))),
        (
            "error-place",
            &case("7D:1D,4w:1W", &[]),
            &undecided(&of_week, NoPlan::Fails),
            error_at(6..99),
        ),
        ("error-place", &case("7D:1D,4w:1W", &[]), &undecided(&of_week, NoPlan::Fails), {
            error_at(0..5)
        }),
        (
            "fails-before-year-one",
            &too_far,
            &undecided(&no_policy, NoPlan::Fails),
            no_policy.clone(),
        ),
        ("fails-before-year-one", &week_case, &of_week, undecided(&of_week, NoPlan::Fails)),
        ("partition", &week_case, &of_week, sixth),
        ("newest-kept", &outside, &of_outside, gone(&of_outside, &[0])),
        ("locks", &locked_case, &retained(RetainedBecause::Locked { until: ago(-1) }), {
            retained(RetainedBecause::Locked { until: ago(-2) })
        }),
        ("locks", &locked_case, &retained(RetainedBecause::Locked { until: ago(-1) }), {
            retained(RetainedBecause::NotFound)
        }),
    ] {
        assert_eq!(of_answer(id, case, right), Ok(()), "{id}");
        let violation = of_answer(id, case, &wrong).expect_err(id);
        violations += &format!("{id}: {violation}\n");
    }
    crate::snapshot("wrong-answers", &violations);
}

#[test]
fn what_an_answer_says_of_texts_is_all_that_it_says_of_them() {
    let (_, answer) = week();
    let texts = undecided(&answer, NoPlan::Fails).about_texts();
    assert_eq!(answer.about_texts(), texts);
    assert_eq!(texts.passes_backup_check, Some(true));
    assert_eq!(texts.web_page_accepts, Some(true));
    assert!(texts.policy.is_some() && texts.shown.is_some() && texts.deletes.is_none());
}
