//! The plan as data. `docs/json.md` describes it. Versions are written one by one, so that any
//! number of them needs no memory.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Number, Value, json};

use super::Answer;
use crate::advice::{self, reason};
use crate::cli::check::pair_json;
use crate::clock::{LocalDateTime, Utc};
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::history::VersionNumber;
use crate::policy::PairIndex;
use crate::retention::{Blocker, Decision, KeepVersionsReason, RetainedBecause, Verdict};

pub(super) fn write(answer: &Answer, out: &mut impl Write) -> io::Result<()> {
    let context = &answer.context;
    let plan = &answer.plan;
    let dangers: Vec<Value> = answer
        .dangers
        .iter()
        .map(|danger| json!({ "id": danger.id, "message": danger.message }))
        .collect();
    let blockers: Vec<Value> = plan
        .blockers()
        .iter()
        .map(|blocker| json!({ "id": blocker_id(blocker), "message": advice::blocker(blocker, &answer.labels) }))
        .collect();
    let deleted = plan.deleted_count();
    let head = [
        ("policy", json!(answer.policy)),
        ("job", json!(context.job)),
        ("pairs", answer.options.policy.pairs().iter().map(pair_json).collect()),
        ("release", json!(context.release.name())),
        ("time_zone", json!(context.zone.name())),
        ("time_zone_origin", json!(context.zone_origin)),
        ("now", json!(utc(context.now))),
        ("now_origin", json!(context.now_origin)),
        ("keep_time_bound", json!(plan.keep_time_bound().map(local))),
        ("blockers", json!(blockers)),
        ("dangers", json!(dangers)),
        ("caveats", json!(answer.caveats)),
        (
            "summary",
            json!({ "versions": plan.len(), "stay": plan.len() - deleted, "deleted": deleted }),
        ),
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
    for (version, decision) in answer.history.versions().zip(plan.decisions()) {
        write!(out, "{}\n    ", comma(version.get()))?;
        serde_json::to_writer(&mut *out, &version_json(answer, version, &decision))?;
    }
    writeln!(out, "\n  ]\n}}")
}

/// What stands before an element of a list.
fn comma(place: usize) -> &'static str {
    if place == 0 { "" } else { "," }
}

/// A version as a line of the answer. Its fields are written as they stand, without a tree of
/// values in between: there may be millions of versions.
#[derive(Serialize)]
struct Version {
    version: VersionNumber,
    time: String,
    local_time: String,
    partial: bool,
    locked_until: Option<String>,
    deleted: bool,
    reason: String,
    policy: Policy,
    named: bool,
    keep_time: Option<KeepTime>,
    keep_versions: Option<&'static str>,
    retained_because: Option<&'static str>,
}

#[derive(Serialize)]
struct Policy {
    verdict: &'static str,
    keeps: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pair: Option<PairIndex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after_version: Option<VersionNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distance_seconds: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    age_seconds: Option<Number>,
}

#[derive(Serialize)]
struct KeepTime {
    beyond_seconds: Number,
}

fn version_json(answer: &Answer, version: VersionNumber, decision: &Decision) -> Version {
    let backup = answer.history.backup(version);
    Version {
        version,
        time: utc(backup.time),
        local_time: local(answer.history.local_time(version)),
        partial: backup.partial,
        locked_until: backup.locked_until.map(utc),
        deleted: decision.deleted,
        reason: reason(decision, &answer.labels),
        policy: policy_json(decision.policy),
        named: decision.named,
        keep_time: decision
            .keep_time
            .map(|reason| KeepTime { beyond_seconds: seconds(reason.beyond) }),
        keep_versions: decision.keep_versions.map(|reason| match reason {
            KeepVersionsReason::NumberReached => "number-reached",
            KeepVersionsReason::PartialBetweenFull => "partial-between-full",
        }),
        retained_because: decision.retained_because.map(
            |retained_because| match retained_because {
                RetainedBecause::LastVersion => "last-version",
                RetainedBecause::Locked { .. } => "locked",
            },
        ),
    }
}

fn policy_json(verdict: Verdict) -> Policy {
    let (after, distance, age) = match verdict {
        Verdict::FarEnough { after, distance, .. }
        | Verdict::Partial { after, distance, .. }
        | Verdict::TooClose { after, distance, .. } => (Some(after), Some(distance), None),
        Verdict::OutsideEveryFrame { age } | Verdict::NewestOutsideEveryFrame { age } => {
            (None, None, Some(age))
        }
        _ => (None, None, None),
    };
    Policy {
        verdict: verdict_id(verdict),
        keeps: verdict.keeps(),
        pair: verdict.pair(),
        after_version: after,
        distance_seconds: distance.map(seconds),
        age_seconds: age.map(seconds),
    }
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

fn blocker_id(blocker: &Blocker) -> &'static str {
    match blocker {
        Blocker::IntervalNotBelowFrame { .. } => "interval-not-below-frame",
        Blocker::Combined { .. } => "combined-options",
        Blocker::CountedTwice { .. } => "counted-twice",
        Blocker::SameTime { .. } => "same-time",
    }
}

fn utc(time: Utc) -> String {
    time.rfc_3339()
}

fn local(time: LocalDateTime) -> String {
    time.to_string().replace(' ', "T")
}

/// Seconds as a number, with a fraction only where there is one (`now` has ticks, backups have
/// none).
fn seconds(span: TimeSpan) -> Number {
    match span.ticks() % TICKS_PER_SECOND {
        0 => span.whole_seconds().into(),
        _ => Number::from_f64(span.total_seconds()).unwrap_or_else(|| span.whole_seconds().into()),
    }
}
