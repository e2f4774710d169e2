//! Any text as a line of a vector file.
#![no_main]

use duplicati_retention::conformance::replay;
use duplicati_retention::testing::IMPLEMENTATIONS;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(violation) = replay::any_line(text, IMPLEMENTATIONS) {
        panic!("{violation}");
    }
});
