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
        ("0\t: 2026-11-23 09:00:00\n2026-11-22T09:00:00.5Z", "line 2:"),
        (
            "0\t: 2026-11-23 09:00:00\n{\"time\":\"2026-11-22 09:00:00\",\"partail\":true}",
            "line 2:",
        ),
        // Only a whole text is an answer of a server.
        ("2026-11-23T09:00:00Z\n{\"when\":\"2026-11-22T09:00:00Z\"}", "line 2:"),
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

#[test]
fn a_text_says_what_was_not_read_of_it() {
    let none = Vec::<&str>::new();
    let log_line = "2026-11-23 09:00:00 +01 - [Information-X-Start]: The backup has started";
    for (text, versions, caveats) in [
        ("", 0, none.clone()),
        ("# none", 0, vec!["1 line names no version"]),
        ("# none\n\n# at all", 0, vec!["2 lines name no version"]),
        (log_line, 0, vec!["1 line names no version"]),
        (
            "[2026-11-23 09:00:00] [Information] The backup has started",
            0,
            vec!["1 line names no version"],
        ),
        // A number, or a column, shows that the text is the output of a program.
        (
            "Listing filesets:\n0\t: 2026-11-23 09:00:00 +00",
            1,
            vec!["1 line that names no version was ignored"],
        ),
        (
            "Time\nBackup\n2026-11-23 09:00:00 +00;7",
            1,
            vec!["2 lines that name no version were ignored"],
        ),
        ("2026-11-23 09:00 +00", 1, vec!["times without seconds were read as full minutes"]),
        (
            // The first that has no zone is the example.
            "0\t: 2026-11-23 09:00:00 +00\n1\t: 2026-11-22 09:00:00",
            2,
            vec![
                "times without a zone were read as local times of Europe/Berlin: \"2026-11-22 09:00:00\" is \
                  2026-11-22T08:00:00Z",
            ],
        ),
    ] {
        let listing = read(text, "Europe/Berlin").unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(
            (listing.backups.len(), listing.caveats),
            (versions, caveats.iter().map(|&text| text.to_owned()).collect()),
            "{text}"
        );
    }
}

#[test]
fn files_that_are_no_versions_are_counted_by_their_kind() {
    let listing = read(
        "total 5\na-20261123T090000Z.dlist.zip\na-20261123T090000Z.dlist.zip.par2\n\
         a-b0.dblock.zip.vol0+1.par2\na-b0.dblock.zip\na-i0.dindex.zip\n1795424400",
        "UTC",
    );
    let caveats = listing.unwrap().caveats;
    assert_eq!(caveats[1..], ["2 parity files were ignored", "3 other files were ignored"]);
}

#[test]
fn a_prefix_is_a_whole_word_or_words() {
    let with = |prefix, text: &str| {
        let options = ListOptions { prefix, ..options("UTC") };
        list::read(text.as_bytes(), &options).map(|listing| listing.backups.len())
    };
    let two = "photos-20261123T090000Z.dlist.zip\nmyphotos-20261122T090000Z.dlist.zip";
    assert_eq!(with(Some("photos"), two).unwrap(), 1);
    assert_eq!(with(Some("myphotos"), two).unwrap(), 1);
    // The slash of an address may be escaped.
    let escaped = "x%2Fphotos-20261123T090000Z.dlist.zip\nphotos-20261122T090000Z.dlist.zip";
    assert_eq!(with(None, escaped).unwrap(), 2);
    assert_eq!(with(Some("photos"), escaped).unwrap(), 2);
    assert_eq!(with(Some("my photos"), "1 my photos-20261123T090000Z.dlist.zip").unwrap(), 1);
}

#[test]
fn each_way_of_a_server_to_say_that_a_version_is_partial_is_read() {
    for (fields, partial) in [
        (r#""Version":0"#, false),
        (r#""Version":0,"IsFullBackup":1"#, false),
        (r#""IsFullBackup":0"#, true),
        (r#""IsFullBackup":true"#, false),
        (r#""IsFullBackup":false"#, true),
    ] {
        let listing =
            read(&format!(r#"[{{{fields},"Time":"2026-11-23T01:00:10Z"}}]"#), "UTC").unwrap();
        let read: Vec<bool> = listing.backups.iter().map(|backup| backup.partial).collect();
        assert_eq!(read, [partial], "{fields}");
    }
    // The time of something else.
    let other = r#"[{"Name":"x","Time":"2026-11-23T01:00:10Z"}]"#;
    assert!(read(other, "UTC").unwrap().backups.is_empty());
}

#[test]
fn an_offset_and_a_short_year_are_read_only_as_they_can_be() {
    for (offset, expected) in [
        ("+05:30", Some("2026-11-23T03:30:00Z")),
        ("-0930", Some("2026-11-23T18:30:00Z")),
        ("+23:59", Some("2026-11-22T09:01:00Z")),
        ("+24:00", None),
        ("+05:60", None),
    ] {
        let listing = read(&format!("2026-11-23 09:00:00 {offset}"), "UTC");
        let time = listing.ok().map(|listing| listing.backups[0].time.rfc_3339());
        assert_eq!(time.as_deref(), expected, "{offset}");
    }
    let in_order = |text: &str, date_order| {
        let options = ListOptions { date_order: Some(date_order), ..options("UTC") };
        let listing = list::read(format!("{text} 09:00:00").as_bytes(), &options);
        listing.ok().map(|listing| listing.backups[0].time.rfc_3339()[..10].to_owned())
    };
    for (text, order, expected) in [
        ("26-11-23", DateOrder::YearMonthDay, Some("2026-11-23")),
        ("26-11-23", DateOrder::DayMonthYear, Some("2023-11-26")),
        ("26-11-3", DateOrder::YearMonthDay, Some("2026-11-03")),
        ("05/06/012", DateOrder::YearMonthDay, None),
        ("05/06/012", DateOrder::DayMonthYear, None),
        ("05.06.2026", DateOrder::MonthDayYear, None),
    ] {
        assert_eq!(in_order(text, order).as_deref(), expected, "{text} {}", order.name());
    }
    // No country that begins with the month writes dots.
    assert_times("05.06.2026 10:00:00", "UTC", &["2026-06-05T10:00:00Z"]);
    // A date of today is not in the future, wherever it is local.
    let now = Some(parse_time("2026-05-06T10:00:00Z").unwrap());
    let options = ListOptions { now, ..options("UTC") };
    let listing = list::read(&b"05/06/2026 09:00:00"[..], &options).unwrap();
    assert_eq!(listing.backups[0].time.rfc_3339(), "2026-05-06T09:00:00Z");
    for order in DateOrder::ALL {
        assert_eq!(order.name().parse(), Ok(order));
    }
    assert!("myd".parse::<DateOrder>().is_err());
}
