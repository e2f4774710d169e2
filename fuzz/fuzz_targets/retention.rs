//! A history and a policy.
#![no_main]

use duplicati_retention::testing::{IMPLEMENTATIONS, CaseSeed, fuzz_checks};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|seed: CaseSeed| {
    if let Err(violation) = fuzz_checks::retention(&seed, IMPLEMENTATIONS) {
        panic!("{violation}");
    }
});
