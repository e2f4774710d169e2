//! Fresh vectors from a seed, in the format of the vector files.

use super::expected::right;
use super::protocol::{Ask, before_a_backup};
use super::vector::Line;
use crate::Release;
use crate::policy::web_page;
use crate::testing::CaseSeed;

/// The vector of this number of a seed: a line of a vector file, with what the reference answers
/// for each of these releases.
///
/// Policies, histories and options take turns. A release whose answer is not defined is left out.
///
/// ```
/// use duplicati_retention::{Release, conformance::{generate_vector, replay, vector::Vector}};
/// let vector = Vector::parse(&generate_vector(1, 7, &Release::ALL))?;
/// assert!(replay::check(&vector).is_empty());
/// # Ok::<(), duplicati_retention::conformance::vector::VectorError>(())
/// ```
pub fn generate_vector(seed: u64, number: u64, releases: &[Release]) -> String {
    let case = CaseSeed::random(seed, number).case();
    let ask = Ask::ALL[(number % 3) as usize];
    let case = if ask == Ask::Validate { before_a_backup(&case) } else { case };
    let expect = releases.iter().filter_map(|&release| {
        Some((release.name().to_owned(), right(ask, &case.with_release(release))?))
    });
    let line = Line { expect: Some(expect.collect()), ..Line::default() };
    let line = match ask {
        Ask::Parse => Line {
            id: format!("policy-{seed}-{number}"),
            policy: Some(case.policy_text().to_owned()),
            web_ui_accepts: Some(web_page::check(case.policy_text()).is_ok()),
            ..line
        },
        Ask::Validate => {
            let case = case.line(&format!("options-{seed}-{number}"), &[]);
            Line { id: case.id, options: Some(case.options), ..line }
        }
        Ask::Plan => {
            let case = case.line(&format!("retention-{seed}-{number}"), case.versions());
            Line {
                id: case.id,
                time_zone: Some(case.time_zone),
                now: Some(case.now),
                options: Some(case.options),
                backups: Some(case.backups),
                ..line
            }
        }
    };
    serde_json::to_string(&line).unwrap_or_default() // texts and numbers cannot fail
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::vector::Vector;

    #[test]
    fn each_kind_is_named_and_only_a_decision_has_the_options_of_a_run_by_hand() {
        let mut by_hand = [0; 3];
        for number in 0..90 {
            let vector = Vector::parse(&generate_vector(1, number, &[Release::V2_3_0])).unwrap();
            let kind = (number % 3) as usize;
            let id = format!("{}-1-{number}", ["policy", "retention", "options"][kind]);
            assert_eq!(vector.id, id);
            let case = vector.case(Release::V2_3_0);
            let option = case.option("version").or(case.option("allow-full-removal"));
            by_hand[kind] += usize::from(option.is_some());
        }
        assert!(by_hand[1] > 0 && by_hand[2] == 0, "{by_hand:?}");
    }
}
