//! Numbers of versions, as other programs and people write them.

use duplicati_retention::sources::counts::CountedBy::{Day, Hour, Last, Month, Week, Year};
use duplicati_retention::sources::counts::{CountsError, parse};

#[test]
fn each_kind_has_the_names_that_people_and_programs_give_it() {
    for (kind, names) in [
        (Last, &["last", "latest", "newest", "keep-last", "-l", "l"][..]),
        (Hour, &["hourly", "hour", "hours", "keep_hourly", "-H", "H", "h"]),
        (Day, &["daily", "day", "days", "--keep-daily", "-d", "d", "D"]),
        (Week, &["weekly", "week", "weeks", "Keep-Weekly", "-w", "w", "W"]),
        (Month, &["monthly", "month", "months", "-m", "m", "M"]),
        (Year, &["yearly", "year", "years", "annual", "annually", "-y", "y", "Y"]),
    ] {
        for name in names {
            // A letter without a dash stands right after its number.
            let text = if name.len() == 1 { format!("7{name}") } else { format!("{name} 7") };
            assert_eq!(parse(&text), Ok(vec![(7, kind)]), "{text}");
        }
    }
    let restic = "restic forget -l 3 -H 24 -d 7";
    assert_eq!(parse(restic), Ok(vec![(3, Last), (24, Hour), (7, Day)]));
}

#[test]
fn a_count_of_zero_is_left_out() {
    assert_eq!(parse("0 daily, 4 weekly"), Ok(vec![(4, Week)]));
    assert_eq!(parse("--keep-daily 0"), Err(CountsError::Nothing));
}
