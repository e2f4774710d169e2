//! Backups from every place they come from.

#[cfg(feature = "database")]
mod access;
#[cfg(feature = "database")]
mod contents;
mod counts;
#[cfg(feature = "database")]
mod database;
mod files;
mod job_texts;
mod lines;
mod list;
mod log;
mod os_words;
#[cfg(feature = "database")]
mod past;
#[cfg(feature = "database")]
mod real;
#[cfg(feature = "database")]
mod sample;
#[cfg(feature = "database")]
mod server;
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
