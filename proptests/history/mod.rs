//! Backups from every place they come from.

mod times;

use duplicati_retention::dotnet::DateTime;

/// The time this many seconds after 1970.
fn at(unix_seconds: i64) -> DateTime {
    DateTime::from_unix_seconds(unix_seconds).unwrap()
}
