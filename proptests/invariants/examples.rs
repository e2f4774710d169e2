//! For each invariant an answer that it accepts and one that it rejects, written by hand: a check
//! that cannot fail does not check anything.

use crate::support::local;
use duplicati_retention::Release;
use duplicati_retention::clock::Utc;
use duplicati_retention::clock::Zone;
use duplicati_retention::dotnet::{TICKS_PER_SECOND, TimeSpan};
use duplicati_retention::history::{Backup, VersionNumber};
use duplicati_retention::invariants::{ALL, Answer, Case, Check, NoPlan};
use duplicati_retention::policy::{Pair, PairIndex, Policy, PolicyError, PolicyProblem};
use duplicati_retention::retention::{
    Blocker, Decision, Decisions, KeepTimeReason, KeepVersionsReason, RetainedBecause, Verdict,
};

/// 2026-11-23 10:00Z.
pub const NOW: i64 = 1_795_428_000;

pub fn hours(count: i64) -> TimeSpan {
    TimeSpan::from_ticks(count * 3600 * TICKS_PER_SECOND)
}

pub fn ago(count: i64) -> Utc {
    Utc::from_unix_seconds(NOW - count * 3600).unwrap()
}

/// Backups by their age in hours: `f` full, `p` partial, `l` full and locked for another hour.
pub fn case(policy: &str, backups: &[(i64, char)]) -> Case {
    let backup = |&(age, kind): &(i64, char)| Backup {
        partial: kind == 'p',
        locked_until: (kind == 'l').then(|| ago(-1)),
        ..Backup::full(ago(age))
    };
    let options = vec![("retention-policy", policy.to_owned())];
    Case::new(Release::V2_3_0, options, backups.iter().map(backup).collect(), Zone::UTC, ago(0))
}

/// Pairs in hours; no frame is the unlimited one.
pub fn pairs(pairs: &[(Option<i64>, i64)]) -> Policy {
    let pair = |&(frame, interval): &(Option<i64>, i64)| {
        Pair::new(frame.map_or(TimeSpan::MAX, hours), hours(interval)).unwrap()
    };
    Policy::new(pairs.iter().map(pair).collect())
}

/// An answer from what is said of each version; the policy deletes in the order of the numbers.
pub fn answer(policy: Policy, verdicts: &[Verdict]) -> Answer {
    let decision = |&policy: &Verdict| Decision {
        deleted: !policy.keeps(),
        policy,
        named: false,
        keep_time: None,
        keep_versions: None,
        retained_because: None,
    };
    let gone = (0..verdicts.len()).filter(|&version| !verdicts[version].keeps());
    let plan = Decisions {
        decisions: verdicts.iter().map(decision).collect(),
        policy_deletes: gone.map(VersionNumber::new).collect(),
        ..Decisions::default()
    };
    let answer = Answer {
        shown: Some(policy.to_string()),
        passes_backup_check: Some(policy.passes_backup_check()),
        web_page_accepts: Some(true),
        policy: Some(Ok(policy)),
        ..Answer::default()
    };
    answer.with_plan(Ok(plan))
}

/// The answer with something decided otherwise.
pub fn but(answer: &Answer, change: impl FnOnce(&mut Decisions)) -> Answer {
    let mut plan = Decisions {
        decisions: answer.decisions.clone().unwrap(),
        policy_deletes: answer.policy_deletes.clone().unwrap(),
        blockers: answer.blockers.clone().unwrap(),
        keep_time_bound: answer.keep_time_bound.unwrap(),
    };
    change(&mut plan);
    answer.clone().with_plan(Ok(plan))
}

/// The answer with nothing decided.
pub fn undecided(answer: &Answer, why: NoPlan) -> Answer {
    let Answer { policy, shown, web_page_accepts, passes_backup_check, .. } = answer.clone();
    let texts =
        Answer { policy, shown, web_page_accepts, passes_backup_check, ..Answer::default() };
    texts.with_plan(Err(why))
}

/// The answer with other versions deleted by the policy.
fn deleting(answer: &Answer, versions: &[usize]) -> Answer {
    but(answer, |plan| {
        plan.policy_deletes = versions.iter().copied().map(VersionNumber::new).collect();
    })
}

pub const NEWEST: Verdict = Verdict::Newest;
pub const OLDEST: Verdict = Verdict::OldestInFrame { pair: PairIndex::new(0) };
pub const NONE: Verdict = Verdict::NoPolicy;

pub fn far(after: usize, distance: i64) -> Verdict {
    Verdict::FarEnough {
        pair: PairIndex::new(0),
        after: VersionNumber::new(after),
        distance: hours(distance),
    }
}

fn close(after: usize, distance: i64) -> Verdict {
    Verdict::TooClose {
        pair: PairIndex::new(0),
        after: VersionNumber::new(after),
        distance: hours(distance),
    }
}

fn outside(age: i64) -> Verdict {
    Verdict::OutsideEveryFrame { age: hours(age) }
}

/// What is to be checked, right and wrong.
enum Trial {
    Answer(Case, Answer, Answer),
    /// The first case and its answer, and the right and the wrong answer to the second.
    Relation(Case, Answer, Answer, Answer),
    Timeline(Vec<(Case, Answer)>, Vec<(Case, Answer)>),
}

/// A week of one a day: the newest, one far enough, one too close, the oldest in the frame, one
/// outside.
pub fn week() -> (Case, Answer) {
    let case = case("7D:1D", &[(0, 'f'), (12, 'f'), (24, 'f'), (40, 'f'), (400, 'f')]);
    (
        case,
        answer(
            pairs(&[(Some(168), 24)]),
            &[NEWEST, far(3, 28), close(3, 16), OLDEST, outside(400)],
        ),
    )
}

/// The oldest in the frame is partial.
fn partial_oldest() -> (Case, Answer) {
    let case = case("7D:1D", &[(0, 'f'), (10, 'f'), (30, 'p')]);
    (
        case,
        answer(
            pairs(&[(Some(168), 24)]),
            &[NEWEST, Verdict::NoFullBefore { pair: PairIndex::new(0) }, OLDEST],
        ),
    )
}

/// No policy, and one other option.
pub fn option(name: &'static str, text: &str, backups: &[(i64, char)]) -> (Case, Answer) {
    let case = case("", backups).with_option(name, text);
    (case, answer(pairs(&[]), &vec![NONE; backups.len()]))
}

/// An answer in which keep-versions deletes these, with the number reached.
fn by_number(answer: &Answer, versions: &[usize]) -> Answer {
    but(answer, |plan| {
        for &version in versions {
            plan.decisions[version].keep_versions = Some(KeepVersionsReason::NumberReached);
            plan.decisions[version].deleted = true;
        }
    })
}

fn trial(id: &str) -> Trial {
    let (week_case, week_answer) = week();
    let wrong_week = |versions: &[usize]| deleting(&week_answer, versions);
    let of_week = |wrong: Answer| Trial::Answer(week_case.clone(), week_answer.clone(), wrong);
    let text =
        |text: &str, right: Answer, wrong: Answer| Trial::Answer(case(text, &[]), right, wrong);
    let week_policy = || pairs(&[(Some(168), 24)]);
    let refused = |place| {
        let error = PolicyError { problem: PolicyProblem::NoColon, range: place };
        let undecided = undecided(&answer(pairs(&[]), &[]), NoPlan::Options);
        Answer { policy: Some(Err(Some(error))), ..undecided }
    };
    // One locked backup besides a newer one, and `version` names it.
    let locked = || {
        let (case, answer) = option("version", "1", &[(0, 'f'), (9, 'l')]);
        let retained_because = but(&answer, |plan| {
            plan.decisions[1].named = true;
            plan.decisions[1].retained_because = Some(RetainedBecause::Locked { until: ago(-1) });
        });
        (case, retained_because)
    };
    match id {
        "total" => text("7D", refused(0..2), Answer::crash("stack overflow")),
        "grammar" => text("7D:1D", answer(week_policy(), &[]), refused(0..2)),
        "pairs-mean" => {
            text("7D:1D", answer(week_policy(), &[]), answer(pairs(&[(Some(168), 23)]), &[]))
        }
        "error-place" => text("7D:1D,4w:1W", refused(6..8), refused(6..6)),
        "backup-check" => {
            let right = answer(pairs(&[(Some(24), 24)]), &[]);
            let wrong = Answer { passes_backup_check: Some(true), ..right.clone() };
            text("1D:1D", right, wrong)
        }
        "web-page" => {
            let right = answer(week_policy(), &[]);
            let wrong = Answer { web_page_accepts: Some(false), ..right.clone() };
            text("7D:1D", right, wrong)
        }
        "options-read" => {
            let (case, wrong) = option("keep-versions", "many", &[]);
            let right = undecided(&wrong, NoPlan::Options);
            Trial::Answer(case.with_release(Release::V2_1), right, wrong)
        }
        "display-round-trip" | "display-in-every-release" | "releases-agree" => {
            let right = answer(week_policy(), &[]);
            let wrong = answer(pairs(&[(Some(168), 25)]), &[]);
            Trial::Relation(case("7D:1D", &[]), right.clone(), right, wrong)
        }
        "fails-before-year-one" => {
            let wrong = answer(pairs(&[(Some(5000 * 365 * 24), 365 * 24)]), &[NEWEST]);
            let right = undecided(&wrong, NoPlan::Fails);
            Trial::Answer(case("5000Y:1Y", &[(0, 'f')]), right, wrong)
        }
        "empty-policy" => {
            let right = answer(pairs(&[]), &[NONE]);
            Trial::Answer(case("", &[(0, 'f')]), right.clone(), deleting(&right, &[0]))
        }
        "newest-kept" => of_week(wrong_week(&[2, 4, 0])),
        "newest-removed" => {
            let case = case("7D:1D", &[(400, 'f')]).with_option("allow-full-removal", "true");
            let gone = Verdict::NewestOutsideEveryFrame { age: hours(400) };
            let right = answer(week_policy(), &[gone]);
            Trial::Answer(case, right.clone(), deleting(&right, &[]))
        }
        "survivors-in-frame" => of_week(wrong_week(&[2])),
        "spacing" => of_week(wrong_week(&[4])),
        "maximality" => of_week(wrong_week(&[1, 2, 4])),
        "oldest-survives" => of_week(wrong_week(&[3, 2, 4])),
        "oldest-full-survives" => {
            let (case, right) = partial_oldest();
            Trial::Answer(case, right.clone(), deleting(&right, &[1]))
        }
        "partials-survive" => {
            let (case, right) = partial_oldest();
            Trial::Answer(case, right.clone(), deleting(&right, &[2]))
        }
        "keep-all" => {
            let keep = Verdict::KeepAll { pair: PairIndex::new(0) };
            let right = answer(pairs(&[(Some(168), 0)]), &[NEWEST, keep]);
            Trial::Answer(
                case("7D:U", &[(0, 'f'), (1, 'f')]),
                right.clone(),
                deleting(&right, &[1]),
            )
        }
        "order" => of_week(wrong_week(&[4, 2])),
        "partition" => of_week(wrong_week(&[2, 2, 4])),
        "union" => of_week(but(&week_answer, |plan| plan.decisions[2].deleted = false)),
        "named-versions" => {
            let (case, answer) = option("version", "3-1", &[(0, 'f'), (1, 'f')]);
            let right = but(&answer, |plan| plan.decisions[1].named = true);
            Trial::Answer(case, right.clone(), but(&right, |plan| plan.decisions[0].named = true))
        }
        "keep-time-bound" => {
            let (case, answer) = option("keep-time", "100h", &[]);
            // A hundredth of 100 hours is the hour that the tolerance may be.
            let bound = |age| but(&answer, |plan| plan.keep_time_bound = Some(local(ago(age))));
            Trial::Answer(case, bound(101), bound(100))
        }
        "keep-time-keeps" | "keep-time-deletes" => {
            let (case, answer) = option("keep-time", "99h", &[(0, 'p'), (200, 'f'), (300, 'f')]);
            let gone = |versions: &[usize]| {
                but(&answer, |plan| {
                    plan.keep_time_bound = Some(local(ago(100)));
                    for &version in versions {
                        plan.decisions[version].keep_time =
                            Some(KeepTimeReason { beyond: hours(1) });
                    }
                })
            };
            let wrong = if id == "keep-time-keeps" { gone(&[1, 2]) } else { gone(&[]) };
            Trial::Answer(case, gone(&[2]), wrong)
        }
        "keep-versions-off" => {
            let (case, right) = option("keep-versions", "2", &[(0, 'f'), (1, 'f')]);
            Trial::Answer(case, right.clone(), by_number(&right, &[1]))
        }
        "keep-versions-number" => {
            let (case, answer) = option("keep-versions", "1", &[(0, 'f'), (1, 'f'), (2, 'f')]);
            Trial::Answer(case, by_number(&answer, &[1, 2]), by_number(&answer, &[2]))
        }
        "keep-versions-partials" => {
            let (case, answer) =
                option("keep-versions", "2", &[(0, 'p'), (1, 'f'), (2, 'p'), (3, 'f')]);
            Trial::Answer(case, by_number(&answer, &[2]), by_number(&answer, &[0, 2]))
        }
        "never-all-gone" | "last-version" => {
            let (case, answer) = option("version", "0", &[(0, 'f')]);
            let wrong = but(&answer, |plan| {
                plan.decisions[0].named = true;
                plan.decisions[0].deleted = true;
            });
            let right = but(&wrong, |plan| {
                plan.decisions[0].retained_because = Some(RetainedBecause::LastVersion);
                plan.decisions[0].deleted = false;
            });
            Trial::Answer(case, right, wrong)
        }
        "locks" => {
            let (case, right) = locked();
            Trial::Answer(
                case,
                right.clone(),
                but(&right, |plan| plan.decisions[1].retained_because = None),
            )
        }
        "refuses-interval" => {
            let wrong = answer(pairs(&[(Some(24), 24)]), &[]);
            let blocker = Blocker::IntervalNotBelowFrame { pair: PairIndex::new(0) };
            text("1D:1D", but(&wrong, |plan| plan.blockers.push(blocker)), wrong)
        }
        "refuses-combined" => {
            let wrong = answer(week_policy(), &[]);
            let right =
                |options| but(&wrong, |plan| plan.blockers.push(Blocker::Combined { options }));
            let case = case("7D:1D", &[]).with_option("keep-versions", "2");
            Trial::Answer(
                case,
                right(vec!["keep-versions", "retention-policy"]),
                right(vec!["keep-versions"]),
            )
        }
        "refuses-repeats" => {
            let wrong = but(&week_answer, |plan| plan.decisions[2].named = true);
            let blocker = Blocker::CountedTwice { version: VersionNumber::new(2) };
            let right = but(&wrong, |plan| plan.blockers.push(blocker));
            Trial::Answer(week_case.with_release(Release::V2_1), right, wrong)
        }
        "refuses-same-time" => {
            let (case, answer) = option("version", "1", &[(0, 'f'), (0, 'f')]);
            let wrong = but(&answer, |plan| {
                plan.decisions[1].named = true;
                plan.decisions[1].deleted = true;
            });
            let blocker = Blocker::SameTime { version: VersionNumber::new(1) };
            Trial::Answer(case, but(&wrong, |plan| plan.blockers.push(blocker)), wrong)
        }
        "one-frame" => of_week(but(&week_answer, |plan| plan.decisions[4].policy = OLDEST)),
        "reason-numbers" => {
            of_week(but(&week_answer, |plan| plan.decisions[1].policy = far(3, 27)))
        }
        "reason-claims" => of_week(but(&week_answer, |plan| plan.decisions[1].policy = OLDEST)),
        "reasons-justify" => of_week(wrong_week(&[4])),
        "reasons-of-other-options" => {
            let (case, answer) = option("keep-versions", "1", &[(0, 'f'), (1, 'f')]);
            let between = KeepVersionsReason::PartialBetweenFull;
            let right = by_number(&answer, &[1]);
            Trial::Answer(
                case,
                right.clone(),
                but(&right, |plan| plan.decisions[1].keep_versions = Some(between)),
            )
        }
        "order-of-input" | "equal-frame" | "shift" | "releases-decide-alike" | "full-removal" => {
            Trial::Relation(
                week_case.clone(),
                week_answer.clone(),
                week_answer.clone(),
                wrong_week(&[4]),
            )
        }
        "order-of-pairs" => {
            let case = case("1D:U,7D:1D", &[(0, 'f')]);
            let right = answer(pairs(&[(Some(24), 0), (Some(168), 24)]), &[NEWEST]);
            Trial::Relation(case, right.clone(), right.clone(), deleting(&right, &[0]))
        }
        "replan" => {
            let left = answer(week_policy(), &[NEWEST, far(2, 28), OLDEST]);
            Trial::Relation(
                week_case.clone(),
                week_answer.clone(),
                left.clone(),
                deleting(&left, &[1]),
            )
        }
        "older-backup" => {
            let verdicts = [NEWEST, far(3, 28), close(3, 16), OLDEST, outside(400), outside(472)];
            let right = answer(week_policy(), &verdicts);
            Trial::Relation(
                week_case.clone(),
                week_answer.clone(),
                right.clone(),
                deleting(&right, &[2, 4]),
            )
        }
        "split-keep-all" => {
            let keep = Verdict::KeepAll { pair: PairIndex::new(0) };
            let right = answer(pairs(&[(Some(168), 0)]), &[NEWEST, keep]);
            let case = case("7D:U", &[(0, 'f'), (1, 'f')]);
            Trial::Relation(case, right.clone(), right.clone(), deleting(&right, &[1]))
        }
        "never-back" => {
            let step = |ages: &[(i64, char)], gone: &[usize]| {
                let answer = answer(pairs(&[]), &vec![NONE; ages.len()]);
                let gone = |plan: &mut Decisions| {
                    gone.iter().for_each(|&v| plan.decisions[v].deleted = true)
                };
                (case("", ages), but(&answer, gone))
            };
            let first = step(&[(1, 'f'), (2, 'f')], &[1]);
            let right = vec![first.clone(), step(&[(0, 'f'), (1, 'f')], &[])];
            Trial::Timeline(right, vec![first, step(&[(0, 'f'), (1, 'f'), (2, 'f')], &[])])
        }
        "gap-bound" => {
            // Starts are 12 hours apart, so the bound is 36 hours less a second.
            let ages = [(0, 'f'), (12, 'f'), (24, 'f'), (36, 'f'), (48, 'f')];
            let step = |gone: &[usize]| {
                let all = answer(week_policy(), &[NEWEST; 5]);
                let gone = |plan: &mut Decisions| {
                    gone.iter().for_each(|&v| plan.decisions[v].deleted = true)
                };
                (case("7D:1D", &ages), but(&all, gone))
            };
            Trial::Timeline(vec![step(&[1, 3])], vec![step(&[1, 2])])
        }
        _ => panic!("{id} has no answers written by hand"),
    }
}

#[test]
fn every_invariant_accepts_a_right_answer_and_rejects_a_wrong_one() {
    let mut violations = String::new();
    for invariant in ALL {
        let (right, wrong) = match (trial(invariant.id), invariant.check) {
            (Trial::Answer(case, right, wrong), Check::Answer(check)) => {
                (check(&case, &right), check(&case, &wrong))
            }
            (Trial::Relation(case, first, right, wrong), Check::Metamorphic { related, check }) => {
                let second = related(&case, &first).expect(invariant.id);
                let checked = |answer| check((&case, &first), (&second, answer));
                (checked(&right), checked(&wrong))
            }
            (Trial::Timeline(right, wrong), Check::Timeline(check)) => {
                (check(&right), check(&wrong))
            }
            _ => panic!("{} is checked in another way", invariant.id),
        };
        assert_eq!(right, Ok(()), "{} rejects the right answer", invariant.id);
        let violation = wrong.expect_err(invariant.id);
        violations += &format!("{}: {violation}\n", invariant.id);
    }
    crate::snapshot("violations", &violations);
}

#[test]
fn every_invariant_has_a_name_of_its_own_and_a_sentence() {
    let mut names: Vec<&str> = ALL.iter().map(|invariant| invariant.id).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ALL.len());
    for invariant in ALL {
        let is_name = |letter: char| letter.is_ascii_lowercase() || letter == '-';
        assert!(invariant.id.chars().all(is_name), "{}", invariant.id);
        let sentence = invariant.statement;
        assert!(
            sentence.starts_with(|first: char| first.is_uppercase() || first == 'k'),
            "{sentence}"
        );
        assert!(sentence.ends_with('.') && !sentence.contains("  "), "{sentence}");
    }
}
