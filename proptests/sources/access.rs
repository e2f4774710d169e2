//! How a database is opened while Duplicati has it open, or after Duplicati ended abruptly: real
//! files, real locks, and a real second process where that matters. Reading must leave every file
//! as it was, and create none beside it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, UNIX_EPOCH};

use duplicati_retention::sources::database::{self, Access};
use rusqlite::Connection;
use tempfile::TempDir;

use super::database::{backup, database};
use super::starts;
use crate::support::sample_database::TABLES;

const IF_A_COPY: &str = "if this is a copy and the original has a file job.sqlite-wal beside it, copy that too: without it \
    the newest versions are missing here";

/// Every file of a folder with its content and the time of its last change.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    let entry = |path: PathBuf| {
        (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().modified().unwrap())
    };
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.map(|path| (path.clone(), entry(path))).collect()
}

/// The starts and caveats, or the error without the path. Fails if anything changes in the folder.
fn read(path: &Path, access: Access) -> Result<(Vec<i64>, Vec<String>), String> {
    let folder = path.parent().unwrap();
    let before = snapshot(folder);
    let listing = database::read(path, access);
    let after = snapshot(folder);
    assert!(before.keys().eq(after.keys()), "{:?} became {:?}", before.keys(), after.keys());
    assert!(before == after, "a file was written to");
    let name = format!("{}: ", path.display());
    listing
        .map(|listing| (starts(&listing), listing.caveats))
        .map_err(|error| error.to_string().replace(&name, ""))
}

/// A job's database with a backup at second 10.
fn job() -> (TempDir, PathBuf) {
    database(&format!("{TABLES}{}", backup(1, 10, 1, 0)))
}

/// The same with a write-ahead log, and closed.
fn job_with_log() -> (TempDir, PathBuf) {
    database(&format!("PRAGMA journal_mode = WAL; {TABLES}{}", backup(1, 10, 1, 0)))
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    format!("{}{suffix}", path.display()).into()
}

/// Copies the files with these suffixes to a folder of their own.
fn copy(path: &Path, suffixes: &[&str]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join(path.file_name().unwrap());
    for suffix in suffixes {
        fs::copy(beside(path, suffix), beside(&to, suffix)).unwrap();
    }
    (folder, to)
}

/// Another process that has run the statements on the database and keeps it open.
struct Writer(Child);

const STATEMENTS: &str = "DUPLICATI_RETENTION_TEST_STATEMENTS";
const FILE: &str = "DUPLICATI_RETENTION_TEST_FILE";

impl Writer {
    fn start(path: &Path, sql: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "sources::access::keeps_a_database_open", "--ignored", "--nocapture"])
            .env(STATEMENTS, sql)
            .env(FILE, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = Vec::new();
        let mut output = child.stdout.take().unwrap();
        while !said.ends_with(b"READY") {
            let mut byte = [0];
            output.read_exact(&mut byte).expect("the other process ran the statements");
            said.push(byte[0]);
        }
        Writer(child)
    }

    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "the other process, which the other tests start"]
fn keeps_a_database_open() {
    let (Ok(sql), Some(path)) = (std::env::var(STATEMENTS), std::env::var_os(FILE)) else { return };
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(&sql).unwrap();
    print!("READY");
    std::io::stdout().flush().unwrap();
    let _ = std::io::stdin().read(&mut [0]);
}

#[test]
fn a_closed_database_is_read_either_way() {
    let (_folder, path) = job();
    for access in [Access::InPlace, Access::Copy] {
        assert_eq!(read(&path, access), Ok((vec![10], vec![])));
    }
}

#[test]
fn a_closed_database_with_a_log_is_read_without_creating_one() {
    let (_folder, path) = job_with_log();
    assert_eq!(fs::read(&path).unwrap()[18..20], [2, 2]);
    assert_eq!(read(&path, Access::InPlace), Ok((vec![10], vec![IF_A_COPY.to_owned()])));
    assert_eq!(read(&path, Access::Copy), Ok((vec![10], vec![])));
}

#[test]
fn an_empty_log_counts_as_no_log() {
    let (_folder, path) = job_with_log();
    fs::write(beside(&path, "-wal"), "").unwrap();
    for access in [Access::InPlace, Access::Copy] {
        assert_eq!(read(&path, access), Ok((vec![10], vec![])));
    }
}

#[test]
fn changes_in_the_log_of_a_running_duplicati_are_read() {
    let (_folder, path) = job_with_log();
    let _writer = Writer::start(&path, &backup(2, 20, 1, 0));
    assert!(fs::metadata(beside(&path, "-wal")).unwrap().len() > 0);
    for access in [Access::InPlace, Access::Copy] {
        assert_eq!(read(&path, access), Ok((vec![20, 10], vec![])));
    }
}

#[test]
fn uncommitted_changes_are_not_read() {
    let (_folder, path) = job_with_log();
    let _writer = Writer::start(&path, &format!("BEGIN IMMEDIATE; {}", backup(2, 20, 1, 0)));
    for access in [Access::InPlace, Access::Copy] {
        assert_eq!(read(&path, access), Ok((vec![10], vec![])));
    }
    let (_folder, path) = job();
    let _writer = Writer::start(&path, &format!("BEGIN IMMEDIATE; {}", backup(2, 20, 1, 0)));
    for access in [Access::InPlace, Access::Copy] {
        assert_eq!(read(&path, access), Ok((vec![10], vec![])));
    }
}

#[test]
fn changes_in_the_log_of_a_killed_duplicati_are_read() {
    let (_folder, path) = job_with_log();
    Writer::start(&path, &backup(2, 20, 1, 0)).kill();
    assert!(beside(&path, "-shm").exists());
    for access in [Access::InPlace, Access::Copy] {
        assert_eq!(read(&path, access), Ok((vec![20, 10], vec![])));
    }
}

#[test]
fn a_log_without_its_index_asks_for_a_copy() {
    let (_original, path) = job_with_log();
    let _writer = Writer::start(&path, &backup(2, 20, 1, 0));
    let (_folder, path) = copy(&path, &["", "-wal"]);
    assert_eq!(
        read(&path, Access::InPlace).unwrap_err(),
        "its newest changes are still in the file beside it that ends in -wal, because Duplicati ended abruptly, or the \
         file that ends in -shm was not copied; run the command again with --copy, which reads a copy of both files"
    );
    assert_eq!(read(&path, Access::Copy), Ok((vec![20, 10], vec![])));
}

#[test]
fn a_copy_without_the_log_is_read_with_a_caveat() {
    let (_original, path) = job_with_log();
    let _writer = Writer::start(&path, &backup(2, 20, 1, 0));
    let (_folder, path) = copy(&path, &[""]);
    assert_eq!(read(&path, Access::InPlace), Ok((vec![10], vec![IF_A_COPY.to_owned()])));
}

#[test]
fn a_locked_database_says_to_wait() {
    let (_folder, path) = job();
    let _writer = Writer::start(&path, "BEGIN EXCLUSIVE");
    let error = read(&path, Access::InPlace).unwrap_err();
    assert_eq!(
        error,
        "Duplicati is writing to the database; wait until the job is done and try again"
    );
    let (_folder, path) = job_with_log();
    let _writer = Writer::start(
        &path,
        "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; DELETE FROM Fileset; COMMIT",
    );
    // With this locking mode there is no index that others could share.
    assert!(
        read(&path, Access::InPlace)
            .unwrap_err()
            .starts_with("its newest changes are still in the file")
    );
}

#[test]
fn a_lock_of_a_connection_of_the_same_process_counts_as_well() {
    let (_folder, path) = job();
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
    assert!(
        database::read(&path, Access::InPlace)
            .unwrap_err()
            .to_string()
            .contains("is writing to the database")
    );
    connection.execute_batch("COMMIT").unwrap();
    assert_eq!(read(&path, Access::InPlace), Ok((vec![10], vec![])));
}

/// A database whose writer ended when a part of its change was in the file already.
fn interrupted() -> (TempDir, PathBuf) {
    let rows: String = (2..400).map(|id| backup(id, id, 1, 0)).collect();
    let (_original, path) = database(&format!("{TABLES}{rows}"));
    // A cache of a few pages only makes SQLite write to the file before the transaction ends.
    let change = "PRAGMA cache_size = 2; BEGIN; UPDATE Fileset SET Timestamp = Timestamp + 1000;
        UPDATE Remotevolume SET Name = Name || 'y'";
    let _writer = Writer::start(&path, change);
    copy(&path, &["", "-journal"])
}

#[test]
fn an_interrupted_change_asks_for_a_copy_and_is_undone_in_it() {
    let (_folder, path) = interrupted();
    assert_eq!(
        read(&path, Access::InPlace).unwrap_err(),
        "Duplicati ended in the middle of a change, which must be undone first; run the command again with --copy, \
         which does that in a copy"
    );
    let untouched: Vec<i64> = (2..400).rev().collect();
    assert_eq!(read(&path, Access::Copy), Ok((untouched, vec![])));
}

#[test]
fn a_journal_beside_a_database_in_log_mode_asks_for_a_copy() {
    let (_folder, path) = interrupted();
    let mut content = fs::read(&path).unwrap();
    content[18..20].copy_from_slice(&[2, 2]);
    fs::write(&path, content).unwrap();
    assert!(
        read(&path, Access::InPlace)
            .unwrap_err()
            .starts_with("Duplicati ended in the middle of a change")
    );
}

#[test]
fn a_file_that_changes_during_reading_says_to_wait() {
    let (_folder, path) = job_with_log();
    let (done, file) = (AtomicBool::new(false), File::options().write(true).open(&path).unwrap());
    let errors = std::thread::scope(|scope| {
        scope.spawn(|| {
            for second in 0_u64.. {
                file.set_modified(UNIX_EPOCH + Duration::from_secs(second)).unwrap();
                if done.load(Relaxed) {
                    break;
                }
            }
        });
        // The other thread may be interrupted just then, but hardly every time.
        let read = |access| (0..200).find_map(|_| database::read(&path, access).err());
        let errors = [Access::InPlace, Access::Copy].map(read);
        done.store(true, Relaxed);
        errors
    });
    for error in errors {
        let expected = "the database changed while it was read, so Duplicati is running; wait until the job is done and try again";
        assert!(error.unwrap().to_string().ends_with(expected));
    }
}

#[test]
fn an_empty_journal_does_not_mean_an_interrupted_change() {
    let (_folder, path) = job_with_log();
    fs::write(beside(&path, "-journal"), "").unwrap();
    assert_eq!(read(&path, Access::InPlace), Ok((vec![10], vec![IF_A_COPY.to_owned()])));
}

/// A socket stands for a log that may not be read: that holds for an administrator as well.
#[cfg(unix)]
#[test]
fn a_log_that_cannot_be_read_is_not_passed_over() {
    let (_folder, path) = job_with_log();
    let _sockets = ["-wal", "-shm"]
        .map(|suffix| std::os::unix::net::UnixListener::bind(beside(&path, suffix)).unwrap());
    for access in [Access::InPlace, Access::Copy] {
        let problem = database::read(&path, access).unwrap_err().problem.to_string();
        let said_by_the_system = File::open(beside(&path, "-wal")).unwrap_err();
        let expected = duplicati_retention::sources::os_words(&said_by_the_system);
        assert_eq!(problem, format!("the database cannot be read: {expected}"), "{access:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_log_that_cannot_be_found_out_about_is_not_taken_for_none() {
    let (_folder, path) = job_with_log();
    let log = beside(&path, "-wal");
    let _ = fs::remove_file(&log);
    // It leads to itself.
    std::os::unix::fs::symlink(&log, &log).unwrap();
    let said_by_the_system = fs::metadata(&log).unwrap_err();
    let expected = duplicati_retention::sources::os_words(&said_by_the_system);
    for access in [Access::InPlace, Access::Copy] {
        let problem = database::read(&path, access).unwrap_err().problem.to_string();
        assert_eq!(problem, format!("the database cannot be read: {expected}"), "{access:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_leads_to_the_log_beside_the_file_itself() {
    let (_folder, path) = job_with_log();
    let _writer = Writer::start(&path, &backup(2, 20, 1, 0));
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("link.sqlite");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    for access in [Access::InPlace, Access::Copy] {
        assert_eq!(read(&link, access), Ok((vec![20, 10], vec![])));
    }
}

#[cfg(unix)]
#[test]
fn a_read_only_file_is_copied_to_be_repaired() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = interrupted();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    fs::set_permissions(beside(&path, "-journal"), fs::Permissions::from_mode(0o400)).unwrap();
    assert_eq!(read(&path, Access::Copy).unwrap().0.len(), 398);
}
