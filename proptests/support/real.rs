//! What the real Duplicati made: `vectors/real`.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::root;

/// The text of a file in `vectors/real`.
pub fn real_text(name: &str) -> String {
    fs::read_to_string(root().join("vectors/real").join(name)).expect("a real file can be read")
}

/// One of the databases, in a folder of its own.
pub fn real_database(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(format!("{name}.sqlite"));
    unpack(name, &path);
    (folder, path)
}

/// Writes one of the databases to a path.
pub fn unpack(name: &str, path: &Path) {
    let packed = root().join(format!("vectors/real/databases/{name}.sqlite.gz"));
    let packed = fs::File::open(packed).expect("a real database can be read");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes).expect("it is compressed");
    fs::write(path, bytes).expect("it can be written");
}
