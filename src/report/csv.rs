//! The time frames of a forecast as a table for a spreadsheet, as RFC 4180 has it but for plain
//! line feeds.

use std::fmt::Write;

use super::forecast::ForecastReport;
use crate::dotnet::TimeSpan;

const HEAD: &str = "pair,frame,interval,frame_seconds,interval_seconds,\
                    versions_min,versions_median,versions_max,\
                    gap_min_seconds,gap_median_seconds,gap_max_seconds,gap_bound_seconds";

/// The table.
pub fn table(report: &ForecastReport) -> String {
    let seconds = |span: Option<TimeSpan>| {
        span.map_or(String::new(), |span| span.whole_seconds().to_string())
    };
    let mut table = format!("{HEAD}\n");
    for frame in &report.frames {
        let (pair, gap) = (report.pair(frame), frame.gap_seconds);
        let fields = [
            (frame.pair.get() + 1).to_string(),
            field(&pair.frame),
            field(&pair.interval),
            seconds(pair.frame_seconds),
            seconds(Some(pair.interval_seconds)),
            frame.versions.min.to_string(),
            frame.versions.median.to_string(),
            frame.versions.max.to_string(),
            seconds(gap.map(|gap| gap.min)),
            seconds(gap.map(|gap| gap.median)),
            seconds(gap.map(|gap| gap.max)),
            seconds(frame.gap_bound_seconds),
        ];
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{}", fields.join(","));
    }
    table
}

/// A text as a field.
fn field(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
