//! What a fuzzer asks: it asks what it should, and notices a subject or a reader that is wrong.

use std::cell::Cell;
use std::fmt::Write;
use std::sync::Mutex;

use duplicati_retention::Release;
use duplicati_retention::conformance::flawed::{Flawed, Mistake};
use duplicati_retention::conformance::{Foretold, Mirror, Recipe, Subject, fuzzing};
use duplicati_retention::dotnet::{DateTime, TICKS_PER_DAY, TimeSpan};
use duplicati_retention::forecast::{Schedule, Simulation, Start};
use duplicati_retention::history::{Backup, History, Reading, Zone, files, times};
use duplicati_retention::invariants::{Answer, Case, Judgement};
use duplicati_retention::policy::Policy;

/// The mirror, which remembers what it was asked.
#[derive(Default)]
struct Recorder(Mutex<Vec<String>>);

impl Subject for Recorder {
    fn name(&self) -> String {
        "recorder".into()
    }

    fn answer(&self, case: &Case) -> Answer {
        self.0.lock().unwrap().push(case.to_string());
        Mirror.answer(case)
    }
}

/// Keeps every invariant, but says otherwise than the mirror what a refused policy looks like.
struct Otherwise;

impl Subject for Otherwise {
    fn name(&self) -> String {
        "otherwise".into()
    }

    fn answer(&self, case: &Case) -> Answer {
        let answer = Mirror.answer(case);
        let shown = if answer.policy.is_ok() { answer.shown } else { "refused".into() };
        Answer { shown, ..answer }
    }
}

/// A recipe of daily backups under `7D:1D` and a delete option or two.
fn daily() -> Recipe {
    Recipe::new([0; 4], &[[0, 3, 0]], &[], &[[0; 3]; 3], [3, 1, 1, 0])
}

const RETENTION_LINE: &str = r#"{"id":"r","time_zone":"Europe/Berlin","now":"2026-11-23T10:00:00Z","options":{"retention-policy":"7D:1D","keep-versions":"2"},"backups":[{"time":"2026-11-23T09:00:00Z"},{"time":"2026-11-01T09:00:00Z"}],"expect":{}}"#;

#[test]
fn what_is_asked_is_as_recorded() {
    type Ask = fn(&[&dyn Subject]) -> Judgement;
    let asks: [(&str, Ask); 7] = [
        ("policy_text", |subjects| fuzzing::policy_text("7D", subjects)),
        ("web_ui_regex", |subjects| fuzzing::web_ui_regex("7D:1D\n", subjects)),
        ("retention", |subjects| fuzzing::retention(&daily(), subjects)),
        ("delete_options, nothing", |subjects| fuzzing::delete_options(b"", subjects)),
        ("delete_options", |subjects| {
            fuzzing::delete_options(b"1D\n\n0-1\n\nfalse\n\x01\x02\x03\x04", subjects)
        }),
        ("sequence", |subjects| fuzzing::sequence(&daily(), subjects)),
        ("vector_line", |subjects| fuzzing::vector_line(RETENTION_LINE, subjects)),
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
    crate::snapshot("fuzzing", &text);
}

/// What is said of a mistake, the first time that one of some inputs shows it.
fn found(check: impl Fn(u64, &[&dyn Subject]) -> Judgement, mistake: Mistake) -> Option<String> {
    let flawed = Flawed::making(mistake);
    (0..400).find_map(|number| check(number, &[&flawed]).err()).map(|violation| violation.to_string())
}

#[test]
fn a_subject_that_is_wrong_is_found() {
    let text = |text: &'static str| move |_, subjects: &[&dyn Subject]| fuzzing::policy_text(text, subjects);
    let says = found(text("7D"), Mistake::NoColonKeepsAll).unwrap();
    assert!(
        says.contains("NoColonKeepsAll breaks ") && says.contains(r#""retention-policy":"7D""#),
        "{says}"
    );
    let page = |_, subjects: &[&dyn Subject]| fuzzing::web_ui_regex("7D:1D\n", subjects);
    assert!(found(page, Mistake::WebLineEnd).is_some());
    let recipe = |number| Recipe::random(5, number);
    let retention = |number, subjects: &[&dyn Subject]| fuzzing::retention(&recipe(number), subjects);
    let says = found(retention, Mistake::BoundExclusive).unwrap();
    assert!(says.contains("Recipe::new(") && says.contains(r#"{"id":"#), "{says}");
    // Other options are left out there, and come from texts here.
    assert_eq!(found(retention, Mistake::KeepTimeBoundExclusive), None);
    assert_eq!(found(retention, Mistake::ToleranceMissing), None);
    let options = |number, subjects: &[&dyn Subject]| {
        fuzzing::delete_options(&[b"1D\n\n\n\n0\n", recipe(number).to_bytes().as_slice()].concat(), subjects)
    };
    assert!(found(options, Mistake::ToleranceMissing).is_some());
    let line = |_, subjects: &[&dyn Subject]| fuzzing::vector_line(RETENTION_LINE, subjects);
    assert!(found(line, Mistake::OutsideKept).is_some());
    let course = |number, subjects: &[&dyn Subject]| fuzzing::sequence(&recipe(number), subjects);
    let says = found(course, Mistake::StaleIndices).unwrap();
    assert!(says.starts_with("StaleIndices breaks never-back") && says.contains("Recipe::new("), "{says}");
}

#[test]
fn subjects_that_differ_are_found_though_each_keeps_every_invariant() {
    let both: &[&dyn Subject] = &[&Mirror, &Otherwise];
    assert_eq!(fuzzing::policy_text("7D", &[&Otherwise]), Ok(()));
    let says = fuzzing::policy_text("7D", both).unwrap_err().to_string();
    assert!(says.starts_with("otherwise differs from mirror\n"), "{says}");
    let is_refused = |recipe: &Recipe| Mirror.answer(&recipe.case()).policy.is_err();
    let refused = (0..).map(|number| Recipe::random(1, number)).find(is_refused).unwrap();
    assert_eq!(fuzzing::sequence(&refused, &[&Otherwise]), Ok(()));
    let says = fuzzing::sequence(&refused, both).unwrap_err().to_string();
    assert!(says.starts_with("otherwise goes another way than mirror\n"), "{says}");
}

#[test]
#[cfg(feature = "database")]
fn a_reader_that_leaves_traces_is_found() {
    let judge = |read: fn(&std::path::Path)| fuzzing::local_database(b"SQLite", |path, _| read(path));
    assert_eq!(judge(|_| ()), Ok(()));
    assert!(judge(|path| std::fs::write(path, b"SQLite 3").unwrap()).is_err());
    assert!(judge(|path| std::fs::write(path.with_extension("wal"), b"").unwrap()).is_err());
    let ways = Mutex::new(Vec::new());
    fuzzing::local_database(b"", |_, access| ways.lock().unwrap().push(format!("{access:?}"))).unwrap();
    assert_eq!(ways.into_inner().unwrap(), ["InPlace", "Copy"]);
}

#[test]
fn a_reader_that_minds_the_order_of_names_is_found() {
    const NAMES: &[u8] = b"duplicati-20261123T090000Z.dlist.zip\nduplicati-20261122T090000Z.dlist.zip\n";
    let judge = |read: fn(&[&str]) -> Result<Reading, files::FilesError>| fuzzing::file_listing(NAMES, read);
    assert_eq!(judge(|names| files::from_names(names, None)), Ok(()));
    assert!(judge(|names| files::from_names(&names[..1], None)).is_err());
    // The order of what it gives does not matter, but what is said of each backup does.
    assert_eq!(
        judge(|names| {
            let mut reading = files::from_names(names, None)?;
            if names[0].contains("20261122") {
                reading.backups.reverse();
            }
            Ok(reading)
        }),
        Ok(())
    );
    assert!(
        judge(|names| {
            let mut reading = files::from_names(names, None)?;
            reading.backups[0].partial = names[0].contains("20261122");
            Ok(reading)
        })
        .is_err()
    );
}

#[test]
fn a_reader_that_reads_back_something_else_is_found() {
    let lines = b"2026-11-23T09:00:00Z partial\n{\"time\":\"2026-11-22T09:00:00Z\",\"locked_until\":\"2027-01-01T00:00:00Z\"}\n";
    let judge = |change: fn(&mut Backup)| {
        let calls = Cell::new(0);
        fuzzing::times_text(lines, |bytes| {
            let mut reading = times::read(bytes)?;
            calls.set(calls.get() + 1);
            if calls.get() == 2 {
                reading.backups.iter_mut().for_each(change);
            }
            Ok::<_, times::TimesError>(reading)
        })
    };
    assert_eq!(judge(|_| ()), Ok(()));
    assert!(judge(|backup| backup.partial = false).is_err());
    assert!(judge(|backup| backup.locked_until = None).is_err());
    assert!(judge(|backup| backup.time = DateTime::MIN).is_err());
}

/// A daily backup for a month, the third of each four partial, with a policy.
fn month(policy: &str) -> Foretold {
    let from = DateTime::from_unix_seconds(1_795_428_000).unwrap();
    let daily = Schedule::every(TimeSpan::from_ticks(TICKS_PER_DAY));
    let mut starts = daily.starts(Zone::UTC, from, from.add_units(30, TICKS_PER_DAY).unwrap(), 1);
    starts.iter_mut().enumerate().for_each(|(place, start)| start.partial = place % 4 == 2);
    Foretold::new(Policy::parse(policy, Release::V2_3_0).unwrap(), History::new(vec![], Zone::UTC), starts)
}

/// The forecast of one policy as if it were another one's.
fn another(policy: &str) -> Simulation {
    Simulation::new(&Policy::parse(policy, Release::V2_3_0).unwrap(), &History::new(vec![], Zone::UTC))
}

#[test]
fn a_forecast_that_is_wrong_is_found() {
    assert_eq!(month("7D:2D,4W:1W").judge(), Ok(()));
    let wrong = Foretold { simulation: another("7D:3D,4W:1W"), ..month("7D:2D,4W:1W") };
    assert!(wrong.judge().unwrap_err().to_string().contains("and ["), "another version");
    // A gap as wide as the bound is within it: a frame that keeps all leaves gaps of a day.
    let day = TimeSpan::from_ticks(TICKS_PER_DAY);
    assert_eq!(month("7D:U").longest, Some(day));
    assert_eq!(month("7D:U").judge(), Ok(()));
    let too_narrow = Foretold { longest: Some(TimeSpan::from_ticks(TICKS_PER_DAY - 1)), ..month("7D:U") };
    assert!(too_narrow.judge().unwrap_err().to_string().contains("wider than"));
    let unknown = Foretold { longest: None, ..month("7D:U") };
    assert_eq!(unknown.judge(), Ok(()));
    // Both fail alike, or not.
    assert_eq!(month("5000Y:1Y").judge(), Ok(()));
    assert!(Foretold { simulation: another("7D:U"), ..month("5000Y:1Y") }.judge().is_err());
    assert!(Foretold { simulation: another("5000Y:1Y"), ..month("7D:U") }.judge().is_err());
    assert!(Foretold { simulation: another("1D:U,5000Y:1Y"), ..month("5000Y:1Y") }.judge().is_err());
}

#[test]
fn what_a_recipe_foretells_is_as_recorded() {
    let mut text = String::new();
    for options in [
        [0; 4],
        [1, 0, 0, 0],
        [128, 0, 0, 0],
        [132, 0, 0, 0],
        [2, 100, 0, 0],
        [3, 0, 9, 0],
        [4, 0, 133, 1],
        [5, 0, 0, 9],
        [134, 3, 0, 2],
        [199, 0, 40, 0],
    ] {
        let recipe = Recipe::new([0, 0, 0, 7], &[[0, 3, 0]], &[], &[[0; 3]; 3], options);
        let foretold = Foretold::from_recipe(&recipe).unwrap();
        let partial = |start: &&Start| start.partial;
        let (policy, history, starts) = (&foretold.policy, &foretold.history, &foretold.starts);
        writeln!(
            text,
            "{options:?}: {policy}, {} backups, {} starts, {} of them partial, at most {:?} apart",
            history.len(),
            starts.len(),
            starts.iter().filter(partial).count(),
            foretold.longest,
        )
        .unwrap();
        for start in starts {
            writeln!(text, "  {}{}", start.time, if start.partial { " partial" } else { "" }).unwrap();
        }
        assert_eq!(foretold.judge(), Ok(()));
    }
    crate::snapshot("foretold", &text);
    let refused = |number| Recipe::random(1, number);
    let refused = (0..).map(refused).find(|recipe| Mirror.answer(&recipe.case()).policy.is_err());
    assert!(Foretold::from_recipe(&refused.unwrap()).is_none());
}
