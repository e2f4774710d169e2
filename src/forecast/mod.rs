//! What a policy delivers over the years: retention after every backup of a schedule.
//!
//! A [`Schedule`] makes the starts of backups, with jitter, misses and holidays, in a time zone.
//! [`simulate`] makes a backup at each start and then applies the policy. [`Delivered`] records
//! what you could restore: how many versions each frame holds and how far apart they are. A
//! [`Forecast`] does that once or many times, [`gap_bound`] is the widest gap that any schedule can
//! cause, and [`GapBounds`] the better of that and what this schedule cannot exceed.
//!
//! [`compose`] works in the other direction, from [`Goal`]s to a policy, and [`coverage`] measures
//! how well a policy meets goals. [`expiries`] says when each version of a history will be deleted.
//!
//! ```
//! use duplicati_retention::clock::{Utc, Zone};
//! use duplicati_retention::{dotnet::TimeSpan, forecast::*, history::History, policy::Policy};
//! let options = Policy::parse("7D:1D", Default::default())?.into();
//! let day = TimeSpan::from_seconds(86_400)?;
//! let from = Utc::from_unix_seconds(0)?;
//! let daily = Schedule { jitter: TimeSpan::from_seconds(30)?, ..Schedule::every(day) };
//! let starts = daily.starts(Zone::UTC, from, from.add_units(365, day.ticks())?, 1);
//! let mut delivered = Delivered::new(&options, &starts);
//! let watch = |simulation: &_, now| delivered.observe(simulation, now);
//! simulate(&options, &History::new(vec![], Zone::UTC), &starts, watch);
//! // A backup that starts early is deleted, so there are gaps of two days.
//! assert_eq!(delivered.frames()[0].gap.unwrap().max.whole_seconds() / 3600, 48);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It must not know how a forecast is presented. The same seed gives the same forecast. Start with
//! `schedule.rs` and `simulation.rs`.

mod bound;
mod cadence;
mod comparison;
mod compose;
mod coverage;
mod delivered;
mod expiries;
mod guess;
mod histogram;
mod recoverability;
mod runs;
mod schedule;
mod simulation;
mod suggest_margin;
mod suggestions;

pub use bound::{GapBounds, gap_bound, longest_distance};
pub use comparison::ComparedForecast;
pub use compose::{Composed, Condition, Goal, Impossible, Promise, compose};
pub use coverage::{Coverage, GoalResult, coverage};
pub use delivered::{Delivered, FrameDelivered};
pub use expiries::{Expiry, expiries};
pub use histogram::Summary;
pub use recoverability::Recoverability;
pub use runs::{Forecast, ForecastResult};
pub use schedule::{Off, Schedule, Start};
pub use simulation::simulate;
pub use suggest_margin::suggest_margin;
pub use suggestions::{suggestions, with_pair};
