//! From a seed to a case. Total: every choice has a meaning.

use super::case_seed::{
    CaseSeed, Fraction, Gap, Lock, Nudge, Offset, PairSeed, PiecePlace, Place, Present, Style,
    ZoneSeed,
};
use super::tables::{FRAMES, INTERVALS, KEEP_TIMES, LISTS, NUMBERS, PIECES, SWITCHES, pick};
use crate::clock::{LocalDateTime, Utc, Zone};
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::history::Backup;
use crate::invariants::Case;
use crate::policy::{Pair, Policy};
use crate::retention::{KeepTime, parse_switch};

/// What is beyond is ignored: a case is to be read by a person.
const MAX_PAIRS: usize = 6;
const MAX_BACKUPS: usize = 40;
const MAX_PIECES: usize = 40;
/// The starts of a timeline, repeated.
const MAX_STARTS: usize = 30;

/// Steps are counted up to this, so that cases are not far apart.
const MAX_COUNT: u8 = 32;

const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

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

fn at(unix_seconds: i64) -> Utc {
    Utc::from_unix_seconds(unix_seconds).unwrap_or(Utc::MIN)
}

impl ZoneSeed {
    fn zone(self) -> Zone {
        let name = match self {
            ZoneSeed::Utc => "UTC",
            ZoneSeed::Berlin => "Europe/Berlin",
            ZoneSeed::NewYork => "America/New_York",
            ZoneSeed::LordHowe => "Australia/Lord_Howe",
            ZoneSeed::Kathmandu => "Asia/Kathmandu",
            ZoneSeed::Dublin => "Europe/Dublin",
        };
        name.parse().unwrap_or(Zone::UTC)
    }

    /// When its clock goes back, in Unix seconds; Berlin's change for a zone whose clock never
    /// does.
    const fn goes_back(self) -> i64 {
        match self {
            ZoneSeed::NewYork => 1_793_512_800,  // 2026-11-01 06:00Z
            ZoneSeed::LordHowe => 1_775_314_800, // 2026-04-04 15:00Z
            _ => 1_792_890_000,                  // 2026-10-25 01:00Z
        }
    }

    /// When it goes forward.
    const fn goes_forward(self) -> i64 {
        match self {
            ZoneSeed::NewYork => 1_772_953_200,  // 2026-03-08 07:00Z
            ZoneSeed::LordHowe => 1_791_041_400, // 2026-10-03 15:30Z
            _ => 1_774_746_000,                  // 2026-03-29 01:00Z
        }
    }
}

impl Offset {
    const fn seconds(self) -> i64 {
        match self {
            Offset::None => 0,
            Offset::QuarterHourLater => 900,
            Offset::HourLater => HOUR,
            Offset::NinetyMinutesLater => 5400,
            Offset::DayLater => DAY,
            Offset::HourEarlier => -HOUR,
            Offset::ThreeDaysLater => 3 * DAY,
            Offset::MonthLater => 30 * DAY,
        }
    }
}

impl Fraction {
    /// Its ticks, unless keep-time's bound decides.
    const fn ticks(self) -> i64 {
        match self {
            Fraction::None => 0,
            Fraction::Half => TICKS_PER_SECOND / 2,
            Fraction::OneTick => 1,
            Fraction::AllButOneTick => TICKS_PER_SECOND - 1,
            Fraction::OfKeepTime
            | Fraction::TickBeforeThatOfKeepTime
            | Fraction::TickAfterThatOfKeepTime => 0,
        }
    }
}

impl Nudge {
    const fn seconds(self) -> i64 {
        match self {
            Nudge::None => 0,
            Nudge::SecondEarlier => -1,
            Nudge::SecondLater => 1,
            Nudge::HourLater => HOUR,
            Nudge::HourEarlier => -HOUR,
            Nudge::HalfHourLater => HOUR / 2,
            Nudge::DayEarlier => -DAY,
            Nudge::DayLater => DAY,
            Nudge::SecondsEarlier(count) => -(count as i64),
            Nudge::MinutesLater(count) => count as i64 * 60,
            Nudge::StepsLater(count) => count as i64 * 977,
        }
    }
}

impl Lock {
    fn distance_from_now(self) -> Option<TimeSpan> {
        match self {
            Lock::None => None,
            Lock::SecondLater => Some(seconds(1)),
            Lock::Now => Some(TimeSpan::ZERO),
            Lock::SecondEarlier => Some(seconds(-1)),
            Lock::TickLater => Some(TimeSpan::from_ticks(1)),
            Lock::MonthLater => Some(seconds(30 * DAY)),
        }
    }
}

impl PairSeed {
    fn text(self) -> String {
        let (frame, interval) = (pick(FRAMES, self.frame), pick(INTERVALS, self.interval));
        match self.style {
            Style::Plain => format!("{frame}:{interval}"),
            Style::FrameTwice => format!("{frame}:{frame}"),
            Style::Blanks => format!(" {frame} :{interval}"),
            Style::SecondColon => format!("{frame}:{interval}:1D"),
            Style::TwoTerms => format!("1D{frame}:{interval}"),
            Style::Difference => format!("{frame}-1D:{interval}"),
            Style::NegativeFrame => format!("-{frame}:{interval}"),
            Style::SmallLetters => {
                format!("{}:{}", frame.to_lowercase(), interval.to_lowercase())
            }
            Style::PlusAndSecond => format!("+{frame}:{interval}1s"),
            Style::BareNumber => format!("86400:{interval}\u{a0}"),
            Style::NoColon => frame.to_owned(),
            Style::NegativeInterval => format!("{frame}:-{interval}"),
            Style::Piece { place, piece } => {
                let piece = pick(PIECES, piece);
                match place {
                    PiecePlace::InsteadOfFrame => format!("{piece}:{interval}"),
                    PiecePlace::AfterInterval => format!("{frame}:{interval}{piece}"),
                    PiecePlace::BeforeFrame => format!("{piece}{frame}:{interval}"),
                    PiecePlace::AfterFrame => format!("{frame}{piece}:{interval}"),
                    PiecePlace::InsteadOfInterval => format!("{frame}:{piece}"),
                }
            }
        }
    }
}

impl CaseSeed {
    /// The case of this seed. The same seed always gives the same case.
    pub fn case(&self) -> Case {
        let (zone, options) = (self.zone.zone(), self.options());
        let keep_time = self.keep_time(&options, zone.to_local(self.now()));
        let now = self.moved_to_bound(self.now(), keep_time);
        let mut places = Places {
            zone,
            now,
            pairs: self.pairs_of(&options),
            previous: back(now, seconds(HOUR)),
            change: self.change(),
            keep_time,
        };
        let mut backups = Vec::new();
        for backup in self.backups.iter().take(MAX_BACKUPS) {
            // Duplicati stores whole seconds.
            let time = shift(places.at(backup.place), seconds(backup.nudge.seconds()));
            let time = at(time.unix_seconds());
            places.previous = time;
            let locked_until = backup.lock.distance_from_now().map(|after| shift(now, after));
            backups.push(Backup { time, partial: backup.partial, locked_until });
        }
        Case::new(self.release, options, backups, zone, now)
    }

    /// The timeline of this seed as a case whose backups are the starts; see
    /// [`timeline::simulate`](super::timeline::simulate).
    pub fn timeline(&self) -> Case {
        let (zone, mut options) = (self.zone.zone(), self.options());
        if self.repeats % 2 == 1 {
            // The gap bound is about the policy alone.
            options.truncate(1);
        }
        let pairs = self.pairs_of(&options);
        let mut clock = at(self.now().unix_seconds());
        let count = self.starts.len() * (1 + usize::from(self.repeats % 8));
        let mut backups = Vec::new();
        for start in self.starts.iter().cycle().take(count.min(MAX_STARTS)) {
            let wait = start.gap.seconds(&pairs).saturating_add(start.nudge.seconds());
            clock = clock.saturating_add(seconds(wait.max(1)));
            let time = at(clock.unix_seconds());
            backups.push(Backup { partial: start.stopped, ..Backup::full(time) });
        }
        // Retention runs at the end of a backup, and at last once more.
        let end = seconds(self.offset.seconds().max(0));
        let now = clock.saturating_add(end);
        let now = now.saturating_add(TimeSpan::from_ticks(self.fraction.ticks()));
        Case::new(self.release, options, backups, zone, now)
    }

    /// How far back keep-time reaches, if it is set and can be read.
    fn keep_time(&self, options: &[(&str, String)], now: LocalDateTime) -> Option<TimeSpan> {
        let text = |name| {
            let set = options.iter().find(|(set, _)| *set == name)?;
            Some(set.1.as_str())
        };
        let is_exact = text("disable-time-tolerance").is_some_and(parse_switch);
        let keep_time = KeepTime::parse(text("keep-time")?, self.release, is_exact).ok()?;
        Some(now.since(keep_time.bound(now).ok()?))
    }

    /// The present with the fraction of a second that lets keep-time's bound be a whole one.
    fn moved_to_bound(&self, now: Utc, keep_time: Option<TimeSpan>) -> Utc {
        let beside = match self.fraction {
            Fraction::OfKeepTime => 0,
            Fraction::TickBeforeThatOfKeepTime => -1,
            Fraction::TickAfterThatOfKeepTime => 1,
            _ => return now,
        };
        let reach = keep_time.unwrap_or_default().ticks() + beside;
        shift(now, TimeSpan::from_ticks(reach.rem_euclid(TICKS_PER_SECOND)))
    }

    /// The clock change that the present may lie near to.
    fn change(&self) -> Utc {
        at(match self.present {
            Present::ClockGoesForward => self.zone.goes_forward(),
            _ => self.zone.goes_back(),
        })
    }

    fn now(&self) -> Utc {
        let moment = match self.present {
            Present::Monday => 1_795_428_000,       // 2026-11-23 10:00Z
            Present::EndOfMarch => 1_774_958_400,   // 2026-03-31 12:00Z
            Present::LeapDay => 1_835_438_400,      // 2028-02-29 12:00Z
            Present::EndOfJanuary => 1_769_817_600, // 2026-01-31 00:00Z
            Present::ClockGoesBack => self.zone.goes_back(),
            Present::ClockGoesForward => self.zone.goes_forward(),
        };
        let ticks = TimeSpan::from_ticks(self.fraction.ticks());
        shift(at(moment + self.offset.seconds()), ticks)
    }

    fn policy_text(&self) -> String {
        let pairs = self.pairs.iter().take(MAX_PAIRS).map(|pair| pair.text());
        let mut entries: Vec<String> = pairs.collect();
        if !self.pieces.is_empty() {
            let pieces = self.pieces.iter().take(MAX_PIECES);
            entries.push(pieces.map(|&piece| pick(PIECES, piece)).collect());
        }
        entries.join(",")
    }

    /// The options that are set, the policy always first.
    fn options(&self) -> Vec<(&'static str, String)> {
        let mut options = vec![("retention-policy", self.policy_text())];
        let mut set = |name, number: Option<u8>, table: &[&'static str]| {
            options.extend(number.map(|number| (name, pick(table, number).to_owned())));
        };
        set("keep-time", self.keep_time, KEEP_TIMES);
        set("keep-versions", self.keep_versions, NUMBERS);
        set("version", self.version, LISTS);
        set("allow-full-removal", self.allow_full_removal, SWITCHES);
        set("disable-time-tolerance", self.disable_time_tolerance, SWITCHES);
        options
    }

    fn pairs_of(&self, options: &[(&str, String)]) -> Vec<Pair> {
        let policy = Policy::parse(&options[0].1, self.release);
        policy.map_or(Vec::new(), |policy| policy.pairs().to_vec())
    }
}

impl Gap {
    fn seconds(self, pairs: &[Pair]) -> i64 {
        let interval = |number| interval(pairs, number).whole_seconds();
        match self {
            Gap::Day => DAY,
            Gap::Interval(number) => interval(number),
            Gap::HalfInterval(number) => interval(number) / 2,
            Gap::TwoThirds(number) => interval(number) * 2 / 3,
            Gap::JustBelowInterval(number) => interval(number) - 1,
            Gap::Hours(count) => HOUR * i64::from(count % MAX_COUNT),
            Gap::Days(count) => DAY * i64::from(count % MAX_COUNT),
            Gap::Minutes(count) => 60 * i64::from(count % MAX_COUNT),
        }
    }
}

/// The pair of a number of any size.
fn pair(pairs: &[Pair], number: u8) -> Option<Pair> {
    pairs.get(usize::from(number) % pairs.len().max(1)).copied()
}

/// The interval of a pair; a day where it is zero, or so long that it leaves every calendar.
fn interval(pairs: &[Pair], number: u8) -> TimeSpan {
    let is_sensible =
        |interval: &TimeSpan| (1..=4_000).contains(&(interval.whole_seconds() / DAY + 1));
    let pair = pair(pairs, number).filter(|pair| !pair.keeps_all());
    pair.map(Pair::interval).filter(is_sensible).unwrap_or(seconds(DAY))
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
    fn at(&self, place: Place) -> Utc {
        let interval = |number| interval(&self.pairs, number % MAX_COUNT);
        match place {
            Place::IntervalBeforePrevious(number) => {
                self.local_back(self.previous, interval(number))
            }
            Place::Bound(number) => self.bound(number),
            Place::HoursBefore(count) => {
                back(self.now, seconds(HOUR * i64::from(count % MAX_COUNT)))
            }
            Place::MinutesBeforePrevious(count) => {
                let count = count % MAX_COUNT;
                let minutes = match count % 3 {
                    0 => 0,
                    _ => 10 * i64::from(count),
                };
                back(self.previous, seconds(60 * minutes))
            }
            Place::AroundClockChange(count) => {
                shift(self.change, seconds(600 * (i64::from(count % 13) - 6)))
            }
            Place::IntervalsBefore(count) => self.local_back(
                shift(self.now, seconds(1)),
                TimeSpan::from_ticks(
                    interval(0).ticks().saturating_mul((count % MAX_COUNT).into()),
                ),
            ),
            Place::BeforeBound(number) => back(self.bound(number / 2), interval(number)),
            Place::AfterBound(number) => shift(self.bound(number / 2), interval(number)),
            Place::HoursAfter(count) => {
                shift(self.now, seconds(HOUR * i64::from(count % MAX_COUNT)))
            }
            Place::KeepTimeOrLongAgo(count) => {
                let count = count % MAX_COUNT;
                match self.keep_time {
                    Some(reach) if count % 2 == 0 => self.local_back(self.now, reach),
                    _ => back(self.now, seconds(40 * DAY * i64::from(count))),
                }
            }
        }
    }

    /// Earlier by local time, also across a clock change.
    fn local_back(&self, from: Utc, by: TimeSpan) -> Utc {
        let earlier = back(from, by);
        let distance = self.zone.to_local(from).since(self.zone.to_local(earlier));
        shift(earlier, TimeSpan::from_ticks(distance.ticks() - by.ticks()))
    }

    fn bound(&self, number: u8) -> Utc {
        let frame = pair(&self.pairs, number).filter(|pair| !pair.is_unlimited()).map(Pair::frame);
        self.local_back(self.now, frame.unwrap_or(seconds(10 * DAY)))
    }
}
