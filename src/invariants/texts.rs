//! How texts are read: the policy, the web page's check, the other options.

use super::grammar::{self, is_on, meaning};
use super::{Answer, Case, Check, CheckResult, Invariant, NoPlan, Part, ensure};
use crate::Release;
use crate::clock::Utc;
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::policy::{Pair, Policy};

pub(super) const TOTAL: Invariant = Invariant {
    id: "total",
    part: Part::Text,
    statement: "Every case is answered: with a decision or with an error, never with a crash.",
    check: Check::Answer(|_, answer| match &answer.plan {
        Err(NoPlan::Crash(message)) => ensure(false, || format!("it broke down: {message}")),
        _ => Ok(()),
    }),
};

pub(super) const GRAMMAR: Invariant = Invariant {
    id: "grammar",
    part: Part::Text,
    statement: "A policy text is accepted exactly if it follows the documented grammar of its release.",
    check: Check::Answer(|case, answer| {
        let right = meaning(case.policy_text(), case.release()).is_some();
        ensure(answer.policy.is_ok() == right, || {
            let verb = if right { "is a policy" } else { "is no policy" };
            format!("{:?} {verb} in {}", case.policy_text(), case.release())
        })
    }),
};

pub(super) const PAIRS_MEAN: Invariant = Invariant {
    id: "pairs-mean",
    part: Part::Text,
    statement: "The n-th pair of an accepted text is the n-th entry between commas, and its spans are worth what the \
                release makes of the units.",
    check: Check::Answer(|case, answer| {
        let (Ok(policy), Some(right)) =
            (&answer.policy, meaning(case.policy_text(), case.release()))
        else {
            return Ok(());
        };
        let got: Vec<_> = policy.pairs().iter().map(pair_in_ticks).collect();
        ensure(got == right, || {
            format!("{:?} means {right:?} in {}, not {got:?}", case.policy_text(), case.release())
        })
    }),
};

fn pair_in_ticks(pair: &Pair) -> (Option<i64>, i64) {
    ((!pair.is_unlimited()).then(|| pair.frame().ticks()), pair.interval().ticks())
}

pub(super) const ERROR_PLACE: Invariant = Invariant {
    id: "error-place",
    part: Part::Text,
    statement: "The place of an error lies inside the text, between characters, and is not empty; what stands before \
                the entry in which it lies is a policy.",
    check: Check::Answer(|case, answer| {
        let (Err(Some(error)), text) = (&answer.policy, case.policy_text()) else { return Ok(()) };
        let place = &error.range;
        ensure(place.start < place.end && text.get(place.clone()).is_some(), || {
            format!("{place:?} is no place in {text:?}")
        })?;
        let before = &text[..text[..place.start].rfind(',').unwrap_or(0)];
        ensure(meaning(before, case.release()).is_some(), || {
            format!("the place {place:?} in {text:?} lies behind an earlier error")
        })
    }),
};

pub(super) const BACKUP_CHECK: Invariant = Invariant {
    id: "backup-check",
    part: Part::Text,
    statement: "An accepted policy passes the check before a backup exactly if each pair is unlimited, keeps all, or \
                has an INTERVAL below its FRAME.",
    check: Check::Answer(|_, answer| {
        let Ok(policy) = &answer.policy else {
            return ensure(
                !answer.passes_backup_check,
                || "a text that is no policy passes the check",
            );
        };
        let fine = |(frame, interval): (Option<i64>, i64)| {
            frame.is_none_or(|frame| interval == 0 || interval < frame)
        };
        let bad = policy.pairs().iter().map(pair_in_ticks).position(|pair| !fine(pair));
        ensure(answer.passes_backup_check == bad.is_none(), || {
            format!(
                "the first pair that fails the check is {bad:?}, but it says {}",
                answer.passes_backup_check
            )
        })
    }),
};

pub(super) const WEB_PAGE: Invariant = Invariant {
    id: "web-page",
    part: Part::Text,
    statement: "The classic web page accepts a text exactly if it is pairs with one comma between any two, each side of \
                a colon digits and one unit, or `U`.",
    check: Check::Answer(|case, answer| {
        let right = grammar::web_page_accepts(case.policy_text());
        ensure(answer.web_page_accepts == right, || {
            format!(
                "the web page {} {:?}",
                if right { "accepts" } else { "refuses" },
                case.policy_text()
            )
        })
    }),
};

pub(super) const OPTIONS_READ: Invariant = Invariant {
    id: "options-read",
    part: Part::Text,
    statement: "The options are refused exactly if the policy is no policy, keep-time no span, version no list, or \
                keep-versions no number in 2.1.",
    check: Check::Answer(|case, answer| {
        let release = case.release();
        let text = |name| case.option(name).filter(|text| !text.is_empty());
        let bad = [
            ("retention-policy", meaning(case.policy_text(), release).is_none()),
            (
                "keep-time",
                text("keep-time").is_some_and(|text| {
                    // The tolerance reads the text a second time, as a policy's span, and may fail
                    // on its own.
                    grammar::keep_time(text).is_none()
                        || (!is_on(case.option("disable-time-tolerance"))
                            && grammar::ticks(text, release).is_none())
                }),
            ),
            ("version", text("version").is_some_and(|text| grammar::version_list(text).is_none())),
            (
                "keep-versions",
                release.strict_numbers()
                    && text("keep-versions").is_some_and(|text| keep_versions(text).is_none()),
            ),
        ];
        let bad = bad.iter().find(|(_, bad)| *bad).map(|(name, _)| *name);
        ensure((answer.plan == Err(NoPlan::Options)) == bad.is_some(), || match bad {
            Some(name) => format!("{name} {:?} should be refused", case.option(name).unwrap_or("")),
            None => "no option should be refused".to_owned(),
        })
    }),
};

/// The number of keep-versions, if the text is one.
pub(super) fn keep_versions(text: &str) -> Option<i32> {
    grammar::integer(text).and_then(|number| i32::try_from(number).ok())
}

/// Whether every span is a whole number of seconds, which is what the display can write.
fn is_in_whole_seconds(policy: &Policy) -> bool {
    let whole = |span: TimeSpan| span.ticks() % TICKS_PER_SECOND == 0;
    policy
        .pairs()
        .iter()
        .all(|pair| (pair.is_unlimited() || whole(pair.frame())) && whole(pair.interval()))
}

/// The case whose policy is what was shown, if showing it loses nothing.
fn shown(case: &Case, answer: &Answer, release: Release) -> Option<Case> {
    let policy = answer.policy.as_ref().ok().filter(|policy| is_in_whole_seconds(policy))?;
    // 2.1 can hold no span that ends after the year 9999.
    let fits = |span: TimeSpan| release != Release::V2_1 || Utc::from_ticks(span.ticks()).is_ok();
    let all_fit = policy
        .pairs()
        .iter()
        .all(|pair| (pair.is_unlimited() || fits(pair.frame())) && fits(pair.interval()));
    all_fit.then(|| case.with_release(release).with_option("retention-policy", &answer.shown))
}

/// The case as the next release is asked, with the policy as it was shown.
pub(super) fn next_release_as_shown(case: &Case, answer: &Answer) -> Option<Case> {
    let all = Release::ALL;
    let next = all.iter().position(|&release| release == case.release())? + 1;
    shown(case, answer, all[next % all.len()])
}

fn same_pairs((_, first): (&Case, &Answer), (case, second): (&Case, &Answer)) -> CheckResult {
    ensure(first.policy.as_ref().ok() == second.policy.as_ref().ok(), || {
        format!(
            "{:?} in {} is {:?}, not {:?}",
            case.policy_text(),
            case.release(),
            second.policy,
            first.policy
        )
    })
}

pub(super) const ROUND_TRIP: Invariant = Invariant {
    id: "display-round-trip",
    part: Part::Text,
    statement: "A policy of whole seconds, shown and read again, is the same policy.",
    check: Check::Metamorphic {
        related: |case, answer| shown(case, answer, case.release()),
        check: same_pairs,
    },
};

pub(super) const SHOWN_EVERYWHERE: Invariant = Invariant {
    id: "display-in-every-release",
    part: Part::Text,
    statement: "A policy as it is shown is read alike by the next release, whose units may be worth something else.",
    check: Check::Metamorphic { related: next_release_as_shown, check: same_pairs },
};

pub(super) const RELEASES_AGREE: Invariant = Invariant {
    id: "releases-agree",
    part: Part::Text,
    statement: "A release reads a text as the one before did, but for months and years and large numbers since 2.2, \
                large numbers since 2.3.0, and second colons since 2.3.1.",
    check: Check::Metamorphic {
        // Below six digits a side no product is rounded in f64 nor wraps around in 32 bits, and no
        // day lies after 9999.
        related: |case, _| {
            let text = case.policy_text();
            let short = |side: &str| side.bytes().filter(u8::is_ascii_digit).count() <= 5;
            let all_short = text.split([',', ':']).all(short);
            match case.release() {
                // A sum that goes below zero on its way leaves the calendar of 2.1 but not the
                // fixed spans.
                Release::V2_1 if all_short && !text.contains(['M', 'Y', '-']) => {
                    Some(case.with_release(Release::V2_2))
                }
                Release::V2_2 if all_short => Some(case.with_release(Release::V2_3_0)),
                Release::V2_3_0 if text.split(',').all(|entry| entry.matches(':').count() <= 1) => {
                    Some(case.with_release(Release::V2_3_1))
                }
                _ => None,
            }
        },
        check: same_pairs,
    },
};
