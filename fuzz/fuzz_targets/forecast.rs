//! A policy and a schedule, backup after backup.
#![no_main]

use duplicati_retention::testing::{ForecastCheck, CaseSeed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|case_seed: CaseSeed| {
    if let Some(Err(violation)) = ForecastCheck::from_case_seed(&case_seed).map(ForecastCheck::judge) {
        panic!("{violation}");
    }
});
