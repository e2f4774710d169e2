//! `compose`: the policy that delivers what was asked.

use std::io::Write;

use serde_json::{Value, json};

use super::context::{Context, ContextArgs};
use super::failure::Failure;
use super::schedule::ScheduleArgs;
use super::{DONE, screen};
use crate::Release;
use crate::advice::{Assessment, age, list, on_every_layer};
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::forecast::{
    Composed, Fulfilment, Impossible, Kept, Promise, Rhythm, Wish, compose, fulfilment,
};
use crate::policy::{Policy, parse_span};

const EXAMPLES: &str = "\
A wish is kept if, whatever moment of that time one wants to go back to, there is a version from at
most so long before it. Time frames are counted from now and hold one another: daily for 3M, then
weekly for 2Y, is weekly from 3M to 2Y.

Examples:
  duplicati-retention compose --all 7D --daily 3M --weekly 2Y --monthly forever --every 1D --jitter 10m
  duplicati-retention compose --hourly 2D --daily 30D --every 1h --off \"2W every 1Y\"";

/// Compose the policy that delivers what you want, and see what the usual text would deliver
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    wishes: WishArgs,

    #[command(flatten)]
    context: ContextArgs,

    #[command(flatten)]
    schedule: ScheduleArgs,

    /// Answer in JSON, as docs/json.md describes
    #[arg(long, help_heading = "Answer")]
    json: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = true)]
#[command(next_help_heading = "Wishes (one or more; a span, or forever)")]
struct WishArgs {
    /// Every backup of the last SPAN
    #[arg(long, value_name = "SPAN")]
    all: Option<String>,

    /// One for each hour of the last SPAN
    #[arg(long, value_name = "SPAN")]
    hourly: Option<String>,

    /// One for each day of the last SPAN
    #[arg(long, value_name = "SPAN")]
    daily: Option<String>,

    /// One for each week of the last SPAN
    #[arg(long, value_name = "SPAN")]
    weekly: Option<String>,

    /// One for each month (30 days) of the last SPAN
    #[arg(long, value_name = "SPAN")]
    monthly: Option<String>,

    /// One for each year (365 days) of the last SPAN
    #[arg(long, value_name = "SPAN")]
    yearly: Option<String>,
}

/// A wish, and how it was asked.
struct Asked {
    /// Such as `--daily 3M`.
    argument: String,
    /// The pair that people would write for it.
    pair: String,
    wish: Wish,
}

impl WishArgs {
    /// The wishes, those for the shortest interval first.
    fn read(&self, context: &Context) -> Result<Vec<Asked>, Failure> {
        const HOUR: i64 = 3600 * TICKS_PER_SECOND;
        [
            ("all", &self.all, "U", 0),
            ("hourly", &self.hourly, "1h", HOUR),
            ("daily", &self.daily, "1D", TICKS_PER_DAY),
            ("weekly", &self.weekly, "1W", 7 * TICKS_PER_DAY),
            ("monthly", &self.monthly, "1M", 30 * TICKS_PER_DAY),
            ("yearly", &self.yearly, "1Y", 365 * TICKS_PER_DAY),
        ]
        .into_iter()
        .filter_map(|(name, reach, letter, interval)| {
            let reach = reach.as_deref()?;
            let argument = format!("--{name} {reach}");
            Some(read_reach(reach, context.release).map_or_else(
                |error| Err(Failure::new(format!("{argument}: {error}"))),
                |span| {
                    let frame = if span == TimeSpan::MAX { "U" } else { reach };
                    let wish = Wish { interval: TimeSpan::from_ticks(interval), reach: span };
                    Ok(Asked { pair: format!("{frame}:{letter}"), argument, wish })
                },
            ))
        })
        .collect()
    }
}

/// How far back a wish reaches.
fn read_reach(text: &str, release: Release) -> Result<TimeSpan, String> {
    if text.eq_ignore_ascii_case("forever") || text.eq_ignore_ascii_case("U") {
        return Ok(TimeSpan::MAX);
    }
    let span = parse_span(text, release)
        .map_err(|error| format!("{error}; a span such as 7D or 2Y, or forever, is expected"))?;
    if span <= TimeSpan::ZERO {
        return Err("a span above zero such as 7D, or forever, is expected".into());
    }
    Ok(span)
}
