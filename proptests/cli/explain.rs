//! `explain`: a policy in plain sentences.

use duplicati_retention::clock::Utc;
use duplicati_retention::clock::Zone;
use duplicati_retention::dotnet::TimeSpan;
use duplicati_retention::history::{Backup, History};
use duplicati_retention::policy::Policy;
use duplicati_retention::retention::{Options, reference};
use duplicati_retention::{Release, advice::explain};

use crate::assert_snapshot;
use crate::support::{local, run};

#[test]
fn explain_says_what_the_snapshots_say() {
    for (name, args) in [
        ("default-policy", &["1W:1D,4W:1W,12M:1M"][..]),
        ("in-2.1", &["12M:1M", "--release", "2.1"]),
        ("keep-all", &["7D:U"]),
        ("unlimited-first", &["U:1W,1D:90m"]),
        ("same-frame", &["7D:1D,1W:1h"]),
        ("nothing", &[","]),
    ] {
        let fixed = ["--now", "2026-11-23T10:00:00Z", "--time-zone", "Europe/Berlin"];
        let answer = run(&[&["explain"], args, &fixed].concat());
        assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{name}");
        assert_snapshot!(format!("explain-{name}"), answer.stdout);
    }
    let refused = run(&["explain", "7d:1D"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.contains("refuses this policy") && refused.stderr.contains("^^"),
        "{}",
        refused.stderr
    );
}

/// What an example says of a backup is what becomes of it, if it is one of two.
#[test]
fn the_examples_are_true() {
    let now = Utc::from_unix_seconds(1_795_428_000).unwrap();
    for text in ["1W:1D,4W:1W,12M:1M", "7D:U", "U:1W,1D:90m", "1h:1m", "30D:1D,U:U", "99Y:1Y"] {
        let policy = Policy::parse(text, Release::V2_3_0).unwrap();
        let options = Options { policy: policy.clone(), ..Options::default() };
        let examples = explain(text, &options, local(now)).examples;
        assert_eq!(examples.len(), 3, "{text}: {examples:?}");
        for example in examples {
            let time = example.strip_prefix("A backup of ").unwrap().split(" is ").next().unwrap();
            let time = chrono::NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M:%S").unwrap();
            let backup = Backup::full(Utc::from_chrono(time).unwrap());
            let history = History::new(vec![Backup::full(now), backup], Zone::UTC);
            let answer = reference::apply(&policy, &history, local(now), false).unwrap();
            assert_eq!(
                example.ends_with("is deleted."),
                !answer.verdicts[1].keeps(),
                "{text}: {example}"
            );
            if let Some(pair) = answer.verdicts[1].pair() {
                let written = text.split(',').nth(pair.get()).unwrap();
                assert!(example.contains(&format!("belongs to {written}")), "{text}: {example}");
            }
            assert!(now.since(backup.time) > TimeSpan::ZERO);
        }
    }
}
