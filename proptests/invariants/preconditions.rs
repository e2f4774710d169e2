//! Answers that look wrong and are not, because a condition of the invariant does not hold; what a
//! reason may claim, and what a relation asks.

use duplicati_retention::Release;
use duplicati_retention::clock::Utc;
use duplicati_retention::clock::Zone;
use duplicati_retention::dotnet::TimeSpan;
use duplicati_retention::history::{Backup, VersionNumber};
use duplicati_retention::invariants::{
    ALL, Answer, Case, Check, CheckResult, EXPECTATIONS, NoPlan,
};
use duplicati_retention::policy::PairIndex;
use duplicati_retention::retention::{Decisions, Verdict};

use super::examples::{
    NEWEST, NONE, OLDEST, ago, answer, but, case, far, hours, option, pairs, undecided, week,
};

fn check(id: &str) -> Check {
    ALL.iter().find(|invariant| invariant.id == id).expect(id).check
}

fn over_time(id: &str, steps: &[(Case, Answer)]) -> CheckResult {
    let Check::Timeline(check) = check(id) else { panic!("{id} is not checked over time") };
    check(steps)
}

pub fn of_answer(id: &str, case: &Case, answer: &Answer) -> CheckResult {
    let Check::Answer(check) = check(id) else { panic!("{id} is not checked by one answer") };
    check(case, answer)
}

/// Half a day between the starts, and two neighbours deleted: too wide a gap, if it is a steady
/// timeline.
fn wide_gap(kinds: [char; 5]) -> (Case, Answer) {
    let backups: Vec<(i64, char)> =
        (0..5).map(|place| (place * 12, kinds[place as usize])).collect();
    let policy = pairs(&[(Some(168), 24)]);
    let gone = |plan: &mut Decisions| [1, 2].iter().for_each(|&v| plan.decisions[v].deleted = true);
    (case("7D:1D", &backups), but(&answer(policy, &[NEWEST; 5]), gone))
}

#[test]
fn the_gap_bound_is_for_steady_timelines_only() {
    let (case, answer) = wide_gap(['f'; 5]);
    let moved = |backups: Vec<Backup>, now: Utc| case.with_backups(backups, now);
    let mut in_the_future = case.backups().to_vec();
    in_the_future[0] = Backup::full(ago(-1));
    let mut of_one_time = case.backups().to_vec();
    of_one_time.insert(1, of_one_time[0]);
    let keeps_all = super::examples::answer(pairs(&[(Some(168), 24)]), &[NEWEST; 6]);
    let berlin: Zone = "Europe/Berlin".parse().unwrap();
    // 2026-10-25 10:00Z, nine hours after the change.
    let autumn = Utc::from_unix_seconds(1_792_922_400).unwrap();
    let across =
        (0..5).map(|place| Backup::full(autumn.add_units(-12 * place, 36_000_000_000).unwrap()));
    let across =
        Case::new(Release::V2_3_0, case.options().to_vec(), across.collect(), berlin, autumn);
    let earlier = moved(case.backups()[1..].to_vec(), ago(12));
    let failed = undecided(&answer, NoPlan::Fails);
    let found = |steps: &[(Case, Answer)]| over_time("gap-bound", steps).is_err();
    let first = (case.clone(), answer.clone());
    assert!(found(std::slice::from_ref(&first)));
    assert!(found(&[first.clone(), first.clone()]));
    // Both steps have the same versions, because a version that is lost is no gap of the policy.
    for (why, step) in [
        ("a partial backup", wide_gap(['f', 'f', 'f', 'p', 'f'])),
        ("a backup of the future", (moved(in_the_future.clone(), ago(0)), answer.clone())),
    ] {
        assert!(found(&[step.clone(), step]), "{why} changes nothing");
    }
    assert!(found(&[first.clone(), (case.clone(), failed)]), "no plan changes nothing");
    let of_one_time = (moved(of_one_time, ago(0)), keeps_all);
    assert!(found(&[first.clone(), of_one_time]), "two of one time change nothing");
    let without_one = (moved(in_the_future, ago(0)), answer.clone());
    assert!(!found(&[first.clone(), without_one]), "a version is lost");
    let around = |time: Utc, zone: &str, minutes: [i64; 5]| {
        let moved = |minutes| time.add_units(minutes, 600_000_000).unwrap();
        let backups = minutes.map(|minutes| Backup::full(moved(minutes))).to_vec();
        let (options, now) = (case.options().to_vec(), backups[0].time);
        Case::new(Release::V2_3_0, options, backups, zone.parse().unwrap(), now)
    };
    // 2026-10-25 01:30Z, which a machine in Dublin records as 00:30Z.
    let repeated = Utc::from_unix_seconds(1_792_891_800).unwrap();
    let of_a_tick = Utc::from_ticks(ago(24).ticks() + 1).unwrap();
    let (half_days, night) = ([1440, 720, 0, -720, -1440], [2140, 1420, 700, -20, -50]);
    assert!(found(&[(around(repeated, "UTC", half_days), answer.clone())]));
    assert!(found(&[(around(repeated, "UTC", night), answer.clone())]));
    for (why, case) in [
        ("a start recorded at another time", around(repeated, "Europe/Dublin", half_days)),
        ("a start between two seconds", around(of_a_tick, "UTC", half_days)),
        ("a clock set back between two starts", around(repeated, "Europe/Berlin", night)),
    ] {
        assert!(!found(&[(case, answer.clone())]), "{why}");
    }
    for (why, second) in [
        ("a lock", wide_gap(['f', 'f', 'f', 'l', 'f'])),
        ("another option", (case.with_option("keep-versions", "9"), answer.clone())),
        ("a clock change that repeats a start", (across, answer.clone())),
        ("another policy", (case.with_option("retention-policy", "7D:2D"), answer.clone())),
        ("a clock that was set back", (earlier, answer.clone())),
    ] {
        assert!(!found(&[first.clone(), second]), "{why}");
    }
}

#[test]
fn one_of_two_versions_of_one_time_may_seem_to_come_back() {
    let none = answer(pairs(&[]), &[NONE, NONE]);
    let both = case("", &[(1, 'f'), (1, 'p')]);
    let second = but(&none, |plan| plan.decisions[1].deleted = true);
    let steps = |case: &Case| [(case.clone(), second.clone()), (case.clone(), none.clone())];
    assert_eq!(over_time("never-back", &steps(&both)), Ok(()));
    assert!(over_time("never-back", &steps(&case("", &[(1, 'f'), (2, 'p')]))).is_err());
}

#[test]
fn a_frame_may_reach_back_to_the_beginning_of_the_year_1() {
    let second_day = Utc::MIN.add_units(24, 36_000_000_000).unwrap();
    let case = case("1D:U", &[]).with_backups(vec![Backup::full(second_day)], second_day);
    let right = answer(pairs(&[(Some(24), 0)]), &[NEWEST]);
    assert_eq!(of_answer("fails-before-year-one", &case, &right), Ok(()));
}

#[test]
fn a_reason_that_names_no_version_is_a_violation() {
    let (case, answer) = week();
    let wrong = but(&answer, |plan| plan.decisions[1].policy = far(5, 28));
    assert!(of_answer("reason-numbers", &case, &wrong).is_err());
    assert!(of_answer("reason-claims", &case, &wrong).is_err());
}

/// Cases with their right answers: gaps of all kinds, partial backups, the newest outside, frames
/// that keep all, no policy, a lock.
fn worlds() -> [(Case, Answer); 8] {
    let days = || pairs(&[(Some(168), 24)]);
    let partials = case("7D:1D", &[(0, 'f'), (10, 'f'), (30, 'p'), (40, 'f'), (50, 'p')]);
    let of_partials = [
        NEWEST,
        far(3, 30),
        Verdict::Partial {
            pair: PairIndex::new(0),
            after: VersionNumber::new(3),
            distance: hours(10),
        },
        Verdict::NoFullBefore { pair: PairIndex::new(0) },
        OLDEST,
    ];
    let outside = case("7D:1D", &[(400, 'f')]).with_option("allow-full-removal", "true");
    let keep = Verdict::KeepAll { pair: PairIndex::new(0) };
    let two_pairs = pairs(&[(Some(168), 0), (Some(4 * 168), 24)]);
    let far_later = Verdict::OldestInFrame { pair: PairIndex::new(1) };
    [
        week(),
        (partials, answer(days(), &of_partials)),
        (outside, answer(days(), &[Verdict::NewestOutsideEveryFrame { age: hours(400) }])),
        (case("7D:U", &[(0, 'f'), (1, 'f')]), answer(pairs(&[(Some(168), 0)]), &[NEWEST, keep])),
        (
            case("7D:U,4W:1D", &[(0, 'f'), (1, 'f'), (200, 'f')]),
            answer(two_pairs, &[NEWEST, keep, far_later]),
        ),
        option("keep-versions", "2", &[(0, 'f'), (1, 'f')]),
        (
            case("7D:1D,4W:U", &[(0, 'f')]),
            answer(pairs(&[(Some(168), 24), (Some(4 * 168), 0)]), &[NEWEST]),
        ),
        (case("7D:1D", &[(0, 'f'), (9, 'l')]), answer(days(), &[NEWEST, OLDEST])),
    ]
}

/// Of all that a reason can claim of a version, what passes: what is so, whether or not it
/// justifies what is done.
#[test]
fn claims_that_are_so_pass() {
    let mut text = String::new();
    for (case, right) in worlds() {
        text += &format!("{case}\n");
        let verdicts: Vec<Verdict> = right.decisions.iter().flatten().map(|d| d.policy).collect();
        for (version, &verdict) in verdicts.iter().enumerate() {
            let (after, distance) = match verdict {
                Verdict::FarEnough { after, distance, .. }
                | Verdict::TooClose { after, distance, .. }
                | Verdict::Partial { after, distance, .. } => (after, distance),
                _ => (VersionNumber::new(verdicts.len() - 1), TimeSpan::ZERO),
            };
            let pair = verdict.pair().unwrap_or_default();
            let age = case.local_now().since(case.local_time(version));
            let claims = [
                NEWEST,
                NONE,
                Verdict::OldestInFrame { pair },
                Verdict::KeepAll { pair },
                Verdict::NoFullBefore { pair },
                Verdict::FarEnough { pair, after, distance },
                Verdict::TooClose { pair, after, distance },
                Verdict::Partial { pair, after, distance },
                Verdict::OutsideEveryFrame { age },
                Verdict::NewestOutsideEveryFrame { age },
            ];
            let passes = |&&claim: &&Verdict| {
                let says = but(&right, |plan| plan.decisions[version].policy = claim);
                of_answer("reason-claims", &case, &says).is_ok()
            };
            let pass: Vec<&Verdict> = claims.iter().filter(passes).collect();
            assert!(pass.contains(&&verdict), "version {version} of {case}: {verdict:?}");
            text += &format!("  {version}: {pass:?}\n");
        }
    }
    crate::snapshot("claims", &text);
}

/// What differs between a case and the one that is asked besides it: backups by their ages in
/// hours.
fn difference(case: &Case, related: &Case) -> String {
    let mut parts = Vec::new();
    if related.release() != case.release() {
        parts.push(related.release().to_string());
    }
    if related.now() != case.now() {
        parts.push(format!("now {}", related.now()));
    }
    if related.history().zone() != case.history().zone() {
        parts.push(related.history().zone().name().to_owned());
    }
    let new = related.options().iter().filter(|(name, text)| case.option(name) != Some(text));
    parts.extend(new.map(|(name, text)| format!("{name} {text:?}")));
    if related.backups() != case.backups() {
        let age = |backup: &Backup| {
            let hours = |time| related.now().since(time).whole_seconds() as f64 / 3600.0;
            let lock = backup.locked_until.map(|until| format!("l{:.2}", hours(until)));
            let kind = if backup.partial { "p" } else { "" };
            format!("{:.2}{kind}{}", hours(backup.time), lock.unwrap_or_default())
        };
        parts.push(related.backups().iter().map(age).collect::<Vec<_>>().join(" "));
    }
    if parts.is_empty() { "the same".into() } else { parts.join(", ") }
}

/// What each relation asks besides a case, or that it asks nothing.
#[test]
fn related_cases_are_as_recorded() {
    let mut text = String::new();
    for (case, _) in worlds() {
        text += &format!("{case}\n");
    }
    for invariant in ALL.iter().chain(EXPECTATIONS) {
        let Check::Metamorphic { related, .. } = invariant.check else { continue };
        let of_world = |(case, answer): (Case, Answer)| {
            related(&case, &answer).map_or("-".into(), |related| difference(&case, &related))
        };
        let cells: Vec<String> = worlds().map(of_world).to_vec();
        text += &format!("{}: {}\n", invariant.id, cells.join(" | "));
    }
    crate::snapshot("metamorphic", &text);
}

/// Months and years, large numbers, what goes below zero and second colons are where releases
/// differ.
#[test]
fn releases_are_compared_where_they_agree() {
    let Check::Metamorphic { related, .. } = check("releases-agree") else {
        panic!("it is a relation")
    };
    let asked = |release: Release, text: &str| {
        let case = case(text, &[]).with_release(release);
        related(&case, &answer(pairs(&[]), &[])).is_some()
    };
    let asked_in = |text| {
        [Release::V2_1, Release::V2_2, Release::V2_3_0, Release::V2_3_1]
            .map(|release| asked(release, text))
    };
    assert_eq!(asked_in("99999D:12345s"), [true, true, true, false]);
    assert_eq!(asked_in("100000D:1D"), [false, false, true, false]);
    assert_eq!(asked_in("1D:100000s"), [false, false, true, false]);
    assert_eq!(asked_in("1M:1D"), [false, true, true, false]);
    assert_eq!(asked_in("1Y:1D"), [false, true, true, false]);
    assert_eq!(asked_in("2D-1D:1h"), [false, true, true, false]);
    assert_eq!(asked_in("2D:1D:1D"), [true, true, false, false]);
}
