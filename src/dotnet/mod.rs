//! The part of .NET that decides outcomes: time spans and dates as counts of ticks, and how an
//! integer is read from a text. Ranges, overflow and rounding are .NET's. Where releases of .NET
//! differ, this module has both ways and the caller chooses.
//!
//! It must not know Duplicati: no policy, no backup, no release.
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
pub const TICKS_PER_SECOND: i64 = 10_000_000;
/// Ticks in a day of 24 hours.
pub const TICKS_PER_DAY: i64 = 86_400 * TICKS_PER_SECOND;
