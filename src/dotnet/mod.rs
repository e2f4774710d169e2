//! The slice of .NET that decides outcomes: spans and dates as counts of ticks, and how an integer
//! is read from a text. Ranges, overflows and roundings are .NET's; where a release of .NET differs
//! from another, both ways are here and the caller chooses.
//!
//! This room knows nothing of Duplicati: no policy, no backup, no release of it.
//!
//! Start with [`TimeSpan`] and [`DateTime`]; [`parse_i32`] and [`parse_i64`] are `int.TryParse` and
//! `long.TryParse`.

mod date_time;
mod integer;
mod time_span;

pub use date_time::{DateTime, Kind, OutOfRange, kind};
pub use integer::{is_white_space, parse_i32, parse_i64, trim};
pub use time_span::{SpanOverflow, TimeSpan};

/// Ticks in a second. A tick is 100 ns.
///
/// ```
/// assert_eq!(duplicati_retention::dotnet::TICKS_PER_SECOND, 10_000_000);
/// ```
pub const TICKS_PER_SECOND: i64 = 10_000_000;
/// Ticks in a day of 24 hours.
///
/// ```
/// assert_eq!(duplicati_retention::dotnet::TICKS_PER_DAY, 864_000_000_000);
/// ```
pub const TICKS_PER_DAY: i64 = 86_400 * TICKS_PER_SECOND;
