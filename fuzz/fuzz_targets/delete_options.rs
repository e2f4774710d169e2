//! All options, as texts: the first five lines; the rest is a case_seed.
#![no_main]

use duplicati_retention::testing::{IMPLEMENTATIONS, fuzz_checks};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if let Err(violation) = fuzz_checks::delete_options(input, IMPLEMENTATIONS) {
        panic!("{violation}");
    }
});
