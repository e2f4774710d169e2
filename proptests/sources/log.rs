//! What a log tells beside the versions: the order of its dates, which are partial, what is missing.

use duplicati_retention::sources::list::{self, ListOptions};
use duplicati_retention::sources::{DateOrder, Listing, log};

fn read(text: &str) -> Result<Listing, String> {
    let options = ListOptions { zone: Some("UTC".parse().unwrap()), ..ListOptions::default() };
    list::read(text.as_bytes(), &options).map_err(|error| error.to_string())
}

fn times(listing: &Listing) -> Vec<String> {
    listing.backups.iter().map(|backup| backup.time.rfc_3339()).collect()
}

const START: &str = "2026-06-20 02:00:31 +00 - [Information]: ";

#[test]
fn the_order_of_dates_follows_from_what_duplicati_does() {
    let order = |text: &str| {
        let runs = log::read(text.as_bytes()).unwrap();
        log::date_order(&runs, Some("UTC".parse().unwrap())).map_err(|(line, _)| line)
    };
    let considered = |dates: &str| format!("{START}Backups to consider: {dates}");
    for (dates, expected) in [
        // Newest first.
        ("03/05/2026 10:00:00, 01/06/2026 10:00:00", Ok(DateOrder::MonthDayYear)),
        ("05/03/2026 10:00:00, 06/01/2026 10:00:00", Ok(DateOrder::DayMonthYear)),
        // None is later than the run.
        ("05/07/2026 10:00:00", Ok(DateOrder::MonthDayYear)),
        ("07/05/2026 10:00:00", Ok(DateOrder::DayMonthYear)),
        ("20/06/2026 02:00:31", Ok(DateOrder::DayMonthYear)),
        // Out of order by an hour, as in the night in which the clock is set back.
        ("05/07/2026 10:00:00, 05/07/2026 11:00:00", Ok(DateOrder::MonthDayYear)),
        ("05/07/2026 10:00:00, 05/07/2026 11:00:01", Err(1)),
        ("03/05/2026 10:00:00", Err(1)),
    ] {
        assert_eq!(order(&considered(dates)), expected, "{dates}");
    }
    // A file that was uploaded at one of the two times.
    let uploaded = format!("{START}Put - Completed: a-20260305T100000Z.dlist.zip (1 KiB)\n");
    let both = considered("03/05/2026 10:00:00");
    assert_eq!(order(&(uploaded + &both)), Ok(DateOrder::MonthDayYear));
    // One run can tell it for another.
    let run = considered("01/02/2026 10:00:00") + "\n" + &considered("05/07/2026 10:00:00");
    assert_eq!(order(&run), Ok(DateOrder::MonthDayYear));
}

#[test]
fn a_log_tells_which_versions_are_partial_and_what_is_not_in_it() {
    let put = |time: &str| format!("{START}Put - Completed: a-{time}.dlist.zip (1 KiB)\n");
    let text = put("20260620T010000Z")
        + "Backups to consider: 2026-06-19 01:00:00, 2026-06-18 01:00:00, 2026-06-17 01:00:00\n\
           Keeping partial backup: 2026-06-18 01:00:00\nAll backups to delete: 2026-06-17 01:00:00\n";
    let listing = read(&text).unwrap();
    let expected = ["2026-06-19T01:00:00Z", "2026-06-18T01:00:00Z", "2026-06-20T01:00:00Z"];
    assert_eq!(times(&listing), expected);
    let partial: Vec<bool> = listing.backups.iter().map(|backup| backup.partial).collect();
    assert_eq!(partial, [false, true, false]);
    let of_zone = "times without a zone were read as local times of UTC: \"2026-06-19 01:00:00\" is \
                   2026-06-19T01:00:00Z";
    let of_run = "these are the versions of the last run in the log";
    assert_eq!(listing.caveats, [&format!("{of_run}, without the one that it deleted"), of_zone]);

    // The newest file that was uploaded is that of an earlier run.
    let text = put("20260619T010000Z") + "Backups to consider: 2026-06-19 01:00:00Z\n";
    let listing = read(&text).unwrap();
    assert_eq!(times(&listing), ["2026-06-19T01:00:00Z"]);
    let missing =
        "the log does not name the version that this run made, so the newest one is missing here";
    assert_eq!(listing.caveats, [of_run, missing]);
}
