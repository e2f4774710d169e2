//! What the command `forecast` prints, draws and refuses.

use crate::support::{command, run_with, write_file};

fn forecast(args: &[&str]) -> crate::support::Run {
    let fixed = ["--now", "2026-11-23T10:00:00Z", "--time-zone", "Europe/Berlin"];
    crate::support::run(&[&["forecast"], args, &fixed].concat())
}

#[test]
fn the_command_answers_as_the_snapshots_say() {
    for (name, args) in [
        ("default-policy", &["1W:1D,4W:1W,12M:1M", "--every", "1D", "--jitter", "30s"][..]),
        (
            "everything-goes-wrong",
            &[
                "1D:1h,U:1D",
                "--every",
                "1h",
                "--jitter",
                "5m",
                "--miss",
                "5%",
                "--off",
                "2W every 1Y",
                "--partial",
                "1%",
                "--for",
                "2Y",
            ],
        ),
        ("too-short", &["1W:1D,5Y:1M", "--every", "1D", "--at", "02:00", "--for", "1Y"]),
        ("no-policy", &["", "--every", "1W", "--for", "8W"]),
        ("json", &["7D:1D", "--every", "1D", "--jitter", "1m", "--for", "60D", "--json"]),
        ("exact", &["1W:1D,4W:1W,12M:1M", "--every", "1D"]),
        ("agrees", &["7D:23h", "--every", "1D", "--for", "60D"]),
        (
            "csv",
            &["1h:U,1W:1D,U:1W,U:1D", "--every", "1h", "--jitter", "5m", "--for", "60D", "--csv"],
        ),
        ("no-backup", &["7D:1D", "--every", "1D", "--miss", "100%"]),
        ("csv-daily", &["1W:1D,4W:1W,12M:1M", "--every", "1D", "--jitter", "30s", "--csv"]),
        (
            "many",
            &[
                "7D:1D", "--every", "1D", "--jitter", "5m", "--miss", "5%", "--for", "90D",
                "--runs", "20", "--age", "3D,1Y", "--within", "12h", "--within", "1D",
            ],
        ),
        (
            "many-json",
            &[
                "7D:1D",
                "--every",
                "1D",
                "--miss",
                "5%",
                "--for",
                "30D",
                "--runs",
                "3",
                "--age",
                "3D",
                "--within",
                "12h",
                "--json",
                "--from",
                "samples/times.txt",
                "--seed",
                "7",
            ],
        ),
        (
            "from-a-history",
            &[
                "1W:1D,4W:1W,12M:1M",
                "--every",
                "1D",
                "--at",
                "02:00",
                "--for",
                "8W",
                "--from",
                "samples/photos.sqlite",
            ],
        ),
    ] {
        let answer = forecast(args);
        assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{name}");
        crate::assert_snapshot!(format!("forecast-{name}"), answer.stdout);
        assert_eq!(answer.stdout, forecast(args).stdout, "the same seed gives the same bytes");
    }
}

#[test]
fn another_seed_gives_another_forecast() {
    let with = |seed| {
        forecast(&["7D:1D", "--every", "1D", "--jitter", "1h", "--seed", seed, "--json"]).stdout
    };
    assert_ne!(with("1"), with("2"));
}

#[test]
fn a_schedule_that_is_none_is_told_what_is_expected() {
    for (args, words) in [
        (&["--every", "1d"][..], &["--every 1d", "such as 1D"][..]),
        (&["--every", "0s"], &["--every 0s", "write 1 minute or more"]),
        (&["--every", "1D", "--jitter", "1D"], &["--jitter 1D", "less than --every"]),
        (&["--every", "1h", "--at", "02:00"], &["--at", "whole days"]),
        (&["--every", "1D", "--at", "25:00"], &["--at", "02:00"]),
        (&["--every", "1D", "--miss", "101%"], &["--miss", "100%"]),
        (&["--every", "1D", "--partial", "x"], &["--partial", "100%"]),
        (&["--every", "1D", "--off", "2W"], &["--off", "2W every 1Y"]),
        (&["--every", "1D", "--off", "1Y every 2W"], &["--off", "shorter"]),
        (&["--every", "1D", "--for", "1h"], &["--for 1h", "1 day or more"]),
        (&["--every", "1D", "--for", "3000Y"], &["--for 3000Y", "years 1 to 9999"]),
        (
            &["--every", "1D", "--for", "9000Y", "--from", "samples/times.txt"],
            &["--for 9000Y", "years 1 to 9999"],
        ),
        (&["--every", "1D", "--runs", "0"], &["--runs"]),
        (&["--every", "1D", "--age", "soon"], &["--age soon", "such as 1D"]),
        (&["--every", "1D", "--within", "1D,-1D"], &["--within"]),
        (&["--every", "1D", "--json", "--csv"], &["--csv"]),
        (
            &["--every", "1D", "--svg", "/no/such/folder/a.svg"],
            &["/no/such/folder/a.svg", "cannot be written"],
        ),
        (&["--every", "1D", "--html", "samples"], &["samples", "cannot be written"]),
        (&[], &["--every"]),
    ] {
        let answer = forecast(&[&["7D:1D"], args].concat());
        assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{args:?}");
        assert!(
            words.iter().all(|word| answer.stderr.contains(word)),
            "{args:?}: {}",
            answer.stderr
        );
    }
}

/// What a file holds after a forecast, and what the forecast prints.
fn drawn(option: &str, args: &[&str]) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), "picture", b"an older one, which goes");
    let answer = forecast(&[args, &[option, &path]].concat());
    assert!(answer.code < 2 && answer.stderr.is_empty(), "{}", answer.stderr);
    (std::fs::read_to_string(path).unwrap(), answer.stdout)
}

#[test]
fn pictures_and_pages_change_nothing_else_in_the_answer() {
    let usual = &["1W:1D,4W:1W,12M:1M", "--every", "1D", "--jitter", "30s"][..];
    for (name, args) in [
        ("default-policy", usual),
        ("no-policy", &["", "--every", "1W", "--for", "8W"]),
        (
            "from-a-history",
            &[
                "1W:U,U:\u{85}1W",
                "--release",
                "2.1",
                "--every",
                "1D",
                "--from",
                "samples/times.txt",
                "--for",
                "20D",
            ],
        ),
    ] {
        for (kind, option) in [("svg", "--svg"), ("html", "--html")] {
            let (text, printed) = drawn(option, args);
            assert_eq!(printed, forecast(args).stdout);
            assert!(text.chars().all(|letter| letter == '\n' || !letter.is_control()), "{text}");
            crate::assert_snapshot!(format!("forecast-{name}-{kind}"), text);
        }
    }
}

/// Every tag is closed by its like, and what stands between tags is escaped.
fn assert_well_formed(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut pieces = xml.split('<');
    assert_eq!(pieces.next(), Some(""));
    for piece in pieces {
        let (tag, text) = piece.split_once('>').expect("a tag ends");
        assert!(
            !text.contains('>') && text.split('&').skip(1).all(|rest| rest.contains(';')),
            "{text}"
        );
        let name = tag.split(' ').next().unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if tag.ends_with('/') => assert_eq!(tag.matches('"').count() % 2, 0, "{tag}"),
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_picture_is_well_formed_whatever_it_shows() {
    for policy in ["1W:1D,4W:1W,12M:1M", "", "U:U", "1s:U,1h:1s,U:1s", "0s:1D", "7D:1000Y"] {
        for every in ["1h", "1D", "8W"] {
            let (picture, _) = drawn("--svg", &[policy, "--every", every, "--for", "8W"]);
            assert_well_formed(&picture);
            assert!(!picture.contains("NaN") && !picture.contains("inf\""), "{picture}");
        }
    }
}

#[test]
fn a_history_is_told_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| write_file(folder.path(), name, content);
    let remote = folder.path().join("remote");
    std::fs::create_dir(&remote).unwrap();
    for name in ["duplicati-20261122T090000Z.dlist.zip", "duplicati-20261121T090000Z.dlist.zip"] {
        write_file(&remote, name, b"");
    }
    let listing = file(
        "listing",
        b"README\nbucket/duplicati-20261122T090000Z.dlist.zip\r\nduplicati-b1.dblock.zip\n",
    );
    let times =
        file("times", b"# mine\n1795424400 partial\n2026-11-22T09:00:00Z\n2026-11-21T09:00:00Z\n");
    for (path, count) in
        [("samples/photos.sqlite", 911), (remote.to_str().unwrap(), 2), (&listing, 1), (&times, 3)]
    {
        let answer = forecast(&["U:U", "--every", "1D", "--for", "2D", "--json", "--from", path]);
        let json: serde_json::Value = serde_json::from_str(&answer.stdout).expect(&answer.stderr);
        assert_eq!(json["versions_at_start"], count, "{path}");
        assert_eq!(json["in_the_end"].as_array().unwrap().len(), count + 2, "{path}");
    }
    let args = [
        "forecast",
        "U:U",
        "--every",
        "1D",
        "--for",
        "2D",
        "--json",
        "--from",
        "-",
        "--time-zone",
        "UTC",
    ];
    let answer = run_with(command().args(args), b"2026-11-22T09:00:00Z\n");
    assert!(answer.stdout.contains("\"versions_at_start\": 1,"), "{}", answer.stderr);

    for (path, words) in [
        ("/no/such/file", &["/no/such/file"][..]),
        (&file("poem", b"Roses are red\n"), &["poem", "not a job's database", "line 1", "Roses"]),
        (&file("half", b"2026-11-22T09:00:00Z\nyesterday\n"), &["half", "line 2", "yesterday"]),
        (
            &file("two", b"a-20261122T090000Z.dlist.zip\nb-20261122T090000Z.dlist.zip\n"),
            &["two", "a", "b"],
        ),
        (&file("bytes", b"\xff\xfe\n"), &["bytes", "line 1"]),
        (&file("other.sqlite", b"SQLite format 3\0 and then nothing more"), &["other.sqlite"]),
    ] {
        let answer = forecast(&["7D:1D", "--every", "1D", "--from", path]);
        assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{path}");
        assert!(words.iter().all(|word| answer.stderr.contains(word)), "{path}: {}", answer.stderr);
    }
}

#[test]
fn the_second_of_many_forecasts_is_that_of_the_next_seed() {
    let backups = |more: &[&str]| {
        let args =
            [&["7D:1D", "--every", "1D", "--miss", "40%", "--for", "90D", "--json"], more].concat();
        let json: serde_json::Value = serde_json::from_str(&forecast(&args).stdout).unwrap();
        ["min", "median", "max"].map(|name| json["backups"][name].as_u64().unwrap())
    };
    let each: Vec<u64> =
        (5..8).map(|seed: u64| backups(&["--seed", &seed.to_string()])[1]).collect();
    let together = backups(&["--seed", "5", "--runs", "3"]);
    assert_eq!(
        [together[0], together[2]],
        [*each.iter().min().unwrap(), *each.iter().max().unwrap()]
    );
    assert!(together[0] < together[2]);
}
