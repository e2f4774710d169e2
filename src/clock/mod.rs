//! The two clocks that Duplicati reads, and the way from one to the other.
//!
//! Duplicati records each backup in [`Utc`]. Retention converts to the [`LocalDateTime`] of the
//! machine ([`Zone::to_local`]), and decides by comparing there. To mix the two up deletes the
//! newest backup, so they are two types: to compare, subtract or pass one for the other does not
//! compile.
//!
//! ```
//! use duplicati_retention::clock::{Utc, Zone};
//! let berlin: Zone = "Europe/Berlin".parse()?;
//! let backup = Utc::from_unix_seconds(1_795_424_400)?;
//! let now = Utc::from_unix_seconds(1_795_428_000)?;
//! assert!(berlin.to_local(backup) < berlin.to_local(now));
//! assert_eq!(berlin.to_local(now).to_string(), "2026-11-23 11:00:00");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ```compile_fail,E0308
//! # use duplicati_retention::clock::{LocalDateTime, Utc};
//! let is_older = |local: LocalDateTime, now: Utc| local < now;
//! ```
//!
//! ```compile_fail,E0308
//! # use duplicati_retention::clock::{LocalDateTime, Utc};
//! let age = |local: LocalDateTime, now: Utc| now.since(local);
//! ```
//!
//! ```compile_fail,E0308
//! # use duplicati_retention::clock::{LocalDateTime, Utc, Zone};
//! let twice = |local: LocalDateTime| Zone::UTC.to_local(local);
//! ```
//!
//! This module does not know backups. It reads no clock: the present is always an argument.

mod offsets;
mod times;
mod zone;
mod zone_names;

pub use times::{LocalDateTime, Utc};
pub(crate) use zone::STRETCH;
pub use zone::{UnknownZone, ZONE_DATA_VERSION, Zone};
pub use zone_names::ZoneNameError;
