//! Any bytes as a job's local database.
#![no_main]

use duplicati_retention::{sources::database, testing::fuzz_checks};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(violation) = fuzz_checks::local_database(bytes, |path, access| drop(database::read(path, access))) {
        panic!("{violation}");
    }
});
