//! Random seeds. The choices lean towards the places where bugs live.

use arbitrary::{Arbitrary, Unstructured};

use super::case_seed::{
    BackupSeed, CaseSeed, Nudge, PairSeed, Place, Present, RELEASES, StartSeed, Style, ZoneSeed,
};

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
pub(super) struct Random {
    pub dice: fastrand::Rng,
}

impl Random {
    /// Any choice, each as often.
    pub fn any<T: Default + for<'a> Arbitrary<'a>>(&mut self) -> T {
        let bytes: [u8; 16] = std::array::from_fn(|_| self.dice.u8(..));
        T::arbitrary(&mut Unstructured::new(&bytes)).unwrap_or_default()
    }

    /// Any choice in `often` of `of` times, the plainest in the others.
    pub fn perhaps<T: Default + for<'a> Arbitrary<'a>>(&mut self, often: u32, of: u32) -> T {
        if self.dice.u32(..of) < often { self.any() } else { T::default() }
    }

    pub fn list<T>(&mut self, below: usize, mut element: impl FnMut(&mut Random) -> T) -> Vec<T> {
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
        match self.dice.u8(..12) {
            0 => self.gather_at_the_clock_change(&mut seed),
            1..4 => self.space_by_intervals(&mut seed),
            4..9 => self.lead_to_a_corner(&mut seed),
            _ => {}
        }
        seed
    }

    /// Backups around the hour that comes twice, and the present soon after.
    pub fn gather_at_the_clock_change(&mut self, seed: &mut CaseSeed) {
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
    pub fn option(&mut self) -> Option<u8> {
        match self.dice.u8(..6) {
            0 => Some(self.dice.u8(..)),
            1 => Some(self.dice.u8(..5)),
            _ => None,
        }
    }
}
