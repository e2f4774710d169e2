//! The unit of every count.

/// Ticks in a second. A tick is 100 ns.
pub const TICKS_PER_SECOND: i64 = 10_000_000;
/// Ticks in a day of 24 hours.
pub const TICKS_PER_DAY: i64 = 86_400 * TICKS_PER_SECOND;
