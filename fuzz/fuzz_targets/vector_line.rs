//! Any text as a line of a vector file.
#![no_main]

use duplicati_retention::conformance::{IMPLEMENTATIONS, fuzzing};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(violation) = fuzzing::vector_line(text, IMPLEMENTATIONS) {
        panic!("{violation}");
    }
});
