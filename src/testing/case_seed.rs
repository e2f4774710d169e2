//! Where every random case comes from: named choices that make a case, whatever they are.
//!
//! proptest, the fuzzer, the kill matrix and the command `verify` all make seeds. The first variant
//! and the number 0 are the plainest choice everywhere. `generate.rs` turns a seed into a case;
//! the choices lean towards the places where bugs live.

use arbitrary::{Arbitrary, Unstructured};

use crate::Release;

/// A case as choices.
///
/// ```
/// use duplicati_retention::testing::{BackupSeed, CaseSeed, PairSeed};
/// let seed = CaseSeed {
///     pairs: vec![PairSeed::default()],
///     backups: vec![BackupSeed::default(); 2],
///     ..CaseSeed::default()
/// };
/// assert_eq!(seed.case().policy_text(), "7D:1D");
/// assert_eq!(seed.case().versions().len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Arbitrary)]
pub struct CaseSeed {
    /// The release that is asked.
    #[arbitrary(with = release)]
    pub release: Release,
    /// The time zone.
    pub zone: ZoneSeed,
    /// What the present lies near to.
    pub present: Present,
    /// How far from there.
    pub offset: Offset,
    /// The fraction of the present's second.
    pub fraction: Fraction,
    /// The pairs of the policy.
    pub pairs: Vec<PairSeed>,
    /// Pieces of text that follow the pairs, by their places in a table.
    pub pieces: Vec<u8>,
    /// keep-time, by its place in a table, if it is set.
    pub keep_time: Option<u8>,
    /// keep-versions, in the same way.
    pub keep_versions: Option<u8>,
    /// version, in the same way.
    pub version: Option<u8>,
    /// allow-full-removal, in the same way.
    pub allow_full_removal: Option<u8>,
    /// disable-time-tolerance, in the same way.
    pub disable_time_tolerance: Option<u8>,
    /// The backups of the case.
    pub backups: Vec<BackupSeed>,
    /// The starts of a timeline, which are repeated.
    pub starts: Vec<StartSeed>,
    /// How often they are repeated.
    pub repeats: u8,
}

/// The default release comes first, as the plainest one.
fn release(bytes: &mut Unstructured) -> arbitrary::Result<Release> {
    bytes.choose(&RELEASES).copied()
}

const RELEASES: [Release; 4] = [Release::V2_3_0, Release::V2_1, Release::V2_2, Release::V2_3_1];

/// A time zone that is unlike the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Arbitrary)]
pub enum ZoneSeed {
    /// UTC.
    #[default]
    Utc,
    /// An hour of summer time.
    Berlin,
    /// The same in the west.
    NewYork,
    /// Half an hour of summer time.
    LordHowe,
    /// No clock change, and an offset of 5:45.
    Kathmandu,
    /// Winter time is negative summer time, so .NET does not come back from the repeated hour.
    Dublin,
}

/// What the present lies near to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Arbitrary)]
pub enum Present {
    /// An ordinary day.
    #[default]
    Monday,
    /// The end of March.
    EndOfMarch,
    /// 29 February.
    LeapDay,
    /// The end of January.
    EndOfJanuary,
    /// The moment at which the zone's clock goes back.
    ClockGoesBack,
    /// The moment at which it goes forward.
    ClockGoesForward,
}

/// How far the present lies from there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Arbitrary)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Offset {
    #[default]
    None,
    QuarterHourLater,
    HourLater,
    NinetyMinutesLater,
    DayLater,
    HourEarlier,
    ThreeDaysLater,
    MonthLater,
}

/// The fraction of a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Arbitrary)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Fraction {
    #[default]
    None,
    Half,
    OneTick,
    AllButOneTick,
}

/// A pair of a policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Arbitrary)]
pub struct PairSeed {
    /// The frame's text, by its place in a table.
    pub frame: u8,
    /// The interval's text, by its place in a table.
    pub interval: u8,
    /// How they are written.
    pub style: Style,
}

/// How a pair is written; `7D` and `1D` stand for its frame and interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Arbitrary)]
pub enum Style {
    /// `7D:1D`
    #[default]
    Plain,
    /// `7D:7D`
    FrameTwice,
    /// ` 7D :1D`
    Blanks,
    /// `7D:1D:1D`
    SecondColon,
    /// `1D7D:1D`
    TwoTerms,
    /// `7D-1D:1D`
    Difference,
    /// `-7D:1D`
    NegativeFrame,
    /// `7d:1d`
    SmallLetters,
    /// `+7D:1D1s`
    PlusAndSecond,
    /// `86400:1D` and a space that does not break
    BareNumber,
    /// `7D`
    NoColon,
    /// `7D:-1D`
    NegativeInterval,
    /// A piece of text in the pair.
    Piece {
        /// Where it goes.
        place: PiecePlace,
        /// Its place in a table.
        piece: u8,
    },
}

/// Where a piece of text goes in a pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Arbitrary)]
#[expect(missing_docs, reason = "the names say it")]
pub enum PiecePlace {
    #[default]
    InsteadOfFrame,
    AfterInterval,
    BeforeFrame,
    AfterFrame,
    InsteadOfInterval,
}

/// A backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Arbitrary)]
pub struct BackupSeed {
    /// Where it lies.
    pub place: Place,
    /// How far from there.
    pub nudge: Nudge,
    /// Whether it is partial.
    pub partial: bool,
    /// The end of its lock.
    pub lock: Lock,
}

/// Where a backup lies. A number says of which pair the frame or interval is taken, or how often
/// a step is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Arbitrary)]
pub enum Place {
    /// An interval before the previous backup, in local time.
    IntervalBeforePrevious(u8),
    /// At the bound of a frame.
    Bound(u8),
    /// Hours before the present.
    HoursBefore(u8),
    /// Steps of ten minutes before the previous backup; every third number is the same time.
    MinutesBeforePrevious(u8),
    /// Steps of ten minutes around the clock change.
    AroundClockChange(u8),
    /// Intervals of the first pair before the present, a second later.
    IntervalsBefore(u8),
    /// An interval before the bound of a frame.
    BeforeBound(u8),
    /// An interval after the bound of a frame.
    AfterBound(u8),
    /// Hours after the present.
    HoursAfter(u8),
    /// At the bound of keep-time, if it is set and the number is even; steps of 40 days before the
    /// present otherwise.
    KeepTimeOrLongAgo(u8),
}

impl Default for Place {
    fn default() -> Place {
        Place::IntervalBeforePrevious(0)
    }
}

/// How far a time lies from its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Arbitrary)]
pub enum Nudge {
    /// Exactly there.
    #[default]
    None,
    /// A second earlier.
    SecondEarlier,
    /// A second later.
    SecondLater,
    /// An hour later.
    HourLater,
    /// An hour earlier.
    HourEarlier,
    /// Half an hour later.
    HalfHourLater,
    /// Seconds earlier.
    SecondsEarlier(u8),
    /// Minutes later.
    MinutesLater(u8),
    /// Steps of 977 seconds later.
    StepsLater(u8),
}

/// The end of a backup's lock, seen from the present.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Arbitrary)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Lock {
    #[default]
    None,
    SecondLater,
    Now,
    SecondEarlier,
    TickLater,
    MonthLater,
}

/// A start of a backup in a timeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Arbitrary)]
pub struct StartSeed {
    /// How long after the start before it.
    pub gap: Gap,
    /// How exactly.
    pub nudge: Nudge,
    /// Whether it is stopped, so that it leaves a partial version and retention does not run.
    pub stopped: bool,
}

/// How long after the start before it. A number says of which pair the interval is taken, or how
/// often a step is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Arbitrary)]
pub enum Gap {
    /// A day.
    #[default]
    Day,
    /// An interval.
    Interval(u8),
    /// Half an interval.
    HalfInterval(u8),
    /// Two thirds of an interval.
    TwoThirds(u8),
    /// A second less than an interval.
    JustBelowInterval(u8),
    /// Hours.
    Hours(u8),
    /// Days.
    Days(u8),
    /// Minutes.
    Minutes(u8),
}

impl CaseSeed {
    /// The n-th seed of a series, always the same: mostly small, with every choice in reach.
    pub fn random(series: u64, number: u64) -> CaseSeed {
        // Neighbouring seeds of this generator begin alike.
        let number = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut dice = fastrand::Rng::with_seed(series ^ number);
        dice.u64(..);
        Random { dice }.case()
    }
}

/// Picks the choices of a seed.
struct Random {
    dice: fastrand::Rng,
}

impl Random {
    /// Any choice, each as often.
    fn any<T: Default + for<'a> Arbitrary<'a>>(&mut self) -> T {
        let bytes: [u8; 16] = std::array::from_fn(|_| self.dice.u8(..));
        T::arbitrary(&mut Unstructured::new(&bytes)).unwrap_or_default()
    }

    /// Any choice in `often` of `of` times, the plainest in the others.
    fn perhaps<T: Default + for<'a> Arbitrary<'a>>(&mut self, often: u32, of: u32) -> T {
        if self.dice.u32(..of) < often { self.any() } else { T::default() }
    }

    fn list<T>(&mut self, below: usize, mut element: impl FnMut(&mut Random) -> T) -> Vec<T> {
        (0..self.dice.usize(..below)).map(|_| element(self)).collect()
    }

    fn case(&mut self) -> CaseSeed {
        let with_text = self.dice.u8(..5) == 0;
        let pieces = if with_text && self.dice.bool() { 8 } else { 1 };
        let mut seed = CaseSeed {
            release: RELEASES[self.dice.usize(..RELEASES.len())],
            zone: self.any(),
            present: self.present(),
            offset: self.any(),
            fraction: self.any(),
            pairs: self.list(4, |random| random.pair(with_text)),
            pieces: self.list(pieces, |random| random.dice.u8(..)),
            keep_time: self.option(),
            keep_versions: self.option(),
            version: self.option(),
            allow_full_removal: self.option(),
            disable_time_tolerance: self.option(),
            backups: self.list(9, Random::backup),
            starts: self.list(9, Random::start),
            repeats: self.dice.u8(..8),
        };
        match self.dice.u8(..6) {
            0 => self.gather_at_the_clock_change(&mut seed),
            1 | 2 => self.space_by_intervals(&mut seed),
            _ => {}
        }
        seed
    }

    /// Backups around the hour that comes twice, and the present soon after.
    fn gather_at_the_clock_change(&mut self, seed: &mut CaseSeed) {
        let zones = [ZoneSeed::Berlin, ZoneSeed::NewYork, ZoneSeed::LordHowe];
        seed.zone = zones[self.dice.usize(..zones.len())];
        seed.present = Present::ClockGoesBack;
        for backup in &mut seed.backups {
            let number = self.dice.u8(..22);
            backup.place = match self.dice.bool() {
                true => Place::AroundClockChange(number),
                false => Place::MinutesBeforePrevious(number),
            };
        }
    }

    /// Backups an interval apart, or a second more or less.
    fn space_by_intervals(&mut self, seed: &mut CaseSeed) {
        for backup in &mut seed.backups {
            backup.place = Place::IntervalBeforePrevious(self.dice.u8(..2));
            backup.nudge = match self.dice.u8(..4) {
                0 => Nudge::None,
                1 => Nudge::SecondLater,
                _ => Nudge::SecondEarlier,
            };
        }
    }

    fn present(&mut self) -> Present {
        match self.dice.u8(..8) {
            0 => Present::ClockGoesBack,
            1 => Present::ClockGoesForward,
            _ => self.any(),
        }
    }

    /// Most policies are valid, or nothing is thinned.
    fn pair(&mut self, with_text: bool) -> PairSeed {
        // Frames of days and intervals of hours and days come first.
        let below = if self.dice.bool() { 5 } else { u8::MAX };
        let style = match (with_text || self.dice.u8(..8) == 0, self.dice.u8(..8)) {
            (false, _) => Style::Plain,
            (true, 0) => self.any(),
            (true, _) => Style::Piece { place: self.any(), piece: self.dice.u8(..) },
        };
        PairSeed { frame: self.dice.u8(..below), interval: self.dice.u8(..below), style }
    }

    fn backup(&mut self) -> BackupSeed {
        let (partial, lock) = (self.dice.bool(), self.perhaps(1, 2));
        if self.dice.u8(..12) == 0 {
            // At the very time of the previous one.
            let place = Place::MinutesBeforePrevious(0);
            return BackupSeed { place, nudge: Nudge::None, partial, lock };
        }
        BackupSeed { place: self.any(), nudge: self.nudge(), partial, lock }
    }

    /// Half are exact, a quarter off by a second.
    fn nudge(&mut self) -> Nudge {
        match self.dice.u8(..8) {
            0 => Nudge::SecondEarlier,
            1 => Nudge::SecondLater,
            2..5 => self.any(),
            _ => Nudge::None,
        }
    }

    fn start(&mut self) -> StartSeed {
        let stopped = self.dice.u8(..16) == 0;
        StartSeed { gap: self.any(), nudge: self.nudge(), stopped }
    }

    /// Two thirds are not set, and half of the others are plain.
    fn option(&mut self) -> Option<u8> {
        match self.dice.u8(..6) {
            0 => Some(self.dice.u8(..)),
            1 => Some(self.dice.u8(..5)),
            _ => None,
        }
    }
}
