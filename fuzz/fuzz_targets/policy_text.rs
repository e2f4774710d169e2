//! Any text as a policy, in every release.
#![no_main]

use duplicati_retention::testing::{IMPLEMENTATIONS, fuzz_checks};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(violation) = fuzz_checks::policy_text(text, IMPLEMENTATIONS) {
        panic!("{violation}");
    }
});
