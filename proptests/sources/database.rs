use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use duplicati_retention::DetectedRelease;
use duplicati_retention::history::Backup;
use duplicati_retention::sources::Listing;
use duplicati_retention::sources::database::{self, Access, DatabaseProblem, Field, VersionsQuery};
use proptest::prelude::*;
use rusqlite::Connection;
use tempfile::TempDir;

use super::{at, starts};
use crate::support::sample_database::TABLES;

const WHERE_TO_FIND_IT: &str =
    "Duplicati shows the path of a job's database on the job's page, under \"Database …\"";

/// A folder with a database in it, made by these statements, all at once and without waiting for
/// the disk.
pub fn database(sql: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("job.sqlite");
    Connection::open(&path)
        .unwrap()
        .execute_batch(&format!("PRAGMA synchronous = OFF; {sql}"))
        .unwrap();
    (folder, path)
}

/// A row of Fileset and its remote file.
pub fn backup(id: i64, start: i64, full: i64, lock: i64) -> String {
    format!(
        "INSERT INTO Remotevolume VALUES ({id} + 100, 1, 'x' || {id}, 'Files', 1, '', 'Verified', 0, 0, 0, {lock});
         INSERT INTO Fileset VALUES ({id}, 1, {id} + 100, {full}, {start});"
    )
}

/// What comes of the file, an error as text without the path; the same for both ways to open it.
fn read(path: &Path) -> Result<Listing, String> {
    let read = |access| {
        let listing = database::read(path, access);
        listing.map_err(|error| error.to_string().replace(&format!("{}: ", path.display()), ""))
    };
    let (in_place, copied) = (read(Access::InPlace), read(Access::Copy));
    match (&in_place, &copied) {
        (Ok(a), Ok(b)) => assert_eq!((&a.backups, &a.caveats), (&b.backups, &b.caveats)),
        _ => assert_eq!(in_place.as_ref().err(), copied.as_ref().err()),
    }
    in_place
}

/// The error of a database made by these statements.
fn error(sql: &str) -> String {
    let (_folder, path) = database(sql);
    read(&path).unwrap_err()
}

#[test]
fn a_backup_has_its_time_its_kind_and_the_end_of_its_lock() {
    let rows = [
        backup(1, 10, 1, 0),
        backup(2, 20, 0, 0),
        backup(3, 30, 1, 4_000_000_000),
        backup(4, -40, 1, -1),
    ];
    let (_folder, path) = database(&format!("{TABLES}{}", rows.concat()));
    let listing = read(&path).unwrap();
    let full = |seconds| Backup::full(at(seconds));
    let (locked_until, partial) = (Some(at(4_000_000_000)), true);
    assert_eq!(
        listing.backups,
        [Backup { locked_until, ..full(30) }, Backup { partial, ..full(20) }, full(10), full(-40)]
    );
    assert_eq!(listing.caveats, [""; 0]);
}

/// What a program with another SQLite gets for the rows that it reads.
#[test]
fn rows_that_someone_else_read_are_the_same_versions() {
    let names = |names: &[&str]| -> Vec<String> { names.iter().map(|&name| name.into()).collect() };
    let fileset = names(&["ID", "VolumeID", "Timestamp", "IsFullBackup"]);
    let remote = names(&["ID", "State", "LockExpirationTime"]);
    let query = VersionsQuery::new(&names(&["fileset"]), &fileset, &remote).unwrap();
    let rows = [(1, 10, 1, 0), (2, 20, 0, 99)].map(|(id, time, full, lock)| {
        let [id, time, full, lock] = [id, time, full, lock].map(Field::Integer);
        [id, time, full, lock, Field::Text("Verified".into())]
    });
    let listing = query.listing(rows, None, Some("17".to_owned())).unwrap();
    let (locked_until, partial) = (Some(at(99)), true);
    let newest = Backup { time: at(20), locked_until, partial };
    assert_eq!(listing.backups, [newest, Backup::full(at(10))]);
    assert_eq!((listing.caveats.len(), listing.is_recorded), (0, true));
    assert_eq!(listing.release, DetectedRelease::of_schema(17));
}

#[test]
fn what_sqlite_and_the_system_say_is_told_in_a_sentence() {
    use rusqlite::ffi::{self, Error as Code};
    let of = |code| DatabaseProblem::from(rusqlite::Error::SqliteFailure(Code::new(code), None));
    let busy = "Duplicati is writing to the database; wait";
    let forbidden = "you may not read the database; run the command as the user";
    for (code, expected) in [
        (ffi::SQLITE_READONLY_RECOVERY, busy),
        (ffi::SQLITE_READONLY_CANTINIT, busy),
        (ffi::SQLITE_READONLY_ROLLBACK, "Duplicati ended in the middle of a change"),
        (ffi::SQLITE_BUSY, busy),
        (ffi::SQLITE_LOCKED, busy),
        (ffi::SQLITE_NOTADB, "this is not an SQLite database"),
        (ffi::SQLITE_CORRUPT, "the database is damaged"),
        (ffi::SQLITE_PERM, forbidden),
        (ffi::SQLITE_IOERR, "the database cannot be read: "),
    ] {
        let problem = of(code).to_string();
        assert!(problem.starts_with(expected), "{code}: {problem}");
    }
    for (kind, expected) in [
        (std::io::ErrorKind::NotFound, "there is no such file"),
        (std::io::ErrorKind::PermissionDenied, forbidden),
        (std::io::ErrorKind::IsADirectory, "the database cannot be read: this is a folder"),
    ] {
        let problem = DatabaseProblem::from(std::io::Error::from(kind)).to_string();
        assert!(problem.starts_with(expected), "{problem}");
    }
}

#[test]
fn a_function_that_the_schema_names_is_not_run() {
    let log = "CREATE VIEW LogData AS SELECT rtreedepth(x'0001') AS ID, 'Result' AS Type, \
               '{\"Version\":\"2.1.0.4\"}' AS Message";
    let (_folder, path) = database(&format!("{TABLES}{log}"));
    let message = |connection: &Connection| {
        connection.query_row("SELECT Message FROM LogData", [], |row| row.get::<_, String>(0))
    };
    assert!(message(&Connection::open(&path).unwrap()).is_ok(), "it is a function of SQLite's");
    for access in [Access::InPlace, Access::Copy] {
        let release = database::read(&path, access).unwrap().release;
        assert_eq!(release, DetectedRelease::of_schema(19), "{access:?}");
    }
}

#[test]
fn equal_times_are_in_the_order_of_duplicatis_query() {
    let rows: String = (1..=50).map(|id| backup((id * 37) % 101, id % 3, id % 2, 0)).collect();
    let (_folder, path) = database(&format!("{TABLES}{rows}"));
    let connection = Connection::open(&path).unwrap();
    let mut query = connection
        .prepare("SELECT Timestamp, IsFullBackup FROM Fileset ORDER BY Timestamp DESC")
        .unwrap();
    let rows = query
        .query_map([], |row| Ok(Backup { partial: !row.get(1)?, ..Backup::full(at(row.get(0)?)) }));
    let in_duplicati: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
    assert_eq!(read(&path).unwrap().backups, in_duplicati);
}

#[test]
fn a_job_without_backups_is_fine() {
    let (_folder, path) = database(TABLES);
    assert!(read(&path).unwrap().backups.is_empty());
}

#[test]
fn a_version_without_its_remote_file_is_not_locked() {
    let row = "INSERT INTO Fileset VALUES (1, 1, 7, 1, 10)";
    let (_folder, path) = database(&format!("{TABLES}{row}"));
    assert_eq!(read(&path).unwrap().backups, [Backup::full(at(10))]);
}

#[test]
fn columns_that_an_older_database_lacks_are_noted() {
    let no_locks = "this database is from an older Duplicati and does not contain object locks, so no backup counts as locked";
    let all_full = "this database is from an older Duplicati and does not say which backups are partial, so all count as full";
    let row = backup(1, 10, 0, 99);

    let (_folder, path) =
        database(&format!("{TABLES}{row} ALTER TABLE Remotevolume DROP COLUMN LockExpirationTime"));
    let listing = read(&path).unwrap();
    assert_eq!(listing.backups, [Backup { partial: true, ..Backup::full(at(10)) }]);
    assert_eq!(listing.caveats, [no_locks]);

    let (_folder, path) =
        database(&format!("{TABLES}{row} ALTER TABLE Fileset DROP COLUMN IsFullBackup"));
    let listing = read(&path).unwrap();
    assert_eq!(listing.backups, [Backup { locked_until: Some(at(99)), ..Backup::full(at(10)) }]);
    assert_eq!(listing.caveats, [all_full]);

    let (_folder, path) =
        database(&format!("{TABLES}{row} ALTER TABLE Remotevolume DROP COLUMN State"));
    let listing = read(&path).unwrap();
    assert_eq!(listing.backups[0].locked_until, Some(at(99)));
    assert!(listing.caveats.is_empty());

    let (_folder, path) = database(
        "CREATE TABLE Fileset (ID INTEGER PRIMARY KEY, Timestamp); INSERT INTO Fileset VALUES (1, 10)",
    );
    let listing = read(&path).unwrap();
    assert_eq!(listing.backups, [Backup::full(at(10))]);
    assert_eq!(listing.caveats, [all_full, no_locks]);
}

#[test]
fn a_database_that_was_migrated_has_null_for_no_lock() {
    let (_folder, path) = database(&format!(
        "{TABLES}{} ALTER TABLE Remotevolume DROP COLUMN LockExpirationTime;
         ALTER TABLE Remotevolume ADD COLUMN LockExpirationTime INTEGER NULL",
        backup(1, 10, 1, 0)
    ));
    assert_eq!(read(&path).unwrap().backups, [Backup::full(at(10))]);
}

#[test]
fn a_value_that_is_not_a_time_is_an_error_that_names_the_row() {
    let expected = "a time is whole Unix seconds from -62135596800 to 253402300799";
    for (value, found) in [
        ("253402300800", "253402300800"),
        ("-62135596801", "-62135596801"),
        ("9223372036854775807", "9223372036854775807"),
        ("1.5", "1.5"),
        ("'2026-11-23'", "'2026-11-23'"),
        ("char(27) || '[2J'", r"'\u{1b}[2J'"),
        ("'the \"old\" one''s \\'", r#"'the "old" one's \'"#),
        ("x'00'", "of binary data"),
    ] {
        let row = backup(5, 10, 1, 0);
        let of_backup = error(&format!("{TABLES}{row} UPDATE Fileset SET Timestamp = {value}"));
        assert_eq!(
            of_backup,
            format!(
                "in the table Fileset, the row with the ID 5 has the Timestamp {found}; {expected}"
            )
        );
        if value.starts_with('-') {
            continue;
        }
        let of_lock =
            error(&format!("{TABLES}{row} UPDATE Remotevolume SET LockExpirationTime = {value}"));
        assert_eq!(
            of_lock,
            format!(
                "in the table Fileset, the row with the ID 5 has the LockExpirationTime {found}; {expected}"
            )
        );
    }
    let without_time = "CREATE TABLE Fileset (ID INTEGER PRIMARY KEY, Timestamp); INSERT INTO Fileset VALUES (5, NULL)";
    assert!(error(without_time).contains("the row with the ID 5 has the Timestamp NULL"));
}

#[test]
fn another_database_is_an_error_with_the_place_of_the_right_one() {
    let server =
        error("CREATE TABLE Backup (ID); CREATE TABLE Schedule (ID); CREATE TABLE Option (ID)");
    assert_eq!(
        server,
        "this is the database of Duplicati's server, which does not contain backups; the database of a job has a name \
         of random letters, and Duplicati shows its path on the job's page, under \"Database …\""
    );
    let other = error("CREATE TABLE bookmarks (url)");
    assert_eq!(
        other,
        format!(
            "this database has no table Fileset, so it does not belong to a Duplicati job; {WHERE_TO_FIND_IT}"
        )
    );
    // A view could make SQLite run for ever.
    let view = "CREATE VIEW Fileset AS WITH RECURSIVE n(ID) AS (SELECT 1 UNION ALL SELECT ID + 1 FROM n) SELECT * FROM n";
    assert_eq!(error(view), other);
}

#[test]
fn a_path_that_is_not_a_file_is_an_error_with_the_place() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        read(&folder.path().join("gone.sqlite")).unwrap_err(),
        format!("there is no such file; {WHERE_TO_FIND_IT}")
    );
    assert_eq!(
        read(folder.path()).unwrap_err(),
        format!(
            "this is not a file but a folder or a device; {WHERE_TO_FIND_IT}, and a folder of remote files goes with --files"
        )
    );
}

#[test]
fn a_file_that_is_not_sqlites_is_an_error_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("job.sqlite");
    let of = |content: &[u8]| {
        fs::write(&path, content).unwrap();
        read(&path).unwrap_err()
    };
    assert_eq!(
        of(b""),
        "the file is empty, so it is another file or a failed copy: a job's database has content after its first backup"
    );
    let not_sqlite = "this is not an SQLite database, or it is encrypted or damaged; give a job's database as \
        Duplicati stores it, unencrypted, a list of versions with --files or --times, and an exported job with --job";
    assert_eq!(of(b"SQLite format 3\0"), not_sqlite);
    assert_eq!(of(&[b'x'; 5000]), not_sqlite);
    let mut header_only = b"SQLite format 3\0".to_vec();
    header_only.resize(4096, 0xAA);
    assert_eq!(of(&header_only), not_sqlite);
    let mut cut = fs::read("samples/photos.sqlite").unwrap();
    cut.truncate(3 * 4096);
    assert_eq!(
        of(&cut),
        "the database is damaged, or only a part of it was copied; copy it again, or let Duplicati repair it on the \
         job's page, under \"Database …\""
    );
}

#[test]
fn a_path_may_have_characters_that_mean_something_in_a_uri() {
    let (folder, path) = database(&format!("{TABLES}{}", backup(1, 10, 1, 0)));
    // No file on Windows has a question mark in its name.
    let question = if cfg!(windows) { "what%3fmode=memory" } else { "what?mode=memory" };
    for name in ["a b", "100%41", question, "#1", "a&b=c", "ä", "'x'"] {
        let odd = folder.path().join(name);
        fs::copy(&path, &odd).unwrap();
        assert_eq!(starts(&read(&odd).unwrap()), [10], "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_path_need_not_be_utf8() {
    let (folder, path) = database(&format!("{TABLES}{}", backup(1, 10, 1, 0)));
    let name: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"\xff.sqlite");
    let odd = folder.path().join(name);
    fs::rename(&path, &odd).unwrap();
    assert_eq!(starts(&read(&odd).unwrap()), [10]);
}

#[test]
fn a_path_may_be_relative() {
    assert!(!read(Path::new("samples/photos.sqlite")).unwrap().backups.is_empty());
}

proptest! {
    #![proptest_config(crate::support::cases(64))]

    #[test]
    fn every_backup_is_read_as_it_was_stored(
        rows in proptest::collection::vec(
            (-62_135_596_800_i64..=253_402_300_799, any::<bool>(), prop_oneof![Just(0), 1..=253_402_300_799_i64]),
            0..20,
        ),
    ) {
        let sql: String = (1..).zip(&rows).map(|(id, &(start, full, lock))| backup(id, start, full.into(), lock)).collect();
        let (_folder, path) = database(&format!("{TABLES}{sql}"));
        let backup = |&(start, full, lock): &(i64, bool, i64)| {
            Backup { time: at(start), partial: !full, locked_until: (lock > 0).then(|| at(lock)) }
        };
        let mut expected: Vec<_> = rows.iter().map(backup).collect();
        expected.sort_by_key(|backup| std::cmp::Reverse(backup.time));
        prop_assert_eq!(read(&path).unwrap().backups, expected);
    }

    #[test]
    fn no_mangled_file_makes_reading_it_panic(
        changes in proptest::collection::vec((prop_oneof![0..100_usize, 0..20_480_usize], any::<u8>()), 1..12),
        length in prop_oneof![Just(20_480_usize), 0..20_480_usize],
    ) {
        static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
            let rows: String = (1..=40).map(|id| backup(id, id, 1, id)).collect();
            let (_folder, path) = database(&format!("{TABLES}{rows}"));
            fs::read(path).unwrap()
        });
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("job.sqlite");
        let mut content = WHOLE.clone();
        for (place, byte) in changes {
            if let Some(old) = content.get_mut(place) {
                *old = byte;
            }
        }
        content.truncate(length);
        fs::write(&path, content).unwrap();
        for access in [Access::InPlace, Access::Copy] {
            let _ = database::read(&path, access);
        }
    }
}
