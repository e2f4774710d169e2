//! What is said of the options beside the policy, and of the limits of a run.

use duplicati_retention::Release;
use duplicati_retention::advice::*;
use duplicati_retention::clock::Zone;
use duplicati_retention::dotnet::TimeSpan;
use duplicati_retention::history::Backup;
use duplicati_retention::retention::Options;

use super::{DAY, at, local_now};

#[test]
fn each_option_is_explained_as_it_works() {
    let tolerant = [("keep-time", "6M")];
    let exact = [("keep-time", "6M"), ("disable-time-tolerance", "true")];
    for (options, says) in [
        (&tolerant[..], "is deleted, with a tolerance of 1 hour, full or partial"),
        (&exact, "older than 180 days is deleted, full or partial"),
        (&[("keep-versions", "3")], "the 3 newest full backups are kept"),
        (&[("version", "0,4-6")], "version 0,4-6: each run deletes the versions that have these"),
        (&[("allow-full-removal", "true")], "even the newest version may be deleted"),
        (&[("allow-full-removal", "false")], ""),
    ] {
        let texts = options.iter().copied().collect();
        let told = explain_options(&texts, Release::V2_3_0, local_now());
        assert_eq!(told.len(), usize::from(!says.is_empty()), "{options:?}: {told:?}");
        assert!(told.concat().contains(says), "{options:?}: {told:?}");
    }
}

#[test]
fn options_that_mean_something_else_are_warned_about() {
    let (later, first) = (Release::V2_3_0, Release::V2_1);
    for (release, name, text, ids) in [
        (later, "keep-versions", "3", &[][..]),
        (later, "keep-versions", "0", &["not-set"]),
        (later, "keep-versions", "abc", &["not-set"]),
        // It refuses that, which is an error and no warning.
        (first, "keep-versions", "abc", &[]),
        (later, "keep-time", "0s", &[]),
        (later, "keep-time", "23h", &["short-keep-time"]),
        (later, "keep-time", "1D", &[]),
        (later, "keep-time", "6m", &["minutes-for-months", "short-keep-time"]),
        (later, "keep-time", "37m", &["short-keep-time"]),
        (later, "keep-time", "3", &["bare-number"]),
        (first, "keep-time", "now", &["moment-for-span"]),
        (later, "allow-full-removal", "maybe", &["switch-is-on"]),
        (later, "allow-full-removal", "YES", &[]),
        (later, "allow-full-removal", "off", &[]),
    ] {
        let texts = [(name, text)].into_iter().collect();
        let found = option_warnings(&texts, release, &[]);
        let found: Vec<&str> = found.iter().map(|warning| warning.id).collect();
        assert_eq!(found, ids, "{name} {text}");
    }
}

#[test]
fn an_option_that_cannot_be_read_is_told_where_it_is_read() {
    let deleting = Layer::Deleting;
    let before = Layer::BeforeBackup;
    for (release, name, text, layer, remedy) in [
        (Release::V2_3_0, "version", "x", deleting, "write numbers and ranges, such as 0,4-6"),
        (Release::V2_3_0, "keep-time", "1d", before, "write numbers with their units, such as 6M"),
        (Release::V2_3_0, "keep-time", "now", before, "write a span such as 6M. Duplicati takes"),
        (Release::V2_1, "keep-versions", "x", before, "write the number of full backups to keep"),
    ] {
        let texts = [(name, text)].into_iter().collect();
        let verdicts = Verdicts::of(&texts, None, release, local_now());
        let [objection] = verdicts.objections(layer) else { panic!("{name} {text}") };
        assert!(objection.remedy.starts_with(remedy), "{}", objection.remedy);
        assert_eq!(verdicts.blockers().count(), 1, "{name} {text}");
    }
}

#[test]
fn a_date_is_told_from_a_span() {
    for text in ["2026-01-01", "31.12.2026", "1/2/2026 10:00Z", " NOW "] {
        assert!(time_words(text).is_some(), "{text}");
    }
    for text in ["1-2", "-1.2.2026", "123456", "2026-abc", "7D-1D-1h", "6M", ""] {
        assert_eq!(time_words(text), None, "{text}");
    }
}

#[test]
fn a_run_may_leave_what_still_reaches_back_far_enough() {
    let backups = [1, 2].map(|day| Backup::full(at(day * DAY)));
    for (option, seconds, breaks) in [
        // Of the days 1 to 3 the first goes, and of the second one a day is left.
        (("keep-versions", "2"), DAY, false),
        (("keep-versions", "2"), DAY + 1, true),
        // The second goes, and the first is as old as before.
        (("version", "1"), 10 * DAY, false),
    ] {
        let options = Options::parse([option], Release::V2_3_0).unwrap();
        let run = NextRun::plan(&backups, Zone::UTC, &options, at(3 * DAY), TimeSpan::ZERO);
        let reach_back = Some(TimeSpan::from_seconds(seconds).unwrap());
        let breaches = Limits { reach_back, ..Limits::default() }.breaches(&run.unwrap());
        let found = breaches.iter().any(|breach| breach.id == "reach-back");
        assert_eq!(found, breaks, "{option:?}, {seconds} s");
    }
}
