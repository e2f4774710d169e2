//! What policies and plans are said to mean: the words, and what two policies have in common.

#[cfg(feature = "database")]
mod after;
mod options;
mod texts;

use duplicati_retention::Release;
use duplicati_retention::advice::*;
use duplicati_retention::clock::{LocalDateTime, Utc, Zone};
use duplicati_retention::dotnet::TimeSpan;
use duplicati_retention::history::{Backup, History, VersionNumber};
use duplicati_retention::policy::{PairIndex, Policy};
use duplicati_retention::retention::{self, Options, Plan};

const DAY: i64 = 86_400;

fn policy(text: &str) -> Policy {
    Policy::parse(text, Release::V2_3_0).unwrap()
}

fn at(seconds: i64) -> Utc {
    Utc::from_unix_seconds(seconds).unwrap()
}

/// 2026-11-23 09:00.
fn local_now() -> LocalDateTime {
    Zone::UTC.to_local(at(1_795_424_400))
}

fn plan(history: &History, option: (&str, &str), now: Utc) -> Plan {
    let options = Options::parse([option], Release::V2_3_0).unwrap();
    retention::plan(history, &options, now).unwrap()
}

#[test]
fn sizes_have_the_unit_that_fits() {
    for (size, text) in [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (9949, "9.9 kB"),
        (9950, "10 kB"),
        (9951, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_234_567_890, "1.2 GB"),
        (u64::MAX, "18 EB"),
    ] {
        assert_eq!(bytes(size), text);
    }
}

#[test]
fn spans_in_words_and_in_two_units() {
    let shown =
        |words: fn(TimeSpan) -> String, seconds| words(TimeSpan::from_seconds(seconds).unwrap());
    for (words, seconds, text) in [
        (age as fn(TimeSpan) -> String, 733 * DAY + 3600, "2Y 3D"),
        (age, -90, "in 1m 30s"),
        (age, 0, "0s"),
        (age_or_less, 2 * DAY + 1, "2D 1h"),
        (age_or_less, 365 * DAY - 1, "1Y"),
        (age_or_less, 90, "1m 30s"),
        (about, 2 * DAY - 1, "2D"),
        (about, 2 * DAY + 1, "2D"),
        (in_words, 36 * 3600, "1 day and 12 hours"),
        (in_words, 5000 * 365 * DAY, "5,000 years"),
        (in_words, 0, "0 seconds"),
        (without_one, 3600, "hour"),
        (without_one, 3660, "1 hour and 1 minute"),
        (every, DAY, "every day"),
    ] {
        assert_eq!(shown(words, seconds), text);
    }
}

#[test]
fn numbers_and_lists_in_words() {
    assert_eq!(count(1_u64, "backup"), "1 backup");
    assert_eq!(count(1826_u64, "backup"), "1,826 backups");
    assert_eq!(list(&Release::ALL[..3]), "2.1, 2.2 and 2.3.0");
}

#[test]
fn an_argument_is_in_quotes_where_a_shell_needs_them() {
    for (text, written) in [("7D:1D", "7D:1D"), ("7D:1D, 4W:1W", "\"7D:1D, 4W:1W\""), ("", "\"\"")]
    {
        assert_eq!(argument(text), written);
    }
}

#[test]
fn each_layer_reads_a_second_colon_in_its_own_way() {
    let assessment = Assessment::of("1D:1h:5");
    assert!(assessment.server(Release::V2_3_0).is_ok());
    assert!(assessment.server(Release::V2_3_1).is_err());
    assert!(assessment.web_page.is_err());
}

#[test]
fn ages_are_split_where_an_outcome_changes() {
    let none = Options::default();
    let ranges = |one: &Options, other: &Options| age_ranges(one, other, local_now());
    assert_eq!(ranges(&none, &none)[0].outcomes, [Outcome::AllStay; 2]);
    let [one, two] = ["7D:1D", "14D:1D"].map(|text| policy(text).into());
    assert_eq!(ranges(&one, &two).len(), 3);
    assert_eq!(ranges(&one, &one).len(), 2);
    let option = |name, text| Options::parse([(name, text)], Release::V2_3_0).unwrap();
    let [newest, half] = [option("keep-versions", "3"), option("keep-time", "6M")];
    let found = ranges(&newest, &half);
    assert_eq!(found[0].outcomes, [Outcome::Newest(3), Outcome::AllStay]);
    assert_eq!(found[1].outcomes, [Outcome::Newest(3), Outcome::Deleted]);
    // Six months of the calendar, and the hour of tolerance.
    assert_eq!(found[0].up_to.unwrap().whole_seconds(), 184 * DAY + 3600);
    // Shorter and longer time frames on the other side.
    let found = ranges(&half, &policy("7D:1D,1Y:1W").into());
    let of_half: Vec<Outcome> = found.iter().map(|range| range.outcomes[0]).collect();
    let [stay, deleted] = [Outcome::AllStay, Outcome::Deleted];
    assert_eq!(of_half, [stay, stay, deleted, deleted]);
    // No backup is older than nothing and at most that old.
    assert_eq!(ranges(&one, &policy("0s:U,7D:1D").into()).len(), 2);
}

#[test]
fn policies_mean_the_same_by_what_has_an_effect() {
    for (one, other, same) in [
        ("4W:1W,7D:1D", "7D:1D,28D:7D,28D:1h", true),
        ("14D:1D", "7D:1D,14D:1D", false),
        ("7D:U,U:U", "", true),
    ] {
        let [first, second] = [one, other].map(|text| policy(text).into());
        assert_eq!(mean_the_same(&first, &second), same, "{one} and {other}");
    }
    for (name, one, other, same) in [
        ("keep-versions", "3", "3", true),
        ("keep-versions", "3", "4", false),
        ("keep-versions", "-1", "0", true),
        ("keep-time", "1M", "1M", true),
        ("keep-time", "1M", "2M", false),
    ] {
        let [first, second] =
            [one, other].map(|text| Options::parse([(name, text)], Release::V2_3_0).unwrap());
        assert_eq!(mean_the_same(&first, &second), same, "{name}: {one} and {other}");
    }
}

#[test]
fn each_plan_has_what_only_it_deletes() {
    let history = History::new(vec![Backup::full(Utc::MIN); 6], Zone::UTC);
    let plan = |versions| plan(&history, ("version", versions), Utc::MIN);
    let numbers = |versions: &[usize]| versions.iter().copied().map(VersionNumber::new).collect();
    let only: [Vec<_>; 2] = [numbers(&[1, 3]), numbers(&[5])];
    assert_eq!(only_deleted_by(&plan("1-3"), &plan("2,5")), only);
}

#[test]
fn a_partial_backup_that_is_left_alone_is_a_danger() {
    let now = at(1_795_424_400);
    let stopped = Backup { partial: true, ..Backup::full(now) };
    let history = History::new(vec![stopped, Backup::full(at(0))], Zone::UTC);
    let plan = plan(&history, ("retention-policy", "7D:1D"), now);
    let ids: Vec<_> = dangers(&history, &plan, now).iter().map(|danger| danger.id).collect();
    assert_eq!(ids, ["only-partial-left", "all-but-one-deleted"]);
}

#[test]
fn pairs_are_called_as_they_were_written() {
    let labels = PairLabels::new("1W:1D, 12M:", &policy("1W:1D,12M:"));
    assert_eq!(labels.frame(PairIndex::new(1)), "12M");
    // Nothing was written, so its meaning.
    assert_eq!(labels.interval(PairIndex::new(1)), "U");
    assert_eq!(labels.longest_frame(), "12M");
}

#[test]
fn a_reason_has_the_distance_to_the_second() {
    let backups = [200_000, 86_398, 0].map(|seconds| Backup::full(at(seconds)));
    let history = History::new(backups.to_vec(), Zone::UTC);
    let plan = plan(&history, ("retention-policy", "7D:1D"), at(200_000));
    let labels = PairLabels::new("7D:1D", &policy("7D:1D"));
    let reason = |version| reason(&plan.decision(VersionNumber::new(version)), &labels);
    assert_eq!(
        reason(1),
        "only 23 hours, 59 minutes and 58 seconds after version 2, the interval is 1D"
    );
    assert_eq!(reason(2), "the oldest in its frame");
}

#[test]
fn what_is_hardly_too_old_for_keep_time_is_so_by_less_than_a_second() {
    let now = at(10 * DAY);
    let bound = now.checked_sub(TimeSpan::from_seconds(DAY).unwrap()).unwrap();
    let options = [("keep-time", "1D"), ("disable-time-tolerance", "true")];
    let options = Options::parse(options, Release::V2_3_0).unwrap();
    let reason = |older: i64| {
        let backups = vec![Backup::full(now), Backup::full(bound.add_units(-older, 1).unwrap())];
        let plan = retention::plan(&History::new(backups, Zone::UTC), &options, now).unwrap();
        reason(&plan.decision(VersionNumber::new(1)), &PairLabels::new("", &policy("")))
    };
    assert_eq!(reason(1), "less than a second older than keep-time allows");
    assert_eq!(reason(20_000_000), "2 seconds older than keep-time allows");
}

#[test]
fn a_policy_is_explained_pair_by_pair_and_with_dates() {
    let text = "7D:1D";
    let explanation =
        explain(text, &Options { policy: policy(text), ..Options::default() }, local_now());
    assert_eq!(
        explanation.pairs,
        ["7D:1D: of the backups of the last 7 days, one is kept every day."]
    );
    assert!(explanation.examples[0].contains("2026-11-20 09:00:00"));
    let future = explain("0s:U", &policy("0s:U").into(), local_now());
    assert_eq!(future.pairs, ["0s:U: of the backups that lie in the future, every one is kept."]);
}

/// [`explain_options`] says what they keep.
#[test]
fn without_a_policy_other_options_do_not_keep_every_version() {
    for (option, keeps_every) in
        [(("keep-versions", "3"), false), (("keep-time", "6M"), false), (("version", "1"), true)]
    {
        let options = Options::parse([option], Release::V2_3_0).unwrap();
        let explanation = explain("", &options, local_now());
        let says_so = explanation.pairs.iter().any(|text| text.contains("every version is kept"));
        assert_eq!(says_so, keeps_every, "{option:?}");
    }
}

#[test]
fn each_number_without_a_unit_is_warned_about() {
    let warnings = warnings("7:1", Release::V2_3_0);
    let ids: Vec<_> = warnings.iter().map(|warning| warning.id).collect();
    assert_eq!(ids, ["web-page-refuses", "bare-number", "bare-number"]);
}

#[test]
fn a_text_for_every_layer_has_one_unit_for_each_span() {
    let policy = Policy::parse("1D12h:", Release::V2_1).unwrap();
    assert_eq!(on_every_layer(&policy).as_deref(), Some("36h:U"));
    // The classic web page does not let you save an empty policy.
    assert_eq!(on_every_layer(&Policy::default()), None);
}
