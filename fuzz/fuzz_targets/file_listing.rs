//! Any bytes as a list of remote files.
#![no_main]

use duplicati_retention::{sources::files, testing::fuzz_checks};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(violation) = fuzz_checks::file_listing(bytes, |names| files::from_names(names, None)) {
        panic!("{violation}");
    }
});
