//! Backups from every place they come from.

#[cfg(feature = "database")]
mod access;
#[cfg(feature = "database")]
mod database;
mod files;
mod job_texts;
mod list;
#[cfg(feature = "database")]
mod real;
#[cfg(feature = "database")]
mod sample;
mod times;

use duplicati_retention::clock::Utc;

/// The time this many seconds after 1970.
fn at(unix_seconds: i64) -> Utc {
    Utc::from_unix_seconds(unix_seconds).unwrap()
}

/// The starts of backups, in Unix seconds.
fn starts(listing: &duplicati_retention::sources::Listing) -> Vec<i64> {
    listing.backups.iter().map(|backup| backup.time.unix_seconds()).collect()
}
