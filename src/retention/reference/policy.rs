//! The retention policy: Duplicati's loop over time frames and backups.
//!
//! The one liberty is that the head of a list is a moving index, where Duplicati removes the first
//! element of an array list; that is what makes Duplicati's loop quadratic and this one not.

use std::cmp::Reverse;

use crate::clock::LocalDateTime;
use crate::history::{History, VersionNumber};
use crate::policy::{Pair, PairIndex, Policy};
use crate::retention::blocker::PlanError;
use crate::retention::decision::Verdict;

/// What the retention policy alone decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyOutcome {
    /// The versions that it deletes, in the order in which Duplicati names them: the thinned ones
    /// frame by frame, the oldest first within a frame; then those in no frame, newest first;
    /// then the newest of all.
    pub deletes: Vec<VersionNumber>,
    /// For each version, by its number, what the policy says of it and why.
    pub verdicts: Vec<Verdict>,
}

/// Applies a retention policy to a history.
///
/// `now` is the local time in the history's zone, to the tick.
///
/// # Errors
/// [`PlanError::FrameBeforeYearOne`] if a time frame reaches further back than .NET's first date:
/// Duplicati's whole operation fails then.
///
/// ```
/// use duplicati_retention::clock::{Utc, Zone};
/// use duplicati_retention::dotnet::TICKS_PER_DAY;
/// use duplicati_retention::history::{Backup, History, VersionNumber};
/// use duplicati_retention::{Release, policy::Policy, retention::reference};
///
/// let day = |count| Utc::MIN.add_units(count, TICKS_PER_DAY).unwrap();
/// let history = History::new((1..=9).map(|count| Backup::full(day(count))).collect(), Zone::UTC);
/// let policy = Policy::parse("5D:2D", Release::V2_3_0)?;
/// let outcome = reference::apply(&policy, &history, Zone::UTC.to_local(day(9)), false)?;
/// // Versions 0 to 8 are 0 to 8 days old. Of those in the frame, 4 and 2 are thinned out; 6, 7
/// // and 8 lie outside.
/// assert_eq!(outcome.deletes, [4, 2, 6, 7, 8].map(VersionNumber::new));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn apply(
    policy: &Policy,
    history: &History,
    now: LocalDateTime,
    allow_full_removal: bool,
) -> Result<PolicyOutcome, PlanError> {
    let mut deletes = Vec::new();
    let mut verdicts = vec![Verdict::NoPolicy; history.len()];
    let mut pairs: Vec<(PairIndex, Pair)> = policy.iter().collect();
    let mut versions: Vec<VersionNumber> = (0..history.len()).map(VersionNumber::new).collect();

    // Newest first by local time, which a clock change can make another order than that of the
    // version numbers. The sort is stable: equal times stay in the order of their numbers.
    versions.sort_by_key(|&version| Reverse(history.local_time(version)));

    // Without a pair or a backup there is nothing to do. The newest is set aside before anything
    // else is looked at.
    let Some((&newest, others)) = versions.split_first().filter(|_| !pairs.is_empty()) else {
        return Ok(PolicyOutcome { deletes, verdicts });
    };
    let mut list = others;
    let mut newest_is_outside = true;

    // From the shortest frame to the longest; equal frames keep the order of the text.
    pairs.sort_by_key(|&(_, pair)| pair.frame());
    for (index, pair) in pairs {
        let bound = if pair.is_unlimited() {
            LocalDateTime::MIN
        } else {
            let frame = pair.frame();
            now.checked_sub(frame)
                .map_err(|_| PlanError::FrameBeforeYearOne { pair: index, frame })?
        };
        if history.local_time(newest) >= bound {
            newest_is_outside = false;
        }

        // Whatever a shorter frame took, a longer one never sees. A backup at the very bound is in.
        let count =
            list.iter().take_while(|&&version| history.local_time(version) >= bound).count();
        let (in_frame, beyond) = list.split_at(count);
        list = beyond;

        // From the oldest to the newest. `last` is the full backup that was kept last.
        let mut last: Option<VersionNumber> = None;
        for (place, &version) in in_frame.iter().rev().enumerate() {
            let distance = last
                .map(|last| (last, history.local_time(version).since(history.local_time(last))));
            let verdict = match distance {
                _ if pair.keeps_all() => Verdict::KeepAll { pair: index },
                None if place == 0 => Verdict::OldestInFrame { pair: index },
                None => Verdict::NoFullBefore { pair: index },
                Some((after, distance)) if distance >= pair.interval() => {
                    Verdict::FarEnough { pair: index, after, distance }
                }
                Some((after, distance)) if history.backup(version).partial => {
                    Verdict::Partial { pair: index, after, distance }
                }
                Some((after, distance)) => Verdict::TooClose { pair: index, after, distance },
            };
            // Only a full backup that is kept is measured from.
            if verdict.keeps() && !history.backup(version).partial {
                last = Some(version);
            }
            if !verdict.keeps() {
                deletes.push(version);
            }
            verdicts[version.get()] = verdict;
        }
    }

    // What is still on the list lies in no frame and is deleted, partial or not.
    let age = |version| now.since(history.local_time(version));
    for &version in list {
        deletes.push(version);
        verdicts[version.get()] = Verdict::OutsideEveryFrame { age: age(version) };
    }

    // The newest is deleted only if it may be, and only if it is older than every frame's bound.
    verdicts[newest.get()] = if newest_is_outside && allow_full_removal {
        deletes.push(newest);
        Verdict::NewestOutsideEveryFrame { age: age(newest) }
    } else {
        Verdict::Newest
    };
    Ok(PolicyOutcome { deletes, verdicts })
}
