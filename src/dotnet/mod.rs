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
mod ticks;
mod time_span;

pub use date_time::{DateTime, Kind, OutOfRange, kind};
pub use integer::{is_white_space, parse_i32, parse_i64, trim};
pub use ticks::{TICKS_PER_DAY, TICKS_PER_SECOND};
pub use time_span::{SpanOverflow, TimeSpan};
