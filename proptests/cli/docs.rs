//! What the documents show is what the command prints, and the picture is what it draws.
//!
//! After a change that is meant: `TRYCMD=overwrite cargo test documents` and `UPDATE_PICTURE=1
//! cargo test picture`.

use std::{env, fs};

use crate::support::{command, root, run_with};

#[test]
fn the_documents_show_what_the_command_prints() {
    let cases = trycmd::TestCases::new();
    cases.env("COLUMNS", "100").env("TZ", "UTC");
    cases.register_bin(
        "duplicati-retention",
        std::path::PathBuf::from(env!("CARGO_BIN_EXE_duplicati-retention")),
    );
    cases.register_bin("cat", std::path::PathBuf::from("/bin/cat"));
    cases.case("README.md").case("docs/*.md");
}

/// The picture of the sample's plan.
fn picture() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.svg");
    let mut plan = command();
    plan.args([
        "plan",
        "1W:1D,4W:1W,12M:1M",
        "--database",
        "samples/photos.sqlite",
        "--now",
        "2026-11-23T10:00:00Z",
        "--time-zone",
        "Europe/Berlin",
        "--svg",
    ]);
    run_with(plan.arg(&path), b"");
    fs::read_to_string(path).expect("the picture was drawn")
}

#[test]
fn the_picture_is_what_the_command_draws() {
    let path = root().join("docs/plan.svg");
    if env::var_os("UPDATE_PICTURE").is_some() {
        fs::write(&path, picture()).expect("the picture is written");
    }
    assert!(
        fs::read_to_string(&path).is_ok_and(|text| text == picture()),
        "docs/plan.svg is not what `plan --svg` draws"
    );
}
