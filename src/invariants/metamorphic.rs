//! Two cases whose answers depend on each other. Above each stands why it is so, and under which
//! conditions.

use super::answer::{Answer, AnswerPart};
use super::case::Case;
use super::invariant::{Check, CheckResult, Invariant, Part, ensure, list};
use super::options::allows_full_removal;
use super::texts::next_release_in_seconds;
use crate::clock::{LocalDateTime, Utc};
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::history::{Backup, VersionNumber};
use crate::policy::Pair;

type Answered<'a> = (&'a Case, &'a Answer);

const fn relation(
    id: &'static str,
    statement: &'static str,
    related: fn(&Case, &Answer) -> Option<Case>,
    check: fn(Answered, Answered) -> CheckResult,
) -> Invariant {
    Invariant {
        id,
        part: Part::Metamorphic,
        statement,
        needs: &[AnswerPart::PolicyDeletes],
        check: Check::Metamorphic { related, check },
    }
}

/// What the policy part deletes, if that was decided.
fn thinned(answered: Answered<'_>) -> Option<&[VersionNumber]> {
    answered.1.policy_deletes.as_deref()
}

fn named(answered: Answered<'_>) -> String {
    thinned(answered).map_or("nothing at all".into(), list)
}

fn same_thinning(first: Answered, second: Answered) -> CheckResult {
    ensure(thinned(first) == thinned(second), || {
        let (first, then) = (named(first), named(second));
        format!("the policy part deletes {first}, and {then} of {}", second.0)
    })
}

/// The pairs, if there are some and backups that they decided about.
fn pairs<'a>(case: &'a Case, answer: &Answer) -> Option<&'a [Pair]> {
    let decided = answer.policy_deletes.is_some() && !case.versions().is_empty();
    case.pairs().filter(|pairs| decided && !pairs.is_empty())
}

/// The entries of a text that is a policy.
fn entries(case: &Case) -> Vec<&str> {
    case.policy_text().split(',').filter(|entry| !entry.is_empty()).collect()
}

// A version's number is its place by true time, and so is the list that everything starts from.
// Without equal times the sorted list is one and the same, whatever order it was made from. Equal
// times keep the given order, hence the condition.
pub(super) const ORDER_OF_INPUT: Invariant = Invariant {
    needs: &[AnswerPart::Deletes],
    ..relation(
        "order-of-input",
        "The order in which the backups are given does not matter, if no two times are equal.",
        |case, _| {
            let times = case.versions();
            let distinct = times.windows(2).all(|pair| pair[0].time != pair[1].time);
            let mut backups = case.backups().to_vec();
            backups.reverse();
            (distinct && backups.len() > 1).then(|| case.with_backups(backups, case.now()))
        },
        |(_, first), (_, second)| {
            ensure(first.clone().about_decisions() == second.clone().about_decisions(), || {
                let deletes = |answer: &Answer| match &answer.deletes {
                    Some(Ok(deletes)) => list(deletes),
                    _ => "nothing at all".into(),
                };
                let (first, second) = (deletes(first), deletes(second));
                format!("reversed, the backups are decided about otherwise: {first}, then {second}")
            })
        },
    )
};

// The pairs are sorted by FRAME before anything is looked at. If all FRAMEs differ there is one
// sorted list.
pub(super) const ORDER_OF_PAIRS: Invariant = relation(
    "order-of-pairs",
    "The order of the pairs does not matter, if no two FRAMEs are equal.",
    |case, answer| {
        let mut frames: Vec<_> = pairs(case, answer)?.iter().map(|pair| pair.frame()).collect();
        frames.sort_unstable();
        let distinct = frames.windows(2).all(|pair| pair[0] != pair[1]);
        let mut reversed = entries(case);
        reversed.reverse();
        (distinct && reversed.len() > 1)
            .then(|| case.with_option("retention-policy", &reversed.join(",")))
    },
    same_thinning,
);

// The sort is stable, so the new pair comes right after one with the same FRAME, whose bound is the
// same. That one took everything down to the bound from the list's head; nothing that is left is at
// or after it.
pub(super) const EQUAL_FRAME: Invariant = relation(
    "equal-frame",
    "A pair with the FRAME of an earlier one does nothing; so of two unlimited pairs only the \
     first counts.",
    |case, answer| {
        let first = pairs(case, answer)?[0];
        let frame = entries(case).first()?.split(':').next()?.to_owned();
        let interval = if first.keeps_all() { "20W" } else { "U" };
        let text = format!("{},{frame}:{interval}", case.policy_text());
        Some(case.with_option("retention-policy", &text))
    },
    same_thinning,
);

// The decision compares local times with each other and with now − FRAME, and takes differences. If
// the local clock shows each time exactly a day later when it is a day later (no clock change is
// crossed), nothing of that changes.
pub(super) const SHIFT: Invariant = relation(
    "shift",
    "Shifting every backup and the present by a day changes nothing, if no clock change comes \
     between.",
    |case, answer| {
        pairs(case, answer)?;
        let day = TimeSpan::from_ticks(TICKS_PER_DAY);
        let later = |time: Utc| time.checked_add(day).ok();
        let moved = |backup: &Backup| {
            let locked_until = backup.locked_until.and_then(later);
            Some(Backup { time: later(backup.time)?, locked_until, ..*backup })
        };
        let backups = case.backups().iter().map(moved).collect::<Option<Vec<_>>>()?;
        let shifted = case.with_backups(backups, later(case.now())?);
        let is_a_day = |after: LocalDateTime, before: LocalDateTime| after.since(before) == day;
        let steady = is_a_day(shifted.local_now(), case.local_now())
            && (0..case.versions().len())
                .all(|version| is_a_day(shifted.local_time(version), case.local_time(version)));
        steady.then_some(shifted)
    },
    same_thinning,
);

// What survives keeps its frame, because a frame depends on its time alone. In a frame the walk
// keeps the same backups: the first is the oldest that survived before, and each full one had its
// distance measured from the same `last`, for deleted ones never become it. The newest is the same,
// unless it went; then all were outside, and nothing is left.
pub(super) const REPLAN: Invariant = relation(
    "replan",
    "Deciding once more about the survivors of the policy part at the same moment deletes nothing.",
    |case, answer| {
        pairs(case, answer)?;
        let gone = thinned((case, answer))?;
        let all = case.versions().iter().enumerate();
        let left = all
            .filter(|(version, _)| !gone.contains(&VersionNumber::new(*version)))
            .map(|(_, backup)| *backup)
            .collect();
        Some(case.with_backups(left, case.now()))
    },
    |_, second| {
        ensure(thinned(second) == Some(&[]), || {
            format!("of {} it deletes {}", second.0, named(second))
        })
    },
);

// It is the last of the list, so it is not the newest, no frame reaches it, and what the frames
// take from the head is as before. It is among the rest, so it goes, the last of them.
pub(super) const OLDER_BACKUP: Invariant = relation(
    "older-backup",
    "A backup older than every bound and every other backup is deleted, and nothing else changes.",
    |case, answer| {
        let longest = pairs(case, answer)?.iter().map(|pair| pair.frame()).max()?;
        let times = case.versions().iter().map(|backup| backup.time);
        // An unlimited frame has no bound that anything could be older than.
        let oldest = times.chain([case.now().checked_sub(longest).ok()?]).min()?;
        // Three days are more than any clock change and any zone.
        let time = oldest.checked_sub(TimeSpan::from_ticks(3 * TICKS_PER_DAY)).ok()?;
        let whole = Utc::from_unix_seconds(time.unix_seconds()).ok()?;
        let mut backups = case.backups().to_vec();
        backups.push(Backup::full(whole));
        Some(case.with_backups(backups, case.now()))
    },
    |first, second| {
        let added = VersionNumber::new(first.0.versions().len());
        let (Some(before), Some(after)) = (thinned(first), thinned(second)) else {
            return ensure(false, || "nothing is decided any more");
        };
        let others = after.iter().copied().filter(|&version| version != added);
        ensure(after.contains(&added) && others.eq(before.iter().copied()), || {
            let (before, after) = (list(before), list(after));
            format!("the policy part deletes {before}, and with version {added} {after}")
        })
    },
);

// A keep-all frame keeps what it takes, which is what lies between its bound and that of the frame
// before it. Two keep-all frames that meet in between take the same together. Below the frame
// before it the new bound would take from that one.
pub(super) const SPLIT_KEEP_ALL: Invariant = relation(
    "split-keep-all",
    "Splitting a frame that keeps all at a point above the frame before it changes nothing.",
    |case, answer| {
        let pairs = pairs(case, answer)?;
        let second = |span: TimeSpan| span.ticks() / TICKS_PER_SECOND;
        let wide = pairs.iter().enumerate().find(|(index, pair)| {
            // Of equal frames only the first counts.
            pair.keeps_all()
                && pairs.iter().position(|other| other.frame() == pair.frame()) == Some(*index)
        });
        let wide = wide?.1.frame();
        let before = pairs.iter().map(|pair| pair.frame()).filter(|&frame| frame < wide).max();
        let before = before.unwrap_or_default();
        // Half way is a point as good as any, no further back than the calendar reaches.
        let end = second(wide).min(case.local_now().ticks() / TICKS_PER_SECOND);
        let at = second(before) + (end - second(before)) / 2;
        let text = format!("{},{at}:U", case.policy_text());
        (at * TICKS_PER_SECOND >= before.ticks())
            .then(|| case.with_option("retention-policy", &text))
    },
    same_thinning,
);

// The switch is looked at once, when the loop is done, and only for the newest.
pub(super) const FULL_REMOVAL: Invariant = relation(
    "full-removal",
    "Whether full removal is allowed makes no difference to any backup but the newest.",
    |case, answer| {
        pairs(case, answer)?;
        let other = if allows_full_removal(case) { "false" } else { "true" };
        Some(case.with_option("allow-full-removal", other))
    },
    |first, second| {
        let newest = first.0.by_local_time().first().copied().map(VersionNumber::new);
        let others = |answered| {
            thinned(answered).map(|gone| {
                gone.iter().copied().filter(|&gone| Some(gone) != newest).collect::<Vec<_>>()
            })
        };
        ensure(others(first) == others(second), || {
            let (first, second) = (named(first), named(second));
            format!("it deletes {first}, and with the switch turned {second}")
        })
    },
);

// Releases differ in how a text becomes pairs and in what is done with the other options. The loop
// is the same.
pub(super) const RELEASES_DECIDE_ALIKE: Invariant = relation(
    "releases-decide-alike",
    "With the same pairs every release thins alike.",
    |case, answer| {
        pairs(case, answer)?;
        let related = next_release_in_seconds(case)?;
        // The other options are read differently, and are no part of this.
        Some(
            ["keep-time", "keep-versions", "version"]
                .iter()
                .fold(related, |case, name| case.with_option(name, "")),
        )
    },
    same_thinning,
);
