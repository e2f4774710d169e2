//! Where every random case comes from: a handful of small numbers that decodes, whatever they are,
//! into a case.
//!
//! proptest, the fuzzer, the kill matrix and the command `verify` all make case_seeds. Zero is the
//! plainest choice everywhere, so a case_seed shrinks by getting shorter and nearer to zero. The
//! decoder (`decode.rs`) leans towards the places where mutations live.

use std::fmt;

/// A case in small numbers. Its `Debug` is Rust that makes it again.
///
/// ```
/// use duplicati_retention::testing::CaseSeed;
/// let case_seed = CaseSeed::new([0; 4], &[[0, 0, 0]], &[], &[[1, 2, 0]], [0; 4]);
/// assert_eq!(format!("{case_seed:?}"), "CaseSeed::new([0, 0, 0, 0], &[[0, 0, 0]], &[], &[[1, 2, 0]], [0, 0, 0, 0])");
/// assert_eq!(case_seed.case().policy_text(), "7D:1D");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct CaseSeed {
    /// The release, the zone, the present (a step worth a test, and how far from it), and its
    /// broken second.
    pub head: [u8; 4],
    /// For each pair its frame, its interval and how they are written.
    pub pairs: Vec<[u8; 3]>,
    /// Pieces of text that are added to the policy.
    pub pieces: Vec<u8>,
    /// For each backup where it lies, how far from there, and whether it is partial or locked. In
    /// a timeline of time: for each step how long after the last, how exactly, and what
    /// happens.
    pub backups: Vec<[u8; 3]>,
    /// keep-time, keep-versions, version, and the two switches.
    pub options: [u8; 4],
}

/// What is beyond is ignored: a case is to be read by a person.
pub(super) const MOST_PAIRS: usize = 6;
pub(super) const MOST_BACKUPS: usize = 40;
pub(super) const MOST_PIECES: usize = 40;

impl CaseSeed {
    /// The case seed of these numbers; see the fields.
    ///
    /// ```
    /// # use duplicati_retention::testing::CaseSeed;
    /// assert_eq!(CaseSeed::new([0; 4], &[], &[], &[], [0; 4]), CaseSeed::default());
    /// ```
    pub fn new(
        head: [u8; 4],
        pairs: &[[u8; 3]],
        pieces: &[u8],
        backups: &[[u8; 3]],
        options: [u8; 4],
    ) -> CaseSeed {
        CaseSeed {
            head,
            pairs: pairs.into(),
            pieces: pieces.into(),
            backups: backups.into(),
            options,
        }
    }

    /// The case seed in these bytes, whatever they are: what is missing is zero.
    ///
    /// ```
    /// # use duplicati_retention::testing::CaseSeed;
    /// let case_seed = CaseSeed::random(1, 5);
    /// assert_eq!(CaseSeed::from_bytes(&case_seed.to_bytes()), case_seed);
    /// assert_eq!(CaseSeed::from_bytes(&[]), CaseSeed::default());
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> CaseSeed {
        let mut bytes = bytes.iter().copied();
        let mut next = || bytes.next().unwrap_or(0);
        let mut case_seed =
            CaseSeed { head: [next(), next(), next(), next()], ..CaseSeed::default() };
        case_seed.options = [next(), next(), next(), next()];
        let (pairs, pieces) =
            (usize::from(next()) % (MOST_PAIRS + 1), usize::from(next()) % (MOST_PIECES + 1));
        case_seed.pairs = (0..pairs).map(|_| [next(), next(), next()]).collect();
        case_seed.pieces = (0..pieces).map(|_| next()).collect();
        let rest: Vec<u8> = bytes.take(3 * MOST_BACKUPS).collect();
        case_seed.backups = rest
            .chunks(3)
            .map(|triple| std::array::from_fn(|at| triple.get(at).copied().unwrap_or(0)))
            .collect();
        case_seed
    }

    /// The bytes that are this case_seed; see [`CaseSeed::from_bytes`].
    ///
    /// ```
    /// # use duplicati_retention::testing::CaseSeed;
    /// assert_eq!(CaseSeed::default().to_bytes(), [0; 10]);
    /// ```
    pub fn to_bytes(&self) -> Vec<u8> {
        let CaseSeed { head, pairs, pieces, backups, options } = self;
        let counts = [pairs.len().min(MOST_PAIRS) as u8, pieces.len().min(MOST_PIECES) as u8];
        let pairs = pairs.iter().take(MOST_PAIRS).flatten();
        let rest = pairs
            .chain(pieces.iter().take(MOST_PIECES))
            .chain(backups.iter().take(MOST_BACKUPS).flatten());
        head.iter().chain(options).chain(&counts).chain(rest).copied().collect()
    }

    /// The n-th case seed of a seed, always the same: mostly small, with every place of the decoder
    /// in reach.
    ///
    /// ```
    /// # use duplicati_retention::testing::CaseSeed;
    /// assert_eq!(CaseSeed::random(1, 7), CaseSeed::random(1, 7));
    /// assert_ne!(CaseSeed::random(1, 7), CaseSeed::random(2, 7));
    /// ```
    pub fn random(seed: u64, number: u64) -> CaseSeed {
        let mut numbers = Numbers(
            seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15),
        );
        let head = [numbers.byte(), numbers.byte(), numbers.byte(), numbers.byte()];
        let mut case_seed = CaseSeed { head, ..CaseSeed::default() };
        let with_text = numbers.below(5) == 0;
        case_seed.pairs = (0..numbers.below(4)).map(|_| numbers.triple()).collect();
        case_seed.backups = (0..numbers.below(9)).map(|_| numbers.triple()).collect();
        for pair in &mut case_seed.pairs {
            if numbers.below(2) == 0 {
                // Frames of days, intervals of hours and days.
                (pair[0], pair[1]) = (numbers.below(5) as u8, numbers.below(5) as u8);
            }
            // Most policies are to be right, or nothing is thinned.
            if !with_text && numbers.below(8) > 0 {
                pair[2] = 0;
            }
        }
        if with_text {
            let pieces = numbers.below(2) * numbers.below(8);
            case_seed.pieces = (0..pieces).map(|_| numbers.byte()).collect();
        }
        match numbers.below(6) {
            0 => {
                // Backups around the hour that comes twice, and the present soon after.
                case_seed.head[1] = 1 + numbers.below(4) as u8;
                case_seed.head[2] = 2 + 4 * numbers.below(8) as u8;
                for backup in &mut case_seed.backups {
                    backup[0] = 3 + numbers.below(2) as u8 + backup[0] / 12 * 10;
                }
            }
            1 | 2 => {
                // Backups an interval apart, or a second more or less.
                for backup in &mut case_seed.backups {
                    (backup[0], backup[1]) = (10 * (backup[0] / 128), 5 + numbers.below(4) as u8);
                }
            }
            _ => {}
        }
        for option in &mut case_seed.options {
            *option = match numbers.below(6) {
                0 => numbers.byte(),
                1 => 1 + numbers.below(5) as u8,
                _ => 0,
            };
        }
        case_seed
    }
}

/// A fuzzer's bytes are a case seed as they are.
#[cfg(feature = "verification")]
impl arbitrary::Arbitrary<'_> for CaseSeed {
    fn arbitrary(bytes: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<CaseSeed> {
        bytes.bytes(bytes.len()).map(CaseSeed::from_bytes)
    }
}

impl fmt::Debug for CaseSeed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CaseSeed { head, pairs, pieces, backups, options } = self;
        write!(
            formatter,
            "CaseSeed::new({head:?}, &{pairs:?}, &{pieces:?}, &{backups:?}, {options:?})"
        )
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
