//! What a policy delivers over the years: retention applied after every backup of a schedule.
//!
//! A [`Schedule`] makes the starts of backups, with jitter, misses and holidays, by the clock of a zone. [`simulate`] lets each
//! of them be a backup with retention at its end, and [`Delivered`] counts what is there for a person to restore: how many
//! versions each frame holds and how far apart they stand, against what the policy seems to promise.
//!
//! [`departures`] follows the versions that are there now until each of them goes.
//!
//! This room does not know the terminal. The same seed gives the same forecast.

mod bound;
mod delivered;
mod departures;
mod mend;
mod runs;
mod schedule;
mod simulation;
mod spread;

pub use bound::{gap_bound, longest_distance};
pub use delivered::{Delivered, FrameDelivered, Reach};
pub use departures::{Departure, departures};
pub use mend::mend;
pub use runs::{Forecast, Found};
pub use schedule::{Off, Schedule, Start};
pub use simulation::{Simulation, simulate};
pub use spread::Range;
