//! What a policy delivers over the years: retention applied after every backup of a schedule.
//!
//! A [`Schedule`] makes the starts of backups, with jitter, misses and holidays, by the clock of a zone. [`simulate`] lets each
//! of them be a backup with retention at its end, and [`Delivered`] counts what is there for a person to restore: how many
//! versions each frame holds and how far apart they stand, against what the policy seems to promise.
//!
//! [`compose`] goes the other way: from what a person wishes to the policy that delivers it, and [`fulfilment`] tells what any policy
//! delivers of such wishes.
//!
//! [`departures`] follows the versions that are there now until each of them goes. A [`Job`] is what Duplicati's page exports: the options
//! that decide, and the schedule.
//!
//! This room does not know the terminal. The same seed gives the same forecast.

mod bound;
mod compose;
mod days;
mod delivered;
mod departures;
mod fulfilment;
mod job;
mod mend;
mod outcome;
mod rhythm;
mod runs;
mod schedule;
mod simulation;
mod spread;

pub use bound::{gap_bound, longest_distance};
pub use compose::{Composed, Condition, Impossible, Promise, Wish, compose};
pub use days::{Days, UnknownDay};
pub use delivered::{Delivered, FrameDelivered, Reach};
pub use departures::{Departure, departures};
pub use fulfilment::{Fulfilment, Kept, fulfilment};
pub use job::{Job, JobError, JobSchedule};
pub use mend::mend;
pub use outcome::Outcome;
pub use runs::{Forecast, Found};
pub use schedule::{Off, Schedule, Start};
pub use simulation::{Simulation, simulate};
pub use spread::Range;
