//! What the versions of a job contain, from its local database: which files and contents exist only
//! in some of them, and how much is freed without these.
//!
//! Each table is read once, in the order in which SQLite stores it or an index of it. In memory are
//! sets of IDs, and no names. So ten million entries need some tens of megabytes.
//!
//! The tables, as of Duplicati's schemas 12 to 19: `FilesetEntry` has the files of a version,
//! `FileLookup` the path of a file with its content and its metadata, each a `Blockset`, and
//! `BlocksetEntry` the blocks of that. A blockset of more than one block has lists of its blocks,
//! which are blocks too (`BlocklistHash`).

use std::cmp::Reverse;
use std::path::Path;

use roaring::RoaringTreemap;
use rusqlite::{Connection, Transaction};

use super::database::{self, Access, DatabaseError, DatabaseProblem};
use crate::clock::Utc;
use crate::dotnet::DateTime;

pub use super::database::SCHEMAS;

/// What is lost with some versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// Paths of files that no version has afterwards.
    pub files: u64,
    /// Contents of files that no version has afterwards, though a version still has the path.
    pub contents: u64,
    /// The size of all contents that no version has afterwards, each once.
    pub bytes: u64,
    /// Blocks that no version needs afterwards.
    pub freed_blocks: u64,
    /// Their size, before compression.
    pub freed_bytes: u64,
}

/// A file, or one of its contents, that no version has afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The path of the file.
    pub path: String,
    /// The size of the content.
    pub bytes: u64,
    /// The hash of the content, as Duplicati writes it: in base64.
    pub hash: String,
    /// Whether a version still has a file with this path.
    pub path_remains: bool,
    /// Whether a version still has this content, as another file.
    pub content_remains: bool,
}

/// Who is told while a database is read.
pub trait Listener {
    /// Another file or content is lost.
    fn lost(&mut self, lost: Lost);

    /// This part of the work is done, from 0 to 1.
    fn progress(&mut self, part: f64);
}

/// What is lost if these versions are deleted. `times` are the times of all versions, newest first,
/// as [`database::read`] gave them, and `deleted` says of each whether it is deleted.
///
/// # Errors
/// [`DatabaseError`] if the file cannot be read, is no longer the one that gave the versions, or
/// has a schema that is not one of [`SCHEMAS`].
pub fn loss(
    path: &Path,
    access: Access,
    times: &[Utc],
    deleted: &[bool],
    listener: &mut impl Listener,
) -> Result<(Loss, Option<String>), DatabaseError> {
    database::query(path, access, |connection| {
        let view = view(connection)?;
        let filesets = filesets(&view, times)?;
        Contents { view: &view, listener }.loss(&filesets, deleted)
    })
}

/// Versions, by their numbers, all of which can be deleted together without losing a content.
///
/// It starts at the oldest version, and drops each whose contents are all in others that stay.
///
/// # Errors
/// [`DatabaseError`] as for [`loss`].
pub fn free(
    path: &Path,
    access: Access,
    times: &[Utc],
    listener: &mut impl Listener,
) -> Result<(Vec<usize>, Option<String>), DatabaseError> {
    database::query(path, access, |connection| {
        let view = view(connection)?;
        let filesets = filesets(&view, times)?;
        Contents { view: &view, listener }.free(&filesets)
    })
}

/// All in one transaction, and only of a schema that is known.
fn view(connection: &mut Connection) -> Result<Transaction<'_>, DatabaseProblem> {
    let view = connection.transaction()?;
    let tables = database::strings(&view, "SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    if !database::contains(&tables, "Fileset") {
        return Err(DatabaseProblem::NotAJob);
    }
    let schema = if database::contains(&tables, "Version") {
        view.query_row("SELECT max(Version) FROM Version", [], |row| row.get::<_, Option<i64>>(0))?
    } else {
        None
    };
    match schema {
        Some(schema) if SCHEMAS.contains(&schema) => {}
        schema => return Err(DatabaseProblem::Schema(schema)),
    }
    let needed = ["FilesetEntry", "FileLookup", "PathPrefix", "Blockset", "BlocksetEntry", "Block"];
    match needed.iter().find(|name| !database::contains(&tables, name)) {
        Some(missing) => Err(DatabaseProblem::NoContents(missing)),
        None => Ok(view),
    }
}

/// The IDs of the versions, newest first; of equal times the lower ID first, as Duplicati has it.
fn filesets(view: &Transaction<'_>, times: &[Utc]) -> Result<Vec<i64>, DatabaseProblem> {
    let mut statement = view.prepare("SELECT ID, Timestamp FROM Fileset ORDER BY ID")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut filesets: Vec<(i64, i64)> = rows.collect::<Result<_, _>>()?;
    filesets.sort_by_key(|&(_, time)| Reverse(time));
    let same = filesets
        .iter()
        .map(|&(_, time)| time)
        .eq(times.iter().copied().map(DateTime::unix_seconds));
    if !same {
        return Err(DatabaseProblem::Changed);
    }
    Ok(filesets.into_iter().map(|(id, _)| id).collect())
}

/// IDs of one table that deleted versions need, and those that versions need that stay.
#[derive(Default)]
struct Needed {
    by_deleted: RoaringTreemap,
    by_kept: RoaringTreemap,
}

impl Needed {
    fn is_lost(&self, id: i64) -> bool {
        let id = id.unsigned_abs();
        self.by_deleted.contains(id) && !self.by_kept.contains(id)
    }

    /// Whatever needs this other ID needs this one, too.
    fn add(&mut self, id: i64, other: &Needed, other_id: i64) {
        // A folder and a link have no content, and a negative ID instead.
        let (Ok(id), Ok(other_id)) = (u64::try_from(id), u64::try_from(other_id)) else { return };
        if other.by_kept.contains(other_id) {
            self.by_kept.insert(id);
        } else if other.by_deleted.contains(other_id) {
            self.by_deleted.insert(id);
        }
    }
}

struct Contents<'a, L> {
    view: &'a Transaction<'a>,
    listener: &'a mut L,
}

impl<L: Listener> Contents<'_, L> {
    fn loss(&mut self, filesets: &[i64], deleted: &[bool]) -> Result<Loss, DatabaseProblem> {
        let files = self.files(filesets, deleted)?;
        // The content of a file, and its metadata by the ID of that.
        let (mut blocksets, mut metadata) = (Needed::default(), Needed::default());
        self.each("SELECT ID, BlocksetID, MetadataID FROM FileLookup", |row| {
            let (file, content): (i64, i64) = (row.get(0)?, row.get(1)?);
            blocksets.add(content, &files, file);
            metadata.add(row.get(2)?, &files, file);
            Ok(())
        })?;
        let mut loss = Loss::default();
        self.names(&files, &blocksets, &mut loss)?;
        self.listener.progress(0.7);
        self.each("SELECT ID, Length FROM Blockset", |row| {
            if blocksets.is_lost(row.get(0)?) {
                loss.bytes += bytes(row.get(1)?);
            }
            Ok(())
        })?;
        // From here on, metadata counts as well.
        self.each("SELECT ID, BlocksetID FROM Metadataset", |row| {
            blocksets.add(row.get(1)?, &metadata, row.get(0)?);
            Ok(())
        })?;
        drop((files, metadata));
        let mut blocks = Needed::default();
        self.each("SELECT BlocksetID, BlockID FROM BlocksetEntry", |row| {
            blocks.add(row.get(1)?, &blocksets, row.get(0)?);
            Ok(())
        })?;
        self.listener.progress(0.9);
        let lists = "SELECT BlocklistHash.BlocksetID, Block.ID FROM BlocklistHash \
                     JOIN Block ON Block.Hash = BlocklistHash.Hash";
        self.each(lists, |row| {
            blocks.add(row.get(1)?, &blocksets, row.get(0)?);
            Ok(())
        })?;
        self.each("SELECT ID, Size FROM Block", |row| {
            if blocks.is_lost(row.get(0)?) {
                loss.freed_blocks += 1;
                loss.freed_bytes += bytes(row.get(1)?);
            }
            Ok(())
        })?;
        self.listener.progress(1.0);
        Ok(loss)
    }

    /// The files of the versions, by their IDs.
    fn files(&mut self, filesets: &[i64], deleted: &[bool]) -> Result<Needed, DatabaseProblem> {
        let mut files = Needed::default();
        let query = "SELECT FileID FROM FilesetEntry WHERE FilesetID = ?";
        let mut statement = self.view.prepare(query)?;
        for (number, (fileset, &is_deleted)) in filesets.iter().zip(deleted).enumerate() {
            let ids = if is_deleted { &mut files.by_deleted } else { &mut files.by_kept };
            let mut rows = statement.query([fileset])?;
            while let Some(row) = rows.next()? {
                let id: i64 = row.get(0)?;
                ids.insert(id.unsigned_abs());
            }
            self.listener.progress(0.4 * (number + 1) as f64 / filesets.len() as f64);
        }
        Ok(files)
    }

    /// The paths and contents that are lost, path by path.
    fn names(
        &mut self,
        files: &Needed,
        blocksets: &Needed,
        loss: &mut Loss,
    ) -> Result<(), DatabaseProblem> {
        // The index of the paths has everything that is asked for here, in this order.
        let query = "SELECT PrefixID, Path, BlocksetID, ID FROM FileLookup ORDER BY PrefixID, \
                     Path, BlocksetID";
        let mut statement = self.view.prepare(query)?;
        let mut rows = statement.query([])?;
        let mut path = PathGroup::default();
        while let Some(row) = rows.next()? {
            let (prefix, id): (i64, i64) = (row.get(0)?, row.get(3)?);
            let name = row.get_ref(1)?.as_bytes().unwrap_or_default();
            if path.prefix != prefix || path.name != name {
                self.end_of(&path, blocksets, loss)?;
                path.begin(prefix, name);
            }
            let content: i64 = row.get(2)?;
            if content >= 0 {
                path.add(content, files, id);
            }
        }
        self.end_of(&path, blocksets, loss)
    }

    fn end_of(
        &mut self,
        path: &PathGroup,
        blocksets: &Needed,
        loss: &mut Loss,
    ) -> Result<(), DatabaseProblem> {
        if path.deleted.is_empty() {
            return Ok(());
        }
        loss.files += u64::from(!path.remains);
        for &content in &path.deleted {
            let content_remains = blocksets.by_kept.contains(content.unsigned_abs());
            // An earlier content of a path that remains, and that remains itself elsewhere.
            if path.remains && content_remains {
                continue;
            }
            loss.contents += u64::from(path.remains);
            let mut statement = self.view.prepare_cached(
                "SELECT Length, FullHash, (SELECT Prefix FROM PathPrefix WHERE ID = ?2) \
                 FROM Blockset WHERE ID = ?1",
            )?;
            let mut rows = statement.query([content, path.prefix])?;
            let Some(row) = rows.next()? else { continue };
            let prefix: Option<String> = row.get(2)?;
            let lost = Lost {
                path: prefix.unwrap_or_default() + &String::from_utf8_lossy(&path.name),
                bytes: bytes(row.get(0)?),
                hash: row.get(1)?,
                path_remains: path.remains,
                content_remains,
            };
            self.listener.lost(lost);
        }
        Ok(())
    }

    fn free(&mut self, filesets: &[i64]) -> Result<Vec<usize>, DatabaseProblem> {
        let contents = self.content_of_files()?;
        // In how many versions a content is, by its ID, and the last version in which it was seen:
        // two files of a version may have one content.
        let mut versions = vec![0_u32; contents.iter().copied().max().unwrap_or(0) as usize + 1];
        let mut last_seen = vec![u32::MAX; versions.len()];
        for (number, fileset) in filesets.iter().enumerate() {
            self.contents_of(*fileset, &contents, |content| {
                if last_seen[content] != number as u32 {
                    last_seen[content] = number as u32;
                    versions[content] += 1;
                }
                true
            })?;
            self.listener.progress(0.5 * (number + 1) as f64 / filesets.len() as f64);
        }
        last_seen.fill(u32::MAX);
        let mut free = Vec::new();
        for (number, fileset) in filesets.iter().enumerate().rev() {
            let mut is_free = true;
            self.contents_of(*fileset, &contents, |content| {
                is_free = versions[content] > 1;
                is_free
            })?;
            // A version without a content loses none, but there must be one version.
            if is_free && free.len() + 1 < filesets.len() {
                free.push(number);
                self.contents_of(*fileset, &contents, |content| {
                    if last_seen[content] != number as u32 {
                        last_seen[content] = number as u32;
                        versions[content] -= 1;
                    }
                    true
                })?;
            }
            self.listener.progress(1.0 - 0.5 * number as f64 / filesets.len() as f64);
        }
        free.sort_unstable();
        Ok(free)
    }

    /// The content of each file by the ID of the file; 0 for what has none.
    fn content_of_files(&mut self) -> Result<Vec<u32>, DatabaseProblem> {
        /// Four bytes each.
        const MOST: i64 = 100_000_000;
        let most = "SELECT max(coalesce(max(ID), 0), coalesce(max(BlocksetID), 0)) FROM FileLookup";
        let most: i64 = self.view.query_row(most, [], |row| row.get(0))?;
        if !(0..=MOST).contains(&most) {
            return Err(DatabaseProblem::TooManyFiles(most));
        }
        let mut contents = vec![0; most.unsigned_abs() as usize + 1];
        self.each("SELECT ID, BlocksetID FROM FileLookup", |row| {
            let (file, content): (i64, i64) = (row.get(0)?, row.get(1)?);
            if let Some(place) = usize::try_from(file).ok().and_then(|file| contents.get_mut(file))
            {
                *place = u32::try_from(content).unwrap_or(0);
            }
            Ok(())
        })?;
        Ok(contents)
    }

    /// Tells the contents of a version, until it is told to stop.
    fn contents_of(
        &self,
        fileset: i64,
        contents: &[u32],
        mut tell: impl FnMut(usize) -> bool,
    ) -> Result<(), DatabaseProblem> {
        let query = "SELECT FileID FROM FilesetEntry WHERE FilesetID = ?";
        let mut statement = self.view.prepare_cached(query)?;
        let mut rows = statement.query([fileset])?;
        while let Some(row) = rows.next()? {
            let file: i64 = row.get(0)?;
            let content = usize::try_from(file).ok().and_then(|file| contents.get(file));
            match content {
                None | Some(0) => {}
                Some(&content) if !tell(content as usize) => return Ok(()),
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn each(
        &self,
        query: &str,
        mut row: impl FnMut(&rusqlite::Row<'_>) -> Result<(), rusqlite::Error>,
    ) -> Result<(), DatabaseProblem> {
        let mut statement = self.view.prepare(query)?;
        let mut rows = statement.query([])?;
        while let Some(next) = rows.next()? {
            row(next)?;
        }
        Ok(())
    }
}

/// The contents that a path has in the versions.
#[derive(Default)]
struct PathGroup {
    prefix: i64,
    name: Vec<u8>,
    /// Whether a version that stays has the path.
    remains: bool,
    /// The contents of its files that are in deleted versions only, each once.
    deleted: Vec<i64>,
}

impl PathGroup {
    fn begin(&mut self, prefix: i64, name: &[u8]) {
        self.prefix = prefix;
        self.name.clear();
        self.name.extend_from_slice(name);
        self.remains = false;
        self.deleted.clear();
    }

    /// A file of this path; those of one content come one after the other.
    fn add(&mut self, content: i64, files: &Needed, file: i64) {
        let file = file.unsigned_abs();
        if files.by_kept.contains(file) {
            self.remains = true;
        } else if files.by_deleted.contains(file) && self.deleted.last() != Some(&content) {
            self.deleted.push(content);
        }
    }
}

fn bytes(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}
