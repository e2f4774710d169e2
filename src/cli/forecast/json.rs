//! A forecast as data; docs/json.md describes it.

use std::io::Write;

use serde_json::{Value, json};

use super::Answer;
use crate::cli::check::pair_json;
use crate::cli::failure::Failure;
use crate::clock::Utc;
use crate::dotnet::TimeSpan;
use crate::forecast::{ForecastResult, FrameDelivered, Recoverability, Summary};
use crate::policy::PairIndex;

pub(super) fn write(answer: &Answer, out: &mut impl Write) -> Result<(), Failure> {
    let Answer { context, text, policy, found, mended, .. } = answer;
    let utc = |time: Utc| time.to_string().replace(' ', "T") + "Z";
    let reach = |reach: &Recoverability| {
        json!({
            "age_seconds": reach.age.whole_seconds(),
            "within_seconds": reach.within.map(TimeSpan::whole_seconds),
            "chances": reach.chances,
        })
    };
    let with_bound = |mut frame: Value| {
        let pair = frame["pair"].as_u64().and_then(|pair| usize::try_from(pair).ok());
        frame["gap_bound_seconds"] = json!(
            pair.and_then(|pair| answer.bound(PairIndex::new(pair))).map(TimeSpan::whole_seconds)
        );
        frame
    };
    let delivered = &found.delivered;
    let json = json!({
        "policy": text,
        "job": context.job,
        "pairs": policy.pairs().iter().map(pair_json).collect::<Vec<_>>(),
        "release": context.release.name(),
        "time_zone": context.zone.name(),
        "now": utc(context.now),
        "until": utc(answer.until),
        "seed": answer.seed,
        "forecasts": answer.runs,
        "versions_given": answer.given,
        "caveats": answer.caveats,
        "backups": counts(found.backups),
        "longest_distance_seconds": found.longest.map(TimeSpan::whole_seconds),
        "steady_from": delivered.steady_from().map(utc),
        "runs": delivered.runs(),
        "frames": frames(found).into_iter().map(with_bound).collect::<Vec<_>>(),
        "versions": delivered.versions().map(counts),
        "oldest_seconds": delivered.oldest().map(spans),
        "within_seconds": answer.within.iter().map(|span| span.whole_seconds()).collect::<Vec<_>>(),
        "reach": delivered.reach().iter().map(reach).collect::<Vec<_>>(),
        "in_the_end": found.end.iter().map(|backup| utc(backup.time)).collect::<Vec<_>>(),
        "mended": mended.as_ref().map(|mended| json!({ "policy": mended.text, "frames": frames(&mended.found) })),
    });
    serde_json::to_writer_pretty(&mut *out, &json).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}

fn frames(found: &ForecastResult) -> Vec<Value> {
    let frame = |frame: &FrameDelivered| json!({ "pair": frame.pair, "versions": counts(frame.versions), "gap_seconds": frame.gap.map(spans) });
    found.delivered.frames().iter().map(frame).collect()
}

fn spans(range: Summary<TimeSpan>) -> Value {
    json!([range.min, range.median, range.max].map(TimeSpan::whole_seconds))
}

fn counts(range: Summary<usize>) -> Value {
    json!([range.min, range.median, range.max])
}
