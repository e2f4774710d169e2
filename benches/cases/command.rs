//! The command as a whole, and the database of a job with very many versions.

use std::path::Path;
use std::process::{Command, Stdio};

use rusqlite::Connection;

use super::{DISTANCE_SECONDS, NOW_SECONDS};

/// A job's database with `count` versions, one every five minutes, of which one in ten is partial,
/// and as much else as is read.
pub fn database(path: &Path, count: usize) -> rusqlite::Result<()> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
         CREATE TABLE Fileset (ID INTEGER PRIMARY KEY, OperationID INTEGER NOT NULL, VolumeID INTEGER NOT NULL,
             IsFullBackup INTEGER NOT NULL, Timestamp INTEGER NOT NULL);
         CREATE TABLE Remotevolume (ID INTEGER PRIMARY KEY, Name TEXT NOT NULL, State TEXT, LockExpirationTime INTEGER);",
    )?;
    connection.execute(
        "WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < ?1)
         INSERT INTO Fileset SELECT n + 1, n + 1, n + 1, n % 10 <> 3, ?2 - (?1 - 1 - n) * ?3 FROM number",
        (count as i64, NOW_SECONDS, DISTANCE_SECONDS),
    )?;
    connection.execute(
        "INSERT INTO Remotevolume SELECT ID, 'duplicati-' || ID || '.dlist.zip.aes', 'Verified', NULL FROM Fileset",
        (),
    )?;
    Ok(())
}

/// The command's answer about a database; `more` are further arguments.
pub fn plan(database: &Path, policy: &str, more: &[&str]) -> Vec<u8> {
    answer(command("plan", policy, "UTC").arg("--database").arg(database).args(more))
}

/// A forecast of ten years of hourly backups, in a zone with clock changes.
pub fn forecast(policy: &str) -> String {
    let schedule = ["--every", "1h", "--jitter", "5m", "--for", "10Y"];
    let answer = answer(command("forecast", policy, "Europe/Berlin").args(schedule));
    let answer = String::from_utf8(answer).expect("the answer is UTF-8");
    assert!(answer.contains("87,601 backups in 10 years"), "{answer}");
    answer
}

fn command(name: &str, policy: &str, zone: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duplicati-retention"));
    command.args([name, policy, "--now", "2026-11-23T10:00:00Z", "--time-zone", zone]);
    command
}

fn answer(command: &mut Command) -> Vec<u8> {
    let output = command.stderr(Stdio::inherit()).output().expect("the command runs");
    assert!(output.status.success(), "{}", output.status);
    output.stdout
}
