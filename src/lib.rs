//! See what a Duplicati retention policy will delete, and why, before it happens.
//!
//! [Duplicati](https://duplicati.com) thins old versions of a backup by a policy such as
//! `1W:1D,4W:1W,12M:1M`. This crate reproduces exactly how four of its releases read such a text
//! and decide with it. Data flows one way:
//!
//! * a text becomes a [`Policy`](policy::Policy),
//! * a source (the job's database, remote file names, a list of times) becomes a
//!   [`History`](history::History),
//! * both, together with the present, become a [`Plan`](retention::Plan): for every version whether
//!   it is deleted, and why.
//!
//! `examples/plan.rs` walks through these steps. To verify an implementation of your own, read
//! `examples/implement.rs`.
//!
//! The present and the time zone are always arguments. Only the feature `cli`, the command, reads a
//! clock, an environment variable or the machine's zone, and only it prints; turn it off with
//! `default-features = false`.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod advice;
#[cfg(feature = "cli")]
pub mod cli;
pub mod clock;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod dotnet;
pub mod forecast;
mod gallop;
pub mod history;
#[cfg(feature = "verification")]
pub mod invariants;
pub mod policy;
pub mod release;
pub mod report;
pub mod retention;
mod shard;
pub mod sources;
#[cfg(feature = "verification")]
pub mod testing;

pub use release::{DetectedRelease, Release};
pub use shard::Shard;
