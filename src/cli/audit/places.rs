//! Where Duplicati keeps its data, if nobody says.

use std::env;
use std::path::{Path, PathBuf};

use crate::sources::server::SERVER_FILE;

/// The server databases in all folders where Duplicati keeps its data on this machine; a folder
/// that may not be read counts, so that it can be said.
pub(super) fn server_databases() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for folder in folders() {
        let file = folder.join(SERVER_FILE);
        let is_there = file.try_exists().unwrap_or(true);
        let same = |other: &PathBuf| same_file(other, &file);
        if is_there && !found.iter().any(same) {
            found.push(file);
        }
    }
    found
}

/// Duplicati's data folders: what the user set first, then where its installers put it.
pub(super) fn folders() -> Vec<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let below = |name: &str, path: &str| variable(name).map(|base| Path::new(&base).join(path));
    let mut folders: Vec<PathBuf> =
        variable("DUPLICATI_HOME").map(PathBuf::from).into_iter().collect();
    if !folders.is_empty() {
        // Duplicati looks nowhere else then.
        return folders;
    }
    if cfg!(windows) {
        folders.extend(below("LOCALAPPDATA", "Duplicati"));
        folders.extend(below("PROGRAMDATA", "Duplicati"));
        folders.extend(below("PROGRAMDATA", "Duplicati\\Data"));
        let of_the_service = "System32\\config\\systemprofile\\AppData\\Local\\Duplicati";
        folders.extend(below("SystemRoot", of_the_service));
    } else if cfg!(target_os = "macos") {
        folders.extend(below("HOME", "Library/Application Support/Duplicati"));
        folders.push("/Library/Application Support/Duplicati".into());
        folders.extend(below("HOME", ".config/Duplicati"));
    } else {
        folders.extend(below("XDG_CONFIG_HOME", "Duplicati"));
        folders.extend(below("HOME", ".config/Duplicati"));
        // The service, and the usual containers.
        let fixed = [
            "/var/lib/duplicati",
            "/var/lib/Duplicati",
            "/root/.config/Duplicati",
            "/data/Duplicati",
            "/config",
            "/config/Duplicati",
        ];
        folders.extend(fixed.map(PathBuf::from));
    }
    folders
}

fn same_file(one: &Path, other: &Path) -> bool {
    one == other
        || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
