//! The past of a job, from its local database alone: which versions there were before each of its
//! runs, and what the run wrote and deleted.
//!
//! It starts from the versions that exist and goes back run by run: a version that a run wrote was
//! not there before it, and one that it deleted was. So a log of which Duplicati has removed the
//! older part is enough for the newer one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::Connection;

use super::database::{self, Access, DatabaseError, DatabaseProblem};
use super::files;
use super::runs::{self, Run};
use crate::clock::Utc;
use crate::history::Backup;

/// A run of a job, and the versions around it.
#[derive(Clone, Debug)]
pub struct PastRun {
    /// The run.
    pub run: Run,
    /// The versions when it decided: those before it, and what it wrote. Newest first.
    pub versions: Vec<Backup>,
    /// The times of the versions that it wrote.
    pub written: Vec<Utc>,
    /// The times of the versions that it deleted.
    pub deleted: Vec<Utc>,
    /// Its retention policy: as its log has it, or, where its log is cut short, as that of the runs
    /// before and after it has it, if they have the same.
    pub policy: Option<String>,
    /// Whether the database still has what the run did to remote files.
    pub is_logged: bool,
}

/// Reads the runs of a job, oldest first. With them comes what may be missing in the file, as a
/// caveat.
///
/// # Errors
/// [`DatabaseError`] as for [`database::read`].
pub fn read(path: &Path, access: Access) -> Result<(Vec<PastRun>, Vec<String>), DatabaseError> {
    let listing = database::read(path, access)?;
    let (runs, _) = runs::read(path, access, usize::MAX)?;
    let (names, _) = database::query(path, access, names)?;
    Ok((past(listing.backups, runs, &names), listing.caveats))
}

/// The file of a version, by its name.
#[derive(Debug)]
struct Names {
    /// What each run did: whether it deleted the file, and the file's name.
    operations: BTreeMap<i64, Vec<(bool, String)>>,
    /// The recorded times of the versions that exist, by the names of their files.
    recorded: BTreeMap<String, Utc>,
}

fn names(connection: &mut Connection) -> Result<Names, DatabaseProblem> {
    let view = connection.transaction()?;
    let tables = database::strings(&view, "SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    if !database::contains(&tables, "RemoteOperation") {
        return Err(DatabaseProblem::NotAJob);
    }
    let mut operations: BTreeMap<i64, Vec<(bool, String)>> = BTreeMap::new();
    let mut statement = view.prepare(
        "SELECT OperationID, Operation, Path FROM RemoteOperation \
         WHERE Operation IN ('put', 'delete') ORDER BY ID",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, operation, name): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let of_this_run = operations.entry(id).or_default();
        if name.contains(".dlist.") {
            of_this_run.push((operation == "delete", name));
        }
    }
    let mut statement = view.prepare(
        "SELECT Remotevolume.Name, Fileset.Timestamp FROM Fileset \
         JOIN Remotevolume ON Remotevolume.ID = Fileset.VolumeID",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let mut recorded = BTreeMap::new();
    for row in rows {
        let (name, seconds) = row?;
        if let Ok(time) = Utc::from_unix_seconds(seconds) {
            recorded.insert(name, time);
        }
    }
    Ok(Names { operations, recorded })
}

fn past(existing: Vec<Backup>, runs: Vec<Run>, names: &Names) -> Vec<PastRun> {
    let times = recorded_times(&runs, names);
    let is_partial: BTreeSet<Utc> =
        runs.iter().flat_map(|run| partial(run, names, &times)).collect();
    let mut versions = existing;
    let mut past = Vec::new();
    // Newest run first.
    for run in runs {
        let operations = names.operations.get(&run.id);
        let mut written = Vec::new();
        let mut deleted = Vec::new();
        for (is_deleted, name) in operations.into_iter().flatten() {
            let Some(&time) = times.get(name) else { continue };
            if *is_deleted { deleted.push(time) } else { written.push(time) }
        }
        let gone = deleted
            .iter()
            .map(|time| Backup { partial: is_partial.contains(time), ..Backup::full(*time) });
        versions.extend(gone);
        versions.sort_by_key(|version| std::cmp::Reverse(version.time));
        past.push(PastRun {
            versions: versions.clone(),
            written: written.clone(),
            deleted,
            is_logged: operations.is_some(),
            policy: run.result.as_ref().and_then(|result| result.policy.clone()),
            run,
        });
        // One version for each file, even if two have one time.
        for time in written {
            if let Some(index) = versions.iter().position(|version| version.time == time) {
                versions.remove(index);
            }
        }
    }
    past.reverse();
    fill_gaps(&mut past);
    past
}

/// Where the runs around a gap had the same policy, those in it had it too.
fn fill_gaps(past: &mut [PastRun]) {
    let known: Vec<usize> = (0..past.len()).filter(|&index| past[index].policy.is_some()).collect();
    for around in known.windows(2) {
        let [before, after] = [around[0], around[1]].map(|index| past[index].policy.clone());
        if before == after {
            past[around[0]..around[1]].iter_mut().for_each(|run| run.policy = before.clone());
        }
    }
}

/// The recorded time of each version by the name of its file. The name of a version that is gone
/// says its time, but in some zones an hour off; then the run that deleted it says it.
fn recorded_times(runs: &[Run], names: &Names) -> BTreeMap<String, Utc> {
    let mut times = BTreeMap::new();
    for (_, name) in names.operations.values().flatten() {
        let listing = files::from_names([name.as_str()], None).unwrap_or_default();
        if let Some(backup) = listing.backups.first() {
            times.insert(name.clone(), backup.time);
        }
    }
    for run in runs {
        let Some(result) = &run.result else { continue };
        let operations = names.operations.get(&run.id).into_iter().flatten();
        let deleted: Vec<&String> =
            operations.filter(|(is_deleted, _)| *is_deleted).map(|(_, name)| name).collect();
        if deleted.len() != result.deleted.len() {
            continue;
        }
        let said: BTreeSet<Utc> = result.deleted.iter().copied().collect();
        let by_name: BTreeSet<Utc> =
            deleted.iter().filter_map(|name| times.get(*name).copied()).collect();
        let mut unnamed: Vec<Utc> = said.difference(&by_name).copied().collect();
        let mut others: Vec<&String> = deleted
            .into_iter()
            .filter(|name| times.get(*name).is_some_and(|time| !said.contains(time)))
            .collect();
        others.sort_by_key(|name| times.get(*name).copied());
        unnamed.sort_unstable();
        if others.len() == unnamed.len() {
            for (name, time) in others.into_iter().zip(unnamed) {
                times.insert(name.clone(), time);
            }
        }
    }
    times.extend(names.recorded.iter().map(|(name, &time)| (name.clone(), time)));
    times
}

/// The versions of a run that are partial, as far as its result says so: its own one, which is the
/// last that it wrote.
fn partial(run: &Run, names: &Names, times: &BTreeMap<String, Utc>) -> Option<Utc> {
    let result = run.result.as_ref()?;
    let operations = names.operations.get(&run.id)?;
    let (_, name) = operations.iter().rfind(|(is_deleted, _)| !is_deleted)?;
    result.is_partial.then(|| times.get(name).copied()).flatten()
}
