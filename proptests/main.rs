//! Every test of the library and the command from outside.

mod bad_input;
mod check;
mod clauses;
mod compare;
mod compose;
mod conformance;
mod corpora;
mod distribution;
mod docs;
mod engine;
mod explain;
mod forecast;
mod gap_bound;
mod history;
mod invariants;
mod job;
mod judged_by_hand;
mod kill_matrix;
mod memory;
mod options;
mod plan;
mod safety;
mod sample_database;
mod small_scope;
mod state_machine;
mod strategies;
mod support;
mod vectors;
mod verify;
mod when;
mod zone;

/// Compares a text with what stands in `snapshots/`.
fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
