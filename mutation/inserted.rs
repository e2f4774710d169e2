//! Which mutant is active in this process: the one that the environment variable `MUTANT` names. If
//! `MUTANT_LOG` names a file instead, each mutant that is reached is added to it once.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

const UNKNOWN: u32 = u32::MAX;
const LOGGED: u32 = u32::MAX - 1;
static ACTIVE: AtomicU32 = AtomicU32::new(UNKNOWN);
static LOG: OnceLock<File> = OnceLock::new();
static REACHED: [AtomicBool; 1 << 16] = [const { AtomicBool::new(false) }; 1 << 16];

/// The active mutant if it is among these, otherwise 0.
#[inline]
pub fn chosen(mutants: &[u32]) -> u32 {
    match ACTIVE.load(Relaxed) {
        0 => 0,
        UNKNOWN => {
            ACTIVE.store(configured(), Relaxed);
            chosen(mutants)
        }
        LOGGED => {
            log(mutants);
            0
        }
        active if mutants.contains(&active) => active,
        _ => 0,
    }
}

/// Whether this mutant is active.
#[inline]
pub fn is(mutant: u32) -> bool {
    chosen(&[mutant]) != 0
}

/// What a mutant and the original code both return in place of an `impl Iterator`.
pub fn boxed<'a, T>(items: impl Iterator<Item = T> + 'a) -> Box<dyn Iterator<Item = T> + 'a> {
    Box::new(items)
}

fn configured() -> u32 {
    if let Some(path) = setting("MUTANT_LOG=") {
        let file = OpenOptions::new().create(true).append(true).open(path).expect("a log");
        let _ = LOG.set(file);
        return LOGGED;
    }
    setting("MUTANT=").map_or(0, |number| number.parse().expect("a mutant's number"))
}

/// A variable of this process, or of the nearest process above it that has the variable: some tests
/// start the command with an empty environment.
fn setting(name: &str) -> Option<String> {
    let mut process = "self".to_owned();
    loop {
        let environment = fs::read(format!("/proc/{process}/environ")).ok()?;
        let mut variables = environment.split(|byte| *byte == 0);
        if let Some(value) = variables.find_map(|text| text.strip_prefix(name.as_bytes())) {
            return String::from_utf8(value.to_vec()).ok();
        }
        let state = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        process = state.rsplit_once(')')?.1.split_whitespace().nth(1)?.to_owned();
    }
}

fn log(mutants: &[u32]) {
    for mutant in mutants {
        if !REACHED[*mutant as usize].swap(true, Relaxed) {
            let line = format!("{mutant}\n");
            LOG.get().expect("a log").write_all(line.as_bytes()).expect("it can be written");
        }
    }
}
