//! What runs the cases: evaluating, shrinking, counting, and the differences of a replay.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Mutex;

use arbitrary::{Arbitrary, Unstructured};
use duplicati_retention::Release;
use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::conformance::replay;
use duplicati_retention::conformance::vector::Vector;
use duplicati_retention::history::{Backup, VersionNumber};
use duplicati_retention::invariants::{ALL, Answer, AnswerPart, Case, Check, NoPlan};
use duplicati_retention::testing::mutants::{Mutant, Mutation};
use duplicati_retention::testing::{
    BackupSeed, CaseSeed, Engine, Evaluation, Implementation, PairSeed, Reference, Size, StartSeed,
    check, shrink, verify,
};

use super::mutant_results;

/// A case of a line of JSON.
fn case(line: &str) -> Case {
    line.parse().unwrap()
}

const BIG: &str = r#"{"release":"2.1","time_zone":"Europe/Berlin","now":"2026-11-23T10:20:30.5Z","options":{"retention-policy":"7D:1D,4W:1W,U:1M","keep-time":"1Y","version":"2"},"backups":[{"time":"2026-11-23T09:08:07Z","partial":true},{"time":"2026-11-22T09:08:07Z"},{"time":"2026-11-21T09:08:07Z","locked_until":"2027-01-01T00:00:00Z"},{"time":"2026-11-20T09:08:07Z"}]}"#;

#[test]
fn shrinking_removes_and_makes_plain_whatever_is_not_needed() {
    let nothing = shrink(&case(BIG), |_| true);
    let plain = r#"{"id":"case","release":"2.3.0","time_zone":"UTC","now":"2026-11-23T00:00:00Z","options":{},"backups":[]}"#;
    assert_eq!(nothing.to_string(), plain);
    // One entry, an option, and a partial backup and a locked one, at their hours.
    let needs = |case: &Case| {
        case.policy_text().contains("4W:1W")
            && case.option("version").is_some()
            && case.versions().iter().any(|backup| backup.partial)
            && case.versions().iter().any(|backup| backup.locked_until.is_some())
            && case.versions().iter().all(|backup| backup.time.to_string().contains(" 09:"))
    };
    let small = r#"{"id":"case","release":"2.3.0","time_zone":"UTC","now":"2026-11-23T00:00:00Z","options":{"retention-policy":"4W:1W","version":"0"},"backups":[{"time":"2026-11-23T09:00:00Z","partial":true},{"time":"2026-11-21T09:00:00Z","locked_until":"2027-01-01T00:00:00Z"}]}"#;
    assert_eq!(shrink(&case(BIG), needs).to_string(), small);
    // What is needed stays: the release, the zone and the very tick.
    let needs = |case: &Case| {
        case.release() == Release::V2_1
            && case.history().zone() != Zone::UTC
            && case.now().to_string().ends_with(".5")
    };
    let small = r#"{"id":"case","release":"2.1","time_zone":"Europe/Berlin","now":"2026-11-23T10:20:30.5Z","options":{},"backups":[]}"#;
    assert_eq!(shrink(&case(BIG), needs).to_string(), small);
}

#[test]
fn a_text_is_shortened_by_letters_only_without_backups() {
    let text = |case: &Case| case.policy_text().to_owned();
    let has_weeks = |case: &Case| case.policy_text().contains('W');
    assert_eq!(text(&shrink(&case(BIG), has_weeks)), "W");
    let with_backup = |case: &Case| has_weeks(case) && !case.versions().is_empty();
    assert_eq!(text(&shrink(&case(BIG), with_backup)), "4W:1W");
    let long = "7D:1D ".to_owned() + &" ".repeat(60);
    let long = case(BIG).with_option("retention-policy", &long);
    assert_eq!(text(&shrink(&long, |case| case.policy_text().len() > 3)).len(), 66);
    let longest = case(BIG).with_option("retention-policy", &format!("{:60}", "7D:1D"));
    assert_eq!(text(&shrink(&longest, |case| case.policy_text().len() > 3)).len(), 4);
}

#[test]
fn a_size_counts_the_entries_that_are_not_empty() {
    let size = Size::of(&case(BIG).with_option("retention-policy", ",7D:1D,,4W:1W,"));
    assert_eq!(size, Size { backups: 4, pairs: 2 });
    let checks = ["spacing", "gap-bound"]
        .map(|id| ALL.iter().find(|invariant| invariant.id == id).unwrap().check);
    let small = |backups, pairs| checks.map(|check| Size { backups, pairs }.is_small(&check));
    assert_eq!([small(4, 3), small(5, 3)], [[true, true], [false, true]]);
    assert_eq!([small(6, 3), small(4, 4)], [[false, false], [false, false]]);
}

#[test]
fn any_bytes_are_a_seed_and_no_bytes_the_plainest() {
    let seed = |bytes: &[u8]| CaseSeed::arbitrary(&mut Unstructured::new(bytes)).unwrap();
    assert_eq!(seed(&[]), CaseSeed::default());
    assert_eq!(seed(&[0; 9]), CaseSeed::default());
    let full = seed(&[0xff; 600]);
    assert!(full.pairs.len() + full.pieces.len() > 6 && full.release != Release::default());
    // A case has no more than a person can read, and a timeline no more than is quickly asked.
    let many = CaseSeed {
        pairs: vec![PairSeed::default(); 9],
        backups: vec![BackupSeed::default(); 90],
        starts: vec![StartSeed::default(); 90],
        ..CaseSeed::default()
    };
    assert_eq!(Size::of(&many.case()), Size { backups: 40, pairs: 6 });
    assert_eq!(Size::of(&many.timeline()), Size { backups: 30, pairs: 6 });
}

/// Deletes the oldest version and says nothing else.
struct DeletesOldest;

impl Implementation for DeletesOldest {
    fn name(&self) -> String {
        "deletes the oldest".into()
    }

    fn answer(&self, case: &Case) -> Answer {
        let oldest = case.versions().len().checked_sub(1).map(VersionNumber::new);
        Answer { deletes: Some(Ok(oldest.into_iter().collect())), ..Answer::default() }
    }
}

#[test]
fn an_invariant_is_asked_exactly_if_the_answer_has_what_it_needs() {
    let evaluation = Evaluation::new(&DeletesOldest, case(BIG));
    for invariant in ALL {
        let can_be_asked = invariant.needs.iter().all(|&part| part == AnswerPart::Deletes);
        let is_asked = evaluation.check(invariant).is_some();
        assert_eq!(is_asked, can_be_asked, "{}", invariant.id);
    }
    // A locked version that is deleted is seen without any reason.
    let locked = case(BIG).with_release(Release::V2_3_0);
    let locked = locked.with_backups(locked.backups()[..3].to_vec(), locked.now());
    let locks = ALL.iter().find(|invariant| invariant.id == "locks").unwrap();
    assert!(check(&DeletesOldest, &locked, locks).is_err());
}

#[test]
fn an_error_is_an_answer_to_everything_about_a_plan() {
    let failed = Answer { deletes: Some(Err(NoPlan::Fails)), ..Answer::default() };
    let ordered = Answer { policy_deletes: Some(vec![]), is_ordered: true, ..Answer::default() };
    let unordered = Answer { is_ordered: false, ..ordered.clone() };
    let parts = [
        AnswerPart::Deletes,
        AnswerPart::PolicyDeletes,
        AnswerPart::Order,
        AnswerPart::Decisions,
        AnswerPart::Blockers,
        AnswerPart::KeepTimeBound,
    ];
    let gives = |answer: &Answer| parts.map(|part| answer.gives(part));
    assert_eq!(gives(&failed), [true; 6]);
    assert_eq!(gives(&Answer::default()), [false; 6]);
    assert_eq!(gives(&ordered), [false, true, true, false, false, false]);
    assert_eq!(gives(&unordered), [false, true, false, false, false, false]);
    let of_text = [AnswerPart::Policy, AnswerPart::Shown, AnswerPart::WebPage];
    assert!(of_text.iter().all(|&part| !failed.gives(part)));
}

#[test]
fn each_implementation_has_its_name() {
    let wrong = Mutant::with(Mutation::OutsideKept);
    let names = [&Reference as &dyn Implementation, &Engine, &Mutant::unmutated(), &wrong]
        .map(Implementation::name);
    assert_eq!(names, ["reference", "engine", "no mutation", "OutsideKept"]);
}

#[test]
fn verify_counts_each_case_until_one_fails() {
    let mut done = Vec::new();
    let wrong = Mutant::with(Mutation::OutsideKept);
    let tallies = verify::run_with(&[&wrong], 40, 1, |count| done.push(count));
    assert_eq!(done, [40]);
    let row = mutant_results::mutant_result(Mutation::OutsideKept, 1, 40);
    for tally in tallies.iter().filter(|tally| matches!(tally.invariant.check, Check::Answer(_))) {
        let kill = row.kills.iter().find(|kill| kill.invariant == tally.invariant.id);
        assert_eq!(
            tally.failure.as_ref().map(|failure| failure.number),
            kill.map(|kill| kill.cases)
        );
        assert_eq!(tally.cases, kill.map_or(40, |kill| kill.cases), "{}", tally.invariant.id);
    }
    assert!(row.kills.len() > 3, "{row:?}");
    let both = verify::run(3, 1, |_| {});
    assert_eq!(both.iter().map(|tally| tally.cases).max(), Some(2 * 3));
}

#[test]
fn verify_says_the_same_on_any_number_of_threads() {
    let (right, wrong) = (Mutant::unmutated(), Mutant::with(Mutation::RestOldestFirst));
    // The second one differs in some cases alone, and the invariants are asked of it there.
    let said = |threads| {
        let mut done = Vec::new();
        let progress = |count| done.push(count);
        let tallies = verify::run_part(threads, &[&right, &wrong], 0..700, 9, progress);
        assert!(done.is_sorted() && done.last() == Some(&700), "{done:?}");
        format!("{tallies:?}")
    };
    let alone = said(1);
    assert!(alone.contains("RestOldestFirst"), "{alone}");
    assert_eq!(said(3), alone);
    assert_eq!(said(8), alone);
}

/// What the first of two implementations is asked stands for the other only if that answers alike.
#[test]
fn a_second_implementation_is_found_wrong_as_if_it_were_alone() {
    let (right, wrong) = (Mutant::unmutated(), Mutant::with(Mutation::StaleIndices));
    let failures = |implementations: &[&dyn Implementation]| {
        let tallies = verify::run_with(implementations, 1_500, 1, |_| {});
        let failed = tallies.into_iter().filter_map(|it| Some((it.invariant.id, it.failure?)));
        failed.map(|(id, failure)| (id, failure.number, failure.case)).collect::<Vec<_>>()
    };
    let alone = failures(&[&wrong]);
    assert!(!alone.is_empty());
    assert_eq!(failures(&[&right, &wrong]), alone);
}

/// Remembers the times of all backups that it is asked about; right about one case, or about all.
struct Remembering {
    right_about: Option<Case>,
    times: Mutex<BTreeSet<Utc>>,
}

impl Remembering {
    fn new(right_about: Option<Case>) -> Self {
        Self { right_about, times: Mutex::default() }
    }
}

impl Implementation for Remembering {
    fn name(&self) -> String {
        "remembering".into()
    }

    fn answer(&self, case: &Case) -> Answer {
        self.times.lock().unwrap().extend(case.versions().iter().map(|backup| backup.time));
        match self.right_about.as_ref().is_none_or(|right| right == case) {
            true => Reference.answer(case),
            false => Answer::crash("it is another case"),
        }
    }
}

#[test]
fn implementations_are_alike_if_all_their_answers_are() {
    for with_timelines in [true, false] {
        let evaluation = Evaluation::new(&Reference, case(BIG));
        let is_timeline = |check| matches!(check, Check::Timeline(_));
        for invariant in ALL.iter().filter(|it| with_timelines || !is_timeline(it.check)) {
            evaluation.check(invariant);
        }
        assert!(evaluation.is_alike(&Remembering::new(None)));
        assert!(!evaluation.is_alike(&Remembering::new(Some(case(BIG)))));
    }
}

/// In the second pass of an hour that Dublin's clock shows twice a start is recorded in the first.
#[test]
fn a_timeline_has_the_times_that_are_recorded() {
    let line = r#"{"release":"2.3.0","time_zone":"Europe/Dublin","now":"2026-10-27T00:00:00Z","options":{"retention-policy":"7D:1D"},"backups":[{"time":"2026-10-26T12:00:00Z"},{"time":"2026-10-25T01:30:00Z"},{"time":"2026-10-24T12:00:00Z"}]}"#;
    let all = Remembering::new(None);
    let invariant = ALL.iter().find(|invariant| invariant.id == "never-back").unwrap();
    assert_eq!(check(&all, &case(line), invariant), Ok(()));
    let times: Vec<String> = all.times.into_inner().unwrap().iter().map(Utc::to_string).collect();
    assert_eq!(times, ["2026-10-24 12:00:00", "2026-10-25 00:30:00", "2026-10-26 12:00:00"]);
}

/// Where many backups are needed they move together, so that frames and intervals can be short.
#[test]
fn many_backups_are_moved_to_a_minute_after_another() {
    let day = |day: u32| format!(r#"{{"time":"2026-11-{day:02}T05:00:00Z"}}"#);
    let backups: Vec<String> = (1..=9).rev().map(day).collect();
    let many = case(&format!(
        r#"{{"release":"2.3.0","time_zone":"UTC","now":"2026-11-23T00:00:00Z","options":{{}},"backups":[{}]}}"#,
        backups.join(",")
    ));
    let seconds_apart = |count: usize| {
        let are_distinct =
            |case: &Case| case.versions().windows(2).all(|two| two[0].time > two[1].time);
        let small = shrink(&many, |case| case.versions().len() >= count && are_distinct(case));
        assert_eq!(small.versions().len(), count);
        let apart = |two: &[Backup]| two[0].time.since(two[1].time).whole_seconds();
        small.versions().windows(2).map(apart).collect::<Vec<_>>()
    };
    assert_eq!(seconds_apart(6), [60; 5]);
    assert_eq!(seconds_apart(4), [86_400; 3]);
}

/// Versions that vanish although they were kept make gaps, and only the invariant about that is to
/// say so.
#[test]
fn what_is_lost_in_a_timeline_is_no_gap_of_the_policy() {
    let start = |start: &str| format!(r#"{{"time":"2026-{start}:00Z"}}"#);
    let before = ["07-12T00:00", "06-20T00:00", "06-02T00:00"];
    let starts = [["08-02T00:00", "07-12T00:03", "07-12T00:02", "07-12T00:01"].as_slice(), &before];
    let starts = starts.concat().into_iter().map(start).collect::<Vec<_>>().join(",");
    let line = format!(
        r#"{{"release":"2.3.0","time_zone":"UTC","now":"2026-08-03T00:00:00Z","options":{{"retention-policy":"7D:U,1Y:1W"}},"backups":[{starts}]}}"#
    );
    let says = |id: &str| {
        let invariant = ALL.iter().find(|invariant| invariant.id == id).unwrap();
        check(&Mutant::with(Mutation::StaleIndices), &case(&line), invariant)
    };
    assert!(says("never-back").is_err());
    assert_eq!(says("gap-bound"), Ok(()));
}

/// Ten kept of eleven backups, one of them partial.
#[test]
fn a_large_number_of_versions_is_lowered_with_the_backups() {
    let day = |day: u32| format!(r#"{{"time":"2026-11-{day:02}T00:00:00Z"}}"#);
    let backups: Vec<String> = (1..=12).rev().map(day).collect();
    let line = |options: &str| {
        let backups = backups.join(",");
        case(&format!(
            r#"{{"release":"2.3.0","time_zone":"UTC","now":"2026-11-23T00:00:00Z","options":{options},"backups":[{backups}]}}"#
        ))
    };
    // What is wrong needs more backups than are to be kept.
    let needs = |case: &Case| {
        let number = case.option("keep-versions").and_then(|text| text.parse::<usize>().ok());
        number.is_some_and(|number| number > 0 && case.versions().len() == number + 1)
    };
    let small = shrink(&line(r#"{"keep-versions":"11"}"#), needs);
    assert_eq!(small.option("keep-versions"), Some("1"));
    assert_eq!(small.versions().len(), 2);
    // Halves lead to it, not ones.
    let asked = Cell::new(0);
    let needs = |case: &Case| {
        asked.set(asked.get() + 1);
        let number = case.option("keep-versions").and_then(|text| text.parse::<u32>().ok());
        number.is_some_and(|number| number >= 1_000) && !case.versions().is_empty()
    };
    let small = shrink(&line(r#"{"keep-versions":"1000000"}"#), needs);
    assert_eq!(small.option("keep-versions"), Some("1000"));
    assert!(asked.get() < 10_000, "{} questions", asked.get());
    // And of a span of many terms one is left.
    let long = line(r#"{"retention-policy":"3W2D5h:17h","keep-time":"1Y2M3W"}"#);
    let needs = |case: &Case| {
        !case.versions().is_empty()
            && case.policy_text().contains("2D")
            && case.option("keep-time").is_some_and(|text| text.contains('W'))
    };
    let small = shrink(&long, needs);
    assert_eq!((small.policy_text(), small.option("keep-time")), ("2D:17h", Some("3W")));
}

#[test]
fn a_counterexample_is_replaced_only_by_a_smaller_one() {
    let kills = |cases| mutant_results::mutant_result(Mutation::TiesMerged, 1, cases).kills;
    let (few, many) = (kills(250), kills(1_500));
    assert!(few.len() > 3 && many.len() >= few.len());
    for first in few {
        let later = many.iter().find(|kill| kill.invariant == first.invariant).unwrap();
        assert_eq!(later.cases, first.cases, "{}", first.invariant);
        let is_smaller = Size::of(&later.case) < Size::of(&first.case);
        assert!(is_smaller || later.case == first.case, "{}", first.invariant);
    }
}

#[test]
fn the_kill_matrix_has_each_mutant_in_order() {
    let rows = mutant_results::mutant_results(1, 1, 2);
    assert!(rows.iter().map(|row| row.mutation).eq(Mutation::ALL.iter().copied()));
}

/// The fields that differ, when the engine is asked this question with this expectation.
fn differs(question: &str, expected: &str) -> String {
    let line = format!(r#"{{"id":"one",{question},"expect":{{"2.3.0":{expected}}}}}"#);
    let vector = Vector::parse(&line).unwrap_or_else(|error| panic!("{line}: {error}"));
    replay::check(&vector).iter().map(|difference| difference.field).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_difference_says_what_should_be_and_what_is() {
    let line = r#"{"id":"one","policy":"7D:1D","web_ui_accepts":false,"expect":{"2.3.0":{"accepted_for_backup":false}}}"#;
    let says: Vec<String> =
        replay::check(&Vector::parse(line).unwrap()).iter().map(ToString::to_string).collect();
    assert_eq!(
        says,
        [
            "one, web page: web_ui_accepts should be false, but is true",
            "one, 2.3.0: accepted_for_backup should be false, but is true",
        ]
    );
}

#[test]
fn a_replay_tells_each_answer_that_differs() {
    let policy = r#""policy":"7D:1D""#;
    assert_eq!(differs(policy, r#"{"pairs":[[604800,86400]],"accepted_for_backup":true}"#), "");
    assert_eq!(
        differs(policy, r#"{"pairs":[[604800,86401]],"accepted_for_backup":true}"#),
        "pairs"
    );
    assert_eq!(differs(policy, r#"{"accepted_for_backup":false}"#), "accepted_for_backup");
    assert_eq!(differs(policy, r#"{"error":"parse"}"#), "error");
    assert_eq!(differs(r#""policy":"7D:1D","web_ui_accepts":false"#, "{}"), "web_ui_accepts");
    let retention = r#""time_zone":"UTC","now":"2026-11-23T10:00:00Z","options":{"retention-policy":"1s:U","version":"2"},
        "backups":[{"time":"2026-11-03T00:00:00Z"},{"time":"2026-11-02T00:00:00Z"},{"time":"2026-11-01T00:00:00Z"}]"#;
    assert_eq!(differs(retention, r#"{"retention_policy_deletes":[1,2],"deletes":[2,1]}"#), "");
    assert_eq!(differs(retention, r#"{"deletes":[2]}"#), "deletes");
    assert_eq!(
        differs(retention, r#"{"retention_policy_deletes":[2,1]}"#),
        "retention_policy_deletes"
    );
    assert_eq!(differs(retention, r#"{"error":"plan"}"#), "error");
    assert_eq!(
        differs(
            r#""time_zone":"UTC","now":"2026-11-23T10:00:00Z","options":{"version":"x"},"backups":[]"#,
            "{}"
        ),
        "error"
    );
}
