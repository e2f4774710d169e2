//! Any bytes as a job's local database.
#![no_main]

use duplicati_retention::conformance::fuzzing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(violation) = fuzzing::local_database(bytes) {
        panic!("{violation}");
    }
});
