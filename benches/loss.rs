//! `loss` on a database with ten million entries, beside the same question asked of `sqlite3`, the
//! shell of SQLite. `cargo bench --bench loss` prints time and memory; `-- 1000000` takes another
//! number of entries. It needs Linux and the shell.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// How often each of the two is timed; they take turns.
const ROUNDS: usize = 3;
const VERSIONS: i64 = 200;
/// One file in this many changes from a version to the next.
const UNCHANGED: i64 = 100;

fn main() {
    let entries = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(10_000_000);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("job.sqlite");
    database(&path, entries / VERSIONS).expect("a database is made");
    let size = fs::metadata(&path).expect("it is there").len();
    println!("{entries} entries of {VERSIONS} versions, a file of {} MB", size / 1_000_000);
    let (mut ours, mut shell) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(measured(command(&path)));
        shell.push(measured(sqlite(&path)));
    }
    let [freed, by_shell] = [&ours[0].answer, &shell[0].answer].map(|answer| numbers(answer));
    assert_eq!(freed, by_shell, "both give the same answer");
    let [ours, shell] = [ours, shell].map(|mut all| {
        all.sort_by_key(|one| one.time);
        all.swap_remove(ROUNDS / 2)
    });
    let ratio = ours.time.as_secs_f64() / shell.time.as_secs_f64();
    println!("loss: {:.2?}, at most {} MB", ours.time, ours.memory / 1000);
    println!(
        "sqlite3: {:.2?}, at most {} MB; loss / sqlite3: {ratio:.2}",
        shell.time,
        shell.memory / 1000
    );
}

/// Versions in which a file in a hundred has a new content each time, with the tables and indexes
/// that Duplicati makes.
fn database(path: &Path, files: i64) -> rusqlite::Result<()> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
         CREATE TABLE Fileset (ID INTEGER PRIMARY KEY, OperationID INTEGER NOT NULL, VolumeID INTEGER NOT NULL,
             IsFullBackup INTEGER NOT NULL, Timestamp INTEGER NOT NULL);
         CREATE TABLE Remotevolume (ID INTEGER PRIMARY KEY, Name TEXT NOT NULL, State TEXT, LockExpirationTime INTEGER);
         CREATE TABLE Version (ID INTEGER PRIMARY KEY, Version INTEGER NOT NULL);
         INSERT INTO Version (Version) VALUES (19);
         CREATE TABLE FilesetEntry (FilesetID INTEGER NOT NULL, FileID INTEGER NOT NULL, Lastmodified INTEGER NOT NULL,
             PRIMARY KEY (FilesetID, FileID)) WITHOUT ROWID;
         CREATE TABLE PathPrefix (ID INTEGER PRIMARY KEY, Prefix TEXT NOT NULL);
         CREATE TABLE FileLookup (ID INTEGER PRIMARY KEY, PrefixID INTEGER NOT NULL, Path TEXT NOT NULL,
             BlocksetID INTEGER NOT NULL, MetadataID INTEGER NOT NULL);
         CREATE TABLE Blockset (ID INTEGER PRIMARY KEY, Length INTEGER NOT NULL, FullHash TEXT NOT NULL);
         CREATE TABLE BlocksetEntry (BlocksetID INTEGER NOT NULL, \"Index\" INTEGER NOT NULL, BlockID INTEGER NOT NULL,
             PRIMARY KEY (BlocksetID, \"Index\")) WITHOUT ROWID;
         CREATE TABLE BlocklistHash (BlocksetID INTEGER NOT NULL, \"Index\" INTEGER NOT NULL, Hash TEXT NOT NULL);
         CREATE TABLE Block (ID INTEGER PRIMARY KEY, Hash TEXT NOT NULL, Size INTEGER NOT NULL, VolumeID INTEGER NOT NULL);
         CREATE TABLE Metadataset (ID INTEGER PRIMARY KEY, BlocksetID INTEGER NOT NULL, Content TEXT NULL);
         CREATE TABLE number (n INTEGER PRIMARY KEY);
         CREATE INDEX FilesetentryFileIdIndex ON FilesetEntry (FileID);",
    )?;
    let numbers = "WITH RECURSIVE number_(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number_ WHERE n + 1 < ?1)
        INSERT INTO number SELECT n FROM number_";
    // A change of a file has the number of the file, and how often it changed before.
    let changes = VERSIONS / UNCHANGED + 2;
    connection.execute(numbers, [files * changes])?;
    for sql in [
        "INSERT INTO Fileset SELECT n + 1, n + 1, n + 1, 1, 1700000000 + n * 86400 FROM number WHERE n < ?2",
        "INSERT INTO PathPrefix SELECT n + 1, '/home/user/folder ' || n || '/' FROM number WHERE n <= ?1 / 50",
        "INSERT INTO FileLookup SELECT n + 1, n % ?1 / 50 + 1, 'file ' || (n % ?1) || '.dat', n + 1, n % ?1 + 1
             FROM number WHERE ?2 = ?2",
        // Two blocks for a content, of which every second file shares the first with its neighbour.
        "INSERT INTO Blockset SELECT n + 1, 150000 + n % 1000, printf('%043x=', n) FROM number WHERE ?1 = ?1 AND ?2 = ?2",
        "INSERT INTO Blockset SELECT ?1 * ?3 + n + 1, 200, printf('%042x==', n) FROM number WHERE n < ?1 AND ?2 = ?2",
        "INSERT INTO Metadataset SELECT n + 1, ?1 * ?3 + n + 1, NULL FROM number WHERE n < ?1 AND ?2 = ?2",
        "INSERT INTO Block SELECT n + 1, printf('%043x=', n), 1000 + n % 99000, n / 500 FROM number WHERE ?1 = ?1 AND ?2 = ?2",
        "INSERT INTO BlocksetEntry SELECT n + 1, 0, n / 2 * 2 + 1 FROM number WHERE ?1 = ?1 AND ?2 = ?2",
        "INSERT INTO BlocksetEntry SELECT n + 1, 1, n + 1 FROM number WHERE n % 2 = 1 AND ?1 = ?1 AND ?2 = ?2",
        "INSERT INTO BlocksetEntry SELECT ?1 * ?3 + n + 1, 0, ?1 * ?3 + n + 1 FROM number WHERE n < ?1 AND ?2 = ?2",
        "INSERT INTO Block SELECT ?1 * ?3 + n + 1, printf('%042x==', n), 200, n / 500 FROM number WHERE n < ?1 AND ?2 = ?2",
        // In version v the file f has changed (v + f) / 100 times.
        "INSERT INTO FilesetEntry SELECT version.n + 1, file.n + (version.n + file.n % 100) / 100 * ?1 + 1, 0
             FROM number AS version CROSS JOIN number AS file WHERE version.n < ?2 AND file.n < ?1",
    ] {
        let used = sql.contains("?3");
        let mut statement = connection.prepare(sql)?;
        if used {
            statement.execute((files, VERSIONS, changes))?;
        } else if sql.contains("?1") && sql.contains("?2") {
            statement.execute((files, VERSIONS))?;
        } else if sql.contains("?2") {
            statement.execute((0, VERSIONS))?;
        } else {
            statement.execute([files])?;
        }
    }
    connection.execute_batch(
        "DROP TABLE number;
         CREATE UNIQUE INDEX FileLookupPath ON FileLookup (PrefixID, Path, BlocksetID, MetadataID);
         CREATE INDEX nn_FileLookup_BlockMeta ON FileLookup (BlocksetID, MetadataID);
         CREATE UNIQUE INDEX BlocksetFullHash ON Blockset (FullHash, Length);
         CREATE INDEX BlocksetEntry_IndexIdsBackwards ON BlocksetEntry (BlockID);
         CREATE UNIQUE INDEX BlocklistHashBlocksetIDIndex ON BlocklistHash (BlocksetID, \"Index\");
         CREATE UNIQUE INDEX BlockHashSize ON Block (Hash, Size);
         CREATE INDEX BlockSize ON Block (Size);
         CREATE INDEX nnc_Metadataset ON Metadataset (ID, BlocksetID);",
    )
}

/// Versions 100 to 199, the older half, are deleted.
fn command(path: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duplicati-retention"));
    command.args([
        "loss",
        "",
        "--version",
        "100-199",
        "--time-zone",
        "UTC",
        "--json",
        "--limit",
        "0",
    ]);
    command.arg("--database").arg(path);
    command
}

/// The same question in SQL: the paths, the contents and the blocks that only they have.
fn sqlite(path: &Path) -> Command {
    let sets = |kept: &str| {
        format!(
            "SELECT BlocksetID FROM FileLookup WHERE ID IN {kept} UNION SELECT Metadataset.BlocksetID \
             FROM FileLookup JOIN Metadataset ON Metadataset.ID = MetadataID WHERE FileLookup.ID IN {kept}"
        )
    };
    let blocks = |kept: &str| {
        let sets = sets(kept);
        format!(
            "SELECT BlockID FROM BlocksetEntry WHERE BlocksetID IN ({sets}) UNION SELECT Block.ID FROM \
             BlocklistHash JOIN Block ON Block.Hash = BlocklistHash.Hash WHERE BlocksetID IN ({sets})"
        )
    };
    let sql = format!(
        "CREATE TEMP TABLE gone AS SELECT ID FROM Fileset ORDER BY Timestamp LIMIT 100;
         CREATE TEMP TABLE d (ID INTEGER PRIMARY KEY); CREATE TEMP TABLE k (ID INTEGER PRIMARY KEY);
         INSERT OR IGNORE INTO d SELECT FileID FROM FilesetEntry WHERE FilesetID IN gone;
         INSERT OR IGNORE INTO k SELECT FileID FROM FilesetEntry WHERE FilesetID NOT IN gone;
         SELECT count(*) FROM (SELECT PrefixID, Path FROM FileLookup WHERE ID IN d EXCEPT
             SELECT PrefixID, Path FROM FileLookup WHERE ID IN k);
         SELECT count(*), sum(Length) FROM Blockset WHERE ID IN (SELECT BlocksetID FROM FileLookup WHERE ID IN d
             EXCEPT SELECT BlocksetID FROM FileLookup WHERE ID IN k);
         SELECT count(*), sum(Size) FROM Block WHERE ID IN ({}) AND ID NOT IN ({});",
        blocks("d"),
        blocks("k")
    );
    let mut shell = Command::new("sqlite3");
    shell.arg(path).arg(sql);
    shell
}

struct Measured {
    answer: String,
    time: Duration,
    /// The most memory that it had, in kB.
    memory: u64,
}

fn measured(mut command: Command) -> Measured {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
    let status = format!("/proc/{}/status", child.id());
    let mut memory = 0;
    while child.try_wait().expect("it can be waited for").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let most = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let most = most.and_then(|line| line.trim().split(' ').next()?.parse().ok());
        memory = memory.max(most.unwrap_or(0));
        thread::sleep(Duration::from_millis(2));
    }
    let time = start.elapsed();
    let output = child.wait_with_output().expect("it ended");
    assert!(output.status.success());
    Measured { answer: String::from_utf8(output.stdout).expect("text"), time, memory }
}

/// Files, bytes, freed blocks and freed bytes, from either answer.
fn numbers(answer: &str) -> Vec<u64> {
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(answer) {
        let summary = &json["summary"];
        let names = ["files", "bytes", "freed_blocks", "freed_bytes"];
        return names.iter().map(|name| summary[name].as_u64().expect("a number")).collect();
    }
    let lines: Vec<Vec<u64>> = answer
        .lines()
        .map(|line| line.split('|').map(|number| number.parse().unwrap_or(0)).collect())
        .collect();
    vec![lines[0][0], lines[1][1], lines[2][0], lines[2][1]]
}
