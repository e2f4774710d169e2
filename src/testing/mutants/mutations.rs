//! The mutations, each small and plausible.

macro_rules! mutations {
    ($($name:ident: $sentence:literal,)*) => {
        /// A mutation that an implementation of Duplicati's retention could easily make.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Mutation {
            $(#[doc = $sentence] $name,)*
        }

        impl Mutation {
            /// Every mutation.
            pub const ALL: &[Mutation] = &[$(Mutation::$name,)*];

            /// What is done wrong, in a sentence.
            pub const fn sentence(self) -> &'static str {
                match self { $(Mutation::$name => $sentence,)* }
            }
        }
    };
}

mutations! {
    // The policy language.
    NoColonCrashes: "An entry without a colon is read beyond its end.",
    NoColonKeepsAll: "An entry without a colon keeps everything.",
    EmptyEntryRefused: "Two commas in a row are an error.",
    StrictColonsAlways: "A second colon is an error in every release.",
    LenientColonsAlways: "A second colon is ignored in every release.",
    SmallUnlimitedRefused: "A small u is not an unlimited frame.",
    UnlimitedIntervalIsLongest: "U as an interval is the longest span instead of zero.",
    NegativeIsZero: "A negative frame or interval is taken for zero.",
    PairsSorted: "The pairs are given in the order of their frames.",
    EqualFramesDropped: "A pair with the frame of an earlier one is dropped when it is read.",
    PlaceWithinEntry: "The place of an error is counted from the start of its entry.",
    // Spans.
    UnitsIgnoreCase: "Units count in any case.",
    EmptySpanRefused: "An empty span is an error.",
    BareNumberRefused: "A number without a unit is an error.",
    BareNumberIsMinutes: "A number without a unit counts minutes.",
    BareNumberRefusedEarly: "A number without a unit is an error in 2.1.",
    OnlyFirstTerm: "Only the first number and unit are read.",
    RestIgnored: "What follows the last unit is ignored.",
    LeadingUnitIsOne: "A unit without a number counts once.",
    TermsInLongs: "The number of a term may be larger than 32 bits.",
    TrimsAsciiOnly: "Only ASCII white space is trimmed.",
    PlusRefused: "A plus sign is an error.",
    NulsRefused: "A NUL after a number is an error.",
    MonthsOf31Days: "A month has 31 days since 2.2.",
    YearsOf360Days: "A year has twelve months of 30 days since 2.2.",
    CalendarIsFixed: "2.1 also has months of 30 days.",
    FixedIsCalendar: "Months and years follow the calendar in every release.",
    DaysRollOver: "In 2.1 a month after the 31st is early in the month after next.",
    NoWrapAround: "Weeks, months and years in days do not wrap around in 32 bits.",
    WrapAroundRefused: "Weeks, months and years beyond 32 bits of days are an error.",
    FloatsAreExact: "2.2 also counts in integers.",
    IntegersAreFloats: "2.3 also counts in floating point.",
    OverflowSaturates: "A span that is too long becomes the longest.",
    NowIsZero: "2.1 reads now as a span of zero.",
    // How a policy is shown, and the checks.
    ShowsMonths: "30 days are shown as a month.",
    ShowsLongestInDays: "The unlimited frame is shown as a count of days.",
    ShowsNoSeconds: "Seconds are not shown.",
    EqualIntervalPasses: "An interval equal to its frame passes the check before a backup.",
    KeepAllIsChecked: "A frame of zero that keeps all fails the check before a backup.",
    WebCommaAtEnd: "The web page accepts a comma at the end.",
    WebCommaLeftOut: "The web page accepts pairs without a comma between them.",
    WebSmallUnlimited: "The web page accepts a small u.",
    WebManyUnits: "The web page accepts several units on one side.",
    WebAnyDigits: "The web page accepts digits of any script.",
    WebLineEnd: "The web page accepts a line feed at the end.",
    WebEmpty: "The web page accepts an empty text.",
    // The loop.
    BoundExclusive: "A backup exactly at the bound of a frame is outside.",
    IntervalExclusive: "A distance of exactly the interval is too close.",
    NewestFirst: "A frame is thinned from the newest to the oldest.",
    PartialIsLast: "Distances are also measured from partial backups.",
    PartialThinned: "A partial backup that is too close is deleted.",
    LongestFrameFirst: "The frames are taken longest first.",
    FramesInTextOrder: "The frames are taken in the order of the text.",
    EqualFramesToLast: "Of equal frames the last one counts.",
    UtcInsteadOfLocal: "Times are compared in UTC.",
    NewestNotExempt: "The newest is thinned like any other.",
    NewestByTrueTime: "The newest by true time is kept instead of the newest by local time.",
    NewestFullKept: "The newest full backup is kept instead of the newest.",
    FullRemovalAlways: "The newest is deleted if it is older than every bound, allowed or not.",
    FullRemovalIgnored: "The newest is never deleted.",
    FullRemovalByShortest: "The newest is deleted if it is older than the shortest frame.",
    OutsideKept: "A backup in no frame is kept.",
    PartialOutsideKept: "A partial backup in no frame is kept.",
    OldestOutsideKept: "The oldest of all is kept.",
    KeepAllThinsTies: "A frame that keeps everything deletes one of two backups with the same time.",
    LastCarriedOver: "Distances in a frame are first measured from the last backup kept in the frame before.",
    MeasuresFromDeleted: "Distances are measured from the backup before, deleted or not.",
    MeasuresFromBound: "The first backup in a frame must be an interval later than its bound.",
    FramesOverlap: "A longer frame also thins what a shorter one kept.",
    BoundStopsAtYearOne: "A frame that reaches before the year 1 reaches to the year 1.",
    EmptyHistoryFails: "A frame that reaches before the year 1 fails without a backup, too.",
    NowInSeconds: "The present is cut to whole seconds.",
    FutureKept: "A backup in the future is kept.",
    NewestIntervalOnly: "Only a backup an interval older than the newest is kept first.",
    KeepsPerGrid: "One backup is kept for each interval counted back from now.",
    KeepsPerCalendarSlot: "One backup is kept for each interval counted from the year 1.",
    EmptyPolicyDeletesAll: "A policy without pairs deletes every backup.",
    NamedByEachFrame: "A thinned backup is listed once for each frame.",
    TiesMerged: "Backups with the same time are one version.",
    TiesReversed: "Backups with the same time are in the reverse order of their numbers.",
    InputNotSorted: "The backups are numbered in the order of the input.",
    ThinnedNewestFirst: "Thinned backups of a frame are listed newest first.",
    NamedByNumber: "Deleted versions are listed in the order of their numbers.",
    RestOldestFirst: "Backups in no frame are listed oldest first.",
    RestBeforeThinned: "Backups in no frame are listed first.",
    // keep-time.
    ToleranceMissing: "keep-time has no tolerance.",
    ToleranceNotLimited: "The tolerance may be more than an hour.",
    ToleranceRounded: "The tolerance is rounded instead of cut.",
    ToleranceAdded: "The tolerance makes keep-time keep less.",
    ToleranceAlways: "disable-time-tolerance does nothing.",
    KeepTimeFixedMonths: "keep-time's months have 30 days.",
    KeepTimeBackwards: "keep-time's units are taken from the last to the first.",
    KeepTimeBlanks: "keep-time may have blanks between its units.",
    KeepTimeBoundExclusive: "A backup exactly at keep-time's bound is deleted.",
    KeepTimeNoFullRule: "keep-time deletes the last full backup, too.",
    KeepTimeKeepsNewest: "keep-time keeps the newest instead of the newest full one.",
    KeepTimeKeepsPartial: "keep-time keeps partial backups.",
    KeepTimeNowInUtc: "keep-time counts back from the present in UTC.",
    KeepTimeStopsAtYearOne: "keep-time that reaches before the year 1 has no effect.",
    // keep-versions.
    PartialsCounted: "keep-versions counts partial backups.",
    CountsAllVersions: "keep-versions counts what the other options delete.",
    PartialsBetweenKept: "keep-versions keeps partial backups between full ones.",
    NewPartialsDeleted: "keep-versions deletes partial backups newer than every full one.",
    OldPartialsDeleted: "keep-versions deletes partial backups older than the last full one.",
    NumberAtCountWorks: "keep-versions has an effect if its number is the count.",
    NegativeNumberKeepsOne: "A negative keep-versions keeps one.",
    BadNumberRefused: "keep-versions that is not a number is an error in every release.",
    BadNumberIsZero: "keep-versions that is not a number is zero in every release.",
    // version.
    ReversedRangeEmpty: "A range from a larger to a smaller number is empty.",
    RangeEndExclusive: "A range does not include its end.",
    MissingVersionRefused: "A number that no version has is an error.",
    BlanksInListRefused: "Blanks in the list of versions are an error.",
    NegativeVersionIgnored: "A negative number in the list of versions is ignored.",
    // The guard and locks.
    GuardMissing: "The last version is deleted too.",
    GuardByLocalTime: "The guard retains the newest by local time.",
    GuardKeepsFull: "The guard retains the newest full backup.",
    GuardAlways: "allow-full-removal does not lift the guard.",
    LocksIgnored: "Locks are ignored.",
    LocksAlways: "Locks count before 2.3.0, too.",
    LockEndInclusive: "A lock that ends at this very moment still counts.",
    LocksBeforeGuard: "Locked versions are retained before the guard counts.",
    LockedNamed: "A locked version is reported as retained though nothing deletes it.",
    // Reasons and blockers.
    PairBySortedPlace: "A reason names the place of the pair after sorting.",
    AfterByLocalPlace: "A reason names the place in local-time order instead of the version.",
    DistanceInUtc: "The distance in a reason is measured in true time.",
    AgeOfBound: "The age in a reason is counted from the longest frame's bound.",
    PartialSaysFarEnough: "A partial backup that is too close says that it is far enough.",
    NoFullSaysOldest: "A backup with only partial ones before it says that it is the oldest.",
    NewestSaysOldest: "The newest says that it is the oldest in its frame.",
    KeepTimeReasonIsAge: "keep-time's reason has the age instead of the distance to the bound.",
    KeepVersionsAlwaysReached: "keep-versions always says that its number was reached.",
    RefusesBiggerOnly: "An interval equal to its frame is not reported as refused.",
    CombinedByTexts: "keep-versions of zero counts as set when options are combined.",
    RepeatsNotReported: "Versions that two options delete in 2.1 are not reported.",
    RepeatsAlwaysReported: "Versions that two options delete are reported in every release.",
    SameTimeAnywhere: "Two versions with the same time are reported even if neither is deleted.",
    // Switches, and over time.
    EmptySwitchIsOff: "A switch without a value is off.",
    SwitchTextExact: "Only `false` in lower case turns a switch off.",
    StaleIndices: "Versions are removed one by one under numbers that have moved.",
}
