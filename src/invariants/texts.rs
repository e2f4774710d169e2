//! How texts are read: the policy, the web page's check, the other options.

use super::answer::{Answer, AnswerPart, NoPlan};
use super::case::Case;
use super::grammar::{self, meaning};
use super::invariant::{Check, CheckResult, Invariant, Part, ensure, list};
use super::options::unreadable;
use crate::Release;
use crate::clock::Utc;
use crate::dotnet::{TICKS_PER_SECOND, TimeSpan};
use crate::policy::Pair;

pub(super) const TOTAL: Invariant = Invariant {
    id: "total",
    part: Part::Text,
    statement: "Every case has an answer: a decision or an error, never a crash.",
    needs: &[],
    check: Check::Answer(|_, answer| match answer.no_plan() {
        Some(NoPlan::Crash(message)) => ensure(false, || format!("it broke down: {message}")),
        _ => Ok(()),
    }),
};

pub(super) const GRAMMAR: Invariant = Invariant {
    id: "grammar",
    part: Part::Text,
    statement: "A policy text is accepted exactly if it follows the documented grammar of its \
                release.",
    needs: &[AnswerPart::Policy],
    check: Check::Answer(|case, answer| {
        let right = case.pairs().is_some();
        let accepted = matches!(answer.policy, Some(Ok(_)));
        ensure(accepted == right, || {
            let verb = if right { "is a policy" } else { "is not a policy" };
            format!("{:?} {verb} in {}", case.policy_text(), case.release())
        })
    }),
};

pub(super) const PAIRS_MEAN: Invariant = Invariant {
    id: "pairs-mean",
    part: Part::Text,
    statement: "The n-th pair of an accepted text is the n-th entry between commas, and its spans \
                are as long as the release's units say.",
    needs: &[AnswerPart::Policy],
    check: Check::Answer(|case, answer| {
        let (Some(Ok(policy)), Some(right)) = (&answer.policy, case.pairs()) else { return Ok(()) };
        ensure(policy.pairs() == right, || {
            let (text, right, got) = (case.policy_text(), exactly(right), exactly(policy.pairs()));
            format!("{text:?} means {right} in {}, not {got}", case.release())
        })
    }),
};

/// The frame and the interval of each pair, exact to the tick.
fn exactly(pairs: &[Pair]) -> String {
    let pair = |pair: &Pair| match pair.is_unlimited() {
        true => format!("U:{}", pair.interval()),
        false => format!("{}:{}", pair.frame(), pair.interval()),
    };
    list(&pairs.iter().map(pair).collect::<Vec<_>>())
}

pub(super) const ERROR_PLACE: Invariant = Invariant {
    id: "error-place",
    part: Part::Text,
    statement: "The place of an error lies inside an entry that is not a pair, between \
                characters, and is not empty; the text before that entry is a policy.",
    needs: &[AnswerPart::Policy],
    check: Check::Answer(|case, answer| {
        let (Some(Err(Some(error))), text) = (&answer.policy, case.policy_text()) else {
            return Ok(());
        };
        let place = &error.range;
        ensure(place.start < place.end && text.get(place.clone()).is_some(), || {
            format!("there is no place from {} to {} in {text:?}", place.start, place.end)
        })?;
        let start = text[..place.start].rfind(',').map_or(0, |comma| comma + 1);
        let end = text[place.start..].find(',').map_or(text.len(), |comma| place.start + comma);
        ensure(place.end <= end && meaning(&text[start..end], case.release()).is_none(), || {
            format!("the place from {} to {} is in no wrong entry", place.start, place.end)
        })?;
        let before = &text[..start.saturating_sub(1)];
        ensure(meaning(before, case.release()).is_some(), || {
            format!("the place from {} in {text:?} lies behind an earlier error", place.start)
        })
    }),
};

pub(super) const BACKUP_CHECK: Invariant = Invariant {
    id: "backup-check",
    part: Part::Text,
    statement: "An accepted policy passes the check before a backup exactly if each pair is \
                unlimited, keeps all, or has an INTERVAL below its FRAME.",
    needs: &[AnswerPart::BackupCheck],
    check: Check::Answer(|case, answer| {
        let passes = answer.passes_backup_check == Some(true);
        let Some(pairs) = case.pairs() else {
            return ensure(!passes, || "a text that is not a policy passes the check");
        };
        let is_fine = |pair: &Pair| {
            let (frame, interval) = (pair.frame(), pair.interval());
            frame == TimeSpan::MAX || interval == TimeSpan::ZERO || interval < frame
        };
        let bad = pairs.iter().find(|pair| !is_fine(pair));
        ensure(passes == bad.is_none(), || match bad {
            Some(pair) => format!("{pair} fails the check, but it says that all pass"),
            None => "every pair passes the check, but it says otherwise".into(),
        })
    }),
};

pub(super) const WEB_PAGE: Invariant = Invariant {
    id: "web-page",
    part: Part::Text,
    statement: "The classic web page accepts a text exactly if it consists of pairs with one \
                comma between neighbours, and each side of a colon is digits and one unit, or `U`.",
    needs: &[AnswerPart::WebPage],
    check: Check::Answer(|case, answer| {
        let right = grammar::web_page_accepts(case.policy_text());
        ensure(answer.web_page_accepts == Some(right), || {
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
    statement: "The options are refused exactly if the policy is not valid, keep-time is not a \
                span, version is not a list, or, in 2.1, keep-versions is not a number.",
    needs: &[AnswerPart::Deletes],
    check: Check::Answer(|case, answer| {
        let is_refused = answer.no_plan() == Some(&NoPlan::Options);
        match unreadable(case) {
            // Who does not say why it refuses may mean this.
            Some(name) => {
                ensure(is_refused || answer.no_plan() == Some(&NoPlan::Unspecified), || {
                    format!("{name} {:?} should be refused", case.option(name).unwrap_or(""))
                })
            }
            None => ensure(!is_refused, || "no option should be refused"),
        }
    }),
};

/// Whether a release can read these pairs in whole seconds.
fn fits(pairs: &[Pair], release: Release) -> bool {
    // 2.1 can hold no span that ends after the year 9999.
    let fits = |span: TimeSpan| {
        let exists = release != Release::V2_1 || Utc::from_ticks(span.ticks()).is_ok();
        exists && span.ticks() % TICKS_PER_SECOND == 0
    };
    pairs.iter().all(|pair| (pair.is_unlimited() || fits(pair.frame())) && fits(pair.interval()))
}

/// The case as a release is asked, with the policy as it was shown, if that loses nothing.
fn shown(case: &Case, answer: &Answer, release: Release) -> Option<Case> {
    let policy = answer.policy.as_ref()?.as_ref().ok()?;
    let text = answer.shown.as_ref().filter(|_| fits(policy.pairs(), release))?;
    Some(case.with_release(release).with_option("retention-policy", text))
}

fn next_release(case: &Case) -> Release {
    let all = Release::ALL;
    let place = all.iter().position(|&release| release == case.release()).unwrap_or_default();
    all[(place + 1) % all.len()]
}

/// The case as the next release is asked, with the policy in bare seconds, which every release
/// reads alike.
pub(super) fn next_release_in_seconds(case: &Case) -> Option<Case> {
    let (pairs, release) = (case.pairs()?, next_release(case));
    let entry = |pair: &Pair| match pair.is_unlimited() {
        true => format!("U:{}", pair.interval().whole_seconds()),
        false => format!("{}:{}", pair.frame().whole_seconds(), pair.interval().whole_seconds()),
    };
    let text = pairs.iter().map(entry).collect::<Vec<_>>().join(",");
    fits(pairs, release).then(|| case.with_release(release).with_option("retention-policy", &text))
}

fn same_pairs((_, first): (&Case, &Answer), (case, second): (&Case, &Answer)) -> CheckResult {
    let policy = |answer: &'_ Answer| answer.policy.clone().and_then(Result::ok);
    ensure(policy(first) == policy(second), || {
        let said = |answer| policy(answer).map_or("refused".into(), |it| exactly(it.pairs()));
        let (text, release) = (case.policy_text(), case.release());
        format!("{text:?} in {release} is {}, not {}", said(second), said(first))
    })
}

pub(super) const ROUND_TRIP: Invariant = Invariant {
    id: "display-round-trip",
    part: Part::Text,
    statement: "A policy of whole seconds is the same after it is displayed and read again.",
    needs: &[AnswerPart::Policy, AnswerPart::Shown],
    check: Check::Metamorphic {
        related: |case, answer| shown(case, answer, case.release()),
        check: same_pairs,
    },
};

pub(super) const SHOWN_EVERYWHERE: Invariant = Invariant {
    id: "display-in-every-release",
    part: Part::Text,
    statement: "The next release reads a displayed policy in the same way, even if its units have \
                other lengths.",
    needs: &[AnswerPart::Policy, AnswerPart::Shown],
    check: Check::Metamorphic {
        related: |case, answer| shown(case, answer, next_release(case)),
        check: same_pairs,
    },
};

pub(super) const RELEASES_AGREE: Invariant = Invariant {
    id: "releases-agree",
    part: Part::Text,
    statement: "A release reads a text like the release before, except for months, years and \
                large numbers since 2.2, large numbers since 2.3.0, and second colons since 2.3.1.",
    needs: &[AnswerPart::Policy],
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
