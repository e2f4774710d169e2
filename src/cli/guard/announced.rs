//! What earlier runs announced, in a file of the guard's own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::clock::Utc;
use crate::sources::os_words;

/// The versions that earlier runs announced, for each job's database, as Unix seconds.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Announced(BTreeMap<String, BTreeSet<i64>>);

impl Announced {
    /// A file that does not exist yet announces nothing.
    pub fn read(file: &Path) -> Result<Announced, String> {
        let in_file = |error: &dyn std::fmt::Display| {
            format!("the announcements in {} cannot be read: {error}", file.display())
        };
        match fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| in_file(&error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Announced::default()),
            Err(error) => Err(in_file(&os_words(&error))),
        }
    }

    /// Which of these versions no earlier run announced.
    pub fn unknown(&self, database: &Path, deleted: &[Utc]) -> Vec<Utc> {
        let known = self.0.get(&*database.to_string_lossy());
        let is_known = |time: &Utc| known.is_some_and(|known| known.contains(&time.unix_seconds()));
        deleted.iter().copied().filter(|time| !is_known(time)).collect()
    }

    /// Announces these versions instead of the earlier ones.
    pub fn announce(
        mut self,
        file: &Path,
        database: &Path,
        deleted: impl IntoIterator<Item = Utc>,
    ) -> Result<(), String> {
        let times = deleted.into_iter().map(Utc::unix_seconds).collect();
        self.0.insert(database.to_string_lossy().into_owned(), times);
        let folder = file.parent().unwrap_or(file);
        // All or nothing: half a file would announce nothing.
        let write = || -> io::Result<()> {
            let mut new = tempfile::NamedTempFile::new_in(folder)?;
            new.write_all(&serde_json::to_vec(&self)?)?;
            new.persist(file)?;
            Ok(())
        };
        write().map_err(|error| {
            let (file, why) = (file.display(), os_words(&error));
            format!("the announcements cannot be written to {file}: {why}")
        })
    }
}
