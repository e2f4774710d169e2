//! The reasons: their numbers are true of the case, and together they justify the answer.

use super::answer::{Answer, AnswerPart};
use super::case::Case;
use super::frames::Frames;
use super::invariant::{Check, CheckResult, Invariant, Part, ensure, forbid};
use super::options::{allows_full_removal, decisions, number_to_keep};
use crate::history::VersionNumber;
use crate::policy::PairIndex;
use crate::retention::{KeepVersionsReason, Verdict};

/// An invariant about each version's reason under a policy.
const fn reasons(
    id: &'static str,
    statement: &'static str,
    check: fn(&Case, &Answer) -> CheckResult,
) -> Invariant {
    let needs = &[AnswerPart::Decisions, AnswerPart::PolicyDeletes];
    Invariant { id, part: Part::Reasons, statement, needs, check: Check::Answer(check) }
}

/// Asks about each version's verdict, where there is a policy.
fn each_verdict(
    case: &Case,
    answer: &Answer,
    ask: impl Fn(&Frames, usize, Verdict) -> CheckResult,
) -> CheckResult {
    let (Some(frames), Some(plan)) = (Frames::of(case, answer), decisions(case, answer)) else {
        return Ok(());
    };
    plan.iter()
        .enumerate()
        .try_for_each(|(version, decision)| ask(&frames, version, decision.policy))
}

pub(super) const ONE_FRAME: Invariant = reasons(
    "one-frame",
    "Each backup other than the newest lies in at most one frame: the shortest whose bound is at \
     or before it, of equal frames the first; the reason names its pair.",
    |case, answer| {
        each_verdict(case, answer, |frames, version, verdict| {
            let right = frames.frame_of[version];
            let said = verdict.pair().map(PairIndex::get);
            ensure(said == right, || {
                let name = |pair: Option<usize>| {
                    pair.map_or("no frame".into(), |pair| {
                        format!("the frame {}", frames.name(pair))
                    })
                };
                format!("version {version} is in {}, its reason says {}", name(right), name(said))
            })
        })
    },
);

pub(super) const NUMBERS: Invariant = reasons(
    "reason-numbers",
    "The distance and the age in a reason are those of the case by local time, and a distance is \
     taken from a full backup of the same frame that survives.",
    |case, answer| {
        each_verdict(case, answer, |frames, version, verdict| match verdict {
            Verdict::FarEnough { pair, after, distance }
            | Verdict::Partial { pair, after, distance }
            | Verdict::TooClose { pair, after, distance } => {
                let (pair, after) = (pair.get(), after.get());
                ensure(after < frames.deleted.len(), || format!("version {after} does not exist"))?;
                let right = frames.distance(version, after);
                ensure(distance == right, || {
                    format!("version {version} is {right} after version {after}, not {distance}")
                })?;
                let same_frame = frames.frame_of[after] == Some(pair);
                ensure(same_frame && frames.is_full(after) && !frames.deleted[after], || {
                    let frame = frames.name(pair);
                    format!("version {after} is not a full survivor in the frame {frame}")
                })
            }
            Verdict::OutsideEveryFrame { age } | Verdict::NewestOutsideEveryFrame { age } => {
                let right = frames.case.local_now().since(frames.case.local_time(version));
                ensure(age == right, || format!("version {version} is {right} old, not {age}"))
            }
            _ => Ok(()),
        })
    },
);

pub(super) const CLAIMS: Invariant = reasons(
    "reason-claims",
    "What a reason claims is so: newest, oldest in its frame, no full one before it, keep-all, \
     distance against INTERVAL, full or partial, measured from the last full survivor before it, \
     outside every frame.",
    |case, answer| {
        if let (Some(pairs), Some(plan)) = (case.pairs(), decisions(case, answer)) {
            let unneeded = !pairs.is_empty();
            let claimed =
                plan.iter().position(|decision| (decision.policy == Verdict::NoPolicy) == unneeded);
            forbid(claimed, |version| {
                format!("version {version}: there is a policy or not, and it says otherwise")
            })?;
        }
        each_verdict(case, answer, |frames, version, verdict| {
            let is_newest = version == frames.newest;
            let partial = !frames.is_full(version);
            let holds = match verdict {
                Verdict::NoPolicy => false,
                Verdict::Newest => is_newest,
                Verdict::NewestOutsideEveryFrame { .. } => is_newest && frames.newest_is_outside(),
                Verdict::OutsideEveryFrame { .. } => {
                    !is_newest && frames.shortest_around(version).is_none()
                }
                Verdict::KeepAll { pair } => {
                    frames.pairs.get(pair.get()).is_some_and(|pair| pair.keeps_all())
                }
                Verdict::OldestInFrame { pair } => {
                    frames.inside(pair.get()).next() == Some(version)
                        && !frames.pairs[pair.get()].keeps_all()
                }
                Verdict::NoFullBefore { pair } => {
                    let mut older =
                        frames.inside(pair.get()).take_while(|&other| other != version).peekable();
                    older.peek().is_some() && older.all(|other| !frames.is_full(other))
                }
                Verdict::FarEnough { pair, after, distance } => {
                    is_last_before(frames, pair, version, after)
                        && distance >= frames.pairs[pair.get()].interval()
                }
                Verdict::Partial { pair, after, distance } => {
                    is_last_before(frames, pair, version, after)
                        && distance < frames.pairs[pair.get()].interval()
                        && partial
                }
                Verdict::TooClose { pair, after, distance } => {
                    is_last_before(frames, pair, version, after)
                        && distance < frames.pairs[pair.get()].interval()
                        && !partial
                }
            };
            ensure(holds, || format!("of version {version} this is not so: {}", claim(verdict)))
        })
    },
);

/// What a reason says of its version.
fn claim(verdict: Verdict) -> String {
    match verdict {
        Verdict::NoPolicy => "there is no policy".into(),
        Verdict::Newest => "it is the newest".into(),
        Verdict::NewestOutsideEveryFrame { age } => {
            format!("it is the newest, {age} old and outside every frame")
        }
        Verdict::OutsideEveryFrame { age } => format!("it is {age} old and outside every frame"),
        Verdict::KeepAll { .. } => "its frame keeps all".into(),
        Verdict::OldestInFrame { .. } => "it is the oldest in its frame".into(),
        Verdict::NoFullBefore { .. } => "no full one is before it in its frame".into(),
        Verdict::FarEnough { after, distance, .. } => {
            format!("far enough, {distance} after version {after}")
        }
        Verdict::Partial { after, distance, .. } => {
            format!("partial, {distance} after version {after}")
        }
        Verdict::TooClose { after, distance, .. } => {
            format!("too close, {distance} after version {after}")
        }
    }
}

/// Whether `after` is the last full survivor in the frame before the version.
fn is_last_before(frames: &Frames, pair: PairIndex, version: usize, after: VersionNumber) -> bool {
    let older = frames.inside(pair.get()).take_while(|&other| other != version);
    let last = older.filter(|&other| frames.is_full(other) && !frames.deleted[other]).last();
    last == Some(after.get())
}

pub(super) const JUSTIFY: Invariant = reasons(
    "reasons-justify",
    "The reasons justify the answer exactly: the policy part deletes what is too close, in no \
     frame, or the newest outside every frame where full removal is allowed, and nothing else.",
    |case, answer| {
        each_verdict(case, answer, |frames, version, verdict| {
            let deletes = match verdict {
                Verdict::TooClose { .. } | Verdict::OutsideEveryFrame { .. } => true,
                Verdict::NewestOutsideEveryFrame { .. } => allows_full_removal(frames.case),
                _ => false,
            };
            ensure(frames.deleted[version] == deletes, || {
                let what = if deletes { "survives" } else { "is deleted" };
                format!(
                    "version {version} {what}, which its reason does not justify: {}",
                    claim(verdict)
                )
            })
        })
    },
);

pub(super) const OTHER_OPTIONS: Invariant = Invariant {
    needs: &[AnswerPart::Decisions, AnswerPart::KeepTimeBound],
    ..reasons(
        "reasons-of-other-options",
        "keep-time's reason says by how much a version is older than the bound; keep-versions' \
         says whether the number was reached before it, or it is partial between two full ones \
         that stay.",
        |case, answer| {
            let Some(plan) = decisions(case, answer) else { return Ok(()) };
            let mut full_before = 0;
            for &version in case.by_local_time() {
                let decision = &plan[version];
                if let (Some(reason), Some(bound)) =
                    (decision.keep_time, answer.keep_time_bound.flatten())
                {
                    let right = bound.since(case.local_time(version));
                    ensure(reason.beyond == right, || {
                        format!(
                            "version {version} is {right} older than the bound, not {}",
                            reason.beyond
                        )
                    })?;
                }
                if let Some(reason) = decision.keep_versions {
                    let reached = full_before >= usize::try_from(number_to_keep(case)).unwrap_or(0);
                    ensure((reason == KeepVersionsReason::NumberReached) == reached, || {
                        format!(
                            "version {version}: full versions before it that stay: \
                             {full_before}; its reason says otherwise"
                        )
                    })?;
                }
                let others =
                    decision.named || !decision.policy.keeps() || decision.keep_time.is_some();
                if !others && !case.versions()[version].partial {
                    full_before += 1;
                }
            }
            Ok(())
        },
    )
};
