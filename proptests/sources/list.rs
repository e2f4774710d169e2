//! Lists of versions in the formats that people have.

use duplicati_retention::sources::list::{self, ListOptions};
use duplicati_retention::sources::times::parse_time;
use duplicati_retention::sources::{DateOrder, Listing, log};
use proptest::prelude::*;

fn options(zone: &str) -> ListOptions<'static> {
    ListOptions {
        zone: Some(zone.parse().unwrap()),
        now: Some(parse_time("2026-11-23T10:00:00Z").unwrap()),
        ..ListOptions::default()
    }
}

fn read(text: &str, zone: &str) -> Result<Listing, String> {
    list::read(text.as_bytes(), &options(zone)).map_err(|error| error.to_string())
}

#[track_caller]
fn assert_times(text: &str, zone: &str, expected: &[&str]) {
    let listing = read(text, zone).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let times: Vec<String> = listing.backups.iter().map(|backup| backup.time.rfc_3339()).collect();
    assert_eq!(times, expected, "{text}");
}

#[test]
fn a_name_is_found_anywhere_in_a_line() {
    let name = "duplicati-20240828T231431Z.dlist.zip.aes";
    for line in [
        "-rw-r--r-- 1 root root 12 Aug 28 23:14 NAME",
        "-rw-------    1 1000     1000        20365 Aug 28 23:14 /backup/NAME",
        "2024-08-28 23:14:31      20365 NAME",
        "2024-08-28 23:14:31      20365 jobs/photos/NAME",
        "    20365 NAME",
        "    20365 2024-08-28 23:14:31.000000000 NAME",
        "28.08.2024  23:14            20.365 NAME",
        "08/28/2024  11:14 PM            20,365 NAME",
        "NAME;20365;2024-08-28",
        "\"NAME\",20365",
        "20365\tNAME\t2024-08-28",
        "{\"Path\":\"NAME\",\"Size\":1,\"ModTime\":\"2024-08-28T23:14:31Z\"}",
        "[{\"Path\":\"a/NAME\",\"Size\":1}]",
        "<a href=\"NAME\">NAME</a>   28-Aug-2024 23:14   20365",
        "<Contents><Key>x/NAME</Key><Size>20365</Size></Contents>",
        "<d:href>/remote.php/dav/files/me/NAME</d:href>",
        "<Key>x%2FNAME</Key>",
        "[2024-08-28 23:14:31 UTC]  20KiB STANDARD NAME",
        "4_z27c88f1d182b150646ff0b16_f100 upload 2024-08-28 23:14:31 20365 NAME",
        "C:\\backup\\NAME",
    ] {
        assert_times(&line.replace("NAME", name), "UTC", &["2024-08-28T23:14:31Z"]);
    }
    // A page in one line, where the text of each link repeats the address.
    let page = "<a href=\"a-20240828T231431Z.dlist.zip\">a-20240828T231431Z.dlist.zip</a> \
                <a href=\"a-20240829T231431Z.dlist.zip\">a-20240829T231431Z.dlist.z..</a>";
    assert_times(page, "UTC", &["2024-08-28T23:14:31Z", "2024-08-29T23:14:31Z"]);
}

#[test]
fn other_encodings_are_read() {
    let text = "a-20240828T231431Z.dlist.zip\r\nb\u{e4}.txt\r\na-20240829T231431Z.dlist.zip\r\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    // What `dir` writes on a German Windows is in neither.
    let one_byte: Vec<u8> = text.chars().map(|character| character as u8).collect();
    for bytes in [
        little.clone(),
        big.clone(),
        [&b"\xff\xfe"[..], &little].concat(),
        [&b"\xfe\xff"[..], &big].concat(),
        one_byte,
    ] {
        let listing = list::read(&bytes[..], &options("UTC")).unwrap();
        assert_eq!(listing.backups.len(), 2, "{bytes:?}");
    }
}

#[test]
fn duplicatis_own_lists_are_read_in_each_language() {
    let summer = ["2018-10-20T00:22:03Z"];
    for time in [
        "10/19/2018 8:22:03 PM",
        "10/19/2018 8:22:03\u{202f}PM",
        "19.10.2018 20:22:03",
        "19.10.2018 20.22.03",
        "19/10/2018 20:22:03",
        "19/10/2018 8:22:03 pm",
        "19-10-2018 20:22:03",
        "2018-10-19 20:22:03",
        "2018/10/19 20:22:03",
        "2018/10/19 下午 8:22:03",
        "2018-10-19 오후 8:22:03",
        "2018. 10. 19. 20:22:03",
        "19. 10. 2018 20:22:03",
        "19.10.2018 г. 20:22:03",
        "2018-10-19 20 h 22 min 03 s",
        "2018-10-19T20:22:03",
        "2018-10-19 20:22:03 -04",
        "2018-10-20T00:22:03Z",
        "20181020T002203Z",
    ] {
        for (before, after) in [
            ("", ""),
            ("0\t: ", " (123 files, 1.20 GB)"),
            ("Fileset 0\t: ", "\t(3 match(es))"),
            ("\"", "\""),
        ] {
            let line = format!("{before}{time}{after}");
            assert_times(&line, "America/New_York", &summer);
        }
    }
    let list = "Listing filesets:\n0\t: 19.10.2018 20:22:03 (123 files, 1,20 GB)\n1\t: 18.10.2018 20:21:17 (1 files, 0 bytes), partial\n";
    let listing = read(list, "UTC").unwrap();
    assert_eq!(
        listing.backups.iter().map(|backup| backup.partial).collect::<Vec<_>>(),
        [false, true]
    );
    assert_eq!(listing.caveats.last().unwrap(), "1 line that names no version was ignored");
}

#[test]
fn answers_of_the_server_are_read() {
    let filesets = r#"{"success":true,"data":[{"Version":0,"IsFullBackup":1,"Time":"2026-11-23T01:00:10+00:00","FileCount":1},
        {"Version":1,"IsFullBackup":0,"Time":"2026-11-22T02:00:10+01:00"}]}"#;
    assert_times(filesets, "UTC", &["2026-11-23T01:00:10Z", "2026-11-22T01:00:10Z"]);
    assert!(read(filesets, "UTC").unwrap().backups[1].partial);
    let deleted = r#"{"DeleteResults":{"DeletedSets":[{"Item1":8,"Item2":"2026-01-21T02:00:44+01:00"}]},"BeginTime":"2026-02-01T00:00:00Z"}"#;
    assert_times(deleted, "UTC", &["2026-01-21T01:00:44Z"]);
    assert_times(
        "\"DeletedSets\":[{\n\"Item1\":8,\n\"Item2\":\"2026-01-21T02:00:44+01:00\"\n}]",
        "UTC",
        &["2026-01-21T01:00:44Z"],
    );
}

#[test]
fn a_log_gives_the_versions_after_its_last_run() {
    let log = std::fs::read_to_string("samples/duplicati.log").unwrap();
    let left = ["2026-11-18T01:00:09Z", "2026-11-10T01:00:00Z", "2026-11-20T01:00:06Z"];
    assert_times(&log, "Europe/Berlin", &left);
    let bare = "[Retention Policy]: Backups to consider: 2018-02-12 00:24:23, 2018-02-11 00:06:49,";
    assert_times(bare, "UTC", &["2018-02-12T00:24:23Z", "2018-02-11T00:06:49Z"]);
    let runs = log::read(log.as_bytes()).unwrap();
    assert_eq!(
        (runs.len(), runs[0].policy.as_str(), runs[0].deleted.len()),
        (1, "7D:1D,28D:7D", 3)
    );
}

#[test]
fn a_date_that_can_be_two_is_asked_back_unless_something_tells() {
    assert!(read("05/06/2026 10:00:00", "UTC").unwrap_err().contains("--date-order"));
    let chosen = ListOptions { date_order: Some(DateOrder::MonthDayYear), ..options("UTC") };
    let listing = list::read(&b"05/06/2026 10:00:00"[..], &chosen).unwrap();
    assert_eq!(listing.backups[0].time.rfc_3339(), "2026-05-06T10:00:00Z");
    // Another line, the present, or the order of the list tell it.
    assert_times(
        "05/06/2026 10:00:00\n05/13/2026 10:00:00",
        "UTC",
        &["2026-05-06T10:00:00Z", "2026-05-13T10:00:00Z"],
    );
    assert_times("03/12/2026 10:00:00", "UTC", &["2026-03-12T10:00:00Z"]);
    assert_times(
        "0\t: 03/05/2026 10:00:00\n1\t: 01/06/2026 10:00:00",
        "UTC",
        &["2026-03-05T10:00:00Z", "2026-01-06T10:00:00Z"],
    );
    assert!(read("31/31/2026 10:00:00", "UTC").unwrap_err().contains("is not a date"));
}

#[test]
fn a_local_time_that_came_twice_or_never_is_an_error() {
    let twice = read("2026-11-23 02:00:00\n2026-10-25 02:30:00", "Europe/Berlin").unwrap_err();
    assert!(
        twice.starts_with("line 2: \"2026-10-25 02:30:00\" came twice in Europe/Berlin"),
        "{twice}"
    );
    assert!(twice.ends_with("2026-10-25T00:30:00Z or 2026-10-25T01:30:00Z"), "{twice}");
    let never = read("2026-03-29 02:30:00", "Europe/Berlin").unwrap_err();
    assert!(never.contains("never came in Europe/Berlin"), "{never}");
    let no_zone = list::read(&b"2026-11-23 02:00:00"[..], &ListOptions::default()).unwrap_err();
    assert!(no_zone.to_string().contains("--time-zone"), "{no_zone}");
}

#[test]
fn a_line_that_should_be_a_version_is_not_passed_over() {
    for (text, expected) in [
        ("2026-11-23T09:00:00Z\nyesterday", "line 2: \"yesterday\" is not a time"),
        ("2026-11-23T09:00:00Z half", "line 1:"),
        ("0\t: 2026-11-23 09:00:00\n1\t: long ago", "line 2:"),
        ("x\na-20240828.dlist.zip", "line 2 has \".dlist.\""),
        (
            "a-20261123T090000Z.dlist.zip\nb-20261123T090000Z.dlist.zip",
            "the files belong to several jobs",
        ),
        ("SQLite format 3\0", "this is a database"),
    ] {
        let error = read(text, "UTC").unwrap_err();
        assert!(error.starts_with(expected), "{text}: {error}");
    }
    let prefix = ListOptions { prefix: Some("my photos"), ..options("UTC") };
    let listing = list::read(&b"1 my photos-20261123T090000Z.dlist.zip"[..], &prefix).unwrap();
    assert_eq!(listing.backups.len(), 1);
}

proptest! {
    #[test]
    fn no_text_makes_reading_a_list_panic(
        bytes in any::<Vec<u8>>(),
        text in "(Backups to consider:|All backups to delete:|\\{|\"Item2\":\"|a-20261123T0900|00Z.dlist.zip|[0-9./: -]|PM|[\n{}\\[\\]\",])*",
    ) {
        let _ = list::read(&bytes[..], &options("Europe/Berlin"));
        let _ = list::read(text.as_bytes(), &options("Europe/Berlin"));
        let _ = log::read(text.as_bytes());
    }
}
