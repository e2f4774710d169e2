//! The time frames as a table for a spreadsheet, as RFC 4180 has it but for plain line feeds.

use std::io::Write;

use super::Answer;
use crate::cli::failure::Failure;
use crate::dotnet::TimeSpan;

const HEAD: &str = "pair,frame,interval,frame_seconds,interval_seconds,versions_least,versions_usual,versions_most,\
                    gap_least_seconds,gap_usual_seconds,gap_worst_seconds,gap_bound_seconds";

pub(super) fn write(answer: &Answer, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(out, "{HEAD}")?;
    let seconds = |span: Option<TimeSpan>| {
        span.map_or(String::new(), |span| span.whole_seconds().to_string())
    };
    for frame in answer.found.delivered.frames() {
        let pair = answer.policy.pair(frame.pair);
        let fields = [
            frame.pair.ordinal().to_string(),
            field(answer.labels.frame(frame.pair)),
            field(answer.labels.interval(frame.pair)),
            // Nothing where the frame has no end.
            seconds(Some(pair.frame()).filter(|_| !pair.is_unlimited())),
            seconds(Some(pair.interval())),
            frame.versions.min.to_string(),
            frame.versions.median.to_string(),
            frame.versions.max.to_string(),
            seconds(frame.gap.map(|gap| gap.min)),
            seconds(frame.gap.map(|gap| gap.median)),
            seconds(frame.gap.map(|gap| gap.max)),
            seconds(answer.bound(frame.pair)),
        ];
        writeln!(out, "{}", fields.join(","))?;
    }
    Ok(())
}

/// A text as a field.
fn field(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
