//! A policy and a schedule, backup after backup.
#![no_main]

use duplicati_retention::conformance::{Foretold, Recipe};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|recipe: Recipe| {
    if let Some(Err(violation)) = Foretold::from_recipe(&recipe).map(Foretold::judge) {
        panic!("{violation}");
    }
});
