use std::path::Path;

use duplicati_retention::sources::database::{self, Access};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

use crate::support::sample_database;

const SAMPLE: &str = "samples/photos.sqlite";

/// Every table with every row of it.
fn content(path: &Path) -> Vec<(String, Vec<Vec<Value>>)> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut tables =
        connection.prepare("SELECT tbl_name, sql FROM sqlite_schema ORDER BY name").unwrap();
    let tables = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let mut content = Vec::new();
    for (table, sql) in tables.map(Result::<(String, Option<String>), _>::unwrap) {
        let Some(sql) = sql else { continue }; // an index that SQLite made by itself
        let mut statement =
            connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let columns = statement.column_count();
        let rows = statement
            .query_map([], |row| (0..columns).map(|column| row.get(column)).collect())
            .unwrap();
        content.push((sql, rows.map(Result::unwrap).collect()));
    }
    content
}

#[test]
fn the_committed_sample_is_what_the_helper_writes() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = folder.path().join("photos.sqlite");
    sample_database::write(&fresh);
    if std::env::var_os("UPDATE_SAMPLES").is_some_and(|value| value == "1") {
        std::fs::copy(&fresh, SAMPLE).unwrap();
    }
    assert!(
        content(Path::new(SAMPLE)) == content(&fresh),
        "run the tests with UPDATE_SAMPLES=1 to rewrite {SAMPLE}"
    );
}

#[test]
fn the_sample_is_three_years_of_mostly_nightly_backups() {
    let listing = database::read(Path::new(SAMPLE), Access::InPlace).unwrap();
    assert_eq!(listing.caveats, [""; 0]);
    let (newest, oldest) = (listing.backups[0], listing.backups[listing.backups.len() - 1]);
    assert_eq!(newest.time.to_string(), "2026-11-23 01:00:49");
    assert_eq!(oldest.time.to_string(), "2023-11-24 01:00:36");
    let partial = listing.backups.iter().filter(|backup| backup.partial).count();
    assert_eq!((listing.backups.len(), partial), (911, 22));
    assert!(listing.backups.is_sorted_by(|a, b| a.time > b.time));
}
