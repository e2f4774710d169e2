//! The comparison as data. `docs/json.md` describes it. What there are two of stands in lists of two, the first side first.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Answer, Years};
use crate::advice::{Band, Fate, alarms, reason, refusal};
use crate::cli::check::pair_json;
use crate::dotnet::{DateTime, TimeSpan};
use crate::forecast::{Outcome, Range};

pub(super) fn write(answer: &Answer, out: &mut impl Write) -> io::Result<()> {
    let sides = answer.sides.each_ref().map(|side| {
        json!({
            "policy": side.policy,
            "release": side.release.name(),
            "pairs": side.options.policy.pairs().iter().map(pair_json).collect::<Vec<_>>(),
        })
    });
    let band = |band: &Band| {
        json!({
            "older_than_seconds": band.older_than.whole_seconds(),
            "up_to_seconds": band.up_to.map(TimeSpan::whole_seconds),
            "stays": band.fates.map(fate),
        })
    };
    let json = json!({
        "job": answer.context.job,
        "sides": sides,
        "time_zone": answer.context.zone.name(),
        "now": utc(answer.context.now),
        "notes": answer.notes,
        "ages": answer.bands.iter().map(band).collect::<Vec<_>>(),
        "refusals": [refusals(answer, 0), refusals(answer, 1)],
        "now_deleted": answer.has_source.then(|| now(answer)),
        "over_the_years": answer.years.as_ref().map(over_the_years),
    });
    serde_json::to_writer_pretty(&mut *out, &json)?;
    writeln!(out)
}

fn fate(fate: Fate) -> Value {
    match fate {
        Fate::AllStay => json!({ "all": true }),
        Fate::OneEach(interval) => json!({ "one_each_seconds": interval.whole_seconds() }),
        Fate::Deleted => Value::Null,
    }
}

fn refusals(answer: &Answer, side: usize) -> Vec<String> {
    let labels = &answer.sides[side].labels;
    answer.now.plans[side].refusals().iter().map(|reason| refusal(reason, labels)).collect()
}

fn now(answer: &Answer) -> Value {
    let history = &answer.now.history;
    let only = [0, 1].map(|side| -> Vec<Value> {
        let version = |&version: &usize| {
            let decision = answer.now.plans[side].decision(version);
            json!({
                "version": version,
                "time": utc(history.backup(version).time),
                "partial": history.backup(version).partial,
                "reason": reason(&decision, &answer.sides[side].labels),
            })
        };
        answer.now.only[side].iter().map(version).collect()
    });
    let alarms = answer.now.plans.each_ref().map(|plan| -> Vec<Value> {
        let alarms = alarms(history, plan, answer.context.now);
        alarms.iter().map(|alarm| json!({ "id": alarm.id, "message": alarm.message })).collect()
    });
    json!({
        "versions": history.len(),
        "deleted": answer.now.plans.each_ref().map(|plan| plan.deleted_count()),
        "only": only,
        "alarms": alarms,
    })
}

fn over_the_years(years: &Years) -> Value {
    let spans =
        |range: Range<TimeSpan>| json!([range.least, range.usual, range.most].map(TimeSpan::whole_seconds));
    let counts = |range: Range<usize>| json!([range.least, range.usual, range.most]);
    let [one, other] = &years.outcomes;
    let only = |outcome: &Outcome, other: &Outcome| -> Vec<String> {
        outcome.only_here(other).iter().map(|backup| utc(backup.time)).collect()
    };
    let frames = |outcome: &Outcome| -> Vec<Value> {
        let frames = outcome.delivered.frames();
        let frame = |frame: &crate::forecast::FrameDelivered| json!({ "pair": frame.pair, "versions": counts(frame.versions), "gap_seconds": frame.gap.map(spans) });
        frames.iter().map(frame).collect()
    };
    json!({
        "backups": years.backups,
        "seed": years.seed,
        "counted_since": utc(years.outcomes[0].counted_since),
        "versions": years.outcomes.each_ref().map(|outcome| outcome.delivered.versions().map(counts)),
        "oldest_seconds": years.outcomes.each_ref().map(|outcome| outcome.delivered.oldest().map(spans)),
        "frames": years.outcomes.each_ref().map(frames),
        "only_in_the_end": [only(one, other), only(other, one)],
    })
}

fn utc(time: DateTime) -> String {
    time.to_string().replace(' ', "T") + "Z"
}
