//! What is right, by the reference, in the form of the protocol and of vectors.

use super::protocol::Ask;
use super::vector::{Deleting, Expected, Failure};
use crate::history::VersionNumber;
use crate::invariants::{Answer, Case, NoPlan};
use crate::policy::{Pair, Policy, PolicyError, PolicyProblem, SpanProblem};
use crate::retention::Blocker;
use crate::testing::{Implementation, Reference};

/// An implementation's answer as the protocol and the vectors have it.
pub fn expected(ask: Ask, answer: &Answer) -> Expected {
    let failed = |error| Expected { error: Some(error), ..Expected::default() };
    match (ask, &answer.policy, &answer.deletes) {
        (Ask::Parse, Some(Ok(policy)), _) => Expected {
            pairs: Some(pairs(policy)),
            accepted_for_backup: answer.passes_backup_check,
            ..Expected::default()
        },
        (Ask::Parse, ..) | (Ask::Plan | Ask::Validate, _, Some(Err(NoPlan::Options))) => {
            failed(Failure::Parse)
        }
        (Ask::Validate, ..) if answer.blockers.iter().flatten().any(Blocker::refuses_to_begin) => {
            failed(Failure::Validate)
        }
        (Ask::Validate, _, Some(Ok(_))) => Expected { accepted: Some(true), ..Expected::default() },
        (Ask::Plan, _, Some(Ok(deletes))) => Expected {
            deletes: Some(numbers(deletes)),
            retention_policy_deletes: answer.policy_deletes.as_deref().map(numbers),
            deleting: answer.blockers.as_ref().map(|_| Deleting::of(answer.fails_while_deleting())),
            ..Expected::default()
        },
        (Ask::Plan | Ask::Validate, ..) => failed(Failure::Plan),
    }
}

fn numbers(versions: &[VersionNumber]) -> Vec<usize> {
    versions.iter().map(|version| version.get()).collect()
}

/// The pairs of a policy in whole seconds, as the protocol has them.
fn pairs(policy: &Policy) -> Vec<(Option<i64>, i64)> {
    let frame = |pair: &Pair| (!pair.is_unlimited()).then(|| pair.frame().whole_seconds());
    policy.pairs().iter().map(|pair| (frame(pair), pair.interval().whole_seconds())).collect()
}

/// The right answer by the reference; none where it is not defined, as with dates in place of
/// spans.
pub(super) fn right(ask: Ask, case: &Case) -> Option<Expected> {
    let answer = Reference.answer(case);
    let is_undefined = |error: &PolicyError| {
        matches!(error.problem, PolicyProblem::Span(SpanProblem::Now | SpanProblem::Date))
    };
    if matches!(&answer.policy, Some(Err(Some(error))) if is_undefined(error)) {
        return None;
    }
    let mut right = expected(ask, &answer);
    // What fails only when it decides has begun.
    if ask == Ask::Validate && right.error == Some(Failure::Plan) {
        return None;
    }
    if ask != Ask::Parse {
        if right.error == Some(Failure::Parse)
            && case.option("keep-time").is_some_and(may_be_a_date)
        {
            return None;
        }
        // Where 2.1 lists a version twice and fails, nobody can say what it decides.
        let is_twice = |blocker: &Blocker| matches!(blocker, Blocker::CountedTwice { .. });
        if answer.blockers.iter().flatten().any(is_twice) {
            right.deletes = None;
        }
    }
    Some(right)
}

/// Whether Duplicati may read a text of keep-time as a date, which is not implemented here.
fn may_be_a_date(text: &str) -> bool {
    let is_span = |text: &str| {
        text.bytes().all(|byte| b"0123456789smhdwmy\n".contains(&byte.to_ascii_lowercase()))
    };
    let is_now = crate::dotnet::trim(text).eq_ignore_ascii_case("now");
    !is_span(text) && !is_now && crate::dotnet::parse_i64(text).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Release;
    use crate::clock::{Utc, Zone};
    use crate::history::Backup;

    fn right_of(ask: Ask, name: &'static str, text: &str) -> Option<Option<Failure>> {
        let now = Utc::from_unix_seconds(1_795_428_000).unwrap();
        let options = vec![(name, text.to_owned())];
        let case = Case::new(Release::V2_3_0, options, vec![Backup::full(now)], Zone::UTC, now);
        right(ask, &case).map(|right| right.error)
    }

    #[test]
    fn what_may_be_a_date_has_no_right_answer_but_when_only_the_policy_is_asked_for() {
        for text in ["2020-01-01", "7D x", "Monday", "!"] {
            assert_eq!(right_of(Ask::Plan, "keep-time", text), None, "{text}");
            assert_eq!(right_of(Ask::Validate, "keep-time", text), None, "{text}");
            assert_eq!(right_of(Ask::Parse, "keep-time", text), Some(None), "{text}");
        }
        // Numbers, units and the word for the present are never dates.
        for text in ["5m5", "D", "now", " NOW ", "+99999999999999"] {
            let error = Some(Some(Failure::Parse));
            assert_eq!(right_of(Ask::Plan, "keep-time", text), error, "{text}");
        }
        assert_eq!(right_of(Ask::Plan, "keep-time", "-7D\n"), None);
        assert_eq!(right_of(Ask::Plan, "keep-time", "7D"), Some(None));
        assert_eq!(right_of(Ask::Plan, "retention-policy", "x"), Some(Some(Failure::Parse)));
    }

    #[test]
    fn whether_a_run_begins_is_not_told_by_what_fails_when_it_decides() {
        let before_the_year_one = "5000Y:1D";
        let asked = |ask| right_of(ask, "retention-policy", before_the_year_one);
        assert_eq!(asked(Ask::Plan), Some(Some(Failure::Plan)));
        assert_eq!(asked(Ask::Validate), None);
        assert_eq!(right_of(Ask::Validate, "retention-policy", "7D:1D"), Some(None));
    }
}
