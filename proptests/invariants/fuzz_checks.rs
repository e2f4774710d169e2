//! What a fuzzer asks: it asks what it should, and notices an implementation or a reader that is
//! wrong.

use std::cell::Cell;
use std::fmt::Write;
use std::sync::Mutex;

use duplicati_retention::Release;
use duplicati_retention::clock::Utc;
use duplicati_retention::clock::Zone;
use duplicati_retention::conformance::replay;
use duplicati_retention::dotnet::{TICKS_PER_DAY, TimeSpan};
use duplicati_retention::forecast::{Schedule, Start};
use duplicati_retention::history::{Backup, History};
use duplicati_retention::invariants::{Answer, Case, CheckResult};
use duplicati_retention::policy::Policy;
use duplicati_retention::retention::Options;
use duplicati_retention::retention::incremental::Simulation;
use duplicati_retention::sources::{Listing, files, times};
use duplicati_retention::testing::fuzz_checks::{self, OptionTexts};
use duplicati_retention::testing::mutants::{Mutant, Mutation};
use duplicati_retention::testing::{
    BackupSeed, CaseSeed, ForecastCheck, ForecastSeed, Fraction, Implementation, PairSeed,
    Reference, StartSeed,
};

/// The reference, which remembers what it was asked.
#[derive(Default)]
struct Recorder(Mutex<Vec<String>>);

impl Implementation for Recorder {
    fn name(&self) -> String {
        "recorder".into()
    }

    fn answer(&self, case: &Case) -> Answer {
        self.0.lock().unwrap().push(case.to_string());
        Reference.answer(case)
    }
}

/// Keeps every invariant, but says otherwise than the reference what a refused policy looks like,
/// and that nothing is in Duplicati's order.
struct Otherwise;

impl Implementation for Otherwise {
    fn name(&self) -> String {
        "otherwise".into()
    }

    fn answer(&self, case: &Case) -> Answer {
        let answer = Reference.answer(case);
        let is_refused = matches!(answer.policy, Some(Err(_)));
        let shown = if is_refused { Some("refused".into()) } else { answer.shown };
        Answer { shown, is_ordered: answer.is_ordered || is_refused, ..answer }
    }
}

/// Daily backups under `7D:2D` and some other options.
fn daily() -> CaseSeed {
    CaseSeed {
        pairs: vec![PairSeed { interval: 3, ..PairSeed::default() }],
        backups: vec![BackupSeed::default(); 3],
        starts: vec![StartSeed::default(); 3],
        keep_time: Some(2),
        keep_versions: Some(0),
        version: Some(0),
        allow_full_removal: Some(2),
        ..CaseSeed::default()
    }
}

const RETENTION_LINE: &str = r#"{"id":"r","time_zone":"Europe/Berlin","now":"2026-11-23T10:00:00Z","options":{"retention-policy":"7D:1D","keep-versions":"2"},"backups":[{"time":"2026-11-23T09:00:00Z"},{"time":"2026-11-01T09:00:00Z"}],"expect":{}}"#;

#[test]
fn what_is_asked_is_as_recorded() {
    type Ask = fn(&[&dyn Implementation]) -> CheckResult;
    let asks: [(&str, Ask); 7] = [
        ("policy_text", |implementations| fuzz_checks::policy_text("7D", implementations)),
        ("web_ui_regex", |implementations| fuzz_checks::web_ui_regex("7D:1D\n", implementations)),
        ("retention", |implementations| fuzz_checks::retention(&daily(), implementations)),
        ("delete_options, nothing", |implementations| {
            fuzz_checks::delete_options(&OptionTexts::default(), implementations)
        }),
        ("delete_options", |implementations| {
            let texts = OptionTexts {
                keep_time: Some("1D".into()),
                version: Some("0-1".into()),
                allow_full_removal: Some(String::new()),
                disable_time_tolerance: Some("false".into()),
                case: daily(),
                ..OptionTexts::default()
            };
            fuzz_checks::delete_options(&texts, implementations)
        }),
        ("sequence", |implementations| fuzz_checks::sequence(&daily(), implementations)),
        ("vector_line", |implementations| replay::any_line(RETENTION_LINE, implementations)),
    ];
    let mut text = String::new();
    for (target, ask) in asks {
        let recorder = Recorder::default();
        assert_eq!(ask(&[&recorder]), Ok(()));
        let asked = recorder.0.into_inner().unwrap();
        writeln!(text, "{target}: {} cases", asked.len()).unwrap();
        // The first of each release; what else is asked is what the relations make of it.
        for release in Release::ALL {
            let of_release = format!("\"release\":\"{release}\"");
            if let Some(case) = asked.iter().find(|case| case.contains(&of_release)) {
                writeln!(text, "  {case}").unwrap();
            }
        }
    }
    crate::snapshot("fuzz_checks", &text);
}

/// What is said of a mutation, the first time that one of some inputs shows it.
fn found(
    check: impl Fn(u64, &[&dyn Implementation]) -> CheckResult,
    mutation: Mutation,
) -> Option<String> {
    let mutants = Mutant::with(mutation);
    (0..400)
        .find_map(|number| check(number, &[&mutants]).err())
        .map(|violation| violation.to_string())
}

#[test]
fn an_implementation_that_is_wrong_is_found() {
    let text = |text: &'static str| {
        move |_, implementations: &[&dyn Implementation]| {
            fuzz_checks::policy_text(text, implementations)
        }
    };
    let says = found(text("7D"), Mutation::NoColonKeepsAll).unwrap();
    assert!(
        says.contains("NoColonKeepsAll breaks ") && says.contains(r#""retention-policy":"7D""#),
        "{says}"
    );
    let page = |_, implementations: &[&dyn Implementation]| {
        fuzz_checks::web_ui_regex("7D:1D\n", implementations)
    };
    assert!(found(page, Mutation::WebLineEnd).is_some());
    let case_seed = |number| CaseSeed::random(5, number);
    let retention = |number, implementations: &[&dyn Implementation]| {
        fuzz_checks::retention(&case_seed(number), implementations)
    };
    let says = found(retention, Mutation::BoundExclusive).unwrap();
    assert!(says.contains("\n{\"id\":"), "{says}");
    // Other options are left out there, and come from texts here.
    assert_eq!(found(retention, Mutation::KeepTimeBoundExclusive), None);
    assert_eq!(found(retention, Mutation::ToleranceMissing), None);
    let options = |number, implementations: &[&dyn Implementation]| {
        let (keep_time, case) = (Some("1D".into()), case_seed(number));
        let disable_time_tolerance = Some("0".into());
        let texts =
            OptionTexts { keep_time, disable_time_tolerance, case, ..OptionTexts::default() };
        fuzz_checks::delete_options(&texts, implementations)
    };
    assert!(found(options, Mutation::ToleranceMissing).is_some());
    let line = |_, implementations: &[&dyn Implementation]| {
        replay::any_line(RETENTION_LINE, implementations)
    };
    assert!(found(line, Mutation::OutsideKept).is_some());
    let timeline = |number, implementations: &[&dyn Implementation]| {
        fuzz_checks::sequence(&case_seed(number), implementations)
    };
    let says = found(timeline, Mutation::StaleIndices).unwrap();
    assert!(
        says.starts_with("StaleIndices breaks never-back") && says.contains("\n{\"id\":"),
        "{says}"
    );
}

#[test]
fn a_difference_is_found_though_both_sides_keep_every_invariant() {
    let both: &[&dyn Implementation] = &[&Reference, &Otherwise];
    assert_eq!(fuzz_checks::policy_text("7D", &[&Otherwise]), Ok(()));
    let says = fuzz_checks::policy_text("7D", both).unwrap_err().to_string();
    assert!(says.starts_with("otherwise differs from reference\n"), "{says}");
    let is_refused = |seed: &CaseSeed| {
        seed.starts.len() > 1 && Reference.answer(&seed.timeline()).policy.unwrap().is_err()
    };
    let refused = (0..).map(|number| CaseSeed::random(1, number)).find(is_refused).unwrap();
    assert_eq!(fuzz_checks::sequence(&refused, &[&Otherwise]), Ok(()));
    let says = fuzz_checks::sequence(&refused, both).unwrap_err().to_string();
    assert!(says.starts_with("otherwise differs from reference\n"), "{says}");
}

#[test]
#[cfg(feature = "database")]
fn a_reader_that_leaves_traces_is_found() {
    let check =
        |read: fn(&std::path::Path)| fuzz_checks::local_database(b"SQLite", |path, _| read(path));
    assert_eq!(check(|_| ()), Ok(()));
    assert!(check(|path| std::fs::write(path, b"SQLite 3").unwrap()).is_err());
    assert!(check(|path| std::fs::write(path.with_extension("wal"), b"").unwrap()).is_err());
    let ways = Mutex::new(Vec::new());
    fuzz_checks::local_database(b"", |_, access| ways.lock().unwrap().push(format!("{access:?}")))
        .unwrap();
    assert_eq!(ways.into_inner().unwrap(), ["InPlace", "Copy"]);
}

#[test]
fn a_reader_that_minds_the_order_of_names_is_found() {
    const NAMES: &[u8] =
        b"duplicati-20261123T090000Z.dlist.zip\nduplicati-20261122T090000Z.dlist.zip\n";
    let check = |read: fn(&[&str]) -> Result<Listing, files::FilesError>| {
        fuzz_checks::file_listing(NAMES, read)
    };
    assert_eq!(check(|names| files::from_names(names, None)), Ok(()));
    assert!(check(|names| files::from_names(&names[..1], None)).is_err());
    // The order of what it gives does not matter, but what is said of each backup does.
    assert_eq!(
        check(|names| {
            let mut listing = files::from_names(names, None)?;
            if names[0].contains("20261122") {
                listing.backups.reverse();
            }
            Ok(listing)
        }),
        Ok(())
    );
    assert!(
        check(|names| {
            let mut listing = files::from_names(names, None)?;
            listing.backups[0].partial = names[0].contains("20261122");
            Ok(listing)
        })
        .is_err()
    );
}

#[test]
fn a_reader_that_reads_back_something_else_is_found() {
    let lines = b"2026-11-23T09:00:00Z partial\n{\"time\":\"2026-11-22T09:00:00Z\",\"locked_until\":\"2027-01-01T00:00:00Z\"}\n";
    let check = |change: fn(&mut Backup)| {
        let calls = Cell::new(0);
        fuzz_checks::times_text(lines, |bytes| {
            let mut listing = times::read(bytes)?;
            calls.set(calls.get() + 1);
            if calls.get() == 2 {
                listing.backups.iter_mut().for_each(change);
            }
            Ok::<_, times::TimesError>(listing)
        })
    };
    assert_eq!(check(|_| ()), Ok(()));
    assert!(check(|backup| backup.partial = false).is_err());
    assert!(check(|backup| backup.locked_until = None).is_err());
    assert!(check(|backup| backup.time = Utc::MIN).is_err());
}

/// A daily backup for a month, the third of each four partial, with a policy.
fn month(policy: &str) -> ForecastCheck {
    let from = Utc::from_unix_seconds(1_795_428_000).unwrap();
    let daily = Schedule::every(TimeSpan::from_ticks(TICKS_PER_DAY));
    let mut starts = daily.starts(Zone::UTC, from, from.add_units(30, TICKS_PER_DAY).unwrap(), 1);
    starts.iter_mut().enumerate().for_each(|(place, start)| start.partial = place % 4 == 2);
    ForecastCheck::new(
        Policy::parse(policy, Release::V2_3_0).unwrap().into(),
        History::new(vec![], Zone::UTC),
        starts,
    )
}

/// The forecast of one policy as if it were another one's.
fn another(policy: &str) -> Simulation {
    Simulation::new(
        &Policy::parse(policy, Release::V2_3_0).unwrap().into(),
        &History::new(vec![], Zone::UTC),
    )
}

#[test]
fn a_forecast_that_is_wrong_is_found() {
    assert_eq!(month("7D:2D,4W:1W").check(), Ok(()));
    let wrong = ForecastCheck { simulation: another("7D:3D,4W:1W"), ..month("7D:2D,4W:1W") };
    assert!(wrong.check().unwrap_err().to_string().contains("and ["), "another version");
    // A gap as wide as the bound is within it: a frame that keeps all leaves gaps of a day.
    let day = TimeSpan::from_ticks(TICKS_PER_DAY);
    assert_eq!(month("7D:U").longest, Some(day));
    assert_eq!(month("7D:U").check(), Ok(()));
    let too_narrow =
        ForecastCheck { longest: Some(TimeSpan::from_ticks(TICKS_PER_DAY - 1)), ..month("7D:U") };
    assert!(too_narrow.check().unwrap_err().to_string().contains("wider than"));
    let unknown = ForecastCheck { longest: None, ..month("7D:U") };
    assert_eq!(unknown.check(), Ok(()));
    // Both fail alike, or not.
    assert_eq!(month("5000Y:1Y").check(), Ok(()));
    assert!(ForecastCheck { simulation: another("7D:U"), ..month("5000Y:1Y") }.check().is_err());
    assert!(ForecastCheck { simulation: another("5000Y:1Y"), ..month("7D:U") }.check().is_err());
    assert!(
        ForecastCheck { simulation: another("1D:U,5000Y:1Y"), ..month("5000Y:1Y") }
            .check()
            .is_err()
    );
}

/// A day apart, a frame of a day keeps as many as keep-versions does, but for partial ones.
#[test]
fn the_check_of_a_forecast_knows_partial_backups() {
    let two = Options::parse([("keep-versions", "2")], Release::V2_3_0).unwrap();
    let is_wrong = |starts: Vec<Start>| {
        let check = ForecastCheck::new(two.clone(), History::new(vec![], Zone::UTC), starts);
        ForecastCheck { simulation: another("1D:U"), longest: None, ..check }.check().is_err()
    };
    let mut starts = month("1D:U").starts;
    assert!(is_wrong(starts.clone()));
    starts.iter_mut().for_each(|start| start.partial = false);
    assert!(!is_wrong(starts));
}

#[test]
fn one_random_schedule_in_four_has_days_off() {
    let off = (0..1_000).filter(|&number| ForecastSeed::random(1, number).off).count();
    assert!((200..300).contains(&off), "{off}");
}

#[test]
fn what_a_seed_forecasts_is_as_recorded() {
    let mut text = String::new();
    let case = CaseSeed {
        pairs: vec![PairSeed { interval: 3, ..PairSeed::default() }],
        backups: vec![BackupSeed::default(); 3],
        fraction: Fraction::AllButOneTick,
        ..CaseSeed::default()
    };
    let plain = || ForecastSeed { case: case.clone(), ..ForecastSeed::default() };
    for (name, seed) in [
        ("plain", plain()),
        ("every 1", ForecastSeed { every: 1, ..plain() }),
        ("at 0", ForecastSeed { at: Some(0), ..plain() }),
        ("every 4, at 132", ForecastSeed { every: 4, at: Some(132), ..plain() }),
        ("every 2, jitter 100", ForecastSeed { every: 2, jitter: 100, ..plain() }),
        ("every 3, miss 9", ForecastSeed { every: 3, miss: 9, ..plain() }),
        ("miss 16", ForecastSeed { miss: 16, ..plain() }),
        (
            "every 4, off, history",
            ForecastSeed { every: 4, off: true, with_history: true, ..plain() },
        ),
        ("every 5, partial 4", ForecastSeed { every: 5, partial: 4, ..plain() }),
        (
            "every 5, partial 4, schedule 1",
            ForecastSeed { every: 5, partial: 4, schedule: 1, ..plain() },
        ),
        (
            "every 14, jitter 3, partial 9",
            ForecastSeed { every: 14, jitter: 3, partial: 9, ..plain() },
        ),
    ] {
        let check = seed.forecast().unwrap();
        let ForecastCheck { options, history, starts, longest, .. } = &check;
        let partial = starts.iter().filter(|start| start.partial).count();
        let (first, last) = (starts[0].time, starts[starts.len() - 1].time);
        let sum: i64 = starts.iter().map(|start| start.time.unix_seconds() % 86_400).sum();
        let (policy, history, count) = (&options.policy, history.len(), starts.len());
        writeln!(
            text,
            "{name}: {policy}, {history} backups, {count} starts from {first} to {last}, {partial} partial, times of \
             day {sum} s in sum, at most {longest:?} apart"
        )
        .unwrap();
        assert_eq!(check.check(), Ok(()));
    }
    crate::snapshot("forecast_checks", &text);
    let is_refused =
        |seed: &ForecastSeed| Reference.answer(&seed.case.case()).policy.unwrap().is_err();
    let refused = (0..).map(|number| ForecastSeed::random(1, number)).find(is_refused);
    assert!(refused.unwrap().forecast().is_none());
}
