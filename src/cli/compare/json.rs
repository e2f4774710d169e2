//! The comparison as data. `docs/json.md` describes it. What there are two of stands in lists of
//! two, the first side first.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Answer, Years};
use crate::advice::{AgeRange, Outcome, blocker, dangers, reason};
use crate::cli::check::pair_json;
use crate::clock::Utc;
use crate::dotnet::TimeSpan;
use crate::forecast::{ComparedForecast, Summary};
use crate::history::VersionNumber;

pub(super) fn write(answer: &Answer, out: &mut impl Write) -> io::Result<()> {
    let sides = answer.sides.each_ref().map(|side| {
        json!({
            "policy": side.policy,
            "release": side.release.name(),
            "pairs": side.options.policy.pairs().iter().map(pair_json).collect::<Vec<_>>(),
        })
    });
    let age_range = |age_range: &AgeRange| {
        json!({
            "older_than_seconds": age_range.older_than.whole_seconds(),
            "up_to_seconds": age_range.up_to.map(TimeSpan::whole_seconds),
            "stays": age_range.outcomes.map(outcome),
        })
    };
    let json = json!({
        "job": answer.context.job,
        "sides": sides,
        "time_zone": answer.context.zone.name(),
        "now": utc(answer.context.now),
        "caveats": answer.caveats,
        "ages": answer.age_ranges.iter().map(age_range).collect::<Vec<_>>(),
        "blockers": [blockers(answer, 0), blockers(answer, 1)],
        "now_deleted": answer.has_source.then(|| now(answer)),
        "over_the_years": answer.years.as_ref().map(over_the_years),
    });
    serde_json::to_writer_pretty(&mut *out, &json)?;
    writeln!(out)
}

fn outcome(outcome: Outcome) -> Value {
    match outcome {
        Outcome::AllStay => json!({ "all": true }),
        Outcome::OneEach(interval) => json!({ "one_each_seconds": interval.whole_seconds() }),
        Outcome::Deleted => Value::Null,
    }
}

fn blockers(answer: &Answer, side: usize) -> Vec<String> {
    let labels = &answer.sides[side].labels;
    answer.now.plans[side].blockers().iter().map(|reason| blocker(reason, labels)).collect()
}

fn now(answer: &Answer) -> Value {
    let history = &answer.now.history;
    let only = [0, 1].map(|side| -> Vec<Value> {
        let version = |&version: &VersionNumber| {
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
    let dangers = answer.now.plans.each_ref().map(|plan| -> Vec<Value> {
        let dangers = dangers(history, plan, answer.context.now);
        dangers.iter().map(|danger| json!({ "id": danger.id, "message": danger.message })).collect()
    });
    json!({
        "versions": history.len(),
        "deleted": answer.now.plans.each_ref().map(|plan| plan.deleted_count()),
        "only": only,
        "dangers": dangers,
    })
}

fn over_the_years(years: &Years) -> Value {
    let spans = |range: Summary<TimeSpan>| {
        json!([range.min, range.median, range.max].map(TimeSpan::whole_seconds))
    };
    let counts = |range: Summary<usize>| json!([range.min, range.median, range.max]);
    let [one, other] = &years.outcomes;
    let only = |outcome: &ComparedForecast, other: &ComparedForecast| -> Vec<String> {
        outcome.only_here(other).iter().map(|backup| utc(backup.time)).collect()
    };
    let frames = |outcome: &ComparedForecast| -> Vec<Value> {
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

fn utc(time: Utc) -> String {
    time.to_string().replace(' ', "T") + "Z"
}
