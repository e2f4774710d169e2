//! Retention again and again: what holds over time.

use super::answer::{Answer, AnswerPart};
use super::case::Case;
use super::frames::Frames;
use super::invariant::{Check, CheckResult, Invariant, Part, ensure};
use super::options::{deleted, number_to_keep};
use crate::clock::{LocalDateTime, Utc};
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
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
            let Some(mut deleted) = deleted(case, answer) else { continue };
            if answer.fails_while_deleting() {
                deleted.fill(false);
            }
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
                let is_back = later.iter().any(|(later, _)| has(later, time));
                ensure(!is_deleted || !is_back || may_be_another(case, time), || {
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

/// Whether Duplicati would also record another moment at this time, so that what is seen again may
/// be a later version.
fn may_be_another(case: &Case, time: Utc) -> bool {
    let zone = case.zone();
    let moments = zone.moments(zone.to_local(time));
    moments.into_iter().any(|moment| moment != time && zone.recorded(moment) == time)
}

pub(super) const GAP_BOUND: Invariant = Invariant {
    id: "gap-bound",
    part: Part::Timeline,
    statement: "With one policy and no other option, no locks, a local clock that is not set back \
                from run to run or from start to start, and starts at most S apart by it, a \
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

/// The longest distance in local time between two starts, if the conditions of the gap bound hold
/// all the time. They are those of the theorem in `proof/`.
fn steady_timeline(steps: &[(Case, Answer)]) -> Option<TimeSpan> {
    let (first, _) = steps.first()?;
    let mut starts: Vec<(Utc, LocalDateTime)> = Vec::new();
    let mut before = LocalDateTime::MIN;
    for (case, _) in steps {
        let same = case.pairs().is_some() && case.pairs() == first.pairs() && policy_decides(case);
        // From run to run the local clock is not set back.
        if !same || case.local_now() < before {
            return None;
        }
        before = case.local_now();
        let seen = starts.len();
        for (version, backup) in case.versions().iter().enumerate().rev() {
            if backup.locked_until.is_some() {
                return None;
            }
            if starts[..seen].iter().any(|(time, _)| *time == backup.time) {
                continue;
            }
            let is_whole = backup.time.ticks() % TICKS_PER_SECOND == 0;
            let is_itself = case.zone().recorded(backup.time) == backup.time;
            if !is_whole || !is_itself {
                return None;
            }
            starts.push((backup.time, case.local_time(version)));
        }
    }
    // Nor from start to start, in the order in which they were made.
    let is_later = |two: &[(Utc, LocalDateTime)]| two[0].0 <= two[1].0 && two[0].1 <= two[1].1;
    if !starts.windows(2).all(is_later) || loses_something(steps) {
        return None;
    }
    starts.windows(2).map(|two| two[1].1.since(two[0].1)).max()
}

/// Whether a version that a step keeps is not in the next, which is another invariant's business.
fn loses_something(steps: &[(Case, Answer)]) -> bool {
    steps.windows(2).any(|two| {
        let ((case, answer), (next, _)) = (&two[0], &two[1]);
        let Some(deleted) = deleted(case, answer) else { return false };
        let is_there = |time: Utc| next.backups().iter().any(|backup| backup.time == time);
        let mut all = case.versions().iter().zip(deleted);
        all.any(|(backup, is_deleted)| !is_deleted && !is_there(backup.time))
    })
}

/// Whether no option but the policy deletes anything.
fn policy_decides(case: &Case) -> bool {
    let is_unset = |name| case.option(name).is_none_or(str::is_empty);
    is_unset("keep-time") && is_unset("version") && number_to_keep(case) <= 0
}
