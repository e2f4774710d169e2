//! What a user would expect and Duplicati does not do.
//!
//! These are written and checked like the invariants, but they are *not* kept: for each there is a
//! case in `samples/findings.jsonl` that breaks it, or a timeline in the tests, and
//! `docs/findings.md` says what to do. A test fails if the reference ever begins to satisfy one.

use super::answer::{Answer, AnswerPart, NoPlan};
use super::case::Case;
use super::frames::Frames;
use super::invariant::{Check, CheckResult, Invariant, Part, ensure, forbid, list};
use super::options::{allows_full_removal, deleted as deletes};
use super::plans::in_words;
use super::{grammar, timelines};
use crate::Release;
use crate::clock::Zone;
use crate::dotnet::{TICKS_PER_DAY, TICKS_PER_SECOND, TimeSpan};
use crate::history::Backup;

/// Every expectation.
pub const EXPECTATIONS: &[Invariant] = &[
    TRUE_NEWEST,
    LATEST_REAL,
    FULL_SURVIVES,
    LAST_VERSION,
    NEVER_FAILS,
    CAN_BE_DONE,
    ZONE,
    DAILY,
    PROMISE,
    LONGER_FRAME,
    SHORTER_INTERVAL,
    ONE_MORE,
    LATER_RELEASE,
    YEAR,
    LARGER_NUMBER,
    WEB_PAGE_THEN_SERVER,
    SERVER_THEN_WEB_PAGE,
    ACCEPTED_RUNS,
];

const fn expectation(id: &'static str, statement: &'static str, check: Check) -> Invariant {
    // Only for answers with every part.
    let needs = &[
        AnswerPart::Policy,
        AnswerPart::WebPage,
        AnswerPart::BackupCheck,
        AnswerPart::Decisions,
        AnswerPart::Blockers,
    ];
    Invariant { id, part: Part::Expectation, statement, needs, check }
}

/// Whether the check before a backup passes.
fn passes(answer: &Answer) -> bool {
    answer.passes_backup_check == Some(true)
}

/// For each version whether it is deleted in the end, where only a policy decides that Duplicati
/// would run with.
fn deleted(case: &Case, answer: &Answer) -> Option<Vec<bool>> {
    deletes(case, answer).filter(|_| case.only_the_policy_deletes() && passes(answer))
}

/// Fine if what survived first survives then. Versions that the second case adds stand behind those
/// of the first.
fn keeps_as_much(first: (&Case, &Answer), second: (&Case, &Answer)) -> CheckResult {
    let (Some(before), Some(after)) = (deleted(first.0, first.1), deleted(second.0, second.1))
    else {
        return Ok(());
    };
    let lost =
        (0..before.len()).find(|&version| !before[version] && after.get(version) == Some(&true));
    forbid(lost, |lost| {
        let (text, release) = (second.0.policy_text(), second.0.release());
        format!("version {lost} survives, but not with {text:?} in {release}")
    })
}

/// The versions that are deleted, as people list them.
fn numbers(deleted: Option<Vec<bool>>) -> String {
    let deleted = deleted.unwrap_or_default();
    list(&(0..deleted.len()).filter(|&version| deleted[version]).collect::<Vec<_>>())
}

/// The case with the frame and the interval of a single pair changed, in seconds.
fn with_pair(case: &Case, change: fn(i64, i64) -> (i64, i64)) -> Option<Case> {
    let [pair] = case.pairs()? else { return None };
    let pair = Some(pair).filter(|pair| !pair.is_unlimited())?;
    let (frame, interval) = change(pair.frame().whole_seconds(), pair.interval().whole_seconds());
    Some(case.with_option("retention-policy", &format!("{frame}:{interval}")))
}

const TRUE_NEWEST: Invariant = expectation(
    "true-newest-survives",
    "The newest backup survives.",
    Check::Answer(|case, answer| {
        let gone = deleted(case, answer).and_then(|deleted| deleted.first().copied());
        ensure(gone != Some(true) || allows_full_removal(case), || "version 0 is deleted")
    }),
);

const LATEST_REAL: Invariant = expectation(
    "latest-real-survives",
    "The newest backup that does not lie in the future survives.",
    Check::Answer(|case, answer| {
        let Some(deleted) = deleted(case, answer).filter(|_| !allows_full_removal(case)) else {
            return Ok(());
        };
        let latest = case.versions().iter().position(|backup| backup.time <= case.now());
        forbid(latest.filter(|&latest| deleted[latest]), |latest| {
            format!("version {latest} is deleted")
        })
    }),
);

const FULL_SURVIVES: Invariant = expectation(
    "full-backup-survives",
    "A full backup survives if there was one.",
    Check::Answer(|case, answer| {
        let Some(deleted) = deleted(case, answer).filter(|_| !allows_full_removal(case)) else {
            return Ok(());
        };
        let mut full =
            (0..deleted.len()).filter(|&version| !case.versions()[version].partial).peekable();
        let had_one = full.peek().is_some();
        ensure(
            !had_one || full.any(|version| !deleted[version]),
            || "only partial backups are left",
        )
    }),
);

const LAST_VERSION: Invariant = expectation(
    "last-version-survives",
    "The last version is never deleted, as the documentation says.",
    Check::Answer(|case, answer| {
        let all = deleted(case, answer).is_some_and(|all| !all.is_empty() && !all.contains(&false));
        ensure(!all, || "every version is deleted")
    }),
);

const NEVER_FAILS: Invariant = expectation(
    "accepted-never-fails",
    "A policy that passes every check never makes a run fail.",
    Check::Answer(|case, answer| {
        let fails = answer.no_plan() == Some(&NoPlan::Fails) && case.only_the_policy_deletes();
        ensure(!fails || !passes(answer), || format!("{:?} fails", case.policy_text()))
    }),
);

const CAN_BE_DONE: Invariant = expectation(
    "decided-can-be-done",
    "What is decided can be carried out.",
    Check::Answer(|_, answer| {
        let mut blockers = answer.blockers.iter().flatten();
        let blocker = blockers.find(|blocker| blocker.fails_while_deleting());
        forbid(blocker, |blocker| format!("the deletion fails: {}", in_words(blocker)))
    }),
);

const ZONE: Invariant = expectation(
    "zone-does-not-matter",
    "The time zone does not matter.",
    Check::Metamorphic {
        related: |case, _| {
            let elsewhere = case.zone() != Zone::UTC;
            elsewhere.then(|| case.with_zone(Zone::UTC))
        },
        check: |first, second| {
            let (here, there) = (deleted(first.0, first.1), deleted(second.0, second.1));
            ensure(here == there, || {
                let zone = first.0.history().zone().name();
                format!("in {zone} it deletes {}, and in UTC {}", numbers(here), numbers(there))
            })
        },
    },
);

const DAILY: Invariant = expectation(
    "jitter-loses-no-day",
    "Of full backups each day, an hour earlier or later, an interval of a day deletes none inside \
     its frame.",
    Check::Answer(|case, answer| {
        let (Some(frames), Some(deleted)) = (Frames::of(case, answer), deleted(case, answer))
        else {
            return Ok(());
        };
        let hour = TICKS_PER_DAY / 24;
        let daily = frames.pairs.len() == 1 && frames.pairs[0].interval().ticks() == TICKS_PER_DAY;
        let steady = case.by_local_time().windows(2).all(|pair| {
            let distance = frames.distance(pair[0], pair[1]).ticks();
            (TICKS_PER_DAY - hour..=TICKS_PER_DAY + hour).contains(&distance)
        });
        let full = case.versions().iter().all(|backup| !backup.partial);
        let lost =
            frames.inside(0).find(|&version| deleted[version]).filter(|_| daily && steady && full);
        forbid(lost, |lost| format!("version {lost} is deleted"))
    }),
);

const PROMISE: Invariant = expectation(
    "interval-is-promised",
    "With steady backups at most S apart, survivors in a frame are at most S and its INTERVAL \
     apart.",
    Check::Timeline(|steps| {
        timelines::bound_gaps(steps, deleted, |frames, pair, longest| {
            longest.checked_add(frames.pairs[pair].interval()).unwrap_or(TimeSpan::MAX)
        })
    }),
);

const LONGER_FRAME: Invariant = expectation(
    "longer-frame-keeps-more",
    "A longer frame never keeps less.",
    Check::Metamorphic {
        related: |case, _| {
            with_pair(case, |frame, interval| (frame.saturating_add(86_400), interval))
        },
        check: keeps_as_much,
    },
);

const SHORTER_INTERVAL: Invariant = expectation(
    "shorter-interval-keeps-more",
    "Half an interval keeps whatever the whole one keeps.",
    Check::Metamorphic {
        related: |case, _| with_pair(case, |frame, interval| (frame, interval / 2)),
        check: keeps_as_much,
    },
);

const ONE_MORE: Invariant = expectation(
    "one-more-costs-none",
    "One more backup, older than all others, never costs another one.",
    Check::Metamorphic {
        related: |case, _| {
            let oldest = case.versions().last()?.time;
            let older = oldest.checked_sub(TimeSpan::from_ticks(3600 * TICKS_PER_SECOND)).ok()?;
            let backups = [case.backups(), &[Backup::full(older)]].concat();
            Some(case.with_backups(backups, case.now()))
        },
        check: keeps_as_much,
    },
);

const LATER_RELEASE: Invariant = expectation(
    "later-release-keeps-as-much",
    "A later release keeps what an earlier one kept.",
    Check::Metamorphic {
        related: |case, _| {
            let later = Release::ALL.into_iter().find(|&release| release > case.release())?;
            Some(case.with_release(later))
        },
        check: keeps_as_much,
    },
);

const YEAR: Invariant = expectation(
    "twelve-months-are-a-year",
    "Twelve months are as long as a year.",
    Check::Metamorphic {
        related: |case, _| {
            let text = case.policy_text();
            text.starts_with("12M:")
                .then(|| case.with_option("retention-policy", &text.replacen("12M", "1Y", 1)))
        },
        check: |(case, first), (_, second)| {
            ensure(first.policy == second.policy, || {
                let shown = |answer: &Answer| answer.shown.clone().unwrap_or_default();
                format!("{:?} is {}, with 1Y {}", case.policy_text(), shown(first), shown(second))
            })
        },
    },
);

const LARGER_NUMBER: Invariant = expectation(
    "number-is-not-wrapped",
    "A frame of N weeks, months or years is at least N times 7, 28 or 365 days long.",
    Check::Answer(|case, answer| {
        let Some(Ok(policy)) = &answer.policy else { return Ok(()) };
        let entries = case.policy_text().split(',').filter(|entry| !entry.is_empty());
        for (entry, pair) in entries.zip(policy.pairs()) {
            let frame = entry.split(':').next().unwrap_or_default();
            let days = match frame.chars().next_back() {
                Some('W') => 7,
                Some('M') => 28,
                Some('Y') => 365,
                _ => continue,
            };
            let Some(number) = grammar::integer(&frame[..frame.len() - 1]) else { continue };
            let least = number.saturating_mul(days * i128::from(TICKS_PER_DAY));
            ensure(i128::from(pair.frame().ticks()) >= least, || {
                format!("{frame} is {}", pair.frame())
            })?;
        }
        Ok(())
    }),
);

const WEB_PAGE_THEN_SERVER: Invariant = expectation(
    "web-page-then-server",
    "What the classic web page accepts the server accepts.",
    Check::Answer(|case, answer| {
        ensure(
            answer.web_page_accepts != Some(true) || matches!(answer.policy, Some(Ok(_))),
            || format!("the server refuses {:?}", case.policy_text()),
        )
    }),
);

const SERVER_THEN_WEB_PAGE: Invariant = expectation(
    "server-then-web-page",
    "What the server accepts and can run with the classic web page accepts.",
    Check::Answer(|case, answer| {
        let some = matches!(&answer.policy, Some(Ok(policy)) if !policy.pairs().is_empty());
        let runs = some && passes(answer);
        ensure(!runs || answer.web_page_accepts == Some(true), || {
            format!("the web page refuses {:?}", case.policy_text())
        })
    }),
);

const ACCEPTED_RUNS: Invariant = expectation(
    "accepted-runs",
    "A policy that the web page and the server accept is not refused before a backup.",
    Check::Answer(|case, answer| {
        let accepted =
            answer.web_page_accepts == Some(true) && matches!(answer.policy, Some(Ok(_)));
        ensure(!accepted || passes(answer), || format!("{:?} is refused", case.policy_text()))
    }),
);
