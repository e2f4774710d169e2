//! How Duplicati treats a script, checked against the real program.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use duplicati_retention::Release;
use duplicati_retention::retention::Options;
use serde_json::Value;

use crate::support::{Run, real_text, write_file};

/// What a script left behind; `None` if it could not be started or was too slow.
pub(super) type Script = Option<Run>;

/// What Duplicati does after a script.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Whether a version is written.
    pub backs_up: bool,
    /// Whether the retention of the job is applied.
    pub deletes: bool,
}

pub(super) const ENDS: Outcome = Outcome { backs_up: false, deletes: false };

/// How Duplicati treats a script before a backup of a job with this retention option.
pub(super) fn follow(script: &Script, is_required: bool, (name, value): (&str, &str)) -> Outcome {
    let goes_on = match script {
        None => !is_required,
        Some(run) if is_required => run.code == 0,
        Some(run) => matches!(run.code, 0 | 2 | 4),
    };
    if !goes_on {
        return ENDS;
    }
    let names = ["retention-policy", "keep-time", "keep-versions"];
    let mut options = vec![(name, value)];
    for line in script.iter().flat_map(|run| run.stdout.lines()) {
        let Some(option) = line.trim().strip_prefix("--") else { continue };
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        assert!(names.contains(&name), "only retention options are set: {line}");
        options.retain(|(other, _)| *other != name);
        options.push((name, value.trim_matches('"')));
    }
    let is_set = |&(name, value): &(&str, &str)| {
        !value.is_empty() && (name != "keep-versions" || value != "0")
    };
    let set: Vec<_> = options.into_iter().filter(is_set).collect();
    let Ok(read) = Options::parse(set.iter().copied(), Release::V2_3_0) else { return ENDS };
    let is_refused = read
        .policy
        .pairs()
        .iter()
        .any(|pair| pair.interval().ticks() > 0 && pair.interval() >= pair.frame());
    if set.len() > 1 || is_refused {
        return ENDS;
    }
    let deletes = set.iter().any(|&(_, value)| value != "U:0s");
    Outcome { backs_up: true, deletes }
}

/// Runs a script; one that takes longer than the limit is ended.
pub(super) fn start(mut script: Command, limit: Duration) -> Script {
    script.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = script.spawn().ok()?;
    let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = |mut pipe: Box<dyn std::io::Read + Send>| {
        thread::spawn(move || {
            let mut text = String::new();
            pipe.read_to_string(&mut text).map(|_| text).unwrap_or_default()
        })
    };
    let (stdout, stderr) = (read(Box::new(stdout)), read(Box::new(stderr)));
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            let code = status.code().unwrap_or(137);
            let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
            return Some(Run { code, stdout, stderr });
        }
        if begin.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The retention option of the job in a case of `guard.jsonl`; without a script, two versions go.
fn option_of(case: &str) -> (&'static str, &'static str) {
    match case.split('-').next() {
        Some("time") if case != "time-to" => ("keep-time", "3D"),
        Some("versions") => ("keep-versions", "2"),
        _ => ("retention-policy", "1W:1D,4W:1W"),
    }
}

#[cfg(unix)]
#[test]
fn every_script_of_the_real_program_is_followed_as_it_was() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_str().unwrap();
    let mut cases = 0;
    for line in real_text("guard.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let name = case["case"].as_str().unwrap();
        let text = case["script"].as_str().unwrap().replace("/home/user", home);
        // The pause only has to be longer than the limit.
        let text = text.replace("sleep 8", "exec sleep 5");
        let path = write_file(folder.path(), name, text.as_bytes());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        let path = if name.ends_with("missing") { format!("{path}-is-missing") } else { path };
        let is_slow = name.contains("timeout");
        let limit = Duration::from_millis(if is_slow { 300 } else { 60_000 });
        let script = start(Command::new(path), limit);
        let deleted = case["deleted"].as_u64().unwrap();
        let seen = Outcome { backs_up: case["new"] == 1, deletes: deleted > 0 };
        let followed = follow(&script, name.starts_with("req-"), option_of(name));
        assert_eq!(followed, seen, "{name}");
        cases += 1;
    }
    assert_eq!(cases, real_text("guard.jsonl").lines().count());
}
