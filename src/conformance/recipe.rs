//! Where every random case comes from: a handful of small numbers that decodes, whatever they are, into a case.
//!
//! proptest, the fuzzer, the kill matrix and the command `verify` all make recipes. Zero is the plainest choice everywhere, so
//! a recipe shrinks by getting shorter and nearer to zero. The decoder (`decode.rs`) leans towards the places where mistakes live.

use std::fmt;

/// A case in small numbers. Its `Debug` is Rust that makes it again.
///
/// ```
/// use duplicati_retention::conformance::Recipe;
/// let recipe = Recipe::new([0; 4], &[[0, 0, 0]], &[], &[[1, 2, 0]], [0; 4]);
/// assert_eq!(format!("{recipe:?}"), "Recipe::new([0, 0, 0, 0], &[[0, 0, 0]], &[], &[[1, 2, 0]], [0, 0, 0, 0])");
/// assert_eq!(recipe.case().policy_text(), "7D:1D");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Recipe {
    /// The release, the zone, the present (a moment worth a test, and how far from it), and its broken second.
    pub head: [u8; 4],
    /// For each pair its frame, its interval and how they are written.
    pub pairs: Vec<[u8; 3]>,
    /// Pieces of text that are added to the policy.
    pub pieces: Vec<u8>,
    /// For each backup where it lies, how far from there, and whether it is partial or locked. In a course of time: for
    /// each step how long after the last, how exactly, and what happens.
    pub backups: Vec<[u8; 3]>,
    /// keep-time, keep-versions, version, and the two switches.
    pub options: [u8; 4],
}

/// What is beyond is ignored: a case is to be read by a person.
pub(super) const MOST_PAIRS: usize = 6;
pub(super) const MOST_BACKUPS: usize = 40;
pub(super) const MOST_PIECES: usize = 40;

impl Recipe {
    /// The recipe of these numbers; see the fields.
    ///
    /// ```
    /// # use duplicati_retention::conformance::Recipe;
    /// assert_eq!(Recipe::new([0; 4], &[], &[], &[], [0; 4]), Recipe::default());
    /// ```
    pub fn new(
        head: [u8; 4],
        pairs: &[[u8; 3]],
        pieces: &[u8],
        backups: &[[u8; 3]],
        options: [u8; 4],
    ) -> Recipe {
        Recipe { head, pairs: pairs.into(), pieces: pieces.into(), backups: backups.into(), options }
    }

    /// The n-th recipe of a seed, always the same: mostly small, with every place of the decoder in reach.
    ///
    /// ```
    /// # use duplicati_retention::conformance::Recipe;
    /// assert_eq!(Recipe::random(1, 7), Recipe::random(1, 7));
    /// assert_ne!(Recipe::random(1, 7), Recipe::random(2, 7));
    /// ```
    pub fn random(seed: u64, number: u64) -> Recipe {
        let mut numbers =
            Numbers(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut recipe = Recipe::default();
        recipe.head = [numbers.byte(), numbers.byte(), numbers.byte(), numbers.byte()];
        let with_text = numbers.below(4) == 0;
        recipe.pairs = (0..numbers.below(4)).map(|_| numbers.triple()).collect();
        if with_text {
            let pieces = numbers.below(2) * numbers.below(8);
            recipe.pieces = (0..pieces).map(|_| numbers.byte()).collect();
            recipe.pairs.iter_mut().for_each(|pair| pair[2] = numbers.byte());
        } else {
            // Most policies are to be right, or nothing is thinned.
            recipe.pairs.iter_mut().filter(|_| numbers.below(4) > 0).for_each(|pair| pair[2] = 0);
        }
        recipe.backups = (0..numbers.below(9)).map(|_| numbers.triple()).collect();
        if numbers.below(6) == 0 {
            // Backups around the hour that comes twice, and the present soon after.
            recipe.head[1] = 1 + numbers.below(4) as u8;
            recipe.head[2] = 2 + 4 * numbers.below(8) as u8;
            recipe
                .backups
                .iter_mut()
                .for_each(|backup| backup[0] = 3 + numbers.below(2) as u8 + backup[0] / 12 * 10);
        }
        for option in &mut recipe.options {
            *option = if numbers.below(3) == 0 { numbers.byte() } else { 0 };
        }
        recipe
    }
}

impl fmt::Debug for Recipe {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Recipe { head, pairs, pieces, backups, options } = self;
        write!(formatter, "Recipe::new({head:?}, &{pairs:?}, &{pieces:?}, &{backups:?}, {options:?})")
    }
}

/// SplitMix64: plain, and good enough to pick cases.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn byte(&mut self) -> u8 {
        self.next() as u8
    }

    fn triple(&mut self) -> [u8; 3] {
        [self.byte(), self.byte(), self.byte()]
    }
}
