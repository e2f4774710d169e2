//! All options, as texts: the first five lines; the rest is a recipe.
#![no_main]

use duplicati_retention::conformance::{IMPLEMENTATIONS, fuzzing};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if let Err(violation) = fuzzing::delete_options(input, IMPLEMENTATIONS) {
        panic!("{violation}");
    }
});
