use std::io::{BufRead, BufReader, Read};

use duplicati_retention::clock::Utc;
use duplicati_retention::history::Backup;
use duplicati_retention::sources::Listing;
use duplicati_retention::sources::times::{self, parse_time};
use proptest::prelude::*;

use super::at;

fn read(text: &str) -> Result<Listing, String> {
    times::read(text.as_bytes()).map_err(|error| error.to_string())
}

fn rfc3339(time: Utc) -> String {
    time.to_chrono().format("%Y-%m-%dT%H:%M:%S%.fZ").to_string()
}

#[test]
fn a_time_is_rfc3339_with_any_offset_or_unix_seconds() {
    let time = at(1_795_424_400);
    for text in [
        "2026-11-23T09:00:00Z",
        "2026-11-23t09:00:00z",
        "2026-11-23 09:00:00Z",
        "2026-11-23T10:00:00+01:00",
        "2026-11-22T13:30:00-19:30",
        "2026-11-23T09:00:00.00000009Z",
        "1795424400",
        "+1795424400",
    ] {
        assert_eq!(parse_time(text), Ok(time), "{text}");
    }
    assert_eq!(parse_time("0001-01-01T00:00:00Z"), Ok(Utc::MIN));
    assert_eq!(parse_time("9999-12-31T23:59:59.9999999Z"), Ok(Utc::MAX));
    assert_eq!(parse_time("-62135596800"), Ok(Utc::MIN));
    assert_eq!(
        parse_time("2026-11-23T09:00:00.12345678Z").unwrap().ticks() % 10_000_000,
        1_234_567
    );
}

#[test]
fn a_time_that_dotnet_cannot_hold_is_an_error_with_the_range() {
    for text in [
        "0000-12-31T23:59:59Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "9999-12-31T23:59:60Z",
        "300000-02-29T00:00:00Z",
        "+300000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "-62135596801",
        "253402300800",
        "9223372036854775808",
        "123456789012345678901234567890",
    ] {
        let error = parse_time(text).unwrap_err().to_string();
        let range = "is outside the years 1 to 9999 (Unix seconds -62135596800 to 253402300799)";
        assert_eq!(error, format!("\"{text}\" {range}"));
    }
}

#[test]
fn a_time_without_an_offset_is_an_error_that_says_so() {
    let error = parse_time("2026-11-23T09:00:00").unwrap_err().to_string();
    assert_eq!(
        error,
        r#""2026-11-23T09:00:00" has no time zone; add Z for UTC, or the offset from UTC like +01:00"#
    );
}

#[test]
fn a_moment_is_a_whole_text_that_begins_with_the_year() {
    let read = |text| times::parse_moment(text, "UTC".parse().unwrap());
    let expected = parse_time("2026-11-03T09:00:00Z").unwrap();
    for text in ["2026-11-03 09:00", "2026/11/3 9:00:00 AM", "2026-11-03T09:00:00Z"] {
        assert_eq!(read(text), Ok(expected), "{text}");
    }
    for text in
        ["03.11.2026 09:00", "26-11-03 09:00", "at 2026-11-03 09:00", "2026-11-03 09:00 or so"]
    {
        assert_eq!(read(text), Err(parse_time(text).unwrap_err().into()), "{text}");
    }
}

#[test]
fn a_text_that_is_not_a_time_is_an_error_with_an_example() {
    for text in [
        "",
        "now",
        "2026-11-23",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "1e9",
        "12:00",
        "-",
        "٣",
    ] {
        let error = parse_time(text).unwrap_err().to_string();
        let like =
            "is not a time; write one like 2026-11-23T09:00:00Z, or Unix seconds like 1795424400";
        assert_eq!(error, format!("{text:?} {like}"));
    }
}

#[test]
fn an_error_quotes_a_long_text_in_part_and_escaped() {
    let error = parse_time(&format!("\u{1b}[2J{}", "ä".repeat(1000))).unwrap_err().to_string();
    assert!(error.starts_with(r#""\u{1b}[2Jää"#) && error.len() < 300, "{error}");
}

#[test]
fn a_list_has_one_time_a_line_and_marks_partial_backups() {
    let list = "\u{feff}# mine\r\n\r\n 2026-11-23T09:00:00Z \r\n2026-11-22T09:00:00Z\tPARTIAL\n0 partial\n\n#end\n-1";
    let backups = read(list).unwrap().backups;
    let partial = |seconds| Backup { partial: true, ..Backup::full(at(seconds)) };
    assert_eq!(
        backups,
        [Backup::full(at(1_795_424_400)), partial(1_795_338_000), partial(0), Backup::full(at(-1))]
    );
}

#[test]
fn a_list_may_be_empty() {
    for text in ["", "\n", "# none\n", "\u{feff}", r#"{"backups":[]}"#] {
        let listing = read(text).unwrap();
        assert!(listing.backups.is_empty() && listing.caveats.is_empty(), "{text:?}");
    }
}

#[test]
fn json_lines_are_backups_or_cases_and_mix_with_times() {
    let list = r#"
        {"time":"1970-01-01T00:00:07Z"}
        6
        {"time":"5","partial":true,"locked_until":"2027-01-01T00:00:00.5Z"}
        {"id":"x","now":null,"backups":[{"time":"4","partial":false},{"time":"3","locked_until":null}],"expect":{}}
    "#;
    let backups = read(list).unwrap().backups;
    let locked_until = Some(parse_time("2027-01-01T00:00:00.5Z").unwrap());
    let fifth = Backup { partial: true, locked_until, ..Backup::full(at(5)) };
    let full = |seconds| Backup::full(at(seconds));
    assert_eq!(backups, [full(7), full(6), fifth, full(4), full(3)]);
}

#[test]
fn the_cases_of_the_vectors_can_be_read() {
    let vectors = std::fs::read_to_string("vectors/retention.jsonl").unwrap();
    for case in vectors.lines().take(200) {
        let times = case.matches(r#"{"time":"#).count();
        assert_eq!(read(case).unwrap().backups.len(), times);
    }
}

#[test]
fn an_error_names_the_line_and_what_to_write() {
    for (line, expected) in [
        ("partial", "\"partial\" is not a time; write one like"),
        (
            "2026-11-23T09:00:00Z full",
            "\"2026-11-23T09:00:00Z full\" is not a time; write one like",
        ),
        (
            "2026-11-23T09:00:00Z partial partial",
            "\"2026-11-23T09:00:00Z partial\" is not a time; write one like",
        ),
        ("[]", "\"[]\" is not a time; write one like"),
        (
            "2026-11-23T09:00:00.5Z",
            "\"2026-11-23T09:00:00.5Z\" has a fraction of a second, but Duplicati stores the times of backups in whole",
        ),
        (r#"{"time":"0.5"}"#, "\"0.5\" is not a time; write one like"),
        (
            r#"{"time":"1970-01-01T00:00:00.1Z"}"#,
            "\"1970-01-01T00:00:00.1Z\" has a fraction of a second",
        ),
        (r#"{"time":"0","locked_until":"never"}"#, "\"never\" is not a time; write one like"),
        (
            r#"{"time":"0","partail":true}"#,
            "unknown field `partail`, expected one of `time`, `partial`, `locked_until` (column 21)",
        ),
        (
            r#"{"partial":true}"#,
            "missing field `time` (column 16); write a line like {\"time\":\"2026-11-23T09:00:00Z\"}",
        ),
        (r#"{"time":5}"#, "invalid type: integer `5`, expected a string"),
        (r#"{"backups":[{"when":"0"}]}"#, "unknown field `when`, expected one of"),
        (r#"{"backups":null}"#, "unknown field `backups`, expected one of"),
        (r#"{"time":"#, "EOF while parsing a value (column 8); write a line like"),
        (r#"{"\u001b[2J":0}"#, r"unknown field `\u{1b}[2J`, expected one of"),
    ] {
        let error = read(&format!("# \n0\n{line}\n")).unwrap_err();
        assert!(error.starts_with(&format!("line 3: {expected}")), "{line}: {error}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_an_error_with_the_line() {
    let error = times::read(&b"0\n1\n\xff\xfe2\x000\x00\n"[..]).unwrap_err().to_string();
    assert_eq!(error, "line 3 is not UTF-8 text; save the list with the encoding UTF-8");
}

/// Counts how much was read of it.
struct Counting<R>(R, usize);

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1 += count;
        Ok(count)
    }
}

#[test]
fn a_line_over_a_mebibyte_is_an_error_and_its_rest_is_not_read() {
    let endless = Counting(b"0\n".chain(std::io::repeat(b'7')), 0);
    let mut input = BufReader::new(endless);
    let error = times::read(&mut input as &mut dyn BufRead).unwrap_err().to_string();
    assert_eq!(
        error,
        "line 2 is longer than 1 MiB; write one time, one file name or one case on each line"
    );
    assert!(input.get_ref().1 < (1 << 20) + (1 << 16));
}

#[test]
fn a_line_of_exactly_a_mebibyte_is_read() {
    let spaces = " ".repeat((1 << 20) - 1);
    assert_eq!(read(&format!("{spaces}0\r\n1\n")).unwrap().backups.len(), 2);
    assert!(read(&format!("{spaces} 0\n")).unwrap_err().starts_with("line 1 is longer"));
}

#[test]
fn an_input_that_fails_is_an_error_with_the_line() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk failed"))
        }
    }
    let error = times::read(BufReader::new(b"0\n".chain(Failing))).unwrap_err().to_string();
    assert_eq!(error, "line 2 cannot be read: the disk failed");
}

fn any_time() -> impl Strategy<Value = Utc> {
    (0..=Utc::MAX.ticks()).prop_map(|ticks| Utc::from_ticks(ticks).unwrap())
}

fn any_backup() -> impl Strategy<Value = Backup> {
    let start = any_time().prop_map(|time| at(time.unix_seconds()));
    (start, any::<bool>(), proptest::option::of(any_time()))
        .prop_map(|(time, partial, locked_until)| Backup { time, partial, locked_until })
}

proptest! {
    #![proptest_config(crate::support::cases(256))]

    #[test]
    fn every_time_is_read_as_it_was_printed(time in any_time(), minutes in -1439_i32..1440) {
        prop_assert_eq!(parse_time(&rfc3339(time)), Ok(time));
        let offset = chrono::FixedOffset::east_opt(minutes * 60).unwrap();
        let elsewhere = chrono::TimeZone::from_utc_datetime(&offset, &time.to_chrono());
        // Where it is still year 0 or already year 10000, RFC 3339 has no way to write it.
        if (0..=9999).contains(&chrono::Datelike::year(&elsewhere.naive_local())) {
            let text = elsewhere.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
            prop_assert_eq!(parse_time(&text), Ok(time), "{}", text);
        }
    }

    #[test]
    fn every_list_of_backups_is_read_as_it_was_printed(
        backups in proptest::collection::vec((any_backup(), 0..3), 0..20),
    ) {
        let mut list = String::new();
        let mut expected = Vec::new();
        for (mut backup, form) in backups {
            if form < 2 {
                backup.locked_until = None; // a line of text cannot tell it
                let time = if form == 0 { rfc3339(backup.time) } else { backup.time.unix_seconds().to_string() };
                list += &format!("{time}{}\n", if backup.partial { " partial" } else { "" });
            } else {
                let lock = backup.locked_until.map(rfc3339);
                let json = serde_json::json!({
                    "time": rfc3339(backup.time), "partial": backup.partial, "locked_until": lock,
                });
                list += &format!("{json}\n");
            }
            expected.push(backup);
        }
        prop_assert_eq!(read(&list).unwrap().backups, expected);
    }

    #[test]
    fn no_bytes_make_reading_times_panic(bytes in any::<Vec<u8>>(), text in "[{}\\[\\]\":,0-9TZtz+. \n\r#partialme\u{feff}-]*") {
        let _ = times::read(&bytes[..]);
        let _ = times::read(text.as_bytes());
    }

    #[test]
    fn no_text_makes_reading_a_time_panic(text in any::<String>(), near in "[+-]?[0-9]{0,20}-?[0-9]{2}-?[0-9]{2}[T ]?.{0,12}Z?") {
        let _ = parse_time(&text);
        let _ = parse_time(&near);
    }
}

#[test]
fn thirteen_digits_are_milliseconds() {
    let listing =
        times::read("1795424400000\n1795338000000 partial\n1795251600\n".as_bytes()).unwrap();
    let texts: Vec<String> = listing.backups.iter().map(|backup| backup.time.to_string()).collect();
    assert_eq!(texts, ["2026-11-23 09:00:00", "2026-11-22 09:00:00", "2026-11-21 09:00:00"]);
    assert!(listing.backups[1].partial);
    let error = times::read("1795424400123".as_bytes()).unwrap_err().to_string();
    assert!(error.contains("fraction of a second"), "{error}");
    // The first second of the year 10000 has twelve digits.
    assert!(times::parse_time("253402300800").is_err());
}
