//! The fuzzer's corpora, replayed without a fuzzer, and what it ever found.
//!
//! After a change to the seeds below: `UPDATE_SEEDS=1 cargo test corpora`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fs};

use arbitrary::{Arbitrary, Unstructured};
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

/// The first of random bytes that make an interesting value: as many as are asked for.
fn interesting<T: for<'a> Arbitrary<'a>>(
    count: usize,
    is_interesting: fn(&T) -> bool,
) -> Vec<Vec<u8>> {
    let bytes = |number| {
        let mut dice = fastrand::Rng::with_seed(number);
        // Small numbers are the plain choices, and lists end soon.
        let byte = |_| if dice.bool() { dice.u8(..8) } else { dice.u8(..) };
        (0..240).map(byte).collect::<Vec<u8>>()
    };
    (0..).map(bytes).filter(|bytes| is_interesting(&seed(bytes))).take(count).collect()
}

/// Whether a policy decides about backups or starts.
fn thins(case: &Case) -> bool {
    let has_pairs = case.pairs().is_some_and(|pairs| !pairs.is_empty());
    has_pairs && case.versions().len() >= 2
}

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

/// What every corpus begins with; the fuzzer adds to it.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let texts = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    match target {
        "policy_text" => texts(&[
            "",
            "1W:1D,4W:1W,12M:1M",
            "U:U",
            "u:",
            ":",
            "7D",
            "7D:1D:1D",
            "1D12h:8D-1D",
            ",,7D:1D,",
            "-7D:1D",
            " 7D\u{a0}:\u{2003}1h ",
            "143165577M:1D",
            "7\0:+1",
            "99999999999:1",
            "D:1D",
            "now:1D",
            "1w:1d",
            "5000Y:1Y",
            "30D1M:1D",
            "922337203685:1D",
            "٣D:1D",
            "2026-11-23:1D",
        ]),
        "web_ui_regex" => texts(&[
            "",
            "7D:1D",
            "U:U,7D:1h",
            "7D:1D,",
            "7D:1D7D:1D",
            "1D12h:1h",
            "u:1D",
            ":1D",
            "7D:1D\n",
            "٣D:1D",
        ]),
        "retention" => interesting(16, |seed: &CaseSeed| thins(&seed.case())),
        "sequence" => interesting(12, |seed: &CaseSeed| thins(&seed.timeline())),
        "forecast" => interesting(12, |seed: &ForecastSeed| thins(&seed.case.case())),
        "delete_options" => interesting(8, |texts: &OptionTexts| {
            texts.keep_time.is_some() && !texts.case.backups.is_empty()
        }),
        "local_database" => {
            let sample = fs::read(root().join("samples/photos.sqlite")).unwrap();
            vec![
                Vec::new(),
                b"SQLite format 3\0".to_vec(),
                sample[..4096].to_vec(),
                b"not a database".to_vec(),
            ]
        }
        "file_listing" => texts(&[
            "duplicati-20261123T090000Z.dlist.zip.aes\nduplicati-20261122T090000Z.dlist.zip\n",
            "duplicati-b1.dblock.zip\nREADME\n\n",
            "a-20261123T090000Z.dlist.zip\nb-20261123T090000Z.dlist.zip\n",
            "duplicati-20261323T250000Z.dlist.zip\n",
        ]),
        "times_text" => texts(&[
            "2026-11-23T09:00:00Z\n1795424400 partial\n# note\n\n",
            "{\"time\":\"2026-11-23T09:00:00Z\",\"partial\":true,\"locked_until\":\"2027-01-01T00:00:00Z\"}\n",
            "2026-11-23T09:00:00+01:00\n",
            "2026-11-23 09:00\n",
            "99999999999999999999\n",
        ]),
        "vector_line" => texts(&[
            r#"{"id":"p","policy":"1W:1D,U:1M","web_ui_accepts":true,"expect":{"2.3.0":{"pairs":[[604800,86400],[null,2592000]],"accepted_for_backup":true}}}"#,
            r#"{"id":"r","time_zone":"Europe/Berlin","now":"2026-11-23T10:00:00.5Z","options":{"retention-policy":"7D:1D","keep-time":"1M"},"backups":[{"time":"2026-11-23T09:00:00Z","partial":true},{"time":"2026-11-01T09:00:00Z","locked_until":"2027-01-01T00:00:00Z"}],"expect":{"2.1":{"error":"plan"}}}"#,
            "{}",
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
            for (number, seed) in seeds(target).iter().enumerate() {
                fs::write(folder.join(format!("seed-{number:02}")), seed).unwrap();
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
        let corpus: Vec<Vec<u8>> = corpus(target).into_values().collect();
        assert!(seeds(target).iter().all(|seed| corpus.contains(seed)), "{target}");
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
