//! Any bytes as a list of times.
#![no_main]

use duplicati_retention::{conformance::fuzzing, history::times};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(violation) = fuzzing::times_text(bytes, |bytes| times::read(bytes)) {
        panic!("{violation}");
    }
});
