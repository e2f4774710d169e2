//! A sample of a job's database: the tables of a real one that matter here, and three years of
//! made-up backups. What they contain is in `sample_contents.rs`.
//!
//! `samples/photos.sqlite` is what this writes. It is the same on every run: chance is a generator
//! of fixed seed.

use std::path::Path;

use chrono::{Datelike, Days, NaiveDate, TimeZone};
use chrono_tz::Europe::Berlin;
use rusqlite::{Connection, params};

use super::sample_contents;

/// Duplicati's tables of the schema version 19, without those for the content of the files.
pub const TABLES: &str = r#"
CREATE TABLE "Operation" ("ID" INTEGER PRIMARY KEY, "Description" TEXT NOT NULL, "Timestamp" INTEGER NOT NULL);
CREATE TABLE "Remotevolume" (
    "ID" INTEGER PRIMARY KEY, "OperationID" INTEGER NOT NULL, "Name" TEXT NOT NULL, "Type" TEXT NOT NULL,
    "Size" INTEGER NULL, "Hash" TEXT NULL, "State" TEXT NOT NULL, "VerificationCount" INTEGER NOT NULL,
    "DeleteGraceTime" INTEGER NOT NULL, "ArchiveTime" INTEGER NOT NULL, "LockExpirationTime" INTEGER NOT NULL
);
CREATE TABLE "Fileset" (
    "ID" INTEGER PRIMARY KEY, "OperationID" INTEGER NOT NULL, "VolumeID" INTEGER NOT NULL,
    "IsFullBackup" INTEGER NOT NULL, "Timestamp" INTEGER NOT NULL
);
CREATE TABLE "Configuration" ("Key" TEXT PRIMARY KEY NOT NULL, "Value" TEXT NOT NULL);
CREATE TABLE "Version" ("ID" INTEGER PRIMARY KEY, "Version" INTEGER NOT NULL);
INSERT INTO "Version" ("Version") VALUES (19);
INSERT INTO "Configuration" VALUES ('blocksize', '1048576'), ('blockhash', 'SHA256'), ('filehash', 'SHA256');
"#;

/// Chance that is the same on every run: Knuth's linear congruential generator.
struct Chance(u64);

impl Chance {
    /// A number from 0 to `below` - 1.
    fn below(&mut self, below: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// Writes the sample to this path, at which nothing may be yet.
///
/// Photos, backed up every night at about 02:00 in Berlin since 24 November 2023, on a machine that
/// is off now and then, and for a fortnight each summer; sometimes by hand in the afternoon as
/// well. A few per cent are partial. The last backup is that of the night to 23 November 2026.
pub fn write(path: &Path) {
    let mut connection = Connection::open(path).unwrap();
    connection.execute_batch(TABLES).unwrap();
    let transaction = connection.transaction().unwrap();
    let backups = backups();
    sample_contents::write(&transaction, backups.iter().map(|&(start, _)| start));
    for (id, (start, partial)) in (1_i64..).zip(backups) {
        transaction
            .execute("INSERT INTO Operation VALUES (?, 'Backup', ?)", params![id, start])
            .unwrap();
        let time = chrono::DateTime::from_timestamp(start, 0).unwrap().format("%Y%m%dT%H%M%SZ");
        let (name, size) = (format!("photos-{time}.dlist.zip.aes"), 48_211 + id * 137);
        transaction
            .execute(
                "INSERT INTO Remotevolume VALUES (?, ?, ?, 'Files', ?, NULL, 'Verified', 0, 0, 0, 0)",
                params![id, id, name, size],
            )
            .unwrap();
        transaction
            .execute(
                "INSERT INTO Fileset VALUES (?, ?, ?, ?, ?)",
                params![id, id, id, !partial, start],
            )
            .unwrap();
    }
    transaction.commit().unwrap();
    connection.execute_batch("VACUUM").unwrap();
}

/// When each backup started, in Unix seconds, and whether it is partial; oldest first.
fn backups() -> Vec<(i64, bool)> {
    let mut chance = Chance(2026);
    let mut backups = Vec::new();
    let first = NaiveDate::from_ymd_opt(2023, 11, 24).unwrap();
    let last = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    for day in first.iter_days().take_while(|day| *day <= last) {
        // 3 August and the fortnight from there on, a few days later every year.
        let holidays =
            NaiveDate::from_ymd_opt(day.year(), 8, 3).unwrap() + Days::new(day.year() as u64 % 7);
        let away = (holidays..holidays + Days::new(14)).contains(&day);
        let off = away || chance.percent(18);
        let (seconds, partial, by_hand, later) =
            (chance.below(50), chance.percent(3), chance.percent(4), chance.below(4 * 3600));
        if !off || day == last {
            // In the night to summer time there is no 02:00: the hour begins at 03:00.
            let night = Berlin.from_local_datetime(&day.and_hms_opt(2, 0, 0).unwrap()).earliest();
            let night = night.or_else(|| {
                Berlin.from_local_datetime(&day.and_hms_opt(3, 0, 0).unwrap()).earliest()
            });
            backups.push((night.unwrap().timestamp() + seconds as i64, partial));
        }
        if by_hand && !away && day != last {
            let noon = Berlin.from_local_datetime(&day.and_hms_opt(14, 0, 0).unwrap()).unwrap();
            backups.push((noon.timestamp() + later as i64, false));
        }
    }
    backups
}
