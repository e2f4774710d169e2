use std::io::{Error, ErrorKind};

use duplicati_retention::sources::os_words;

#[test]
fn an_error_of_the_system_is_told_in_plain_words_without_its_number() {
    for (kind, words) in [
        (ErrorKind::NotFound, "there is no such file or folder"),
        (ErrorKind::PermissionDenied, "permission is denied"),
        (ErrorKind::IsADirectory, "this is a folder"),
        (ErrorKind::NotADirectory, "a part of the path is a file, not a folder"),
        (ErrorKind::StorageFull, "there is no space left"),
        (ErrorKind::ReadOnlyFilesystem, "the file system is read-only"),
    ] {
        assert_eq!(os_words(&kind.into()), words);
    }
    let other = os_words(&Error::from_raw_os_error(5));
    assert!(!other.is_empty() && !other.contains("os error"), "{other}");
}
