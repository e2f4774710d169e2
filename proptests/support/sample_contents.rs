//! What the versions of the sample database contain: albums that stay, a catalogue that changes
//! every week, and a draft that exists in the first days of each month only.

use chrono::{DateTime, Datelike};
use rusqlite::{Transaction, params};

/// The tables for the content of the files, with the index that is needed.
const TABLES: &str = r#"
CREATE TABLE "FilesetEntry" (
    "FilesetID" INTEGER NOT NULL, "FileID" INTEGER NOT NULL, "Lastmodified" INTEGER NOT NULL,
    PRIMARY KEY ("FilesetID", "FileID")
) WITHOUT ROWID;
CREATE TABLE "PathPrefix" ("ID" INTEGER PRIMARY KEY, "Prefix" TEXT NOT NULL);
CREATE TABLE "FileLookup" (
    "ID" INTEGER PRIMARY KEY, "PrefixID" INTEGER NOT NULL, "Path" TEXT NOT NULL, "BlocksetID" INTEGER NOT NULL,
    "MetadataID" INTEGER NOT NULL
);
CREATE UNIQUE INDEX "FileLookupPath" ON "FileLookup" ("PrefixID", "Path", "BlocksetID", "MetadataID");
CREATE TABLE "Metadataset" ("ID" INTEGER PRIMARY KEY, "BlocksetID" INTEGER NOT NULL, "Content" TEXT NULL);
CREATE TABLE "Blockset" ("ID" INTEGER PRIMARY KEY, "Length" INTEGER NOT NULL, "FullHash" TEXT NOT NULL);
CREATE TABLE "BlocksetEntry" (
    "BlocksetID" INTEGER NOT NULL, "Index" INTEGER NOT NULL, "BlockID" INTEGER NOT NULL,
    PRIMARY KEY ("BlocksetID", "Index")
) WITHOUT ROWID;
CREATE TABLE "BlocklistHash" ("BlocksetID" INTEGER NOT NULL, "Index" INTEGER NOT NULL, "Hash" TEXT NOT NULL);
CREATE TABLE "Block" (
    "ID" INTEGER PRIMARY KEY, "Hash" TEXT NOT NULL, "Size" INTEGER NOT NULL, "VolumeID" INTEGER NOT NULL
);
INSERT INTO "PathPrefix" VALUES (1, '/home/anna/Photos/');
INSERT INTO "Blockset" VALUES (1, 137, '0000000000000000000000000000000000000000001=');
INSERT INTO "Block" VALUES (10, '0000000000000000000000000000000000000000010=', 137, 1);
INSERT INTO "BlocksetEntry" VALUES (1, 0, 10);
INSERT INTO "Metadataset" VALUES (1, 1, NULL);
"#;

const BLOCK: i64 = 1 << 20;

/// A content of a file.
struct File {
    /// Its ID, also that of its blocks after two more digits.
    id: i64,
    path: String,
    /// How many blocks it has.
    blocks: i64,
    /// How many of them, at the beginning, are those of another content.
    shared: (i64, i64),
}

/// Writes the contents of these versions, whose IDs count from 1.
pub fn write(transaction: &Transaction<'_>, starts: impl Iterator<Item = i64>) {
    transaction.execute_batch(TABLES).unwrap();
    for (version, start) in (1_i64..).zip(starts) {
        for file in files(start) {
            add(transaction, &file);
            let entry = "INSERT INTO FilesetEntry VALUES (?, ?, ?)";
            transaction.execute(entry, params![version, file.id, start]).unwrap();
        }
    }
}

/// The files at this moment, in Unix seconds.
fn files(at: i64) -> Vec<File> {
    /// The Monday before the first version.
    const FIRST: i64 = 1_700_438_400;
    let date = DateTime::from_timestamp(at, 0).unwrap().date_naive();
    let months = i64::from(date.year() - 2023) * 12 + i64::from(date.month0());
    let week = (at - FIRST) / (7 * 86_400);
    let catalogue = "catalogue.db".to_owned();
    let mut files = vec![File { id: 100 + week, path: catalogue, blocks: 6, shared: (100, 5) }];
    for quarter in 3..=months / 3 {
        let path = format!("album {} {}.zip", 2023 + quarter / 4, quarter % 4 + 1);
        files.push(File { id: 2 + quarter, path, blocks: 20, shared: (0, 0) });
    }
    if date.day() <= 5 {
        let path = format!("draft {}.tif", date.format("%Y-%m"));
        files.push(File { id: 500 + months, path, blocks: 12, shared: (0, 0) });
    }
    files
}

/// Adds a content, unless it is there.
fn add(transaction: &Transaction<'_>, file: &File) {
    let &File { id, ref path, blocks, shared: (other, shared) } = file;
    let hash = |id: i64| format!("{id:043}=");
    let lookup = "INSERT OR IGNORE INTO FileLookup VALUES (?, 1, ?, ?, 1)";
    if transaction.execute(lookup, params![id, path, id]).unwrap() == 0 {
        return;
    }
    let blockset = "INSERT INTO Blockset VALUES (?, ?, ?)";
    transaction.execute(blockset, params![id, blocks * BLOCK, hash(id)]).unwrap();
    let new_block = "INSERT OR IGNORE INTO Block VALUES (?, ?, ?, 1)";
    for index in 0..blocks {
        let block = if index < shared { other } else { id } * 100 + index;
        transaction.execute(new_block, params![block, hash(block), BLOCK]).unwrap();
        let entry = "INSERT INTO BlocksetEntry VALUES (?, ?, ?)";
        transaction.execute(entry, params![id, index, block]).unwrap();
    }
    // The list of its blocks is a block, too.
    let list = id * 100 + 99;
    transaction.execute(new_block, params![list, hash(list), blocks * 32]).unwrap();
    let of_the_list = "INSERT INTO BlocklistHash VALUES (?, 0, ?)";
    transaction.execute(of_the_list, params![id, hash(list)]).unwrap();
}
