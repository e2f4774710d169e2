//! All options together.

use super::answer::{Answer, AnswerPart};
use super::case::Case;
use super::grammar;
use super::invariant::{Check, CheckResult, Invariant, Part, ensure, forbid, list};
use super::options::{
    allows_full_removal, decisions, deleted, keep_time_bound, number_to_keep, times_named,
};
use crate::clock::{LocalDateTime, Utc};
use crate::history::VersionNumber;
use crate::policy::PairIndex;
use crate::retention::{Blocker, Decision, RetainedBecause};

/// What an invariant about decisions looks at.
type Decided<'a> = (&'a Case, &'a Answer, &'a [Decision]);

/// An invariant about decisions; whether there is one for each version is the first one's business
/// alone.
macro_rules! about_decisions {
    ($id:literal, $statement:expr, $check:expr) => {
        about_decisions!($id, [Decisions], $statement, $check)
    };
    ($id:literal, [$($need:ident),*], $statement:expr, $check:expr) => {
        Invariant {
            id: $id,
            part: Part::Plan,
            statement: $statement,
            needs: &[$(AnswerPart::$need),*],
            check: Check::Answer(|case, answer| {
                let check: fn(Decided) -> CheckResult = $check;
                decisions(case, answer).map_or(Ok(()), |all| check((case, answer, all)))
            }),
        }
    };
}

pub(super) const PARTITION: Invariant = Invariant {
    id: "partition",
    part: Part::Plan,
    statement: "Every version either survives or is deleted, and the policy part lists each that \
                it deletes once.",
    needs: &[AnswerPart::Deletes],
    check: Check::Answer(|case, answer| {
        let Some(Ok(deletes)) = &answer.deletes else { return Ok(()) };
        let count = case.versions().len();
        ensure(deletes.iter().all(|version| version.get() < count), || {
            format!("it deletes {}, and there are {count} versions", list(deletes))
        })?;
        let Some(decisions) = &answer.decisions else { return Ok(()) };
        ensure(decisions.len() == count, || {
            format!("{} decisions about {count} versions", decisions.len())
        })?;
        let gone = (0..count).filter(|&version| decisions[version].deleted);
        ensure(deletes.iter().copied().eq(gone.map(VersionNumber::new)), || {
            format!("it deletes {}, but its decisions say otherwise", list(deletes))
        })?;
        let mut named = answer.policy_deletes.clone().unwrap_or_default();
        named.sort_unstable();
        let gone = (0..count).filter(|&version| !decisions[version].policy.keeps());
        ensure(
            answer.policy_deletes.is_none()
                || named.iter().copied().eq(gone.map(VersionNumber::new)),
            || format!("the policy part names {}, but its reasons say otherwise", list(&named)),
        )
    }),
};

pub(super) const UNION: Invariant = about_decisions!(
    "union",
    "A version is deleted exactly if the policy, keep-time, keep-versions or its number deletes \
     it and nothing retains it.",
    |(_, _, plan)| {
        let wrong = plan.iter().position(|decision| {
            let named = times_named(decision) > 0;
            decision.deleted != (named && decision.retained_because.is_none())
                || (decision.retained_because.is_some() && !named)
        });
        forbid(wrong, |version| {
            format!("version {version} is deleted or not against what its options say")
        })
    }
);

pub(super) const NAMED: Invariant = about_decisions!(
    "named-versions",
    "Exactly the versions whose number is in the option `version`, alone or within a range either \
     way round, are named.",
    |(case, _, plan)| {
        let Some(ranges) = grammar::version_list(case.option("version").unwrap_or("")) else {
            return Ok(());
        };
        let listed = |version: usize| {
            ranges.iter().any(|&(first, last)| first <= version as i64 && version as i64 <= last)
        };
        let wrong = (0..plan.len()).find(|&version| plan[version].named != listed(version));
        forbid(wrong, |version| {
            let list = if listed(version) { "in" } else { "not in" };
            format!("version {version} is {list} the list of versions, and treated otherwise")
        })
    }
);

pub(super) const KEEP_TIME_BOUND: Invariant = about_decisions!(
    "keep-time-bound",
    [Decisions, KeepTimeBound],
    "keep-time's bound is now moved back by the span, unit by unit and by the calendar, minus a \
     hundredth of the span's fixed length, at most an hour, cut to ticks; with no tolerance if \
     that is disabled.",
    |(case, answer, _)| {
        let (right, got) = (keep_time_bound(case).flatten(), answer.keep_time_bound.flatten());
        ensure(got == right, || {
            let (right, got) = (said(right), said(got));
            format!("seen from {}, the bound is {right}, not {got}", case.local_now())
        })
    }
);

/// A time, or the words for a missing one.
fn said<T: ToString>(time: Option<T>) -> String {
    time.map_or("none".into(), |time| time.to_string())
}

/// Whether a full backup stands before the version, newest first by local time.
fn full_before(case: &Case, version: usize) -> bool {
    let newer = case.by_local_time().iter().take_while(|&&other| other != version);
    newer.into_iter().any(|&newer| !case.versions()[newer].partial)
}

pub(super) const KEEP_TIME_SPARES: Invariant = about_decisions!(
    "keep-time-keeps",
    [Decisions, KeepTimeBound],
    "keep-time deletes nothing at or after its bound, and never the newest full backup nor \
     anything newer than that.",
    |(case, answer, plan)| {
        let bound = answer.keep_time_bound.flatten().unwrap_or(LocalDateTime::MIN);
        let wrong = (0..plan.len()).find(|&version| {
            let is_retained = case.local_time(version) >= bound || !full_before(case, version);
            plan[version].keep_time.is_some() && is_retained
        });
        forbid(wrong, |version| {
            format!("version {version} is deleted by keep-time, whose bound is {bound}")
        })
    }
);

pub(super) const KEEP_TIME_DELETES: Invariant = about_decisions!(
    "keep-time-deletes",
    [Decisions, KeepTimeBound],
    "keep-time deletes whatever is older than its bound and has a full backup before it, newest \
     first.",
    |(case, answer, plan)| {
        // Nothing is older than the first tick of time, so a bound there is as good as none.
        let bound = answer.keep_time_bound.flatten().unwrap_or(LocalDateTime::MIN);
        let wrong = (0..plan.len()).find(|&version| {
            let older = case.local_time(version) < bound && full_before(case, version);
            plan[version].keep_time.is_none() && older
        });
        forbid(wrong, |version| {
            format!("version {version} stays, though older than keep-time's bound {bound}")
        })
    }
);

/// What keep-versions chooses from: what the other options left, newest first by local time.
fn left<'a>(case: &'a Case, plan: &'a [Decision]) -> impl DoubleEndedIterator<Item = usize> + 'a {
    let gone = |version: usize| {
        let decision = plan[version];
        decision.named || !decision.policy.keeps() || decision.keep_time.is_some()
    };
    case.by_local_time().iter().copied().filter(move |&version| !gone(version))
}

/// The number of keep-versions if it has any effect: above zero and below the count of what is
/// left.
fn effective_number(case: &Case, plan: &[Decision]) -> Option<usize> {
    let number = usize::try_from(number_to_keep(case)).ok().filter(|&number| number > 0)?;
    (number < left(case, plan).count()).then_some(number)
}

pub(super) const KEEP_VERSIONS_OFF: Invariant = about_decisions!(
    "keep-versions-off",
    "keep-versions deletes nothing if its number is not above zero or not below the count of the \
     versions that the other options left, and nothing that another option deletes.",
    |(case, _, plan)| {
        let active = effective_number(case, plan).is_some();
        let chosen: Vec<usize> = if active { left(case, plan).collect() } else { Vec::new() };
        let wrong = (0..plan.len())
            .find(|version| plan[*version].keep_versions.is_some() && !chosen.contains(version));
        forbid(wrong, |version| {
            format!("version {version} is deleted by keep-versions, which does not apply")
        })
    }
);

pub(super) const KEEP_VERSIONS_NUMBER: Invariant = about_decisions!(
    "keep-versions-number",
    "Of the full backups that the other options left keep-versions keeps its number, the newest \
     by local time.",
    |(case, _, plan)| {
        let Some(number) = effective_number(case, plan) else { return Ok(()) };
        let full = left(case, plan).filter(|&version| !case.versions()[version].partial);
        let wrong = full
            .enumerate()
            .find(|&(place, version)| plan[version].keep_versions.is_some() != (place >= number));
        forbid(wrong, |(place, version)| {
            let numbers = format!("full versions before it: {place}, to be kept: {number}");
            format!("version {version}: {numbers}; it is deleted or kept against that")
        })
    }
);

pub(super) const KEEP_VERSIONS_PARTIALS: Invariant = about_decisions!(
    "keep-versions-partials",
    "Of partial backups keep-versions keeps those newer than every full one, and those behind the \
     last full one if its number was not reached.",
    |(case, _, plan)| {
        let Some(number) = effective_number(case, plan) else { return Ok(()) };
        let is_full = |version: usize| !case.versions()[version].partial;
        let all = left(case, plan).filter(|&version| is_full(version)).count();
        let mut before = 0;
        for version in left(case, plan) {
            if is_full(version) {
                before += 1;
                continue;
            }
            let goes = before >= number || (before > 0 && before < all);
            ensure(plan[version].keep_versions.is_some() == goes, || {
                format!(
                    "partial version {version}: full versions before it: {before} of {all}, to be \
                     kept: {number}; it is deleted or kept against that"
                )
            })?;
        }
        Ok(())
    }
);

pub(super) const NEVER_ALL_GONE: Invariant = Invariant {
    id: "never-all-gone",
    part: Part::Plan,
    statement: "Unless full removal is allowed, something survives.",
    needs: &[AnswerPart::Deletes],
    check: Check::Answer(|case, answer| {
        let fails = answer.fails_while_deleting();
        let Some(deleted) = deleted(case, answer).filter(|_| !fails) else { return Ok(()) };
        let all_gone = !deleted.is_empty() && deleted.iter().all(|&deleted| deleted);
        ensure(!all_gone || allows_full_removal(case), || "every version is deleted")
    }),
};

pub(super) const LAST_VERSION: Invariant = about_decisions!(
    "last-version",
    "If the list of what the options delete, repeats included in 2.1, is as long as the history \
     and full removal is not allowed, its first entry is taken out. That version is retained \
     unless it is on the list again; no other ever is.",
    |(case, _, plan)| {
        let guarded = guarded(case, plan).filter(|&first| listed(case, &plan[first]) == 1);
        let wrong = (0..plan.len()).find(|&version| {
            let is_retained = plan[version].retained_because == Some(RetainedBecause::LastVersion);
            is_retained != (guarded == Some(version))
        });
        forbid(wrong, |version| {
            format!("version {version} is retained as the last one or not, wrongly")
        })
    }
);

/// How often a version is on the list of what is to be deleted.
fn listed(case: &Case, decision: &Decision) -> usize {
    let times = times_named(decision);
    if case.release().counts_repeats() { times } else { times.min(1) }
}

/// The version whose entry the guard takes out, if it does.
fn guarded(case: &Case, plan: &[Decision]) -> Option<usize> {
    let length: usize = plan.iter().map(|decision| listed(case, decision)).sum();
    let applies = length == plan.len() && !allows_full_removal(case);
    plan.iter().position(|decision| times_named(decision) > 0).filter(|_| applies)
}

/// Why looking a version up retains it, if it is to be deleted: its lock, that of the first version
/// of its recorded time; or no version has that time.
fn looked_up(case: &Case, version: usize) -> Option<RetainedBecause> {
    if !case.release().honours_locks() {
        return None;
    }
    let all = case.versions();
    match all.iter().find(|other| other.time == case.recorded(version)) {
        None => Some(RetainedBecause::NotFound),
        Some(first) => {
            let until = first.locked_until.filter(|&until| until > case.now())?;
            Some(RetainedBecause::Locked { until })
        }
    }
}

/// What retains a version when it is looked up, in words.
fn why(because: Option<RetainedBecause>) -> String {
    match because {
        Some(RetainedBecause::Locked { until }) => format!("locked until {until}"),
        Some(RetainedBecause::NotFound) => "not found by its recorded time".into(),
        _ => "not retained".into(),
    }
}

pub(super) const LOCKS: Invariant = Invariant {
    id: "locks",
    part: Part::Plan,
    statement: "Since 2.3.0 a version that would be deleted is retained exactly if the lock of \
                the first version of its recorded time ends after the present, or if there is no \
                version of that time; the reason has the end of the lock. Before 2.3.0 locks have \
                no effect.",
    needs: &[AnswerPart::Deletes],
    check: Check::Answer(|case, answer| {
        if let Some(deleted) = deleted(case, answer) {
            let gone = (0..deleted.len()).find(|&v| deleted[v] && looked_up(case, v).is_some());
            ensure(gone.is_none(), || format!("version {gone:?} is locked and deleted"))?;
        }
        let decisions = decisions(case, answer).unwrap_or_default();
        for (version, decision) in decisions.iter().enumerate() {
            let is_last = decision.retained_because == Some(RetainedBecause::LastVersion);
            let would_go = times_named(decision) > 0 && !is_last;
            let right = if would_go { looked_up(case, version) } else { None };
            let got = decision.retained_because.filter(|_| !is_last);
            ensure(got == right, || {
                let (right, got) = (why(right), why(got));
                format!("version {version} is {right}, and said to be {got}")
            })?;
        }
        Ok(())
    }),
};

/// Whether the blockers of one kind are exactly the right one.
fn same(answer: &Answer, of_kind: fn(&Blocker) -> bool, right: Option<Blocker>) -> CheckResult {
    let blockers = answer.blockers.iter().flatten();
    let got: Vec<&Blocker> = blockers.filter(|blocker| of_kind(blocker)).collect();
    ensure(got.iter().copied().eq(right.iter()), || {
        let got: Vec<String> = got.into_iter().map(in_words).collect();
        let right: Vec<String> = right.iter().map(in_words).collect();
        format!("{} is to be reported, not {}", list(&right), list(&got))
    })
}

/// What Duplicati refuses, as part of a sentence.
pub(super) fn in_words(blocker: &Blocker) -> String {
    match blocker {
        Blocker::IntervalNotBelowFrame { pair } => {
            format!("the interval of pair {}", pair.ordinal())
        }
        Blocker::Combined { options } => format!("{} together", options.join(" and ")),
        Blocker::CannotDecide { error } => format!("that {error}"),
        Blocker::CountedTwice { version } => format!("that two options delete version {version}"),
        Blocker::SameTime { version } => {
            format!("that the time of version {version} is not deleted whole")
        }
    }
}

pub(super) const REFUSES_INTERVAL: Invariant = about_decisions!(
    "refuses-interval",
    [Blockers],
    "It is reported that Duplicati refuses the policy, with the first such pair, exactly if it \
     fails the check before a backup.",
    |(case, answer, _)| {
        let bad = case.pairs().unwrap_or_default().iter().position(|pair| {
            !pair.is_unlimited() && !pair.keeps_all() && pair.interval() >= pair.frame()
        });
        let right = bad.map(|pair| Blocker::IntervalNotBelowFrame { pair: PairIndex::new(pair) });
        same(answer, |blocker| matches!(blocker, Blocker::IntervalNotBelowFrame { .. }), right)
    }
);

pub(super) const REFUSES_COMBINED: Invariant = about_decisions!(
    "refuses-combined",
    [Blockers],
    "It is reported that Duplicati refuses, with their names, exactly if more than one of \
     keep-time, keep-versions and retention-policy is set.",
    |(case, answer, _)| {
        let has_pairs = case.pairs().is_some_and(|pairs| !pairs.is_empty());
        let has_keep_time = case.option("keep-time").is_some_and(|text| !text.is_empty());
        let set = [
            ("keep-time", has_keep_time),
            ("keep-versions", number_to_keep(case) > 0),
            ("retention-policy", has_pairs),
        ];
        let options: Vec<_> =
            set.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name).collect();
        let right = (options.len() > 1).then_some(Blocker::Combined { options });
        same(answer, |blocker| matches!(blocker, Blocker::Combined { .. }), right)
    }
);

pub(super) const REFUSES_REPEATS: Invariant = about_decisions!(
    "refuses-repeats",
    [Decisions, Blockers],
    "It is reported that the deletion fails, with the first version that is on the list twice, \
     exactly if it fails in 2.1 and there is one.",
    |(case, answer, plan)| {
        let right = failure(case, plan).filter(is_repeat);
        same(answer, is_repeat, right)
    }
);

pub(super) const REFUSES_SAME_TIME: Invariant = about_decisions!(
    "refuses-same-time",
    [Decisions, Blockers],
    "It is reported that the deletion fails, with the first version concerned, exactly if no \
     version is on the list twice and the versions of the recorded times of the list are not as \
     many as the list is long.",
    |(case, answer, plan)| {
        let right = failure(case, plan).filter(|blocker| !is_repeat(blocker));
        same(answer, |blocker| matches!(blocker, Blocker::SameTime { .. }), right)
    }
);

fn is_repeat(blocker: &Blocker) -> bool {
    matches!(blocker, Blocker::CountedTwice { .. })
}

/// Why the deletion fails, if it does.
fn failure(case: &Case, plan: &[Decision]) -> Option<Blocker> {
    let guarded = guarded(case, plan);
    let times_listed = |version: usize| match plan[version].deleted {
        true => listed(case, &plan[version]) - usize::from(guarded == Some(version)),
        false => 0,
    };
    let list: Vec<usize> = (0..plan.len())
        .flat_map(|version| std::iter::repeat_n(version, times_listed(version)))
        .collect();
    let all = case.versions();
    let is_listed = |time: Utc| list.iter().any(|&version| case.recorded(version) == time);
    if all.iter().filter(|backup| is_listed(backup.time)).count() == list.len() {
        return None;
    }
    let twice = list.iter().find(|&&version| times_listed(version) > 1);
    let number = |&version: &usize| VersionNumber::new(version);
    if let Some(version) = twice.map(number) {
        return Some(Blocker::CountedTwice { version });
    }
    let is_unequal = |version: &&usize| {
        let time = case.recorded(**version);
        let listed = list.iter().filter(|&&other| case.recorded(other) == time).count();
        all.iter().filter(|backup| backup.time == time).count() != listed
    };
    list.iter().find(is_unequal).map(|version| Blocker::SameTime { version: number(version) })
}
