//! Retention again and again: what holds over time.

use super::answer::{Answer, AnswerPart};
use super::case::Case;
use super::frames::Frames;
use super::invariant::{Check, CheckResult, Invariant, Part, ensure};
use super::options::deleted;
use crate::clock::Utc;
use crate::dotnet::TimeSpan;
use crate::forecast::gap_bound;
use crate::policy::PairIndex;

pub(super) const NEVER_BACK: Invariant = Invariant {
    id: "never-back",
    part: Part::Timeline,
    statement: "A version that a step deletes is in no later history, and a version that it keeps \
                is in the next.",
    needs: &[AnswerPart::Deletes],
    check: Check::Timeline(|steps| {
        for (index, (case, answer)) in steps.iter().enumerate() {
            let Some(deleted) = deleted(case, answer) else { continue };
            let has =
                |case: &Case, time: Utc| case.backups().iter().any(|backup| backup.time == time);
            for (version, &is_deleted) in deleted.iter().enumerate() {
                let time = case.versions()[version].time;
                // Versions with one time cannot be distinguished afterwards, and Duplicati cannot
                // delete one of them.
                if case.backups().iter().filter(|backup| backup.time == time).count() > 1 {
                    continue;
                }
                let later = &steps[index + 1..];
                let back = later.iter().position(|(later, _)| has(later, time));
                ensure(!is_deleted || back.is_none(), || {
                    format!("version {version} of step {index} ({time}) was deleted and is back")
                })?;
                let lost = later.first().is_some_and(|(next, _)| !has(next, time));
                ensure(is_deleted || !lost, || {
                    format!("version {version} of step {index} ({time}) survived and is lost")
                })?;
            }
        }
        Ok(())
    }),
};

pub(super) const GAP_BOUND: Invariant = Invariant {
    id: "gap-bound",
    part: Part::Timeline,
    statement: "With one policy, full backups, a steady clock and starts at most S apart, a \
                survivor in frame k and the next survivor are at most S + (INTERVAL₁ − 1 s) + … + \
                (INTERVALₖ − 1 s) apart.",
    needs: &[AnswerPart::Deletes, AnswerPart::PolicyDeletes],
    check: Check::Timeline(|steps| {
        bound_gaps(steps, deleted, |frames, pair, longest| {
            gap_bound(frames.pairs, PairIndex::new(pair), longest)
        })
    }),
};

/// For each version whether an answer deletes it, if that was decided.
type Deleted = fn(&Case, &Answer) -> Option<Vec<bool>>;

/// Fine if no gap between a survivor in the frame of a pair and the next one is longer than the
/// bound, which depends on the longest distance between two starts.
pub(super) fn bound_gaps(
    steps: &[(Case, Answer)],
    deleted: Deleted,
    bound: fn(&Frames, usize, TimeSpan) -> TimeSpan,
) -> CheckResult {
    let Some(longest) = steady_timeline(steps) else { return Ok(()) };
    for (case, answer) in steps {
        let (Some(frames), Some(deleted)) = (Frames::of(case, answer), deleted(case, answer))
        else {
            continue;
        };
        let left: Vec<usize> = (0..deleted.len()).filter(|&version| !deleted[version]).collect();
        for neighbours in left.windows(2) {
            let (later, earlier) = (neighbours[0], neighbours[1]);
            let Some(pair) = frames.frame_of[earlier] else { continue };
            let (gap, bound) = (frames.distance(later, earlier), bound(&frames, pair, longest));
            ensure(gap <= bound, || {
                let at = format!("at {} the next survivor after version {earlier}", case.now());
                format!("{at} is {gap} later, more than {bound}")
            })?;
        }
    }
    Ok(())
}

/// The longest distance between two starts, if the conditions of the gap bound hold all the time.
fn steady_timeline(steps: &[(Case, Answer)]) -> Option<TimeSpan> {
    let (first, _) = steps.first()?;
    let pairs = first.pairs()?;
    let offset = |case: &Case| case.local_now().ticks() - case.now().ticks();
    let mut starts: Vec<Utc> = Vec::new();
    let mut before = Utc::MIN;
    for (case, answer) in steps {
        let only_policy = case
            .options()
            .iter()
            .all(|(name, text)| *name == "retention-policy" || text.is_empty());
        let same = case.pairs() == Some(pairs) && answer.no_plan().is_none() && only_policy;
        let forward = case.now() >= before && offset(case) == offset(first);
        let plain = case.versions().iter().enumerate().all(|(version, backup)| {
            let steady = case.local_time(version).ticks() - backup.time.ticks() == offset(first);
            !backup.partial && backup.locked_until.is_none() && backup.time <= case.now() && steady
        });
        let distinct = case.versions().windows(2).all(|pair| pair[0].time != pair[1].time);
        if !(same && forward && plain && distinct) {
            return None;
        }
        before = case.now();
        starts.extend(case.versions().iter().map(|backup| backup.time));
    }
    starts.sort_unstable();
    starts.windows(2).map(|pair| pair[1].since(pair[0])).max()
}
