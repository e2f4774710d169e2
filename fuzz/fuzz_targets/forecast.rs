//! A policy and a schedule, backup after backup.
#![no_main]

use duplicati_retention::conformance::{Recipe, fuzzing};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|recipe: Recipe| {
    if let Err(violation) = fuzzing::forecast(&recipe) {
        panic!("{violation}");
    }
});
