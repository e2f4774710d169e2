//! Backups from the names of remote files: the entries of a folder, or names found in the lines of
//! a listing.
//!
//! Duplicati stores one file for each version, `PREFIX-20261123T090000Z.dlist.zip.aes`: the start
//! of the backup in UTC, the compression, and the encryption if there is one. A name says nothing
//! else.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use super::lines::quoted;
use super::{Listing, os_words};
use crate::clock::Utc;
use crate::history::Backup;

/// How many prefixes an error lists.
const LISTED_PREFIXES: usize = 10;

/// Why backups cannot be read from file names.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilesError {
    /// There is nothing at the path.
    #[error(
        "{}: there is no such file or folder; give a folder of remote files, or a text file that lists their names",
        .0.display()
    )]
    Missing(PathBuf),
    /// The folder or the list cannot be read.
    #[error("{}: cannot be read: {}", path.display(), os_words(source))]
    Unreadable {
        /// The folder or the list.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The files belong to several jobs.
    #[error("the files belong to several jobs, because they have several prefixes; choose one with --prefix: {}", list(.0))]
    SeveralPrefixes(Vec<Prefix>),
    /// No version has the requested prefix.
    #[error("no version has the prefix {}; choose one of these: {}", quoted(wanted), list(present))]
    NoSuchPrefix {
        /// The requested prefix.
        wanted: String,
        /// The prefixes of the versions; never empty.
        present: Vec<Prefix>,
    },
}

/// A prefix of file names, and how many versions have it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prefix {
    /// The text before the first hyphen; `duplicati` unless the job has the option `--prefix`.
    pub name: String,
    /// How many versions have it; at least one.
    pub versions: usize,
}

fn list(prefixes: &[Prefix]) -> String {
    let listed = prefixes.iter().take(LISTED_PREFIXES);
    let mut texts: Vec<_> = listed
        .map(|prefix| format!("{} ({})", quoted(&prefix.name), count(prefix.versions, "version")))
        .collect();
    if prefixes.len() > LISTED_PREFIXES {
        texts.push(format!("and {} more", prefixes.len() - LISTED_PREFIXES));
    }
    texts.join(", ")
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Reads the backups from a folder of remote files. See [`from_names`] for which they are.
///
/// # Errors
/// [`FilesError`] if there is nothing at the path, it cannot be read, or for the prefixes as
/// [`from_names`] says.
pub fn read(folder: &Path, prefix: Option<&str>) -> Result<Listing, FilesError> {
    let mut names = Names::default();
    for name in names_in(folder)? {
        // Duplicati's names are ASCII except for the prefix, so a name that is not valid Unicode
        // is not one of them.
        match name {
            Some(name) => names.add(&name),
            None => names.other += 1,
        }
    }
    names.into_listing(prefix)
}

fn names_in(folder: &Path) -> Result<Vec<Option<String>>, FilesError> {
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => FilesError::Missing(folder.to_owned()),
        _ => FilesError::Unreadable { path: folder.to_owned(), source },
    };
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    entries
        .map(|entry| Ok(entry.map_err(unreadable)?.file_name().to_str().map(str::to_owned)))
        .collect()
}

/// How deep, and through how many folders, is searched for one with versions.
const DEPTH: usize = 3;
const SEARCHED_FOLDERS: usize = 2_000;

/// Folders below this one that hold versions, at most three levels deep, with how many each has.
/// Links are not followed, and after 2,000 folders the search ends.
pub fn folders_with_versions(folder: &Path) -> Vec<(PathBuf, usize)> {
    let mut found = Vec::new();
    let mut level = vec![folder.to_owned()];
    let mut searched = 0;
    for _ in 0..DEPTH {
        let mut deeper = Vec::new();
        for parent in level {
            for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
                if searched == SEARCHED_FOLDERS
                    || !entry.file_type().is_ok_and(|kind| kind.is_dir())
                {
                    continue;
                }
                searched += 1;
                let path = entry.path();
                let names = names_in(&path).unwrap_or_default();
                let is_version = |name: &&str| matches!(classify(name), Name::Version { .. });
                match names.iter().flatten().map(String::as_str).filter(is_version).count() {
                    0 => deeper.push(path),
                    versions => found.push((path, versions)),
                }
            }
        }
        level = deeper;
    }
    found.sort();
    found
}

/// The backups with these file names: those of `prefix`, or of the only prefix.
///
/// A name that is not the name of a version is ignored, and a caveat counts it. All backups count
/// as full.
///
/// # Errors
/// [`FilesError::SeveralPrefixes`] if there are several and `prefix` is `None`;
/// [`FilesError::NoSuchPrefix`] if there are versions, but none with this prefix.
///
/// ```
/// use duplicati_retention::sources::files;
/// let names = ["duplicati-20261123T090000Z.dlist.zip.aes", "duplicati-b0c4.dblock.zip.aes"];
/// let listing = files::from_names(names, None)?;
/// assert_eq!(listing.backups[0].time.to_string(), "2026-11-23 09:00:00");
/// assert_eq!(listing.caveats[1], "1 other file was ignored");
/// # Ok::<(), files::FilesError>(())
/// ```
pub fn from_names<N: AsRef<str>>(
    names: impl IntoIterator<Item = N>,
    prefix: Option<&str>,
) -> Result<Listing, FilesError> {
    let mut sorted = Names::default();
    for name in names {
        sorted.add(name.as_ref());
    }
    sorted.into_listing(prefix)
}

/// The names so far, by what they are.
#[derive(Default)]
pub(super) struct Names {
    versions: BTreeMap<String, Vec<Backup>>,
    parity: usize,
    pub(super) other: usize,
}

/// A name of a remote file anywhere in a line: what stands before it ends with a blank, a slash or
/// a mark, and what follows cannot belong to a name.
static REMOTE_FILE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const BEFORE: &str = r#"[^\s/\\"'`<>=;,|()\[\]{}:&?*-]"#;
    Regex::new(&format!(
        r"(?i){BEFORE}+-[0-9a-z]+\.(?:dlist|dblock|dindex)(?:\.[^\s./\\\x22'`<>;,|()&?*]+)*"
    ))
    .ok()
});

/// What a listing may call a version although its name was cut or changed.
const TRACE: &str = ".dlist.";

impl Names {
    /// Takes the names out of a line of a listing: one a line, or a page in one line. A name that
    /// comes again, as in a link and its text, is the same file. Tells whether there is a version.
    pub(super) fn add_line(&mut self, line: &str, prefix: Option<&str>) -> bool {
        let mut has_version = false;
        let mut has_name = false;
        for found in REMOTE_FILE.iter().flat_map(|pattern| pattern.find_iter(line)) {
            if line[..found.start()].ends_with('-') {
                continue;
            }
            has_name = true;
            // In an address a slash may be written as %2F.
            let name = found.as_str();
            let escaped = name.to_ascii_lowercase().rfind("%2f").map_or(0, |place| place + 3);
            match classify(&name[escaped..]) {
                Name::Version { prefix: last_word, time } => {
                    // A prefix with blanks is only known from the option.
                    let before = &line[..found.start() + escaped];
                    let is_here = |words: &str| before.ends_with(words);
                    let wanted =
                        prefix.filter(|prefix| prefix.strip_suffix(last_word).is_some_and(is_here));
                    let backups = self.versions.entry(wanted.unwrap_or(last_word).to_owned());
                    let backups = backups.or_default();
                    if backups.last().is_none_or(|last| last.time != time) {
                        backups.push(Backup::full(time));
                    }
                    has_version = true;
                }
                Name::Parity => self.parity += 1,
                Name::Other => self.other += 1,
            }
        }
        if !has_name {
            self.other += 1;
        }
        has_version
    }

    pub(super) fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// The times of all versions.
    pub(super) fn times(&self) -> impl Iterator<Item = Utc> {
        self.versions.values().flatten().map(|backup| backup.time)
    }

    /// Whether a line speaks of a list of files without naming one.
    pub(super) fn is_trace(line: &str) -> bool {
        line.to_ascii_lowercase().contains(TRACE)
    }

    fn add(&mut self, name: &str) {
        match classify(name) {
            Name::Version { prefix, time } => {
                self.versions.entry(prefix.to_owned()).or_default().push(Backup::full(time));
            }
            Name::Parity => self.parity += 1,
            Name::Other => self.other += 1,
        }
    }

    pub(super) fn into_listing(mut self, prefix: Option<&str>) -> Result<Listing, FilesError> {
        let present = || {
            let prefixes = self.versions.iter();
            prefixes
                .map(|(name, backups)| Prefix { name: name.clone(), versions: backups.len() })
                .collect()
        };
        let chosen = match prefix {
            None if self.versions.len() > 1 => return Err(FilesError::SeveralPrefixes(present())),
            Some(wanted) if !self.versions.is_empty() && !self.versions.contains_key(wanted) => {
                return Err(FilesError::NoSuchPrefix {
                    wanted: wanted.to_owned(),
                    present: present(),
                });
            }
            Some(wanted) => self.versions.remove(wanted),
            None => self.versions.pop_first().map(|(_, backups)| backups),
        };
        let caveats = self.caveats(chosen.is_some());
        Ok(Listing { backups: chosen.unwrap_or_default(), caveats, ..Listing::default() })
    }

    /// The caveats, once the chosen backups are taken out.
    fn caveats(&self, has_versions: bool) -> Vec<String> {
        let first = if has_versions {
            "file names do not say which backups are partial, so all count as full; if some are \
             partial, Duplicati may decide differently: the job's database (--database) says which"
        } else {
            "no file name looks like that of a version: duplicati-20261123T090000Z.dlist.zip.aes"
        };
        let mut caveats = vec![first.to_owned()];
        let strangers = self.versions.values().map(Vec::len).sum();
        let ignored = [
            (strangers, "version", " with other prefixes"),
            (self.parity, "parity file", ""),
            (self.other, "other file", ""),
        ];
        for (number, noun, rest) in ignored.into_iter().filter(|(number, ..)| *number > 0) {
            let were = if number == 1 { "was" } else { "were" };
            caveats.push(format!("{}{rest} {were} ignored", count(number, noun)));
        }
        caveats
    }
}

/// What a file name says.
enum Name<'a> {
    Version { prefix: &'a str, time: Utc },
    Parity,
    Other,
}

fn classify(name: &str) -> Name<'_> {
    // Duplicati takes the text before the first hyphen, so a prefix has no hyphen.
    let Some((prefix, rest)) = name.split_once('-').filter(|(prefix, _)| !prefix.is_empty()) else {
        return Name::Other;
    };
    let parts: Vec<&str> = rest.split('.').collect();
    let [start, kind, extensions @ ..] = parts.as_slice() else {
        return Name::Other;
    };
    let is_kind = |expected: &str| kind.eq_ignore_ascii_case(expected);
    let is_remote = ["dlist", "dblock", "dindex"].into_iter().any(is_kind);
    if is_remote && extensions.iter().skip(1).any(|extension| is_par2(extension)) {
        return Name::Parity;
    }
    let compression_and_encryption =
        matches!(extensions.len(), 1 | 2) && extensions.iter().all(is_extension);
    match parse_start(start) {
        Some(time) if is_kind("dlist") && compression_and_encryption => {
            Name::Version { prefix, time }
        }
        _ => Name::Other,
    }
}

fn is_par2(extension: &str) -> bool {
    extension.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("par2"))
}

fn is_extension(text: &&str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `20261123T090000Z`.
fn parse_start(text: &str) -> Option<Utc> {
    let text = text.to_ascii_uppercase();
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let all_digits = date.bytes().chain(time.bytes()).all(|byte| byte.is_ascii_digit());
    if (date.len(), time.len()) != (8, 6) || !all_digits {
        return None;
    }
    let (date, time): (u32, u32) = (date.parse().ok()?, time.parse().ok()?);
    let day = NaiveDate::from_ymd_opt((date / 10_000) as i32, date / 100 % 100, date % 100)?;
    Utc::from_chrono(day.and_hms_opt(time / 10_000, time / 100 % 100, time % 100)?).ok()
}
