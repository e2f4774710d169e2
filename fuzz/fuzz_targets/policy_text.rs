//! Any text as a policy, in every release.
#![no_main]

use duplicati_retention::conformance::{IMPLEMENTATIONS, fuzzing};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(violation) = fuzzing::policy_text(text, IMPLEMENTATIONS) {
        panic!("{violation}");
    }
});
