//! All options, with any texts.
#![no_main]

use duplicati_retention::testing::IMPLEMENTATIONS;
use duplicati_retention::testing::fuzz_checks::{OptionTexts, delete_options};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: OptionTexts| {
    if let Err(violation) = delete_options(&texts, IMPLEMENTATIONS) {
        panic!("{violation}");
    }
});
