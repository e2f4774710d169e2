//! Any text in the classic web page.
#![no_main]

use duplicati_retention::conformance::{IMPLEMENTATIONS, fuzzing};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(violation) = fuzzing::web_ui_regex(text, IMPLEMENTATIONS) {
        panic!("{violation}");
    }
});
