//! Where every random case comes from: named choices that make a case, whatever they are.
//!
//! proptest, the fuzzer, the kill matrix and the command `verify` all make seeds. The first variant
//! and the number 0 are the plainest choice everywhere. `random_seed.rs`
//! makes them at random, and `generate.rs` turns a seed into a case.

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

pub(super) const RELEASES: [Release; 4] =
    [Release::V2_3_0, Release::V2_1, Release::V2_2, Release::V2_3_1];

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
    /// That with which keep-time's bound is a whole second.
    OfKeepTime,
    TickBeforeThatOfKeepTime,
    TickAfterThatOfKeepTime,
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
    /// A day earlier.
    DayEarlier,
    /// A day later.
    DayLater,
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
