//! What a policy delivers over the years: retention applied after every backup of a schedule.
//!
//! A [`Schedule`] makes the starts of backups, with jitter, misses and holidays, by the clock of a
//! zone. [`simulate`] lets each of them be a backup with retention at its end, and [`Delivered`]
//! counts what is there for a person to restore: how many versions each frame holds and how far
//! apart they stand, against what the policy seems to promise. A [`Forecast`] does that once or
//! many times, and [`gap_bound`] is the widest gap that any schedule could cause.
//!
//! [`compose`] goes the other way: from what a person goals to the policy that delivers it, and
//! [`coverage`] tells what any policy delivers of such goals.
//!
//! [`expiries`] follows the versions that are there now until each of them goes. A [`Job`] is what
//! Duplicati's page exports: the options that decide, and the schedule.
//!
//! This room does not know the terminal. The same seed gives the same forecast.

mod bound;
mod cadence;
mod comparison;
mod compose;
mod coverage;
mod delivered;
mod expiries;
mod histogram;
mod runs;
mod schedule;
mod simulation;
mod suggest_margin;

pub use bound::{gap_bound, longest_distance};
pub use comparison::ComparedForecast;
pub use compose::{Composed, Condition, Goal, Impossible, Promise, compose};
pub use coverage::{Coverage, GoalResult, coverage};
pub use delivered::{Delivered, FrameDelivered, Recoverability};
pub use expiries::{Expiry, expiries};
pub use histogram::Summary;
pub use runs::{Forecast, ForecastResult};
pub use schedule::{Off, Schedule, Start};
pub use simulation::simulate;
pub use suggest_margin::suggest_margin;
