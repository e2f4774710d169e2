//! Any text as a line of a vector file.
#![no_main]

use duplicati_retention::testing::{IMPLEMENTATIONS, fuzz_checks};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(violation) = fuzz_checks::vector_line(text, IMPLEMENTATIONS) {
        panic!("{violation}");
    }
});
