//! What a user would expect and Duplicati does not do: each with a named case that shows it.
//!
//! After a change that is meant: `UPDATE_FINDINGS=1 cargo test expectations`.

use std::fmt::Write;
use std::{env, fs};

use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::conformance::{replay, vector::Vector};
use duplicati_retention::history::Backup;
use duplicati_retention::invariants::{
    ALL, Answer, Case, Check, CheckResult, EXPECTATIONS, Invariant, NoPlan,
};
use duplicati_retention::sources::times::parse_time;
use duplicati_retention::testing::{CaseSeed, Implementation, Reference, Size, check, shrink};
use serde_json::{Value, json};

/// The step of the cases that do not need another one.
const NOW: &str = "2026-11-23T10:00:00Z";

/// A case that breaks an expectation: its policy, zone, present and backups, `p` behind a time for
/// a partial one.
type Named = (&'static str, &'static str, &'static str, &'static [&'static str]);

fn named(id: &str) -> Named {
    match id {
        // Berlin's clock goes back at 01:00Z: 00:40Z is 02:40 by local time, and 01:10Z is
        // 02:10.
        "true-newest-survives" => (
            "1h:U",
            "Europe/Berlin",
            "2026-10-25T02:30:00Z",
            &["2026-10-25T01:10:00Z", "2026-10-25T00:40:00Z"],
        ),
        "latest-real-survives" => {
            ("7D:1D", "UTC", NOW, &["2027-11-23T09:00:00Z", "2026-11-15T09:00:00Z"])
        }
        "full-backup-survives" => {
            ("7D:1D", "UTC", NOW, &["2026-11-23T09:00:00Zp", "2026-11-15T09:00:00Z"])
        }
        "last-version-survives" => ("7D:1D", "UTC", NOW, &["2026-11-15T09:00:00Z"]),
        "accepted-never-fails" => ("5000Y:1Y", "UTC", NOW, &["2026-11-23T09:00:00Z"]),
        "decided-can-be-done" => {
            ("7D:1D", "UTC", NOW, &["2026-11-15T09:00:00Z", "2026-11-15T09:00:00Z"])
        }
        "zone-does-not-matter" => (
            "7D:1D",
            "Europe/Berlin",
            "2026-10-25T10:00:00Z",
            &["2026-10-25T09:00:00Z", "2026-10-18T09:30:00Z"],
        ),
        "jitter-loses-no-day" => (
            "7D:1D",
            "UTC",
            NOW,
            &["2026-11-23T02:00:00Z", "2026-11-22T02:00:00Z", "2026-11-21T02:00:02Z"],
        ),
        "longer-frame-keeps-more" => (
            "7D:2D",
            "UTC",
            NOW,
            &["2026-11-23T09:00:00Z", "2026-11-16T22:00:00Z", "2026-11-15T22:00:00Z"],
        ),
        "shorter-interval-keeps-more" => (
            "7D:3h",
            "UTC",
            NOW,
            &[
                "2026-11-23T09:00:00Z",
                "2026-11-22T13:00:00Z",
                "2026-11-22T12:00:00Z",
                "2026-11-22T10:00:00Z",
            ],
        ),
        "one-more-costs-none" => {
            ("7D:1D", "UTC", NOW, &["2026-11-23T09:00:00Z", "2026-11-21T09:00:00Z"])
        }
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

/// The case of an expectation as a release is asked; none for the one that needs a timeline of
/// time.
fn case(expectation: &Invariant, release: Release) -> Option<Case> {
    if matches!(expectation.check, Check::Timeline(_)) {
        return None;
    }
    let (policy, zone, now, backups) = named(expectation.id);
    let backup = |text: &&str| Backup {
        partial: text.ends_with('p'),
        ..Backup::full(time(text.trim_end_matches('p')))
    };
    let mut options = vec![("retention-policy", policy.to_owned())];
    if expectation.id == "last-version-survives" {
        options.push(("allow-full-removal", "true".to_owned()));
    }
    let zone: Zone = zone.parse().unwrap();
    Some(Case::new(release, options, backups.iter().map(backup).collect(), zone, time(now)))
}

fn time(text: &str) -> Utc {
    parse_time(text).unwrap()
}

/// Backups a second less than a day apart for three weeks: the first frame keeps every second one,
/// and of those the second frame keeps every second one, since they are four seconds too close.
fn timeline(release: Release) -> Vec<(Case, Answer)> {
    let starts: Vec<i64> = (0..21).map(|day| day * 86_399).collect();
    crate::forecast::gap_bound::run(&Reference, release, "7D:1D,4W:2D", &starts)
}

/// What an expectation says of the reference's answers to its named case.
fn check_named(expectation: &Invariant, release: Release) -> CheckResult {
    match (expectation.check, case(expectation, release)) {
        (Check::Timeline(check), _) => check(&timeline(release)),
        (_, Some(case)) => check(&Reference, &case, expectation),
        _ => panic!("{} has no case", expectation.id),
    }
}

/// The releases in which the named case breaks the expectation.
fn broken_in(expectation: &Invariant) -> Vec<Release> {
    Release::ALL.into_iter().filter(|&release| check_named(expectation, release).is_err()).collect()
}

#[test]
fn no_expectation_is_kept() {
    for expectation in EXPECTATIONS {
        assert!(
            !broken_in(expectation).is_empty(),
            "{}: the reference keeps it now; is the reference right?",
            expectation.id
        );
    }
}

#[test]
fn the_page_of_findings_has_each_expectation_and_names_the_releases() {
    let page = include_str!("../../docs/findings.md");
    for expectation in EXPECTATIONS {
        let section = page
            .split("\n## ")
            .find(|section| section.contains(&format!("Case: `{}`", expectation.id)));
        let section =
            section.unwrap_or_else(|| panic!("{} is not in docs/findings.md", expectation.id));
        let releases =
            broken_in(expectation).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        assert!(
            section.contains(&format!("In: {releases}.")),
            "{}: In: {releases}.",
            expectation.id
        );
        assert!(section.contains("**What to do.**"), "{}", expectation.id);
    }
    assert_eq!(page.matches("Case: `").count(), EXPECTATIONS.len(), "a finding without a test");
}

#[test]
fn no_smaller_counterexample_is_known() {
    for expectation in
        EXPECTATIONS.iter().filter(|expectation| !matches!(expectation.check, Check::Timeline(_)))
    {
        let case = case(expectation, Release::V2_3_0).unwrap();
        let size = Size { backups: case.versions().len(), pairs: 1 };
        let cases = (0..6_000).map(|number| CaseSeed::random(9, number).case());
        let fails = |case: &Case| check(&Reference, case, expectation).is_err();
        for case in cases.filter(fails).take(3) {
            let small = shrink(&case, fails);
            // An option instead of a pair is not smaller.
            let found = Size::of(&small);
            assert!(found.backups >= size.backups, "{} is broken by less: {small}", expectation.id);
        }
    }
}

/// What a release answers, as a vector has it.
fn answer_json(answer: &Answer) -> Value {
    match answer.deletes.as_ref().expect("it is given") {
        Err(NoPlan::Options) => json!({"error": "parse"}),
        Err(_) => json!({"error": "plan"}),
        Ok(deletes) => {
            json!({"retention_policy_deletes": answer.policy_deletes, "deletes": deletes})
        }
    }
}

/// The named case as a line of a vector file.
fn line(expectation: &Invariant) -> Option<String> {
    let mut line: Value =
        serde_json::from_str(&case(expectation, Release::V2_3_0)?.to_string()).unwrap();
    let fields = line.as_object_mut().unwrap();
    fields.remove("release");
    fields.insert("id".into(), expectation.id.into());
    let expect = |release: Release| {
        let answer = Reference.answer(&case(expectation, release)?);
        Some((release.to_string(), answer_json(&answer)))
    };
    fields.insert("expect".into(), Release::ALL.into_iter().filter_map(expect).collect());
    Some(line.to_string())
}

#[test]
fn the_cases_can_be_replayed_from_a_file() {
    let path = crate::support::root().join("samples/findings.jsonl");
    let lines: Vec<String> = EXPECTATIONS.iter().filter_map(line).collect();
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
    for expectation in EXPECTATIONS {
        let releases = broken_in(expectation);
        let violation = check_named(expectation, releases[0]).unwrap_err();
        let case =
            case(expectation, releases[0]).map_or("a timeline".to_owned(), |case| case.to_string());
        writeln!(
            text,
            "{}: {}\n  not so in {releases:?}: {violation}\n  {case}",
            expectation.id, expectation.statement
        )
        .unwrap();
    }
    crate::snapshot("findings", &text);
}

#[test]
fn no_expectation_bears_the_name_of_an_invariant() {
    assert!(
        EXPECTATIONS
            .iter()
            .all(|expectation| ALL.iter().all(|invariant| invariant.id != expectation.id))
    );
}
