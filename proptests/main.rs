//! Every test of the library and the command from outside, grouped as the modules are.
//!
//! What asks the command needs its feature. So the tests of the library build in a second or two
//! without the command's crates, as mutation testing does some thousands of times.

mod advice;
#[cfg(feature = "cli")]
mod cli;
mod clock;
#[cfg(feature = "cli")]
mod conformance;
mod forecast;
mod invariants;
mod policy;
mod report;
mod retention;
mod sources;
mod support;
#[cfg(all(windows, feature = "conformance"))]
mod windows;

/// Compares a text with what is recorded in `snapshots/`.
fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
