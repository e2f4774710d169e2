//! A policy and a schedule, backup after backup.
#![no_main]

use duplicati_retention::testing::{ForecastCheck, ForecastSeed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|seed: ForecastSeed| {
    if let Some(Err(violation)) = seed.forecast().map(ForecastCheck::check) {
        panic!("{violation}");
    }
});
