//! A part of the cases, where more than one machine asks them.

use std::fmt::{self, Display, Formatter};
use std::ops::Range;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One of several parts of all cases, as `0/8` names the first of eight.
///
/// ```
/// use duplicati_retention::testing::Shard;
/// let parts = ["0/3", "1/3", "2/3"].map(|text| text.parse::<Shard>().unwrap().part(10));
/// assert_eq!(parts, [0..3, 3..6, 6..10]);
/// assert!("3/3".parse::<Shard>().is_err());
/// ```
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct Shard {
    /// Which part it is, counted from 0
    pub number: u32,
    /// How many parts there are
    pub of: u32,
}

impl Shard {
    /// Everything.
    pub const WHOLE: Shard = Shard { number: 0, of: 1 };

    /// The numbers of the cases in it, of so many in all. The parts cover every number once.
    pub fn part(self, count: u64) -> Range<u64> {
        // At most `count`, so it fits.
        let cut = |number: u32| {
            (u128::from(count) * u128::from(number) / u128::from(self.of.max(1))) as u64
        };
        cut(self.number)..cut(self.number + 1)
    }
}

impl Display for Shard {
    fn fmt(&self, formatter: &mut Formatter) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let numbers = text.split_once('/').and_then(|(number, of)| {
            Some(Shard { number: number.parse().ok()?, of: of.parse().ok()? })
        });
        numbers.filter(|shard| shard.number < shard.of).ok_or_else(|| {
            "write the number of a part, counted from 0, and how many there are, such as 0/8".into()
        })
    }
}
