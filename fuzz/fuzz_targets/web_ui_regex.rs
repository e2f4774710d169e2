//! Any text in the classic web page.
#![no_main]

use duplicati_retention::testing::{IMPLEMENTATIONS, fuzz_checks};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(violation) = fuzz_checks::web_ui_regex(text, IMPLEMENTATIONS) {
        panic!("{violation}");
    }
});
