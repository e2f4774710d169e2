//! What versions contain, against what lay on the disk and against what Duplicati itself freed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use duplicati_retention::clock::Utc;
use duplicati_retention::sources::contents::{self, Listener, Loss, Lost};
use duplicati_retention::sources::database::{self, Access};
use duplicati_retention::sources::times::parse_time;
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::Value;

use crate::support::{cases, real_database, real_text};

/// Where the files of the job lay.
const FOLDER: &str = "/home/user/Documents/";

#[derive(Default)]
struct List(Vec<Lost>, Vec<f64>);

impl Listener for List {
    fn lost(&mut self, lost: Lost) {
        self.0.push(lost);
    }

    fn progress(&mut self, part: f64) {
        assert!((0.0..=1.0).contains(&part));
        self.1.push(part);
    }
}

/// The times of the versions, newest first.
fn times(path: &Path) -> Vec<Utc> {
    let listing = database::read(path, Access::InPlace).unwrap();
    listing.backups.iter().map(|backup| backup.time).collect()
}

fn loss(path: &Path, deleted: &[bool]) -> (Loss, Vec<Lost>) {
    let mut list = List::default();
    let (loss, _) =
        contents::loss(path, Access::InPlace, &times(path), deleted, &mut list).unwrap();
    (loss, list.0)
}

/// A file as it lay on the disk: path, the start of its hash, size.
type OnDisk = (String, String, u64);

/// What lay on the disk at each version, by its time.
fn on_disk() -> BTreeMap<Utc, BTreeSet<OnDisk>> {
    let version = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let file = |(path, file): (&String, &Value)| {
            let hash = file[0].as_str().unwrap().to_owned();
            (format!("{FOLDER}{path}"), hash, file[1].as_u64().unwrap())
        };
        let files = line["files"].as_object().unwrap().iter().map(file).collect();
        (parse_time(line["version"].as_str().unwrap()).unwrap(), files)
    };
    real_text("loss-truth.jsonl").lines().map(version).collect()
}

/// A file that is lost: as it lay on the disk, whether the path remains, whether the content does.
type Truth = BTreeSet<(OnDisk, bool, bool)>;

/// What is lost, from what lay on the disk.
fn truth(times: &[Utc], deleted: &[bool]) -> Truth {
    let disk = on_disk();
    let of = |wanted: bool| -> BTreeSet<&OnDisk> {
        let versions = times.iter().zip(deleted).filter(|(_, deleted)| **deleted == wanted);
        versions.flat_map(|(time, _)| &disk[time]).collect()
    };
    let kept = of(false);
    let paths: BTreeSet<_> = kept.iter().map(|(path, ..)| path).collect();
    let contents: BTreeSet<_> = kept.iter().map(|(_, hash, _)| hash).collect();
    let lost = |file: &OnDisk| (paths.contains(&file.0), contents.contains(&file.1));
    let all = of(true).into_iter().map(|file| (file, lost(file)));
    all.filter(|(_, remains)| *remains != (true, true))
        .map(|(file, (path, content))| (file.clone(), path, content))
        .collect()
}

/// The first 16 digits of a hash that is written in base64.
fn hexadecimal(base64: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let value = |letter: u8| LETTERS.iter().position(|&other| other == letter).unwrap() as u128;
    let bits = base64.bytes().take(16).fold(0, |bits, letter| (bits << 6) | value(letter));
    format!("{bits:024x}")[..16].to_owned()
}

fn check_against_the_disk(path: &Path, deleted: &[bool]) {
    let (sum, lost) = loss(path, deleted);
    let expected = truth(&times(path), deleted);
    let found: Truth = lost
        .iter()
        .map(|lost| {
            let on_disk = (lost.path.clone(), hexadecimal(&lost.hash), lost.bytes);
            (on_disk, lost.path_remains, lost.content_remains)
        })
        .collect();
    assert_eq!(found, expected);
    assert_eq!(lost.len(), found.len(), "each once");
    let gone: BTreeSet<_> =
        expected.iter().filter(|(_, path, _)| !path).map(|(f, ..)| &f.0).collect();
    assert_eq!(sum.files, gone.len() as u64);
    assert_eq!(sum.contents, expected.iter().filter(|(_, path, _)| *path).count() as u64);
    let bytes: BTreeMap<_, _> = expected
        .iter()
        .filter(|(.., content)| !content)
        .map(|((_, hash, bytes), ..)| (hash, bytes))
        .collect();
    assert_eq!(sum.bytes, bytes.into_values().sum::<u64>());
}

/// Blocks that no version needs afterwards, by plain SQL: their number and size.
fn freed(path: &Path, deleted: &[bool]) -> (u64, u64) {
    let connection = Connection::open(path).unwrap();
    let mut ids = connection.prepare("SELECT ID FROM Fileset ORDER BY Timestamp DESC").unwrap();
    let ids: Vec<i64> = ids.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let of = |wanted: bool| {
        let ids = ids.iter().zip(deleted).filter(|(_, deleted)| **deleted == wanted);
        let ids: Vec<String> = ids.map(|(id, _)| id.to_string()).collect();
        let files =
            format!("SELECT FileID FROM FilesetEntry WHERE FilesetID IN ({})", ids.join(","));
        let sets = format!(
            "SELECT BlocksetID FROM FileLookup WHERE ID IN ({files}) UNION SELECT BlocksetID FROM \
             Metadataset WHERE ID IN (SELECT MetadataID FROM FileLookup WHERE ID IN ({files}))"
        );
        format!(
            "SELECT BlockID FROM BlocksetEntry WHERE BlocksetID IN ({sets}) UNION SELECT ID FROM \
             Block WHERE Hash IN (SELECT Hash FROM BlocklistHash WHERE BlocksetID IN ({sets}))"
        )
    };
    let query = format!(
        "SELECT count(*), coalesce(sum(Size), 0) FROM Block WHERE ID IN ({} EXCEPT {})",
        of(true).replace("UNION", "UNION ALL"),
        // EXCEPT binds as UNION does, from the left, so the right side is one table.
        format_args!("SELECT * FROM ({})", of(false))
    );
    let numbers =
        |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64));
    connection.query_row(&query, [], numbers).unwrap()
}

/// Which versions the real program deleted: those that the database no longer has afterwards.
fn deleted_by_the_real_program(before: &Path, after: &Path) -> Vec<bool> {
    let left = times(after);
    times(before).iter().map(|time| !left.contains(time)).collect()
}

#[test]
fn what_is_lost_is_what_lay_on_the_disk_and_in_no_other_version() {
    let (_before, before) = real_database("loss-before");
    let (_after, after) = real_database("loss-after");
    let deleted = deleted_by_the_real_program(&before, &after);
    assert_eq!(deleted.iter().filter(|deleted| **deleted).count(), 14);
    assert!(!truth(&times(&before), &deleted).is_empty());
    check_against_the_disk(&before, &deleted);
}

#[test]
fn what_is_freed_is_what_the_real_program_freed() {
    let (_before, before) = real_database("loss-before");
    let (_after, after) = real_database("loss-after");
    let deleted = deleted_by_the_real_program(&before, &after);
    let connection = Connection::open(&after).unwrap();
    let query = "SELECT count(*), sum(Size) FROM DeletedBlock";
    let real: (u64, u64) = connection
        .query_row(query, [], |row| {
            Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64))
        })
        .unwrap();
    let (loss, _) = loss(&before, &deleted);
    assert_eq!((loss.freed_blocks, loss.freed_bytes), real);
    assert_eq!(real, (403, 193_379));
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn any_versions_lose_what_the_disk_and_plain_sql_say(deleted in prop::collection::vec(any::<bool>(), 20)) {
        let (_folder, path) = real_database("loss-before");
        check_against_the_disk(&path, &deleted);
        let (loss, _) = loss(&path, &deleted);
        prop_assert_eq!((loss.freed_blocks, loss.freed_bytes), freed(&path, &deleted));
    }
}

#[test]
fn free_versions_lose_no_content_and_there_are_no_others() {
    let (_folder, path) = real_database("loss-before");
    let times = times(&path);
    let (free, _) = contents::free(&path, Access::InPlace, &times, &mut List::default()).unwrap();
    assert!(free.len() > 5, "{free:?}");
    let disk = on_disk();
    let loses = |free: &[usize]| {
        let kept: BTreeSet<_> = times
            .iter()
            .enumerate()
            .filter(|(number, _)| !free.contains(number))
            .flat_map(|(_, time)| disk[time].iter().map(|(_, hash, _)| hash))
            .collect();
        free.iter()
            .any(|&number| disk[&times[number]].iter().any(|(_, hash, _)| !kept.contains(hash)))
    };
    assert!(!loses(&free));
    for number in (0..times.len()).filter(|number| !free.contains(number)) {
        assert!(loses(&[&free[..], &[number]].concat()), "version {number} is free too");
    }
}

#[test]
fn progress_is_told_evenly() {
    let (_folder, path) = real_database("loss-before");
    let times = times(&path);
    let per_cent = |list: List| list.1.iter().map(|part| part * 100.0).collect::<Vec<f64>>();
    let is = |told: Vec<f64>, expected: Vec<f64>| {
        let is_near = told.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-6);
        assert!(told.len() == expected.len() && is_near, "{told:?} is not {expected:?}");
    };
    let mut list = List::default();
    contents::loss(&path, Access::InPlace, &times, &[true; 20], &mut list).unwrap();
    let by_version = (1..=20).map(|version| f64::from(version) * 2.0);
    is(per_cent(list), by_version.chain([70.0, 90.0, 100.0]).collect());
    let mut list = List::default();
    contents::free(&path, Access::InPlace, &times, &mut list).unwrap();
    let once = (1..=20).map(|version| f64::from(version) * 2.5);
    let again = (1..=20).map(|version| 50.0 + f64::from(version) * 2.5);
    is(per_cent(list), once.chain(again).collect());
}

#[test]
fn what_no_version_has_is_neither_lost_nor_in_the_way() {
    let (_folder, path) = real_database("loss-before");
    let times = times(&path);
    let change = |sql: &str| Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    let free = || {
        let free = contents::free(&path, Access::InPlace, &times, &mut List::default());
        free.map(|(free, _)| free).map_err(|error| error.problem.to_string())
    };
    // A file that no version has, and one whose content a version that stays has under this path.
    let deleted: Vec<bool> = (0..20).map(|version| version >= 10).collect();
    change(
        "INSERT INTO FileLookup (PrefixID, Path, BlocksetID, MetadataID) SELECT PrefixID, 'left over', BlocksetID, MetadataID \
            FROM FileLookup WHERE BlocksetID > 0 LIMIT 1",
    );
    check_against_the_disk(&path, &deleted);
    // There is always one version, even if none has a file.
    change("DELETE FROM FilesetEntry");
    assert_eq!(free(), Ok((1..20).collect()));
    change("UPDATE FileLookup SET ID = 100000001 WHERE ID = (SELECT max(ID) FROM FileLookup)");
    let too_many = "its largest ID of a file is 100000001, and up to 100,000,000 are handled";
    assert_eq!(free(), Err(too_many.to_owned()));
}

fn problem(path: &Path, times: &[Utc]) -> String {
    let deleted = vec![true; times.len()];
    let loss = contents::loss(path, Access::InPlace, times, &deleted, &mut List::default());
    loss.unwrap_err().problem.to_string()
}

#[test]
fn a_database_that_cannot_tell_is_refused_in_a_sentence() {
    let (_folder, path) = real_database("loss-before");
    let times = times(&path);
    assert!(problem(&path, &times[1..]).contains("changed while it was read"));
    let change = |sql: &str| Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    for schema in [11, 20] {
        change(&format!("UPDATE Version SET Version = {schema}"));
        assert!(problem(&path, &times).starts_with(&format!("its schema is {schema}; ")));
    }
    change("DELETE FROM Version");
    assert!(problem(&path, &times).starts_with("it does not say which schema it has; "));
    // The tables of every schema from 12 on have what is read.
    for schema in 12..=19 {
        change(&format!("DELETE FROM Version; INSERT INTO Version (Version) VALUES ({schema})"));
        assert!(loss(&path, &vec![true; times.len()]).0.files > 0);
    }
    change("DROP TABLE FilesetEntry");
    assert!(problem(&path, &times).contains("no table FilesetEntry"));
}
