//! Where bugs live and choices that are made one by one hardly lead: several must be made together.

use super::case_seed::{
    BackupSeed, CaseSeed, Fraction, Nudge, PairSeed, PiecePlace, Place, Present, Style, ZoneSeed,
};
use super::random_seed::Random;
use super::tables::{FRAMES, INTERVALS, KEEP_TIMES, LISTS, NUMBERS, PIECES, SWITCHES, number_of};

/// The numbers of texts in a table.
const fn numbers_of<const N: usize>(table: &[&str], texts: [&str; N]) -> [u8; N] {
    let (mut numbers, mut index) = ([0; N], 0);
    while index < N {
        numbers[index] = number_of(table, texts[index]);
        index += 1;
    }
    numbers
}

/// Frames that end, and not at the same place.
const LIMITED: [u8; 6] = numbers_of(FRAMES, ["7D", "1D", "36h", "2D", "8h", "2W"]);
/// Frames whose length depends on the calendar in 2.1.
const CALENDAR: [u8; 10] =
    numbers_of(FRAMES, ["12M", "1Y", "6M", "4Y", "3Y59D1Y", "30D1M", "30D2M", "1M", "100Y", "10Y"]);
/// Frames that leave the calendar.
const BEFORE_YEAR_ONE: [u8; 2] = numbers_of(FRAMES, ["5000Y", "143165577M"]);
const SHORT: [u8; 4] = numbers_of(INTERVALS, ["1h", "U", "1D", "12h"]);
const ONE_HOUR: u8 = number_of(FRAMES, "1h");
const KEEP_ALL: u8 = number_of(INTERVALS, "U");

/// What may be a number, and what is none.
const WRITTEN_NUMBERS: [u8; 27] = numbers_of(
    PIECES,
    [
        "1.0", "(0)", "5-", "5+", "1e3", "1.0D", "8D(1)D", "5-D", "1e1D", "+5", "-5", "-5", " 5 ",
        "86400", "7\0", "5\0D", "0x5", "1_0", "1D1", "1d", "2h", "٣D", "8D-1D", "now", "now",
        "now", "now",
    ],
);
/// Spans at the ends of some range, and beyond.
const LONG_SPANS: [u8; 18] = numbers_of(
    PIECES,
    [
        // In 2.2 these lose a second.
        "922337203684",
        "922337203684",
        "922337203684",
        "922337203685",
        "922337203685",
        "922337203685",
        "922337203686",
        "900719925475",
        "9223372036854775807",
        "143165577M",
        "613566757W",
        "11767034Y",
        "2147483648s",
        "4294967296s",
        "10675199D",
        "10675200D",
        "3652058D",
        "10000Y",
    ],
);

/// keep-times with a tolerance of less than an hour.
const SHORT_KEEP_TIMES: [u8; 11] = numbers_of(
    KEEP_TIMES,
    // A hundredth of 41 or 57 seconds is cut to ticks.
    ["41s", "41s", "57s", "57s", "1D12h", "100", "2D", "1h", "90m", "36h", "86400"],
);
const CALENDAR_KEEP_TIMES: [u8; 12] = numbers_of(
    KEEP_TIMES,
    ["1M", "1Y", "12M", "4Y", "3Y", "1M1D", "1D1M", "1Y1M", "1M1Y", "3M2W", "6M", "8Y"],
);
const LONG_KEEP_TIMES: [u8; 2] = numbers_of(KEEP_TIMES, ["5000Y", "120001M"]);

const ALL_VERSIONS: u8 = number_of(LISTS, "0-9");
const SOME_VERSIONS: [u8; 6] = numbers_of(LISTS, ["0-9", "0", "1", "0,2", "2-2", "3-1"]);
const COUNTS: [u8; 5] = numbers_of(NUMBERS, ["1", "2", "3", "4", "5"]);
const ON: u8 = number_of(SWITCHES, "true");

impl Random {
    /// Leads a seed to a corner, and leaves its release, zone and starts as they are.
    pub(super) fn lead_to_a_corner(&mut self, seed: &mut CaseSeed) {
        let CaseSeed { release, zone, present, offset, fraction, .. } = *seed;
        let (starts, repeats) = (std::mem::take(&mut seed.starts), seed.repeats);
        let bare = CaseSeed { release, zone, present, offset, fraction, ..CaseSeed::default() };
        *seed = CaseSeed { starts, repeats, ..bare };
        match self.dice.u8(..28) {
            0 => self.newest_at_a_bound(seed),
            1 | 2 => self.others_at_a_bound(seed),
            3 | 4 => self.at_the_bound_of_keep_time(seed),
            5 => self.keep_time_by_the_calendar(seed),
            6..9 => self.odd_keep_time(seed),
            9 => self.odd_list(seed),
            10..14 => self.written_number(seed),
            14 | 15 => self.long_span(seed),
            16 => self.policy_by_the_calendar(seed),
            17 => self.almost_fit_for_the_page(seed),
            18 | 19 => self.all_named(seed),
            20 => self.as_many_as_keep_versions(seed),
            21 | 22 => self.named_twice(seed),
            23 => self.one_time(seed),
            24 => self.odd_number(seed),
            25 | 26 => self.newest_by_which_clock(seed),
            _ => self.before_year_one(seed),
        }
    }

    fn one_of(&mut self, numbers: &[u8]) -> u8 {
        numbers[self.dice.usize(..numbers.len())]
    }

    /// On in most cases.
    fn mostly_on(&mut self) -> Option<u8> {
        match self.dice.u8(..6) {
            0 => None,
            1 => Some(self.dice.u8(..)),
            _ => Some(ON),
        }
    }

    /// Exactly there, or a second beside it.
    fn edge(&mut self) -> Nudge {
        match self.dice.u8(..4) {
            0 => Nudge::SecondEarlier,
            1 => Nudge::SecondLater,
            _ => Nudge::None,
        }
    }

    /// A backup that is mostly full and not locked.
    fn at(&mut self, place: Place, nudge: Nudge) -> BackupSeed {
        let partial = self.dice.u8(..8) == 0;
        BackupSeed { place, nudge, partial, lock: self.perhaps(1, 8) }
    }

    /// Up to `most` backups some ten minutes apart.
    fn some_backups(&mut self, most: usize) -> Vec<BackupSeed> {
        self.list(most + 1, |random| {
            let place = Place::MinutesBeforePrevious(random.dice.u8(1..3));
            let (partial, lock) = (random.dice.u8(..3) == 0, random.perhaps(1, 3));
            BackupSeed { place, nudge: Nudge::None, partial, lock }
        })
    }

    fn limited_pairs(&mut self, most: usize) -> Vec<PairSeed> {
        let count = self.dice.usize(1..=most);
        let pair = |random: &mut Random| {
            let (frame, interval) = (random.one_of(&LIMITED), random.one_of(&SHORT));
            PairSeed { frame, interval, style: Style::Plain }
        };
        (0..count).map(|_| pair(self)).collect()
    }

    fn newest_at_a_bound(&mut self, seed: &mut CaseSeed) {
        seed.pairs = self.limited_pairs(2);
        seed.fraction = self.perhaps(1, 4);
        seed.allow_full_removal = self.mostly_on();
        let (pair, edge) = (self.dice.u8(..), self.edge());
        seed.backups = vec![self.at(Place::Bound(pair), edge)];
        for _ in 0..self.dice.usize(..3) {
            let older = self.at(Place::IntervalBeforePrevious(0), Nudge::None);
            seed.backups.push(older);
        }
    }

    /// Soon after the clock went back, where the newest by local time may be another.
    fn newest_by_which_clock(&mut self, seed: &mut CaseSeed) {
        seed.pairs = self.limited_pairs(1);
        seed.backups = self.some_backups(5);
        self.gather_at_the_clock_change(seed);
    }

    fn others_at_a_bound(&mut self, seed: &mut CaseSeed) {
        seed.pairs = self.limited_pairs(3);
        seed.fraction = self.perhaps(1, 4);
        seed.backups = vec![self.at(Place::HoursBefore(0), Nudge::None)];
        for _ in 0..self.dice.usize(1..5) {
            let (pair, edge) = (self.dice.u8(..), self.edge());
            let there = self.at(Place::Bound(pair), edge);
            seed.backups.push(there);
        }
    }

    /// The newest, and others at keep-time's bound or this far from it.
    fn around_keep_time(&mut self, nudges: &[Nudge]) -> Vec<BackupSeed> {
        let newest = BackupSeed { place: Place::HoursBefore(0), ..BackupSeed::default() };
        let there = nudges.iter().map(|&nudge| self.at(Place::KeepTimeOrLongAgo(0), nudge));
        std::iter::once(newest).chain(there).collect()
    }

    fn fraction_of_keep_time(&mut self) -> Fraction {
        match self.dice.u8(..4) {
            0 => Fraction::TickBeforeThatOfKeepTime,
            1 => Fraction::TickAfterThatOfKeepTime,
            _ => Fraction::OfKeepTime,
        }
    }

    fn at_the_bound_of_keep_time(&mut self, seed: &mut CaseSeed) {
        seed.keep_time = Some(self.one_of(&SHORT_KEEP_TIMES));
        seed.fraction = self.fraction_of_keep_time();
        seed.disable_time_tolerance = self.option();
        seed.backups =
            self.around_keep_time(&[Nudge::None, Nudge::SecondEarlier, Nudge::SecondLater]);
    }

    fn keep_time_by_the_calendar(&mut self, seed: &mut CaseSeed) {
        const PRESENTS: [Present; 4] =
            [Present::EndOfMarch, Present::LeapDay, Present::LeapDay, Present::EndOfJanuary];
        seed.keep_time = Some(self.one_of(&CALENDAR_KEEP_TIMES));
        seed.present = PRESENTS[self.dice.usize(..PRESENTS.len())];
        seed.offset = self.perhaps(1, 4);
        seed.fraction = self.fraction_of_keep_time();
        seed.disable_time_tolerance = self.option();
        let nudges = [Nudge::None, Nudge::SecondEarlier, Nudge::DayEarlier, Nudge::DayLater];
        seed.backups = self.around_keep_time(&nudges);
    }

    fn odd_keep_time(&mut self, seed: &mut CaseSeed) {
        seed.keep_time = Some(self.dice.u8(..));
        seed.disable_time_tolerance = if self.dice.bool() { self.mostly_on() } else { None };
        let nudge = self.edge();
        seed.backups = self.around_keep_time(&[nudge]);
        let (after, before) = (self.dice.u8(1..32), self.dice.u8(1..32));
        for place in [Place::HoursAfter(after), Place::HoursBefore(before)] {
            let beside = self.at(place, Nudge::None);
            seed.backups.push(beside);
        }
    }

    fn odd_list(&mut self, seed: &mut CaseSeed) {
        seed.version = Some(self.dice.u8(..));
        seed.keep_versions = if self.dice.u8(..4) == 0 { Some(self.dice.u8(..)) } else { None };
        seed.allow_full_removal = self.option();
        seed.backups = self.some_backups(6);
    }

    /// A valid pair, but for a piece in it.
    fn with_piece(&mut self, place: PiecePlace, piece: u8) -> PairSeed {
        let (frame, interval) = (self.one_of(&LIMITED), self.one_of(&SHORT));
        PairSeed { frame, interval, style: Style::Piece { place, piece } }
    }

    fn written_number(&mut self, seed: &mut CaseSeed) {
        let pair = if self.dice.u8(..3) == 0 {
            let (frame, interval) = (self.dice.u8(..), self.dice.u8(..));
            PairSeed { frame, interval, style: self.any() }
        } else {
            let places = [PiecePlace::InsteadOfFrame, PiecePlace::InsteadOfInterval, self.any()];
            let (place, piece) = (self.dice.usize(..3), self.one_of(&WRITTEN_NUMBERS));
            self.with_piece(places[place], piece)
        };
        seed.pairs = vec![pair];
        seed.backups = self.some_backups(3);
    }

    fn long_span(&mut self, seed: &mut CaseSeed) {
        let places = [PiecePlace::InsteadOfFrame, PiecePlace::InsteadOfInterval];
        let (place, piece) = (self.dice.usize(..2), self.one_of(&LONG_SPANS));
        seed.pairs = vec![self.with_piece(places[place], piece)];
        seed.backups = self.some_backups(2);
    }

    fn policy_by_the_calendar(&mut self, seed: &mut CaseSeed) {
        let (frame, interval) = (self.one_of(&CALENDAR), self.one_of(&SHORT));
        seed.pairs = vec![PairSeed { frame, interval, style: Style::Plain }];
        seed.fraction = self.perhaps(1, 4);
        seed.backups = vec![self.at(Place::HoursBefore(0), Nudge::None)];
        for nudge in [Nudge::DayLater, Nudge::None, Nudge::SecondEarlier, Nudge::DayEarlier] {
            let there = self.at(Place::Bound(0), nudge);
            seed.backups.push(there);
        }
    }

    fn almost_fit_for_the_page(&mut self, seed: &mut CaseSeed) {
        const AFTER: [u8; 5] = numbers_of(PIECES, [",", "\n", "7D:1D", " ", "1D1"]);
        const INSTEAD: [u8; 5] = numbers_of(PIECES, ["u", "٣D", "8D-1D", "30D1M", " 5 "]);
        let (place, pieces) = match self.dice.u8(..3) {
            0 => (PiecePlace::InsteadOfFrame, INSTEAD),
            1 => (PiecePlace::InsteadOfInterval, INSTEAD),
            _ => (PiecePlace::AfterInterval, AFTER),
        };
        let piece = self.one_of(&pieces);
        seed.pairs = vec![self.with_piece(place, piece)];
    }

    fn all_named(&mut self, seed: &mut CaseSeed) {
        seed.version = Some(ALL_VERSIONS);
        seed.allow_full_removal = self.option();
        seed.backups = self.some_backups(5);
        if self.dice.bool() {
            self.gather_at_the_clock_change(seed);
        }
    }

    fn as_many_as_keep_versions(&mut self, seed: &mut CaseSeed) {
        seed.backups = self.some_backups(6);
        let count = seed.backups.len().saturating_sub(self.dice.usize(..2));
        seed.keep_versions = Some(COUNTS[count.clamp(1, COUNTS.len()) - 1]);
        seed.version =
            if self.dice.u8(..4) == 0 { Some(self.one_of(&SOME_VERSIONS)) } else { None };
    }

    fn odd_number(&mut self, seed: &mut CaseSeed) {
        seed.keep_versions = Some(self.dice.u8(..));
        seed.backups = self.some_backups(6);
    }

    /// Outside the only frame, and named.
    fn named_twice(&mut self, seed: &mut CaseSeed) {
        seed.pairs = vec![PairSeed { frame: ONE_HOUR, interval: KEEP_ALL, style: Style::Plain }];
        seed.version = Some(self.one_of(&SOME_VERSIONS));
        seed.keep_versions = if self.dice.u8(..3) == 0 { Some(self.one_of(&COUNTS)) } else { None };
        seed.backups = vec![self.at(Place::HoursBefore(0), Nudge::None)];
        for _ in 0..self.dice.usize(1..4) {
            let hours = self.dice.u8(2..9);
            let older = self.at(Place::HoursBefore(hours), Nudge::None);
            seed.backups.push(older);
        }
    }

    fn one_time(&mut self, seed: &mut CaseSeed) {
        if self.dice.u8(..4) == 0 {
            (seed.zone, seed.present) = (ZoneSeed::Dublin, Present::ClockGoesBack);
        }
        seed.version = Some(self.one_of(&SOME_VERSIONS));
        seed.allow_full_removal = self.option();
        seed.backups = self.list(6, |random| {
            let minutes = [0, 0, 1, 6][random.dice.usize(..4)];
            let (partial, lock) = (random.dice.u8(..4) == 0, random.perhaps(1, 2));
            let place = Place::MinutesBeforePrevious(minutes);
            BackupSeed { place, nudge: Nudge::None, partial, lock }
        });
    }

    fn before_year_one(&mut self, seed: &mut CaseSeed) {
        if self.dice.bool() {
            let (frame, interval) = (self.one_of(&BEFORE_YEAR_ONE), self.one_of(&SHORT));
            seed.pairs = vec![PairSeed { frame, interval, style: Style::Plain }];
        } else {
            seed.keep_time = Some(self.one_of(&LONG_KEEP_TIMES));
        }
        seed.backups = self.some_backups(1);
    }
}
