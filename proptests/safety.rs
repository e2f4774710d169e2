//! What a person would want and Duplicati does not give: each with a named case that shows it.
//!
//! After a change that is meant: `UPDATE_FINDINGS=1 cargo test safety`.

use std::fmt::Write;
use std::{env, fs};

use duplicati_retention::Release;
use duplicati_retention::conformance::{
    Mirror, Recipe, Size, Subject, judge, replay, shrink, vector::Vector,
};
use duplicati_retention::dotnet::DateTime;
use duplicati_retention::history::{Backup, Zone, times::parse_time};
use duplicati_retention::invariants::{ALL, Answer, Case, Check, Invariant, Judgement, NoPlan, WISHES};
use serde_json::{Value, json};

/// The moment of the cases that do not need another one.
const NOW: &str = "2026-11-23T10:00:00Z";

/// A case that breaks a wish: its policy, zone, present and backups, `p` behind a time for a partial one.
type Named = (&'static str, &'static str, &'static str, &'static [&'static str]);

fn named(id: &str) -> Named {
    match id {
        // Berlin's clock goes back at 01:00Z: 00:40Z is 02:40 on the wall, and 01:10Z is 02:10.
        "true-newest-survives" => (
            "1h:U",
            "Europe/Berlin",
            "2026-10-25T02:30:00Z",
            &["2026-10-25T01:10:00Z", "2026-10-25T00:40:00Z"],
        ),
        "latest-real-survives" => ("7D:1D", "UTC", NOW, &["2027-11-23T09:00:00Z", "2026-11-15T09:00:00Z"]),
        "full-backup-survives" => ("7D:1D", "UTC", NOW, &["2026-11-23T09:00:00Zp", "2026-11-15T09:00:00Z"]),
        "last-version-survives" => ("7D:1D", "UTC", NOW, &["2026-11-15T09:00:00Z"]),
        "accepted-never-fails" => ("5000Y:1Y", "UTC", NOW, &["2026-11-23T09:00:00Z"]),
        "decided-can-be-done" => ("7D:1D", "UTC", NOW, &["2026-11-15T09:00:00Z", "2026-11-15T09:00:00Z"]),
        "zone-does-not-matter" => (
            "7D:1D",
            "Europe/Berlin",
            "2026-10-25T10:00:00Z",
            &["2026-10-25T09:00:00Z", "2026-10-18T09:30:00Z"],
        ),
        "jitter-loses-no-day" => {
            ("7D:1D", "UTC", NOW, &["2026-11-23T02:00:00Z", "2026-11-22T02:00:00Z", "2026-11-21T02:00:02Z"])
        }
        "longer-frame-keeps-more" => {
            ("7D:2D", "UTC", NOW, &["2026-11-23T09:00:00Z", "2026-11-16T22:00:00Z", "2026-11-15T22:00:00Z"])
        }
        "shorter-interval-keeps-more" => (
            "7D:3h",
            "UTC",
            NOW,
            &["2026-11-23T09:00:00Z", "2026-11-22T13:00:00Z", "2026-11-22T12:00:00Z", "2026-11-22T10:00:00Z"],
        ),
        "one-more-costs-none" => ("7D:1D", "UTC", NOW, &["2026-11-23T09:00:00Z", "2026-11-21T09:00:00Z"]),
        "later-release-keeps-as-much" => {
            ("1M:1D", "UTC", NOW, &["2026-11-23T09:00:00Z", "2026-10-23T22:00:00Z"])
        }
        "twelve-months-are-a-year" => ("12M:1D", "UTC", NOW, &[]),
        "number-is-not-wrapped" => ("143165577M:1D", "UTC", NOW, &[]),
        "web-page-then-server" => ("99999999999D:1D", "UTC", NOW, &[]),
        "server-then-web-page" => ("1D12h:1h", "UTC", NOW, &[]),
        "accepted-runs" => ("1D:1D", "UTC", NOW, &[]),
        _ => panic!("{id} has no case"),
    }
}

/// The case of a wish as a release is asked; none for the one that needs a course of time.
fn case(wish: &Invariant, release: Release) -> Option<Case> {
    if matches!(wish.check, Check::Course(_)) {
        return None;
    }
    let (policy, zone, now, backups) = named(wish.id);
    let backup = |text: &&str| Backup {
        partial: text.ends_with('p'),
        ..Backup::full(time(text.trim_end_matches('p')))
    };
    let mut options = vec![("retention-policy", policy.to_owned())];
    if wish.id == "last-version-survives" {
        options.push(("allow-full-removal", "true".to_owned()));
    }
    let zone: Zone = zone.parse().unwrap();
    Some(Case::new(release, options, backups.iter().map(backup).collect(), zone, time(now)))
}

fn time(text: &str) -> DateTime {
    parse_time(text).unwrap()
}

/// Backups a second less than a day apart for three weeks: the first frame keeps every second one, and of those the second
/// frame keeps every second one, since they are four seconds too close.
fn course(release: Release) -> Vec<(Case, Answer)> {
    let starts: Vec<i64> = (0..21).map(|day| day * 86_399).collect();
    crate::gap_bound::run(&Mirror, release, "7D:1D,4W:2D", &starts)
}

/// What a wish says of the mirror's answers to its named case.
fn judge_named(wish: &Invariant, release: Release) -> Judgement {
    let asked = case(wish, release).map(|case| (Mirror.answer(&case), case));
    match (wish.check, asked) {
        (Check::Answer(check), Some((answer, case))) => check(&case, &answer),
        (Check::Relation { related, check }, Some((answer, case))) => match related(&case, &answer) {
            Some(second) => check((&case, &answer), (&second, &Mirror.answer(&second))),
            None => Ok(()),
        },
        (Check::Course(check), _) => check(&course(release)),
        _ => panic!("{} has no case", wish.id),
    }
}

/// The releases in which the named case breaks the wish.
fn broken_in(wish: &Invariant) -> Vec<Release> {
    Release::ALL.into_iter().filter(|&release| judge_named(wish, release).is_err()).collect()
}

#[test]
fn no_wish_is_kept() {
    for wish in WISHES {
        assert!(!broken_in(wish).is_empty(), "{}: the mirror keeps it now; is the mirror right?", wish.id);
    }
}

#[test]
fn the_page_of_findings_has_each_wish_and_names_the_releases() {
    let page = include_str!("../docs/findings.md");
    for wish in WISHES {
        let section = page.split("\n## ").find(|section| section.contains(&format!("Case: `{}`", wish.id)));
        let section = section.unwrap_or_else(|| panic!("{} is not in docs/findings.md", wish.id));
        let releases = broken_in(wish).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        assert!(section.contains(&format!("In: {releases}.")), "{}: In: {releases}.", wish.id);
        assert!(section.contains("**What to do.**"), "{}", wish.id);
    }
    assert_eq!(page.matches("Case: `").count(), WISHES.len(), "a finding without a test");
}

#[test]
fn no_smaller_counterexample_is_known() {
    for wish in WISHES.iter().filter(|wish| !matches!(wish.check, Check::Course(_))) {
        let case = case(wish, Release::V2_3_0).unwrap();
        let size = Size { backups: case.versions().len(), pairs: 1 };
        let broken = (0..6_000)
            .map(|number| Recipe::random(9, number))
            .filter(|recipe| judge(&Mirror, recipe, wish).is_err());
        for recipe in broken.take(3) {
            let small = shrink(&recipe, |recipe| judge(&Mirror, recipe, wish).is_err());
            let found = Size::of(&small);
            // An option instead of a pair is no smaller.
            assert!(
                found.backups >= size.backups,
                "{} is broken by less: {small:?}\n{}",
                wish.id,
                small.case()
            );
        }
    }
}

/// What a release answers, as a vector has it.
fn expectation(answer: &Answer) -> Value {
    match &answer.plan {
        Err(NoPlan::Options) => json!({"error": "parse"}),
        Err(_) => json!({"error": "plan"}),
        Ok(plan) => {
            let deletes: Vec<usize> =
                (0..plan.decisions.len()).filter(|&version| plan.decisions[version].deleted).collect();
            json!({"retention_policy_deletes": plan.policy_deletes, "deletes": deletes})
        }
    }
}

/// The named case as a line of a vector file.
fn line(wish: &Invariant) -> Option<String> {
    let mut line: Value = serde_json::from_str(&case(wish, Release::V2_3_0)?.to_string()).unwrap();
    let fields = line.as_object_mut().unwrap();
    fields.remove("release");
    fields.insert("id".into(), wish.id.into());
    let expect = |release: Release| {
        let answer = Mirror.answer(&case(wish, release)?);
        Some((release.to_string(), expectation(&answer)))
    };
    fields.insert("expect".into(), Release::ALL.into_iter().filter_map(expect).collect());
    Some(line.to_string())
}

#[test]
fn the_cases_can_be_replayed_from_a_file() {
    let path = crate::support::root().join("samples/findings.jsonl");
    let lines: Vec<String> = WISHES.iter().filter_map(line).collect();
    let text = lines.join("\n") + "\n";
    if env::var_os("UPDATE_FINDINGS").is_some() {
        fs::write(&path, &text).expect("the file is written");
    }
    assert!(
        fs::read_to_string(&path).is_ok_and(|file| file == text),
        "samples/findings.jsonl is not up to date"
    );
    for line in text.lines() {
        assert_eq!(replay::check(&Vector::parse(line).unwrap()), [], "{line}");
    }
}

#[test]
fn the_findings_are_as_recorded() {
    let mut text = String::new();
    for wish in WISHES {
        let releases = broken_in(wish);
        let violation = judge_named(wish, releases[0]).unwrap_err();
        let case = case(wish, releases[0]).map_or("a course of time".to_owned(), |case| case.to_string());
        writeln!(text, "{}: {}\n  not so in {releases:?}: {violation}\n  {case}", wish.id, wish.statement)
            .unwrap();
    }
    crate::snapshot("findings", &text);
}

#[test]
fn no_wish_bears_the_name_of_an_invariant() {
    assert!(WISHES.iter().all(|wish| ALL.iter().all(|invariant| invariant.id != wish.id)));
}
