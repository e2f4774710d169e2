//! The plan as data. `docs/json.md` describes it. Versions are written one by one, so that any number of them needs no memory.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Answer;
use crate::advice::{self, reason};
use crate::cli::check::pair_json;
use crate::dotnet::{DateTime, TICKS_PER_SECOND, TimeSpan};
use crate::retention::{Decision, KeepVersionsReason, Refusal, Spared, Verdict};

pub(super) fn write(answer: &Answer, out: &mut impl Write) -> io::Result<()> {
    let context = &answer.context;
    let plan = &answer.plan;
    let alarms: Vec<Value> =
        answer.alarms.iter().map(|alarm| json!({ "id": alarm.id, "message": alarm.message })).collect();
    let refusals: Vec<Value> = plan
        .refusals()
        .iter()
        .map(|refusal| json!({ "id": refusal_id(refusal), "message": advice::refusal(refusal, &answer.labels) }))
        .collect();
    let deleted = plan.deleted_count();
    let head = [
        ("policy", json!(answer.args.options.policy)),
        ("pairs", answer.options.policy.pairs().iter().map(pair_json).collect()),
        ("release", json!(context.release.name())),
        ("time_zone", json!(context.zone.name())),
        ("time_zone_origin", json!(context.zone_origin)),
        ("now", json!(utc(context.now))),
        ("now_origin", json!(context.now_origin)),
        ("keep_time_bound", json!(plan.keep_time_bound().map(local))),
        ("refusals", json!(refusals)),
        ("alarms", json!(alarms)),
        ("notes", json!(answer.notes)),
        ("summary", json!({ "versions": plan.len(), "stay": plan.len() - deleted, "deleted": deleted })),
    ];
    writeln!(out, "{{")?;
    for (name, value) in head {
        writeln!(out, "  \"{name}\": {value},")?;
    }
    write!(out, "  \"retention_policy_deletes\": [")?;
    for (place, version) in plan.policy_deletes().enumerate() {
        write!(out, "{}{version}", comma(place))?;
    }
    write!(out, "],\n  \"versions\": [")?;
    for (version, decision) in plan.decisions().enumerate() {
        write!(out, "{}\n    ", comma(version))?;
        serde_json::to_writer(&mut *out, &version_json(answer, version, &decision))?;
    }
    writeln!(out, "\n  ]\n}}")
}

/// What stands before an element of a list.
fn comma(place: usize) -> &'static str {
    if place == 0 { "" } else { "," }
}

fn version_json(answer: &Answer, version: usize, decision: &Decision) -> Value {
    let backup = answer.history.backup(version);
    json!({
        "version": version,
        "time": utc(backup.time),
        "local_time": local(answer.history.wall(version)),
        "partial": backup.partial,
        "locked_until": backup.locked_until.map(utc),
        "deleted": decision.deleted,
        "reason": reason(decision, &answer.labels),
        "policy": verdict_json(decision.policy),
        "named": decision.named,
        "keep_time": decision.keep_time.map(|reason| json!({ "beyond_seconds": seconds(reason.beyond) })),
        "keep_versions": decision.keep_versions.map(|reason| match reason {
            KeepVersionsReason::NumberReached => "number-reached",
            KeepVersionsReason::PartialBetweenFull => "partial-between-full",
        }),
        "spared": decision.spared.map(|spared| match spared {
            Spared::LastVersion => "last-version",
            Spared::Locked { .. } => "locked",
        }),
    })
}

fn verdict_json(verdict: Verdict) -> Value {
    let mut value = json!({ "verdict": verdict_id(verdict), "keeps": verdict.keeps() });
    if let Some(pair) = verdict.pair() {
        value["pair"] = pair.into();
    }
    match verdict {
        Verdict::FarEnough { after, distance, .. }
        | Verdict::Partial { after, distance, .. }
        | Verdict::TooClose { after, distance, .. } => {
            value["after_version"] = after.into();
            value["distance_seconds"] = seconds(distance);
        }
        Verdict::OutsideEveryFrame { age } | Verdict::NewestOutsideEveryFrame { age } => {
            value["age_seconds"] = seconds(age);
        }
        _ => {}
    }
    value
}

fn verdict_id(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NoPolicy => "no-policy",
        Verdict::Newest => "newest",
        Verdict::NewestOutsideEveryFrame { .. } => "newest-outside-every-frame",
        Verdict::OldestInFrame { .. } => "oldest-in-frame",
        Verdict::NoFullBefore { .. } => "no-full-before",
        Verdict::KeepAll { .. } => "keep-all",
        Verdict::FarEnough { .. } => "far-enough",
        Verdict::Partial { .. } => "partial",
        Verdict::TooClose { .. } => "too-close",
        Verdict::OutsideEveryFrame { .. } => "outside-every-frame",
    }
}

fn refusal_id(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::IntervalNotBelowFrame { .. } => "interval-not-below-frame",
        Refusal::Combined { .. } => "combined-options",
        Refusal::CountedTwice { .. } => "counted-twice",
        Refusal::SameTime { .. } => "same-time",
    }
}

fn utc(time: DateTime) -> String {
    local(time) + "Z"
}

fn local(time: DateTime) -> String {
    time.to_string().replace(' ', "T")
}

/// Seconds as a number, with a fraction only where there is one (`now` has ticks, backups have none).
fn seconds(span: TimeSpan) -> Value {
    match span.ticks() % TICKS_PER_SECOND {
        0 => span.whole_seconds().into(),
        _ => span.total_seconds().into(),
    }
}
