//! From a case seed to a case. Total: every byte means something, and zero the plainest thing.

use super::case_seed::{CaseSeed, MOST_BACKUPS, MOST_PAIRS, MOST_PIECES};
use crate::Release;
use crate::clock::Utc;
use crate::clock::Zone;
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::history::Backup;
use crate::invariants::Case;
use crate::policy::{Pair, Policy};
use crate::retention::KeepTime;

const RELEASES: [Release; 4] = [Release::V2_3_0, Release::V2_1, Release::V2_2, Release::V2_3_1];

/// Zones, and for each a step at which its clock goes back and one at which it goes forward, in
/// Unix seconds.
const ZONES: [(&str, i64, i64); 6] = [
    ("UTC", 1_792_890_000, 1_774_746_000),
    ("Europe/Berlin", 1_792_890_000, 1_774_746_000),
    ("Europe/Berlin", 1_792_890_000, 1_774_746_000), // 2026-10-25 and 2026-03-29, 01:00Z
    ("America/New_York", 1_793_512_800, 1_772_953_200), // 2026-11-01 06:00Z and 2026-03-08 07:00Z
    ("Australia/Lord_Howe", 1_775_314_800, 1_791_041_400), /* half an hour: 2026-04-04 15:00Z and
                                                      * 2026-10-03 15:30Z */
    ("Asia/Kathmandu", 1_792_890_000, 1_774_746_000), // no change, and an offset of 5:45
];

/// 2026-11-23 10:00, 2026-03-31 12:00, 2028-02-29 12:00 and 2026-01-31 00:00, all UTC: an ordinary
/// day and the ends of months.
const DAYS: [i64; 4] = [1_795_428_000, 1_774_958_400, 1_835_438_400, 1_769_817_600];

/// How far the present lies from the step, in seconds.
const FROM_MOMENT: [i64; 8] = [0, 900, 3600, 5400, 86_400, -3600, 3 * 86_400, 30 * 86_400];

const FRACTIONS: [i64; 4] = [0, 5_000_000, 1, 9_999_999];

const FRAMES: [&str; 20] = [
    "7D",
    "1D",
    "4W",
    "U",
    "12M",
    "1h",
    "36h",
    "2D",
    "1Y",
    "0s",
    "8h",
    "1M",
    "90s",
    "",
    "5000Y",
    "143165577M",
    "10Y",
    "3s",
    "2W",
    "613566758W",
];

const INTERVALS: [&str; 16] = [
    "1D", "U", "1h", "2D", "1W", "1s", "23h", "1M", "", "0s", "7D", "1Y", "90m", "12h", "12M", "3h",
];

/// Pieces of policy texts, the plain ones first.
const PIECES: [&str; 57] = [
    "7D",
    ":",
    "1D",
    ",",
    "U",
    "u",
    "1",
    "s",
    "m",
    "h",
    "D",
    "W",
    "M",
    "Y",
    "d",
    "-",
    "+",
    " ",
    "0",
    "12M",
    "1Y",
    "\u{a0}",
    "\u{2003}",
    "\0",
    "\t",
    "\u{b}",
    "\u{85}",
    "\u{200b}",
    "2147483647",
    "2147483648",
    "-2147483648",
    "143165577M",
    "613566757W",
    "11767034Y",
    "9223372036854775807",
    "922337203685",
    "922337203686",
    "now",
    "٣",
    "é",
    "10675199D",
    "3652058D",
    "10000Y",
    "\n",
    "7\0",
    "2147483648s",
    "10675200D",
    "30D1M",
    "7D:1D",
    "٣D",
    "1D1",
    "8D-1D",
    ",,1h:",
    "\n",
    "now",
    "900719925475",
    "922337203684",
];

const KEEP_TIMES: [&str; 19] = [
    "7D",
    "1M",
    "41s",
    "1D12h",
    "1Y",
    "100",
    "12M",
    "-5",
    "1d",
    "5000Y",
    "",
    "1D\n",
    "now",
    "2W1h",
    "120001M",
    "143165577M",
    "1D 12h",
    "1M1D",
    "1D1M",
];

const NUMBERS: [&str; 12] =
    ["1", "2", "3", "2", "3", "0", "-1", " 4 ", "many", "", "2147483648", "1\0"];

const LISTS: [&str; 16] = [
    "0",
    "1",
    "0-9",
    "3-1",
    "0,2",
    "2-2",
    " 1 ",
    "1 - 2",
    "-1",
    "",
    "1-2-9",
    "x",
    "9223372036854775807",
    ",1,,",
    "0,0",
    "5",
];

const SWITCHES: [&str; 8] = ["true", "", "false", "Off", " no ", "0", "1", "FALSE"];

/// One of a table, by a number of any size.
fn pick<T: Copy>(table: &[T], number: u8) -> T {
    table[usize::from(number) % table.len()]
}

fn seconds(count: i64) -> TimeSpan {
    TimeSpan::from_ticks(count.saturating_mul(TICKS_PER_SECOND))
}

/// Moves a time; what leaves the calendar stays where it was.
fn shift(time: Utc, by: TimeSpan) -> Utc {
    time.checked_add(by).unwrap_or(time)
}

fn back(time: Utc, by: TimeSpan) -> Utc {
    time.checked_sub(by).unwrap_or(time)
}

impl CaseSeed {
    /// The case of this case seed. The same case seed always gives the same case.
    ///
    /// ```
    /// # use duplicati_retention::testing::CaseSeed;
    /// assert!(CaseSeed::default().case().history().is_empty());
    /// ```
    pub fn case(&self) -> Case {
        let (release, zone, now) = (self.release(), self.zone(), self.now());
        let options = self.option_texts();
        let pairs = Policy::parse(&options[0].1, release)
            .map_or(Vec::new(), |policy| policy.pairs().to_vec());
        let keep_time =
            options.iter().find(|(name, _)| *name == "keep-time").and_then(|(_, text)| {
                let bound =
                    KeepTime::parse(text, release, false).ok()?.bound(zone.to_local(now)).ok()?;
                Some(zone.to_local(now).since(bound))
            });
        let (previous, change) = (back(now, seconds(3600)), self.change());
        let mut places = Places { zone, now, pairs, previous, change, keep_time };
        let backups =
            self.backups.iter().take(MOST_BACKUPS).map(|&numbers| places.backup(numbers)).collect();
        Case::new(release, options, backups, zone, now)
    }

    pub(super) fn release(&self) -> Release {
        pick(&RELEASES, self.head[0])
    }

    pub(super) fn zone(&self) -> Zone {
        pick(&ZONES, self.head[1]).0.parse().unwrap_or(Zone::UTC)
    }

    /// The clock change that the present may lie near to.
    fn change(&self) -> Utc {
        let (_, goes_back, goes_forward) = pick(&ZONES, self.head[1]);
        at(if self.head[2] % 4 == 1 { goes_forward } else { goes_back })
    }

    pub(super) fn now(&self) -> Utc {
        let number = self.head[2];
        let step = match number % 4 {
            0 => pick(&DAYS, number / 32),
            3 => pick(&DAYS, number / 32 + 1),
            _ => self.change().unix_seconds(),
        };
        let step = at(step + pick(&FROM_MOMENT, number / 4));
        shift(step, TimeSpan::from_ticks(pick(&FRACTIONS, self.head[3])))
    }

    pub(super) fn policy_text(&self) -> String {
        let pairs = self.pairs.iter().take(MOST_PAIRS).map(|&[frame, interval, style]| {
            let (frame, interval) = (pick(&FRAMES, frame), pick(&INTERVALS, interval));
            let piece = pick(&PIECES, style.saturating_sub(12));
            match style {
                0 => format!("{frame}:{interval}"),
                1 => format!("{frame}:{frame}"),
                2 => format!(" {frame} :{interval}"),
                3 => format!("{frame}:{interval}:1D"),
                4 => format!("1D{frame}:{interval}"),
                5 => format!("{frame}-1D:{interval}"),
                6 => format!("-{frame}:{interval}"),
                7 => format!("{}:{}", frame.to_lowercase(), interval.to_lowercase()),
                8 => format!("+{frame}:{interval}1s"),
                9 => format!("86400:{interval}\u{a0}"),
                10 => frame.to_owned(),
                11 => format!("{frame}:-{interval}"),
                _ => match usize::from(style - 12) / PIECES.len() {
                    0 => format!("{piece}:{interval}"),
                    1 => format!("{frame}:{interval}{piece}"),
                    2 => format!("{piece}{frame}:{interval}"),
                    3 => format!("{frame}{piece}:{interval}"),
                    _ => format!("{frame}:{piece}"),
                },
            }
        });
        let mut text = pairs.collect::<Vec<_>>().join(",");
        if !self.pieces.is_empty() {
            if !text.is_empty() {
                text.push(',');
            }
            text.extend(self.pieces.iter().take(MOST_PIECES).map(|&piece| pick(&PIECES, piece)));
        }
        text
    }

    /// The options, the policy always first.
    fn option_texts(&self) -> Vec<(&'static str, String)> {
        let mut options = vec![("retention-policy", self.policy_text())];
        let mut set = |name, number: u8, table: &[&str]| {
            if number > 0 {
                options.push((name, pick(table, number - 1).to_owned()));
            }
        };
        let [keep_time, keep_versions, version, switches] = self.options;
        set("keep-time", keep_time, &KEEP_TIMES);
        set("keep-versions", keep_versions, &NUMBERS);
        set("version", version, &LISTS);
        // Two switches from one number: 0 is none, and the plain "true" comes first.
        set("allow-full-removal", switches % 9, &SWITCHES);
        set("disable-time-tolerance", switches / 9 % 9, &SWITCHES);
        options
    }
}

fn at(unix_seconds: i64) -> Utc {
    Utc::from_unix_seconds(unix_seconds).unwrap_or(Utc::MIN)
}

/// Where backups lie: at places that depend on the policy, the present and the backup before.
struct Places {
    zone: Zone,
    now: Utc,
    pairs: Vec<Pair>,
    previous: Utc,
    change: Utc,
    /// How far back keep-time reaches.
    keep_time: Option<TimeSpan>,
}

impl Places {
    fn backup(&mut self, [place, nudge, kind]: [u8; 3]) -> Backup {
        let time = shift(self.place(place), seconds(distance(nudge)));
        // Duplicati stores whole seconds.
        let time = at(time.unix_seconds());
        self.previous = time;
        let partial = kind & 1 == 1;
        let lock = match kind / 2 % 12 {
            1 => Some(seconds(1)),
            2 => Some(TimeSpan::ZERO),
            3 => Some(seconds(-1)),
            4 => Some(TimeSpan::from_ticks(1)),
            5 => Some(seconds(30 * 86_400)),
            _ => None,
        };
        Backup { time, partial, locked_until: lock.map(|after| shift(self.now, after)) }
    }

    fn place(&self, place: u8) -> Utc {
        let (kind, count) = (place % 10, i64::from(place / 10));
        match kind {
            0 => self.local_back(self.previous, self.interval(count)),
            1 => self.local_back(self.now, self.frame(count)),
            2 => back(self.now, seconds(count * 3600)),
            // Every third is a tie.
            3 => back(self.previous, seconds(if count % 3 == 0 { 0 } else { count * 600 })),
            4 => shift(self.change, seconds((count % 13 - 6) * 600)),
            5 => self.local_back(
                shift(self.now, seconds(1)),
                TimeSpan::from_ticks(self.interval(0).ticks() * count),
            ),
            6 => back(self.local_back(self.now, self.frame(count / 2)), self.interval(count)),
            7 => shift(self.local_back(self.now, self.frame(count / 2)), self.interval(count)),
            8 => shift(self.now, seconds(count * 3600)),
            _ => match self.keep_time.filter(|_| count % 2 == 0) {
                Some(reach) => self.local_back(self.now, reach),
                None => back(self.now, seconds(count * 40 * 86_400)),
            },
        }
    }

    /// So much earlier by local time, also across a clock change.
    fn local_back(&self, from: Utc, by: TimeSpan) -> Utc {
        let earlier = back(from, by);
        let too_much =
            self.zone.to_local(from).since(self.zone.to_local(earlier)).ticks() - by.ticks();
        shift(earlier, TimeSpan::from_ticks(too_much))
    }

    fn pair(&self, number: i64) -> Option<Pair> {
        let index = usize::try_from(number).unwrap_or(0) % self.pairs.len().max(1);
        self.pairs.get(index).copied()
    }

    fn frame(&self, number: i64) -> TimeSpan {
        let frame = self.pair(number).filter(|pair| !pair.is_unlimited()).map(Pair::frame);
        frame.unwrap_or(seconds(10 * 86_400))
    }

    fn interval(&self, number: i64) -> TimeSpan {
        // A day where there is none, and where counting in it would leave every calendar.
        let sensible = |interval: &TimeSpan| {
            (1..=4_000).contains(&(interval.ticks() / (86_400 * TICKS_PER_SECOND) + 1))
        };
        let interval =
            self.pair(number).filter(|pair| !pair.keeps_all()).map(Pair::interval).filter(sensible);
        interval.unwrap_or(seconds(86_400))
    }
}

/// How far from its place, in seconds: mostly nothing or one.
pub(super) fn distance(nudge: u8) -> i64 {
    match nudge % 16 {
        0..=5 => 0,
        6 | 7 => -1,
        8 | 9 => 1,
        10 => 3600,
        11 => -3600,
        12 => 1800,
        13 => -i64::from(nudge),
        14 => i64::from(nudge) * 60,
        _ => i64::from(nudge) * 977,
    }
}

/// What the decoder reaches for in a timeline of time: the interval of a pair of this policy.
pub(super) fn interval_of(pairs: &[Pair], number: u8) -> TimeSpan {
    let zone = Zone::UTC;
    let places = Places {
        zone,
        now: Utc::MIN,
        pairs: pairs.to_vec(),
        previous: Utc::MIN,
        change: Utc::MIN,
        keep_time: None,
    };
    places.interval(i64::from(number))
}
