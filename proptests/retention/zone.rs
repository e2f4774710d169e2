
/// Before standard time offsets have seconds. .NET cuts their distance from the zone's standard
/// offset to minutes.
#[test]
fn an_offset_before_standard_time_is_in_whole_minutes() {
    for (name, time, minutes) in [
        ("Europe/Berlin", "1880-01-01T00:00:00Z", 54),       // 53:28
        ("America/New_York", "1754-01-01T00:00:00Z", -297),  // -4:56:02
        ("Asia/Kathmandu", "1916-01-01T00:00:00Z", 5 * 60 + 42), // 5:41:16
        ("Europe/Dublin", "1711-11-30T00:00:00Z", -25),      // -25:21
        ("Europe/Berlin", "1900-01-01T00:00:00Z", 60),
    ] {
        let zone: Zone = name.parse().unwrap();
        assert_eq!(zone.offset(utc(time)).whole_seconds(), minutes * 60, "{name}");
    }
}
