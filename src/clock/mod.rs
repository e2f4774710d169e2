//! The two clocks that Duplicati reads, and the way from one to the other.
//!
//! Every backup is recorded in UTC. Retention converts to the local time of the machine and
//! compares there.

mod zone;

pub use zone::{UnknownZone, Zone};
