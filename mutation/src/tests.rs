//! The tests: what each takes and reaches.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use anyhow::Result;
use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};
use wait_timeout::ChildExt;

use crate::workers::Workers;

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub enum Outcome {
    Passed,
    Failed,
    TooLong,
}

#[derive(Clone, Deserialize, PartialEq, Serialize)]
pub struct Test {
    pub program: PathBuf,
    /// When the program was built.
    built: SystemTime,
    pub name: String,
}

/// What a test does without a mutant.
#[derive(Deserialize, Serialize)]
pub struct Measured {
    pub test: Test,
    pub outcome: Outcome,
    pub seconds: f64,
    /// The mutants that it reaches.
    pub reaches: HashSet<usize>,
}

/// The tests of a program whose name contains one of these texts, if there are any.
pub fn list(program: &Path, filters: &[String]) -> Result<Vec<Test>> {
    let ask = |kind: &[&str]| -> Result<Vec<String>> {
        let command = [&["--list", "--format=terse"], kind].concat();
        let text = String::from_utf8(Command::new(program).args(command).output()?.stdout)?;
        Ok(text.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
    };
    let ignored = ask(&["--ignored"])?;
    let built = fs::metadata(program)?.modified()?;
    let is_asked = |name: &String| {
        let mut filters = filters.iter();
        !ignored.contains(name) && (filters.len() == 0 || filters.any(|text| name.contains(text)))
    };
    let names = ask(&[])?.into_iter().filter(is_asked);
    Ok(names.map(|name| Test { program: program.to_owned(), built, name }).collect())
}

/// Where tests run.
pub struct Place {
    pub tree: PathBuf,
    pub temporary: PathBuf,
}

impl Place {
    /// Run a test by itself, with a variable set. It may not fill the memory or the disk, use more
    /// than these seconds of a processor, or take more than four times as long.
    pub fn run(&self, test: &Test, variable: (&str, &str), seconds: f64) -> Result<(Outcome, f64)> {
        static RUNS: AtomicUsize = AtomicUsize::new(0);
        let number = RUNS.fetch_add(1, Ordering::Relaxed);
        let temporary = self.temporary.join(number.to_string());
        fs::create_dir_all(&temporary)?;
        let limits = format!(
            "ulimit -c 0 -v 4000000 -f 2000000; ulimit -S -t {}; exec \"$@\"",
            seconds.ceil()
        );
        let start = Instant::now();
        let mut child = Command::new("bash")
            .args(["-c", &limits, "bash"])
            .arg(&test.program)
            .args(["--exact", &test.name, "--test-threads=1"])
            .current_dir(&self.tree)
            .env("CARGO_MANIFEST_DIR", &self.tree)
            .env("INSTA_WORKSPACE_ROOT", &self.tree)
            .envs([("INSTA_UPDATE", "no"), ("INSTA_FORCE_PASS", "0")])
            // The same cases each time. The smallest one does not matter.
            .envs([("PROPTEST_RNG_SEED", "1"), ("PROPTEST_MAX_SHRINK_ITERS", "0")])
            .env("TMPDIR", &temporary)
            .env(variable.0, variable.1)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let status = child.wait_timeout(Duration::from_secs_f64(4.0 * seconds))?;
        let elapsed = start.elapsed().as_secs_f64();
        // What it started may still run.
        let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
        child.wait()?;
        let _ = fs::remove_dir_all(&temporary);
        let outcome = match status {
            Some(status) if status.success() => Outcome::Passed,
            Some(status) if status.signal() != Some(Signal::XCPU.as_raw()) => Outcome::Failed,
            _ => Outcome::TooLong,
        };
        Ok((outcome, elapsed))
    }

    /// Run tests without a mutant, and record what they do. What the record says is not measured anew.
    pub fn measure(
        &self,
        tests: Vec<Test>,
        record: &Path,
        longest: f64,
        workers: &Workers,
    ) -> Result<Vec<Measured>> {
        let known = fs::read_to_string(record).unwrap_or_default();
        let known = known.lines().map(serde_json::from_str);
        let mut measured = known.collect::<Result<Vec<Measured>, _>>()?;
        measured.retain(|known| {
            let is_of_this_build = tests.iter().any(|test| test.built == known.test.built);
            is_of_this_build && (known.outcome != Outcome::TooLong || known.seconds >= longest)
        });
        let lines = measured.iter().map(|known| Ok(serde_json::to_string(known)? + "\n"));
        fs::write(record, lines.collect::<Result<String>>()?)?;
        measured.retain(|known| tests.contains(&known.test));
        let is_new = |test: &Test| !measured.iter().any(|known| known.test == *test);
        let new: Vec<Test> = tests.into_iter().filter(is_new).collect();
        let file = Mutex::new(OpenOptions::new().create(true).append(true).open(record)?);
        let new = workers.map(&new, "tests measured", |test| {
            let log = tempfile::NamedTempFile::new_in(&self.temporary)?;
            let path = log.path().to_str().unwrap_or_default();
            let (outcome, seconds) = self.run(test, ("MUTANT_LOG", path), longest)?;
            let reached = fs::read_to_string(path)?;
            let reaches = reached.lines().filter_map(|number| number.parse().ok()).collect();
            let result = Measured { test: test.clone(), outcome, seconds, reaches };
            writeln!(file.lock().unwrap(), "{}", serde_json::to_string(&result)?)?;
            Ok(result)
        })?;
        measured.extend(new);
        Ok(measured)
    }
}
