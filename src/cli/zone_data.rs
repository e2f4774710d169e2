//! Whether this machine has other rules for a zone than this program, which was built with those of
//! one version of the IANA database. Governments change them, sometimes within weeks.

use std::env;
use std::path::{Path, PathBuf};

use crate::clock::{Utc, ZONE_DATA_VERSION, Zone};
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};

/// How many days before and after the present are looked at.
const DAYS: (i64, i64) = (3652, 1826);

/// What is to be known of a zone whose rules differ on this machine, whose Duplicati would follow
/// those.
pub(super) fn caveat(zone: Zone, now: Utc) -> Option<String> {
    let folder = env::var_os("TZDIR").map_or("/usr/share/zoneinfo".into(), PathBuf::from);
    of_file(&folder.join(zone.name()), zone, now)
}

fn of_file(path: &Path, zone: Zone, now: Utc) -> Option<String> {
    let rules = Rules::read(&std::fs::read(path).ok()?)?;
    let day = |day: i64| now.saturating_add(TimeSpan::from_ticks(day * TICKS_PER_DAY));
    let differs = |time: &Utc| {
        let here = zone.offset(*time).ticks() / TICKS_PER_SECOND;
        rules.offset(time.unix_seconds()).is_some_and(|offset| offset != here)
    };
    let first = (-DAYS.0..=DAYS.1).map(day).find(differs)?;
    let date = first.to_string();
    let hours = rules.offset(now.unix_seconds()).filter(|offset| offset % 3600 == 0);
    let instead = hours.map(|offset| {
        format!(". If that decides, give the present distance, --time-zone UTC{:+}", offset / 3600)
    });
    Some(format!(
        "the time zones here are those of {ZONE_DATA_VERSION}, and this machine has other rules \
         for {} from about {} on, so local times after that can be wrong here{}",
        zone.name(),
        date.get(..10).unwrap_or(&date),
        instead.unwrap_or_default()
    ))
}

/// The content of a file of the system's zones (RFC 9636).
struct Rules {
    /// From when on each distance from UTC holds, in Unix seconds, and the distance in seconds.
    changes: Vec<(i64, i64)>,
    /// Whether the last distance holds for ever.
    ends: bool,
}

impl Rules {
    fn read(bytes: &[u8]) -> Option<Rules> {
        let (first, rest) = Header::read(bytes)?;
        // The first block is for programs that know only 32 bits.
        let (header, data) = Header::read(rest.get(first.length(4)..)?)?;
        let (times, data) = data.split_at_checked(header.times * 8)?;
        let (kinds, data) = data.split_at_checked(header.times)?;
        let distances = data.get(..header.kinds * 6)?;
        let change = |(time, &kind): (&[u8], &u8)| {
            let distance = distances.get(usize::from(kind) * 6..)?.first_chunk()?;
            let time = i64::from_be_bytes(*time.first_chunk()?);
            Some((time, i64::from(i32::from_be_bytes(*distance))))
        };
        let changes = times.chunks(8).zip(kinds).map(change).collect::<Option<_>>()?;
        let footer = data.get(header.length(8) - header.times * 9..)?;
        Some(Rules { changes, ends: !footer.contains(&b',') })
    }

    /// The distance from UTC at this moment, if the file has it without a rule for all years.
    fn offset(&self, seconds: i64) -> Option<i64> {
        let after = self.changes.partition_point(|&(time, _)| time <= seconds);
        let is_known = self.ends || after < self.changes.len();
        self.changes.get(after.checked_sub(1)?).filter(|_| is_known).map(|&(_, offset)| offset)
    }
}

/// How many of each thing a block has.
struct Header {
    times: usize,
    kinds: usize,
    letters: usize,
    leaps: usize,
    flags: usize,
}

impl Header {
    fn read(bytes: &[u8]) -> Option<(Header, &[u8])> {
        let (header, rest) = bytes.split_at_checked(44)?;
        let count = |place: usize| {
            let bytes = header.get(20 + place * 4..)?.first_chunk()?;
            u16::try_from(u32::from_be_bytes(*bytes)).ok().map(usize::from)
        };
        let flags = count(0)? + count(1)?;
        let [leaps, times, kinds, letters] = [count(2)?, count(3)?, count(4)?, count(5)?];
        header
            .starts_with(b"TZif")
            .then_some((Header { times, kinds, letters, leaps, flags }, rest))
    }

    /// How long the block is, if its times have this many bytes.
    fn length(&self, bytes: usize) -> usize {
        self.times * (bytes + 1)
            + self.kinds * 6
            + self.letters
            + self.leaps * (bytes + 4)
            + self.flags
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with these changes. What is not read is full of commas, which a footer with a rule
    /// has.
    fn file(changes: &[(i64, i32)], footer: &str) -> Vec<u8> {
        // Three flags for universal time, five for standard time, a leap second, and seven letters.
        let header = |times: u32, kinds: u32| {
            let mut bytes = b"TZif2".to_vec();
            bytes.resize(20, 0);
            [3, 5, 1, times, kinds, 7].iter().for_each(|n: &u32| bytes.extend(n.to_be_bytes()));
            bytes
        };
        let kind = |distance: i32| [&distance.to_be_bytes()[..], &[0, 0]].concat();
        let mut bytes = header(2, 4);
        bytes.extend([b','; 2 * 5 + 4 * 6 + 7 + 8 + 3 + 5]);
        // One kind more than there are changes.
        bytes.extend(header(changes.len() as u32, changes.len() as u32 + 1));
        changes.iter().for_each(|(time, _)| bytes.extend(time.to_be_bytes()));
        bytes.extend(0..changes.len() as u8);
        changes.iter().for_each(|&(_, distance)| bytes.extend(kind(distance)));
        bytes.extend(kind(0));
        bytes.extend([b','; 7 + 12 + 3 + 5]);
        bytes.extend(footer.bytes());
        bytes
    }

    fn caveat_of(bytes: &[u8], zone: &str) -> Option<String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let now = Utc::from_unix_seconds(1_795_428_000).unwrap();
        of_file(file.path(), zone.parse().unwrap(), now)
    }

    #[test]
    fn other_rules_of_the_machine_are_told_with_their_first_day() {
        let kept = file(&[(0, 3600)], "<+01>-1");
        assert_eq!(caveat_of(&kept, "Africa/Algiers"), None);
        // From 2026-09-20T02:00Z on.
        let changed = file(&[(0, 3600), (1_789_869_600, 0)], "<+00>0");
        let caveat = caveat_of(&changed, "Africa/Algiers").unwrap();
        assert!(caveat.contains("for Africa/Algiers from about 2026-09-20 on"), "{caveat}");
        assert!(caveat.ends_with("--time-zone UTC+0"), "{caveat}");
        let far = caveat_of(&file(&[(0, 3600), (1_789_869_600, -5400)], ""), "Africa/Algiers");
        assert!(far.unwrap().ends_with("can be wrong here"));
        let east = caveat_of(&file(&[(0, 3600), (1_789_869_600, 7200)], ""), "Africa/Algiers");
        assert!(east.unwrap().ends_with("--time-zone UTC+2"));
    }

    #[test]
    fn a_rule_for_all_years_is_not_compared_and_no_file_says_nothing() {
        let rule = file(&[(0, 7200)], "CET-1CEST,M3.5.0,M10.5.0/3");
        assert_eq!(caveat_of(&rule, "Africa/Algiers"), None);
        assert_eq!(caveat_of(&file(&[(0, 7200)], ","), "Africa/Algiers"), None);
        // Before it holds the file has the distances one by one.
        let before = caveat_of(&file(&[(0, 7200), (1_789_869_600, 3600)], ","), "Africa/Algiers");
        assert!(before.unwrap().contains("from about 2016-11-2"));
        for bytes in [&b"TZif"[..], b"", &[0; 99], &file(&[(0, 3600)], "")[..70]] {
            assert_eq!(caveat_of(bytes, "Africa/Algiers"), None);
        }
        let now = Utc::from_unix_seconds(1_795_428_000).unwrap();
        assert_eq!(of_file(Path::new("no/such"), Zone::UTC, now), None);
    }
}
