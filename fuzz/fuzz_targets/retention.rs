//! A history and a policy.
#![no_main]

use duplicati_retention::conformance::{IMPLEMENTATIONS, Recipe, fuzzing};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|recipe: Recipe| {
    if let Err(violation) = fuzzing::retention(&recipe, IMPLEMENTATIONS) {
        panic!("{violation}");
    }
});
