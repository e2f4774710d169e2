//! Stub.
use crate::dotnet::DateTime;
/// x
pub fn parse_time(text: &str) -> Result<DateTime, String> {
    let t = chrono::DateTime::parse_from_rfc3339(text).map_err(|e| e.to_string())?;
    DateTime::from_chrono(t.naive_utc()).map_err(|e| e.to_string())
}
