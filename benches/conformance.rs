//! How many answers a second `conformance run` takes from our own `conformance serve`, both on one
//! core: no fewer than 20,000.
//!
//! `cargo bench --bench conformance`. Where there is no `taskset`, both have whatever cores there
//! are.

use std::process::Command;
use std::time::Instant;

const CASES: u32 = 200_000;
const LEAST: f64 = 20_000.0;

fn main() {
    let ours = env!("CARGO_BIN_EXE_duplicati-retention");
    let on_one_core = Command::new("taskset")
        .args(["-c", "0", "true"])
        .status()
        .is_ok_and(|status| status.success());
    for with in ["reference", "engine"] {
        let cases = CASES.to_string();
        let mut command = Command::new(if on_one_core { "taskset" } else { ours });
        if on_one_core {
            command.args(["-c", "0", ours]);
        }
        command.args(["conformance", "run", "--vectors", "/dev/null", "--cases", &cases]);
        command.args(["--", ours, "conformance", "serve", "--with", with]);
        let start = Instant::now();
        let output = command.output().expect("it runs");
        let rate = f64::from(CASES) / start.elapsed().as_secs_f64();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        let cores = if on_one_core { "one core" } else { "all cores" };
        println!(
            "serve --with {with}, {CASES} random cases, on {cores}: {rate:.0} answers a second"
        );
        assert!(rate >= LEAST, "fewer than {LEAST} answers a second");
    }
}
