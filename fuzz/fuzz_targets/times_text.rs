//! Any bytes as a list of times.
#![no_main]

use duplicati_retention::{sources::times, testing::fuzz_checks};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(violation) = fuzz_checks::times_text(bytes, |bytes| times::read(bytes)) {
        panic!("{violation}");
    }
});
