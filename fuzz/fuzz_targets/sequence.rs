//! A timeline of time.
#![no_main]

use duplicati_retention::testing::{IMPLEMENTATIONS, CaseSeed, fuzz_checks};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|case_seed: CaseSeed| {
    if let Err(violation) = fuzz_checks::sequence(&case_seed, IMPLEMENTATIONS) {
        panic!("{violation}");
    }
});
