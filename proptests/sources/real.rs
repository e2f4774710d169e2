//! Databases and file names of the real program, with a made-up clock.

use std::collections::BTreeMap;
use std::fs;

use duplicati_retention::clock::{Utc, Zone};
use duplicati_retention::sources::{Listing, database, files, times};
use rusqlite::Connection;
use serde::Deserialize;

use super::database::database as made_by;
use crate::support::root;

#[derive(Deserialize)]
struct Job {
    time_zone: String,
}

#[derive(Deserialize)]
struct Run {
    before: Vec<(String, u8)>,
    recorded: Vec<(String, u8)>,
    deleted: Vec<String>,
}

/// What its log says is there after the last run: times, and whether they are full.
fn left(runs: &[Run], zone: Zone) -> BTreeMap<Utc, bool> {
    let time = |text: &str| times::parse_time(text).unwrap();
    let run = runs.last().unwrap();
    let deleted: Vec<Utc> = run.deleted.iter().map(|text| zone.recorded(time(text))).collect();
    let made = run.before.iter().chain(&run.recorded);
    let all = made.map(|(text, full)| (zone.recorded(time(text)), *full == 1));
    all.filter(|(time, _)| !deleted.contains(time)).collect()
}

#[test]
fn a_real_database_has_what_the_runs_left() {
    let mut recorded_early = 0;
    let mut databases = 0;
    for entry in fs::read_dir(root().join("vectors/real/databases")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "sql") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let life = root().join(format!("vectors/real/runs/{name}.jsonl"));
        let life = fs::read_to_string(life).unwrap();
        let (job, runs) = life.split_once('\n').unwrap();
        let job: Job = serde_json::from_str(job).unwrap();
        let runs: Vec<Run> = runs.lines().map(|run| serde_json::from_str(run).unwrap()).collect();

        let (_folder, path) = made_by(&fs::read_to_string(&path).unwrap());
        let listing = database::read(&path, database::Access::InPlace).unwrap();
        let read = listing.backups.iter().map(|backup| (backup.time, !backup.partial)).collect();
        let zone: Zone = job.time_zone.parse().unwrap();
        let expected = left(&runs, zone);
        assert_eq!(expected, read, "{name}");

        // The names of the file lists come to the same, once they are taken as recorded.
        let connection = Connection::open(&path).unwrap();
        let query = "SELECT Name FROM Fileset JOIN Remotevolume ON Remotevolume.ID = VolumeID";
        let mut statement = connection.prepare(query).unwrap();
        let names: Vec<String> =
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let given = files::from_names(&names, None).unwrap();
        let times = |listing: &Listing| {
            let mut times: Vec<Utc> = listing.backups.iter().map(|backup| backup.time).collect();
            times.sort_unstable();
            times
        };
        let (before, recorded) = (times(&given), given.recorded(zone));
        assert_eq!(times(&recorded), expected.keys().copied().collect::<Vec<_>>(), "{name}");
        let is_changed = before != times(&recorded);
        let says_so = recorded.caveats.iter().any(|caveat| caveat.contains("an hour early"));
        assert_eq!(says_so, is_changed, "{name}: {:?}", recorded.caveats);
        recorded_early += usize::from(is_changed);
        databases += 1;
    }
    assert!(databases > 10 && recorded_early > 0, "{databases}, {recorded_early} with such times");
}
