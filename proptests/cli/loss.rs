//! `loss`: the list and the numbers, as text and as JSON.

use serde_json::Value;

use crate::support::{command, real_database, run_with};

const NOW: [&str; 4] = ["--now", "2026-06-20T21:00:00Z", "--time-zone", "Europe/Berlin"];

/// Runs `loss` on the database of the job as it was before the deletion.
fn loss(args: &[&str]) -> crate::support::Run {
    let (folder, _database) = real_database("loss-before");
    let mut loss = command();
    loss.current_dir(folder.path()).arg("loss").args(NOW);
    run_with(loss.args(["--database", "loss-before.sqlite"]).args(args), b"")
}

#[test]
fn the_list_shows_the_largest_first() {
    let answer = loss(&["3D:1D,10D:3D", "--limit", "6"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    crate::assert_snapshot!("loss_text", answer.stdout);
}

#[test]
fn a_pattern_and_a_limit_make_the_list_shorter_and_not_the_numbers() {
    let json = |args: &[&str]| -> Value {
        serde_json::from_str(&loss(&[args, &["--json"]].concat()).stdout).unwrap()
    };
    let all = json(&["3D:1D,10D:3D"]);
    let odt = json(&["3D:1D,10D:3D", "--path", "*.odt", "--limit", "1"]);
    assert_eq!(all["summary"], odt["summary"]);
    let (lost, listed) = (all["lost"].as_array().unwrap(), odt["lost"].as_array().unwrap());
    let is_odt = |lost: &&Value| lost["path"].as_str().unwrap().ends_with(".odt");
    assert_eq!(lost.iter().find(is_odt), listed.first());
    assert_eq!(listed.len(), 1);
    assert_eq!(odt["not_listed"], lost.iter().filter(is_odt).count() - 1);
    assert_eq!(all["not_listed"], 0);
    let sizes: Vec<_> = lost.iter().map(|lost| lost["bytes"].as_u64().unwrap()).collect();
    assert!(sizes.is_sorted_by(|one, next| one >= next), "{sizes:?}");
}

#[test]
fn versions_can_be_named_and_free_ones_asked_for() {
    let named = loss(&["", "--version", "0-2"]).stdout;
    assert!(named.contains("3 of 20 versions would be deleted."), "{named}");
    let nothing = loss(&["U:0s"]).stdout;
    assert!(nothing.ends_with("0 of 20 versions would be deleted.\n"), "{nothing}");
    let free = loss(&["--free"]).stdout;
    assert!(free.contains("12 of 20 versions can be deleted together"), "{free}");
    for deciding in [&["7D:1D"][..], &["--version", "0-2"], &["--keep-time", "6M"]] {
        assert_eq!(loss(&[&["--free"], deciding].concat()).code, 2, "{deciding:?}");
    }
    assert_eq!(loss(&[]).code, 2);
}
