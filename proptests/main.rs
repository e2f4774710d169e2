//! Every test of the library and the command from outside.
//!
//! What asks the command stands behind its feature. So the tests of the library build in a second or two without the command's
//! crates, as mutation testing does some thousands of times.

#[cfg(feature = "cli")]
mod bad_input;
#[cfg(feature = "cli")]
mod check;
mod clauses;
#[cfg(feature = "cli")]
mod compare;
#[cfg(feature = "cli")]
mod compose;
mod conditions_by_hand;
#[cfg(feature = "cli")]
mod conformance;
#[cfg(feature = "cli")]
mod corpora;
mod distribution;
#[cfg(feature = "cli")]
mod docs;
mod dotnet;
mod engine;
#[cfg(feature = "cli")]
mod explain;
#[cfg(feature = "cli")]
mod forecast;
#[cfg(feature = "cli")]
mod forecast_command;
mod fuzzing;
mod gap_bound;
#[cfg(feature = "cli")]
mod history;
mod invariants;
#[cfg(feature = "cli")]
mod job;
mod judged_by_hand;
mod kill_matrix;
#[cfg(feature = "cli")]
mod memory;
#[cfg(feature = "cli")]
mod options;
#[cfg(feature = "cli")]
mod plan;
mod policy;
mod runner;
mod safety;
#[cfg(feature = "cli")]
mod sample_database;
mod small_scope;
mod state_machine;
mod strategies;
mod support;
mod vectors;
#[cfg(feature = "cli")]
mod verify;
#[cfg(feature = "cli")]
mod when;
mod wishes_by_hand;
mod zone;

/// Compares a text with what stands in `snapshots/`.
fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
