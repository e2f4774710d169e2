//! The fuzzer's corpora, replayed without a fuzzer, and what it ever found.
//!
//! After a change to the seeds below: `UPDATE_SEEDS=1 cargo test corpora`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fs};

use arbitrary::{Arbitrary, Unstructured};
use duplicati_retention::Release;
use duplicati_retention::conformance::replay;
use duplicati_retention::invariants::{Case, CheckResult};
use duplicati_retention::sources::{database, files, times};
use duplicati_retention::testing::fuzz_checks::{self, OptionTexts};
use duplicati_retention::testing::{CaseSeed, ForecastCheck, ForecastSeed, IMPLEMENTATIONS};

use crate::support::root;

type Target = (&'static str, fn(&[u8]) -> CheckResult);

/// Each target as a function of bytes. What is not UTF-8 is not an input of those that take a text.
const TARGETS: [Target; 10] = [
    ("policy_text", |bytes| {
        std::str::from_utf8(bytes)
            .map_or(Ok(()), |text| fuzz_checks::policy_text(text, IMPLEMENTATIONS))
    }),
    ("web_ui_regex", |bytes| {
        std::str::from_utf8(bytes)
            .map_or(Ok(()), |text| fuzz_checks::web_ui_regex(text, IMPLEMENTATIONS))
    }),
    ("retention", |bytes| fuzz_checks::retention(&seed(bytes), IMPLEMENTATIONS)),
    ("delete_options", |bytes| fuzz_checks::delete_options(&seed(bytes), IMPLEMENTATIONS)),
    ("sequence", |bytes| fuzz_checks::sequence(&seed(bytes), IMPLEMENTATIONS)),
    ("forecast", |bytes| {
        seed::<ForecastSeed>(bytes).forecast().map_or(Ok(()), ForecastCheck::check)
    }),
    ("local_database", |bytes| {
        fuzz_checks::local_database(bytes, |path, access| drop(database::read(path, access)))
    }),
    ("file_listing", |bytes| {
        fuzz_checks::file_listing(bytes, |names| files::from_names(names, None))
    }),
    ("times_text", |bytes| fuzz_checks::times_text(bytes, |bytes| times::read(bytes))),
    ("vector_line", |bytes| {
        std::str::from_utf8(bytes).map_or(Ok(()), |text| replay::any_line(text, IMPLEMENTATIONS))
    }),
];

/// What a fuzzer makes of these bytes: a target takes all of them.
fn seed<T: for<'a> Arbitrary<'a>>(bytes: &[u8]) -> T {
    T::arbitrary_take_rest(Unstructured::new(bytes)).expect("any bytes are a seed")
}

/// A name for what a seed exercises, and how to tell what does.
type Kind<V> = (&'static str, fn(&V) -> bool);

/// Of each kind random bytes that make one: those that are of the fewest other kinds.
fn kinds<T: for<'a> Arbitrary<'a>, V>(
    value: fn(T) -> V,
    kinds: &[Kind<V>],
) -> Vec<(&'static str, Vec<u8>)> {
    let made = |number| {
        let mut dice = fastrand::Rng::with_seed(number);
        // Small numbers are the plain choices, and lists end soon.
        let byte = |_| if dice.bool() { dice.u8(..8) } else { dice.u8(..) };
        let bytes = (0..240).map(byte).collect::<Vec<u8>>();
        let value = value(seed(&bytes));
        (bytes, kinds.iter().map(|(_, is_one)| is_one(&value)).collect::<Vec<bool>>())
    };
    let mut few: Vec<_> = (0..3_000).map(made).collect();
    let mut seeds = Vec::new();
    for (kind, (name, _)) in kinds.iter().enumerate() {
        let kinds_of = |place: &usize| few[*place].1.iter().filter(|&&is_one| is_one).count();
        let is_one = |place: &usize| few[*place].1[kind];
        let (bytes, _) = match (0..few.len()).filter(is_one).min_by_key(kinds_of) {
            Some(best) => few.remove(best),
            None => (3_000..100_000)
                .map(made)
                .find(|(_, kinds)| kinds[kind])
                .unwrap_or_else(|| panic!("no bytes make {name}")),
        };
        seeds.push((*name, bytes));
    }
    seeds
}

/// Whether a policy decides about backups or starts.
fn thins(case: &Case) -> bool {
    let has_pairs = case.pairs().is_some_and(|pairs| !pairs.is_empty());
    has_pairs && case.versions().len() >= 2
}

/// What decisions can turn on. Each case has a policy and two versions or more, but for the last.
const CASES: [Kind<Case>; 12] = [
    ("two-frames", |case| thins(case) && case.pairs().is_some_and(|pairs| pairs.len() > 1)),
    ("partial", |case| thins(case) && case.versions().iter().any(|it| it.partial)),
    ("locked", |case| thins(case) && case.versions().iter().any(|it| it.locked_until.is_some())),
    ("same-time", |case| {
        thins(case) && case.versions().windows(2).any(|two| two[0].time == two[1].time)
    }),
    ("of-the-future", |case| thins(case) && case.versions()[0].time > case.now()),
    ("clock-set-back", |case| {
        let in_order = case.by_local_time().is_sorted();
        thins(case) && !in_order && case.release() != Release::V2_1
    }),
    ("recorded-an-hour-early", |case| {
        let mut versions = 0..case.versions().len();
        thins(case) && versions.any(|it| case.recorded(it) != case.versions()[it].time)
    }),
    ("keep-time", |case| thins(case) && case.option("keep-time").is_some()),
    ("keep-versions", |case| thins(case) && case.option("keep-versions").is_some()),
    ("version", |case| thins(case) && case.option("version").is_some()),
    ("full-removal", |case| thins(case) && case.option("allow-full-removal").is_some()),
    ("refused-policy", |case| case.pairs().is_none() && case.versions().len() >= 2),
];

/// The same for a timeline. Its versions have no locks, and its present is that of its last run.
const TIMELINES: [Kind<Case>; 4] = [CASES[0], CASES[1], CASES[7], CASES[8]];

/// What a forecast can turn on.
const FORECASTS: [Kind<ForecastSeed>; 6] = [
    ("with-history", |seed| seed.with_history && thins(&seed.case.case())),
    ("fixed-time-of-day", |seed| seed.at.is_some() && thins(&seed.case.case())),
    ("jitter", |seed| seed.jitter > 64 && thins(&seed.case.case())),
    ("missed", |seed| seed.miss > 3 && thins(&seed.case.case())),
    ("off", |seed| seed.off && thins(&seed.case.case())),
    ("partial", |seed| seed.partial > 2 && thins(&seed.case.case())),
];

/// Options beside a history.
const OPTIONS: [Kind<OptionTexts>; 5] = [
    ("keep-time", |texts| texts.keep_time.is_some() && texts.case.backups.len() > 1),
    ("keep-versions", |texts| texts.keep_versions.is_some() && texts.case.backups.len() > 1),
    ("version", |texts| texts.version.is_some() && texts.case.backups.len() > 1),
    ("full-removal", |texts| texts.allow_full_removal.is_some() && texts.case.backups.len() > 1),
    ("no-tolerance", |texts| {
        texts.keep_time.is_some()
            && texts.disable_time_tolerance.is_some()
            && texts.case.backups.len() > 1
    }),
];

/// Whether this is the package that cargo makes, which leaves out every folder with a `Cargo.toml`
/// of its own.
fn is_packaged() -> bool {
    !root().join("fuzz").exists()
}

fn corpus(target: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = root().join("fuzz/corpus").join(target);
    let files =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    files
        .map(|file| file.unwrap().path())
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect()
}

/// What every corpus begins with; the fuzzer adds to it. It begins with no bytes by itself.
fn seeds(target: &str) -> Vec<(&'static str, Vec<u8>)> {
    let texts = |texts: &[(&'static str, &str)]| {
        texts.iter().map(|&(name, text)| (name, text.as_bytes().to_vec())).collect()
    };
    match target {
        "policy_text" => texts(&[
            ("the-default", "1W:1D,4W:1W,12M:1M"),
            ("unlimited", "U:U"),
            ("small-unlimited", "u:"),
            ("no-spans", ":"),
            ("no-colon", "7D"),
            ("second-colon", "7D:1D:1D"),
            ("spans-of-two-units", "1D12h:8D-1D"),
            ("commas-at-the-ends", ",,7D:1D,"),
            ("negative", "-7D:1D"),
            ("blanks-of-unicode", " 7D\u{a0}:\u{2003}1h "),
            ("longest-frame", "143165577M:1D"),
            ("zero-byte-and-sign", "7\0:+1"),
            ("too-many-days", "99999999999:1"),
            ("unit-alone", "D:1D"),
            ("now", "now:1D"),
            ("small-units", "1w:1d"),
            ("before-the-year-1", "5000Y:1Y"),
            ("frame-of-two-units", "30D1M:1D"),
            ("fraction-of-2-2", "922337203685:1D"),
            ("digit-of-another-script", "٣D:1D"),
            ("date", "2026-11-23:1D"),
        ]),
        "web_ui_regex" => texts(&[
            ("plain", "7D:1D"),
            ("unlimited", "U:U,7D:1h"),
            ("comma-at-the-end", "7D:1D,"),
            ("comma-missing", "7D:1D7D:1D"),
            ("two-units", "1D12h:1h"),
            ("small-unlimited", "u:1D"),
            ("no-frame", ":1D"),
            ("line-end", "7D:1D\n"),
            ("digit-of-another-script", "٣D:1D"),
        ]),
        "retention" => kinds(|seed: CaseSeed| seed.case(), &CASES),
        "sequence" => kinds(|seed: CaseSeed| seed.timeline(), &TIMELINES),
        "forecast" => kinds(|seed| seed, &FORECASTS),
        "delete_options" => kinds(|texts| texts, &OPTIONS),
        "local_database" => {
            let sample = fs::read(root().join("samples/photos.sqlite")).unwrap();
            vec![
                ("header-alone", b"SQLite format 3\0".to_vec()),
                ("first-page-alone", sample[..4096].to_vec()),
                ("text", b"not a database".to_vec()),
            ]
        }
        "file_listing" => texts(&[
            (
                "versions",
                "duplicati-20261123T090000Z.dlist.zip.aes\nduplicati-20261122T090000Z.dlist.zip\n",
            ),
            ("no-versions", "duplicati-b1.dblock.zip\nREADME\n\n"),
            ("two-prefixes", "a-20261123T090000Z.dlist.zip\nb-20261123T090000Z.dlist.zip\n"),
            ("no-such-time", "duplicati-20261323T250000Z.dlist.zip\n"),
        ]),
        "times_text" => texts(&[
            ("seconds-and-comment", "2026-11-23T09:00:00Z\n1795424400 partial\n# note\n\n"),
            (
                "json",
                "{\"time\":\"2026-11-23T09:00:00Z\",\"partial\":true,\"locked_until\":\"2027-01-01T00:00:00Z\"}\n",
            ),
            ("offset", "2026-11-23T09:00:00+01:00\n"),
            ("local", "2026-11-23 09:00\n"),
            ("too-large", "99999999999999999999\n"),
        ]),
        "vector_line" => texts(&[
            (
                "policy",
                r#"{"id":"p","policy":"1W:1D,U:1M","web_ui_accepts":true,"expect":{"2.3.0":{"pairs":[[604800,86400],[null,2592000]],"accepted_for_backup":true}}}"#,
            ),
            (
                "retention",
                r#"{"id":"r","time_zone":"Europe/Berlin","now":"2026-11-23T10:00:00.5Z","options":{"retention-policy":"7D:1D","keep-time":"1M"},"backups":[{"time":"2026-11-23T09:00:00Z","partial":true},{"time":"2026-11-01T09:00:00Z","locked_until":"2027-01-01T00:00:00Z"}],"expect":{"2.1":{"error":"plan"}}}"#,
            ),
            ("no-question", "{}"),
        ]),
        _ => panic!("{target} has no seeds"),
    }
}

#[test]
fn every_input_of_every_corpus_is_answered_rightly() {
    if is_packaged() {
        return;
    }
    for (target, check) in TARGETS {
        if env::var_os("UPDATE_SEEDS").is_some() {
            let folder = root().join("fuzz/corpus").join(target);
            fs::create_dir_all(&folder).unwrap();
            for (name, seed) in seeds(target) {
                fs::write(folder.join(name), seed).unwrap();
            }
        }
        let corpus = corpus(target);
        assert!(!corpus.is_empty(), "{target} has no corpus");
        for (path, bytes) in corpus {
            check(&bytes).unwrap_or_else(|violation| panic!("{}: {violation}", path.display()));
        }
    }
}

#[test]
fn every_seed_stands_in_its_corpus() {
    if is_packaged() {
        return;
    }
    for (target, _) in TARGETS {
        let folder = root().join("fuzz/corpus").join(target);
        let corpus = corpus(target);
        for (name, seed) in seeds(target) {
            assert_eq!(corpus.get(&folder.join(name)), Some(&seed), "{target}, {name}");
        }
    }
}

#[test]
fn every_target_is_built_and_has_a_corpus() {
    if is_packaged() {
        return;
    }
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    let built: Vec<&str> =
        manifest.lines().filter_map(|line| line.strip_prefix("path = \"fuzz_targets/")).collect();
    let known: Vec<String> = TARGETS.iter().map(|(name, _)| format!("{name}.rs\"")).collect();
    assert_eq!(built, known);
}
