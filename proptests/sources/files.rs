use std::fs;

use duplicati_retention::sources::files::{self, FilesError, Prefix, from_names};
use duplicati_retention::sources::list::{self, ListOptions};
use proptest::prelude::*;

use super::{at, starts};

const ALL_COUNT_AS_FULL: &str = "file names do not say which backups are partial, so all count as full; if some \
    are partial, Duplicati may decide differently: the job's database (--database) says which";
const NONE: &str =
    "no file name looks like that of a version: duplicati-20261123T090000Z.dlist.zip.aes";

#[test]
fn a_version_is_a_dlist_with_a_valid_time_and_one_or_two_extensions() {
    for name in [
        "duplicati-20261123T090000Z.dlist.zip",
        "duplicati-20261123T090000Z.dlist.zip.aes",
        "duplicati-20261123t090000z.DLIST.7Z.Gpg",
        "my photos.2-20261123T090000Z.dlist.zip",
        "ä-20261123T090000Z.dlist.zip",
    ] {
        let listing = from_names([name], None).unwrap();
        assert_eq!(starts(&listing), [1_795_424_400], "{name}");
        assert_eq!(listing.caveats, [ALL_COUNT_AS_FULL]);
        assert!(!listing.backups[0].partial && listing.backups[0].locked_until.is_none());
    }
}

#[test]
fn every_other_name_is_ignored_and_counted() {
    let names = [
        "",
        "-20261123T090000Z.dlist.zip",
        "my-photos-20261123T090000Z.dlist.zip",
        "20261123T090000Z.dlist.zip",
        "duplicati-20261323T090000Z.dlist.zip",
        "duplicati-20260229T090000Z.dlist.zip",
        "duplicati-20261123T240000Z.dlist.zip",
        "duplicati-20261123T090060Z.dlist.zip",
        "duplicati-00000101T000000Z.dlist.zip",
        "duplicati-20261123T090000.dlist.zip",
        "duplicati-20261123T090000+.dlist.zip",
        "duplicati-2026112T0900000Z.dlist.zip",
        "duplicati-+0261123T090000Z.dlist.zip",
        "duplicati-٢٠٢٦١١٢٣T090000Z.dlist.zip",
        "duplicati-20261123T090000Z.dlist",
        "duplicati-20261123T090000Z.dlist.",
        "duplicati-20261123T090000Z.dlist.zip.",
        "duplicati-20261123T090000Z.dlist..aes",
        "duplicati-20261123T090000Z.dlist.zip.aes.tmp",
        "duplicati-20261123T090000Z.dlist.z_p",
        "duplicati-20261123T090000Z.dblock.zip.aes",
        "duplicati-b0123abcd.dblock.zip.aes",
        "duplicati-i0123abcd.dindex.zip.aes",
        "duplicati-verification.json",
        "holiday.par2",
    ];
    for name in names {
        let listing = from_names([name], None).unwrap();
        assert!(listing.backups.is_empty(), "{name}");
        assert_eq!(listing.caveats, [NONE, "1 other file was ignored"], "{name}");
    }
    let listing = from_names(names, None).unwrap();
    assert_eq!(
        listing.caveats,
        [NONE.to_owned(), format!("{} other files were ignored", names.len())]
    );
}

#[test]
fn parity_files_are_ignored_and_counted_separately() {
    let names = [
        "duplicati-20261123T090000Z.dlist.zip.aes",
        "duplicati-20261123T090000Z.dlist.zip.aes.par2",
        "duplicati-20261123T090000Z.dlist.zip.PAR2",
        "duplicati-b01.dblock.zip.vol00+01.par2",
        "duplicati-i01.dindex.zip.aes.par2.zip",
    ];
    let listing = from_names(names, None).unwrap();
    assert_eq!(starts(&listing), [1_795_424_400]);
    assert_eq!(listing.caveats, [ALL_COUNT_AS_FULL, "4 parity files were ignored"]);
}

#[test]
fn no_names_give_no_backups_and_a_caveat() {
    for prefix in [None, Some("photos")] {
        let listing = from_names([""; 0], prefix).unwrap();
        assert!(listing.backups.is_empty());
        assert_eq!(listing.caveats, [NONE]);
    }
}

/// Two versions of `photos`, one of `Photos`, one of `docs`.
const SHARED_FOLDER: [&str; 5] = [
    "photos-20261123T090000Z.dlist.zip",
    "photos-20261122T090000Z.dlist.zip",
    "Photos-20261122T090001Z.dlist.zip",
    "docs-20261121T090000Z.dlist.zip",
    "docs-b1.dblock.zip",
];

#[test]
fn of_several_prefixes_one_must_be_chosen() {
    let error = from_names(SHARED_FOLDER, None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the files belong to several jobs, because they have several prefixes; choose one with --prefix: \
         \"Photos\" (1 version), \"docs\" (1 version), \"photos\" (2 versions)"
    );
    let FilesError::SeveralPrefixes(prefixes) = error else { panic!() };
    assert_eq!(prefixes[2], Prefix { name: "photos".to_owned(), versions: 2 });
}

#[test]
fn a_prefix_chooses_exactly_its_own_versions() {
    let listing = from_names(SHARED_FOLDER, Some("photos")).unwrap();
    assert_eq!(starts(&listing), [1_795_424_400, 1_795_338_000]);
    let caveats = [
        ALL_COUNT_AS_FULL,
        "2 versions with other prefixes were ignored",
        "1 other file was ignored",
    ];
    assert_eq!(listing.caveats, caveats);
}

#[test]
fn an_unknown_prefix_is_an_error_that_lists_the_others() {
    let error = from_names(SHARED_FOLDER, Some("photo")).unwrap_err().to_string();
    assert_eq!(
        error,
        "no version has the prefix \"photo\"; choose one of these: \
         \"Photos\" (1 version), \"docs\" (1 version), \"photos\" (2 versions)"
    );
}

#[test]
fn a_long_list_of_prefixes_is_cut() {
    let names =
        (0..25).map(|number| format!("p{number:02}{}-20261123T090000Z.dlist.zip", "x".repeat(500)));
    let error = from_names(names, None).unwrap_err().to_string();
    assert!(
        error.ends_with(" (1 version), and 15 more")
            && error.contains("p09x")
            && !error.contains("p10x")
    );
    assert!(error.len() < 1500);
    let ten = (0..10).map(|number| format!("p{number}-20261123T090000Z.dlist.zip"));
    let error = from_names(ten, None).unwrap_err().to_string();
    assert!(error.ends_with("\"p9\" (1 version)"), "{error}");
}

#[test]
fn versions_are_found_three_folders_deep_and_not_through_links() {
    let folder = tempfile::tempdir().unwrap();
    let add = |inner: &str, versions: usize| {
        let inner = folder.path().join(inner);
        fs::create_dir_all(&inner).unwrap();
        for version in 0..versions {
            let name = format!("a-20261123T09000{version}Z.dlist.zip");
            fs::write(inner.join(name), "").unwrap();
        }
        inner
    };
    let [a, b, c] =
        [("a", 1), ("x/b", 2), ("x/y/c", 1)].map(|(inner, versions)| add(inner, versions));
    add("x/y/z/too deep", 1);
    fs::write(folder.path().join("a-20261123T090000Z.dlist.zip"), "").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&a, folder.path().join("link")).unwrap();
    assert_eq!(files::folders_with_versions(folder.path()), [(a, 1), (b, 2), (c, 1)]);

    let many = tempfile::tempdir().unwrap();
    for number in 0..2010 {
        let inner = many.path().join(number.to_string());
        fs::create_dir(&inner).unwrap();
        fs::write(inner.join("a-20261123T090000Z.dlist.zip"), "").unwrap();
    }
    assert_eq!(files::folders_with_versions(many.path()).len(), 2000);
}

#[test]
fn a_caveat_counts_the_versions_that_are_recorded_an_hour_early() {
    let recorded = |starts: &[&str]| {
        let names = starts.iter().map(|start| format!("a-{start}.dlist.zip"));
        let listing = from_names(names, None).unwrap().recorded("Europe/Dublin".parse().unwrap());
        listing.caveats.into_iter().find(|caveat| caveat.contains("an hour early"))
    };
    let (one, other) = ("20261025T013003Z", "20261025T014003Z");
    let start = |caveat: Option<String>| caveat.unwrap().split(';').next().unwrap().to_owned();
    let in_an_hour = "started in an hour that occurred twice in Europe/Dublin";
    assert_eq!(start(recorded(&[one])), format!("1 version {in_an_hour}"));
    assert_eq!(start(recorded(&[one, other])), format!("2 versions {in_an_hour}"));
    assert_eq!(recorded(&["20261123T090000Z"]), None);
}

#[test]
fn a_folder_gives_the_names_of_its_entries() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("photos-20261123T090000Z.dlist.zip"), "").unwrap();
    fs::write(folder.path().join("photos-b1.dblock.zip"), "").unwrap();
    fs::create_dir(folder.path().join("more")).unwrap();
    let listing = files::read(folder.path(), None).unwrap();
    assert_eq!(starts(&listing), [1_795_424_400]);
    assert_eq!(listing.caveats, [ALL_COUNT_AS_FULL, "2 other files were ignored"]);
}

#[cfg(unix)]
#[test]
fn a_name_in_a_folder_that_is_not_utf8_counts_as_another_file() {
    let folder = tempfile::tempdir().unwrap();
    let name: &std::ffi::OsStr =
        std::os::unix::ffi::OsStrExt::from_bytes(b"\xff-20261123T090000Z.dlist.zip");
    fs::write(folder.path().join(name), "").unwrap();
    assert_eq!(
        files::read(folder.path(), None).unwrap().caveats,
        [NONE, "1 other file was ignored"]
    );
}

/// What comes of a list with these bytes, or the error as text.
fn read_list(bytes: &[u8]) -> Result<Vec<i64>, String> {
    let listing = list::read(bytes, &ListOptions::default());
    listing.map(|listing| starts(&listing)).map_err(|error| error.to_string())
}

#[test]
fn a_list_has_a_name_or_a_path_a_line() {
    let list = "\u{feff}p-19700101T000007Z.dlist.zip\r\n\r\nremote/a-b/p-19700101T000006Z.dlist.zip\n\
        C:\\x\\p-19700101T000005Z.dlist.zip\n  p-19700101T000004Z.dlist.zip  \nfolder/\nlast/p-b1.dblock.zip";
    assert_eq!(read_list(list.as_bytes()), Ok(vec![7, 6, 5, 4]));
    assert_eq!(read_list(b""), Ok(vec![]));
}

#[test]
fn a_line_that_is_too_long_is_an_error_that_names_the_line() {
    assert_eq!(
        read_list(&vec![b'a'; 10 << 20]).unwrap_err(),
        "line 1 is longer than 1 MiB; write one time, one file name or one case on each line"
    );
}

#[test]
fn a_missing_path_is_an_error_that_says_what_to_give() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gone");
    let error = files::read(&path, None).unwrap_err().to_string();
    let expected = "there is no such file or folder; give a folder of remote files, or a text file that lists their \
        names";
    assert_eq!(error, format!("{}: {expected}", path.display()));
}

#[test]
fn a_path_that_cannot_be_read_is_an_error() {
    let file = tempfile::NamedTempFile::new().unwrap();
    // For Windows nothing is there below a file; but no name has a bar.
    let name = if cfg!(windows) { "a|b" } else { "below" };
    let error = files::read(&file.path().join(name), None).unwrap_err().to_string();
    assert!(error.contains(": cannot be read: "), "{error}");
}

proptest! {
    #[test]
    fn every_version_is_read_from_its_name(
        prefix in "[^-./\\\\\\pC\\s][^-/\\\\\\pC]{0,8}",
        seconds in -62_135_596_800_i64..=253_402_300_799,
        compression in "[a-zA-Z0-9]{1,5}",
        encryption in proptest::option::of("[a-oA-O0-9]{1,5}"),
    ) {
        let time = at(seconds).to_chrono().format("%Y%m%dT%H%M%SZ");
        let encryption = encryption.map(|text| format!(".{text}")).unwrap_or_default();
        let name = format!("{prefix}-{time}.dlist.{compression}{encryption}");
        for wanted in [None, Some(prefix.as_str())] {
            prop_assert_eq!(starts(&from_names([&name], wanted).unwrap()), [seconds], "{}", name);
        }
    }

    #[test]
    fn no_names_make_reading_them_panic(
        names in proptest::collection::vec(prop_oneof![any::<String>(), "p?-?[0-9]{0,9}T?[0-9]{0,7}Z?\\.?(dlist)?.{0,9}"], 0..9),
        prefix in proptest::option::of("p?"),
    ) {
        if let Ok(listing) = from_names(&names, prefix.as_deref()) {
            prop_assert!(listing.backups.len() <= names.len());
        }
    }
}

proptest! {
    #![proptest_config(crate::support::cases(64))]

    #[test]
    fn no_list_makes_reading_it_panic(bytes in any::<Vec<u8>>()) {
        let _ = read_list(&bytes);
    }
}

#[test]
fn versions_of_a_repeated_hour_are_said_to_be_an_hour_early() {
    let names = ["duplicati-20261025T013003Z.dlist.zip", "duplicati-20261025T014003Z.dlist.zip"];
    for (count, says) in [
        (
            1,
            "1 version started in an hour that occurred twice in Europe/Dublin; Duplicati records it",
        ),
        (
            2,
            "2 versions started in an hour that occurred twice in Europe/Dublin; Duplicati records them",
        ),
    ] {
        let listing = from_names(names.iter().copied().take(count), None).unwrap();
        let listing = listing.recorded("Europe/Dublin".parse().unwrap());
        let caveat = listing.caveats.last().unwrap();
        assert!(caveat.starts_with(says), "{caveat}");
    }
}
