//! What the operating system says of a file, in plain words.

use std::io::{self, ErrorKind};

/// Why a file or a folder cannot be read or written, as a clause: without the number of the error,
/// which means nothing to most people.
///
/// ```
/// use duplicati_retention::sources::os_words;
/// let error = std::fs::read("no/such/file").unwrap_err();
/// assert_eq!(os_words(&error), "there is no such file or folder");
/// ```
pub fn os_words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder".into(),
        ErrorKind::PermissionDenied => "permission is denied".into(),
        ErrorKind::IsADirectory => "this is a folder".into(),
        ErrorKind::NotADirectory => "a part of the path is a file, not a folder".into(),
        ErrorKind::StorageFull => "there is no space left".into(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".into(),
        _ => {
            let text = error.to_string();
            text.split(" (os error ").next().unwrap_or_default().to_owned()
        }
    }
}
